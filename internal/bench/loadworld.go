package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/account"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/publish"
	"chiso/internal/app/reporting"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
	"chiso/seed"
)

// The round of the load, the period before it, and what its people have in common.
const (
	loadRegime   = "CDS_Q"
	loadPeriod   = "2024-Q4"
	loadBefore   = "2024-Q3"
	loadPassword = "ngựa đỏ qua cầu"
	loadReason   = "Đã đối chiếu với hệ thống một cửa điện tử"
)

// filer is one agency with its two people and what it reports.
type filer struct {
	agency   agency.ID
	reporter *client
	approver *client
	figures  map[string]kpi.Figure // by code
	file     []byte                // that was uploaded
	uploaded time.Time
	warned   int // cells that were asked about
}

// prepare loads the catalogue and a quarter of history, opens the round and makes everybody an account.
func (l *rush) prepare(ctx context.Context) (err error) {
	if l.app, err = app.New(app.Config{Store: l.store, Clock: l.clock, Version: "bench", Limits: l.limits}); err != nil {
		return err
	}
	c, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		return err
	}
	if _, err := l.store.Write(ctx, store.Change{Account: "bench", Reason: "catalogue"}, func(tx *store.Tx) error { return tx.SaveCatalogue(c) }); err != nil {
		return err
	}
	var ids []agency.ID
	err = l.store.Read(ctx, time.Time{}, func(v *store.View) error {
		if c, err = v.Catalogue(); err != nil {
			return err
		}
		directory := agency.NewDirectory(c.Agencies)
		for _, block := range []string{"provinces", "ministries"} {
			for _, m := range directory.Members(block, kpi.MustPeriod(loadPeriod).To) {
				ids = append(ids, m.Agency)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(ids) < l.agencies {
		return fmt.Errorf("only %d agencies", len(ids))
	}
	ids = spaced(ids, l.agencies)
	if err := l.openRound(ctx, ids); err != nil {
		return err
	}
	if err := l.figures(ctx, c, ids); err != nil {
		return err
	}
	if err := l.release(ctx); err != nil {
		return err
	}
	return l.people(ctx)
}

// spaced takes n of the ids, of provinces and of ministries: the first ones of all when that is nearly all.
func spaced(ids []agency.ID, n int) []agency.ID {
	if n > len(ids)/2 {
		return ids[:n]
	}
	out := make([]agency.ID, n)
	for i := range out {
		out[i] = ids[i*len(ids)/n]
	}
	return out
}

func (l *rush) openRound(ctx context.Context, ids []agency.ID) (err error) {
	l.round, err = l.app.OpenRound(
		access.With(ctx, access.Machine("bench")),
		reporting.RoundRequest{Regime: loadRegime, Period: loadPeriod, Agencies: ids},
	)
	return err
}

// figures makes what each agency reports, and what it and the portals said the quarter before: some of it so far off that the check asks.
func (l *rush) figures(ctx context.Context, c store.Catalogue, ids []agency.ID) error {
	period, before := kpi.MustPeriod(loadPeriod), kpi.MustPeriod(loadBefore)
	round := filing.Round{Regime: loadRegime, Period: period}
	kpis, directory := kpi.NewCatalogue(c.Definitions, c.Targets), agency.NewDirectory(c.Agencies)
	var facts []store.Fact
	for i, id := range ids {
		v, ok := directory.On(id, period.To)
		if !ok {
			return fmt.Errorf("no agency %s on %s", id, period.To)
		}
		r := &filer{agency: id, figures: map[string]kpi.Figure{}}
		for _, f := range round.Forms(c.Forms) {
			for _, line := range f.Lines(kpis, directory, v, period.To) {
				d := line.Definition
				if _, twice := r.figures[d.Indicator.Code]; twice {
					continue
				}
				n := i + 7*len(r.figures)
				r.figures[d.Indicator.Code] = figureFor(d, n, 0)
				past := store.Fact{Period: before, Definition: d.ID, Agency: id, System: kpi.Reported, Figure: figureFor(d, n, 1)}
				if i%4 == 0 && d.Indicator.Code == "CPS03" {
					past.Figure = kpi.Figure{State: kpi.Value, Value: vi.Some(vi.Int(100))} // the check asks about ten times as much
				}
				facts = append(facts, past)
				if d.RankingSource != kpi.Reported {
					past.System = d.RankingSource
					facts = append(facts, past)
				}
			}
		}
		l.reports = append(l.reports, r)
	}
	_, err := l.store.Write(ctx, store.Change{Account: "bench", Reason: "the quarter before"}, func(tx *store.Tx) error {
		_, err := tx.Accept(facts)
		return err
	})
	return err
}

// release publishes some of what was reported the quarter before, so that there is something of it to read.
func (l *rush) release(ctx context.Context) error {
	id, err := l.app.MakeRelease(
		ctx,
		access.Machine("bench"),
		publish.ReleaseRequest{Period: loadBefore, Kind: filing.Final, Codes: []string{"CPS07"}, Number: "12/CB-TT", Day: 20241125},
	)
	if err != nil {
		return err
	}
	return l.app.ApproveRelease(ctx, access.Machine("bench-2"), id, 1)
}

// figureFor is a plausible figure of an indicator; ago is how many periods before.
func figureFor(d *kpi.Definition, n, ago int) kpi.Figure {
	f := kpi.Figure{State: kpi.Value}
	switch {
	case d.HasParts():
		den := int64(2000 + n*131%7000)
		f.Num, f.Den = vi.Some(vi.Int(den*int64(70+n%25-ago)/100)), vi.Some(vi.Int(den))
	case d.Indicator.Kind == kpi.YesNo:
		f.Value = vi.Some(vi.Int(1))
	case d.Indicator.Kind == kpi.Ratio:
		f.Value = vi.Some(vi.Int(int64(50 + n%40)))
	default:
		f.Value = vi.Some(vi.Int(int64(1000 + n*37%200 - 5*ago)))
	}
	return f
}

// people makes the accounts. They share one password: hashing one takes longer than everything else here.
func (l *rush) people(ctx context.Context) error {
	ctx = access.With(ctx, access.Machine("bench"))
	_, secret, err := l.app.AddPerson(ctx, account.PersonData{Name: "van.phong", FullName: "Lê Văn Phòng", Agency: agency.Nation})
	if err != nil {
		return err
	}
	if err := l.app.UseLink(ctx, secret, loadPassword, ""); err != nil {
		return err
	}
	return l.store.People(ctx, func(p *store.People) error {
		office, err := p.AccountNamed("van.phong")
		if err != nil {
			return err
		}
		n := 0
		person := func(name string, role access.Role, id agency.ID) *client {
			n++
			c := &client{name: name, address: fmt.Sprintf("10.1.%d.%d", n/200, 1+n%200)}
			account := store.Account{Name: name, FullName: "Người số " + fmt.Sprint(n), Agency: id}
			var found error
			if account.ID, found = p.AddAccount(account); found == nil {
				account.Password = office.Password
				found = p.SaveAccount(account)
			}
			if found == nil {
				_, found = p.AddGrant(account.ID, access.Grant{Role: role, Agency: id, From: vi.OpenFrom, To: vi.OpenTo})
			}
			err = errors.Join(err, found)
			return c
		}
		for i, r := range l.reports {
			r.reporter = person(fmt.Sprintf("lap.bao.cao.%d", i), access.Reporter, r.agency)
			r.approver = person(fmt.Sprintf("ky.duyet.%d", i), access.Approver, r.agency)
		}
		for i := range l.viewers {
			l.readers = append(l.readers, person(fmt.Sprintf("nguoi.xem.%d", i), access.Committee, agency.Nation))
		}
		l.office = person("tiep.nhan", access.Office, agency.Nation)
		return err
	})
}
