package reporting

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// submission is one agency's report in a round, loaded: what it owes, whose it is, and how far it has come.
type submission struct {
	app    *Room
	v      *store.View
	c      *ledger.Catalogue
	actor  access.Actor
	round  filing.Round
	regime filing.Regime
	duty   filing.Duty
	forms  []reportForm
	sub    store.Submission // ID 0 while it was not begun
	chain  []filing.Link
	cells  map[int64]store.Cell
	series []store.SeriesPoint // of the agency; loaded when asked for
	loaded bool
	shared *roundSeries // of all reports that were loaded together, nil for one alone
}

// roundSeries are the figures beside the reports of a round, read by one query when the first of them is asked for: of the indicators
// that the round asks for.
type roundSeries struct {
	agencies    []agency.ID
	definitions []int64
	by          map[agency.ID][]store.SeriesPoint
}

func (s *roundSeries) of(v *store.View, id agency.ID) (_ []store.SeriesPoint, err error) {
	if s.by == nil {
		if s.by, err = v.SeriesOf(s.agencies, s.definitions); err != nil {
			return nil, err
		}
	}
	return s.by[id], nil
}

// reportForm is a form with the lines that the agency fills in.
type reportForm struct {
	filing.Form
	lines []filing.Line
}

// Standing is what the reports of one round have in common.
type Standing struct {
	Catalogue *ledger.Catalogue
	Round     filing.Round
	Regime    filing.Regime
	Forms     []filing.Form
	Duties    []filing.Duty
}

func (a *Room) StandingOf(v *store.View, r filing.Round) (*Standing, error) {
	c, err := a.Catalogue(v)
	if err != nil {
		return nil, err
	}
	extensions, err := v.Extensions(r.ID)
	if err != nil {
		return nil, err
	}
	regime, _ := c.Regime(r.Regime, r.Period.To)
	return &Standing{
		Catalogue: c,
		Round:     r,
		Regime:    regime,
		Forms:     r.Forms(c.Forms),
		Duties:    r.Duties(c.Agencies, extensions, a.Today()),
	}, nil
}

// report loads the report of an agency. What nobody owes is NotFound.
func (a *Room) report(ctx context.Context, v *store.View, round int64, id agency.ID) (*submission, error) {
	r, err := v.Round(round)
	if err != nil {
		return nil, err
	}
	o, err := a.StandingOf(v, r)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(o.Duties, func(d filing.Duty) bool { return d.Agency == id })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "Đợt báo cáo này không có đơn vị mang mã “%s”.", string(id))
	}
	subs, err := v.Submissions(store.SubmissionQuery{Round: round, Agencies: []agency.ID{id}})
	if err != nil {
		return nil, err
	}
	rep := o.report(a, v, access.From(ctx), o.Duties[i])
	if len(subs) > 0 {
		rep.sub = subs[0]
		cells, err := v.Cells(rep.sub.ID)
		if err != nil {
			return nil, err
		}
		rep.cells = cells[rep.sub.ID]
	}
	rep.chain, err = v.Chain(rep.filer())
	return rep, err
}

// report makes the report of a duty; submission, chain and cells are for the caller to add.
func (o *Standing) report(a *Room, v *store.View, actor access.Actor, d filing.Duty) *submission {
	rep := &submission{app: a, v: v, c: o.Catalogue, actor: actor, round: o.Round, regime: o.Regime, duty: d}
	for _, f := range o.Forms {
		if lines := f.Lines(o.Catalogue.Kpis, o.Catalogue.Agencies, agency.Version{Agency: d.Agency, Level: d.Level}, o.Round.Period.To); len(
			lines,
		) > 0 {
			rep.forms = append(rep.forms, reportForm{f, lines})
		}
	}
	return rep
}

// filer is who files today: the agency, or who took it over.
func (r *submission) filer() agency.ID {
	if r.duty.Filer != "" {
		return r.duty.Filer
	}
	return r.duty.Agency
}

