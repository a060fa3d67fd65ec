package intake

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// maxFormulas is how many formulas of a sheet are kept to be compared with their stored results.
const maxFormulas = 50_000

var (
	reQuotient = regexp.MustCompile(`^([A-Z]{1,3}\d+)/([A-Z]{1,3}\d+)(?:\*(100)%?)?$`)
	reRound    = regexp.MustCompile(`^ROUND\((.+),(\d{1,2})\)$`)
	reSum      = regexp.MustCompile(`^SUM\(([A-Z]{1,3}\d+):([A-Z]{1,3}\d+)\)$`)
	rePlus     = regexp.MustCompile(`^[A-Z]{1,3}\d+(?:\+[A-Z]{1,3}\d+){1,9}$`)
)

// keepFormula notes a formula that is simple enough to be calculated again: it divides or adds.
func (s *sheetScan) keepFormula(text []byte) {
	if len(text) > 3 && len(text) <= 80 && len(s.formulas) < maxFormulas && strings.ContainsAny(string(text), "/+:") {
		if s.formulas == nil {
			s.formulas = map[check.Cell]string{}
		}
		s.formulas[check.Cell{Line: s.line, Column: s.column}] = string(text)
	}
}

// stale compares the stored result of a formula with what it gives from the stored values of its own
// row. Programs that write workbooks without calculating them leave old results behind.
func (t *table) stale(formula string, f *check.Field, fields []check.Field) {
	if f.Kind != check.Number {
		return
	}
	want, digits, ok := evaluate(formula, f.At.Line, fields)
	if !ok {
		return
	}
	got := f.Number.Float()
	limit := 1e-6 * math.Max(1, math.Abs(want))
	if digits >= 0 {
		limit += 0.5000001 * math.Pow(10, -float64(digits))
	}
	if math.Abs(got-want) <= limit {
		return
	}
	d, err := vi.DecimalOf(math.Round(want*1e4) / 1e4)
	if err != nil {
		return
	}
	t.found(check.Warning, f.Ref(), StaleFormula, fmt.Sprintf("Ô %s có công thức %s, kết quả lưu trong tệp là %s nhưng tính lại là %s. "+
		"Hãy mở tệp bằng Excel, bấm F9 để tính lại, lưu rồi nộp.", f.Ref(), quote("="+formula), vi.FormatNumber(f.Number, 0), vi.FormatNumber(d, 0)))
}

// evaluate calculates a quotient or a sum of cells of one row; digits is that of a ROUND around it,
// -1 without one.
func evaluate(formula string, line int32, fields []check.Field) (x float64, digits int, ok bool) {
	s := strings.NewReplacer("$", "", " ", "").Replace(strings.ToUpper(formula))
	digits = -1
	if m := reRound.FindStringSubmatch(s); m != nil {
		digits, _ = strconv.Atoi(m[2])
		s = m[1]
	}
	for strings.HasPrefix(s, "(") && (strings.HasSuffix(s, ")") || strings.HasSuffix(s, ")*100")) {
		s = strings.Replace(strings.TrimPrefix(s, "("), ")", "", 1)
	}
	value := func(ref string) (*big.Rat, bool) {
		column, l, ok := cellOfRef([]byte(ref))
		if !ok || l != line || int(column) > len(fields) {
			return nil, false
		}
		switch f := &fields[column-1]; f.Kind {
		case check.Number:
			return f.Number.Rat(), true
		case check.Blank:
			return new(big.Rat), true
		}
		return nil, false
	}
	if m := reQuotient.FindStringSubmatch(s); m != nil {
		a, ok1 := value(m[1])
		b, ok2 := value(m[2])
		if !ok1 || !ok2 || b.Sign() == 0 {
			return 0, 0, false
		}
		if m[3] != "" {
			a.Mul(a, big.NewRat(100, 1))
		}
		x, _ = a.Quo(a, b).Float64()
		return x, digits, true
	}
	sum := new(big.Rat)
	for _, ref := range summands(s, line) {
		v, known := value(ref)
		if !known {
			return 0, 0, false
		}
		sum.Add(sum, v)
		ok = true
	}
	x, _ = sum.Float64()
	return x, digits, ok
}

// summands lists the cells that a sum of one row adds.
func summands(s string, line int32) []string {
	if rePlus.MatchString(s) {
		return strings.Split(s, "+")
	}
	m := reSum.FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	a, l1, ok1 := cellOfRef([]byte(m[1]))
	b, l2, ok2 := cellOfRef([]byte(m[2]))
	if !ok1 || !ok2 || l1 != line || l2 != line || b < a || b-a > 200 {
		return nil
	}
	var out []string
	for c := a; c <= b; c++ {
		out = append(out, check.Cell{Line: line, Column: c}.Ref())
	}
	return out
}
