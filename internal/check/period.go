package check

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// The forms in which people write a period, on folded text in which the marks between the parts
// (blank, slash, dot, hyphen, "nam") are one blank.
var (
	reTextQuarter = regexp.MustCompile(`^(?:quy|q) ?(iv|iii|ii|i|[1-4]|mot|hai|ba|bon|tu) (\d{4})$`)
	reTextMonths  = regexp.MustCompile(`^(3|6|9|12|ba|sau|chin) ?(?:thang|t)(?: (dau|cuoi))? (\d{4})$`)
	reTextHalf    = regexp.MustCompile(`^(?:nua|h)(?: (dau|cuoi))? ?([12])? (\d{4})$`)
	reTextMonth   = regexp.MustCompile(`^(?:thang|t)? ?(\d{1,2}) (\d{4})$`)
	reTextWeek    = regexp.MustCompile(`^tuan (?:thu )?(\d{1,2}) (\d{4})$`)
	reTextYear    = regexp.MustCompile(`^(?:ca )?(\d{4})$`)
	reTextDay     = regexp.MustCompile(`^(?:ngay )?(\d{1,2}) (?:thang )?(\d{1,2}) (\d{4})$`)
	reTextSpan    = regexp.MustCompile(`^tu (?:ngay )?(\d{1,2}) (\d{1,2}) (\d{4}) den (?:ngay )?(\d{1,2}) (\d{1,2}) (\d{4})$`)
	rePeriodMarks = regexp.MustCompile(`[\s/.,()-]+`)
)

// ParsePeriodText reads a period as people write it: a key of kpi.ParsePeriod, "Quý III/2026",
// "tháng 8/2026", "6 tháng đầu năm 2026", "9 tháng năm 2026", "năm 2026", "tuần 36 năm 2026",
// "10/10/2026", "từ 01/07/2024 đến 06/02/2025". A leading "Kỳ báo cáo:" is passed over.
func ParsePeriodText(text string) (kpi.Period, error) {
	text = vi.Clean(text)
	if len(text) > 100 {
		return kpi.Period{}, unknownPeriod(text)
	}
	if p, err := kpi.ParsePeriod(strings.ToUpper(text)); err == nil {
		return p, nil
	}
	if key := periodKey(text); key != "" {
		p, err := kpi.ParsePeriod(key)
		if err != nil { // "tháng 13/2026": say what was written
			return kpi.Period{}, unknownPeriod(text)
		}
		return p, nil
	}
	if len(text) >= 5 && len(text) <= 8 && strings.Trim(text, "0123456789") == "" {
		return digitsPeriod(text)
	}
	return kpi.Period{}, unknownPeriod(text)
}

var reFindPeriod = regexp.MustCompile(
	`(?:quy (?:iv|iii|ii|i|[1-4]|mot|hai|ba|bon|tu)|thang \d{1,2}|(?:3|6|9|ba|sau|chin) thang(?: dau| cuoi)?|nua (?:dau|cuoi)|tuan(?: thu)? \d{1,2}) (?:nam )?\d{4}\b`,
)

// FindPeriod finds the one period that a heading mentions: "BÁO CÁO KẾT QUẢ … QUÝ III NĂM 2026". The
// date of the document, years alone and headings that mention two periods say nothing.
func FindPeriod(text string) (kpi.Period, bool) {
	if len(text) > 400 {
		return kpi.Period{}, false
	}
	s := strings.TrimSpace(rePeriodMarks.ReplaceAllString(vi.Fold(text), " "))
	var found kpi.Period
	for _, at := range reFindPeriod.FindAllStringIndex(s, 3) {
		before := s[:at[0]]
		if reOtherBefore.MatchString(before) || reDayBefore.MatchString(before) && strings.HasPrefix(s[at[0]:], "thang") {
			return kpi.Period{}, false
		}
		p, err := ParsePeriodText(s[at[0]:at[1]])
		if err != nil || found.Key != "" && found != p {
			return kpi.Period{}, false
		}
		found = p
	}
	return found, found.Key != ""
}

// reDayBefore is what stands before the month of a full date; reOtherBefore before the period of a comparison, or a second one:
// "quý III và 9 tháng năm 2026".
var (
	reDayBefore   = regexp.MustCompile(`\b\d{1,2} $`)
	reOtherBefore = regexp.MustCompile(
		`\b(?:so voi|cung ky|den|(?:quy (?:iv|iii|ii|i|[1-4])|thang \d{1,2}|[369] thang)(?: dau| cuoi)?(?: nam)?(?: va)?) $`,
	)
)

func unknownPeriod(text string) error {
	return fault.New(fault.Invalid, "Không hiểu kỳ báo cáo %s. Hãy ghi như: Quý III/2026, tháng 8/2026, 6 tháng đầu năm 2026, "+
		"9 tháng năm 2026, năm 2026, 10/10/2026 hoặc 2026-Q3, 2026-08.", quote(text))
}

