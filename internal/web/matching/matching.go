package matching

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// MatchSource is a file whose columns and lines are matched: where it is looked at, and how it is read.
type MatchSource struct {
	Name    string
	Section string // of the navigation
	URL     string // of the upload: /columns, /lines, and its preview without more
	Back    string // where one came from
	BackTo  string // its name
	Owner   string // who remembers
	Reads   *receive.Matching
	Shows   []string // first figures, as they are understood
}

// matchPage is the page Ghép cột or Ghép dòng.
type matchPage struct {
	frame.Shell
	MatchSource
	Lines    bool // the step of the lines
	Tables   []matchTable
	Rows     []matchLine
	Offers   []matchOption // of an input with suggestions, where there are too many for a list
	Groups   []matchGroup  // of a list
	Problems []MatchProblem
	Remember bool
	Asked    int
	LinesTo  int // lines that are asked about next
}

type matchTable struct {
	Sheet            string
	Line             int32
	Ask, Sure, Aside []matchColumn
	Series           bool
}

// matchColumn is one column with what may be said of it.
type matchColumn struct {
	receive.MatchColumn
	Field  string // its name in the form
	Chosen string
	Near   []matchOption // what it may be, best first
	Why    []string
	Values string
	Bad    bool
	Series bool
	Of     *matchPage
}

type matchOption struct{ Code, Text string }

// matchGroup is an indicator with its parts.
type matchGroup struct {
	Title   string
	Options []matchOption
}

type matchLine struct {
	receive.OpenLine
	Field  string
	Chosen string
	Near   []matchOption
	Other  string // chosen elsewhere than among the nearest
	Bad    bool
}

// MatchProblem is what is missing or contradicts itself on the page, and in which field.
type MatchProblem struct{ Field, Text string }

// MatchColumns makes the page Ghép cột; typed and problems are of a form that was not taken.
func (p *Pages) MatchColumns(ctx context.Context, src MatchSource, typed url.Values, problems []MatchProblem) (*frame.Document, error) {
	page := matchPage{Shell: p.Top(ctx, "Ghép cột: "+src.Name, src.Section), MatchSource: src, Problems: problems,
		Asked: src.Reads.OpenColumns(), LinesTo: src.Reads.OpenLines()}
	page.Remember = src.Reads.Choices.Remember || src.Reads.Choices.Text() == ""
	if typed != nil {
		page.Remember = typed.Get("remember") != ""
	}
	page.offer()
	for i := range src.Reads.Tables {
		page.Tables = append(page.Tables, page.table(&src.Reads.Tables[i], typed))
	}
	return p.HTML("matching/matching.html", page, 0)
}

// offer lists what columns may be.
func (m *matchPage) offer() {
	for _, d := range m.Reads.Offers {
		g := matchGroup{Title: d.Indicator.Code + " · " + d.Name}
		for _, part := range partsOf(d) {
			g.Options = append(g.Options, matchOption{match.Target{Code: d.Indicator.Code, Part: part}.String(), partText(d, part)})
		}
		if m.Reads.OfForm {
			m.Groups = append(m.Groups, g)
			continue
		}
		for _, o := range g.Options {
			m.Offers = append(m.Offers, matchOption{o.Code, g.Title + ": " + o.Text})
		}
	}
}

func partsOf(d *kpi.Definition) []match.Part {
	if d.Indicator.Kind == kpi.Ratio {
		return []match.Part{match.Numerator, match.Denominator, match.Value}
	}
	return []match.Part{match.Value}
}

// partText names a part of an indicator.
func partText(d *kpi.Definition, part match.Part) string {
	with := func(word, text string) string {
		if text == "" {
			return word
		}
		return word + ": " + text
	}
	switch {
	case part == match.Numerator:
		return with("Tử số", d.Numerator)
	case part == match.Denominator:
		return with("Mẫu số", d.Denominator)
	case d.Indicator.Kind == kpi.Ratio:
		return "Tỷ lệ (%)"
	}
	return with("Giá trị", d.Unit)
}

// seriesOptions are what columns beside rows that name their indicators may be.
var seriesOptions = []matchOption{{receive.AnyShare + ".num", "Tử số"}, {receive.AnyShare + ".den", "Mẫu số"},
	{receive.AnyShare, "Tỷ lệ (%)"}, {receive.AnyCount, "Giá trị (chỉ tiêu đếm)"}}

// targetText names what a column is taken for.
func (m *matchPage) targetText(t match.Target) string {
	for _, o := range seriesOptions {
		if o.Code == t.String() {
			return o.Text
		}
	}
	d, ok := m.Reads.Offer(t.Code)
	if !ok {
		return t.String()
	}
	return d.Indicator.Code + " · " + partText(d, t.Part)
}

