package reporting

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// BenchQuery chooses what the workbench of a round shows: it stands in the address, so that a view can be kept and sent.
type BenchQuery struct {
	Round  int64
	By     string // "indicator" puts the agencies under each indicator, "" the indicators under each agency
	Agency agency.ID
	Code   string // of an indicator
	Odd    bool   // only the cells that the office should look at
}

// ReadBenchQuery reads the choice from an address or the hidden fields of a form.
func ReadBenchQuery(round int64, get func(string) string) BenchQuery {
	q := BenchQuery{Round: round, Agency: agency.ID(vi.Clean(get("agency"))), Code: vi.Clean(get("code")), Odd: get("odd") != ""}
	if get("by") == "indicator" {
		q.By = "indicator"
	}
	return q
}

// URL is the address of the view.
func (q BenchQuery) URL() string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("by", q.By)
	set("agency", string(q.Agency))
	set("code", q.Code)
	if q.Odd {
		v.Set("odd", "1")
	}
	path := "/rounds/" + strconv.FormatInt(q.Round, 10) + "/workbench"
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// Of is the same view of one agency.
func (q BenchQuery) Of(id agency.ID) string {
	q.Agency, q.By, q.Code = id, "", ""
	return q.URL()
}

// BenchState is what a request did, for the page that answers it.
type BenchState struct {
	Done    string
	Refused error
	Step    *reporting.ReportStep // that was refused: what was typed is shown again
	Skipped []reporting.BulkSkip
	Answer  string // that was refused
	Asked   int64  // the proposal of it
}

type workbenchPage struct {
	frame.Shell
	Round      filing.Round
	Query      BenchQuery
	State      BenchState
	Refused    string
	Agencies   []ledger.Choice
	Indicators []ledger.Choice
	Reports    []benchReport
	Clean      []benchReport
	Tables     []benchTable
	Before     string // addresses of the agencies before and after the one that is shown
	After      string
	Waiting    int // proposals without an answer
}

// benchReport is one report and what may be done to it.
type benchReport struct {
	reporting.WorkbenchGroup
	Form            string // id of its form
	URL             string // the report itself
	Left, Class     string
	Receive, Return bool
	Reason          string // typed and refused
	Open            []benchProposal
}

type benchProposal struct {
	ID           int64
	Text, Answer string // the answer that was typed and refused
}

// benchTable is the cells of one agency, or of one indicator.
type benchTable struct {
	ID, Title, Note string
	Rows            []benchRow
	Report          *benchReport // of an agency's table
}

type benchRow struct {
	gridRow
	Report *benchReport
	Label  string
	Now    string // as people write it, with its parts
	Files  []benchFile
	Remark string
}

type benchFile struct{ Name, URL string }

// Workbench makes the office's table of cells: what is reported beside what is known, and what to do about it.
func (p *Pages) Workbench(ctx context.Context, q BenchQuery, state BenchState) (*frame.Document, error) {
	w, err := p.app.Workbench(ctx, reporting.WorkbenchQuery{Round: q.Round})
	if err != nil {
		return nil, err
	}
	groups := w.Groups
	if q.Agency != "" && !slices.ContainsFunc(groups, func(g reporting.WorkbenchGroup) bool { return g.Agency == q.Agency }) {
		one, err := p.app.Workbench(ctx, reporting.WorkbenchQuery{Round: q.Round, Agency: q.Agency})
		if err != nil {
			return nil, err
		}
		groups = append(groups, one.Groups...)
	}
	page := workbenchPage{
		Shell:   p.Top(ctx, "Bàn kiểm tra: "+w.Round.Name, "rounds"),
		Round:   w.Round,
		Query:   q,
		State:   state,
		Refused: frame.Sentence(state.Refused),
	}
	reports := make([]*benchReport, len(groups))
	for i, g := range groups {
		reports[i] = newBenchReport(g, state)
		page.Agencies = append(page.Agencies, ledger.Choice{Code: string(g.Agency), Title: g.AgencyName, Selected: g.Agency == q.Agency})
		if g.Clean && reports[i].Receive {
			page.Clean = append(page.Clean, *reports[i])
		}
		for _, r := range g.Rows {
			code := r.Definition.Indicator.Code
			if !slices.ContainsFunc(page.Indicators, func(c ledger.Choice) bool { return c.Code == code }) {
				page.Indicators = append(page.Indicators, ledger.Choice{Code: code, Title: r.Definition.Name, Selected: code == q.Code})
			}
		}
	}
	page.neighbours(groups)
	page.fill(reports)
	return p.HTML("reporting/workbench.html", page, 0)
}

// neighbours finds the agencies before and after the one that is shown.
func (w *workbenchPage) neighbours(groups []reporting.WorkbenchGroup) {
	i := slices.IndexFunc(groups, func(g reporting.WorkbenchGroup) bool { return g.Agency == w.Query.Agency })
	if i > 0 {
		w.Before = w.Query.Of(groups[i-1].Agency)
	}
	if i >= 0 && i+1 < len(groups) {
		w.After = w.Query.Of(groups[i+1].Agency)
	}
}

