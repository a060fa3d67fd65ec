package task

import (
	"chiso/internal/agency"
	"chiso/internal/vi"
)

// Holder returns the agency that answers for an assignment on a day: the one it was given to, until a
// recorded hand-over; and when that agency no longer exists, the one that its whole body went to. Where
// it was divided (BTTTT on 01/03/2025) nobody can be named without a hand-over: settled is false and
// the last holder stays.
func Holder(dir *agency.Directory, a *Assignment, day vi.Date) (id agency.ID, settled bool) {
	id = a.Agency
	for i := range a.Changes {
		if c := &a.Changes[i]; c.Kind == Handover && c.From <= day {
			id = c.Agency
		}
	}
	return successor(dir, id, day)
}

// successor follows whole succession from id to the agency that exists on day.
func successor(dir *agency.Directory, id agency.ID, day vi.Date) (agency.ID, bool) {
	for range 16 { // the catalogue has no cycles; a broken one ends here
		versions := dir.Versions(id)
		if len(versions) == 0 || versions[len(versions)-1].To >= day {
			return id, true
		}
		next := agency.ID("")
		for _, s := range dir.Successors(id) {
			if s.Extent == agency.Whole && s.On <= day {
				if next != "" && next != s.Succ {
					return id, false
				}
				next = s.Succ
			}
		}
		if next == "" || next == id {
			return id, false
		}
		id = next
	}
	return id, false
}
