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

const (
	// maxFormulas is how many formulas of a sheet are kept to be compared with their stored results.
	maxFormulas = 50_000
	// maxAdded is how many cells the formulas over several rows may add, all together.
	maxAdded = 200_000
)

var (
	reQuotient = regexp.MustCompile(`^([A-Z]{1,3}\d+)/([A-Z]{1,3}\d+)(?:\*(100)%?)?$`)
	reRound    = regexp.MustCompile(`^ROUND\((.+),(\d{1,2})\)$`)
	reSum      = regexp.MustCompile(`^SUM\(([A-Z0-9:,]+)\)$`)
	rePlus     = regexp.MustCompile(`^[A-Z]{1,3}\d+(?:\+[A-Z]{1,3}\d+){1,20}$`)
	reCellRef  = regexp.MustCompile(`(\$?)([A-Z]{1,3})(\$?)(\d{1,7})`)
)

// sharedFormula is a formula that cells below or beside the first one have too, moved with them.
type sharedFormula struct {
	at   check.Cell
	text string
}

// keepFormula notes a formula that is simple enough to be calculated again: it divides or adds.
func (s *sheetScan) keepFormula() {
	here := check.Cell{Line: s.line, Column: s.column}
	text := string(s.formula)
	if first, ok := s.shared[s.formulaShared]; s.formulaShared != "" && text == "" {
		if !ok || len(s.formulas) >= maxFormulas {
			return
		}
		text = moved(first.text, here.Line-first.at.Line, here.Column-first.at.Column)
	}
	if len(text) <= 3 || len(text) > 200 || len(s.formulas) >= maxFormulas || !strings.ContainsAny(text, "/+:") ||
		strings.ContainsAny(text, "!\"'[") {
		return
	}
	if s.formulaShared != "" && len(s.formula) > 0 && len(s.shared) < maxFormulas {
		if s.shared == nil {
			s.shared = map[string]sharedFormula{}
		}
		s.shared[s.formulaShared] = sharedFormula{here, text}
	}
	if s.formulas == nil {
		s.formulas = map[check.Cell]string{}
	}
	s.formulas[here] = text
}

// moved returns a formula as it stands some rows further down and columns to the right.
func moved(formula string, lines, columns int32) string {
	return reCellRef.ReplaceAllStringFunc(strings.ToUpper(formula), func(ref string) string {
		m := reCellRef.FindStringSubmatch(ref)
		column, line, ok := cellOfRef([]byte(m[2] + m[4]))
		if !ok {
			return ref
		}
		if m[1] == "" {
			column += columns
		}
		if m[3] == "" {
			line += lines
		}
		return check.Cell{Line: line, Column: column}.Ref()
	})
}

// formula is a quotient or a sum of cells of its own sheet.
type formula struct {
	text    string
	cells   []cellRange // what is added; of a quotient the dividend and the divisor
	percent bool        // a quotient times 100
	divides bool
	strict  bool // texts are no zeros
	digits  int  // of a ROUND around it, -1 without one
}

type cellRange struct{ from, to check.Cell }

func (r cellRange) size() int {
	return int(r.to.Line-r.from.Line+1) * int(r.to.Column-r.from.Column+1)
}

// parseFormula reads a formula that can be calculated again.
func parseFormula(text string) (f formula, ok bool) {
	s := strings.NewReplacer("$", "", " ", "", ";", ",").Replace(strings.ToUpper(text))
	f.text, f.digits = text, -1
	if m := reRound.FindStringSubmatch(s); m != nil {
		f.digits, _ = strconv.Atoi(m[2])
		s = m[1]
	}
	for strings.HasPrefix(s, "(") && (strings.HasSuffix(s, ")") || strings.HasSuffix(s, ")*100")) {
		s = strings.Replace(strings.TrimPrefix(s, "("), ")", "", 1)
	}
	var refs []string
	if m := reQuotient.FindStringSubmatch(s); m != nil {
		refs, f.divides, f.strict, f.percent = m[1:3], true, true, m[3] != ""
	} else if rePlus.MatchString(s) {
		refs, f.strict = strings.Split(s, "+"), true
	} else if m := reSum.FindStringSubmatch(s); m != nil {
		refs = strings.Split(m[1], ",")
	}
	for _, ref := range refs {
		r, ok := rangeOf(ref)
		if !ok {
			return f, false
		}
		f.cells = append(f.cells, r)
	}
	return f, len(refs) > 0
}