// fill arranges the cells under their agencies or indicators.
func (w *workbenchPage) fill(reports []*benchReport) {
	at := map[string]int{}
	for _, r := range reports {
		if w.Query.Agency != "" && r.Agency != w.Query.Agency {
			continue
		}
		w.Reports = append(w.Reports, *r)
		w.Waiting += len(r.Open)
		for _, row := range r.Rows {
			d := row.Definition
			if w.Query.Code != "" && d.Indicator.Code != w.Query.Code || w.Query.Odd && !row.Strange() {
				continue
			}
			t := benchTable{ID: "a-" + r.Form, Title: r.AgencyName, Note: r.ReportHead.Title(), Report: r}
			label := d.Name
			if w.Query.By == "indicator" {
				t, label = benchTable{
					ID:    "c-" + frame.FileName(d.Indicator.Code),
					Title: d.Name,
					Note:  strings.Trim(d.Indicator.Code+" · "+d.Unit, " ·"),
				}, r.AgencyName
			}
			i, ok := at[t.ID]
			if !ok {
				i = len(w.Tables)
				at[t.ID], w.Tables = i, append(w.Tables, t)
			}
			w.Tables[i].Rows = append(w.Tables[i].Rows, newBenchRow(r, row, label, len(w.Tables[i].Rows)+1, w.State.Step))
		}
	}
	if w.Query.By == "indicator" { // the first agency may lack what another has
		order := map[string]int{}
		for i, c := range w.Indicators {
			order["c-"+frame.FileName(c.Code)] = i
		}
		slices.SortStableFunc(w.Tables, func(a, b benchTable) int { return cmp.Compare(order[a.ID], order[b.ID]) })
	}
}

func newBenchReport(g reporting.WorkbenchGroup, state BenchState) *benchReport {
	r := &benchReport{
		WorkbenchGroup: g,
		Form:           "f-" + frame.FileName(string(g.Agency)),
		URL:            frame.ReportRef{Round: g.Round, Agency: g.Agency}.URL(),
		Receive:        slices.Contains(g.Steps, filing.Receive),
		Return:         slices.Contains(g.Steps, filing.Return),
	}
	r.Left, r.Class = dueText(g.ReportHead)
	if state.Step != nil && state.Step.Agency == g.Agency {
		r.Reason = state.Step.Reason
	}
	for _, p := range g.Proposals {
		if p.AnsweredAt.IsZero() {
			open := benchProposal{ID: p.ID, Text: p.Text}
			if p.ID == state.Asked {
				open.Answer = state.Answer
			}
			r.Open = append(r.Open, open)
		}
	}
	return r
}

func newBenchRow(r *benchReport, row reporting.ReportRow, label string, n int, typed *reporting.ReportStep) benchRow {
	out := benchRow{
		gridRow: gridRow{ReportRow: row, N: n, Previous: knownText(row.Previous), LastYear: knownText(row.LastYear), Class: cellClass(row)},
		Report:  r,
		Label:   label,
	}
	if row.Known != nil {
		out.KnownText, out.KnownSource = row.Known.Text, row.Known.Source.Title()
	}
	out.Now = row.Text()
	for _, f := range r.Files {
		if f.Definition == row.Definition.ID {
			out.Files = append(out.Files, benchFile{f.Name, r.URL + "/file/" + f.SHA256})
		}
	}
	if typed != nil && typed.Agency == r.Agency {
		out.Remark = typed.Remarks[row.Definition.Indicator.Code]
	}
	return out
}

// Whole lists the evidence of the report as a whole.
func (r benchReport) Whole() (out []benchFile) {
	for _, f := range r.Files {
		if f.Definition == 0 {
			out = append(out, benchFile{f.Name, r.URL + "/file/" + f.SHA256})
		}
	}
	return out
}

// ReadBenchStep reads what the office decides about one report.
func ReadBenchStep(round int64, form url.Values) (reporting.ReportStep, error) {
	seen, err := strconv.ParseInt(form.Get("seen"), 10, 64)
	step := filing.Step(form.Get("step"))
	if err != nil || step != filing.Receive && step != filing.Return {
		return reporting.ReportStep{}, fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
	}
	out := reporting.ReportStep{
		Round:   round,
		Agency:  agency.ID(form.Get("of")),
		Step:    step,
		Seen:    seen,
		Reason:  form.Get("reason"),
		Remarks: map[string]string{},
	}
	for name := range form {
		if code, ok := strings.CutPrefix(name, "remark-"); ok && vi.Clean(form.Get(name)) != "" {
			out.Remarks[code] = form.Get(name)
		}
	}
	return out, nil
}

// ReadClean reads which reports are received together, each with the serial that was seen.
func ReadClean(form url.Values) (map[agency.ID]int64, error) {
	out := map[agency.ID]int64{}
	for _, text := range form["clean"] {
		serial, id, _ := strings.Cut(text, " ")
		seen, err := strconv.ParseInt(serial, 10, 64)
		if err != nil || id == "" {
			return nil, fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
		}
		out[agency.ID(id)] = seen
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "Hãy chọn ít nhất một báo cáo để tiếp nhận.")
	}
	return out, nil
}

// benchDone says what was done.
func benchDone(code string) string {
	switch code {
	case "answer":
		return "Đã trả lời kiến nghị."
	case "":
		return ""
	}
	if n, err := strconv.Atoi(code); err == nil && n > 0 {
		return "Đã tiếp nhận " + vi.FormatInt(int64(n)) + " báo cáo."
	}
	return filingDone(code)
}

// Said says what was done, in words.
func (w workbenchPage) Said() string { return benchDone(w.State.Done) }
