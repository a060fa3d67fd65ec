package app

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"chiso/internal/agency"
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
		line, ok, err := g.gap(t, g.subjects[i])
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
					line.Accepted = fmt.Sprintf("%s đồng ý công bố kèm chênh lệch, %s", n.Accepted.Name, n.Accepted.At.In(filing.Zone()).Format("15:04 02/01/2006"))
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

// gap is the pooled figure of a table beside a published one of the same scope: that of the block, or the national one where the block
// is all that there is to the nation's figure. False when nobody published one or nothing is pooled.
func (g *packRoom) gap(t *ranking.Table, s *subject) (line gapLine, ok bool, err error) {
	ref := t.Published
	if ref == nil || !t.Pooled.Value.Valid || t.Definition == nil || t.Source == kpi.Published {
		return line, false, nil
	}
	diff := new(big.Rat).Sub(t.Pooled.Value.Rat(), ref.Value.Rat())
	gap, fine := kpi.RoundRat(diff, max(t.Decimals, scaleOf(ref.Value)))
	if !fine {
		return line, false, nil
	}
	line = gapLine{Gap: report.Gap{Name: t.Name + " – " + t.Block.Name, Unit: t.Unit, Decimals: t.Decimals, Period: t.Period, Sum: t.Pooled.Value.Decimal, Counted: t.Pooled.Covered,
		Of: t.Pooled.Expected, Reference: ref.Value, ReferenceOf: ref.Scope + ", " + ref.Source, Gap: gap}, code: t.Code, block: t.Block.Code, printed: vi.FormatNumber(gap, t.Decimals)}
	if ref.Value.Sign() != 0 && t.Unit != "%" {
		share := diff.Quo(diff, ref.Value.Rat())
		if v, ok := kpi.RoundRat(share.Mul(share, big.NewRat(100, 1)), 2); ok {
			line.Share = vi.Some(v)
		}
	}
	line.Contributors, err = g.contributors(t, s)
	return line, true, err
}

func scaleOf(d vi.Decimal) int {
	_, scale := d.Parts()
	return scale
}

// contributors names who makes most of a gap: where the publisher has a figure of each agency those that differ most from it, else who
// is not in the sum, else whose own figure changed most.
func (g *packRoom) contributors(t *ranking.Table, s *subject) ([]string, error) {
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
		if n.Reason == ranking.NotReported && len(out) < gapNames {
			out = append(out, n.Name+" (chưa báo cáo)")
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
func (g *packRoom) reference(t *ranking.Table, s *subject) (map[agency.ID]vi.Decimal, error) {
	var best map[agency.ID]vi.Decimal
	holdings := slices.Clone(s.holdings)
	slices.SortStableFunc(holdings, func(a, b store.Holding) int { return cmp.Compare(b.Figures, a.Figures) })
	for _, h := range holdings {
		if h.Period.Key != t.Period.Key || h.Source.System == t.Source || guarded(h.Source.System) || h.Source.System == kpi.Illustrative {
			continue
		}
		figures, err := g.v.Figures(t.Period, t.Definition.ID, h.Source.ID)
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
