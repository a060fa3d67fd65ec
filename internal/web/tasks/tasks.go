package tasks

import (
	"context"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/tasks"
	"chiso/internal/chart"
	"chiso/internal/fault"
	"chiso/internal/task"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// taskPageSize is how many lines of the register one page shows.
const taskPageSize = 50

// TaskQuery reads the filters of an address.
func (p *Pages) TaskQuery(v url.Values) (q tasks.Query, err error) {
	q = tasks.Query{
		At:     vi.Clean(v.Get("at")),
		Unit:   task.Unit(v.Get("unit")),
		Role:   task.Role(v.Get("role")),
		Agency: agency.ID(v.Get("agency")),
		Owner:  agency.ID(v.Get("owner")),
		Person: vi.Clean(
			v.Get("person"),
		),
		DueFrom:  vi.Clean(v.Get("due_from")),
		DueTo:    vi.Clean(v.Get("due_to")),
		Text:     vi.Clean(v.Get("q")),
		Document: vi.Clean(v.Get("document")),
	}
	if q.AsOf, err = p.ParseAsOf(v.Get("as_of"), p.Clock()); err != nil {
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
	frame.Shell
	Tabs  []taskTab
	Keeps bool // the actor keeps a register: may assign and decide
}

type taskTab struct {
	URL, Title string
	Open       bool
}

func (p *Pages) tasksTop(ctx context.Context, title, open string, v url.Values) tasksShell {
	s := tasksShell{Shell: p.Top(ctx, title, "tasks")}
	today := vi.DateOf(p.Clock().In(p.Location))
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
	s.Illustrative = slices.Contains(v["programme"], ledger.IllustrativeTasks)
	return s
}

type tasksPage struct {
	tasksShell
	*tasks.List
	Rows     []frame.TaskRow
	Options  tasks.Options
	Query    tasks.Query
	Form     url.Values
	Counted  []statusCount
	Previous string
	Next     string
	Template string
	Statuses []ledger.Choice
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
func (p *Pages) Register(ctx context.Context, v url.Values) (*frame.Document, error) {
	q, err := p.TaskQuery(v)
	if err != nil {
		return nil, err
	}
	q.Size = taskPageSize
	page := tasksPage{tasksShell: p.tasksTop(ctx, "Sổ nhiệm vụ", "/tasks", v), Query: q, Form: v}
	if page.List, err = p.app.Tasks(ctx, q); err != nil {
		return nil, err
	}
	if page.Options, err = p.app.TaskOptions(ctx, q); err != nil {
		return nil, err
	}
	if page.Keeps {
		waiting, err := p.app.TaskRequests(ctx)
		if err != nil {
			return nil, err
		}
		page.Waiting = len(waiting)
	}
	page.Rows = frame.TaskRows(page.Lines)
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
		page.Statuses = append(page.Statuses, ledger.Choice{Code: string(s), Title: s.Title(), Selected: slices.Contains(q.Statuses, s)})
	}
	return p.HTML("tasks/tasks.html", page, 0)
}

// boardParts are the segments of a stacked bar, the worst first: what every bar begins with can be compared.
func boardParts() []ledger.Choice {
	var out []ledger.Choice
	for _, s := range []task.Status{task.Overdue, task.DueSoon, task.InTime, task.NoDueDate, task.Suspended, task.Always, task.DoneLate, task.DoneOnTime} {
		out = append(out, ledger.Choice{Code: string(s), Title: s.Title()})
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
	*tasks.Summary
	Options tasks.Options
	Query   tasks.Query
	Form    url.Values
	Groups  []boardRow
	Moments []momentRow
	Parts   []ledger.Choice
}

type boardRow struct {
	tasks.Group
	Bar      template.HTML
	URL      string
	LateURL  string
	Rate, Of string
	OnTime   string
}

type momentRow struct {
	tasks.Moment
	Title string
	Bar   template.HTML
	Rate  string
}

// TaskBoard makes the board by agency, with the trend and the ways in which others count.
func (p *Pages) TaskBoard(ctx context.Context, v url.Values) (*frame.Document, error) {
	q, err := p.TaskQuery(v)
	if err != nil {
		return nil, err
	}
	page := taskBoardPage{tasksShell: p.tasksTop(ctx, "Nhiệm vụ theo đơn vị", "/tasks/board", v), Query: q, Form: v, Parts: boardParts()}
	if page.Summary, err = p.app.TaskBoard(ctx, q); err != nil {
		return nil, err
	}
	if page.Options, err = p.app.TaskOptions(ctx, q); err != nil {
		return nil, err
	}
	longest := 0
	for _, g := range page.By {
		longest = max(longest, g.Total)
	}
	for _, g := range page.By {
		to := taskValues(v)
		to.Set("agency", g.Key)
		row := boardRow{
			Group:  g,
			Bar:    stack(longest, g.Counts),
			URL:    address("/tasks", to),
			Rate:   rateText(g.Rates, "completed_of_due"),
			OnTime: rateText(g.Rates, "on_time"),
		}
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
		page.Moments = append(
			page.Moments,
			momentRow{Moment: m, Title: day.String(), Bar: stack(longest, m.Counts), Rate: rateText(m.Rates, "completed_of_due")},
		)
	}
	return p.HTML("tasks/task_board.html", page, 0)
}

// RateText prints a rate with its parts.
func (b taskBoardPage) RateText(r tasks.Rate) string { return rateText([]tasks.Rate{r}, r.Code) }

func rateText(rates []tasks.Rate, code string) string {
	for _, r := range rates {
		if r.Code == code {
			if !r.Percent.Valid {
				return "–"
			}
			return vi.FormatNumber(
				r.Percent.Decimal,
				2,
			) + frame.NBSP + "%" + " (" + vi.FormatInt(
				int64(r.Numerator),
			) + "/" + vi.FormatInt(
				int64(r.Denominator),
			) + ")"
		}
	}
	return "–"
}

// dayOf is the day on which an instant falls in Viet Nam.
func (p *Pages) dayOf(t time.Time) vi.Date { return vi.DateOf(t.In(p.Location)) }
