package intake

import (
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// reNoSum are headings of columns that do not add up.
var reNoSum = regexp.MustCompile(`ty le|ty trong|%|\bdiem\b|hang\b|binh quan|trung binh|\bnam\b|\bstt\b|\btt\b|\bma\b|chi so`)

// findings lists what does not close in the table. Total rows are compared with spans of others, so stop is asked at each row.
func (t *declaredTable) findings(stop func() error) ([]check.Finding, error) {
	var sums check.Closing
	t.whole = t.wholeColumns()
	for i := range t.rows {
		r := &t.rows[i]
		r.cells = map[int]int{}
		for _, c := range slices.Sorted(maps.Keys(r.values)) {
			name := check.Cell{Line: int32(r.line), Column: int32(c + 1)}.Ref()
			r.cells[c] = sums.Cell(check.ClosingCell{Sheet: t.sheet, Name: name, Value: r.values[c], Whole: t.whole[c]})
		}
	}
	for i := range t.rows {
		if stop != nil {
			if err := stop(); err != nil {
				return nil, err
			}
		}
		for _, s := range t.sums {
			t.require(&sums, &t.rows[i], s)
		}
		t.requireTotal(&sums, i)
	}
	return sums.Findings(), nil
}

// wholeColumns are the columns that hold whole numbers only.
func (t *declaredTable) wholeColumns() map[int]bool {
	whole := map[int]bool{}
	for i := range t.rows {
		for c, v := range t.rows[i].values {
			so, seen := whole[c]
			whole[c] = v.IsInt() && (so || !seen)
		}
	}
	return whole
}

// require adds a declared relation for one row. One with a blank member is not judged.
func (t *declaredTable) require(sums *check.Closing, r *declaredRow, s declaredSum) {
	e := check.Equation{Rule: s.rule, Text: s.text, Code: check.SumMismatch, Level: check.Error}
	if _, ok := t.columns[s.total]; !ok {
		return
	}
	var values []vi.Decimal
	for n, p := range append([]string{s.total}, s.parts...) {
		col, ok := t.columns[p]
		if !ok {
			return
		}
		cell, ok := r.cells[col]
		if !ok {
			return
		}
		values = append(values, r.values[col])
		if n == 0 {
			e.Total = cell
		} else {
			e.Parts = append(e.Parts, cell)
		}
	}
	if s.rule == kpi.Share && fraction(values[0], values[1], values[2]) {
		return
	}
	if e.Of = "dòng " + strconv.Itoa(r.line); r.label != "" {
		e.Of += " (" + r.label + ")"
	}
	if r.total {
		e.Level = check.Warning
	}
	sums.Require(e)
}

// fraction reports whether a rate is written between 0 and 1: 0,85 for 85 %.
func fraction(rate, part, whole vi.Decimal) bool {
	if whole.Sign() == 0 {
		return true
	}
	d := new(big.Rat).Quo(part.Rat(), whole.Rat())
	d.Sub(d, rate.Rat())
	return d.Abs(d).Cmp(big.NewRat(1, 100)) <= 0
}

// requireTotal adds the sums of row i when it is a total row, or a group with the sums of its rows: each column is the sum of the rows
// that most of the columns are the sums of.
func (t *declaredTable) requireTotal(sums *check.Closing, i int) {
	row := &t.rows[i]
	if !row.total && !row.group {
		return
	}
	columns := t.adding(row)
	var best []int
	most := 0
	for _, span := range t.spans(i) {
		n := 0
		for _, c := range columns {
			if t.adds(row, span, c) {
				n++
			}
		}
		if n > most || best == nil && t.columns != nil && row.total && len(columns) == 1 {
			best, most = span, n
		}
	}
	enough := most >= 2 && 2*most >= len(columns) || t.columns != nil && row.total && (len(columns) == 1 || len(columns) == 2 && most == 1)
	if !enough {
		return
	}
	for _, c := range columns {
		e := check.Equation{Rule: kpi.Adds, Total: row.cells[c], Code: check.TotalMismatch, Level: check.Warning,
			Text: "dòng tổng (dòng " + strconv.Itoa(row.line) + ")"}
		for _, k := range best {
			if cell, ok := t.rows[k].cells[c]; ok {
				e.Parts = append(e.Parts, cell)
			}
		}
		if len(e.Parts) > 0 {
			sums.Require(e)
		}
	}
}

// adding lists the columns of a total row that can be sums: counts, no rates.
func (t *declaredTable) adding(row *declaredRow) (out []int) {
	rate := map[int]bool{}
	for _, s := range t.sums {
		if s.rule == kpi.Share {
			rate[t.columns[s.total]] = true
		}
	}
	for _, c := range slices.Sorted(maps.Keys(row.values)) {
		if !rate[c] && t.whole[c] && !reNoSum.MatchString(t.headings[c]) {
			out = append(out, c)
		}
	}
	return out
}

// spans lists the rows that row i may be the sum of: all, the groups, those since the total above it, those until the total or group
// below it.
func (t *declaredTable) spans(i int) (out [][]int) {
	var leaves, groups, above, below []int
	for k := range t.rows {
		switch r := &t.rows[k]; {
		case r.total:
		case r.group:
			groups = append(groups, k)
		default:
			leaves = append(leaves, k)
		}
	}
	end := func(k int) bool { return t.rows[k].total || t.rows[i].group && t.rows[k].group }
	for k := i - 1; k >= 0 && !end(k); k-- {
		above = append(above, k)
	}
	for k := i + 1; k < len(t.rows) && !end(k); k++ {
		below = append(below, k)
	}
	slices.Reverse(above)
	for _, span := range [][]int{leaves, groups, above, below} {
		span = slices.DeleteFunc(slices.Clone(span), func(k int) bool { return k == i })
		if len(span) > 0 && (t.rows[i].total || !slices.Equal(span, leaves)) {
			out = append(out, span)
		}
	}
	return out
}

func (t *declaredTable) adds(row *declaredRow, span []int, c int) bool {
	var s kpi.Sum
	for _, k := range span {
		if v, ok := t.rows[k].values[c]; ok {
			s.Add(v)
		}
	}
	d, ok := s.Decimal()
	return ok && d.Cmp(row.values[c]) == 0
}
