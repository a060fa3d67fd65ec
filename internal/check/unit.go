package check

import (
	"errors"
	"slices"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// unit is a unit of measure: a power of ten and what is counted, folded.
type unit struct {
	exp  int
	base string
}

// parseUnit reads a unit such as "tỷ đồng", "nghìn hồ sơ", "tr.đ" or "điểm (tối đa 22)".
func parseUnit(text string) unit {
	u := vi.ParseUnit(text)
	return unit{u.Scale, u.Base}
}

// money lists the units of which none may stand for another.
var money = []string{"dong", "usd", "eur"}

func isMoney(base string) bool {
	word, _, _ := strings.Cut(base, "/")
	return slices.Contains(money, word)
}

// quantity reads a typed number with words behind it: its own unit is dropped, scale words are
// converted to the unit of the definition. err is that of vi.ParseNumber.
func (g *figure) quantity(f *Field, whole bool, err error) reading {
	if errors.Is(err, vi.ErrTooLong) {
		return g.word(f, err)
	}
	q, qerr := vi.ParseQuantity(f.Text, whole)
	var amb *vi.AmbiguousError
	if errors.As(qerr, &amb) && (q.Scale > 0 || q.Unit != "") {
		g.errorf(f, AmbiguousNumber, "Số trong %s có thể là %s hoặc %s. Hãy ghi số theo %s, không kèm chữ.", quote(f.Text),
			vi.FormatNumber(amb.Whole, 0), vi.FormatNumber(amb.Fraction, 0), quote(g.def.Unit))
		return reading{kind: bad}
	}
	if qerr != nil {
		return g.word(f, qerr)
	}
	def := parseUnit(g.def.Unit)
	value := f == &g.r.Value
	shift := q.Scale
	switch got := parseUnit(q.Unit); {
	case q.Percent && (q.Scale > 0 || !value):
		return g.word(f, vi.ErrNotNumber)
	case !value && (q.Unit == "" || g.counts(f, got.base)):
	case !value:
		return g.otherUnit(f)
	case q.Percent:
	case q.Scale > 0 && !kindOf(g.def, kpi.Count, kpi.Money):
		return g.word(f, vi.ErrNotNumber)
	case q.Unit == "" && q.Scale < def.exp && q.Scale > 0:
		return g.ambiguousScale(f, q, def)
	case q.Unit == "" && q.Scale > 0:
		shift -= def.exp
	case q.Unit == "":
	case got.base == def.base:
		shift += got.exp - def.exp
	case got.base == "diem" && g.def.Indicator.Kind == kpi.Score && q.Scale == 0:
	default:
		return g.otherUnit(f)
	}
	d, serr := q.Value.Shift(shift)
	if serr != nil {
		return g.word(f, serr)
	}
	if value && shift != 0 {
		g.roundsAway(quote(f.Text), d)
	}
	q.Value = d
	return reading{kind: aNumber, number: q.Number, united: q.Scale > 0 || q.Unit != ""}
}

// counts reports whether the name of a ratio's part says that it counts things of a unit.
func (g *figure) counts(f *Field, base string) bool {
	name := g.def.Numerator
	if f == &g.r.Denominator {
		name = g.def.Denominator
	}
	return base != "" && strings.Contains(" "+vi.Fold(name)+" ", " "+base+" ")
}

func (g *figure) otherUnit(f *Field) reading {
	unit := g.def.Unit
	if f != &g.r.Value {
		unit = g.partName(g.def.Numerator)
	}
	g.errorf(f, UnitMismatch, "Không hiểu %s: chỉ tiêu %s tính theo %s. Hãy đổi số sang đơn vị này và bỏ chữ.",
		quote(f.Text), g.def.Indicator.Code, quote(unit))
	return reading{kind: bad}
}

// ambiguousScale refuses "500 triệu" of an indicator in tỷ đồng: 0,5, or 500 million of them.
func (g *figure) ambiguousScale(f *Field, q vi.Quantity, def unit) reading {
	small, err1 := q.Value.Shift(q.Scale - def.exp)
	large, err2 := q.Value.Shift(q.Scale)
	if err1 != nil || err2 != nil {
		return g.word(f, vi.ErrTooLong)
	}
	g.errorf(f, AmbiguousNumber, "Số %s có thể là %s hoặc %s %s. Hãy ghi số theo %s, không kèm chữ.", quote(f.Text),
		vi.FormatNumber(small, 0), vi.FormatNumber(large, 0), g.def.Unit, g.def.Unit)
	return reading{kind: bad}
}

// fileUnit converts a number to the unit of the definition when a column or line of the file says
// that its numbers are in another power of ten.
func (g *figure) fileUnit(f *Field, x reading) reading {
	text := g.r.Unit
	if text == "" || !x.has() || x.united || x.number.Percent || x.percent {
		return x
	}
	hit := g.c.unitOf(text, g.def)
	parts := g.r.Numerator.Kind != Absent && g.r.Numerator.Kind != Blank // of a ratio; the unit is theirs
	if hit.other && !parts && f == &g.r.Value && g.c.onceOnly(UnitDiffers+text+g.def.Indicator.Code) {
		g.c.at(
			g.r,
			f,
			Warning,
			UnitDiffers,
			"Tệp ghi theo %s, chỉ tiêu %s tính theo %s: số được giữ nguyên. Hãy kiểm tra lại đơn vị tính. (Chỉ nhắc một lần.)",
			quote(text),
			g.def.Indicator.Code,
			quote(g.def.Unit),
		)
	}
	if hit.scaled && f != &g.r.Value && hit.base != "" && !g.counts(f, hit.base) {
		g.errorf(
			f,
			UnitMismatch,
			"Tệp ghi theo %s, không rõ có phải đơn vị của cột này (%s). Hãy ghi số theo đơn vị của chỉ tiêu, hoặc ghi đơn vị ở tiêu đề từng cột.",
			quote(text),
			g.partName(g.def.Numerator),
		)
		return reading{kind: bad}
	}
	if hit.mismatch && f == &g.r.Value {
		g.errorf(f, UnitMismatch, "Tệp ghi theo %s, trong khi chỉ tiêu %s tính theo %s. Hãy đổi số sang đơn vị của chỉ tiêu.",
			quote(text), g.def.Indicator.Code, quote(g.def.Unit))
		return reading{kind: bad}
	}
	if hit.shift == 0 || !hit.value && (f == &g.r.Value || hit.base != "" && !g.counts(f, hit.base)) || hit.value && f != &g.r.Value {
		return x
	}
	d, err := x.number.Value.Shift(hit.shift)
	if err != nil {
		return g.word(f, err)
	}
	if g.c.onceOnly(ConvertedUnit + text + g.def.Indicator.Code) {
		g.c.at(
			g.r,
			f,
			Info,
			ConvertedUnit,
			"Tệp ghi theo %s, chỉ tiêu %s tính theo %s: số được đổi, %s thành %s. (Chỉ nhắc một lần.)",
			quote(text),
			g.def.Indicator.Code,
			quote(g.def.Unit),
			vi.FormatNumber(x.number.Value, 0),
			vi.FormatNumber(d, 0),
		)
	}
	if f == &g.r.Value {
		g.roundsAway(vi.FormatNumber(x.number.Value, 0)+" ("+text+")", d)
	}
	x.number.Value = d
	return x
}

// roundsAway warns of a number of which nothing is left in the unit of the definition: it was hardly meant so.
func (g *figure) roundsAway(said string, d vi.Decimal) {
	if shown := kpi.Round(d, g.def.Decimals); shown.Sign() == 0 && d.Sign() != 0 {
		g.c.at(g.r, &g.r.Value, Warning, RoundsToNothing, "Số %s đổi ra %s %s, in ra là %s. Hãy kiểm tra lại đơn vị tính.", said,
			vi.FormatNumber(d, 0), g.def.Unit, vi.FormatNumber(shown, g.def.Decimals))
	}
}

// unitHit is what a unit of the file means for a definition.
type unitHit struct {
	shift    int
	value    bool // the unit is that of the value; otherwise of the parts that count base
	base     string
	mismatch bool
	scaled   bool // a power of ten of a ratio's parts: it must be theirs
	other    bool // another thing, in the same power of ten
}

type unitKey struct {
	text string
	def  int64
}

func (c *Checker) unitOf(text string, def *kpi.Definition) unitHit {
	key := unitKey{text, def.ID}
	hit, ok := c.units[key]
	if ok {
		return hit
	}
	file, own := parseUnit(text), parseUnit(def.Unit)
	switch {
	case file.base == own.base && file.base != "":
		hit = unitHit{shift: file.exp - own.exp, value: true}
	case isMoney(file.base) && isMoney(own.base), file.base == "" && file.exp > 0 && own.exp > 0:
		hit.mismatch = true
	case file.base == "" && file.exp > 0 && def.Indicator.Kind == kpi.Count: // "Đơn vị tính: nghìn"
		hit = unitHit{shift: file.exp, value: true}
	case def.Indicator.Kind == kpi.Ratio && file.exp > 0:
		hit = unitHit{shift: file.exp, base: file.base, scaled: true}
	case notShare(file, own), otherTime(file.base, own.base):
		hit.mismatch = true
	case def.Indicator.Kind == kpi.Ratio, own.base == "%":
		hit.other = file.base != "" && file.base != own.base && shareless(file.base)
	case file.exp > 0, file.base == "%", isMoney(file.base) != isMoney(own.base): // another thing altogether
		hit.mismatch = true
	case file.base != "" && kindOf(def, kpi.Count, kpi.Money):
		hit.other = true
	}
	if len(c.units) < maxUnknown {
		key.text = strings.Clone(text)
		c.units[key] = hit
	}
	return hit
}

// notShares are units that no percentage has: a share below them is another figure, or ten times too large.
var notShares = []string{"‰", "phan nghin", "phan ngan", "diem", "diem %", "diem phan tram", "% diem", "hang", "xep hang", "bac", "thu hang"}

// times are units of time, none of which may stand for another.
var times = []string{"giay", "phut", "gio", "ngay", "ngay lam viec", "tuan", "thang", "quy", "nam"}

func notShare(file, own unit) bool {
	return own.base == "%" && file.exp == 0 && (slices.Contains(notShares, file.base) || slices.Contains(times, file.base))
}

func otherTime(file, own string) bool {
	return file != own && slices.Contains(times, file) && slices.Contains(times, own)
}

// shareless reports whether a unit is hardly that of a share: it does not name one.
func shareless(base string) bool {
	return !strings.Contains(base, "%") && !strings.Contains(base, "ty le") && !strings.Contains(base, "phan tram")
}
