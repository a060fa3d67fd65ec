package reporting

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// deskDays is how long a locked round stays on desks.
const deskDays = 400

// Desk returns what the actor's agencies owe and have sent: every report that the actor may draft or sign.
func (a *Room) Desk(ctx context.Context) (_ *Desk, err error) {
	defer fault.Context(&err, "reporting.Desk")
	out := &Desk{Today: a.Today()}
	actor := access.From(ctx)
	if !actor.SignedIn() {
		return nil, access.Ground{Day: out.Today}.Check(actor, access.EditReport, access.Target{})
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		rounds, err := v.Rounds()
		if err != nil {
			return err
		}
		for _, rd := range rounds {
			if rd.Locked() && vi.DateOf(rd.LockedAt.In(a.Zone)).AddDays(deskDays) < out.Today {
				continue
			}
			o, err := a.StandingOf(v, rd)
			if err != nil {
				return err
			}
			mine := func(r *submission) bool { return r.may(access.EditReport) || r.may(access.SignReport) }
			reports, err := a.reportsOf(ctx, v, o, mine)
			if err != nil {
				return err
			}
			for _, r := range reports {
				if rd.Locked() {
					out.Closed = append(out.Closed, r.head())
				} else {
					out.Open = append(out.Open, r.head())
				}
			}
		}
		return nil
	})
	slices.SortStableFunc(out.Open, func(x, y ReportHead) int {
		return cmp.Or(cmp.Compare(deskOrder(x), deskOrder(y)), x.Due.Compare(y.Due))
	})
	return out, err
}

// deskOrder puts what waits for the actor first and what is done last.
func deskOrder(h ReportHead) int {
	switch {
	case slices.Contains(h.Steps, filing.Sign) || slices.Contains(h.Steps, filing.Approve) || h.State == filing.Returned:
		return 0
	case h.Owed:
		return 1
	case h.State == filing.Received:
		return 3
	}
	return 2
}

// Board returns the state of every report of a round, for the office that owns its regime.
func (a *Room) Board(ctx context.Context, q BoardQuery) (out *Board, err error) {
	defer fault.Context(&err, "reporting.Board")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		rd, err := v.Round(q.Round)
		if err != nil {
			return err
		}
		o, err := a.StandingOf(v, rd)
		if err != nil {
			return err
		}
		if err := a.MayWatch(ctx, o); err != nil {
			return err
		}
		reports, err := a.reportsOf(ctx, v, o, nil)
		if err != nil {
			return err
		}
		waiting, err := waitingProposals(v, rd.ID)
		if err != nil {
			return err
		}
		out = &Board{Round: rd, RegimeName: o.Regime.Name, Owner: o.Regime.Owner}
		for _, f := range o.Forms {
			out.Forms = append(out.Forms, ledger.Choice{Code: f.Code, Title: f.Name})
		}
		for _, r := range reports {
			row, err := r.boardRow(o.Forms)
			if err != nil {
				return err
			}
			row.Proposals = waiting[r.duty.Agency]
			out.Counts.add(row)
			if row.fits(q) {
				out.Rows = append(out.Rows, row)
			}
		}
		return nil
	})
	return out, err
}

// MayWatch refuses whoever is not of the office of the round's regime, perhaps narrowed to it or to a group of its indicators.
func (a *Room) MayWatch(ctx context.Context, o *Standing) (err error) {
	defer fault.Context(&err, "reporting.MayWatch")
	ground := access.Ground{Tree: o.Catalogue.Agencies, Day: a.Today()}
	on := RoundTarget(o.Catalogue, o.Regime, o.Forms)
	if on.Agency == "" {
		on.Agency = agency.Nation
	}
	if ground.May(access.From(ctx), access.RunRound, on) {
		return nil
	}
	return ground.Check(access.From(ctx), access.JudgeReport, on)
}

func waitingProposals(v *store.View, round int64) (map[agency.ID]int, error) {
	all, err := v.Proposals(store.ProposalQuery{Round: round})
	out := map[agency.ID]int{}
	for _, p := range all {
		if p.AnsweredAt.IsZero() {
			out[p.Agency]++
		}
	}
	return out, err
}

func (r *submission) boardRow(forms []filing.Form) (BoardRow, error) {
	row := BoardRow{ReportHead: r.head()}
	for _, f := range forms {
		var c filing.Completeness
		for _, own := range r.forms {
			if own.ID == f.ID {
				c = r.complete(own.lines)
			}
		}
		row.Forms = append(row.Forms, c)
	}
	for _, c := range r.cells {
		if len(c.Warnings) > 0 {
			row.Warned++
		}
	}
	if r.sub.ID != 0 {
		row.LastAt, row.LastStep = r.sub.Last.At, r.sub.Last.Step
		if r.may(access.ReadNames) {
			row.LastAccount = r.named(r.sub.Last.Event, r.sub.Last.FullName).Name
		}
	}
	if r.sub.State == filing.Sent {
		var err error
		if row.Clean, _, err = r.clean(); err != nil {
			return row, err
		}
	}
	return row, nil
}

