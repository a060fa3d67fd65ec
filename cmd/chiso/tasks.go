package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/tasks"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// tasks runs one of the commands about the register of tasks.
func (p *program) tasks(ctx context.Context, args []string) error {
	verbs := map[string]func(context.Context, []string) error{"import": p.tasksImport, "list": p.tasksList, "summary": p.tasksSummary,
		"board": p.tasksBoard, "template": p.tasksTemplate, "record": p.tasksRecord}
	if len(args) == 0 || verbs[args[0]] == nil {
		return usagef("tasks nhận một trong: import, list, summary, board, template, record.")
	}
	return verbs[args[0]](access.With(ctx, access.Machine(accountName())), args[1:])
}

// taskFlags adds the flags by which tasks are chosen.
func taskFlags(fs *flag.FlagSet) (q *tasks.Query, read func() error) {
	q = &tasks.Query{}
	var programmes, statuses list
	var when, unit, role, holder, owner string
	fs.StringVar(&q.At, "at", "", "ngày tính trạng thái, yyyy-mm-dd; bỏ trống là hôm nay")
	fs.StringVar(&when, "as-of", "", "xem sổ như tại thời điểm này")
	fs.StringVar(&unit, "unit", string(task.ByTask), "đếm theo task (nhiệm vụ) hoặc assignment (lượt giao)")
	fs.StringVar(&role, "role", "", "lead (chủ trì) hoặc co (phối hợp); bỏ trống lấy cả hai")
	fs.Var(&programmes, "programme", "chương trình; lặp lại được")
	fs.StringVar(&owner, "owner", "", "mã cơ quan giữ sổ")
	fs.StringVar(&holder, "agency", "", "mã đơn vị đang chịu trách nhiệm, gồm cả đơn vị trực thuộc")
	fs.StringVar(&q.Person, "person", "", "người phụ trách")
	fs.Var(
		&statuses,
		"status",
		"trạng thái: done_on_time, done_late, in_time, due_soon, overdue, recurring, no_due_date, suspended; lặp lại được",
	)
	fs.StringVar(&q.DueFrom, "due-from", "", "hạn từ ngày")
	fs.StringVar(&q.DueTo, "due-to", "", "hạn đến ngày")
	fs.StringVar(&q.Text, "text", "", "chữ cần tìm, không phân biệt dấu")
	fs.StringVar(&q.Document, "document", "", "số văn bản giao")
	return q, func() (err error) {
		q.Unit, q.Role, q.Programmes, q.Agency, q.Owner = task.Unit(unit), task.Role(role), programmes, agency.ID(holder), agency.ID(owner)
		for _, s := range statuses {
			q.Statuses = append(q.Statuses, task.Status(s))
		}
		q.AsOf, err = asOf(when)
		return err
	}
}

// tasksQuery reads the flags of a command that only reads.
func (p *program) tasksQuery(name string, args []string, more func(*flag.FlagSet)) (q *tasks.Query, format string, err error) {
	fs := p.flags("tasks " + name)
	q, read := taskFlags(fs)
	fs.StringVar(&format, "format", "table", "table, csv hoặc json")
	if more != nil {
		more(fs)
	}
	rest, err := parse(fs, args)
	switch {
	case err != nil:
		return nil, "", err
	case len(rest) > 0:
		return nil, "", usagef("tasks %s không nhận %q.", name, rest[0])
	}
	if err := oneOf("format", format, "table", "csv", "json"); err != nil {
		return nil, "", err
	}
	return q, format, read()
}

func (p *program) tasksImport(ctx context.Context, args []string) error {
	fs := p.flags("tasks import")
	var req tasks.ImportRequest
	var owner, format, marked string
	fs.StringVar(&owner, "owner", string(agency.Nation), "mã cơ quan giữ sổ")
	fs.StringVar(&req.Programme, "programme", "", "chương trình của các dòng không ghi")
	fs.StringVar(&req.Reason, "reason", "", "lý do, ghi cùng phiên bản dữ liệu")
	fs.BoolVar(&req.DryRun, "dry-run", false, "chỉ kiểm tra, không lưu")
	fs.StringVar(&marked, "marked", "", "thư mục ghi các tệp có lỗi, cảnh báo đã được đánh dấu")
	fs.StringVar(&format, "format", "table", "table, csv hoặc json")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return usagef("tasks import cần ít nhất một tệp.")
	}
	if err := oneOf("format", format, "table", "csv", "json"); err != nil {
		return err
	}
	req.Owner = agency.ID(owner)
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return fault.Wrap(err, fault.NotFound, "Không đọc được tệp %s.", name)
		}
		req.Files = append(req.Files, ledger.ImportFile{Name: filepath.Base(name), Data: data})
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	if marked != "" {
		files, err := a.MarkedTasks(ctx, req)
		if err != nil {
			return err
		}
		if err := p.writeMarked(files, marked); err != nil {
			return err
		}
	}
	res, err := a.ImportTasks(ctx, req)
	if err != nil {
		return err
	}
	if err := p.printTaskImport(res, format); err != nil {
		return err
	}
	if !res.Accepted {
		return errRefused
	}
	return nil
}

