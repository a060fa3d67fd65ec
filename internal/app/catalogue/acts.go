package catalogue

import (
	"context"
	"time"

	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/store"
)

// EndedBases lists the definitions in force today that cite an act which has ended, for those who keep the catalogue. Where the
// act's successor is known it is already printed in its place; the list says what is left to check.
func (a *Room) EndedBases(ctx context.Context) (out []ledger.EndedBasis, err error) {
	defer fault.Context(&err, "app.EndedBases")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		if err := a.mayEditCatalogue(ctx, v); err != nil {
			return err
		}
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		today := a.Today()
		for _, d := range c.Kpis.Definitions() {
			if d.From <= today && today <= d.To {
				out = append(out, c.EndedBases(d, today)...)
			}
		}
		return nil
	})
	return out, err
}
