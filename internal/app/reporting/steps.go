package reporting

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// TakeStep takes a step of a report's life: submit, take back, approve, refuse, sign and send, withdraw, receive, return, correct. The
// step is checked, taken and noted in one transaction; the second of two simultaneous actors is told by a fault of kind Conflict.
func (a *Room) TakeStep(ctx context.Context, req ReportStep) (_ *ReportHead, err error) {
	defer fault.Context(&err, "reporting.TakeStep")
	var head ReportHead
	what := req.Step.Title() + " báo cáo"
	_, err = a.changeReport(ctx, req.Round, req.Agency, what, func(tx *store.Tx, r *submission) error {
		if err := r.step(tx, req); err != nil {
			return err
		}
		head = r.head()
		return nil
	})
	return &head, err
}

func (r *submission) step(tx *store.Tx, req ReportStep) error {
	if err := r.check(req.Step.Needs()); err != nil {
		return err
	}
	if r.sub.ID == 0 {
		return fault.New(fault.NotFound, "%s chưa lập báo cáo trong đợt này.", r.duty.Name)
	}
	remarks, err := r.remarks(req)
	if err == nil {
		err = r.reviewed(req.Code)
	}
	if err != nil {
		return err
	}
	reason := vi.Clean(req.Reason)
	if reason == "" && len(remarks) > 0 {
		reason = "Xem lý do ở từng ô"
	}
	if utf8.RuneCountInString(reason) > maxNote {
		return fault.New(fault.Invalid, "Lý do dài quá %d ký tự.", maxNote)
	}
	// Times are those of the Write, so that history and punctuality say the same.
	e := filing.Event{Step: req.Step, Account: tx.Account(), Name: r.actor.Name, At: tx.Now().In(r.app.Zone), Reason: reason}
	next, err := r.life().Apply(e, req.Seen)
	if err != nil {
		return err
	}
	if err := r.prepare(tx, req.Step, remarks); err != nil {
		return err
	}
	s := r.sub
	s.State, s.Version, s.Serial, s.Approved, s.SentAt = next.State, next.Version, next.Serial, next.Approved, next.SentAt
	official := req.Step == filing.Receive
	if official {
		s.Received = tx.Revision().ID
	}
	if err := tx.SaveSubmission(&s, next.Last, remarks, official); err != nil {
		return err
	}
	s.Last = store.Event{Event: next.Last, Serial: s.Serial}
	r.sub = s
	r.note(tx, req.Step, reason)
	switch req.Step { //nolint:exhaustive // the others leave nothing behind
	case filing.Submit:
		return r.keep(tx)
	case filing.Sign:
		return r.receipt(tx)
	}
	return nil
}

// prepare does what a step needs beside the change of state.
func (r *submission) prepare(tx *store.Tx, step filing.Step, remarks map[int64]string) error {
	switch step {
	case filing.Submit:
		return r.whole()
	case filing.Sign:
		return r.signable()
	case filing.Receive:
		return r.receive(tx)
	case filing.Return:
		var changed []store.Cell
		for d, text := range remarks {
			c := r.cells[d]
			c.Definition, c.Returned = d, text
			changed = append(changed, c)
			r.put(c)
		}
		slices.SortFunc(changed, func(a, b store.Cell) int { return int(a.Definition - b.Definition) })
		return tx.SaveCells(r.sub.ID, changed)
	case filing.Opened, filing.TakeBack, filing.Approve, filing.Refuse, filing.Withdraw, filing.Correct:
	}
	return nil
}

// remarks reads the reasons on cells by the codes of their indicators.
func (r *submission) remarks(req ReportStep) (map[int64]string, error) {
	out := map[int64]string{}
	lines := r.lines()
	for code, text := range req.Remarks {
		if text = vi.Clean(text); text == "" {
			continue
		}
		i := slices.IndexFunc(lines, func(l filing.Line) bool { return l.Definition.Indicator.Code == code })
		switch {
		case i < 0:
			return nil, fault.New(fault.Invalid, "Biểu mẫu của đợt này không có chỉ tiêu “%s”.", code)
		case req.Step != filing.Return:
			return nil, fault.New(fault.Invalid, "Chỉ khi trả lại mới ghi lý do ở từng ô.")
		case utf8.RuneCountInString(text) > maxNote:
			return nil, fault.New(fault.Invalid, "Lý do ở ô %s dài quá %d ký tự.", code, maxNote)
		}
		out[lines[i].Definition.ID] = text
	}
	return out, nil
}

