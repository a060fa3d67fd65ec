package ranking

import (
	"slices"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Delta is one agency in a ranking by improvement.
type Delta struct {
	Rank          int // standard competition rank by Change, the best change first
	Agency        agency.ID
	Name          string
	Before, After vi.Decimal
	// As printed, with the word that stood before it.
	BeforeText, AfterText string
	Change                vi.Decimal // after − before, on rounded values
	Better                int        // 1 improved, −1 worsened, 0 neither
	Place, Was            int        // ranks by value
}

// Deltas ranks agencies by how much their value improved since an earlier table (most improved
// first). Agencies without a value in both are left out. It refuses as Move does, with the reason.
func (t *Table) Deltas(before *Table) ([]Delta, string) {
	if why := t.refuse(before); why != "" {
		return nil, why
	}
	then := make(map[agency.ID]Row, len(before.Rows))
	for _, r := range before.Rows {
		then[r.Agency] = r
	}
	var out []Delta
	for _, r := range t.Rows {
		was, ok := then[r.Agency]
		if !ok || !r.Value.Valid || !was.Value.Valid {
			continue
		}
		d := Delta{Agency: r.Agency, Name: r.Name, Before: was.Value.Decimal, After: r.Value.Decimal, Place: r.Rank, Was: was.Rank,
			BeforeText: was.Print(t.Decimals), AfterText: r.Print(t.Decimals)}
		if d.Change = minus(d.After, d.Before); t.Direction != kpi.Neutral {
			d.Better = d.Change.Sign()
		}
		if t.Direction == kpi.Lower {
			d.Better = -d.Better
		}
		out = append(out, d)
	}
	scale := Scale{Direction: t.Direction}
	slices.SortStableFunc(out, func(a, b Delta) int { return scale.compare(a.Change, b.Change) })
	for i := range out {
		if out[i].Rank = i + 1; i > 0 && out[i].Change == out[i-1].Change {
			out[i].Rank = out[i-1].Rank
		}
	}
	return out, ""
}

// compare orders values best first.
func (m Scale) compare(a, b vi.Decimal) int {
	switch {
	case m.better(a, b):
		return -1
	case m.better(b, a):
		return 1
	}
	return 0
}

// Within keeps the agencies of a peer group and ranks them among themselves. Places, gaps and coverage are
// those of the group; pooled and published figures are not, so they are left out, as is movement.
func (t *Table) Within(title string, inside func(agency.ID) bool) *Table {
	g := *t
	g.Block.Name = title
	g.Pooled, g.Published, g.Target = Pooled{Method: NotPooled}, nil, nil
	g.Previous = Previous{None: "Chưa so với kỳ trước."}
	g.Rows, g.NotRanked = nil, nil
	for _, r := range t.Rows {
		if !inside(r.Agency) {
			continue
		}
		r.Rank, r.Gap, r.PreviousRank, r.PublishedRank = len(g.Rows)+1, vi.NullDecimal{}, 0, 0
		if n := len(g.Rows); n > 0 {
			prev := g.Rows[n-1]
			switch {
			case prev.Value == r.Value:
				r.Rank, r.Gap = prev.Rank, prev.Gap
			case r.Value.Valid:
				r.Gap = distance(prev.Value.Decimal, r.Value.Decimal)
			}
		}
		g.Rows = append(g.Rows, r)
	}
	for _, n := range t.NotRanked {
		if inside(n.Agency) {
			g.NotRanked = append(g.NotRanked, n)
		}
	}
	g.Pooled.Expected = g.Expected()
	return &g
}

// Range is the best and the worst rank that an agency can still get.
type Range struct{ Best, Worst int }

// Possible says which ranks are still open while agencies have not reported: they may yet come in
// anywhere that the indicator's bounds leave. Agencies that reported, but have no rank, stay without
// one. It is nil when nobody is missing.
func (t *Table) Possible() map[agency.ID]Range {
	var missing []agency.ID
	for _, n := range t.NotRanked {
		if n.Reason == t.Without() || n.Reason == Censored {
			missing = append(missing, n.Agency)
		}
	}
	known := 0
	for _, r := range t.Rows {
		if r.Value.Valid {
			known++
		} else {
			missing = append(missing, r.Agency) // last for its silence
		}
	}
	if len(missing) == 0 {
		return nil
	}
	out := make(map[agency.ID]Range, t.Expected())
	for _, r := range t.Rows {
		if !r.Value.Valid {
			continue
		}
		worst := r.Rank + len(missing)
		if best, ok := t.bestValue(); ok && r.Value.Cmp(best) == 0 {
			worst = r.Rank // nothing beats the best that there is
		}
		out[r.Agency] = Range{r.Rank, worst}
	}
	for _, id := range missing {
		out[id] = Range{1, known + len(missing)}
	}
	return out
}

// bestValue is the value that cannot be beaten, where there is one.
func (t *Table) bestValue() (vi.Decimal, bool) {
	d := t.Definition
	if t.Scorecard != nil {
		most := t.Scorecard.Root().Max
		return most, most.Sign() > 0
	}
	switch {
	case d == nil:
		return vi.Decimal{}, false
	case t.Direction == kpi.Lower:
		return vi.Decimal{}, !d.Signed
	case d.Max.Valid:
		return d.Max.Decimal, true
	case d.Indicator.Kind == kpi.Ratio && d.Subset == kpi.SubsetYes:
		return vi.Int(100), true
	}
	return vi.Decimal{}, false
}
