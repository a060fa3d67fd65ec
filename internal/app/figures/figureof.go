package figures

import (
	"context"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/store"
)

// FigureOf returns whose figure an observation is, "" when there is none. It tells nothing of the figure itself.
func (a *Room) FigureOf(ctx context.Context, observation int64) (id agency.ID, err error) {
	defer fault.Context(&err, "figures.FigureOf(%d)", observation)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		id, err = v.FigureOf(observation)
		return err
	})
	return id, err
}