// may reports whether the actor may do it to the report: as somebody of the agency, or of its successor (design rule 8).
func (r *submission) may(act access.Action) bool { return r.check(act) == nil }

func (r *submission) check(act access.Action) error {
	ground := access.Ground{Tree: r.c.Agencies, Day: r.app.Today()}
	if act == access.JudgeReport {
		// Judged by the office that the report is owed to: a province's own office must not receive its report to the nation.
		return ground.Check(r.actor, act, r.target(cmp.Or(r.regime.Owner, agency.Nation)))
	}
	err := ground.Check(r.actor, act, r.target(r.duty.Agency))
	if err != nil && r.filer() != r.duty.Agency && ground.May(r.actor, act, r.target(r.filer())) {
		return nil
	}
	return err
}

// target names the regime and the pillars, for a narrowed office judges its own only.
func (r *submission) target(id agency.ID) access.Target {
	t := access.Target{Agency: id, Scopes: []string{r.round.Regime}}
	for _, f := range r.forms {
		for _, l := range f.lines {
			if p := l.Definition.Indicator.Pillar; !slices.Contains(t.Scopes, p) {
				t.Scopes = append(t.Scopes, p)
			}
		}
	}
	return t
}

// readable refuses whoever may neither read the agency's own figures nor judge them.
func (r *submission) readable() error {
	if r.may(access.JudgeReport) {
		return nil
	}
	return r.check(access.ReadOwn)
}

// life is the submission as the rules of filing see it.
func (r *submission) life() filing.Submission {
	s := r.sub
	return filing.Submission{State: s.State, Version: s.Version, Serial: s.Serial, Chain: r.chain, Approved: s.Approved, Due: r.duty.Due,
		SentAt: s.SentAt, Locked: r.round.Locked(), Last: r.named(s.Last.Event, s.Last.FullName)}
}

// named is an event as somebody else reads of it: the full name where there is one, in Vietnamese time.
func (r *submission) named(e filing.Event, fullName string) filing.Event {
	if fullName != "" {
		e.Name = fullName
	}
	e.At = e.At.In(r.app.Zone)
	return e
}

// lines lists the lines of all forms; an indicator that stands in two forms is owed once.
func (r *submission) lines() []filing.Line {
	var out []filing.Line
	for _, f := range r.forms {
		for _, l := range f.lines {
			if !slices.ContainsFunc(out, func(x filing.Line) bool { return x.Definition.ID == l.Definition.ID }) {
				out = append(out, l)
			}
		}
	}
	return out
}

// complete counts what is owed, and beside it what was given of optional lines.
func (r *submission) complete(lines []filing.Line) filing.Completeness {
	cells := make([]filing.Cell, 0, len(lines))
	var optional []filing.Cell
	for _, l := range lines {
		if l.Optional {
			optional = append(optional, r.cells[l.Definition.ID].Cell)
			continue
		}
		cells = append(cells, r.cells[l.Definition.ID].Cell)
	}
	return filing.Complete(cells).With(optional)
}

// head is the report in a line.
func (r *submission) head() ReportHead {
	life, today := r.life(), r.app.Today()
	h := ReportHead{Round: r.round.ID, RoundName: r.round.Name, Regime: r.round.Regime, RegimeName: r.regime.Name, Period: r.round.Period,
		Window: r.round.Window, Agency: r.duty.Agency, AgencyName: r.duty.Name, Submission: r.sub.ID, State: r.sub.State, Version: r.sub.Version,
		Serial: r.sub.Serial, Due: r.duty.Due, Extended: r.duty.Extension != nil, DaysLate: life.DaysLate(r.app.Clock()), OnTime: life.OnTime(),
		Locked: r.round.Locked(), SentAt: r.sub.SentAt, Complete: r.complete(r.lines())}
	h.DaysLeft, h.Owed = life.DaysLeft(today)
	if r.duty.Filer != r.duty.Agency {
		h.Filer, h.FilerName = r.duty.Filer, r.c.Agencies.Name(r.filer(), today)
	}
	for _, f := range r.forms {
		h.Forms = append(h.Forms, f.Name)
	}
	h.Standing = life.Standing()
	for _, step := range life.Possible() {
		if r.sub.ID != 0 && r.may(step.Needs()) && r.ofLink(life, step) {
			h.Steps = append(h.Steps, step)
		}
	}
	h.Waits, h.Next = r.waits(life, h.Steps), r.next()
	return h
}

