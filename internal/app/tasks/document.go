package tasks

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// ListDocument is a page of the register in the form of `chiso tasks list --format json`.
type ListDocument struct {
	At       string     `json:"at"`
	Revision int64      `json:"revision"`
	Unit     task.Unit  `json:"unit"`
	Total    int        `json:"total"`
	Tasks    []Document `json:"tasks"`
}

// Document is one line of a TaskListDocument.
type Document struct {
	Code         string              `json:"code"`
	Title        string              `json:"title"`
	Programme    string              `json:"programme"`
	Document     string              `json:"document"`
	Agencies     []figures.TaskParty `json:"agencies"`
	Cooperating  []figures.TaskParty `json:"cooperating"`
	Person       string              `json:"person"`
	Post         string              `json:"post"`
	Assigned     string              `json:"assigned"`
	Due          string              `json:"due"`
	DueText      string              `json:"due_text"`
	OriginalDue  string              `json:"original_due"`
	Completed    string              `json:"completed"`
	Status       task.Status         `json:"status"`
	DaysLate     int                 `json:"days_late"` // 0 when it is not late
	Waiting      bool                `json:"waiting_recognition"`
	Percent      vi.NullDecimal      `json:"percent"`
	Progress     string              `json:"progress"`
	Obstacle     string              `json:"obstacle"`
	Proposal     string              `json:"proposal"`
	Illustrative bool                `json:"illustrative"`
}

// NewTaskListDocument returns l in its JSON form.
func NewTaskListDocument(l *List) ListDocument {
	d := ListDocument{At: l.Day.ISO(), Revision: l.Revision, Unit: l.Unit, Total: l.Total, Tasks: []Document{}}
	for _, x := range l.Lines {
		late := 0
		if x.Status == task.Overdue || x.Status == task.DoneLate {
			late = x.Days
		}
		d.Tasks = append(
			d.Tasks,
			Document{
				Code:         x.Code,
				Title:        x.Title,
				Programme:    x.Programme,
				Document:     x.Document.String(),
				Agencies:     parties(x.Holders),
				Cooperating:  parties(x.Others),
				Person:       x.Person,
				Post:         x.Post,
				Assigned:     x.Assigned.ISO(),
				Due:          x.Due.ISO(),
				DueText:      x.DueText,
				OriginalDue:  x.Original.ISO(),
				Completed:    x.Completed.ISO(),
				Status:       x.Status,
				DaysLate:     late,
				Waiting:      x.Waiting,
				Percent:      x.Update.Percent,
				Progress:     x.Update.Text,
				Obstacle:     x.Update.Obstacle,
				Proposal:     x.Update.Proposal,
				Illustrative: x.Illustrative,
			},
		)
	}
	return d
}

// parties makes an empty list of none, for JSON.
func parties(all []figures.TaskParty) []figures.TaskParty {
	return append([]figures.TaskParty{}, all...)
}

// SummaryDocument is a summary in the promised form of `chiso tasks summary --format json`: these members and no others.
type SummaryDocument struct {
	At        string         `json:"at"`
	Unit      task.Unit      `json:"unit"`
	Total     int            `json:"total"`
	Partition Partition      `json:"partition"`
	Matrix    Matrix         `json:"matrix"`
	By        []SummaryGroup `json:"by"`
}

// SummaryGroup is one agency or programme of a TaskSummaryDocument.
type SummaryGroup struct {
	Key       string    `json:"key"`
	Name      string    `json:"name"`
	Total     int       `json:"total"`
	Partition Partition `json:"partition"`
	Matrix    Matrix    `json:"matrix"`
}

// NewTaskSummaryDocument returns s in its JSON form.
func NewTaskSummaryDocument(s *Summary) SummaryDocument {
	d := SummaryDocument{At: s.At, Unit: s.Unit, Total: s.Total, Partition: s.Partition, Matrix: s.Matrix, By: []SummaryGroup{}}
	for _, g := range s.By {
		d.By = append(d.By, SummaryGroup{Key: g.Key, Name: g.Name, Total: g.Total, Partition: g.Partition, Matrix: g.Matrix})
	}
	return d
}

