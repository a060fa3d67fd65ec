package check

import (
	"math"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Past is a figure that was reported before: of the same agency, definition and source.
type Past struct {
	Period kpi.Period
	Figure kpi.Figure
}

const (
	// maxRemembered bounds the figures of one run that are compared with each other.
	maxRemembered = 20_000
	minHistory    = 4   // points of the own series from which an outlier can be told
	maxPoints     = 60  // of the own series that are looked at, the latest
	maxBack       = 400 // figures that are looked through for them
	minBlock      = 8   // agencies from which the spread of a block can be told
	farOut        = 6   // deviations (median, MAD) beyond which a figure is asked about
	madToSigma    = 1.4826
	farAbove      = 3   // times the target
	madFloor      = 0.5 // percentage points: steadier series are not taken at their word
)

// remembered is a figure of this run.
type remembered struct {
	row    Row
	agency agency.ID
	period kpi.Period
	def    *kpi.Definition
	x      float64 // rate or value
}

// remember compares a figure with what is known of the past, and keeps it for the comparisons at the
// end of the file. Only one warning is given for one figure, the most telling.
func (c *Checker) remember(g *figure, p *periodHit, who *agencyHit) {
	x, ok := amount(&g.out)
	if !ok {
		return
	}
	if len(c.remembered) < maxRemembered {
		c.remembered = append(c.remembered, remembered{row: *g.r, agency: who.id, period: p.period, def: g.def, x: x})
	}
	past := c.past(who.id, g.def, p.period)
	_ = c.falls(g, p.period, past) || c.jumps(g, p.period, past) || c.strays(g, p.period, past, x) || c.exceeds(g, p.period, who.id, x)
}

// pastKey names a series.
type pastKey struct {
	agency agency.ID
	def    int64
}

// past returns the earlier figures of a series that have a value, oldest first. A series is sorted
// once: a file may go on with one of thousands of days.
func (c *Checker) past(id agency.ID, def *kpi.Definition, p kpi.Period) []Past {
	key := pastKey{id, def.ID}
	all, ok := c.pasts[key]
	if !ok {
		for _, x := range c.rules.History(Key{p.Key, def.ID, id}) {
			if _, ok := amount(&x.Figure); ok {
				all = append(all, x)
			}
		}
		slices.SortStableFunc(all, func(a, b Past) int { return int(a.Period.To) - int(b.Period.To) })
		if c.pasts == nil {
			c.pasts = map[pastKey][]Past{}
		}
		c.pasts[key] = all
	}
	n, _ := slices.BinarySearchFunc(all, p.To, func(x Past, to vi.Date) int { return int(x.Period.To) - int(to) })
	return all[:n:n]
}

// amount is what a figure is compared by: the exact rate of a ratio, or its value.
func amount(f *kpi.Figure) (float64, bool) {
	switch {
	case f.State != kpi.Value:
		return 0, false
	case f.HasParts():
		return 100 * f.Num.Float() / f.Den.Float(), f.Den.Sign() > 0
	case f.Value.Valid:
		return f.Value.Float(), true
	}
	return 0, false
}

// previous returns the figure that a movement is measured from, else that of a year before, else the
// last one of a period of the same length.
func previous(past []Past, def *kpi.Definition, p kpi.Period) (Past, bool) {
	if cmp := kpi.Previous(p, def.Accumulation); cmp.Snapshot {
		for i := len(past) - 1; i >= 0 && past[i].Period.To >= cmp.NotUntil; i-- {
			if past[i].Period.Kind == kpi.Day {
				return past[i], true
			}
		}
	} else if x, ok := named(past, cmp.Period); ok {
		return x, true
	}
	if last, ok := p.LastYear(); ok {
		if x, ok := named(past, last); ok {
			return x, true
		}
	}
	for i := len(past) - 1; i >= max(0, len(past)-maxBack); i-- {
		x := past[i]
		if x.Period.Kind == p.Kind && (def.Accumulation != kpi.YearToDate || x.Period.To.Year() == p.To.Year()) {
			return x, true
		}
	}
	return Past{}, false
}

// named returns the figure of one period.
func named(past []Past, p kpi.Period) (Past, bool) {
	for i := len(past) - 1; p.Key != "" && i >= 0 && past[i].Period.To >= p.To; i-- {
		if past[i].Period.Key == p.Key {
			return past[i], true
		}
	}
	return Past{}, false
}

// falls warns of a cumulative number that is smaller than before. One of the year begins again in
// January.
func (c *Checker) falls(g *figure, p kpi.Period, past []Past) bool {
	acc := g.def.Accumulation
	if acc != kpi.Cumulative && acc != kpi.YearToDate || !kindOf(g.def, kpi.Count, kpi.Money) {
		return false
	}
	for i := len(past) - 1; i >= 0; i-- {
		x := past[i]
		if acc == kpi.YearToDate && x.Period.To.Year() != p.To.Year() {
			return false
		}
		if !x.Figure.Value.Valid || !g.out.Value.Valid {
			continue
		}
		if g.out.Value.Cmp(x.Figure.Value.Decimal) >= 0 {
			return false
		}
		c.at(
			g.r,
			g.cell,
			Warning,
			CumulativeFall,
			"Số lũy kế giảm: %s là %s, %s chỉ còn %s. Hãy kiểm tra lại; nếu đúng, ghi lý do ở cột Ghi chú.",
			x.Period.Title(),
			vi.FormatNumber(x.Figure.Value.Decimal, 0),
			p.Title(),
			vi.FormatNumber(g.out.Value.Decimal, 0),
		)
		return true
	}
	return false
}

// jumps warns of a number that is about 10, 100 or 1,000 times the one before, or as much smaller:
// mostly a wrong unit or a lost separator.
func (c *Checker) jumps(g *figure, p kpi.Period, past []Past) bool {
	x, ok := previous(past, g.def, p)
	if !ok {
		return false
	}
	for _, s := range [...]struct {
		now, then vi.NullDecimal
		field     *Field
	}{{g.out.Value, x.Figure.Value, &g.r.Value}, {g.out.Den, x.Figure.Den, &g.r.Denominator}, {g.out.Num, x.Figure.Num, &g.r.Numerator}} {
		if !s.now.Valid || !s.then.Valid {
			continue
		}
		now, then := s.now.Float(), s.then.Float()
		if now <= 0 || then <= 0 || max(now, then) < 100 && g.def.Indicator.Kind != kpi.Score {
			continue
		}
		power := math.Log10(now / then)
		k := math.Round(power)
		if math.Abs(k) < 1 || math.Abs(k) > 3 || math.Abs(power-k) > 0.1 {
			continue
		}
		how := "gấp khoảng " + vi.FormatInt(int64(math.Pow(10, k))) + " lần"
		if k < 0 {
			how = "chỉ bằng khoảng 1/" + vi.FormatInt(int64(math.Pow(10, -k))) + " của"
		}
		c.at(
			g.r,
			g.first(s.field),
			Warning,
			FactorJump,
			"Số %s %s %s (%s). Có thể sai đơn vị tính hoặc dấu phân cách; hãy kiểm tra lại, nếu đúng thì ghi lý do.",
			vi.FormatNumber(s.now.Decimal, 0),
			how,
			vi.FormatNumber(s.then.Decimal, 0),
			x.Period.Title(),
		)
		return true
	}
	return false
}

// strays warns of a figure far from the agency's own series. Numbers that only grow have no spread.
func (c *Checker) strays(g *figure, p kpi.Period, past []Past, x float64) bool {
	if acc := g.def.Accumulation; kindOf(g.def, kpi.Count, kpi.Money) && (acc == kpi.Cumulative || acc == kpi.YearToDate) {
		return false
	}
	var series []float64
	for i := len(past) - 1; i >= 0 && len(past)-i <= maxBack && len(series) < maxPoints; i-- {
		if past[i].Period.Kind == p.Kind {
			v, _ := amount(&past[i].Figure)
			series = append(series, v)
		}
	}
	if len(series) < minHistory {
		return false
	}
	middle, spread := medianMAD(series)
	if math.Abs(x-middle) <= farOut*madToSigma*max(spread, floor(g.def, middle)) {
		return false
	}
	c.at(
		g.r,
		g.cell,
		Warning,
		Outlier,
		"Số %s khác hẳn %d kỳ trước của chính đơn vị (trung vị %s). Hãy kiểm tra lại; nếu đúng, ghi lý do ở cột Ghi chú.",
		printed(x, g.def),
		len(series),
		printed(middle, g.def),
	)
	return true
}

// floor is the least deviation that counts for a series.
func floor(def *kpi.Definition, middle float64) float64 {
	if def.Indicator.Kind == kpi.Ratio || strings.HasPrefix(def.Unit, "%") {
		return madFloor
	}
	return max(math.Abs(middle)*0.02, 0.5*math.Pow(10, -float64(def.Decimals)))
}

// exceeds warns of a figure that is several times its target.
func (c *Checker) exceeds(g *figure, p kpi.Period, id agency.ID, x float64) bool {
	if g.def.Indicator.Direction != kpi.Higher {
		return false
	}
	scopes := []string{"agency:" + string(id), "block:" + c.rules.Directory.BlockOf(id, p.To)}
	if id == agency.Nation {
		scopes = append(scopes, "all")
	}
	t, ok := c.rules.Catalogue.Target(g.def.Indicator.Code, p.To.Year(), scopes...)
	if !ok || t.Unit != g.def.Unit || t.Value.Sign() <= 0 || x < farAbove*t.Value.Float() {
		return false
	}
	c.at(g.r, g.cell, Warning, FarAboveTarget, "Số %s gấp hơn %d lần mục tiêu năm %d (%s %s). Có thể sai đơn vị tính; hãy kiểm tra lại.",
		printed(x, g.def), farAbove, t.Year, vi.FormatNumber(t.Value, 0), t.Unit)
	return true
}

func printed(x float64, def *kpi.Definition) string {
	d, err := vi.DecimalOf(x)
	if err != nil {
		return ""
	}
	return vi.FormatNumber(kpi.Round(d, def.Decimals), 0)
}

// medianMAD returns the median and the median of the deviations from it.
func medianMAD(xs []float64) (median, mad float64) {
	median = middle(xs)
	dev := make([]float64, len(xs))
	for i, x := range xs {
		dev[i] = math.Abs(x - median)
	}
	return median, middle(dev)
}

func middle(xs []float64) float64 {
	s := slices.Sorted(slices.Values(xs))
	n := len(s)
	if n%2 == 1 {
		return s[n/2]
	}
	return (s[n/2-1] + s[n/2]) / 2
}
