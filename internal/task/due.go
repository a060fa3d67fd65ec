package task

import (
	"regexp"
	"strconv"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// words that say a nature in the column of deadlines, folded.
var (
	recurringWords = []string{"thuong xuyen", "hang nam", "hang thang", "hang quy", "hang tuan", "hang ngay", "dinh ky", "lien tuc"}
	openWords      = []string{
		"chua giao thoi han",
		"chua co thoi han",
		"chua xac dinh",
		"chua giao han",
		"chua ro thoi han",
		"khong xac dinh thoi han",
	}
	timedWords = []string{"co thoi han", "co han", "dot xuat", "trong han"}
)

// ParseNature reads what a column of natures says: "Thường xuyên", "Chưa giao thời hạn", "Có thời hạn".
func ParseNature(text string) (Nature, bool) {
	folded := vi.Fold(text)
	switch {
	case has(folded, openWords):
		return Unscheduled, true
	case has(folded, recurringWords):
		return Recurring, true
	case has(folded, timedWords):
		return Timed, true
	}
	return "", false
}

func has(folded string, words []string) bool {
	for _, w := range words {
		if strings.Contains(folded, w) {
			return true
		}
	}
	return false
}

// The forms of a deadline, folded. The last day of what is named is the deadline.
var (
	reDay     = regexp.MustCompile(`^(?:ngay )?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$`)
	reISO     = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})(?:[t ].*)?$`)
	reLongDay = regexp.MustCompile(`^(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})$`)
	reMonth   = regexp.MustCompile(`^(?:thang |t)?(\d{1,2})(?: ?[/.-] ?| nam )(\d{4})$`)
	reMonths  = regexp.MustCompile(`^(?:cac )?thang (?:\d{1,2} ?(?:,|-|va|den) ?(?:thang )?)+(\d{1,2})(?: ?[/.-] ?| nam )(\d{4})$`)
	reISOMon  = regexp.MustCompile(`^(\d{4})-(\d{2})$`)
	reQuarter = regexp.MustCompile(`^(?:quy |q)(?:[iv1-4]+ ?(?:,|-|va|den) ?(?:quy )?)*(iv|iii|ii|i|[1-4])(?: ?[/-] ?| nam | )(\d{4})$`)
	reHalf    = regexp.MustCompile(`^(?:6 thang|sau thang|nua) (dau|cuoi)(?: nam)? ?/?(\d{4})$`)
	reNine    = regexp.MustCompile(`^(?:9|chin) thang(?: dau)?(?: nam)? ?/?(\d{4})$`)
	reYears   = regexp.MustCompile(`^(?:giai doan |cac nam |nam )?(\d{4}) ?(?:-|den|den nam) ?(\d{4})$`)
	reYear    = regexp.MustCompile(`^(?:cuoi )?(?:nam )?(\d{4})$`)
	reLead    = regexp.MustCompile(
		`^(?:han|thoi han|hoan thanh|xong|cham nhat|muon nhat|truoc|trong|het|den het|den|toi|cho den|vao|thang hoan thanh|:)(?: la)?:? `,
	)
	quarters = map[string]int{"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
)

// ParseDue reads a deadline as documents give it: "30/6/2025", "trước ngày 30/6/2025", "tháng 9/2025",
// "quý III/2025", "6 tháng đầu năm 2025", "trong năm 2025", "giai đoạn 2025-2030". The deadline is the
// last day of what is named; "trước ngày" leaves the named day in time, as the registers of the
// Government Office do. A text that names no certain day is a fault whose sentence says what to write.
func ParseDue(text string) (vi.Date, error) {
	folded := strings.ReplaceAll(strings.Trim(vi.Fold(text), " .;,"), "(", "")
	folded = strings.ReplaceAll(folded, ")", "")
	for {
		rest := reLead.ReplaceAllString(folded, "")
		if rest == folded {
			break
		}
		folded = rest
	}
	if day, ok := dueDay(folded); ok {
		if y := day.Year(); y >= 2000 && y <= 2100 {
			return day, nil
		}
	}
	return 0, fault.New(
		fault.Invalid,
		"Không hiểu thời hạn “%s”. Hãy ghi như 30/6/2026, tháng 9/2026, quý III/2026, năm 2026; hoặc “thường xuyên”, “chưa giao thời hạn”.",
		vi.Clean(text),
	)
}

func dueDay(s string) (vi.Date, bool) {
	num := func(s string) int { n, _ := strconv.Atoi(s); return n } // the patterns allow digits only
	if m := reISO.FindStringSubmatch(s); m != nil {
		return exactDay(num(m[1]), num(m[2]), num(m[3]))
	}
	for _, re := range []*regexp.Regexp{reDay, reLongDay} {
		if m := re.FindStringSubmatch(s); m != nil {
			return exactDay(num(m[3]), num(m[2]), num(m[1]))
		}
	}
	if m := reISOMon.FindStringSubmatch(s); m != nil {
		return monthEnd(num(m[1]), num(m[2]))
	}
	for _, re := range []*regexp.Regexp{reMonth, reMonths} {
		if m := re.FindStringSubmatch(s); m != nil {
			return monthEnd(num(m[2]), num(m[1]))
		}
	}
	if m := reQuarter.FindStringSubmatch(s); m != nil {
		return monthEnd(num(m[2]), quarters[m[1]]*3)
	}
	if m := reHalf.FindStringSubmatch(s); m != nil {
		return monthEnd(num(m[2]), map[string]int{"dau": 6, "cuoi": 12}[m[1]])
	}
	if m := reNine.FindStringSubmatch(s); m != nil {
		return monthEnd(num(m[1]), 9)
	}
	if m := reYears.FindStringSubmatch(s); m != nil && num(m[1]) < num(m[2]) {
		return monthEnd(num(m[2]), 12)
	}
	if m := reYear.FindStringSubmatch(s); m != nil {
		return monthEnd(num(m[1]), 12)
	}
	return 0, false
}

// exactDay refuses days that do not exist: 31/6 is a typing error, not 1 July.
func exactDay(y, m, d int) (vi.Date, bool) {
	day := vi.NewDate(y, m, d)
	return day, day.Month() == m && day.Day() == d
}

func monthEnd(y, m int) (vi.Date, bool) { return vi.NewDate(y, m+1, 0), m >= 1 && m <= 12 }