// fits reports whether a row passes the filter.
func (r *BoardRow) fits(q BoardQuery) bool {
	state := string(r.State)
	if r.Submission == 0 {
		state = "none"
	}
	if q.State == "late" && r.DaysLate == 0 || q.State != "" && q.State != "late" && q.State != state {
		return false
	}
	return strings.Contains(vi.Fold(r.AgencyName), vi.Fold(q.Text))
}

func (c *BoardCounts) add(r BoardRow) {
	c.Owed++
	switch r.State {
	case filing.Draft:
		c.Draft++
	case filing.Review:
		c.Review++
	case filing.Sent:
		c.Sent++
	case filing.Received:
		c.Received++
	case filing.Returned:
		c.Returned++
	default:
		c.None++
	}
	switch {
	case r.OnTime:
		c.OnTime++
	case !r.SentAt.IsZero():
		c.Late++
	case r.DaysLate > 0:
		c.Overdue++
	}
	if r.Clean {
		c.Clean++
	}
}

// Workbench returns the cells of the reports that the actor judges: this period beside the last, a year ago and other sources, with
// warnings and the officer's explanation.
func (a *Room) Workbench(ctx context.Context, q WorkbenchQuery) (out *Workbench, err error) {
	defer fault.Context(&err, "reporting.Workbench")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		rd, err := v.Round(q.Round)
		if err != nil {
			return err
		}
		o, err := a.StandingOf(v, rd)
		if err != nil {
			return err
		}
		mine := func(r *submission) bool {
			return r.may(access.JudgeReport) && (q.Agency == "" || q.Agency == r.duty.Agency)
		}
		reports, err := a.reportsOf(ctx, v, o, mine)
		if err != nil {
			return err
		}
		if len(reports) == 0 {
			if err := a.MayWatch(ctx, o); err != nil {
				return err
			}
			return fault.New(fault.NotFound, "Đợt báo cáo này không có đơn vị nào như vậy.")
		}
		out = &Workbench{Round: rd}
		for _, r := range reports {
			if r.sub.ID == 0 || q.Agency == "" && r.sub.State != filing.Sent && r.sub.State != filing.Received {
				continue
			}
			group, err := r.group(q.Odd)
			if err != nil {
				return err
			}
			out.Groups = append(out.Groups, group)
		}
		return nil
	})
	return out, err
}

// group is one report of a workbench.
func (r *submission) group(oddOnly bool) (WorkbenchGroup, error) {
	g := WorkbenchGroup{ReportHead: r.head()}
	names := r.may(access.ReadNames)
	for _, l := range r.lines() {
		row, err := r.row(l)
		if err != nil {
			return g, err
		}
		if !names {
			row.Cell.Account, row.Cell.FullName = "", ""
		}
		if row.odd() {
			g.Odd++
		} else if oddOnly {
			continue
		}
		g.Rows = append(g.Rows, row)
	}
	var err error
	if g.Files, err = r.v.Attachments(r.sub.ID); err != nil {
		return g, err
	}
	if g.Proposals, err = r.v.Proposals(store.ProposalQuery{Submission: r.sub.ID}); err != nil {
		return g, err
	}
	for i := range g.Proposals {
		if p := &g.Proposals[i]; !names {
			p.Account, p.AnsweredBy = "", ""
		}
	}
	g.Clean, _, err = r.clean()
	return g, err
}

// TraceOf leads from an observation back to the report that it came with, nil when it came through none.
func (a *Room) TraceOf(ctx context.Context, v *store.View, o store.Observation) (_ *figures.ReportTrace, err error) {
	defer fault.Context(&err, "reporting.TraceOf")
	if o.Submission == 0 {
		return nil, nil //nolint:nilnil // none is an answer
	}
	sub, err := v.Submission(o.Submission)
	if err != nil {
		return nil, err
	}
	r, err := a.report(ctx, v, sub.Round, sub.Agency)
	if err != nil {
		return nil, err
	}
	events, err := v.Events(sub.ID)
	if err != nil {
		return nil, err
	}
	t := &figures.ReportTrace{
		Submission: sub.ID,
		Round:      sub.Round,
		RoundName:  r.round.Name,
		Agency:     sub.Agency,
		AgencyName: r.duty.Name,
		Readable:   r.readable() == nil,
	}
	names, version := r.may(access.ReadNames), 0
	for _, e := range events {
		if e.Step == filing.Receive && e.Revision <= o.Revision.ID && e.Revision != 0 {
			version = e.Version
		}
	}
	for _, e := range events {
		if e.Version != version {
			continue
		}
		who := ""
		if names {
			who = r.named(e.Event, e.FullName).Name
		}
		switch e.Step { //nolint:exhaustive // the others say nothing about the figure
		case filing.Sign:
			t.SentAt, t.Signer = e.At, who
		case filing.Receive:
			t.Receiver = who
		}
	}
	papers, err := v.Papers(sub.ID)
	for _, p := range papers {
		if p.Version == version && t.Number == "" {
			t.Number, t.Day, t.Code = p.Number, p.Day, p.Code
		}
	}
	return t, err
}
