package publish

import (
	"cmp"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/kpi"
	"chiso/internal/report"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// nationOf appends the figures of the whole nation for a period, with the way back to where each came from: of the codes asked for, of all
// where none is. Illustrative ones come only when asked for.
func (b *packBuilder) nationOf(p kpi.Period, codes []string, source kpi.System) error {
	points, err := b.View.AgencySeries(agency.Nation)
	if err != nil {
		return err
	}
	points = slices.DeleteFunc(points, func(x store.SeriesPoint) bool {
		return x.Period.Key != p.Key || source != "" && x.Source.System != source || source == "" && x.Source.System == kpi.Illustrative
	})
	all, err := b.Series(agency.Nation, points)
	if err != nil {
		return err
	}
	for _, s := range all {
		d := s.Definition
		if len(codes) > 0 && !slices.Contains(codes, d.Indicator.Code) {
			continue
		}
		for _, x := range s.Points {
			l := report.NationLine{Name: d.Name, Unit: d.Unit, Decimals: d.Decimals, Period: x.Period, Value: x.Value, Remarks: x.Remarks(d),
				Source: cmp.Or(x.Origin, s.Source.Title()), Exactness: x.Figure.Exactness()}
			if t, ok := s.By.Kpis.Target(d.Indicator.Code, x.Period.To.Year(), "all"); ok {
				l.Target, l.Year = vi.Some(t.Value), t.Year
				l.Reached = x.Value.Valid && figures.Reached(d.Indicator.Direction, x.Value.Decimal, t.Value)
			}
			b.pack.Nation = append(b.pack.Nation, l)
			if err := b.nationDetail(x.Observation, p, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// nationDetail appends the figure behind a national line, once.
func (b *packBuilder) nationDetail(observation int64, p kpi.Period, d *kpi.Definition) error {
	if b.extra[observation] {
		return nil
	}
	history, err := b.View.Unguarded().History(observation)
	if err != nil {
		return err
	}
	for _, o := range history {
		if o.ID == observation && o.Period.Key == p.Key {
			b.extra[observation] = true
			b.pack.Definitions = append(b.pack.Definitions, d)
			b.detail(o, d)
		}
	}
	return nil
}
