package tasks

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// registerDiff collects what registers would change, for a preview and for the fingerprint that its
// confirmation carries.
type registerDiff struct {
	hash    hash.Hash
	changes []Change
	more    int
}

// add notes one task with what is reported on it; what is the same is no change. A report that came in between changes the
// fingerprint too: the row of the file would be put on top of it.
func (d *registerDiff) add(dir *agency.Directory, old, t *task.Task, updates []partUpdate) {
	if old.ID != 0 && sameTask(*old, *t) && len(updates) == 0 {
		return
	}
	if d.hash == nil {
		d.hash = sha256.New()
	}
	_, _ = fmt.Fprintf(d.hash, "%+v\n%+v\n", bare(*old), bare(*t)) // a hash takes everything
	for _, u := range updates {
		u.Day = 0 // today's, which may have passed since
		_, _ = fmt.Fprintf(d.hash, "%+v\n", u)
	}
	if len(d.changes) >= maxTaskChanges {
		d.more++
		return
	}
	c := Change{Code: t.Code, Title: t.Title, New: old.ID == 0}
	if c.New {
		c.Says = newTaskSays(dir, t)
	} else {
		c.Says = taskDifference(dir, old, t)
	}
	for _, u := range updates {
		c.Says = append(c.Says, partName(dir, &t.Assignments[u.at])+", báo cáo tiến độ: "+updateText(u.Update))
	}
	d.changes = append(d.changes, c)
}

// partName is what the agency of an assignment was called on the day of assignment.
func partName(dir *agency.Directory, a *task.Assignment) string {
	return dir.Name(a.Agency, max(a.Assigned, vi.OpenFrom))
}

// maxNamed is how many agencies of one group are named in a preview.
const maxNamed = 6

// newTaskSays says what was understood of a new task: who has it and until when, those with the same terms together.
func newTaskSays(dir *agency.Directory, t *task.Task) (says []string) {
	type terms struct {
		lead      bool
		deadline  string
		completed vi.Date
	}
	names := map[terms][]string{}
	var order []terms
	for i := range t.Assignments {
		a := &t.Assignments[i]
		k := terms{a.Lead, termsText(a), a.Completed}
		if a.Nature == task.Timed && a.DueText != "" && a.DueText != k.deadline {
			k.deadline += " (“" + a.DueText + "”)"
		}
		if names[k] == nil {
			order = append(order, k)
		}
		names[k] = append(names[k], partName(dir, a))
	}
	for _, k := range order {
		who := names[k]
		if n := len(who); n > maxNamed {
			who = append(slices.Clone(who[:maxNamed-1]), fmt.Sprintf("và %d đơn vị nữa", n-maxNamed+1))
		}
		text := strings.Join(who, ", ") + ": " + leadTitle(k.lead) + ", hạn " + k.deadline
		if k.completed != 0 {
			text += ", hoàn thành " + k.completed.String()
		}
		says = append(says, text)
	}
	return says
}

// updateText says in one line what an update says.
func updateText(u task.Update) string {
	var out []string
	if u.Percent.Valid {
		out = append(out, vi.FormatNumber(u.Percent.Decimal, 0)+" %")
	}
	for _, x := range []struct{ label, text string }{{"", u.Text}, {"vướng mắc: ", u.Obstacle}, {"kiến nghị: ", u.Proposal}, {"minh chứng: ", u.Evidence}} {
		if x.text != "" {
			out = append(out, x.label+vi.Clean(x.text))
		}
	}
	return strings.Join(out, "; ")
}

// sum is the fingerprint.
func (d *registerDiff) sum() string {
	if d.hash == nil {
		return "none"
	}
	return hex.EncodeToString(d.hash.Sum(nil))
}
