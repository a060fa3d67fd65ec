package tasks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// Options is what the filters and forms of the pages about tasks offer to somebody.
type Options struct {
	Programmes []ledger.Choice // that have tasks, the invented one last
	Known      []ledger.Choice // that a new task may be put under
	Agencies   []ledger.Choice // that answer for a task that the actor may see
	Owners     []ledger.Choice // whose registers the actor keeps
}

// TaskOptions returns the choices of the pages about tasks.
func (a *Room) TaskOptions(ctx context.Context, q Query) (out Options, err error) {
	defer fault.Context(&err, "tasks.TaskOptions")
	err = a.readTasks(ctx, Query{At: q.At, AsOf: q.AsOf, Unit: task.ByAssignment}, func(r *TaskReader) error {
		for _, p := range r.Register.Programmes() {
			if p != ledger.IllustrativeTasks {
				out.Programmes = append(
					out.Programmes,
					ledger.Choice{Code: p, Title: ledger.ProgrammeTitle(p), Selected: slices.Contains(q.Programmes, p)},
				)
			}
		}
		if slices.Contains(r.Register.Programmes(), ledger.IllustrativeTasks) {
			out.Programmes = append(
				out.Programmes,
				ledger.Choice{
					Code:     ledger.IllustrativeTasks,
					Title:    ledger.ProgrammeTitle(ledger.IllustrativeTasks),
					Selected: slices.Contains(q.Programmes, ledger.IllustrativeTasks),
				},
			)
		}
		for _, p := range task.Programmes() {
			out.Known = append(out.Known, ledger.Choice{Code: p.Code, Title: p.Title, Selected: p.Code == task.Conclusions})
		}
		r.Query.Programmes = nil // agencies of every programme
		holders := map[agency.ID]bool{}
		r.Register.Each(r.Catalogue.Agencies, r.Query, func(l task.Line) { holders[l.Holders[0]] = true })
		for _, id := range r.Catalogue.Agencies.IDs() {
			if holders[id] {
				out.Agencies = append(
					out.Agencies,
					ledger.Choice{Code: string(id), Title: r.Catalogue.Agencies.Name(id, r.Query.Day), Selected: id == q.Agency},
				)
			}
		}
		for _, id := range (access.Ground{Tree: r.Catalogue.Agencies, Day: a.Today()}).Reach(access.From(ctx), access.AssignTask) {
			name := "Cơ quan thường trực quốc gia"
			if id != agency.Nation {
				name = r.Catalogue.Agencies.Name(id, a.Today())
			}
			out.Owners = append(
				out.Owners,
				ledger.Choice{Code: string(id), Title: name, Selected: id == q.Owner || q.Owner == "" && len(out.Owners) == 0},
			)
		}
		return nil
	})
	return out, err
}

// heirs returns who may take an assignment over: every agency of today inside the register's owner.
func (r *TaskReader) heirs(owner agency.ID) (out []ledger.Choice) {
	today := r.Room.Today()
	for _, id := range r.Catalogue.Agencies.IDs() {
		if v, ok := r.Catalogue.Agencies.On(id, today); ok && v.Level != agency.Aggregate && id != agency.Nation &&
			r.Catalogue.Agencies.Inside(id, owner, today) {
			out = append(out, ledger.Choice{Code: string(id), Title: r.Catalogue.Agencies.Name(id, today), Selected: false})
		}
	}
	return out
}

// UndoCompletion takes the recognition of a completion back, as the assigner's office: the assignment is
// again where its dates put it. What stood there before stays in the earlier version.
func (a *Room) UndoCompletion(ctx context.Context, assignment int64, reason string) (err error) {
	defer fault.Context(&err, "tasks.UndoCompletion(%d)", assignment)
	if reason = vi.Clean(reason); reason == "" {
		return fault.New(fault.Invalid, "Hãy ghi lý do hủy công nhận hoàn thành.")
	}
	return a.changePart(ctx, assignment, "Hủy công nhận hoàn thành: "+reason, access.AssignTask, func(p *ownPart) error {
		if p.a.Completed == 0 {
			return fault.New(fault.Conflict, "Nhiệm vụ này chưa được công nhận hoàn thành.")
		}
		p.a.Completed = 0
		return a.saveOwn(p)
	})
}

// Handover gives an assignment to another agency from a day on.
type Handover struct {
	Assignment int64
	To         agency.ID
	From       vi.Date // 0 is today
	Document   task.Document
	Reason     string
}

