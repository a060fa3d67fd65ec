package intake

import (
	"strconv"
	"strings"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// dateWord is what stands before the number of a quarter or a month, by the role of its column.
var dateWord = map[role]string{roleQuarter: "Quý ", roleMonth: "Tháng "}

// dateRole reports whether a column says a part of the period: Năm, Quý, Tháng.
func dateRole(r role) bool { return r == roleYear || r == roleQuarter || r == roleMonth }

// datedRow makes the period of a row of what its columns Năm, Quý and Tháng say. A year alone that is the year of the period
// of the whole table says nothing more.
func (t *table) datedRow(row *check.Row, fields []check.Field, line int32) {
	at := &t.layout.at
	if at[roleYear] < 0 && at[roleQuarter] < 0 && at[roleMonth] < 0 || !isBlank(&row.Period) {
		return
	}
	year, quarter, month := t.key(fields, at[roleYear], line), t.key(fields, at[roleQuarter], line), t.key(fields, at[roleMonth], line)
	y := lastWord(&year, "năm")
	if y == "" {
		y = t.year()
	} else if isBlank(&quarter) && isBlank(&month) && y == t.year() {
		return
	}
	q, m := lastWord(&quarter, "quý"), lastWord(&month, "tháng")
	row.Period = check.Field{At: year.At, Kind: check.Text}
	switch {
	case m != "" && q != "" && !inQuarter(m, q):
		row.Period.At, row.Period.Text = month.At, "Tháng "+m+" của quý "+q+" năm "+y
	case m != "":
		row.Period.At, row.Period.Text = month.At, strings.TrimSpace("Tháng "+m+" năm "+y)
	case q != "":
		row.Period.At, row.Period.Text = quarter.At, strings.TrimSpace("Quý "+q+" năm "+y)
	case y != "" && !isBlank(&year):
		row.Period.Text = "Năm " + y
	default:
		row.Period = check.Field{}
	}
}

// lastWord is what a cell says behind the name of its column: 9 of "Tháng 9", III of "Quý III".
func lastWord(f *check.Field, name string) string {
	if isBlank(f) {
		return ""
	}
	text := strings.TrimSpace(shown(f))
	if folded := vi.Fold(text); strings.HasPrefix(folded, vi.Fold(name)+" ") || strings.HasPrefix(folded, "t") && len(text) <= 3 {
		if i := strings.IndexAny(text, "0123456789IVXivx"); i > 0 {
			return text[i:]
		}
	}
	return text
}

// inQuarter reports whether a month lies in a quarter.
func inQuarter(month, quarter string) bool {
	m, err := strconv.Atoi(month)
	q, ok := map[string]int{"1": 1, "2": 2, "3": 3, "4": 4, "I": 1, "II": 2, "III": 3, "IV": 4}[strings.ToUpper(quarter)]
	return err == nil && ok && (m+2)/3 == q
}