func (m *matchPage) table(t *receive.MatchTable, typed url.Values) matchTable {
	out := matchTable{Sheet: t.Sheet, Line: t.Line, Series: t.Series}
	for _, c := range t.Columns {
		x := matchColumn{
			MatchColumn: c,
			Field:       fieldOf(c),
			Values:      strings.Join(c.First, " · "),
			Chosen:      proposed(c),
			Series:      t.Series,
			Of:          m,
		}
		if typed.Has(x.Field) {
			x.Chosen = strings.TrimSpace(typed.Get(x.Field))
		}
		x.Bad = slices.ContainsFunc(m.Problems, func(p MatchProblem) bool { return p.Field == x.Field })
		x.Why = c.Evidence
		x.Near = m.near(c)
		_, said := m.Reads.Choices.Columns[c.Sheet+"!"+c.Column]
		switch {
		case c.Role != "":
			out.Aside = append(out.Aside, x)
		case c.Open, said, x.Bad:
			out.Ask = append(out.Ask, x)
		case c.Sure:
			out.Sure = append(out.Sure, x)
		default:
			out.Aside = append(out.Aside, x)
		}
	}
	return out
}

// near lists what a column may be, best first.
func (m *matchPage) near(c receive.MatchColumn) (out []matchOption) {
	for _, t := range append([]match.Target{c.Reads}, c.Alternatives...) {
		code := t.String()
		if t != (match.Target{}) && !slices.ContainsFunc(out, func(o matchOption) bool { return o.Code == code }) {
			out = append(out, matchOption{code, m.targetText(t)})
		}
	}
	return out
}

func fieldOf(c receive.MatchColumn) string { return "col:" + c.Sheet + "!" + c.Column }

// proposed is what the list of a column shows before anybody chose: "" for a column of which nothing is known.
func proposed(c receive.MatchColumn) string {
	switch {
	case c.Reads != (match.Target{}):
		return c.Reads.String()
	case c.Given:
		return "-"
	}
	return ""
}

// ReadColumns reads what the page Ghép cột says of the columns, and what is missing before one may go on.
func ReadColumns(m *receive.Matching, form url.Values) (receive.Choices, []MatchProblem) {
	said := m.Choices
	said.Columns, said.Remember = map[string]match.Target{}, form.Get("remember") != ""
	var problems []MatchProblem
	for i := range m.Tables {
		used := map[string][]receive.MatchColumn{}
		for _, c := range m.Tables[i].Columns {
			field := fieldOf(c)
			if !form.Has(field) {
				if c.Role == "" && c.Reads != (match.Target{}) && !c.Open {
					used[c.Reads.String()] = append(used[c.Reads.String()], c)
				}
				continue
			}
			text := strings.TrimSpace(form.Get(field))
			target, known := readTarget(m, text)
			switch {
			case text == "":
				problems = append(
					problems,
					MatchProblem{field, "Cột " + c.Column + " “" + c.Heading + "” chưa chọn. Hãy chọn là số liệu nào, hoặc “Không đọc”."},
				)
				continue
			case !known:
				problems = append(
					problems,
					MatchProblem{field, "Cột " + c.Column + ": không có số liệu nào mang mã “" + text + "”. Hãy chọn trong danh sách."},
				)
				continue
			}
			used[text] = append(used[text], c)
			key := c.Sheet + "!" + c.Column
			if _, before := m.Choices.Columns[key]; before || c.Open || target != c.Reads {
				said.Columns[key] = target
			}
		}
		problems = append(problems, twice(used)...)
	}
	return said, problems
}

// twice finds what several columns of a table are said to be. A denominator may serve several indicators, but not one twice.
func twice(used map[string][]receive.MatchColumn) (out []MatchProblem) {
	for code, cols := range used {
		if code == "-" || len(cols) < 2 {
			continue
		}
		var names []string
		for _, c := range cols {
			names = append(names, c.Column)
		}
		out = append(
			out,
			MatchProblem{
				fieldOf(cols[len(cols)-1]),
				"Các cột " + strings.Join(
					names,
					", ",
				) + " cùng được chọn là " + code + ". Hãy giữ một cột, cột kia chọn khác hoặc “Không đọc”.",
			},
		)
	}
	slices.SortFunc(out, func(a, b MatchProblem) int { return strings.Compare(a.Text, b.Text) })
	return out
}

// readTarget reads a choice; it is known when it is offered.
func readTarget(m *receive.Matching, text string) (match.Target, bool) {
	if text == "-" {
		return match.Target{}, true
	}
	t, ok := match.ParseTarget(text)
	if t.Code == receive.AnyShare || t.Code == receive.AnyCount {
		return t, ok
	}
	d, offered := m.Offer(t.Code)
	return t, ok && offered && slices.Contains(partsOf(d), t.Part)
}

