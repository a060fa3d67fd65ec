package tasks

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/tasks"
	"chiso/internal/fault"
	"chiso/internal/task"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// taskPage is one task: who has it, how it stands, what happened, and what the reader may do.
type taskPage struct {
	tasksShell
	*tasks.Timeline
	Row     frame.TaskRow
	Parts   []partView
	Done    string
	Refused string
	Form    url.Values // what was typed, after a refusal
	Today   string
	MaxSize string // of a file
}

// partView is one assignment of the page.
type partView struct {
	tasks.Part
	Row     frame.TaskRow
	Events  []taskEvent
	Open    []task.Request
	Asks    []ledger.Choice // requests that may be made now
	Percent string
}

// taskEvent is one line of an assignment's life.
type taskEvent struct {
	At      time.Time
	Account string
	Title   string
	Text    []labelled
	File    task.File
	FileURL string
}

type labelled struct{ Label, Text string }

// proofURL is where a file that proves something about a task is fetched.
func proofURL(code, sha256 string) string {
	return address("/tasks/file", url.Values{"code": {code}, "sha256": {sha256}})
}

// TaskState is what a request did, for the page that answers it.
type TaskState struct {
	Done    string
	Refused error
	Form    url.Values
}

// Task makes the page of one task.
func (p *Pages) Task(ctx context.Context, code string, state TaskState) (*frame.Document, error) {
	t, err := p.app.TaskTimeline(ctx, code, tasks.Query{})
	if err != nil {
		return nil, err
	}
	page := taskPage{
		tasksShell: p.tasksTop(ctx, t.Line.Title, "", nil),
		Timeline:   t,
		Row:        frame.TaskRows([]figures.TaskLine{t.Line})[0],
		Done:       taskDone(state.Done),
		Form:       state.Form,
		Today:      p.dayOf(p.Clock()).ISO(),
		MaxSize:    frame.SizeText(p.MaxUpload),
	}
	page.Illustrative = t.Line.Illustrative
	if state.Refused != nil {
		page.Done, page.Refused = "", fault.Sentence(state.Refused)
	}
	for _, part := range t.Parts {
		page.Parts = append(page.Parts, newPartView(part))
	}
	slices.SortStableFunc(page.Parts, func(x, y partView) int { // what the reader works on, then who leads
		return cmp.Or(rank(y.MayUpdate)-rank(x.MayUpdate), rank(y.Lead)-rank(x.Lead))
	})
	return p.HTML("tasks/task.html", page, 0)
}

func rank(first bool) int {
	if first {
		return 1
	}
	return 0
}

func taskDone(code string) string {
	return map[string]string{"updated": "Đã ghi cập nhật.", "asked": "Đã gửi đề nghị tới cơ quan thường trực.", "accepted": "Đã chấp nhận đề nghị.", "refused": "Đã trả lời không chấp nhận.",
		"undone": "Đã hủy công nhận hoàn thành.", "handed": "Đã ghi bàn giao."}[code]
}

func newPartView(p tasks.Part) partView {
	v := partView{Part: p, Row: frame.TaskRows([]figures.TaskLine{p.Line})[0]}
	for _, u := range p.Updates {
		e := taskEvent{
			At:      u.At,
			Account: u.Account,
			Title:   "Cập nhật đến ngày " + u.Day.String(),
			File:    u.File,
			FileURL: proofURL(p.Line.Code, u.File.SHA256),
		}
		if u.Percent.Valid {
			v.Percent = vi.FormatNumber(u.Percent.Decimal, 0)
			e.Text = append(e.Text, labelled{"Tỷ lệ", v.Percent + frame.NBSP + "%"})
		}
		e.Text = append(
			e.Text,
			says(
				labelled{"Tình hình", u.Text},
				labelled{"Vướng mắc", u.Obstacle},
				labelled{"Kiến nghị", u.Proposal},
				labelled{"Minh chứng", u.Evidence},
			)...)
		v.Events = append(v.Events, e)
	}
	for _, q := range p.Requests {
		v.Events = append(
			v.Events,
			taskEvent{
				At:      q.At,
				Account: q.Account,
				Title:   q.Kind.Title(),
				Text:    requestSays(q),
				File:    q.File,
				FileURL: proofURL(p.Line.Code, q.File.SHA256),
			},
		)
		d := q.Decision
		if d == nil {
			v.Open = append(v.Open, q)
			continue
		}
		title := "Chấp nhận: " + frame.LowerFirst(q.Kind.Title())
		if !d.Accepted {
			title = "Không chấp nhận: " + frame.LowerFirst(q.Kind.Title())
		}
		v.Events = append(v.Events, taskEvent{At: d.At, Account: d.Account, Title: title,
			Text: says(labelled{"Từ ngày", d.Day.String()}, labelled{"Theo", d.Document.String()}, labelled{"Lý do", d.Reason})})
	}
	slices.SortStableFunc(v.Events, func(x, y taskEvent) int { return x.At.Compare(y.At) })
	if p.MayUpdate && !p.Line.Status.Done() {
		for _, k := range []task.RequestKind{task.AskCompletion, task.AskExtension, task.AskReturn} {
			waits := slices.ContainsFunc(v.Open, func(q task.Request) bool { return q.Kind == k })
			if !waits && (k != task.AskCompletion || p.Line.Status != task.Always) {
				v.Asks = append(v.Asks, ledger.Choice{Code: string(k), Title: k.Title()})
			}
		}
	}
	return v
}

