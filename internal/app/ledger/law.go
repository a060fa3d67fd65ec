package ledger

import (
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// EndedBasis is a definition in force that cites an act which has ended.
type EndedBasis struct {
	Code, Name string
	kpi.EndedAct
}

func (c *Catalogue) EndedBases(d *kpi.Definition, day vi.Date) (out []EndedBasis) {
	for _, e := range d.EndedOn(c.acts, day) {
		out = append(out, EndedBasis{Code: d.Indicator.Code, Name: d.Name, EndedAct: e})
	}
	return out
}