func (p *program) printTaskImport(res *tasks.ImportResult, format string) error {
	switch format {
	case "json":
		return printJSON(p.stdout, res)
	case "csv":
		return p.csv(findingColumns(), func(add func(...string)) {
			for _, f := range res.Files {
				addFindings(add, f.File, f.Findings)
			}
		})
	}
	for _, f := range res.Files {
		fmt.Fprintf(p.stdout, "%s: nhiệm vụ mới %s, cập nhật %s, không đổi %s; lượt giao %s, báo cáo tiến độ %s\n", f.File,
			count(f.Tasks.New), count(f.Tasks.Changed), count(f.Tasks.Unchanged), count(f.Assignments), count(f.Updates))
		p.printFindings(f.Findings)
	}
	switch {
	case !res.Accepted:
		fmt.Fprintln(p.stdout, "Không nhận: chưa lưu nhiệm vụ nào. Hãy sửa các lỗi trên rồi nạp lại.")
	case res.DryRun:
		fmt.Fprintln(p.stdout, "Kiểm tra xong, chưa lưu gì.")
	case res.Revision == nil:
		fmt.Fprintln(p.stdout, "Đã nhận; không có gì thay đổi.")
	default:
		fmt.Fprintf(p.stdout, "Đã nhận, phiên bản dữ liệu %d.\n", *res.Revision)
	}
	return nil
}