func says(all ...labelled) []labelled {
	return slices.DeleteFunc(all, func(l labelled) bool { return l.Text == "" })
}

func requestSays(q task.Request) []labelled {
	due := q.Due.String()
	if q.DueText != "" && q.DueText != due {
		due = q.DueText + " (" + due + ")"
	}
	if q.Due == 0 {
		due = ""
	}
	return says(
		labelled{"Hạn đề nghị", due},
		labelled{"Ngày hoàn thành", q.Completed.String()},
		labelled{"Lý do", q.Reason},
		labelled{"Minh chứng", q.Evidence},
	)
}

// FileURL is where the file of a request is fetched.
func (t taskPage) FileURL(f task.File) string { return proofURL(t.Row.Code, f.SHA256) }

// Says lists what a request asks.
func (taskPage) Says(q task.Request) []labelled { return requestSays(q) }

// Typed returns what was typed into a field of the form of one thing.
func (t taskPage) Typed(form, id any, field string) string {
	if t.Form.Get("form") != fmt.Sprint(form) || t.Form.Get("id") != fmt.Sprint(id) {
		return ""
	}
	return t.Form.Get(field)
}

// DayISO is a day as date inputs want it.
func (taskPage) DayISO(d vi.Date) string { return d.ISO() }

// partID reads whom a form is about.
func partID(v url.Values) int64 {
	id, _ := strconv.ParseInt(v.Get("id"), 10, 64) // none is not found
	return id
}

// TaskFile gives a file that proves something back. It is somebody's: always saved, never shown.
func (p *Pages) TaskFile(ctx context.Context, v url.Values) (*frame.Document, error) {
	name, data, err := p.app.TaskFile(ctx, v.Get("code"), v.Get("sha256"))
	return frame.Saved("application/octet-stream", name, data, err)
}

// ChangeTask does what a form of a task's page says, with the file that came with it, and returns the code of what was done.
func (p *Pages) ChangeTask(ctx context.Context, v url.Values, proof ledger.ImportFile) (done string, err error) {
	a, id := p.app, partID(v)
	day, err := frame.FormDate(v.Get("on"))
	if err != nil {
		return "", err
	}
	switch v.Get("form") {
	case "update":
		u := task.Update{
			Assignment: id,
			Day:        day,
			Text:       v.Get("text"),
			Obstacle:   v.Get("obstacle"),
			Proposal:   v.Get("proposal"),
			Evidence:   v.Get("evidence"),
		}
		if text := vi.Clean(v.Get("percent")); text != "" {
			n, err := vi.ParseNumber(text, false)
			if err != nil {
				return "", fault.Wrap(err, fault.Invalid, "Tỷ lệ “%s” không đọc được. Hãy ghi số từ 0 đến 100.", text)
			}
			u.Percent = vi.Some(n.Value)
		}
		return "updated", a.UpdateTask(ctx, u, proof)
	case "ask":
		q := task.Request{Assignment: id, Kind: task.RequestKind(v.Get("kind")), Reason: v.Get("reason"), Evidence: v.Get("evidence")}
		if q.Kind == task.AskExtension {
			q.DueText = vi.Clean(v.Get("due"))
		}
		if q.Kind == task.AskCompletion {
			q.Completed = day
		}
		_, err := a.AskTask(ctx, q, proof)
		return "asked", err
	}
	return p.officeChange(ctx, v, id, day)
}