// next is the first cell that waits to be filled in, mended or explained.
func (r *submission) next() (out NextCell) {
	for _, f := range r.forms {
		for i, l := range f.lines {
			c, given := r.cells[l.Definition.ID]
			blank := c.Figure.State == "" && (!l.Optional || given && !c.Typed.Blank())
			if blank || len(c.Faults) > 0 || len(c.Warnings) > 0 && c.Explained == "" || c.Returned != "" {
				return NextCell{i + 1, l.Definition.ID}
			}
		}
	}
	return out
}

// waits says whom the report waits for; the actor is told that it is they.
func (r *submission) waits(life filing.Submission, steps []filing.Step) string {
	you := "Bạn"
	switch r.sub.State {
	case filing.Review:
		if slices.Contains(steps, filing.Sign) || slices.Contains(steps, filing.Approve) {
			return you
		}
		link, _ := life.Link()
		return link.Title
	case filing.Sent:
		return "Cơ quan thường trực"
	case filing.Draft, filing.Returned, "":
		if r.may(access.EditReport) {
			return you
		}
		return "Người lập báo cáo"
	case filing.Received:
	}
	return ""
}

// ofLink reports whether a step of the chain is the actor's to take.
func (r *submission) ofLink(s filing.Submission, step filing.Step) bool {
	if step != filing.Approve && step != filing.Sign {
		return true
	}
	link, _ := s.Link()
	mine := link.Account == 0 || link.Account == r.actor.Account || r.actor.Machine
	return mine && (r.actor.Account == 0 || !slices.Contains(s.Approved, r.actor.Account))
}

// editable reports whether the actor may change the content now.
func (r *submission) editable() bool {
	open := r.sub.ID == 0 && !r.round.Locked() || r.life().Editable()
	return open && r.may(access.EditReport)
}

// mayEdit is editable with a reason.
func (r *submission) mayEdit() error {
	if err := r.check(access.EditReport); err != nil {
		return err
	}
	switch {
	case r.round.Locked():
		return fault.New(fault.Conflict, "Kỳ báo cáo đã khóa nên không sửa được. Hãy đề nghị cơ quan thường trực mở khóa.")
	case r.sub.ID != 0 && !r.life().Editable():
		return fault.New(fault.Conflict, "Báo cáo đang ở trạng thái “%s” nên không sửa được (%s, %s).", r.sub.State.Title(),
			r.life().Last.Step.Title(), r.life().Last.At.Format("15:04 ngày 02/01/2006"))
	}
	return nil
}

// points returns the figures of the agency.
func (r *submission) points() ([]store.SeriesPoint, error) {
	if !r.loaded {
		var err error
		if r.shared != nil {
			r.series, err = r.shared.of(r.v, r.duty.Agency)
		} else {
			r.series, err = r.v.AgencySeries(r.duty.Agency)
		}
		if err != nil {
			return nil, err
		}
		r.loaded = true
	}
	return r.series, nil
}

// begin makes sure that there is a submission to write into: the first thing that is saved opens it.
func (r *submission) begin(tx *store.Tx) error {
	if err := r.mayEdit(); err != nil || r.sub.ID != 0 {
		return err
	}
	life := filing.New(r.duty.Due, r.chain, filing.Event{})
	r.sub = store.Submission{Round: r.round.ID, Agency: r.duty.Agency, State: life.State, Version: life.Version, Serial: life.Serial}
	e := filing.Event{Step: filing.Opened, Version: 1}
	if err := tx.SaveSubmission(&r.sub, e, nil, false); err != nil {
		return err
	}
	r.sub.Last = store.Event{Event: e, Serial: 1}
	r.sub.Last.Name, r.sub.Last.At = r.actor.Name, tx.Now()
	r.note(tx, filing.Opened, "")
	return nil
}

