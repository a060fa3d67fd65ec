package check

import (
	"math/big"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// figure reads the figure of one row.
type figure struct {
	c     *Checker
	r     *Row
	def   *kpi.Definition
	whole [2]bool
	out   kpi.Figure
	cell  *Field // the field that holds the figure
	said  string // the value as typed, when the figure does not hold all of it

	unknown bool // the row says that there is no figure yet

	agency agency.ID
	day    vi.Date
}

// reading is what one cell says.
type reading struct {
	kind    readingKind
	number  vi.Number
	percent bool // from a cell with a percent format: 0.455 stands for 45,5 %
	united  bool // the cell itself names a unit
}

type readingKind uint8

const (
	nothing       readingKind = iota // no column, or blank
	aNumber                          // number holds it
	notApplicable                    // "-", "không phát sinh"
	notReported                      // "...", "chưa có số liệu"
	bad                              // reported as a finding
)

func (k reading) has() bool { return k.kind == aNumber }

// read fills g.out. It is false when there is nothing to store; findings say why.
func (g *figure) read() bool {
	num := g.cellOf(&g.r.Numerator, g.whole[0])
	den := g.cellOf(&g.r.Denominator, g.whole[1])
	var val reading
	if !g.mixedText(&num, &den) && !g.fractionText(&num, &den) {
		val = g.cellOf(&g.r.Value, g.def.WholeNumbers())
	}
	if g.r.Unit != "" {
		num, den, val = g.fileUnit(&g.r.Numerator, num), g.fileUnit(&g.r.Denominator, den), g.fileUnit(&g.r.Value, val)
	}
	g.cell = g.place(num, den, val)
	g.r.figureAt = g.r.cellOf(g.cell)
	if num.kind == bad || den.kind == bad || val.kind == bad || !g.rank() {
		return false
	}
	below := g.qualifiers(num, den, val)
	if state, done := g.words(num, den, val); done {
		return state
	}
	if !g.signs(num, den, val) {
		return false
	}
	if g.def.Indicator.Kind == kpi.Ratio {
		return g.ratio(num, den, val, below)
	}
	return g.single(num, den, val, below)
}

// place picks the cell that the figure is said to stand in: value, else numerator.
func (g *figure) place(num, den, val reading) *Field {
	switch {
	case val.kind != nothing:
		return &g.r.Value
	case num.kind != nothing && g.r.Numerator.empty():
		return &g.r.Value // both parts stand there
	case num.kind != nothing:
		return &g.r.Numerator
	case den.kind != nothing:
		return &g.r.Denominator
	case g.r.Value.Kind == Absent && g.r.Numerator.Kind != Absent:
		return &g.r.Numerator
	}
	return &g.r.Value
}

// words decides rows that hold no number, or a word beside a number.
func (g *figure) words(num, den, val reading) (store, done bool) {
	count := func(k readingKind) int {
		n := 0
		for _, x := range [...]reading{num, den, val} {
			if x.kind == k {
				n++
			}
		}
		return n
	}
	numbers, none, unknown := count(aNumber), count(notApplicable), count(notReported)
	switch {
	case numbers > 0 && none+unknown > 0:
		g.errorf(g.cell, MixedState, "Dòng này vừa có số vừa ghi không phát sinh hoặc chưa có số liệu. Hãy chỉ giữ một cách ghi.")
		return false, true
	case unknown > 0:
		g.unknown = true
		g.c.at(g.r, g.cell, Info, NotReported, "Ghi là chưa có số liệu: được tính là chưa báo cáo, không phải là 0.")
		return false, true
	case none > 0:
		g.out.State = kpi.NotApplicable
		return true, true
	case numbers > 0:
		return false, false
	case !g.r.Note.empty():
		g.unknown = true
		g.c.at(g.r, g.cell, Info, NotReported, "Dòng chỉ có ghi chú, không có số liệu: được tính là chưa báo cáo.")
		return false, true
	}
	g.c.at(
		g.r,
		g.cell,
		Warning,
		MissingFigure,
		"Ô số liệu để trống: được tính là chưa báo cáo, không phải là 0. Nếu không phát sinh, hãy ghi “-”.",
	)
	return false, true
}

// signs refuses negative numbers and fractions of things.
func (g *figure) signs(num, den, val reading) bool {
	ok := true
	for _, x := range [...]struct {
		read  reading
		field *Field
	}{{num, &g.r.Numerator}, {den, &g.r.Denominator}, {val, &g.r.Value}} {
		if x.read.has() && x.read.number.Value.Sign() < 0 && !g.def.Signed {
			g.errorf(x.field, Negative, "Số âm (%s). Số liệu này không thể âm; hãy sửa lại.", vi.FormatNumber(x.read.number.Value, 0))
			ok = false
		}
	}
	return g.wholeParts(num, den) && ok
}

// wholeParts refuses a fraction of a thing in a part that counts things: 1.234 typed where Excel takes
// the point for a decimal mark is 1,234.
func (g *figure) wholeParts(num, den reading) bool {
	ok := true
	for i, x := range [...]struct {
		read  reading
		field *Field
		name  string
	}{{num, &g.r.Numerator, g.def.Numerator}, {den, &g.r.Denominator, g.def.Denominator}} {
		n := x.read.number
		if !x.read.has() || !g.whole[i] || n.Value.IsInt() || n.Rounded || n.Estimated {
			continue
		}
		ok = false
		says := "Hãy ghi số nguyên."
		if big, err := n.Value.Shift(3); err == nil && big.IsInt() && n.Value.Sign() > 0 {
			says = "Nếu muốn nói " + vi.FormatNumber(big, 0) + ", hãy gõ lại " + big.String() + ": Excel đã hiểu dấu chấm là dấu thập phân."
		}
		g.errorf(
			g.first(x.field),
			NotWhole,
			"Số %s không phải số nguyên, trong khi đây là số lượng (%s). %s",
			vi.FormatNumber(n.Value, 0),
			g.partName(x.name),
			says,
		)
	}
	return ok
}

// ratio reads numerator, denominator and typed rate.
func (g *figure) ratio(num, den, val reading, below bool) bool {
	if val.has() {
		val.number.Value = g.percentage(val)
	}
	den = g.fixed(num, den)
	switch {
	case num.has() && den.has():
		return g.parts(num, den, val)
	case num.has() && (!val.has() || !g.quoted()):
		g.errorf(&g.r.Numerator, MissingDenominator, "Có tử số mà thiếu mẫu số (%s). Hãy ghi mẫu số.", g.partName(g.def.Denominator))
		return false
	case den.has() && (!val.has() || !g.quoted()):
		g.errorf(&g.r.Denominator, MissingNumerator, "Có mẫu số mà thiếu tử số (%s). Hãy ghi tử số.", g.partName(g.def.Numerator))
		return false
	}
	hundred := vi.Int(100)
	if g.def.Subset == kpi.SubsetYes && val.number.Value.Cmp(hundred) > 0 {
		hint := "Hãy kiểm tra lại."
		if val.percent && g.r.Value.Number.Cmp(vi.Int(2)) > 0 { // 45,5 pasted where 45,5 % is 0,455
			hint = "Ô này có định dạng %, nên số " + vi.FormatNumber(
				g.r.Value.Number,
				0,
			) + " lưu trong ô là " + vi.FormatNumber(
				val.number.Value,
				0,
			) +
				" %. Nếu muốn nói " + vi.FormatNumber(
				g.r.Value.Number,
				0,
			) + " %, hãy gõ lại số kèm dấu %."
		}
		g.errorf(&g.r.Value, PercentAbove, "Tỷ lệ %s %% lớn hơn 100 %%, trong khi tử số là một phần của mẫu số. %s",
			vi.FormatNumber(val.number.Value, 0), hint)
		return false
	}
	g.set(&g.out.Num, num)
	g.set(&g.out.Den, den)
	if below {
		g.censored(val)
		return true
	}
	g.out.State = kpi.Value
	g.set(&g.out.Value, val)
	g.fraction(val)
	if g.c.onceOnly(BareRatio) {
		g.c.at(g.r, g.cell, Info, BareRatio,
			"Thiếu tử/mẫu số: tỷ lệ được xếp hạng, không tổng hợp được. Nên ghi cả tử số và mẫu số. (Chỉ nhắc một lần cho cả tệp.)")
	}
	return true
}

// quoted reports whether the figure is taken from what another system or a publisher says, which may name one part beside a rate.
func (g *figure) quoted() bool {
	return g.c.rules.Source != kpi.Reported && g.c.rules.Source != kpi.Appraised
}

// first is the cell of a part, or that of the value when both parts stand there.
func (g *figure) first(f *Field) *Field {
	if f.empty() {
		return &g.r.Value
	}
	return f
}

func (g *figure) partName(name string) string {
	if name == "" {
		return g.def.Name
	}
	return name
}

// parts reads a ratio given by both parts; a rate beside them is only compared.
func (g *figure) parts(num, den, val reading) bool {
	n, d := num.number.Value, den.number.Value
	switch {
	case d.Sign() == 0 && n.Sign() == 0:
		g.out.State = kpi.NoDenominator
		g.set(&g.out.Num, num)
		g.set(&g.out.Den, den)
		return true
	case d.Sign() == 0:
		g.errorf(g.first(&g.r.Denominator), ZeroDenominator, "Mẫu số bằng 0 mà tử số là %s. Hãy sửa tử số hoặc mẫu số.", vi.FormatNumber(n, 0))
		return false
	case g.def.Subset == kpi.SubsetYes && n.Cmp(d) > 0:
		g.errorf(
			g.first(&g.r.Numerator),
			NumeratorAbove,
			"Tử số %s lớn hơn mẫu số %s, trong khi tử số là một phần của mẫu số. Hãy kiểm tra lại hai số.",
			vi.FormatNumber(n, 0),
			vi.FormatNumber(d, 0),
		)
		return false
	}
	if !g.size(d) {
		return false
	}
	g.out.State = kpi.Value
	g.set(&g.out.Num, num)
	g.set(&g.out.Den, den)
	if val.has() && !val.number.Below {
		g.compare(n, d, val.number.Value)
	}
	return true
}

// compare warns when the typed rate is more than one unit of its last decimal away from the parts.
func (g *figure) compare(n, d, typed vi.Decimal) {
	_, scale := typed.Parts()
	scale = min(scale, 6)
	exact, ok := kpi.Percent(n, d, scale)
	if ok {
		diff := new(big.Rat).Sub(exact.Rat(), kpi.Round(typed, scale).Rat())
		if diff.Abs(diff).Cmp(vi.NewDecimal(1, scale).Rat()) <= 0 {
			return
		}
	}
	if isFraction(n, d, typed) {
		return
	}
	shown, _ := kpi.Percent(n, d, g.def.Decimals)
	g.c.at(g.r, &g.r.Value, Warning, RateMismatch,
		"Tỷ lệ ghi %s %% khác tử/mẫu: %s / %s = %s %%. Số tính từ tử số và mẫu số được dùng; hãy kiểm tra lại.",
		vi.FormatNumber(typed, 0), vi.FormatNumber(n, 0), vi.FormatNumber(d, 0), vi.FormatNumber(shown, g.def.Decimals))
}

// isFraction reports whether a typed rate is that of the parts, from 0 to 1: a cell that divides them, without a percent format.
func isFraction(n, d, typed vi.Decimal) bool {
	_, scale := typed.Parts()
	scale = min(scale, 6)
	exact, ok := kpi.Percent(n, d, scale)
	if !ok || typed.Cmp(vi.Int(1)) > 0 || scale < 1 {
		return false
	}
	diff := new(big.Rat).Sub(exact.Rat(), new(big.Rat).Mul(typed.Rat(), big.NewRat(100, 1)))
	return diff.Abs(diff).Cmp(new(big.Rat).Mul(vi.NewDecimal(1, scale).Rat(), big.NewRat(100, 1))) <= 0
}

// single reads an indicator that is one number: a count, an amount, a score, a place, yes or no.
func (g *figure) single(num, den, val reading, below bool) bool {
	counted := g.counted()
	if counted && num.has() && den.has() {
		g.set(&g.out.Num, num)
		g.set(&g.out.Den, den)
	} else if num.has() || den.has() {
		f := &g.r.Numerator
		if !num.has() {
			f = &g.r.Denominator
		}
		if !val.has() {
			g.errorf(f, MissingFigure, "Chỉ tiêu %s không có tử số, mẫu số. Hãy ghi số liệu vào cột Giá trị.", g.def.Indicator.Code)
			return false
		}
		g.c.at(g.r, f, Warning, PartsIgnored, "Chỉ tiêu %s không có tử số, mẫu số; chỉ cột Giá trị được dùng.", g.def.Indicator.Code)
		g.cell = &g.r.Value
	}
	v := val.number
	switch {
	case g.isPercentUnit():
		v.Value = g.percentage(val)
		g.fraction(val)
	case v.Percent || val.percent && (kindOf(g.def, kpi.Count, kpi.Money, kpi.Place, kpi.YesNo) || g.ofHundred()):
		g.errorf(
			&g.r.Value,
			PercentUnit,
			"Số ghi theo %% trong khi đơn vị tính là %s. Hãy ghi số theo đơn vị này, bỏ định dạng %%.",
			quote(g.def.Unit),
		)
		return false
	}
	switch {
	case g.def.Indicator.Kind == kpi.YesNo && !counted && v.Value != vi.Int(0) && v.Value != vi.Int(1):
		g.errorf(&g.r.Value, NotYesNo, "Chỉ tiêu này chỉ nhận Có (1) hoặc Không (0).")
		return false
	case g.def.WholeNumbers() && !v.Value.IsInt():
		g.errorf(&g.r.Value, NotWhole, "Số %s không phải số nguyên; chỉ tiêu này đếm theo %s. Hãy ghi số nguyên.",
			vi.FormatNumber(v.Value, 0), quote(g.def.Unit))
		return false
	}
	if g.ofHundred() && val.has() {
		g.fraction(val)
	}
	if top := g.def.Max; top.Valid && v.Value.Cmp(top.Decimal) > 0 {
		g.errorf(&g.r.Value, AboveMaximum, "Số %s vượt mức cao nhất có thể là %s (đơn vị tính: %s). Hãy kiểm tra lại.",
			vi.FormatNumber(v.Value, 0), vi.FormatNumber(top.Decimal, 0), g.def.Unit)
		return false
	}
	val.number = v
	if below {
		g.censored(val)
		return true
	}
	g.out.State = kpi.Value
	g.set(&g.out.Value, val)
	return true
}

// counted reports whether the figure counts the agencies that answered yes: "56/63 tỉnh, thành phố
// đã ban hành" of the nation or of a block, where one agency answers 1 or 0.
func (g *figure) counted() bool {
	if g.def.Indicator.Kind != kpi.YesNo {
		return false
	}
	v, ok := g.c.rules.Directory.On(g.agency, g.day)
	return ok && (v.Level == agency.National || v.Level == agency.Aggregate)
}

// ofHundred reports whether the indicator is a score out of many points, of which a share of 1 is another number.
func (g *figure) ofHundred() bool {
	return g.def.Indicator.Kind == kpi.Score && g.def.Max.Valid && g.def.Max.Cmp(vi.Int(10)) >= 0
}

func (g *figure) isPercentUnit() bool { return strings.HasPrefix(g.def.Unit, "%") }

// percentage returns what a cell says in percent.
func (g *figure) percentage(x reading) vi.Decimal {
	if !x.percent {
		return x.number.Value
	}
	coef, scale := x.number.Value.Parts()
	return vi.NewDecimal(coef, scale-2)
}

func (g *figure) censored(val reading) {
	g.out.State = kpi.CensoredBelow
	g.set(&g.out.Bound, val)
	g.out.Qualifiers = 0
	g.said = ""
}

func (g *figure) set(to *vi.NullDecimal, x reading) {
	if x.has() {
		*to = vi.Some(x.number.Value)
	}
}

func (g *figure) errorf(f *Field, code, format string, args ...any) {
	g.c.at(g.r, f, Error, code, format, args...)
}
