package figures

import (
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// PublishedTasks are the counts of a programme's tasks as somebody published them, beside those of the register.
type PublishedTasks struct {
	Programme string
	Period    kpi.Period
	Total     PublishedCount
	Parts     []PublishedCount
	Source    string // newspaper, title, day, address
	Adds      bool   // the parts make the total
}

// PublishedCount is one count with the figure that it is.
type PublishedCount struct {
	Title       string
	Count       vi.Decimal
	Observation int64
}

// Text is "690 = 348 + 39 + 119 + 184"; where the parts do not make the total, or some were not published, "225, trong đó 59".
func (p *PublishedTasks) Text() string {
	var parts []string
	for _, x := range p.Parts {
		parts = append(parts, vi.FormatNumber(x.Count, 0))
	}
	if !p.Adds {
		return vi.FormatNumber(p.Total.Count, 0) + ", trong đó " + strings.Join(parts, ", ")
	}
	return vi.FormatNumber(p.Total.Count, 0) + " = " + strings.Join(parts, " + ")
}

// publishedCounts are the indicators of the programme whose published counts are shown, and what each counts.
var publishedCounts = [...]struct{ code, title string }{
	{
		"DA06_02",
		"đã hoàn thành",
	}, {"DA06_03", "chưa hoàn thành (chậm, quá hạn)"}, {"DA06_04", "thường xuyên"}, {"DA06_05", "đang triển khai (trong hạn)"},
}

// PublishedTasks finds the newest published counts of the tasks of Đề án 06; nil where nobody published any with parts.
func (r *Ranker) PublishedTasks() (best *PublishedTasks, err error) {
	points, err := r.View.AgencySeries(agency.Nation)
	if err != nil {
		return nil, err
	}
	by := map[string]store.SeriesPoint{} // by code, publisher and period
	key := func(code string, p store.SeriesPoint) string {
		return code + "\x00" + p.Source.Origin + "\x00" + p.Period.Key
	}
	for _, p := range points {
		if d, ok := r.Catalogue.Kpis.ByID(p.Definition); ok && p.Source.System == kpi.Published && p.Figure.State == kpi.Value &&
			p.Figure.Value.Valid {
			by[key(d.Indicator.Code, p)] = p
		}
	}
	for _, p := range points {
		d, ok := r.Catalogue.Kpis.ByID(p.Definition)
		if !ok || d.Indicator.Code != "DA06_01" || p.Source.System != kpi.Published || !p.Figure.Value.Valid ||
			best != nil && ComparePeriods(p.Period, best.Period) <= 0 {
			continue
		}
		x := &PublishedTasks{Programme: ledger.ProgrammeTitle("de_an_06"), Period: p.Period, Source: r.Room.Refs.Origin(p.Source.Origin),
			Total: PublishedCount{Title: "được giao", Count: p.Figure.Value.Decimal, Observation: p.Observation}}
		var sum kpi.Sum
		for _, part := range publishedCounts {
			if q, ok := by[key(part.code, p)]; ok {
				x.Parts = append(x.Parts, PublishedCount{Title: part.title, Count: q.Figure.Value.Decimal, Observation: q.Observation})
				sum.Add(q.Figure.Value.Decimal)
			}
		}
		if total, ok := sum.Decimal(); ok {
			x.Adds = total.Cmp(x.Total.Count) == 0
		}
		if len(x.Parts) > 0 {
			best = x
		}
	}
	return best, nil
}
