package receive

import (
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/vi"
)

// history gives the last figures of agencies for columns with headings of somebody's own. Whoever imports reads everybody's newest figures.
func (r *fileRun) history(c *ledger.Catalogue) intake.History {
	return func(agencies []string) map[match.Target]map[string]vi.Decimal {
		out, last := map[match.Target]map[string]vi.Decimal{}, map[match.Target]map[string]vi.Date{}
		put := func(t match.Target, id string, n vi.NullDecimal, day vi.Date) {
			if !n.Valid {
				return
			}
			if out[t] == nil {
				out[t], last[t] = map[string]vi.Decimal{}, map[string]vi.Date{}
			}
			if day >= last[t][id] {
				out[t][id], last[t][id] = n.Decimal, day
			}
		}
		reader := r.app.figures.Ranker(r.v, c, ledger.Live, time.Time{}).View
		for _, id := range agencies[:min(len(agencies), maxComparedAgencies)] {
			points, err := reader.AgencySeries(agency.ID(id))
			if err != nil {
				return nil // no evidence: the file is read without it
			}
			for _, p := range points {
				d, ok := c.Kpis.ByID(p.Definition)
				if !ok || p.Source.System != r.req.Source {
					continue
				}
				code := d.Indicator.Code
				value := p.Figure.Value
				if d.Indicator.Kind == kpi.Ratio && p.Figure.Num.Valid {
					put(match.Target{Code: code, Part: match.Numerator}, id, p.Figure.Num, p.Period.To)
					put(match.Target{Code: code, Part: match.Denominator}, id, p.Figure.Den, p.Period.To)
				}
				put(match.Target{Code: code}, id, value, p.Period.To)
			}
		}
		return out
	}
}