// HandOverTask records that another agency answers for an assignment: what was divided on a merger, or
// given on. Until that day the one before answers for it.
func (a *Room) HandOverTask(ctx context.Context, h Handover) (err error) {
	defer fault.Context(&err, "tasks.HandOverTask")
	today := a.Today()
	h.From, h.Reason = cmp.Or(h.From, today), vi.Clean(h.Reason)
	return a.changePart(ctx, h.Assignment, "Bàn giao nhiệm vụ", access.AssignTask, func(p *ownPart) error {
		_, exists := p.c.Agencies.On(h.To, h.From)
		before, _ := task.Holder(p.c.Agencies, p.a, h.From)
		switch {
		case !exists || !p.c.Agencies.Inside(h.To, p.task.Owner, h.From):
			return fault.New(fault.Invalid, "Hãy chọn đơn vị nhận bàn giao đang tồn tại vào ngày %s.", h.From)
		case before == h.To:
			return fault.New(fault.Conflict, "%s đang chịu trách nhiệm nhiệm vụ này rồi.", p.c.Agencies.Name(h.To, h.From))
		case h.From < p.a.Assigned:
			return fault.New(fault.Invalid, "Ngày bàn giao %s trước ngày giao %s.", h.From, p.a.Assigned)
		case p.a.Ended != 0 && p.a.Ended <= h.From:
			return fault.New(fault.Conflict, "Nhiệm vụ này không còn được giao cho đơn vị.")
		case h.Document.Number == "":
			return fault.New(fault.Invalid, "Hãy ghi số văn bản bàn giao.")
		}
		p.a.AddChange(task.Change{Kind: task.Handover, From: h.From, Agency: h.To, Document: h.Document, Reason: h.Reason})
		return a.saveOwn(p)
	})
}

// saveOwn saves the changed assignment of a Write with the figures of the month.
func (a *Room) saveOwn(p *ownPart) error {
	before, err := a.RegisterAt(&p.tx.View)
	if err != nil {
		return err
	}
	if _, err := p.tx.SaveTasks([]store.TaskEntry{{Task: p.task}}); err != nil {
		return err
	}
	now, _, err := p.tx.TaskOf(p.a.ID)
	if err != nil {
		return err
	}
	month, err := a.thisMonth()
	if err != nil {
		return err
	}
	_, err = a.recordRegister(p.tx, p.c, before.With(now), p.task.Owner, []string{p.task.Programme}, month)
	return err
}

// Preview is a register that waits for confirmation, with what it would change.
type Preview struct {
	Name, SHA256 string
	Owner        agency.ID
	OwnerName    string
	Programme    string
	Fingerprint  string
	Result       FileResult
	Changes      []Change
	More         int // that are not listed
}

// Change is what a register does to one task.
type Change struct {
	Code, Title string
	New         bool
	Says        []string // what becomes of a known task, or was understood of a new one
}

// maxTaskChanges is how many changes a preview lists.
const maxTaskChanges = 300

// PreviewTasks keeps a register and says what it would change.
func (a *Room) PreviewTasks(ctx context.Context, req ImportRequest) (_ *Preview, err error) {
	defer fault.Context(&err, "tasks.PreviewTasks")
	out, err := a.previewTasks(ctx, req)
	if err != nil {
		return nil, err
	}
	who, err := a.knownActor(ctx, access.AssignTask)
	if err != nil {
		return nil, err
	}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: "Xem trước sổ nhiệm vụ"}, func(tx *store.Tx) (err error) {
		out.SHA256, err = tx.SaveFile(ledger.MediaOf(out.Name), req.Files[0].Data)
		return err
	})
	return out, err
}

// KeptTasks shows a kept register again, with what it would change by now.
func (a *Room) KeptTasks(ctx context.Context, name, sha string, owner agency.ID, programme string) (_ *Preview, err error) {
	defer fault.Context(&err, "tasks.KeptTasks(%s)", owner)
	req, err := a.keptRegisterFile(ctx, name, sha, owner, programme)
	if err != nil {
		return nil, err
	}
	out, err := a.previewTasks(ctx, req)
	if err == nil {
		out.SHA256 = sha
	}
	return out, err
}

// MarkedRegister gives a kept register back with its faulty cells marked.
func (a *Room) MarkedRegister(ctx context.Context, name, sha string, owner agency.ID, programme string) (_ string, _ []byte, err error) {
	defer fault.Context(&err, "tasks.MarkedRegister(%s)", owner)
	req, err := a.keptRegisterFile(ctx, name, sha, owner, programme)
	if err != nil {
		return "", nil, err
	}
	marked, err := a.MarkedTasks(ctx, req)
	if err != nil {
		return "", nil, err
	}
	if len(marked) == 0 {
		return "", nil, fault.New(fault.NotFound, "Tệp này không có ô nào cần đánh dấu.")
	}
	return marked[0].Name, marked[0].Data, nil
}

