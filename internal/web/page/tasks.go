package page

import (
	"context"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/chart"
	"chiso/internal/fault"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// TaskRegister is what the pages about tasks ask of the use cases.
type TaskRegister interface {
	TaskOptions(ctx context.Context, q app.TaskQuery) (app.TaskOptions, error)
	Tasks(ctx context.Context, q app.TaskQuery) (*app.TaskList, error)
	OverdueTasks(ctx context.Context, q app.TaskQuery) (*app.TaskList, error)
	TaskBoard(ctx context.Context, q app.TaskQuery) (*app.TaskSummary, error)
	TaskTimeline(ctx context.Context, code string, q app.TaskQuery) (*app.TaskTimeline, error)
	PreviousConclusions(ctx context.Context, before vi.Date, q app.TaskQuery) (*app.Conclusions, error)
	MyTasks(ctx context.Context) (*app.TaskList, error)
	TaskRequests(ctx context.Context) ([]app.TaskRequest, error)
	UpdateTask(ctx context.Context, u task.Update, proof app.ImportFile) error
	AskTask(ctx context.Context, q task.Request, proof app.ImportFile) (int64, error)
	TaskFile(ctx context.Context, code, sha256 string) (name string, data []byte, err error)
	DecideTask(ctx context.Context, request int64, d task.Decision) error
	UndoCompletion(ctx context.Context, assignment int64, reason string) error
	HandOverTask(ctx context.Context, h app.TaskHandover) error
	CreateTasks(ctx context.Context, n app.NewTasks) (*app.TaskFileResult, error)
	TaskTemplate(ctx context.Context, q app.TaskQuery, empty bool, w io.Writer) error
	PreviewTasks(ctx context.Context, req app.TaskImportRequest) (*app.TaskPreview, error)
	RecordTasks(ctx context.Context, owner agency.ID, period string) (app.Counts, error)
	TasksRecorded(ctx context.Context) ([]app.RecordedTasks, error)
	KeptTasks(ctx context.Context, name, sha string, owner agency.ID, programme string) (*app.TaskPreview, error)
	MarkedRegister(ctx context.Context, name, sha string, owner agency.ID, programme string) (string, []byte, error)
	AcceptTasks(ctx context.Context, name, sha, fingerprint string, owner agency.ID, programme string) (*app.TaskImportResult, error)
}

// taskPageSize is how many lines of the register one page shows.
const taskPageSize = 50

// TaskQuery reads the filters of an address.
func (p *Pages) TaskQuery(v url.Values) (q app.TaskQuery, err error) {
	q = app.TaskQuery{At: vi.Clean(v.Get("at")), Unit: task.Unit(v.Get("unit")), Role: task.Role(v.Get("role")), Agency: agency.ID(v.Get("agency")), Owner: agency.ID(v.Get("owner")),
		Person: vi.Clean(v.Get("person")), DueFrom: vi.Clean(v.Get("due_from")), DueTo: vi.Clean(v.Get("due_to")), Text: vi.Clean(v.Get("q")), Document: vi.Clean(v.Get("document"))}
	if q.AsOf, err = p.parseAsOf(v.Get("as_of"), p.cfg.Clock()); err != nil {
		return q, err
	}
	for _, code := range v["programme"] {
		if code != "" {
			q.Programmes = append(q.Programmes, code)
		}
	}
	for _, s := range v["status"] {
		if s != "" {
			q.Statuses = append(q.Statuses, task.Status(s))
		}
	}
	if text := v.Get("page"); text != "" {
		if q.Page, err = strconv.Atoi(text); err != nil || q.Page < 1 {
			return q, fault.New(fault.Usage, "Không có trang %q của sổ. Hãy mở lại từ trang đầu.", vi.Clean(text))
		}
	}
	return q, nil
}

// taskValues writes a query as the address of its filters.
func taskValues(v url.Values) url.Values {
	out := url.Values{}
	for _, name := range []string{"programme", "agency", "owner", "person", "status", "due_from", "due_to", "q", "document", "unit", "role", "at", "as_of"} {
		for _, x := range v[name] {
			if x = vi.Clean(x); x != "" {
				out.Add(name, x)
			}
		}
	}
	return out
}

// address joins a path and filters.
func address(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// tasksShell is what every page about tasks has: where one is among them, and what one may do.
type tasksShell struct {
	shell
	Tabs  []taskTab
	Keeps bool // the actor keeps a register: may assign and decide
}

type taskTab struct {
	URL, Title string
	Open       bool
}

func (p *Pages) tasksTop(ctx context.Context, title, open string, v url.Values) tasksShell {
	s := tasksShell{shell: p.top(ctx, title, "tasks")}
	today := vi.DateOf(p.cfg.Clock().In(p.cfg.Location))
	s.Keeps = (access.Ground{Day: today}).Somewhere(access.From(ctx), access.AssignTask)
	kept := url.Values{}
	for _, name := range []string{"programme", "agency", "at", "unit"} {
		for _, x := range v[name] {
			if x != "" {
				kept.Add(name, x)
			}
		}
	}
	for _, t := range []struct {
		path, title string
		office      bool
	}{{"/tasks", "Sổ nhiệm vụ", false}, {"/tasks/board", "Theo đơn vị", false}, {"/tasks/overdue", "Quá hạn", false}, {"/tasks/conclusions", "Kết luận phiên trước", false},
		{"/tasks/requests", "Đề nghị chờ xử lý", true}, {"/tasks/new", "Giao theo kết luận", true}, {"/tasks/import", "Nạp sổ", true}, {"/tasks/figures", "Chốt số liệu kỳ", true}} {
		if t.office && !s.Keeps {
			continue
		}
		to := t.path
		if !t.office && t.path != "/tasks/conclusions" {
			to = address(t.path, kept)
		}
		s.Tabs = append(s.Tabs, taskTab{to, t.title, t.path == open})
	}
	s.Illustrative = slices.Contains(v["programme"], app.IllustrativeTasks)
	return s
}

// taskRow is a line of a list, ready to print.
type taskRow struct {
	app.TaskLine
	URL   string
	Class string // of its status
	Left  string // "còn 3 ngày", "quá hạn 12 ngày"
}

func taskRows(lines []app.TaskLine) []taskRow {
	out := make([]taskRow, len(lines))
	for i, l := range lines {
		out[i] = taskRow{l, TaskURL(l.Code), "", ""}
		out[i].Left, out[i].Class = taskLeft(l)
	}
	return out
}

// TaskURL is where a task is looked at. Codes hold strokes and brackets, so they stand in the query.
func TaskURL(code string) string { return "/tasks/task?" + url.Values{"code": {code}}.Encode() }

// taskLeft says how a line stands to its deadline, and how urgent that is.
func taskLeft(l app.TaskLine) (text, class string) {
	switch l.Status {
	case task.Overdue:
		return fmt.Sprintf("quá hạn %d ngày", l.Days), "late"
	case task.DoneLate:
		return fmt.Sprintf("muộn %d ngày", l.Days), ""
	case task.DueSoon:
		if l.Days == 0 {
			return "hạn hôm nay", "soon"
		}
		return fmt.Sprintf("còn %d ngày", -l.Days), "soon"
	case task.InTime:
		return fmt.Sprintf("còn %d ngày", -l.Days), ""
	}
	return "", ""
}

// PercentText is the percentage that was reported last.
func (r taskRow) PercentText() string {
	if !r.Update.Percent.Valid {
		return ""
	}
	return vi.FormatNumber(r.Update.Percent.Decimal, 0) + nbsp + "%"
}

// HoldersText names who answers.
func (r taskRow) HoldersText() string { return partiesText(r.Holders) }

// OthersText names who co-operates; many are counted.
func (r taskRow) OthersText() string { return partiesText(r.Others) }

func partiesText(all []app.TaskParty) string {
	var names []string
	for _, x := range all {
		names = append(names, x.Name)
	}
	if n := len(names); n > 5 {
		return strings.Join(names[:4], ", ") + fmt.Sprintf(" và %d đơn vị khác", n-4)
	}
	return strings.Join(names, ", ")
}

type tasksPage struct {
	tasksShell
	*app.TaskList
	Rows     []taskRow
	Options  app.TaskOptions
	Query    app.TaskQuery
	Form     url.Values
	Counted  []statusCount
	Previous string
	Next     string
	Template string
	Statuses []app.Choice
	Narrowed bool
	Waiting  int // requests that the reader's office has to decide
}

// statusCount is the number of lines of one status, with a link to them.
type statusCount struct {
	Title string
	Count int
	URL   string
}

// Register makes a page of the register.
func (p *Pages) Register(ctx context.Context, v url.Values) (*Document, error) {
	q, err := p.TaskQuery(v)
	if err != nil {
		return nil, err
	}
	q.Size = taskPageSize
	page := tasksPage{tasksShell: p.tasksTop(ctx, "Sổ nhiệm vụ", "/tasks", v), Query: q, Form: v}
	if page.TaskList, err = p.cfg.App.Tasks(ctx, q); err != nil {
		return nil, err
	}
	if page.Options, err = p.cfg.App.TaskOptions(ctx, q); err != nil {
		return nil, err
	}
	if page.Keeps {
		waiting, err := p.cfg.App.TaskRequests(ctx)
		if err != nil {
			return nil, err
		}
		page.Waiting = len(waiting)
	}
	page.Rows = taskRows(page.Lines)
	values := taskValues(v)
	page.Narrowed = len(values) > 0
	page.Template = address("/tasks/template.xlsx", values)
	turn := func(n int) string {
		to := taskValues(v)
		to.Set("page", strconv.Itoa(n))
		return address("/tasks", to)
	}
	if page.Page > 1 {
		page.Previous = turn(page.Page - 1)
	}
	if page.Page < page.Pages {
		page.Next = turn(page.Page + 1)
	}
	for _, s := range task.Statuses() {
		to := taskValues(v)
		to["status"] = []string{string(s)}
		page.Counted = append(page.Counted, statusCount{s.Title(), page.Counts.Of(s), address("/tasks", to)})
		page.Statuses = append(page.Statuses, app.Choice{Code: string(s), Title: s.Title(), Selected: slices.Contains(q.Statuses, s)})
	}
	return p.html("tasks.html", page, 0)
}

// boardParts are the segments of a stacked bar, the worst first: what every bar begins with can be compared.
func boardParts() []app.Choice {
	var out []app.Choice
	for _, s := range []task.Status{task.Overdue, task.DueSoon, task.InTime, task.NoDueDate, task.Suspended, task.Always, task.DoneLate, task.DoneOnTime} {
		out = append(out, app.Choice{Code: string(s), Title: s.Title()})
	}
	return out
}

func stack(maximum int, c task.Counts) template.HTML {
	var parts []chart.Segment
	for _, s := range boardParts() {
		parts = append(parts, chart.Segment{Class: s.Code, Count: c.Of(task.Status(s.Code))})
	}
	return chart.Stack(maximum, parts...)
}

type taskBoardPage struct {
	tasksShell
	*app.TaskSummary
	Options app.TaskOptions
	Query   app.TaskQuery
	Form    url.Values
	Groups  []boardRow
	Moments []momentRow
	Parts   []app.Choice
}

type boardRow struct {
	app.TaskGroup
	Bar      template.HTML
	URL      string
	LateURL  string
	Rate, Of string
	OnTime   string
}

type momentRow struct {
	app.TaskMoment
	Title string
	Bar   template.HTML
	Rate  string
}

// TaskBoard makes the board by agency, with the trend and the ways in which others count.
func (p *Pages) TaskBoard(ctx context.Context, v url.Values) (*Document, error) {
	q, err := p.TaskQuery(v)
	if err != nil {
		return nil, err
	}
	page := taskBoardPage{tasksShell: p.tasksTop(ctx, "Nhiệm vụ theo đơn vị", "/tasks/board", v), Query: q, Form: v, Parts: boardParts()}
	if page.TaskSummary, err = p.cfg.App.TaskBoard(ctx, q); err != nil {
		return nil, err
	}
	if page.Options, err = p.cfg.App.TaskOptions(ctx, q); err != nil {
		return nil, err
	}
	longest := 0
	for _, g := range page.By {
		longest = max(longest, g.Total)
	}
	for _, g := range page.By {
		to := taskValues(v)
		to.Set("agency", g.Key)
		row := boardRow{TaskGroup: g, Bar: stack(longest, g.Counts), URL: address("/tasks", to), Rate: rateText(g.Rates, "completed_of_due"), OnTime: rateText(g.Rates, "on_time")}
		to["status"] = []string{string(task.Overdue)}
		row.LateURL = address("/tasks", to)
		page.Groups = append(page.Groups, row)
	}
	longest = 0
	for _, m := range page.Trend {
		longest = max(longest, m.Total)
	}
	for _, m := range page.Trend {
		day, err := vi.ParseISODate(m.Day)
		if err != nil {
			return nil, fmt.Errorf("trend: %w", err)
		}
		page.Moments = append(page.Moments, momentRow{m, day.String(), stack(longest, m.Counts), rateText(m.Rates, "completed_of_due")})
	}
	return p.html("task_board.html", page, 0)
}

// RateText prints a rate with its parts.
func (b taskBoardPage) RateText(r app.TaskRate) string { return rateText([]app.TaskRate{r}, r.Code) }

func rateText(rates []app.TaskRate, code string) string {
	for _, r := range rates {
		if r.Code == code {
			if !r.Percent.Valid {
				return "–"
			}
			return vi.FormatNumber(r.Percent.Decimal, 2) + nbsp + "%" + " (" + vi.FormatInt(int64(r.Numerator)) + "/" + vi.FormatInt(int64(r.Denominator)) + ")"
		}
	}
	return "–"
}

type taskLatePage struct {
	tasksShell
	*app.TaskList
	Rows    []taskRow
	Options app.TaskOptions
	Query   app.TaskQuery
	Form    url.Values
	By      string // whose tasks
	Today   string
}

// Overdue makes the list of what is late, for A4: the latest first, with person and days.
func (p *Pages) Overdue(ctx context.Context, v url.Values) (*Document, error) {
	q, err := p.TaskQuery(v)
	if err != nil {
		return nil, err
	}
	if q.Unit == "" {
		q.Unit = task.ByAssignment // a task of many agencies is late by somebody: that one is named
	}
	if q.Unit == task.ByAssignment && q.Role == "" {
		q.Role = task.Leading
	}
	page := taskLatePage{tasksShell: p.tasksTop(ctx, "Nhiệm vụ quá hạn", "/tasks/overdue", v), Query: q, Form: v}
	if page.TaskList, err = p.cfg.App.OverdueTasks(ctx, q); err != nil {
		return nil, err
	}
	if page.Options, err = p.cfg.App.TaskOptions(ctx, q); err != nil {
		return nil, err
	}
	for _, c := range page.Options.Agencies {
		if c.Selected {
			page.By = c.Title
		}
	}
	page.Rows = taskRows(page.Lines)
	page.Today = vi.DateOf(p.cfg.Clock().In(p.cfg.Location)).String()
	return p.html("task_overdue.html", page, 0)
}

type conclusionsPage struct {
	tasksShell
	*app.Conclusions
	Done, Late, Open []taskRow
	Before           string
	Rate             string
}

// titledTasks is a part of that page.
type titledTasks struct {
	Title, ID string
	Rows      []taskRow
}

// Conclusions makes the page of what the previous meeting decided: what was done, what is late.
func (p *Pages) Conclusions(ctx context.Context, v url.Values) (*Document, error) {
	page := conclusionsPage{tasksShell: p.tasksTop(ctx, "Kết luận phiên trước", "/tasks/conclusions", nil)}
	before, err := formDate(v.Get("before"))
	if err != nil {
		return nil, err
	}
	if before == 0 {
		before = vi.DateOf(p.cfg.Clock().In(p.cfg.Location)).AddDays(1)
	}
	page.Before = before.ISO()
	if page.Conclusions, err = p.cfg.App.PreviousConclusions(ctx, before, app.TaskQuery{}); err != nil {
		return nil, err
	}
	if page.Conclusions != nil {
		for _, r := range taskRows(page.Lines) {
			switch {
			case r.Status.Done():
				page.Done = append(page.Done, r)
			case r.Status == task.Overdue:
				page.Late = append(page.Late, r)
			default:
				page.Open = append(page.Open, r)
			}
		}
		r := page.Counts.CompletedOfAssigned()
		if pct, ok := r.Percent(2); ok {
			page.Rate = fmt.Sprintf("%s %s%% %s (%d/%d)", r.Title, vi.FormatNumber(pct, 2)+nbsp, r.Of, r.Num, r.Den)
		}
	}
	return p.html("task_conclusions.html", page, 0)
}

type requestsPage struct {
	tasksShell
	Waiting []requestRow
	Done    string
}

type requestRow struct {
	app.TaskRequest
	Row     taskRow
	URL     string
	FileURL string // of what proves it
}

// TaskRequests makes the list of what waits for the office.
func (p *Pages) TaskRequests(ctx context.Context) (*Document, error) {
	page := requestsPage{tasksShell: p.tasksTop(ctx, "Đề nghị chờ xử lý", "/tasks/requests", nil)}
	all, err := p.cfg.App.TaskRequests(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		page.Waiting = append(page.Waiting, requestRow{x, taskRows([]app.TaskLine{x.Line})[0], TaskURL(x.Line.Code) + "#request-" + strconv.FormatInt(x.Request.ID, 10),
			proofURL(x.Line.Code, x.Request.File.SHA256)})
	}
	return p.html("task_requests.html", page, 0)
}

// dayOf is the day on which an instant falls in Viet Nam.
func (p *Pages) dayOf(t time.Time) vi.Date { return vi.DateOf(t.In(p.cfg.Location)) }