// officeChange is what the assigner's office does.
func (p *Pages) officeChange(ctx context.Context, v url.Values, id int64, day vi.Date) (done string, err error) {
	a := p.app
	basis, err := frame.DocumentOf(v)
	if err != nil {
		return "", err
	}
	doc := task.Document{Number: basis.Number, Day: basis.Day, Issuer: basis.Issuer}
	switch v.Get("form") {
	case "decide":
		d := task.Decision{Accepted: v.Get("answer") == "accepted", Day: day, Document: doc, Reason: v.Get("reason")}
		if answer := v.Get("answer"); answer != "accepted" && answer != "refused" {
			return "", fault.New(fault.Invalid, "Hãy chọn chấp nhận hoặc không chấp nhận.")
		}
		return v.Get("answer"), a.DecideTask(ctx, id, d)
	case "undo":
		return "undone", a.UndoCompletion(ctx, id, v.Get("reason"))
	case "handover":
		return "handed", a.HandOverTask(
			ctx,
			tasks.Handover{Assignment: id, To: agency.ID(v.Get("to")), From: day, Document: doc, Reason: v.Get("reason")},
		)
	}
	return "", fault.New(fault.Invalid, "Không có thao tác này với nhiệm vụ.")
}

// TaskOffice reports whether a form of a task's page is for the assigner's office.
func TaskOffice(v url.Values) bool {
	return slices.Contains([]string{"decide", "undo", "handover"}, v.Get("form"))
}

// newTasksPage makes tasks of a meeting's conclusions.
type newTasksPage struct {
	tasksShell
	Options tasks.Options
	Form    url.Values
	Lines   []newLine
	Refused string
	Result  *tasks.FileResult
	Done    string
}

type newLine struct {
	N                                     int
	Title, Lead, Co, Person, Due, Product string
}

// newTaskLines is how many empty lines the form offers.
const newTaskLines = 8

// NewTasksPage makes the form for the conclusions of a meeting.
func (p *Pages) NewTasksPage(ctx context.Context, v url.Values, res *tasks.FileResult, refused error) (*frame.Document, error) {
	page := newTasksPage{tasksShell: p.tasksTop(ctx, "Giao nhiệm vụ theo kết luận", "/tasks/new", nil), Form: v, Result: res}
	if n := v.Get("done"); n != "" {
		if count, err := strconv.Atoi(n); err == nil && count > 0 {
			page.Done = fmt.Sprintf("Đã giao %d nhiệm vụ.", count)
		} else {
			page.Done = "Các nhiệm vụ này đã có trong sổ, không có gì thay đổi."
		}
	}
	var err error
	if page.Options, err = p.app.TaskOptions(ctx, tasks.Query{}); err != nil {
		return nil, err
	}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	}
	lines := newTaskInputs(v)
	for i := range max(newTaskLines, len(lines)+2) {
		l := newLine{N: i + 1}
		if i < len(lines) {
			t := lines[i]
			l = newLine{N: i + 1, Title: t.Title, Lead: t.Lead, Co: t.Co, Person: t.Person, Due: t.Due, Product: t.Product}
		}
		page.Lines = append(page.Lines, l)
	}
	return p.HTML("tasks/task_new.html", page, 0)
}

func newTaskInputs(v url.Values) (out []tasks.NewTask) {
	at := func(name string, i int) string {
		if i < len(v[name]) {
			return v[name][i]
		}
		return ""
	}
	for i := range v["title"] {
		out = append(
			out,
			tasks.NewTask{
				Title:   at("title", i),
				Lead:    at("lead", i),
				Co:      at("co", i),
				Person:  at("person", i),
				Due:     at("due", i),
				Product: at("product", i),
			},
		)
	}
	for len(out) > 0 && out[len(out)-1] == (tasks.NewTask{}) {
		out = out[:len(out)-1]
	}
	return out
}

// CreateTasks makes the tasks of the form. Without all of them made, the page comes again with the reasons.
func (p *Pages) CreateTasks(ctx context.Context, v url.Values) (made int, again *frame.Document, err error) {
	res, err := p.app.CreateTasks(
		ctx,
		tasks.NewTasks{
			Owner:     agency.ID(v.Get("owner")),
			Programme: v.Get("programme"),
			Document:  vi.Clean(v.Get("document")),
			Lines:     newTaskInputs(v),
		},
	)
	if err == nil && res.Accepted {
		return res.Tasks.New + res.Tasks.Changed, nil, nil
	}
	if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.Conflict {
		return 0, nil, err
	}
	if err == nil && len(res.Findings) == 0 {
		err = fault.New(fault.Invalid, "Hãy ghi ít nhất một nhiệm vụ: nội dung, đơn vị chủ trì và thời hạn.")
	}
	if err == nil {
		err = fault.New(fault.Invalid, "Có dòng chưa đúng nên chưa giao nhiệm vụ nào.")
	}
	doc, perr := p.NewTasksPage(ctx, v, res, err)
	if perr != nil {
		return 0, nil, perr
	}
	return 0, doc, err
}
