package app

import (
	"context"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// knownGround is the tree of agencies at a revision and day.
type knownGround struct {
	rev    int64
	ground access.Ground
}

// Ground returns what permissions are judged on now. It costs nothing as long as nothing changes.
func (a *App) Ground(ctx context.Context) (access.Ground, error) {
	rev, _, err := a.Revision(ctx)
	if err != nil {
		return access.Ground{}, err
	}
	day := a.today()
	if k := a.ground.Load(); k != nil && k.rev == rev && k.ground.Day == day {
		return k.ground, nil
	}
	g := access.Ground{Tree: agency.NewDirectory(agency.Data{}), Day: day}
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		g, err = a.groundAt(v)
		return err
	})
	if err == nil {
		a.ground.Store(&knownGround{rev, g})
	}
	return g, err
}

// groundAt is Ground inside a Read or Write.
func (a *App) groundAt(v *store.View) (access.Ground, error) {
	c, err := a.catalogue(v)
	switch fault.KindOf(err) {
	case "":
		return access.Ground{Tree: c.agencies, Day: a.today()}, nil
	case fault.Unready: // no catalogue yet: the nation alone is inside itself
		return access.Ground{Tree: onlyItself{}, Day: a.today()}, nil
	}
	return access.Ground{}, err
}

// onlyItself is the tree of an empty database.
type onlyItself struct{}

func (onlyItself) Inside(id, root agency.ID, _ vi.Date) bool { return id == root && id != "" }

// may authorises the actor of ctx.
func (a *App) may(ctx context.Context, act access.Action, on access.Target) error {
	g, err := a.Ground(ctx)
	if err != nil {
		return err
	}
	return g.Check(access.From(ctx), act, on)
}

// mayIfSignedIn authorises a person; the program's own commands and tests act for nobody.
func (a *App) mayIfSignedIn(ctx context.Context, act access.Action, on access.Target) error {
	if access.From(ctx).Account == 0 {
		return nil
	}
	return a.may(ctx, act, on)
}

// mayReadNames reports whether the actor may read who entered and signed what an agency reported.
func (a *App) mayReadNames(ctx context.Context, c *catalogue, id agency.ID) bool {
	who := access.From(ctx)
	g := access.Ground{Tree: c.agencies, Day: a.today()}
	return who.Account == 0 || g.May(who, access.ReadNames, access.At(id))
}

// agenciesFor lists the agencies for which the actor may do something.
func (a *App) agenciesFor(c *catalogue, g access.Ground, who access.Actor, act access.Action) (out []Choice) {
	if c == nil {
		if g.May(who, act, access.At(agency.Nation)) {
			out = append(out, Choice{Code: string(agency.Nation), Title: "Việt Nam"})
		}
		return out
	}
	for _, id := range c.agencies.IDs() {
		if v, ok := c.agencies.On(id, g.Day); ok && v.Level != agency.Aggregate && g.May(who, act, access.At(v.Agency)) {
			out = append(out, Choice{Code: string(v.Agency), Title: v.Name})
		}
	}
	return out
}

// names is the catalogue, nil while there is none.
func (a *App) names(ctx context.Context) (c *catalogue, err error) {
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err = a.catalogue(v)
		return err
	})
	if fault.KindOf(err) == fault.Unready {
		return nil, nil
	}
	return c, err
}
