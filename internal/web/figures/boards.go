package figures

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// boardParams are the parameters that every page of a ranking understands.
var boardParams = []string{"period", "block", "source", "as_of", "a"}

// boardRoutes are the pages of one ranking beside the ranking itself, and those that explain it.
func (p *Pages) boardRoutes() []frame.Route {
	with := func(more ...string) []string { return append(slices.Clone(boardParams), more...) }
	return []frame.Route{
		{Path: "/heat/:code", Action: access.ReadRelease, Live: true, Param: "code", Params: with("sort", "q"), View: p.Heat},
		{Path: "/delta/:code", Action: access.ReadRelease, Live: true, Param: "code", Params: with("sort", "q"), View: p.Delta},
		{
			Path:   "/indicator/:code",
			Action: access.ReadRelease,
			Live:   true,
			Param:  "code",
			Params: []string{"period", "source", "as_of"},
			View:   p.SideBySide,
		},
		{Path: "/map/:code", Action: access.ReadRelease, Live: true, Param: "code", Params: with(), View: p.Map},
		{Path: "/merger/:code", Action: access.ReadRelease, Live: true, Param: "code", Params: with(), View: p.Merger},
		{
			Path:   "/compare/:code",
			Action: access.ReadRelease,
			Live:   true,
			Param:  "code",
			Params: with("before", "a1", "a2", "a3", "a4", "a5", "a6"),
			View:   p.Compare,
		},
		{Path: "/analysis/:id", Action: access.ReadRelease, Live: true, Own: true, Param: "id", Params: with("code", "up"), View: p.Analysis},
		{Path: "/across/:id", Action: access.ReadRelease, Live: true, Own: true, Param: "id", View: p.Across},
		{Path: "/trend/:id", Action: access.ReadRelease, Live: true, Own: true, Param: "id", Params: []string{"code", "source"}, View: p.Trend},
		{Path: "/help", Action: access.UsePublic, View: p.Help},
		{Path: "/a4", Action: access.ReadRelease, Live: true, Inside: true, Params: []string{"source", "as_of"}, View: p.Sheet},
		{
			Path:   "/a4/:id",
			Action: access.ReadRelease,
			Live:   true,
			Own:    true,
			Inside: true,
			Param:  "id",
			Params: []string{"source", "as_of"},
			View:   p.Sheet,
		},
		{
			Path:   "/units/:id/a4",
			Action: access.ReadRelease,
			Live:   true,
			Units:  true,
			Inside: true,
			Param:  "id",
			Params: []string{"source", "as_of"},
			View:   p.UnitsSheet,
		},
	}
}

// board is what the pages of one ranking share.
type board struct {
	frame.Shell
	Path      string // "/heat/"
	Table     *ranking.Table
	Choices   figures.Choices
	AsOf      string // the instant asked for, as the form's field has it; "" is now
	At        time.Time
	Files     template.URL // query of this view, for links to its files and to the other views
	Q         string       // words searched for
	ByDefault bool         // the source is the one taken when none is chosen
	Live      bool         // newest figures are shown, not those released
	Sort      frame.Sorting
	pin       pin
}

func (p *Pages) newBoard(path, what string, v figures.RankingView, q figures.RankingQuery, in frame.Input) board {
	t := v.Table
	b := board{Shell: in.Shell(what+": "+t.Name, "ranking").With(in, t), Path: path, Table: t, Choices: v.Choices, At: q.AsOf,
		Q: in.Query.Get("q"), ByDefault: q.Source == "", Live: q.View.Unreleased()}
	if !q.AsOf.IsZero() {
		b.AsOf = q.AsOf.In(p.Location).Format(frame.FieldLayout)
	}
	b.pin = newPin(q)
	values := fileValues(t, q.AsOf)
	if b.Live {
		values.Set("view", "live")
	}
	b.Files = frame.Encoded(values)
	b.Sort = frame.NewSorting(path+url.PathEscape(t.Code), values, b.Q, in.Query.Get("sort"))
	return b
}

