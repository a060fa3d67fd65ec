package figures

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// comparePage is up to six agencies side by side.
type comparePage struct {
	board
	*figures.Comparison
	Choices figures.Choices
	Slots   []compareSlot // the choices of agencies
	Heads   []compareHead
	Lines   []compareLine
	Periods [2]string       // titles; the second "" when there is one period only
	Chosen  string          // key of the other period
	Options json.RawMessage // of the chart; nil leaves it out
	Tall    int             // bars of the chart
	Middle  bool            // of any component
}

// compareSlot is one choice of the form.
type compareSlot struct {
	Name, Label string
	Options     []ledger.Choice
}

type compareHead struct {
	ID   agency.ID
	Name string
	Why  string
}

// compareLine is one component over the chosen agencies.
type compareLine struct {
	Name, Unit   string
	Median, Best string
	Cells        []compareCell
	decimals     int
}

type compareCell struct {
	Text, Rank, Before, Change string
	Class                      string // of the movement
	Best                       bool   // the best of those compared
	value, before              vi.NullDecimal
}

// Compare makes the page of agencies side by side.
func (p *Pages) Compare(ctx context.Context, in frame.Input) (*frame.Document, error) {
	q, format, err := p.boardQuery(in)
	if err != nil {
		return nil, err
	}
	cq := figures.CompareQuery{RankingQuery: q, Before: in.Query.Get("before")}
	for i := 1; i <= 6; i++ {
		if id := in.Query.Get("a" + strconv.Itoa(i)); id != "" {
			cq.Agencies = append(cq.Agencies, agency.ID(id))
		}
	}
	v, err := p.app.Compare(ctx, cq)
	if err != nil {
		return nil, err
	}
	side := v.Sides[0]
	page := comparePage{
		board:      p.newBoard("/compare/", "So sánh", figures.RankingView{Table: side.Table, Choices: v.Choices}, q, in),
		Comparison: v,
		Choices:    v.Choices,
		Chosen:     cq.Before,
	}
	page.fill()
	if format == ".svg" {
		return frame.Volatile(page.svg(p), nil, q.AsOf)
	}
	if format == "" {
		err = page.options()
	}
	if err != nil {
		return nil, err
	}
	if format != "" {
		doc, err := p.compareFile(format, &page)
		return frame.Volatile(doc, err, q.AsOf)
	}
	doc, err := p.HTML("figures/compare.html", page, side.Table.Revision)
	return frame.Volatile(doc, err, q.AsOf)
}

func (c *comparePage) fill() {
	for i := range 6 {
		slot := compareSlot{Name: "a" + strconv.Itoa(i+1), Label: "Đơn vị " + strconv.Itoa(i+1)}
		for _, a := range c.All {
			slot.Options = append(
				slot.Options,
				ledger.Choice{Code: string(a.ID), Title: a.Name, Selected: i < len(c.Agencies) && c.Agencies[i] == a.ID},
			)
		}
		c.Slots = append(c.Slots, slot)
	}
	q := fileValues(c.Table, c.At)
	for i, id := range c.Agencies {
		c.Heads = append(c.Heads, compareHead{id, c.Names[id], c.pin.analysis(c.Table, id)})
		q.Set("a"+strconv.Itoa(i+1), string(id))
	}
	if len(c.Sides) > 1 {
		q.Set("before", c.Sides[1].Table.Period.Key)
	}
	if c.Live {
		q.Set("view", "live")
	}
	c.Files = frame.Encoded(q)
	for i, s := range c.Sides {
		c.Periods[i] = s.Table.Period.Title()
	}
	c.Middle = anyMiddle(c.Sides[0].Columns)
	for i := range c.Sides[0].Columns {
		c.Lines = append(c.Lines, c.line(i))
	}
}

