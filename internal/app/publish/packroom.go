package publish

import (
	"cmp"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/app/tasks"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/report"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// packRoom is everything that the packs of one period show, gathered once: a national pack takes all of it, an agency's what is its own.
type packRoom struct {
	*packBuilder
	app      *Room
	spec     filing.PackSpec
	owner    agency.ID
	release  *filing.Release    // nil: the newest figures
	day      vi.Date            // of the revision: statuses of tasks and punctuality are those of that day
	subjects []*figures.Subject // of pack.Tables
	notes    []filing.GapNote   // said about gaps
	lines    []gapLine          // of pack.Gaps
}

// packAsk is what a pack is gathered for.
type packAsk struct {
	spec    filing.PackSpec
	owner   agency.ID
	release *filing.Release
	period  kpi.Period
	gaps    []filing.GapNote
}

// openPack gathers what the packs of q show. v is the view at the revision that they are built from; what is not kept by revision is
// read up to its time, so that the same revision gives the same pack.
func (a *Room) openPack(v *store.View, q packAsk) (*packRoom, error) {
	c, err := a.Catalogue(v)
	if err != nil {
		return nil, err
	}
	r := a.figures.Ranker(v, c, ledger.Live, time.Time{})
	if q.release != nil {
		if r, err = a.figures.Bound(v, q.release); err != nil {
			return nil, err
		}
	}
	g := &packRoom{app: a, spec: q.spec, owner: q.owner, release: q.release, day: vi.DateOf(v.Revision().At.In(a.Zone)), notes: q.gaps}
	pack := &report.Pack{
		Title:    cmp.Or(q.spec.Title, "Kết quả thực hiện các chỉ tiêu chuyển đổi số"),
		Issuer:   q.spec.Issuer,
		Appendix: q.spec.Appendix,
		Period:   q.period,
		DataFrom: q.period.From,
		DataTo:   q.period.To,
		Revision: v.Revision().ID,
		AsOf:     v.Revision().At,
		Program:  a.Version,
		Letter:   report.Letter{Number: q.spec.Letter, Day: q.spec.Day},
		Signing:  report.Signing{Off: q.spec.Unsigned, Preparer: q.spec.Preparer, Leader: q.spec.Leader},
	}
	for _, s := range q.spec.Sections {
		pack.Sections = append(pack.Sections, report.Section(s))
	}
	head, err := v.Head()
	if err != nil {
		return nil, err
	}
	pack.Head = head.String()
	g.packBuilder = &packBuilder{Ranker: r, pack: pack, files: map[string]int{}, done: map[string]bool{}, extra: map[int64]bool{}}
	pack.Standing = "Số liệu mới nhất, có phần chưa công bố"
	if q.release != nil {
		t := ranking.Release{Number: q.release.Number, Day: q.release.Day, Kind: q.release.Kind.Title()}
		pack.Standing = t.Title()
	}
	for _, step := range []func() error{g.tables, g.spans, g.heat, g.keys, g.plan, g.tasks, g.rounds, g.changes, g.gaps} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// blocks are those that the pack shows: the ones asked for, else those of the owner that are no part of another.
func (g *packRoom) blocks() (out []agency.Block, err error) {
	for _, code := range g.spec.Blocks {
		b, ok := g.Catalogue.Agencies.Block(code)
		if !ok {
			return nil, fault.New(fault.NotFound, "Không có khối %q. Các khối hiện có: %s.", code, g.BlockCodes())
		}
		out = append(out, b)
	}
	if len(out) > 0 {
		return out, nil
	}
	inside := map[string]bool{}
	for _, b := range g.Catalogue.Agencies.Blocks() {
		for _, part := range b.Union {
			inside[part] = true
		}
	}
	for _, b := range g.Catalogue.Agencies.Blocks() {
		if b.Owner == g.owner && !inside[b.Code] {
			out = append(out, b)
		}
	}
	return out, nil
}

// has reports whether the pack is to have a section.
func (g *packRoom) has(s report.Section) bool {
	return len(g.spec.Sections) == 0 || slices.Contains(g.spec.Sections, string(s))
}

// tables gathers the rankings with the figures behind them: scorecards first.
func (g *packRoom) tables() error {
	blocks, err := g.blocks()
	if err != nil {
		return err
	}
	codes, asked := g.spec.Codes, len(g.spec.Codes) > 0
	if !asked {
		if codes, err = rankedCodes(g.Ranker, g.pack.Period, kpi.System(g.spec.Source), g.owner); err != nil {
			return err
		}
		if day, ok, err := g.snapshot(); err != nil {
			return err
		} else if ok && !slices.Contains(codes, ledger.DefaultCard) {
			if err := g.addAll([]string{ledger.DefaultCard}, day.Key, blocks); err != nil {
				return err
			}
		}
	}
	if err := g.addAll(codes, g.pack.Period.Key, blocks); err != nil {
		return err
	}
	if g.owner == agency.Nation && g.has(report.NationSheet) && len(g.spec.Blocks) == 0 {
		if err := g.nationOf(g.pack.Period, g.spec.Codes, kpi.System(g.spec.Source)); err != nil {
			return err
		}
	}
	if len(g.pack.Tables)+len(g.pack.Nation) == 0 {
		return fault.New(fault.NotFound, "Chưa có số liệu nào cho %s.", g.pack.Period.Title())
	}
	return nil
}

func (g *packRoom) addAll(codes []string, period string, blocks []agency.Block) error {
	for _, code := range codes {
		for _, b := range blocks {
			q := figures.RankingQuery{Code: code, Period: period, Block: b.Code, Source: g.spec.Source}
			n := len(g.pack.Tables)
			s, err := g.add(q, false)
			if err == nil && len(g.pack.Tables) > n {
				g.subjects = append(g.subjects, s)
			}
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
		}
	}
	return nil
}

// snapshot is the newest day of the portal's scorecard that lies in the period or after it: beside the reports of a quarter people
// read where the portal puts everybody now.
func (g *packRoom) snapshot() (best kpi.Period, ok bool, err error) {
	s, err := g.AsScorecard(ledger.DefaultCard, kpi.Period{})
	if err != nil || s == nil {
		return best, false, err
	}
	for _, h := range s.Holdings {
		if h.Period.Kind == kpi.Day && h.Period.From >= g.pack.Period.From && h.Source.System != kpi.Illustrative &&
			(!ok || figures.ComparePeriods(h.Period, best) > 0) {
			best, ok = h.Period, true
		}
	}
	return best, ok, nil
}

// heat ranks the blocks by every component of the scorecards.
func (g *packRoom) heat() error {
	if !g.has(report.HeatTables) && !g.has(report.AgencySheets) {
		return nil
	}
	for i := range g.pack.Tables {
		t := &g.pack.Tables[i]
		if t.Scorecard == nil {
			continue
		}
		columns, err := g.subjects[i].Rule.Columns(t, g.subjects[i])
		if err != nil {
			return err
		}
		if len(columns) > 0 {
			g.pack.Heat = append(g.pack.Heat, report.Heat{Table: t, Columns: columns})
		}
	}
	return nil
}

// maxKeys is how many indicators the summary shows.
const maxKeys = 12

// keys gathers the indicators over whole blocks for the summary.
func (g *packRoom) keys() error {
	for i := range g.pack.Tables {
		t := &g.pack.Tables[i]
		if len(g.pack.Key) == maxKeys || !figures.Speaks(t) || t.Scorecard != nil {
			continue
		}
		k := report.KeyFigure{Name: t.Name, Unit: t.Unit, Decimals: t.Decimals, Period: t.Period, Value: t.Pooled.Value, Direction: t.Direction}
		if blocks := g.shownBlocks(); len(blocks) > 1 {
			k.Name += " – " + t.Block.Name
		}
		if c := t.Coverage(); !c.Full() {
			k.Name += " (" + c.String() + " đơn vị)"
		}
		before, _, err := g.subjects[i].Rule.Earlier(t, g.subjects[i])
		if err != nil {
			return err
		}
		if before != nil {
			k.Before = before.Headline().Value
		}
		if t.Target != nil {
			k.Target, k.Reached = vi.Some(t.Target.Value), figures.Reached(t.Direction, t.Pooled.Value.Decimal, t.Target.Value)
		}
		if len(t.Rows) > 0 && t.Direction != kpi.Neutral && t.Rows[0].Value.Valid {
			k.First = t.Rows[0].Name + " (" + t.Rows[0].Print(t.Decimals) + ")"
		}
		g.pack.Key = append(g.pack.Key, k)
	}
	return nil
}

func (g *packRoom) shownBlocks() (out []string) {
	for i := range g.pack.Tables {
		if code := g.pack.Tables[i].Block.Code; !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// plan gathers the targets of the year beside what was reached: national ones by the national figure, those of a block by its pooled one.
func (g *packRoom) plan() error {
	if !g.has(report.Plan) && !g.has(report.Summary) {
		return nil
	}
	nation, err := g.Ranker.Nation()
	if err != nil {
		return err
	}
	add := func(d *kpi.Definition, scope string, m *kpi.Target, v vi.NullDecimal, p kpi.Period, e kpi.Exactness) {
		l := report.PlanLine{
			Name:      d.Name,
			Unit:      d.Unit,
			Scope:     scope,
			Decimals:  d.Decimals,
			Year:      m.Year,
			Target:    m.Value,
			Act:       m.Act,
			Value:     v,
			Period:    p,
			Exactness: e,
		}
		if v.Valid {
			if l.Reached = figures.Reached(d.Indicator.Direction, v.Decimal, m.Value); !l.Reached {
				l.Missing = distanceOf(v.Decimal, m.Value, d.Decimals)
			}
		}
		g.pack.Plan = append(g.pack.Plan, l)
	}
	for _, l := range nation {
		if l.Target != nil && g.owner == agency.Nation && (len(g.spec.Codes) == 0 || slices.Contains(g.spec.Codes, l.Definition.Indicator.Code)) {
			add(l.Definition, "Cả nước", l.Target, l.Point.Value, l.Point.Period, l.Point.Figure.Exactness())
		}
	}
	for i := range g.pack.Tables {
		if t := &g.pack.Tables[i]; t.Target != nil && t.Definition != nil && figures.Speaks(t) {
			add(t.Definition, withCoverage(t), t.Target, t.Pooled.Value, t.Period, kpi.Exactness{})
		}
	}
	return nil
}

// withCoverage is the name of a table's block, with how many of those asked it has where that is not all.
func withCoverage(t *ranking.Table) string {
	if c := t.Coverage(); !c.Full() {
		return t.Block.Name + ", " + c.String()
	}
	return t.Block.Name
}

// distanceOf is how far a value is from its target, without sign.
func distanceOf(v, target vi.Decimal, decimals int) vi.NullDecimal {
	d := target.Rat()
	d.Sub(d, v.Rat())
	d.Abs(d)
	out, ok := kpi.RoundRat(d, decimals)
	return vi.NullDecimal{Decimal: out, Valid: ok}
}

// programme is whose tasks a pack shows: those of Đề án 06 where the register has any, else all that are not invented.
func (g *packRoom) programme(r *task.Register) ([]string, string) {
	if slices.Contains(r.Programmes(), task.ProgrammeOf("de_an_06")) {
		return []string{task.ProgrammeOf("de_an_06")}, ledger.ProgrammeTitle("de_an_06")
	}
	out := []string{""}
	for _, p := range r.Programmes() {
		if p != ledger.IllustrativeTasks {
			out = append(out, p)
		}
	}
	return out, "Nhiệm vụ được giao"
}

// tasks counts the register of the owner on the day of the revision.
func (g *packRoom) tasks() (err error) {
	if g.has(report.TaskSheets) || g.has(report.Summary) {
		g.pack.Tasks, err = g.tasksOf("")
	}
	return err
}

// tasksOf counts the tasks of one agency, of everybody for "". Nil when there are none.
func (g *packRoom) tasksOf(id agency.ID) (*report.Tasks, error) {
	reg, err := g.app.tasks.RegisterAt(g.View.Unguarded())
	if err != nil {
		return nil, err
	}
	programmes, title := g.programme(reg)
	r := &tasks.TaskReader{
		Room:      g.app.tasks,
		View:      g.View.Unguarded(),
		Catalogue: g.Catalogue,
		Register:  reg,
		Query:     task.Query{Day: g.day, Unit: task.ByTask, Programmes: programmes, Owner: g.owner, Agency: id},
	}
	counts := reg.Count(g.Catalogue.Agencies, r.Query)
	if counts.Total() == 0 {
		return nil, nil
	}
	out := &report.Tasks{Title: title, Day: g.day, Unit: r.Query.Unit.Title(), Counts: counts}
	if id == "" {
		summary := &tasks.Summary{}
		r.Group(summary, tasks.TasksByAgency)
		out.Note = summary.Note
		for _, x := range summary.By {
			out.By = append(out.By, report.TaskLine{Name: x.Name, Counts: x.Counts})
		}
	}
	late := r.Query
	late.Statuses = []task.Status{task.Overdue}
	lines := reg.Lines(g.Catalogue.Agencies, late)
	slices.SortStableFunc(lines, func(x, y task.Line) int { return cmp.Compare(y.Days, x.Days) })
	updates, err := g.View.Unguarded().LatestUpdates()
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		x := r.Line(l, updates, nil)
		o := report.OverdueTask{
			Code:   x.Code,
			Title:  x.Title,
			Person: x.Person,
			Due:    x.Due,
			Days:   x.Days,
			State:  cmp.Or(x.Update.Obstacle, x.Update.Text),
		}
		for i, h := range x.Holders {
			if i > 0 {
				o.Lead += ", "
			}
			o.Lead += h.Name
		}
		out.Overdue = append(out.Overdue, o)
	}
	return out, nil
}

// rounds gathers how the reports of the period came in, from what had happened by the time of the revision.
func (g *packRoom) rounds() error {
	if !g.has(report.Discipline) && !g.has(report.Summary) {
		return nil
	}
	all, err := g.View.Unguarded().Rounds()
	if err != nil {
		return err
	}
	for _, rd := range all {
		regime, ok := g.Catalogue.Regime(rd.Regime, rd.Period.To)
		if rd.Period.Key != g.pack.Period.Key || !ok || cmp.Or(regime.Owner, agency.Nation) != g.owner || rd.OpenedAt.After(g.pack.AsOf) {
			continue
		}
		x, err := g.round(rd)
		if err != nil {
			return err
		}
		g.pack.Rounds = append(g.pack.Rounds, x)
	}
	return nil
}

func (g *packRoom) round(rd filing.Round) (report.Round, error) {
	out := report.Round{Name: rd.Name}
	extensions, err := g.View.Unguarded().Extensions(rd.ID)
	if err != nil {
		return out, err
	}
	extensions = slices.DeleteFunc(extensions, func(e filing.Extension) bool { return e.At.After(g.pack.AsOf) })
	subs, err := reporting.SubmissionsOf(g.View.Unguarded(), rd.ID)
	if err != nil {
		return out, err
	}
	for _, d := range rd.Duties(g.Catalogue.Agencies, extensions, g.day) {
		l := report.RoundLine{Name: d.Name, Due: d.Due.String(), State: "Chưa lập"}
		if sub, ok := subs[d.Agency]; ok {
			events, err := g.View.Unguarded().Events(sub.ID)
			if err != nil {
				return out, err
			}
			reported(&l, events, g.pack.AsOf)
		}
		when := l.Sent
		if when.IsZero() {
			when = g.pack.AsOf
		}
		if l.OnTime = !l.Sent.IsZero() && !d.Late(when); d.Late(when) {
			l.DaysLate = max(1, -d.DaysLeft(vi.DateOf(when.In(g.app.Zone))))
		}
		out.Lines = append(out.Lines, l)
	}
	return out, nil
}

// reported follows the life of a report up to a moment. What the agency itself took back before it was received was not reported.
func reported(l *report.RoundLine, events []store.Event, until time.Time) {
	for _, e := range events {
		if e.At.After(until) {
			return
		}
		if to := e.Step.To(); to != "" {
			l.State = to.Title()
		}
		switch e.Step { //nolint:exhaustive // the others say nothing about punctuality
		case filing.Sign:
			if l.Sent.IsZero() {
				l.Sent = e.At
			}
		case filing.Withdraw:
			if e.Version == 1 {
				l.Sent = time.Time{}
			}
		case filing.Return:
			l.Returned++
		}
	}
}

// changes lists what differs from the release that this one corrects.
func (g *packRoom) changes() error {
	if g.release == nil || g.release.Supersedes == 0 {
		return nil
	}
	old, err := g.View.Unguarded().Release(g.release.Supersedes)
	if err != nil {
		return err
	}
	before, err := frozen(g.View.Unguarded(), &old)
	if err != nil {
		return err
	}
	now, err := frozen(g.View.Unguarded(), g.release)
	if err != nil {
		return err
	}
	title := ranking.Release{Number: old.Number, Day: old.Day, Kind: old.Kind.Title()}
	g.pack.Differences = &report.Changes{From: title.Title(), Lines: filing.Differences(before, now)}
	return nil
}