// boardQuery reads the path's code, which may end in .csv or .xlsx, and the parameters.
func (p *Pages) boardQuery(in frame.Input) (q figures.RankingQuery, format string, err error) {
	code := in.Path
	for _, f := range []string{".csv", ".xlsx", ".svg"} {
		if c, ok := strings.CutSuffix(code, f); ok {
			code, format = c, f
		}
	}
	q, err = p.rankingQuery(code, in)
	return q, format, err
}

// notes say under a downloaded table what was chosen and how it is defined.
func (b *board) notes(p *Pages) []string {
	t := b.Table
	out := []string{
		"Kỳ: " + t.Period.Title(), "Khối: " + t.Block.Name, "Nguồn: " + t.Source.Title(),
		"Số liệu tính đến " + p.When(t.AsOf) + " (giờ Việt Nam), phiên bản dữ liệu " + vi.FormatInt(t.Revision),
	}
	if b.AsOf != "" {
		out = append(out, "Xem như đã biết lúc "+p.When(b.At))
	}
	if b.Q != "" {
		out = append(out, "Chỉ các dòng có: "+b.Q)
	}
	if standing := t.Standing(); standing != "" {
		out = append(out, standing)
	}
	if t.SourceFallback != "" {
		out = append(out, t.SourceFallback)
	}
	if few := t.Coverage().Sentence(); few != "" && len(t.Rows) > 0 {
		out = append(out, few)
	}
	if d := t.Definition; d != nil {
		if d.Numerator != "" {
			out = append(out, "Tử số: "+d.Numerator, "Mẫu số: "+d.Denominator)
		}
		out = append(out, frame.Scope(t.Period, d)+". Căn cứ: "+d.BasisOn(t.Period.To))
	}
	if s := t.Scorecard; s != nil {
		out = append(out, "Bộ chỉ số: "+s.Name+", phiên bản "+frame.VersionText(s.Version)+". Căn cứ: "+s.Basis)
	}
	return append(out, "Xếp hạng theo số đã làm tròn; cùng giá trị thì cùng hạng (1, 2, 2, 4).")
}

// matches reports whether a name is what was searched for, without regard to case and diacritics.
func (b *board) matches(name string) bool {
	return vi.HasWords(name, b.Q)
}

// file writes a table as CSV or as a workbook.
func (p *Pages) file(format string, g figures.Grid, name string) (*frame.Document, error) {
	doc := &frame.Document{Name: frame.FileName(name) + format, Revision: g.Revision}
	var b bytes.Buffer
	if format == ".xlsx" {
		if err := p.app.WriteGrid(g, &b); err != nil {
			return nil, err
		}
		doc.Type, doc.Body = frame.MediaXLSX, b.Bytes()
		return doc, nil
	}
	b.WriteString(frame.BOM)
	w := csv.NewWriter(&b)
	w.UseCRLF, w.Comma = true, ';'
	lines := [][]string{g.Head}
	for _, row := range g.Rows {
		line := make([]string, len(row))
		for i, c := range row {
			if line[i] = frame.Safe(c.Text); c.Number.Valid {
				line[i] = frame.Comma(c.Number)
			}
		}
		lines = append(lines, line)
	}
	lines = append(lines, nil, []string{frame.Safe(g.Title)})
	if g.Illustrative {
		lines = append(lines, []string{"SỐ LIỆU MINH HỌA"})
	}
	for _, n := range g.Notes {
		lines = append(lines, []string{frame.Safe(n)})
	}
	if err := w.WriteAll(lines); err != nil {
		return nil, fmt.Errorf("csv of %s: %w", name, err)
	}
	doc.Type, doc.Body = "text/csv; charset=utf-8", b.Bytes()
	return doc, nil
}