// note says what was done to the report.
func (r *submission) note(tx *store.Tx, step filing.Step, reason string) {
	detail := step.Title() + " báo cáo " + r.duty.Name + ", " + r.round.Name
	if reason != "" {
		detail += ": " + reason
	}
	r.audit(tx, "report_"+string(step), detail)
}

// audit notes what a Write does to the report.
func (r *submission) audit(tx *store.Tx, action, detail string) {
	tx.Audit(store.Entry{Action: action, Agency: r.duty.Agency, Target: "report:" + strconv.FormatInt(r.sub.ID, 10), Detail: detail})
}

// changeReport runs fn on a report inside one Write.
func (a *Room) changeReport(
	ctx context.Context,
	round int64,
	id agency.ID,
	what string,
	fn func(*store.Tx, *submission) error,
) (store.Revision, error) {
	actor := access.From(ctx)
	return a.Write(ctx, store.Change{Account: actor.Name, Reason: what}, func(tx *store.Tx) error {
		rep, err := a.report(ctx, &tx.View, round, id)
		if err != nil {
			return err
		}
		return fn(tx, rep)
	})
}

// readReport runs fn on a report inside one Read, for those who may read it.
func (a *Room) readReport(ctx context.Context, round int64, id agency.ID, fn func(*submission) error) error {
	return a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		rep, err := a.report(ctx, v, round, id)
		if err != nil {
			return err
		}
		if err := rep.readable(); err != nil {
			return err
		}
		return fn(rep)
	})
}

// previousPeriod is the period that a figure is compared with, "" when there is none.
func previousPeriod(p kpi.Period) string { return kpi.Previous(p, kpi.InPeriod).Period.Key }

// MayHandInPaper reports whether the actor may hand in the signed copy of a report now, before it is received.
func (a *Room) MayHandInPaper(ctx context.Context, round int64, id agency.ID) (err error) {
	defer fault.Context(&err, "reporting.MayHandInPaper(%d, %s)", round, id)
	return a.readReport(ctx, round, id, (*submission).mayHandIn)
}

// mayHandIn says whether a signed copy is taken from the actor in this state.
func (r *submission) mayHandIn() error {
	if err := r.check(access.EditReport); err != nil && !r.may(access.SignReport) {
		return err
	}
	if s := r.sub.State; s != filing.Review && s != filing.Sent {
		return fault.New(
			fault.Conflict,
			"Bản ký được nhận khi báo cáo đang trình duyệt hoặc đã gửi; báo cáo này chưa hoặc không còn ở bước đó.",
		)
	}
	return nil
}

// MayEditReport reports whether the actor may change a report now, before anything for it is received.
func (a *Room) MayEditReport(ctx context.Context, round int64, id agency.ID) (err error) {
	defer fault.Context(&err, "reporting.MayEditReport(%d, %s)", round, id)
	return a.readReport(ctx, round, id, func(r *submission) error { return r.mayEdit() })
}

// Body is the committee or office that stands behind the round on a day.
func (o *Standing) Body(role filing.BodyRole, day vi.Date) (filing.Body, bool) {
	return o.Catalogue.Body(role, o.Regime.Owner, RoundTarget(o.Catalogue, o.Regime, o.Forms).Scopes, day)
}

func SubmissionsOf(v *store.View, round int64) (map[agency.ID]store.Submission, error) {
	all, err := v.Submissions(store.SubmissionQuery{Round: round})
	out := make(map[agency.ID]store.Submission, len(all))
	for _, s := range all {
		out[s.Agency] = s
	}
	return out, err
}
