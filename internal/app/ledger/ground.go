package ledger

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
func (a *Ledger) Ground(ctx context.Context) (_ access.Ground, err error) {
	defer fault.Context(&err, "ledger.Ground")
	rev, _, err := a.Revision(ctx)
	if err != nil {
		return access.Ground{}, err
	}
	day := a.Today()
	if k := a.ground.Load(); k != nil && k.rev == rev && k.ground.Day == day {
		return k.ground, nil
	}
	g := access.Ground{Tree: agency.NewDirectory(agency.Data{}), Day: day}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		g, err = a.groundAt(v)
		return err
	})
	if err == nil {
		a.ground.Store(&knownGround{rev, g})
	}
	return g, err
}

// groundAt is Ground inside a Read or Write.
func (a *Ledger) groundAt(v *store.View) (access.Ground, error) {
	c, err := a.Catalogue(v)
	switch fault.KindOf(err) {
	case "":
		return access.Ground{Tree: c.Agencies, Day: a.Today()}, nil
	case fault.Unready: // no catalogue yet: the nation alone is inside itself
		return access.Ground{Tree: onlyItself{}, Day: a.Today()}, nil
	}
	return access.Ground{}, err
}

// onlyItself is the tree of an empty database.
type onlyItself struct{}

func (onlyItself) Inside(id, root agency.ID, _ vi.Date) bool { return id == root && id != "" }

// May authorises the actor of ctx.
func (a *Ledger) May(ctx context.Context, act access.Action, on access.Target) (err error) {
	defer fault.Context(&err, "ledger.May")
	g, err := a.Ground(ctx)
	if err != nil {
		return err
	}
	return g.Check(access.From(ctx), act, on)
}

// MayIfSignedIn authorises a person; the program's own commands and tests act for nobody.
func (a *Ledger) MayIfSignedIn(ctx context.Context, act access.Action, on access.Target) (err error) {
	defer fault.Context(&err, "ledger.MayIfSignedIn")
	if access.From(ctx).Account == 0 {
		return nil
	}
	return a.May(ctx, act, on)
}

// MayReadNames reports whether the actor may read who entered and signed what an agency reported.
func (a *Ledger) MayReadNames(ctx context.Context, c *Catalogue, id agency.ID) bool {
	who := access.From(ctx)
	g := access.Ground{Tree: c.Agencies, Day: a.Today()}
	return who.Account == 0 || g.May(who, access.ReadNames, access.At(id))
}

// AgenciesFor lists the agencies for which the actor may do something.
func (a *Ledger) AgenciesFor(c *Catalogue, g access.Ground, who access.Actor, act access.Action) (out []Choice) {
	if c == nil {
		if g.May(who, act, access.At(agency.Nation)) {
			out = append(out, Choice{Code: string(agency.Nation), Title: "Việt Nam"})
		}
		return out
	}
	for _, id := range c.Agencies.IDs() {
		if v, ok := c.Agencies.On(id, g.Day); ok && v.Level != agency.Aggregate && g.May(who, act, access.At(v.Agency)) {
			out = append(out, Choice{Code: string(v.Agency), Title: v.Name})
		}
	}
	return out
}

// Names is the catalogue, nil while there is none.
func (a *Ledger) Names(ctx context.Context) (c *Catalogue, err error) {
	defer fault.Context(&err, "ledger.Names")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err = a.Catalogue(v)
		return err
	})
	if fault.KindOf(err) == fault.Unready {
		return nil, nil
	}
	return c, err
}
