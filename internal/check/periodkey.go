package check

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/kpi"
)

var (
	reDigitsPeriod = regexp.MustCompile(`^((?:19|20)\d{2})(\d{1,2})$`)
	reDigitsDay    = regexp.MustCompile(`^((?:19|20)\d{2})(\d{2})(\d{2})$`)
	reYearFirst    = regexp.MustCompile(`^(\d{4}) ?(?:quy|q) ?(iv|iii|ii|i|[1-4])$`)
	reYearMonth    = regexp.MustCompile(`^(\d{4}) ?(?:thang|t|m) ?(\d{1,2})$`)
	reUntilDay     = regexp.MustCompile(
		`^(?:luy ke |so lieu |tinh )*(?:tu dau |tinh )*(?:den|toi) (?:het )?(?:ngay )?(\d{1,2}) (?:thang )?(\d{1,2}) (\d{4})$`,
	)
	reUntil = regexp.MustCompile(`^(?:luy ke |tinh )*(?:tu dau |tinh )*(?:den|toi) (?:het |cuoi )?`)
)

// digitsKeys returns the keys that a period of digits alone may mean: 202608 is a month, 20263 the
// third quarter or March, 20261010 a day.
func digitsKeys(s string) []string {
	if m := reDigitsDay.FindStringSubmatch(s); m != nil {
		return []string{m[1] + "-" + m[2] + "-" + m[3]}
	}
	m := reDigitsPeriod.FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	n, _ := strconv.Atoi(m[2]) // one or two digits
	month := fmt.Sprintf("%s-%02d", m[1], n)
	switch {
	case n < 1 || n > 12:
		return nil
	case len(m[2]) == 2 || n > 4:
		return []string{month}
	}
	return []string{fmt.Sprintf("%s-Q%d", m[1], n), month}
}

// untilKey returns the key of "lũy kế đến 30/9/2026" and "đến hết quý III/2026", which begin with the
// year: nine months, or the days up to then.
func untilKey(s string) string {
	if m := reUntilDay.FindStringSubmatch(s); m != nil {
		day, year := pad(m[1])+"/"+pad(m[2]), m[3]
		switch day {
		case "31/03":
			return year + "-Q1"
		case "30/06":
			return year + "-H1"
		case "30/09":
			return year + "-9M"
		case "31/12":
			return year
		}
		return year + "-01-01.." + dayKey(m[1:])
	}
	at := reUntil.FindStringIndex(s)
	if at == nil {
		return ""
	}
	key := periodKey(s[at[1]:])
	p, err := kpi.ParsePeriod(key)
	if err != nil {
		return ""
	}
	switch year := p.Key[:4]; {
	case p.Kind == kpi.Month && p.To.Month()%3 != 0:
		return fmt.Sprintf("%s-01-01..%s", year, p.To.ISO())
	case p.Kind == kpi.Quarter || p.Kind == kpi.Month:
		return [...]string{year + "-Q1", year + "-H1", year + "-9M", year}[p.To.Month()/3-1]
	}
	return key
}

// AmbiguousPeriodError is returned for digits that may be a quarter or a month.
type AmbiguousPeriodError struct {
	Text    string
	Quarter kpi.Period
	Month   kpi.Period
}

// Error returns the sentence for the person, with both readings.
func (e *AmbiguousPeriodError) Error() string {
	return fmt.Sprintf("Kỳ báo cáo %s có thể là %s hoặc %s. Hãy ghi rõ, ví dụ %s hoặc %s.", quote(e.Text),
		e.Quarter.Title(), e.Month.Title(), e.Quarter.Key, e.Month.Key)
}

// digitsPeriod reads a period of digits alone.
func digitsPeriod(text string) (kpi.Period, error) {
	keys := digitsKeys(strings.TrimSpace(text))
	if len(keys) == 0 {
		return kpi.Period{}, unknownPeriod(text)
	}
	p, err := kpi.ParsePeriod(keys[0])
	if err != nil || len(keys) == 1 {
		return p, err
	}
	month, err := kpi.ParsePeriod(keys[1])
	if err != nil {
		return month, err
	}
	amb := &AmbiguousPeriodError{Text: text, Quarter: p, Month: month}
	return kpi.Period{}, fault.Wrap(amb, fault.Invalid, "%s", amb.Error())
}

// inContext decides between a quarter and a month by the kind of period that the form is of.
func (e *AmbiguousPeriodError) inContext(form kpi.Period) (kpi.Period, bool) {
	switch form.Kind {
	case kpi.Quarter:
		return e.Quarter, true
	case kpi.Month:
		return e.Month, true
	}
	return kpi.Period{}, false
}