// whole checks the report all or nothing: errors block, warnings need one line of explanation each, blanks are no answer, and what only
// shows in the whole (sums, figures that were reported last time) is looked at, too.
func (r *submission) whole() error {
	lines := r.lines()
	if len(lines) == 0 {
		return fault.New(fault.Invalid, "Đợt báo cáo này không có biểu mẫu nào cho %s.", r.duty.Name)
	}
	if err := r.complete(lines).Ready(); err != nil {
		return err
	}
	general, err := r.general()
	if err != nil {
		return err
	}
	for _, f := range general {
		if f.Severity == check.Error {
			return fault.New(fault.Invalid, "Chưa trình được: %s", f.Message)
		}
	}
	return nil
}

// general checks the figures of the report together.
func (r *submission) general() ([]check.Finding, error) {
	rules, err := r.rules()
	if err != nil {
		return nil, err
	}
	var inputs []check.Input
	for _, l := range r.lines() {
		c, ok := r.cells[l.Definition.ID]
		if !ok || c.Figure.State == "" {
			continue
		}
		inputs = append(inputs, figureInput(l.Definition, c.Figure, r.duty.Agency, r.round.Period))
	}
	_, general := check.Inputs(rules, inputs, true)
	return general, nil
}

// figureInput is a figure as the checks take it.
func figureInput(d *kpi.Definition, f kpi.Figure, id agency.ID, p kpi.Period) check.Input {
	in := check.Input{Name: d.Name, Agency: id, Indicator: d.Indicator.Code, Period: p}
	exact := func(n vi.NullDecimal) check.Field {
		if !n.Valid {
			return check.Field{Kind: check.Blank}
		}
		return check.Exact(n.Decimal)
	}
	switch f.State {
	case kpi.NotApplicable:
		in.Value = check.Typed("-")
	case kpi.CensoredBelow:
		in.Value = check.Typed("<" + InputNumber(f.Bound.Decimal, false))
	case kpi.Value, kpi.NoDenominator, kpi.Withdrawn:
		in.Numerator, in.Denominator, in.Value = exact(f.Num), exact(f.Den), exact(f.Value)
	}
	return in
}

// receive copies the cells into observations of this Write's revision. Cells that say what is already held keep their provenance; an
// optional cell that was reported before and is left out now is withdrawn.
func (r *submission) receive(tx *store.Tx) error {
	var facts []store.Fact
	points, err := r.points()
	if err != nil {
		return err
	}
	for _, l := range r.lines() {
		c, given := r.cells[l.Definition.ID]
		f := store.Fact{Period: r.round.Period, Definition: l.Definition.ID, Agency: r.duty.Agency, System: kpi.Reported, Figure: c.Figure,
			Note: noteOf(c), Upload: c.Upload, Sheet: c.Sheet, Cell: c.Name, Submission: r.sub.ID}
		if !given || c.Figure.State == "" {
			held := slices.ContainsFunc(points, func(pt store.SeriesPoint) bool {
				return pt.Period.Key == r.round.Period.Key && receive.OfSource(pt, l.Definition, kpi.Reported)
			})
			if !held {
				continue
			}
			f.Figure, f.Note = kpi.Figure{State: kpi.Withdrawn}, "Không còn trong báo cáo đính chính"
		}
		facts = append(facts, f)
	}
	diffs, err := tx.Accept(facts)
	if err != nil {
		return err
	}
	return acceptUploads(tx, facts, diffs)
}

// acceptUploads notes for each file what receiving its cells did.
func acceptUploads(tx *store.Tx, facts []store.Fact, diffs []store.Diff) error {
	counts := map[int64]store.Counts{}
	var order []int64
	for i, d := range diffs {
		id := facts[i].Upload
		if id == 0 {
			continue
		}
		n, ok := counts[id]
		if !ok {
			order = append(order, id)
		}
		switch d.Difference {
		case store.New:
			n.New++
		case store.Superseded:
			n.Superseded++
		case store.Unchanged:
			n.Unchanged++
		}
		counts[id] = n
	}
	for _, id := range order {
		if err := tx.AcceptUpload(id, "", counts[id]); err != nil {
			return err
		}
	}
	return nil
}

// noteOf is what an observation keeps of the officer's words.
func noteOf(c store.Cell) string {
	parts := []string{}
	for _, s := range []string{c.Note, c.Explained} {
		if s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ". ")
}

// clean reports whether a sent report may be received without looking at its cells: complete, nothing odd.
func (r *submission) clean() (bool, int, error) {
	odd := 0
	for _, l := range r.lines() {
		row, err := r.row(l)
		if err != nil {
			return false, 0, err
		}
		if row.odd() {
			odd++
		}
	}
	c := r.complete(r.lines())
	return r.sub.State == filing.Sent && odd == 0 && c.Filled == c.Owed && c.Faulty == 0, odd, nil
}

