package tasks

import (
	"context"
	"slices"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// registerNote is the note of figures that the register yields.
const registerNote = "Tính từ sổ nhiệm vụ đến ngày "

// RecordTasks writes the figures of a register for a period, as of its last day or today if that is
// earlier: what the office does at a cut-off. It returns how many figures are new or others.
func (a *Room) RecordTasks(ctx context.Context, owner agency.ID, period string) (counts receive.Counts, err error) {
	defer fault.Context(&err, "tasks.RecordTasks(%s)", owner)
	p, err := kpi.ParsePeriod(period)
	if err != nil {
		return counts, err
	}
	if p.From > a.Today() {
		return counts, fault.New(fault.Invalid, "Kỳ %s chưa bắt đầu.", p.Title())
	}
	who, err := a.knownActor(ctx, access.AssignTask)
	if err != nil {
		return counts, err
	}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: "Chốt số liệu nhiệm vụ " + p.Title()}, func(tx *store.Tx) error {
		c, err := a.Catalogue(&tx.View)
		if err != nil {
			return err
		}
		if err := a.mayAssign(ctx, c, owner); err != nil {
			return err
		}
		counts, err = a.recordTasks(tx, c, owner, nil, p)
		return err
	})
	return counts, err
}

// RecordedTasks says how many figures the registers have yielded for a period.
type RecordedTasks struct {
	Period  kpi.Period
	Figures int
}

// TasksRecorded lists the periods that task figures were recorded for, newest first.
func (a *Room) TasksRecorded(ctx context.Context) (out []RecordedTasks, err error) {
	defer fault.Context(&err, "tasks.TasksRecorded")
	if ground := (access.Ground{Day: a.Today()}); !ground.Somewhere(access.From(ctx), access.AssignTask) {
		return nil, ground.Check(access.From(ctx), access.AssignTask, access.At(agency.Nation))
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		holdings, err := v.Holdings()
		at := map[string]int{}
		for _, h := range holdings {
			if h.Source.System != kpi.Register {
				continue
			}
			i, ok := at[h.Period.Key]
			if !ok {
				i = len(out)
				at[h.Period.Key], out = i, append(out, RecordedTasks{Period: h.Period})
			}
			out[i].Figures += h.Figures
		}
		return err
	})
	slices.SortFunc(out, func(x, y RecordedTasks) int { return figures.ComparePeriods(y.Period, x.Period) })
	return out, err
}

func (a *Room) mayAssign(ctx context.Context, c *ledger.Catalogue, owner agency.ID) error {
	return access.Ground{Tree: c.Agencies, Day: a.Today()}.Check(access.From(ctx), access.AssignTask, access.At(owner))
}

// thisMonth is the period whose figures follow every accepted change.
func (a *Room) thisMonth() (kpi.Period, error) { return kpi.ParsePeriod(a.Today().ISO()[:7]) }

// recordTasks writes what the register of an owner yields for a period into the observations of source
// "register": of programmes, or of all when none is given.
func (a *Room) recordTasks(
	tx *store.Tx,
	c *ledger.Catalogue,
	owner agency.ID,
	programmes []string,
	p kpi.Period,
) (counts receive.Counts, err error) {
	all, err := tx.Tasks()
	if err != nil {
		return counts, err
	}
	return a.recordRegister(tx, c, task.NewRegister(all), owner, programmes, p)
}

// recordRegister is recordTasks on a register that is at hand.
func (a *Room) recordRegister(
	tx *store.Tx,
	c *ledger.Catalogue,
	r *task.Register,
	owner agency.ID,
	programmes []string,
	p kpi.Period,
) (counts receive.Counts, err error) {
	sources, err := tx.Sources()
	if err != nil {
		return counts, err
	}
	source := int64(0)
	for _, s := range sources {
		if s.System == kpi.Register && s.Origin == "" {
			source = s.ID
		}
	}
	w := &figureWriter{tx: tx, c: c, period: p, day: min(p.To, a.Today()), source: source}
	for _, code := range r.Programmes() {
		if len(programmes) > 0 && !slices.Contains(programmes, code) || code == ledger.IllustrativeTasks {
			continue
		}
		if err := w.programme(r, owner, code); err != nil {
			return counts, err
		}
	}
	diffs, err := tx.Accept(w.facts)
	for _, d := range diffs {
		switch d.Difference {
		case store.New:
			counts.New++
		case store.Unchanged:
			counts.Unchanged++
		case store.Superseded:
			counts.Superseded++
		}
	}
	return counts, err
}

// figureWriter collects the figures of one owner's register for one period.
type figureWriter struct {
	tx     *store.Tx
	c      *ledger.Catalogue
	period kpi.Period
	day    vi.Date
	source int64 // 0 while nothing was ever written
	facts  []store.Fact
}

// programme counts each leading agency's tasks, and on the national line every task of the national
// register once. An agency that has none any more is written as none.
func (w *figureWriter) programme(r *task.Register, owner agency.ID, code string) error {
	q := task.Query{Day: w.day, Unit: task.ByTask, Owner: owner, Programmes: []string{code}}
	lines := map[agency.ID]task.Counts{}
	for _, g := range r.ByAgency(w.c.Agencies, q) {
		lines[agency.ID(g.Key)] = g.Counts
	}
	if owner == agency.Nation {
		lines[agency.Nation] = r.Count(w.c.Agencies, q)
	}
	for indicator := range task.Figures(code, task.Counts{}) {
		d, ok := w.c.Kpis.On(indicator, w.day)
		if !ok {
			continue
		}
		if err := w.gone(d.ID, owner, lines); err != nil {
			return err
		}
	}
	if owner != agency.Nation {
		delete(lines, owner) // its own figure is that of the register above
	}
	for _, id := range w.c.Agencies.IDs() { // in official order
		counts, ok := lines[id]
		if !ok {
			continue
		}
		figures := task.Figures(code, counts)
		for _, d := range w.c.Kpis.Definitions() {
			if f, ok := figures[d.Indicator.Code]; ok && d.From <= w.day && w.day <= d.To {
				w.facts = append(w.facts, store.Fact{Period: w.period, Definition: d.ID, Agency: id, System: kpi.Register, Figure: f,
					Note: registerNote + w.day.String()})
			}
		}
	}
	return nil
}

// gone adds the agencies that the period has a figure of and the register has not any more.
func (w *figureWriter) gone(definition int64, owner agency.ID, lines map[agency.ID]task.Counts) error {
	if w.source == 0 {
		return nil
	}
	before, err := w.tx.Figures(w.period, definition, w.source)
	for id := range before {
		if _, ok := lines[id]; !ok && id != agency.Nation && w.c.Agencies.Inside(id, owner, w.day) {
			lines[id] = task.Counts{}
		}
	}
	return err
}
