package app

import (
	"context"
	"strings"
	"time"

	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// EndedBasis is a definition in force that cites an act which has ended.
type EndedBasis struct {
	Code, Name string
	kpi.EndedAct
}

// EndedBases lists the definitions in force today that cite an act which has ended, for those who keep the catalogue. Where the
// act's successor is known it is already printed in its place; the list says what is left to check.
func (a *App) EndedBases(ctx context.Context) (out []EndedBasis, err error) {
	defer fault.Context(&err, "app.EndedBases")
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		if err := a.mayEditCatalogue(ctx, v); err != nil {
			return err
		}
		c, err := a.catalogue(v)
		if err != nil {
			return err
		}
		today := a.today()
		for _, d := range c.kpis.Definitions() {
			if d.From <= today && today <= d.To {
				out = append(out, c.endedBases(d, today)...)
			}
		}
		return nil
	})
	return out, err
}

func (c *catalogue) endedBases(d *kpi.Definition, day vi.Date) (out []EndedBasis) {
	for _, e := range d.EndedOn(c.acts, day) {
		out = append(out, EndedBasis{Code: d.Indicator.Code, Name: d.Name, EndedAct: e})
	}
	return out
}

// mayCite refuses a round whose forms ask for indicators that rest on an act which has ended without a known successor, until
// somebody confirms it by name. The confirmation stands in the round's history.
func (o *opening) mayCite(r filing.Round) (confirmation string, err error) {
	var ended []string
	for _, f := range r.Forms(o.c.forms) {
		for _, it := range f.Items {
			d, ok := o.c.kpis.On(it.Indicator, r.Period.To)
			if !ok {
				continue
			}
			for _, e := range o.c.endedBases(d, r.Period.To) {
				if e.Successor.Number == "" {
					ended = append(ended, e.Code+" ("+e.Act.Number+", hết hiệu lực sau ngày "+e.Act.To.String()+")")
				}
			}
		}
	}
	if len(ended) == 0 {
		return "", nil
	}
	list := strings.Join(ended, ", ")
	name := vi.Clean(o.req.ActsConfirmedBy)
	if name == "" {
		return "", fault.New(fault.Invalid, "Biểu mẫu có chỉ tiêu viện dẫn văn bản đã hết hiệu lực mà chưa có văn bản thay thế: %s. "+
			"Hãy bổ sung văn bản thay thế vào bảng acts của danh mục, hoặc ghi họ tên người xác nhận vẫn mở đợt.", list)
	}
	return name + " xác nhận vẫn mở đợt khi chỉ tiêu viện dẫn văn bản đã hết hiệu lực: " + list, nil
}
