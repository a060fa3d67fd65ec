package publish

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/report"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// gapNames is how many contributors to a gap are named.
const gapNames = 3

// gaps compares the sum of the agencies of every table with what somebody published for the block or the nation.
func (g *packRoom) gaps() error {
	if !g.has(report.Reconciliation) {
		return nil
	}
	for i := range g.pack.Tables {
		t := &g.pack.Tables[i]
		parts, first := g.together(i)
		if !first {
			continue
		}
		line, ok, err := g.gap(t, g.subjects[i], parts)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		for _, n := range g.notes {
			if n.Code == t.Code && n.Block == t.Block.Code {
				line.Explanation, line.Owner = n.Explanation, n.Responsible
				if n.AcceptedGap != "" && n.AcceptedGap == line.printed {
					line.Accepted = fmt.Sprintf(
						"%s đồng ý công bố kèm chênh lệch, %s",
						n.Accepted.Name,
						n.Accepted.At.In(filing.Zone()).Format("15:04 02/01/2006"),
					)
				}
			}
		}
		g.pack.Gaps = append(g.pack.Gaps, line.Gap)
		g.lines = append(g.lines, line)
	}
	return nil
}

// gapLine is a gap with where it is.
type gapLine struct {
	report.Gap
	code, block string
	printed     string // the gap as printed: what a leader agrees to
}

// together are the tables whose agencies a published figure counts: of the block's own figure that of the block, of a national one every
// block that the pack shows. False for a table that was counted with an earlier one.
func (g *packRoom) together(i int) (out []*ranking.Table, first bool) {
	t := &g.pack.Tables[i]
	if t.Published == nil || t.Published.Agency != agency.Nation {
		return []*ranking.Table{t}, true
	}
	for j := range g.pack.Tables {
		x := &g.pack.Tables[j]
		if x.Code != t.Code || x.Period.Key != t.Period.Key || x.Source != t.Source || x.Published == nil ||
			x.Published.Agency != agency.Nation {
			continue
		}
		if out = append(out, x); j < i {
			return nil, false
		}
	}
	return out, true
}

// pool is the figure of several blocks together: counts are summed, a ratio is that of the sums.
func pool(parts []*ranking.Table) (value vi.NullDecimal, counted, of int) {
	num, den, sum, ratio := new(big.Rat), new(big.Rat), new(big.Rat), false
	for _, t := range parts {
		p := t.Pooled
		if counted, of = counted+p.Covered, of+p.Expected; !p.Value.Valid {
			continue
		}
		if sum.Add(sum, p.Value.Rat()); p.Method == ranking.RatioOfSums && p.Num.Valid && p.Den.Valid {
			num.Add(num, p.Num.Rat())
			den.Add(den, p.Den.Rat())
			ratio = true
		}
	}
	first := parts[0]
	if len(parts) == 1 {
		return first.Pooled.Value, counted, of
	}
	if ratio {
		n, okN := kpi.RoundRat(num, 6)
		d, okD := kpi.RoundRat(den, 6)
		v, ok := kpi.Figure{State: kpi.Value, Num: vi.Some(n), Den: vi.Some(d)}.Rate(first.Definition)
		return vi.NullDecimal{Decimal: v, Valid: ok && okN && okD}, counted, of
	}
	v, ok := kpi.RoundRat(sum, first.Decimals)
	return vi.NullDecimal{Decimal: v, Valid: ok && first.Pooled.Method == ranking.SumOfCounts}, counted, of
}

// gap is the pooled figure of tables beside a published one of the same scope. False when nobody published one or nothing is pooled.
func (g *packRoom) gap(t *ranking.Table, s *figures.Subject, parts []*ranking.Table) (line gapLine, ok bool, err error) {
	ref := t.Published
	if ref == nil || t.Definition == nil || t.Source == kpi.Published {
		return line, false, nil
	}
	sum, counted, of := pool(parts)
	if !sum.Valid {
		return line, false, nil
	}
	diff := new(big.Rat).Sub(sum.Rat(), ref.Value.Rat())
	gap, fine := kpi.RoundRat(diff, max(t.Decimals, figures.ScaleOf(ref.Value)))
	if !fine {
		return line, false, nil
	}
	name := t.Name + " – " + t.Block.Name
	if len(parts) > 1 {
		name = t.Name + " – các khối"
	}
	line = gapLine{Gap: report.Gap{Name: name, Unit: t.Unit, Decimals: t.Decimals, Period: t.Period, Sum: sum.Decimal, Counted: counted,
		Of: of, Reference: ref.Value, ReferenceOf: ref.Scope + ", " + ref.Source, Gap: gap}, code: t.Code, block: t.Block.Code, printed: vi.FormatNumber(gap, t.Decimals)}
	if ref.Value.Sign() != 0 && t.Unit != "%" {
		share := diff.Quo(diff, ref.Value.Rat())
		if v, ok := kpi.RoundRat(share.Mul(share, big.NewRat(100, 1)), 2); ok {
			line.Share = vi.Some(v)
		}
	}
	line.Contributors, err = g.contributors(t, s)
	return line, true, err
}

// contributors names who makes most of a gap: where the publisher has a figure of each agency those that differ most from it, else who
// is not in the sum, else whose own figure changed most.
func (g *packRoom) contributors(t *ranking.Table, s *figures.Subject) ([]string, error) {
	others, err := g.reference(t, s)
	if err != nil {
		return nil, err
	}
	type part struct {
		name string
		by   *big.Rat
		text string
	}
	var parts []part
	for _, r := range t.Rows {
		o, ok := others[r.Agency]
		if !ok || !r.Value.Valid {
			continue
		}
		by := new(big.Rat).Sub(r.Value.Rat(), o.Rat())
		if v, fine := kpi.RoundRat(by, t.Decimals); fine && by.Sign() != 0 {
			parts = append(parts, part{r.Name, new(big.Rat).Abs(by), signed(v, t.Decimals)})
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return b.by.Cmp(a.by) })
	var out []string
	for _, p := range parts[:min(len(parts), gapNames)] {
		out = append(out, p.name+" ("+p.text+")")
	}
	if len(out) > 0 {
		return out, nil
	}
	for _, n := range t.NotRanked {
		if n.Reason == t.Without() && len(out) < gapNames {
			out = append(out, n.Name+" ("+ledger.LowerFirst(n.Reason.Title())+")")
		}
	}
	return out, nil
}

// signed prints a difference with its sign.
func signed(d vi.Decimal, decimals int) string {
	if d.Sign() > 0 {
		return "+" + vi.FormatNumber(d, decimals)
	}
	return vi.FormatNumber(d, decimals)
}

// reference reads what other sources say of each agency for the same indicator and period.
func (g *packRoom) reference(t *ranking.Table, s *figures.Subject) (map[agency.ID]vi.Decimal, error) {
	var best map[agency.ID]vi.Decimal
	holdings := slices.Clone(s.Holdings)
	slices.SortStableFunc(holdings, func(a, b store.Holding) int { return cmp.Compare(b.Figures, a.Figures) })
	for _, h := range holdings {
		if h.Period.Key != t.Period.Key || h.Source.System == t.Source || figures.Guarded(h.Source.System) ||
			h.Source.System == kpi.Illustrative {
			continue
		}
		figures, err := g.View.Figures(t.Period, t.Definition.ID, h.Source.ID)
		if err != nil {
			return nil, err
		}
		out := map[agency.ID]vi.Decimal{}
		for id, x := range figures {
			if v, ok := x.Figure.Rate(t.Definition); ok {
				out[id] = v
			}
		}
		if len(out) > len(best) {
			best = out
		}
	}
	return best, nil
}
