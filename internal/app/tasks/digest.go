package tasks

import (
	"cmp"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/store"
	"chiso/internal/task"
)

const maxLate = 7 // late tasks that a page lists

// DigestOf counts the tasks in which an agency, or somebody below it, leads; for the nation all of them.
func (a *Room) DigestOf(v *store.View, c *ledger.Catalogue, id agency.ID, illustrative bool) (out figures.TaskDigest, err error) {
	register, err := a.RegisterAt(v)
	if err != nil {
		return out, err
	}
	q := task.Query{Day: a.Today(), Unit: task.ByTask}
	if id != agency.Nation {
		q.Agency = id
	}
	for _, p := range register.Programmes() {
		if (p == ledger.IllustrativeTasks) == illustrative {
			q.Programmes = append(q.Programmes, p)
		}
	}
	if out.Illustrative = illustrative; len(q.Programmes) == 0 {
		return out, nil
	}
	out.Counts = register.Count(c.Agencies, q)
	for _, g := range register.ByProgramme(c.Agencies, q) {
		out.Programmes = append(out.Programmes, figures.ProgrammeDigest{Code: g.Key, Title: ledger.ProgrammeTitle(g.Key), Counts: g.Counts})
	}
	q.Statuses = []task.Status{task.Overdue}
	lines := register.Lines(c.Agencies, q)
	slices.SortStableFunc(lines, func(x, y task.Line) int { return cmp.Compare(y.Days, x.Days) })
	out.Late, err = (&TaskReader{Room: a, View: v, Catalogue: c, Register: register, Query: q}).print(lines[:min(len(lines), maxLate)])
	return out, err
}