func (c *comparePage) line(i int) compareLine {
	col := &c.Sides[0].Columns[i]
	line := compareLine{
		Name:     col.Name,
		Unit:     col.Unit,
		Median:   frame.Num(col.Median, col.Decimals),
		Best:     cmp.Or(col.BestText(), "–"),
		decimals: col.Decimals,
	}
	first := 0
	for _, id := range c.Agencies {
		if x, ok := col.Cells[id]; ok && (first == 0 || x.Rank < first) {
			first = x.Rank
		}
	}
	for _, id := range c.Agencies {
		x, ok := col.Cells[id]
		if !ok {
			line.Cells = append(line.Cells, compareCell{Text: "–"})
			continue
		}
		cell := compareCell{Text: x.Print(col.Decimals), Rank: strconv.Itoa(x.Rank), value: vi.Some(x.Value),
			Best: len(c.Agencies) > 1 && x.Rank == first && col.Best.Valid}
		if then, ok := c.then(col.Code, id); ok {
			cell.before, cell.Before = vi.Some(then.Value), then.Print(col.Decimals)
			var s kpi.Sum
			s.Add(x.Value)
			s.Add(then.Value.Neg())
			change, _ := s.Decimal()
			cell.Change = frame.Signed(change, col.Decimals)
		}
		line.Cells = append(line.Cells, cell)
	}
	return line
}

// then is an agency's cell of the other period.
func (c *comparePage) then(code string, id agency.ID) (ranking.Cell, bool) {
	if len(c.Sides) < 2 {
		return ranking.Cell{}, false
	}
	for i := range c.Sides[1].Columns {
		if col := &c.Sides[1].Columns[i]; col.Code == code {
			x, ok := col.Cells[id]
			return x, ok
		}
	}
	return ranking.Cell{}, false
}

func (p *Pages) compareFile(format string, c *comparePage) (*frame.Document, error) {
	g := c.grid(p, "Thành phần", "Đơn vị tính")
	for _, h := range c.Heads {
		g.Head = append(g.Head, h.Name, "Hạng: "+h.Name)
		if c.Periods[1] != "" {
			g.Head = append(g.Head, h.Name+", "+frame.LowerFirst(c.Periods[1]))
		}
	}
	if c.Middle {
		g.Head = append(g.Head, "Trung vị khối", "Tốt nhất khối")
	}
	for i, l := range c.Lines {
		col := c.Sides[0].Columns[i]
		row := []figures.GridCell{textCell(l.Name), textCell(l.Unit)}
		for _, x := range l.Cells {
			row = append(row, numberCell(x.value, l.decimals), textCell(x.Rank))
			if c.Periods[1] != "" {
				row = append(row, numberCell(x.before, l.decimals))
			}
		}
		if c.Middle {
			row = append(row, numberCell(col.Median, l.decimals), numberCell(col.Best, l.decimals))
		}
		g.Rows = append(g.Rows, row)
	}
	return p.file(format, g, c.name("so-sanh"))
}

// mergerPage is one period's ranking in both sets of agencies.
type mergerPage struct {
	board
	*figures.MergerView
	Table    *ranking.Table // as it was
	Choices  figures.Choices
	Old, New []mergerRow
	Left     []mergerRow // of the new set, without a figure
}

type mergerRow struct {
	Rank   int
	Agency agency.ID
	Name   string
	Text   string
	Note   string // by which rule, of whom; or into whom
	Merged bool
}

// Merger makes the page of both rankings across the merger.
func (p *Pages) Merger(ctx context.Context, in frame.Input) (*frame.Document, error) {
	q, format, err := p.boardQuery(in)
	if err != nil {
		return nil, err
	}
	v, err := p.app.Merger(ctx, q)
	if err != nil {
		return nil, err
	}
	page := mergerPage{
		board:      p.newBoard("/merger/", "Qua sắp xếp", figures.RankingView{Table: v.Table, Choices: v.Choices}, q, in),
		MergerView: v,
		Table:      v.Table,
		Choices:    v.Choices,
	}
	page.fill()
	if format == ".svg" {
		return nil, fault.New(fault.NotFound, "Trang này không có biểu đồ để tải.")
	}
	if format != "" {
		doc, err := p.mergerFile(format, &page)
		return frame.Volatile(doc, err, q.AsOf)
	}
	doc, err := p.HTML("figures/merger.html", page, v.Table.Revision)
	return frame.Volatile(doc, err, q.AsOf)
}