// ReceiveClean receives the reports of agencies in one go, under one revision: those that have been sent and in which nothing is to be looked at.
// seen says of each agency which serial the office saw; the others are left alone, with the reason.
func (a *Room) ReceiveClean(ctx context.Context, round int64, seen map[agency.ID]int64) (_ *BulkResult, err error) {
	defer fault.Context(&err, "reporting.ReceiveClean(%d)", round)
	actor := access.From(ctx)
	out := &BulkResult{}
	rev, err := a.Write(
		ctx,
		store.Change{Account: actor.Name, Reason: "Tiếp nhận các báo cáo không có cảnh báo"},
		func(tx *store.Tx) error {
			all, err := a.roundReports(ctx, &tx.View, round)
			if err != nil {
				return err
			}
			for _, r := range all {
				serial, asked := seen[r.duty.Agency]
				if !asked {
					continue
				}
				reason, err := r.receiveClean(tx, serial)
				switch {
				case err != nil:
					return err
				case reason != "":
					out.Skipped = append(out.Skipped, BulkSkip{r.duty.Agency, r.duty.Name, reason})
				default:
					out.Received = append(out.Received, r.head())
				}
			}
			return nil
		},
	)
	out.Revision = rev.ID
	return out, err
}

// receiveClean receives a report, or says why not; an error is a failure of ours.
func (r *submission) receiveClean(tx *store.Tx, seen int64) (reason string, err error) {
	if err := r.check(access.JudgeReport); err != nil {
		return fault.Sentence(err), nil
	}
	clean, odd, err := r.clean()
	switch {
	case err != nil:
		return "", err
	case r.sub.ID == 0:
		return "Chưa lập báo cáo.", nil
	case r.sub.State != filing.Sent:
		return "Báo cáo đang ở trạng thái \"" + r.sub.State.Title() + "\".", nil
	case !clean:
		return "Có " + vi.FormatInt(int64(odd)) + " ô cần xem trước khi tiếp nhận.", nil
	}
	if _, err := r.life().Apply(filing.Event{Step: filing.Receive, At: tx.Now()}, seen); err != nil {
		return fault.Sentence(err), nil
	}
	return "", r.step(tx, ReportStep{Step: filing.Receive, Seen: seen})
}

// roundReports loads the reports of everybody who owes one, whoever asks: what they may see is for the caller to judge.
func (a *Room) roundReports(ctx context.Context, v *store.View, round int64) ([]*submission, error) {
	rd, err := v.Round(round)
	if err != nil {
		return nil, err
	}
	o, err := a.StandingOf(v, rd)
	if err != nil {
		return nil, err
	}
	return a.reportsOf(ctx, v, o, nil)
}

// reportsOf loads the reports of a round; wanted narrows them, nil takes all.
func (a *Room) reportsOf(ctx context.Context, v *store.View, o *Standing, wanted func(*submission) bool) ([]*submission, error) {
	subs, err := v.Submissions(store.SubmissionQuery{Round: o.Round.ID})
	if err != nil {
		return nil, err
	}
	byAgency, ids := map[agency.ID]store.Submission{}, []int64{}
	for _, s := range subs {
		byAgency[s.Agency] = s
		ids = append(ids, s.ID)
	}
	cells, err := v.Cells(ids...)
	if err != nil {
		return nil, err
	}
	actor := access.From(ctx)
	var out []*submission
	shared := &roundSeries{}
	asked := map[int64]bool{}
	for _, d := range o.Duties {
		r := o.report(a, v, actor, d)
		if wanted != nil && !wanted(r) {
			continue
		}
		r.sub = byAgency[d.Agency]
		r.cells = cells[r.sub.ID]
		if r.sub.State == filing.Review {
			if r.chain, err = v.Chain(r.filer()); err != nil {
				return nil, err
			}
		}
		if r.sub.ID != 0 { // of the others nobody asks what is known
			r.shared = shared
			shared.agencies = append(shared.agencies, d.Agency)
			for _, l := range r.lines() {
				if !asked[l.Definition.ID] {
					asked[l.Definition.ID] = true
					shared.definitions = append(shared.definitions, l.Definition.ID)
				}
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// addHistory adds the events that a report went through.
func (r *submission) addHistory(out *ReportView) error {
	events, err := r.v.Events(r.sub.ID)
	if err != nil {
		return err
	}
	names := r.may(access.ReadNames)
	for _, e := range events {
		line := ReportEvent{Serial: e.Serial, Step: e.Step, Version: e.Version, At: e.At, Reason: e.Reason}
		if names {
			line.Name = r.named(e.Event, e.FullName).Name
		}
		for d, text := range e.Remarks {
			if def, ok := r.c.Kpis.ByID(d); ok {
				line.Remarks = append(line.Remarks, Remark{def.Indicator.Code, def.Name, text})
			}
		}
		slices.SortFunc(line.Remarks, func(a, b Remark) int { return strings.Compare(a.Code, b.Code) })
		out.Events = append(out.Events, line)
	}
	return nil
}
