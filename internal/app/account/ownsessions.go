package account

import (
	"context"
	"time"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/store"
)

// Device is one of the actor's own sessions.
type Device struct {
	ID             string // names the session on the page; no token
	Address, Agent string
	Since, Seen    time.Time
	Current        bool
}

// OwnAccount is the actor's own page.
type OwnAccount struct {
	Person
	Devices       []Device
	RecoveryCodes int // left
}

// deviceID is as much of a session's hash as names it.
const deviceID = 16

// OwnAccount gathers the actor's own page; current is the hash of the session that asks.
func (a *Room) OwnAccount(ctx context.Context, current string) (_ *OwnAccount, err error) {
	defer fault.Context(&err, "account.OwnAccount")
	who := access.From(ctx)
	p, err := a.Person(ctx, who.Account)
	if err != nil {
		return nil, err
	}
	out := &OwnAccount{Person: *p}
	sessions, err := a.Store.Sessions(ctx, who.Account)
	if err != nil {
		return nil, err
	}
	for _, s := range sessions {
		out.Devices = append(
			out.Devices,
			Device{ID: s.TokenHash[:deviceID], Address: s.Address, Agent: s.Agent, Since: s.Created, Seen: s.Seen, Current: s.TokenHash == current},
		)
	}
	out.RecoveryCodes, err = a.Store.RecoveryCodes(ctx, who.Account)
	return out, err
}

// EndDevice ends one of the actor's sessions.
func (a *Room) EndDevice(ctx context.Context, id string) (err error) {
	defer fault.Context(&err, "account.EndDevice")
	who := access.From(ctx)
	sessions, err := a.Store.Sessions(ctx, who.Account)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if s.TokenHash[:deviceID] != id {
			continue
		}
		return a.Store.People(ctx, func(p *store.People) error {
			if err := p.EndSession(s.TokenHash); err != nil {
				return err
			}
			return p.Audit(store.Entry{Account: who.Name, Action: "end_session", Agency: who.Agency, Detail: "Kết thúc phiên từ " + s.Address})
		})
	}
	return fault.New(fault.NotFound, "Phiên này đã kết thúc.")
}
