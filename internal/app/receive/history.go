package receive

import (
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

const (
	// maxComparedBytes is the size of the files whose figures are compared with the past: some ten
	// thousand rows. A load of a million rows is a published table or a first load, and must be fast.
	maxComparedBytes = 2 << 20
	// maxComparedAgencies bounds the series that are read for one import.
	maxComparedAgencies = 100
)

// pastFigures answers what was reported before, agency by agency.
type pastFigures struct {
	v      *store.View
	system kpi.System
	series map[agency.ID]map[int64][]check.Past
	err    error
}

// past returns the figures that those of this import are compared with, nil when they are not.
func (r *importRun) past(v *store.View) *pastFigures {
	// Of a file that waited, the preview said it, and the one writer should not read series.
	if !r.req.compared() || r.saved != 0 {
		return &pastFigures{}
	}
	return pastOf(v, r.req.Source)
}

// compared reports whether the figures of a request are compared with the past: those of publishers
// differ, and say so elsewhere.
func (r Request) compared() bool {
	size := 0
	for _, f := range r.Files {
		size += len(f.Data)
	}
	return size <= maxComparedBytes && r.Source != kpi.Published
}

// pastOf reads the past of a source in a snapshot. Its err is to be looked at after the checks.
func pastOf(v *store.View, source kpi.System) *pastFigures {
	return &pastFigures{v: v, system: source, series: map[agency.ID]map[int64][]check.Past{}}
}

// checkRules are the rules that figures of a source are checked by, whether they come in a file or a
// form. The zero pastFigures compares with no past.
func checkRules(c *ledger.Catalogue, today vi.Date, source kpi.System, past *pastFigures) check.Rules {
	return check.Rules{
		Directory:  c.Agencies,
		Catalogue:  c.Kpis,
		Today:      today,
		Source:     source,
		Identities: c.Relations(),
		History:    past.lookup(),
	}
}

func (p *pastFigures) lookup() func(check.Key) []check.Past {
	if p.v == nil {
		return nil
	}
	return p.of
}

func (p *pastFigures) of(k check.Key) []check.Past {
	own, ok := p.series[k.Agency]
	if !ok {
		if len(p.series) >= maxComparedAgencies || p.err != nil {
			return nil
		}
		own = p.load(k.Agency)
		p.series[k.Agency] = own
	}
	return own[k.Definition]
}

func (p *pastFigures) load(id agency.ID) map[int64][]check.Past {
	points, err := p.v.AgencySeries(id)
	if err != nil {
		p.err = err
		return nil
	}
	own := map[int64][]check.Past{}
	for _, x := range points {
		if x.Source.System == p.system {
			own[x.Definition] = append(own[x.Definition], check.Past{Period: x.Period, Figure: x.Figure})
		}
	}
	return own
}
