package ranking

import (
	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// PeriodFigures are all figures of one period.
type PeriodFigures struct {
	Period  kpi.Period
	Figures Figures
}

// RestatedPoint is one period of an agency's series on the boundaries of another day.
type RestatedPoint struct {
	Period kpi.Period
	Restated
	// Own is set where the agency reported the figure itself: nothing was carried over.
	Own bool
}

// Label says in Vietnamese by which rule the figure was made; "" for the agency's own.
func (p RestatedPoint) Label() string {
	switch {
	case p.Own:
		return ""
	case p.Missing != "":
		return p.Missing
	}
	return p.Rule()
}

// Rule says in Vietnamese how a figure of several bodies was made.
func (r Restated) Rule() string {
	switch {
	case len(r.From) < 2:
		return "số liệu của đơn vị tiền thân"
	case r.Mean:
		return "trung bình cộng các đơn vị tiền thân"
	case r.Figure.HasParts():
		return "tính lại từ tổng tử số, tổng mẫu số"
	}
	return "tổng các đơn vị tiền thân"
}

// SeriesOn carries an agency's figures of all periods over to the boundaries of day on: for a province
// of 2025 also those of the provinces that it was made of, for one that is no more those of its own
// days only. Periods in which nothing is known of it are left out.
func SeriesOn(d *kpi.Definition, dir *agency.Directory, id agency.ID, on vi.Date, all []PeriodFigures) []RestatedPoint {
	var out []RestatedPoint
	for _, p := range all {
		item, own := p.Figures[id]
		if _, exists := dir.On(id, p.Period.To); exists {
			if own {
				out = append(out, RestatedPoint{Period: p.Period, Restated: Restated{Figure: item.Figure, From: []agency.ID{id}}, Own: true})
			}
			continue
		}
		if p.Period.To > on {
			continue
		}
		r, ok := Restate(d, dir, p.Period.To, on, p.Figures)[id]
		if ok && anyKnown(r.From, p.Figures) {
			out = append(out, RestatedPoint{Period: p.Period, Restated: r})
		}
	}
	return out
}

func anyKnown(ids []agency.ID, figures Figures) bool {
	for _, id := range ids {
		if _, ok := figures[id]; ok {
			return true
		}
	}
	return false
}

// RankRestated ranks the agencies of day on by the figures of an earlier period: the second of the two
// rankings across a merger. places are the block's members on that day. It returns what each figure
// was made of; agencies without one are not ranked, with the reason.
func RankRestated(t *Table, dir *agency.Directory, places []agency.Place, on vi.Date, figures Figures) map[agency.ID]Restated {
	restated := Restate(t.Definition, dir, t.Period.To, on, figures)
	carried := Figures{}
	for id, r := range restated {
		if r.Missing == "" {
			carried[id] = Item{Figure: r.Figure, Observation: observation(r, figures)}
		}
	}
	Rank(t, places, carried)
	for i := range t.NotRanked {
		n := &t.NotRanked[i]
		if r, ok := restated[n.Agency]; ok && r.Missing != "" && n.Reason == t.Without() {
			n.Detail = r.Missing
		}
	}
	return restated
}

// observation is the one figure behind a restated one, 0 when there are several.
func observation(r Restated, figures Figures) int64 {
	if len(r.From) == 1 {
		return figures[r.From[0]].Observation
	}
	return 0
}