// MatchLines makes the page Ghép dòng.
func (p *Pages) MatchLines(ctx context.Context, src MatchSource, typed url.Values, problems []MatchProblem) (*frame.Document, error) {
	page := matchPage{
		Shell:       p.Top(ctx, "Ghép dòng: "+src.Name, src.Section),
		MatchSource: src,
		Problems:    problems,
		Lines:       true,
		Asked:       src.Reads.OpenLines(),
	}
	page.Remember = src.Reads.Choices.Remember || src.Reads.Choices.Text() == ""
	if typed != nil {
		page.Remember = typed.Get("remember") != ""
	}
	for _, d := range src.Reads.Offers {
		page.Offers = append(page.Offers, matchOption{d.Indicator.Code, d.Indicator.Code + " · " + d.Name})
	}
	for _, l := range src.Reads.Lines {
		x := matchLine{OpenLine: l, Field: "line:" + l.Key, Chosen: l.Code}
		for _, n := range l.Nearest {
			if d, ok := src.Reads.Offer(n.Code); ok {
				x.Near = append(x.Near, matchOption{n.Code, d.Name + " (" + n.Code + "), đơn vị tính " + d.Unit})
			}
		}
		if l.Given && l.Code == "" {
			x.Chosen = "-"
		}
		if typed.Has(x.Field) {
			x.Chosen = typed.Get(x.Field)
		}
		if x.Other = typed.Get("other:" + l.Key); x.Chosen != "" && x.Chosen != "-" && x.Chosen != "other" &&
			!slices.ContainsFunc(x.Near, func(o matchOption) bool { return o.Code == x.Chosen }) {
			x.Other, x.Chosen = x.Chosen, "other"
		}
		x.Bad = slices.ContainsFunc(problems, func(p MatchProblem) bool { return p.Field == x.Field })
		page.Rows = append(page.Rows, x)
	}
	return p.HTML("matching/matching.html", page, 0)
}

// ReadLines reads what the page Ghép dòng says of the lines.
func ReadLines(m *receive.Matching, form url.Values) (receive.Choices, []MatchProblem) {
	said := m.Choices
	said.Lines, said.Remember = map[string]string{}, form.Get("remember") != ""
	var problems []MatchProblem
	for _, l := range m.Lines {
		field := "line:" + l.Key
		code := form.Get(field)
		if code == "" || code == "other" {
			code = form.Get("other:" + l.Key)
		}
		_, offered := m.Offer(code)
		switch {
		case code == "-":
			said.Lines[l.Key] = ""
		case offered:
			said.Lines[l.Key] = code
		default:
			problems = append(
				problems,
				MatchProblem{field, "Dòng “" + l.Name + "” (ô " + l.Cell + ") chưa chọn. Hãy chọn chỉ tiêu, hoặc “Không đọc dòng này”."},
			)
		}
	}
	return said, problems
}

// MatchOfReport is a file that was given to a report.
func (p *Pages) MatchOfReport(ctx context.Context, ref frame.ReportRef, upload int64) (MatchSource, error) {
	o, err := p.app.ReportUpload(ctx, ref.Round, ref.Agency, upload)
	if err != nil {
		return MatchSource{}, err
	}
	if !o.Editable {
		return MatchSource{}, fault.New(
			fault.Conflict,
			"Báo cáo không còn ở dự thảo nên không sửa cách ghép được. Tệp và số liệu giữ nguyên.",
		)
	}
	src := MatchSource{
		Name:    o.Name,
		Section: "desk",
		URL:     ref.URL() + "/upload/" + strconv.FormatInt(upload, 10),
		Back:    ref.URL(),
		BackTo:  "Về báo cáo",
		Owner:   o.Owner,
		Reads:   o.Matching,
	}
	for _, c := range o.Cells[:min(len(o.Cells), maxShows)] {
		d := c.Row.Definition
		src.Shows = append(src.Shows, d.Indicator.Code+" · "+d.Name+": "+c.New.Text()+" (ô "+c.Cell+")")
	}
	return src, nil
}

// maxShows is how many figures are shown as they are understood.
const maxShows = 4

// MatchOfUpload is a file of the office.
func (p *Pages) MatchOfUpload(ctx context.Context, upload int64) (MatchSource, error) {
	v, err := p.app.Upload(ctx, upload)
	if err != nil {
		return MatchSource{}, err
	}
	if v.Revision != 0 || v.Result.Matching == nil {
		return MatchSource{}, fault.New(fault.Conflict, "Tệp đã được nhận hoặc không đọc được nên không sửa cách ghép được.")
	}
	src := MatchSource{
		Name:    v.Name,
		Section: "upload",
		URL:     "/upload/" + strconv.FormatInt(upload, 10),
		Back:    "/upload",
		BackTo:  "Nộp tệp khác",
		Owner:   "cơ quan thường trực",
		Reads:   v.Result.Matching,
	}
	for i := range v.Result.Rows[:min(len(v.Result.Rows), maxShows)] {
		row := &v.Result.Rows[i]
		text := row.State.Title()
		if row.Value.Valid {
			text = vi.FormatNumber(row.Value.Decimal, row.Decimals)
		}
		src.Shows = append(src.Shows, row.Indicator+" · "+row.Name+", "+row.AgencyName+": "+text+" "+row.Unit+" (ô "+row.Cell+")")
	}
	return src, nil
}

// SeriesOptions are what columns beside rows that name their indicators may be.
func (m matchPage) SeriesOptions() []matchOption { return seriesOptions }