// TaskTemplate writes the workbook of a register: with the tasks of a query, so that they can be brought
// up to date, or empty.
func (a *Room) TaskTemplate(ctx context.Context, q Query, empty bool, w io.Writer) (err error) {
	defer fault.Context(&err, "tasks.TaskTemplate")
	form := intake.RegisterForm{Office: "Cơ quan thường trực", Title: "Danh mục nhiệm vụ", Day: a.Today()}
	err = a.readTasks(ctx, q, func(r *TaskReader) error {
		form.Day = r.Query.Day
		owner := q.Owner
		if owner != "" && owner != agency.Nation {
			form.Office = r.Catalogue.Agencies.Name(owner, r.Query.Day)
		}
		if empty {
			return nil
		}
		r.Query.Unit = task.ByTask
		lines := r.Register.Lines(r.Catalogue.Agencies, r.Query)
		printed, err := r.print(lines)
		if err != nil {
			return err
		}
		for i, l := range lines {
			form.Rows = append(form.Rows, r.row(l.Task, &printed[i])...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return intake.RegisterTemplate(w, form)
}

// row writes a task as rows of a register: one for each set of agencies with the same terms.
func (r *TaskReader) row(t *task.Task, l *figures.TaskLine) (rows []map[task.Field]string) {
	type terms struct {
		nature                   task.Nature
		assigned, due, completed vi.Date
		extended, from, to       vi.Date
		extension                string
		person, post             string // of those who lead
	}
	of, parties := map[terms]map[task.Field]string{}, map[terms]map[task.Field][]agency.ID{}
	var order []terms
	for i := range t.Assignments {
		a := &t.Assignments[i]
		if a.Ended != 0 {
			continue
		}
		k := terms{nature: a.Nature, assigned: a.Assigned, due: a.Due, completed: a.Completed}
		for _, c := range a.Changes {
			switch c.Kind {
			case task.Extension:
				k.extended, k.extension = c.Due, c.Document.String()
			case task.Pause:
				k.from, k.to = c.From, c.To
			}
		}
		if a.Lead {
			k.person, k.post = a.Person, a.Post
		} else if i := slices.IndexFunc(order, func(x terms) bool { x.person, x.post = "", ""; return x == k }); i >= 0 {
			k = order[i]
		}
		row := of[k]
		if row == nil {
			row = map[task.Field]string{
				task.FieldCode:      t.Code,
				task.FieldTitle:     t.Title,
				task.FieldProgramme: ledger.ProgrammeTitle(t.Programme),
				task.FieldDocument: citation(
					t.Document,
				),
				task.FieldNature:     a.Nature.Title(),
				task.FieldDue:        dueOf(a),
				task.FieldAssigned:   a.Assigned.String(),
				task.FieldCompleted:  a.Completed.String(),
				task.FieldExtended:   k.extended.String(),
				task.FieldExtension:  k.extension,
				task.FieldPause:      k.from.String(),
				task.FieldPauseTo:    k.to.String(),
				task.FieldProduct:    t.Product,
				task.FieldIndicators: strings.Join(t.Indicators, "; "),
				task.FieldNote:       t.Note,
			}
			of[k], parties[k] = row, map[task.Field][]agency.ID{}
			order = append(order, k)
			rows = append(rows, row)
		}
		column := task.FieldCo
		if a.Lead {
			column = task.FieldLead
			row[task.FieldPerson], row[task.FieldPost] = a.Person, a.Post
			row[task.FieldProgress], row[task.FieldObstacle] = l.Update.Text, l.Update.Obstacle
			row[task.FieldProposal], row[task.FieldEvidence] = l.Update.Proposal, l.Update.Evidence
			if l.Update.Percent.Valid {
				row[task.FieldPercent] = vi.FormatNumber(l.Update.Percent.Decimal, 0)
			}
		}
		parties[k][column] = append(parties[k][column], a.Agency)
	}
	for _, k := range order {
		for column, ids := range parties[k] {
			of[k][column] = r.partyNames(ids, k.assigned, t.Document.Day)
		}
	}
	return rows
}

// partyNames writes agencies as they are found again when the workbook comes back: by their names on the day of assignment.
func (r *TaskReader) partyNames(ids []agency.ID, assigned, document vi.Date) string {
	day := cmp.Or(assigned, document)
	if today := r.Room.Today(); day == 0 || day > today {
		day = today
	}
	names, rest := task.Groups(r.Catalogue.Agencies, ids, day)
	for _, id := range rest {
		names = append(names, r.fullName(id, max(assigned, vi.OpenFrom)))
	}
	return strings.Join(names, "; ")
}

// fullName is what the agency was called on the day of assignment: the name by which it is found again.
func (r *TaskReader) fullName(id agency.ID, day vi.Date) string {
	if v, ok := r.Catalogue.Agencies.On(id, day); ok {
		return v.Name
	}
	return string(id)
}

func dueOf(a *task.Assignment) string {
	if a.Nature != task.Timed {
		return ""
	}
	if a.DueText != "" {
		return a.DueText
	}
	return a.Due.String()
}

// citation writes a document so that it is read back as the same.
func citation(d task.Document) string {
	text := d.Number
	if d.Day != 0 {
		text += " ngày " + d.Day.String()
	}
	if d.Issuer != "" {
		text += " của " + d.Issuer
	}
	if d.Number == "" {
		return d.Title
	}
	return text
}
