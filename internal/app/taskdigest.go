package app

import (
	"cmp"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/store"
	"chiso/internal/task"
)

const maxLate = 7 // late tasks that a page lists

// DigestOf counts the tasks in which an agency, or somebody below it, leads; for the nation all of them.
func (a *App) DigestOf(v *store.View, c *catalogue, id agency.ID, illustrative bool) (out TaskDigest, err error) {
	register, err := a.registerAt(v)
	if err != nil {
		return out, err
	}
	q := task.Query{Day: a.today(), Unit: task.ByTask}
	if id != agency.Nation {
		q.Agency = id
	}
	for _, p := range register.Programmes() {
		if (p == IllustrativeTasks) == illustrative {
			q.Programmes = append(q.Programmes, p)
		}
	}
	if out.Illustrative = illustrative; len(q.Programmes) == 0 {
		return out, nil
	}
	out.Counts = register.Count(c.agencies, q)
	for _, g := range register.ByProgramme(c.agencies, q) {
		out.Programmes = append(out.Programmes, ProgrammeDigest{g.Key, programmeTitle(g.Key), g.Counts})
	}
	q.Statuses = []task.Status{task.Overdue}
	lines := register.Lines(c.agencies, q)
	slices.SortStableFunc(lines, func(x, y task.Line) int { return cmp.Compare(y.Days, x.Days) })
	out.Late, err = (&taskReader{a, v, c, register, q}).print(lines[:min(len(lines), maxLate)])
	return out, err
}