func rangeOf(ref string) (r cellRange, ok bool) {
	a, b, two := strings.Cut(ref, ":")
	if !two {
		b = a
	}
	c1, l1, ok1 := cellOfRef([]byte(a))
	c2, l2, ok2 := cellOfRef([]byte(b))
	return cellRange{check.Cell{Line: l1, Column: c1}, check.Cell{Line: l2, Column: c2}}, ok1 && ok2 && l1 <= l2 && c1 <= c2
}

// ownRow reports whether the formula uses no other row than that of its cell.
func (f *formula) ownRow(line int32) bool {
	for _, r := range f.cells {
		if r.from.Line != line || r.to.Line != line {
			return false
		}
	}
	return true
}

func (f *formula) size() (n int) {
	for _, r := range f.cells {
		n += r.size()
	}
	return n
}

// each calls fn for every cell that the formula uses, until it returns false.
func (f *formula) each(fn func(check.Cell) bool) bool {
	for _, r := range f.cells {
		for line := r.from.Line; line <= r.to.Line; line++ {
			for c := r.from.Column; c <= r.to.Column; c++ {
				if !fn(check.Cell{Line: line, Column: c}) {
					return false
				}
			}
		}
	}
	return true
}

// value calculates the formula from stored values; ok is false when a cell holds what is no number.
func (f *formula) value(at func(check.Cell) (check.FieldKind, vi.Decimal)) (x float64, ok bool) {
	var parts []*big.Rat
	sum := new(big.Rat)
	ok = f.each(func(c check.Cell) bool {
		v := new(big.Rat)
		switch kind, n := at(c); {
		case kind == check.Number:
			v = n.Rat()
		case kind == check.Blank || kind == check.Absent || kind == check.Text && !f.strict:
		default:
			return false
		}
		if f.divides {
			parts = append(parts, v)
		} else {
			sum.Add(sum, v)
		}
		return true
	})
	switch {
	case !ok:
		return 0, false
	case f.divides && (len(parts) != 2 || parts[1].Sign() == 0):
		return 0, false
	case f.divides:
		sum.Quo(parts[0], parts[1])
		if f.percent {
			sum.Mul(sum, big.NewRat(100, 1))
		}
	}
	x, _ = sum.Float64()
	return x, true
}

// formulas are those of one sheet while its rows pass.
type formulas struct {
	known  map[check.Cell]formula
	wanted map[check.Cell]storedCell // that formulas over several rows use
	later  []laterFormula
}

// laterFormula is a formula over several rows with its stored result.
type laterFormula struct {
	f      check.Field
	figure bool
}

type storedCell struct {
	kind check.FieldKind
	n    vi.Decimal
}

// newFormulas prepares the formulas of a scan.
func newFormulas(texts map[check.Cell]string) *formulas {
	if len(texts) == 0 {
		return nil
	}
	fs := &formulas{known: map[check.Cell]formula{}, wanted: map[check.Cell]storedCell{}}
	work := 0
	for at, text := range texts {
		f, ok := parseFormula(text)
		if n := f.size(); !ok || n > maxAdded {
			continue
		} else if !f.ownRow(at.Line) {
			if work += n; work > maxAdded {
				continue
			}
			f.each(func(c check.Cell) bool {
				fs.wanted[c] = storedCell{}
				return true
			})
		}
		fs.known[at] = f
	}
	return fs
}

// row compares the formulas of a row with their stored results. Programs that write workbooks without
// calculating them leave old results behind. What needs other rows waits for the end of the sheet.
func (fs *formulas) row(t *table, cells []cellScan, fields []check.Field) {
	for _, c := range cells {
		f := &fields[c.column-1]
		if _, ok := fs.wanted[f.At]; ok {
			fs.wanted[f.At] = storedCell{f.Kind, f.Number}
		}
		own, ok := fs.known[f.At]
		if !ok || c.kind&cellFormula == 0 || f.Kind != check.Number || t.state != reading {
			continue
		}
		figure := t.fate == fateRead && t.soleFigure(int(c.column)-1)
		if !own.ownRow(f.At.Line) {
			fs.later = append(fs.later, laterFormula{*f, figure})
			continue
		}
		t.stale(own, f, figure, func(c check.Cell) (check.FieldKind, vi.Decimal) {
			if int(c.Column) > len(fields) {
				return check.Blank, vi.Decimal{}
			}
			f := &fields[c.Column-1]
			return f.Kind, f.Number
		})
	}
}