// AcceptTasks takes a kept register as its preview showed; when it would by now change something else,
// nothing is stored.
func (a *Room) AcceptTasks(
	ctx context.Context,
	name, sha, fingerprint string,
	owner agency.ID,
	programme string,
) (_ *ImportResult, err error) {
	defer fault.Context(&err, "tasks.AcceptTasks(%s)", owner)
	if fingerprint == "" {
		return nil, fault.New(fault.Invalid, "Hãy xem trước các thay đổi rồi mới xác nhận.")
	}
	req, err := a.keptRegisterFile(ctx, name, sha, owner, programme)
	if err != nil {
		return nil, err
	}
	req.seen = fingerprint
	return a.ImportTasks(ctx, req)
}

func (a *Room) keptRegisterFile(ctx context.Context, name, sha string, owner agency.ID, programme string) (req ImportRequest, err error) {
	if _, err := a.knownActor(ctx, access.AssignTask); err != nil {
		return req, err
	}
	var data []byte
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		if data, err = v.File(sha); err != nil {
			return err
		}
		return a.mayAssign(ctx, c, cmp.Or(owner, agency.Nation))
	})
	return ImportRequest{Files: []ledger.ImportFile{{Name: name, Data: data}}, Owner: owner, Programme: programme}, err
}

func (a *Room) previewTasks(ctx context.Context, req ImportRequest) (*Preview, error) {
	req.DryRun, req.diff = true, &registerDiff{}
	res, err := a.ImportTasks(ctx, req)
	if err != nil {
		return nil, err
	}
	out := &Preview{Name: req.Files[0].Name, Owner: cmp.Or(req.Owner, agency.Nation), Programme: req.Programme, Fingerprint: req.diff.sum(),
		Result: res.Files[0], Changes: req.diff.changes, More: req.diff.more, OwnerName: "Cơ quan thường trực quốc gia"}
	if out.Owner != agency.Nation {
		err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
			c, err := a.Catalogue(v)
			if err == nil {
				out.OwnerName = c.Agencies.Name(out.Owner, a.Today())
			}
			return err
		})
	}
	return out, err
}

// taskDifference says in words what became of a task.
func taskDifference(dir *agency.Directory, old, t *task.Task) (says []string) {
	say := func(what string, before, after any) {
		if b, a := fmt.Sprint(before), fmt.Sprint(after); a != b {
			says = append(says, fmt.Sprintf("%s: %s → %s", what, cmp.Or(b, "chưa có"), cmp.Or(a, "bỏ")))
		}
	}
	say("Tên", old.Title, t.Title)
	say("Chương trình", ledger.ProgrammeTitle(old.Programme), ledger.ProgrammeTitle(t.Programme))
	say("Văn bản", old.Document.String(), t.Document.String())
	say("Sản phẩm", old.Product, t.Product)
	say("Chỉ tiêu", strings.Join(old.Indicators, ", "), strings.Join(t.Indicators, ", "))
	say("Ghi chú", old.Note, t.Note)
	byID := map[int64]*task.Assignment{}
	for i := range old.Assignments {
		byID[old.Assignments[i].ID] = &old.Assignments[i]
	}
	for i := range t.Assignments {
		a := &t.Assignments[i]
		name := partName(dir, a)
		b, ok := byID[a.ID]
		if !ok || a.ID == 0 {
			says = append(says, "Giao thêm "+name)
			continue
		}
		on := func(what string, before, after any) { say(name+", "+what, before, after) }
		on("vai trò", leadTitle(b.Lead), leadTitle(a.Lead))
		on("người phụ trách", strings.TrimSpace(b.Person+" "+b.Post), strings.TrimSpace(a.Person+" "+a.Post))
		on("ngày giao", b.Assigned.String(), a.Assigned.String())
		on("hạn", termsText(b), termsText(a))
		on("hoàn thành", b.Completed.String(), a.Completed.String())
		on("tạm dừng", pauses(b), pauses(a))
		on("bàn giao", handovers(dir, b), handovers(dir, a))
		on("kết thúc giao", b.Ended.String(), a.Ended.String())
	}
	return says
}

func leadTitle(lead bool) string {
	if lead {
		return "chủ trì"
	}
	return "phối hợp"
}

// termsText is the deadline as last decided.
func termsText(a *task.Assignment) string {
	t := a.TermsOn(vi.OpenTo)
	if t.Nature != task.Timed {
		return strings.ToLower(t.Nature.Title())
	}
	return t.Due.String()
}

func pauses(a *task.Assignment) string {
	var out []string
	for _, c := range a.Changes {
		switch {
		case c.Kind != task.Pause:
		case c.To == vi.OpenTo:
			out = append(out, "từ "+c.From.String())
		default:
			out = append(out, c.From.String()+"–"+c.To.String())
		}
	}
	return strings.Join(out, "; ")
}

func handovers(dir *agency.Directory, a *task.Assignment) string {
	var out []string
	for _, c := range a.Changes {
		if c.Kind == task.Handover {
			out = append(out, dir.Name(c.Agency, c.From)+" từ "+c.From.String())
		}
	}
	return strings.Join(out, "; ")
}