// grid begins the downloaded form of the board's table.
func (b *board) grid(p *Pages, head ...string) figures.Grid {
	return figures.Grid{
		Title:        b.Title,
		Notes:        b.notes(p),
		Head:         head,
		AsOf:         b.Table.AsOf,
		Revision:     b.Table.Revision,
		Illustrative: b.Illustrative,
	}
}

// name is what a downloaded table of the board is called.
func (b *board) name(what string) string {
	return what + "-" + b.Table.Code + "-" + b.Table.Period.Key + "-" + b.Table.Block.Code
}

func textCell(s string) figures.GridCell { return figures.GridCell{Text: s} }
func numberCell(n vi.NullDecimal, decimals int) figures.GridCell {
	return figures.GridCell{Text: "–", Number: n, Decimals: decimals}
}
func intCell(n int) figures.GridCell {
	return figures.GridCell{Text: "–", Number: vi.NullDecimal{Decimal: vi.Int(int64(n)), Valid: n != 0}}
}

// points is the unit of a change: a ratio changes by percentage points.
func points(unit string) string {
	if unit == "%" {
		return "điểm %"
	}
	return frame.UnitShort(unit)
}

// pin is what a page was asked to hold on to besides the table: the newest figures, a moment of the past. Links keep it.
type pin url.Values

func newPin(q figures.RankingQuery) pin {
	p := pin{}
	if q.View.Unreleased() {
		p["view"] = []string{string(ledger.Live)}
	}
	if !q.AsOf.IsZero() {
		p["as_of"] = []string{q.AsOf.UTC().Format(time.RFC3339Nano)}
	}
	return p
}

// analysis leads to what explains an agency's place in a table.
func (p pin) analysis(t *ranking.Table, id agency.ID) string {
	q := url.Values{"code": {t.Code}, "period": {t.Period.Key}, "block": {t.Block.Code}, "source": {string(t.Source)}}
	for k, v := range p {
		q[k] = v
	}
	return "/analysis/" + url.PathEscape(string(id)) + "?" + q.Encode()
}

// tabLink leads to another view of the same ranking.
type tabLink struct {
	URL, Title string
	Open       bool
}

func newTab(path, title, code string, files any, open string) tabLink {
	u := path + url.PathEscape(code)
	if q := fmt.Sprint(files); q != "" {
		u += "?" + q
	}
	return tabLink{u, title, path == open}
}

// titledRows is a table of a page that has two.
type titledRows struct {
	Title string
	Rows  []mergerRow
}

// Help makes the page that says how to use the program, by role.
func (p *Pages) Help(_ context.Context, in frame.Input) (*frame.Document, error) {
	return p.HTML("figures/help.html", struct{ frame.Shell }{in.Shell("Hướng dẫn sử dụng", "help")}, 0)
}

// Funcs are what templates of the slice call.
func Funcs() template.FuncMap {
	return template.FuncMap{
		"tab":  newTab,
		"pair": func(title string, rows []mergerRow) titledRows { return titledRows{title, rows} },
	}
}

// Kept lists the pages of the slice that may be kept.
func (p *Pages) Kept() []frame.Route {
	return append(
		append(p.boardRoutes(), p.screenRoutes()...),
		frame.Route{Path: "/", Action: access.ReadRelease, Live: true, Inside: true, Params: []string{"source", "as_of"}, View: p.Overview},
		frame.Route{
			Path:   "/units/:id",
			Action: access.ReadRelease,
			Live:   true,
			Units:  true,
			Inside: true,
			Param:  "id",
			Params: []string{"source", "as_of"},
			View:   p.Overview,
		},
		frame.Route{
			Path:   "/ranking/:code",
			Action: access.ReadRelease,
			Live:   true,
			Param:  "code",
			Params: []string{"period", "block", "source", "as_of", "peers", "q", "sort", "a"},
			View:   p.Ranking,
		},
		frame.Route{
			Path:   "/agency/:id",
			Action: access.ReadRelease,
			Live:   true,
			Own:    true,
			Inside: true,
			Param:  "id",
			Params: []string{"as_of"},
			View:   p.Agency,
		},
	)
}