// end compares the formulas over several rows.
func (fs *formulas) end(t *table) {
	for i := range fs.later {
		f := &fs.later[i].f
		t.stale(fs.known[f.At], f, fs.later[i].figure, func(c check.Cell) (check.FieldKind, vi.Decimal) {
			v := fs.wanted[c]
			return v.kind, v.n
		})
	}
}

// soleFigure reports whether a column holds figures, and is no rate beside the parts that it is made of.
func (t *table) soleFigure(c int) bool {
	at := &t.layout.at
	if c == at[roleValue] {
		return at[roleNumerator] < 0 || at[roleDenominator] < 0
	}
	for i := range t.layout.measures {
		if m := &t.layout.measures[i]; m.cols[partValue] == c {
			return m.cols[partNumerator] < 0 || m.cols[partDenominator] < 0
		}
	}
	return t.figureColumn(c)
}

// calculate looks at the formulas of a row of a workbook whose writer calculated nothing: programs that write
// workbooks store 0, or nothing, and leave the rest to Excel. What can be calculated from the row itself is; the
// rest has no result.
func (s *sheetReader) calculate(t *table, cells []cellScan) {
	for _, c := range cells {
		f := &s.fields[c.column-1]
		if c.kind&cellFormula == 0 || f.Kind != check.Blank && (f.Kind != check.Number || f.Number.Sign() != 0) {
			continue
		}
		f.Kind, f.Text, f.Number, f.Percent = check.Broken, "", vi.Decimal{}, f.Percent && f.Kind == check.Number
		if t.formulas == nil {
			continue
		}
		own, ok := t.formulas.known[f.At]
		if !ok || !own.ownRow(f.At.Line) {
			continue
		}
		x, ok := own.value(func(at check.Cell) (check.FieldKind, vi.Decimal) {
			if int(at.Column) > len(s.fields) {
				return check.Blank, vi.Decimal{}
			}
			g := &s.fields[at.Column-1]
			if g.Kind == check.Blank || g.Kind == check.Text { // an input that is not there is no 0
				return check.Broken, vi.Decimal{}
			}
			return g.Kind, g.Number
		})
		d, err := vi.DecimalOf(x)
		if !ok || err != nil {
			continue
		}
		f.Kind, f.Number = check.Number, d
		t.found(
			check.Warning,
			f.Ref(),
			Calculated,
			fmt.Sprintf("Ô %s có công thức %s chưa được tính khi lưu tệp; Chiso tính từ các ô của dòng này được %s. "+
				"Hãy kiểm tra lại, hoặc mở tệp bằng Excel, lưu rồi nộp.", f.Ref(), quote("="+own.text), vi.FormatNumber(d, 0)),
		)
	}
}

// stale compares the stored result of a formula with what it gives now.
func (t *table) stale(own formula, f *check.Field, figure bool, at func(check.Cell) (check.FieldKind, vi.Decimal)) {
	want, ok := own.value(at)
	if !ok {
		return
	}
	got := f.Number.Float()
	limit := 1e-6 * math.Max(1, math.Abs(want))
	if own.digits >= 0 {
		limit += 0.5000001 * math.Pow(10, -float64(own.digits))
	}
	if math.Abs(got-want) <= limit {
		return
	}
	d, err := vi.DecimalOf(math.Round(want*1e4) / 1e4)
	if err != nil {
		return
	}
	severity := check.Warning
	if figure { // one of the two is wrong, and it is what would be stored
		severity = check.Error
	}
	t.found(severity, f.Ref(), StaleFormula, fmt.Sprintf("Ô %s có công thức %s, kết quả lưu trong tệp là %s nhưng tính lại là %s. "+
		"Hãy mở tệp bằng Excel, bấm F9 để tính lại, lưu rồi nộp.", f.Ref(), quote("="+own.text), vi.FormatNumber(f.Number, 0), vi.FormatNumber(d, 0)))
}
