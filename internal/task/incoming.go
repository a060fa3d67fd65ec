package task

import (
	"cmp"
	"fmt"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

// Incoming is one task as a register gives it, with its names resolved. A blank cell is a zero field: it
// says nothing and takes nothing away.
type Incoming struct {
	Task  Task // without assignments
	Parts []IncomingPart
	Rows  []Row
	// Unclear says that some agency could not be resolved: nothing is concluded from one that is absent.
	Unclear bool
}

// IncomingPart is one agency of an incoming task.
type IncomingPart struct {
	Agency agency.ID // as resolved on the day of assignment, else today
	Now    agency.ID // whom the name means today
	Lead   bool
	Person string
	Post   string

	Assigned  vi.Date
	Nature    Nature
	Due       vi.Date
	DueText   string
	Original  vi.Date // a column of its own for the first deadline
	OrigText  string
	Extended  vi.Date // a column of its own for the extended one
	ExtText   string
	Extension Document // that grants it
	ExtDay    vi.Date
	Completed vi.Date
	PauseFrom vi.Date
	PauseTo   vi.Date
	Claim     string // a status that somebody typed: it is only compared
	Update    Update // what is reported on the work
	Row       int    // index of the row that says this
}

// The codes of findings about what a register changes.
const (
	CompletionKept = "completion_kept"
	AgencyKept     = "agency_kept"
	AgencyTwice    = "agency_twice"
)

// Placed is a finding about a row of a register.
type Placed struct {
	Finding
	Row Row
}

// Merge brings a task up to date with what a register says; old has ID 0 when the task is new. Another
// deadline is an extension from today: the first one stays, and so does everything that the register is
// silent about. at[i] is the index of the assignment that in.Parts[i] became.
func Merge(dir *agency.Directory, old Task, in Incoming, today vi.Date) (t Task, at []int, out []Placed) {
	t = old
	t.Code = in.Task.Code
	t.Title = cmp.Or(in.Task.Title, old.Title)
	t.Programme = cmp.Or(in.Task.Programme, old.Programme)
	t.Owner = cmp.Or(old.Owner, in.Task.Owner)
	t.Product = cmp.Or(in.Task.Product, old.Product)
	t.Note = cmp.Or(in.Task.Note, old.Note)
	if len(in.Task.Indicators) > 0 {
		t.Indicators = in.Task.Indicators
	}
	t.Document = mergeDocument(old.Document, in.Task.Document)
	t.Assignments = slices.Clone(old.Assignments)
	say := func(row int, fs ...Finding) {
		for _, f := range fs {
			p := Placed{Finding: f}
			if row < len(in.Rows) {
				p.Row = in.Rows[row]
			}
			if !slices.ContainsFunc(out, func(q Placed) bool { return q.Finding == f && q.Row.Line == p.Row.Line }) {
				out = append(out, p) // a group of 63 agencies has one mistake, not 63
			}
		}
	}
	taken := make([]bool, len(t.Assignments))
	for _, p := range in.Parts {
		i := match(dir, t.Assignments, taken, p, today)
		if i < 0 {
			t.Assignments = append(t.Assignments, fresh(p, t.Document))
			taken = append(taken, true)
			i = len(t.Assignments) - 1
		} else {
			taken[i] = true
			say(p.Row, update(&t.Assignments[i], p, today)...)
		}
		at = append(at, i)
		a := &t.Assignments[i]
		say(p.Row, a.Check(today)...)
		if s, ok := a.On(today, Soon); ok && p.Claim != "" {
			if f, found := CheckClaim(p.Claim, s); found {
				say(p.Row, f)
			} else if f, found := unread(p.Claim); found {
				say(p.Row, f)
			}
		} else if ok {
			if f, found := checkWords(p.Update, s); found {
				say(p.Row, f)
			}
		}
	}
	if len(in.Parts) > 0 && !in.Unclear && !slices.ContainsFunc(t.Assignments, func(a Assignment) bool { return a.Lead && a.Ended == 0 }) {
		say(
			0,
			Finding{
				Grave:   true,
				Field:   FieldLead,
				Code:    MissingLead,
				Message: "Nhiệm vụ không có cơ quan chủ trì, chỉ có cơ quan phối hợp. Hãy ghi cơ quan chủ trì; ô gộp nhiều dòng thì được hiểu cho từng dòng.",
			},
		)
	}
	for i := range old.Assignments {
		if !taken[i] && old.Assignments[i].Ended == 0 && !in.Unclear {
			id, _ := Holder(dir, &old.Assignments[i], today)
			say(0, Finding{Grave: false, Field: FieldLead, Code: AgencyKept, Message: fmt.Sprintf(
				"%s đã được giao nhiệm vụ này nhưng không còn trong tệp; phần giao vẫn được giữ.", dir.Name(id, today))})
		}
	}
	return t, at, out
}

func mergeDocument(old, in Document) Document {
	if in.Number == "" && in.Title == "" ||
		in.Number == old.Number && (in.Day == 0 || in.Day == old.Day) && (in.Issuer == "" || in.Issuer == old.Issuer) && in.Signer == "" {
		return old
	}
	if in.Number == old.Number {
		in.Day, in.Issuer, in.Signer = cmp.Or(in.Day, old.Day), cmp.Or(in.Issuer, old.Issuer), cmp.Or(in.Signer, old.Signer)
		in.Level, in.Title = cmp.Or(in.Level, old.Level), cmp.Or(in.Title, old.Title)
		if in.Same(old) {
			in.ID = old.ID
		}
	}
	return in
}

// match finds the assignment that a part of a register means: that of the same agency, else one that
// the agency answers for today, because it took it over.
func match(dir *agency.Directory, all []Assignment, taken []bool, p IncomingPart, today vi.Date) int {
	for _, same := range []func(*Assignment) bool{
		func(a *Assignment) bool { return a.Agency == p.Agency },
		func(a *Assignment) bool { return p.Now != "" && a.Agency == p.Now },
		func(a *Assignment) bool { id, _ := Holder(dir, a, today); return id == p.Agency || id == p.Now },
	} {
		for i := range all {
			if !taken[i] && all[i].Ended == 0 && same(&all[i]) {
				return i
			}
		}
	}
	return -1
}

// fresh makes a new assignment.
func fresh(p IncomingPart, d Document) Assignment {
	a := Assignment{Agency: p.Agency, Lead: p.Lead, Person: p.Person, Post: p.Post, Assigned: cmp.Or(p.Assigned, d.Day),
		Nature: p.Nature, Due: p.Due, DueText: p.DueText, Completed: p.Completed}
	extended, text := p.Extended, p.ExtText
	if p.Original != 0 {
		a.Nature, a.Due, a.DueText = Timed, p.Original, p.OrigText
		if extended == 0 && p.Due != 0 && p.Due != p.Original {
			extended, text = p.Due, p.DueText
		}
	}
	if extended != 0 && extended != a.Due {
		// Without a day of its own the extension is taken to have come in time.
		from := cmp.Or(p.ExtDay, p.Extension.Day, a.Due, a.Assigned)
		a.AddChange(Change{Kind: Extension, From: from, Nature: Timed, Due: extended, DueText: text, Document: p.Extension})
	}
	if p.PauseFrom != 0 {
		a.AddChange(Change{Kind: Pause, From: p.PauseFrom, To: p.PauseTo})
	}
	return a
}

// update takes over what a register says about an assignment that is already there.
func update(a *Assignment, p IncomingPart, today vi.Date) (out []Finding) {
	a.Lead = p.Lead
	a.Person, a.Post = cmp.Or(p.Person, a.Person), cmp.Or(p.Post, a.Post)
	a.Assigned = cmp.Or(p.Assigned, a.Assigned)
	a.Changes = slices.Clone(a.Changes)
	if p.Original != 0 && a.Nature == Timed {
		a.Due, a.DueText = p.Original, cmp.Or(p.OrigText, a.DueText)
	}
	now := a.TermsOn(vi.OpenTo)
	nature, due, text := p.Nature, p.Due, p.DueText
	if p.Extended != 0 {
		nature, due, text = Timed, p.Extended, p.ExtText
	}
	again := nature == a.Nature && due == a.Due && now.By != nil && p.Original == 0 &&
		p.Extended == 0 // the register goes on with the first deadline
	if nature != "" && (nature != now.Nature || due != now.Due) && !again {
		from := cmp.Or(p.ExtDay, p.Extension.Day, today)
		a.AddChange(Change{Kind: Extension, From: from, Nature: nature, Due: due, DueText: text, Document: p.Extension})
	}
	switch {
	case p.Completed != 0:
		a.Completed = p.Completed
	case a.Completed != 0 && p.Nature != "":
		out = append(out, Finding{Grave: false, Field: FieldCompleted, Code: CompletionKept, Message: fmt.Sprintf(
			"Đã ghi nhận hoàn thành ngày %s; ô để trống không xóa ngày này.", a.Completed)})
	}
	if p.PauseFrom != 0 {
		pause(a, p.PauseFrom, p.PauseTo)
	}
	return out
}

// pause adds a pause, or ends the one that began on that day.
func pause(a *Assignment, from, to vi.Date) {
	for i := range a.Changes {
		if c := &a.Changes[i]; c.Kind == Pause && c.From == from {
			if to != 0 {
				c.To = to
			}
			return
		}
	}
	a.AddChange(Change{Kind: Pause, From: from, To: to})
}