func (p *program) tasksList(ctx context.Context, args []string) error {
	q, format, err := p.tasksQuery("list", args, nil)
	if err != nil {
		return err
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	out, err := a.Tasks(ctx, *q)
	if err != nil {
		return err
	}
	if format == "json" {
		return printJSON(p.stdout, tasks.NewTaskListDocument(out))
	}
	if format == "csv" {
		return p.csv(
			[]string{
				"code",
				"title",
				"programme",
				"document",
				"agencies",
				"person",
				"post",
				"assigned",
				"due",
				"due_text",
				"original_due",
				"completed",
				"status",
				"days_late",
				"percent",
				"obstacle",
			},
			func(add func(...string)) {
				for _, l := range out.Lines {
					add(
						l.Code,
						l.Title,
						l.Programme,
						l.Document.String(),
						holders(l),
						l.Person,
						l.Post,
						l.Assigned.ISO(),
						l.Due.ISO(),
						l.DueText,
						l.Original.ISO(),
						l.Completed.ISO(),
						string(l.Status),
						fmt.Sprint(l.Days),
						percentText(l.Update.Percent),
						l.Update.Obstacle,
					)
				}
			},
		)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "MÃ\tNHIỆM VỤ\tCHỦ TRÌ\tPHỤ TRÁCH\tHẠN\tTRẠNG THÁI\tNGÀY CHẬM")
	for _, l := range out.Lines {
		late := ""
		if l.Days > 0 && (l.Status == task.Overdue || l.Status == task.DoneLate) {
			late = count(l.Days)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.Code, clip(l.Title, 60), clip(holders(l), 40), l.Person, l.Due, l.Status.Title(), late)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s %s, tính đến ngày %s. %s.\n", count(out.Total), unitWord(out.Unit), out.Day, out.Unit.Title())
	return nil
}

func unitWord(u task.Unit) string {
	if u == task.ByTask {
		return "nhiệm vụ"
	}
	return "lượt giao"
}

func holders(l figures.TaskLine) string {
	var names []string
	for _, h := range l.Holders {
		names = append(names, h.Name)
	}
	return strings.Join(names, "; ")
}

func percentText(d vi.NullDecimal) string {
	if !d.Valid {
		return ""
	}
	return d.String()
}

// clip shortens a text for a table.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func (p *program) tasksSummary(ctx context.Context, args []string) error {
	by := ""
	q, format, err := p.tasksQuery("summary", args, func(fs *flag.FlagSet) {
		fs.StringVar(&by, "by", "", "nhóm theo agency (đơn vị) hoặc programme (chương trình)")
	})
	if err != nil {
		return err
	}
	promised := func(s *tasks.Summary) any { return tasks.NewTaskSummaryDocument(s) }
	return p.printSummary(ctx, format, promised, func(a *app.App) (*tasks.Summary, error) { return a.SummariseTasks(ctx, *q, by) })
}

func (p *program) tasksBoard(ctx context.Context, args []string) error {
	q, format, err := p.tasksQuery("board", args, nil)
	if err != nil {
		return err
	}
	whole := func(s *tasks.Summary) any { return s }
	return p.printSummary(ctx, format, whole, func(a *app.App) (*tasks.Summary, error) { return a.TaskBoard(ctx, *q) })
}

func (p *program) printSummary(
	ctx context.Context,
	format string,
	document func(*tasks.Summary) any,
	get func(*app.App) (*tasks.Summary, error),
) error {
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	s, err := get(a)
	if err != nil {
		return err
	}
	switch format {
	case "json":
		return printJSON(p.stdout, document(s))
	case "csv":
		return p.csv(
			[]string{
				"key",
				"name",
				"total",
				"done_on_time",
				"done_late",
				"open_in_time",
				"open_overdue",
				"recurring",
				"no_due_date",
				"suspended",
				"days_late",
			},
			func(add func(...string)) {
				row := func(key, name string, c tasks.TaskCounts) {
					m := c.Matrix
					add(
						key,
						name,
						fmt.Sprint(c.Total),
						fmt.Sprint(m.DoneOnTime),
						fmt.Sprint(m.DoneLate),
						fmt.Sprint(m.OpenInTime),
						fmt.Sprint(m.OpenOverdue),
						fmt.Sprint(m.Recurring),
						fmt.Sprint(m.NoDueDate),
						fmt.Sprint(m.Suspended),
						fmt.Sprint(c.DaysLate),
					)
				}
				for _, g := range s.By {
					row(g.Key, g.Name, g.TaskCounts)
				}
				row("total", "Tổng số", s.TaskCounts)
			},
		)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tTỔNG\tĐÚNG HẠN\tXONG MUỘN\tTRONG HẠN\tQUÁ HẠN\tTHƯỜNG XUYÊN\tCHƯA GIAO HẠN\tTẠM DỪNG\tNGÀY CHẬM\t")
	row := func(name string, c tasks.TaskCounts) {
		m := c.Matrix
		fmt.Fprintf(
			w,
			"%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n",
			clip(name, 44),
			count(c.Total),
			count(m.DoneOnTime),
			count(m.DoneLate),
			count(m.OpenInTime),
			count(m.OpenOverdue),
			count(m.Recurring),
			count(m.NoDueDate),
			count(m.Suspended),
			count(c.DaysLate),
		)
	}
	for _, g := range s.By {
		row(g.Name, g.TaskCounts)
	}
	row("Tổng số", s.TaskCounts)
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Tính đến ngày %s. %s. %s\n", s.Day, s.Label, s.Note)
	for _, r := range s.Rates {
		if r.Percent.Valid {
			fmt.Fprintf(
				p.stdout,
				"%s %s: %s%% (%s/%s)\n",
				r.Title,
				r.Of,
				vi.FormatNumber(r.Percent.Decimal, 2),
				count(r.Numerator),
				count(r.Denominator),
			)
		}
	}
	return nil
}

func (p *program) tasksTemplate(ctx context.Context, args []string) error {
	fs := p.flags("tasks template")
	q, read := taskFlags(fs)
	var out string
	var empty bool
	fs.StringVar(&out, "o", "", "tệp .xlsx sẽ ghi")
	fs.BoolVar(&empty, "empty", false, "không điền sẵn các nhiệm vụ đã có")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if out == "" || len(rest) > 0 {
		return usagef("tasks template cần -o F.xlsx.")
	}
	if err := read(); err != nil {
		return err
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	var b bytes.Buffer // nothing is written unless all of it is good
	if err := a.TaskTemplate(ctx, *q, empty, &b); err != nil {
		return err
	}
	if err := writeFile(out, b.Bytes()); err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, "Đã ghi", out)
	return nil
}

// tasksRecord writes the figures of the register for a period, at a cut-off.
func (p *program) tasksRecord(ctx context.Context, args []string) error {
	fs := p.flags("tasks record")
	var owner, period string
	fs.StringVar(&owner, "owner", string(agency.Nation), "mã cơ quan giữ sổ")
	fs.StringVar(&period, "period", "", "kỳ cần chốt số liệu")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if period == "" || len(rest) > 0 {
		return usagef("tasks record cần --period.")
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	n, err := a.RecordTasks(ctx, agency.ID(owner), period)
	if err == nil {
		fmt.Fprintf(
			p.stdout,
			"Số liệu nhiệm vụ kỳ %s: mới %s, không đổi %s, thay thế %s.\n",
			period,
			count(n.New),
			count(n.Unchanged),
			count(n.Superseded),
		)
	}
	return err
}