func (m *mergerPage) fill() {
	t := m.Table
	for _, r := range t.Rows {
		row := mergerRow{Rank: r.Rank, Agency: r.Agency, Name: r.Name, Text: frame.Num(r.Value, t.Decimals)}
		if into, ok := m.Into[r.Agency]; ok {
			row.Merged, row.Note = true, "nay thuộc "+m.Names[into]
		}
		m.Old = append(m.Old, row)
	}
	if m.Restated == nil {
		return
	}
	for _, r := range m.Restated.Rows {
		m.New = append(
			m.New,
			mergerRow{Rank: r.Rank, Agency: r.Agency, Name: r.Name, Text: frame.Num(r.Value, t.Decimals), Note: m.made(r.Agency),
				Merged: len(m.Made[r.Agency].From) > 1},
		)
	}
	for _, n := range m.Restated.NotRanked {
		row := mergerRow{Agency: n.Agency, Name: n.Name, Note: n.Reason.Title()}
		if n.Detail != "" {
			row.Note = n.Detail
		}
		m.Left = append(m.Left, row)
	}
}

// made says of whom and by which rule a figure was made.
func (m *mergerPage) made(id agency.ID) string {
	r := m.Made[id]
	if len(r.From) < 2 {
		return ""
	}
	names := make([]string, len(r.From))
	for i, from := range r.From {
		names[i] = m.Names[from]
	}
	return strings.Join(names, " + ") + ": " + r.Rule()
}

func (p *Pages) mergerFile(format string, m *mergerPage) (*frame.Document, error) {
	g := m.grid(p, "Tập đơn vị", "Hạng", "Đơn vị", "Giá trị", "Ghi chú")
	n := m.Table.Decimals
	for _, r := range m.Table.Rows {
		note := ""
		if into, ok := m.Into[r.Agency]; ok {
			note = "nay thuộc " + m.Names[into]
		}
		g.Rows = append(
			g.Rows,
			[]figures.GridCell{textCell("Như kỳ đó"), intCell(r.Rank), textCell(r.Name), numberCell(r.Value, n), textCell(note)},
		)
	}
	if m.Restated != nil {
		for _, r := range m.Restated.Rows {
			g.Rows = append(
				g.Rows,
				[]figures.GridCell{
					textCell("Quy đổi về hiện nay"),
					intCell(r.Rank),
					textCell(r.Name),
					numberCell(r.Value, n),
					textCell(m.made(r.Agency)),
				},
			)
		}
		for _, l := range m.Left {
			g.Rows = append(
				g.Rows,
				[]figures.GridCell{textCell("Quy đổi về hiện nay"), intCell(0), textCell(l.Name), textCell("–"), textCell(l.Note)},
			)
		}
	}
	return p.file(format, g, m.name("qua-sap-xep"))
}

// acrossPage is an agency's series on its own boundaries, predecessors included.
type acrossPage struct {
	frame.Shell
	Agency agency.Version
	Series []acrossSeries
}

type acrossSeries struct {
	figures.RestatedSeries
	Values []vi.NullDecimal
	Points []acrossPoint
}

type acrossPoint struct{ Period, Text, Label string }

// Across makes the page of an agency's series across the merger.
func (p *Pages) Across(ctx context.Context, in frame.Input) (*frame.Document, error) {
	v, all, err := p.app.Across(ctx, agency.ID(in.Path), in.View)
	if err != nil {
		return nil, err
	}
	page := acrossPage{Shell: in.Shell("Chuỗi số liệu qua sắp xếp: "+v.Name, "agency"), Agency: v}
	for _, s := range all {
		out := acrossSeries{RestatedSeries: s}
		for _, x := range s.Points {
			value, ok := x.Figure.Rate(s.Definition)
			known := vi.NullDecimal{Decimal: value, Valid: ok && x.Missing == ""}
			text := "–"
			if x.Missing == "" {
				text = frame.FigureText(x.Figure, known, s.Definition, len(x.From) > 1)
			}
			out.Values = append(out.Values, known)
			out.Points = append(out.Points, acrossPoint{x.Period.Title(), text, x.Label()})
		}
		page.Illustrative = page.Illustrative || s.Source == kpi.Illustrative
		page.Series = append(page.Series, out)
	}
	return p.HTML("figures/across.html", page, 0)
}