// periodKey returns the key that a written period means, "" when it is not understood.
func periodKey(text string) string {
	s := vi.Fold(text)
	for _, lead := range []string{"ky bao cao", "ky", "thoi ky"} {
		s = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(s, lead), ":"))
	}
	s = strings.TrimSpace(rePeriodMarks.ReplaceAllString(s, " "))
	s = strings.TrimSpace(strings.ReplaceAll(" "+s+" ", " nam ", " "))
	if m := reTextQuarter.FindStringSubmatch(s); m != nil {
		return m[2] + "-Q" + quarterNumber(m[1])
	}
	if m := reYearFirst.FindStringSubmatch(s); m != nil {
		return m[1] + "-Q" + quarterNumber(m[2])
	}
	if m := reYearMonth.FindStringSubmatch(s); m != nil {
		return m[1] + "-" + pad(m[2])
	}
	if m := reTextMonths.FindStringSubmatch(s); m != nil {
		return monthsKey(m[1], m[2], m[3])
	}
	if m := reTextHalf.FindStringSubmatch(s); m != nil {
		switch m[1] + m[2] {
		case "dau", "1":
			return m[3] + "-H1"
		case "cuoi", "2":
			return m[3] + "-H2"
		}
		return ""
	}
	if m := reTextMonth.FindStringSubmatch(s); m != nil {
		return m[2] + "-" + pad(m[1])
	}
	if m := reTextWeek.FindStringSubmatch(s); m != nil {
		return m[2] + "-W" + pad(m[1])
	}
	if m := reTextYear.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	if m := reTextDay.FindStringSubmatch(s); m != nil {
		return dayKey(m[1:])
	}
	if m := reTextSpan.FindStringSubmatch(s); m != nil {
		return dayKey(m[1:]) + ".." + dayKey(m[4:])
	}
	return untilKey(s)
}

func quarterNumber(s string) string {
	switch s {
	case "i", "mot":
		return "1"
	case "ii", "hai":
		return "2"
	case "iii", "ba":
		return "3"
	case "iv", "bon", "tu":
		return "4"
	}
	return s
}

// monthsKey reads "6 tháng đầu năm": without "đầu" or "cuối" the first months are meant.
func monthsKey(n, end, year string) string {
	switch {
	case (n == "6" || n == "sau") && end == "cuoi":
		return year + "-H2"
	case n == "6" || n == "sau":
		return year + "-H1"
	case (n == "9" || n == "chin") && end != "cuoi":
		return year + "-9M"
	case (n == "3" || n == "ba") && end == "dau":
		return year + "-Q1"
	case n == "12" && end == "":
		return year
	}
	return ""
}

func pad(n string) string {
	if len(n) == 1 {
		return "0" + n
	}
	return n
}

func dayKey(dmy []string) string { return dmy[2] + "-" + pad(dmy[1]) + "-" + pad(dmy[0]) }

// periodOf returns the period of a row: what its period cell says, else the span of its from and
// to cells, else the default of the run.
func (c *Checker) periodOf(r *Row) (*periodHit, bool) {
	f := &r.Period
	switch {
	case f.Kind == Text || f.Kind == Day:
		return c.period(f.Text), true
	case f.Kind == Number:
		return c.period(numberPeriod(f.Number)), true
	case f.Kind == Broken || f.Kind == Bool:
		return &periodHit{code: BadPeriod, message: fmt.Sprintf(
			"Ô kỳ báo cáo bị lỗi công thức (%s). Hãy gõ kỳ, ví dụ Quý III/2026.", f.Text)}, true
	case !r.To.empty():
		to := fieldText(&r.To)
		if r.From.empty() {
			return c.period(to), true
		}
		return c.period(spanText(fieldText(&r.From), to)), true
	case c.rules.Period.Key != "":
		return c.period(c.rules.Period.Key), true
	}
	return nil, false
}

// spanText joins two days, each an ISO day or dd/mm/yyyy, into a span key. What is not a day is
// kept, so that the sentence about it shows what was written.
func spanText(from, to string) string {
	if f, err := ParsePeriodText(from); err == nil && f.Kind == kpi.Day {
		from = f.Key
	}
	if t, err := ParsePeriodText(to); err == nil && t.Kind == kpi.Day {
		to = t.Key
	}
	return from + ".." + to
}

// numberPeriod writes a number in a period cell as text: a year, or digits such as 202608.
func numberPeriod(d vi.Decimal) string {
	if n, scale := d.Parts(); scale == 0 {
		return strconv.FormatInt(n, 10)
	}
	return d.String()
}

// fieldText returns what a cell says as text, cleaned.
func fieldText(f *Field) string {
	switch f.Kind {
	case Text, Day:
		return vi.Clean(f.Text)
	case Number:
		return f.Number.String()
	default:
		return ""
	}
}
