package figures

import (
	"cmp"
	"context"
	"encoding/json"
	"html/template"
	"slices"
	"strconv"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/chart"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// heatPage is agencies × components.
type heatPage struct {
	board
	Columns []ranking.Column
	Rows    []heatRow
	Bands   *ranking.Bands
	HasRank bool
	Middle  bool            // of any column
	Options json.RawMessage // of the chart; nil leaves it out
}

type heatRow struct {
	Agency agency.ID
	Name   string
	Rank   int
	Total  vi.NullDecimal
	Shown  string // the total as printed
	Cells  []heatCell
	Why    string // where the analysis of the agency is
}

// heatCell is a value, its rank in the column and the fifth of the block that it falls into.
type heatCell struct {
	Text, URL   string
	Rank, Fifth int
	value       vi.NullDecimal
}

// Heat makes the heat table of a scorecard's components, or of the indicators of a pillar.
func (p *Pages) Heat(ctx context.Context, in frame.Input) (*frame.Document, error) {
	q, format, err := p.boardQuery(in)
	if err != nil {
		return nil, err
	}
	v, err := p.app.Heat(ctx, q)
	if err != nil {
		return nil, err
	}
	page := heatPage{board: p.newBoard("/heat/", "Bảng nhiệt", v.RankingView, q, in), Columns: v.Columns, Bands: v.Bands}
	page.fill()
	if format == ".svg" {
		return frame.Volatile(page.svg(p), nil, q.AsOf)
	}
	if format != "" {
		doc, err := p.heatFile(format, &page)
		return frame.Volatile(doc, err, q.AsOf)
	}
	if err := page.options(); err != nil {
		return nil, err
	}
	doc, err := p.HTML("figures/heat.html", page, v.Table.Revision)
	return frame.Volatile(doc, err, q.AsOf)
}

// anyMiddle reports whether any column has enough answers to say something of its block.
func anyMiddle(columns []ranking.Column) bool {
	return slices.ContainsFunc(columns, func(c ranking.Column) bool { return c.Median.Valid })
}

func (h *heatPage) fill() {
	t := h.Table
	h.Middle = anyMiddle(h.Columns)
	add := func(id agency.ID, name string, rank int, total vi.NullDecimal, text string) {
		if !h.matches(name) {
			return
		}
		row := heatRow{Agency: id, Name: name, Rank: rank, Total: total, Shown: cmp.Or(text, "–"), Why: h.pin.analysis(t, id)}
		for i := range h.Columns {
			c := &h.Columns[i]
			cell := heatCell{Text: "–"}
			if x, ok := c.Cells[id]; ok {
				cell = heatCell{Text: x.Print(c.Decimals), Rank: x.Rank, Fifth: x.Fifth, value: vi.Some(x.Value)}
				if x.Observation != 0 {
					cell.URL = "/evidence/" + strconv.FormatInt(x.Observation, 10)
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		h.Rows = append(h.Rows, row)
	}
	for _, r := range t.Rows {
		add(r.Agency, r.Name, r.Rank, r.Value, r.Print(t.Decimals))
	}
	for _, n := range t.NotRanked {
		add(n.Agency, n.Name, 0, vi.NullDecimal{}, "")
	}
	by := map[string]func(a, b heatRow) int{"name": frame.ByName(func(r heatRow) string { return r.Name }),
		"rank": func(a, b heatRow) int { return compareRanks(a.Rank, b.Rank) }}
	for i := range h.Columns {
		by[h.Columns[i].Code] = func(a, b heatRow) int { return compareRanks(a.Cells[i].Rank, b.Cells[i].Rank) }
	}
	frame.SortRows(h.Sort, h.Rows, by)
}

// compareRanks puts those without a rank last.
func compareRanks(a, b int) int {
	last := func(n int) int {
		if n == 0 {
			return 1 << 30
		}
		return n
	}
	return cmp.Compare(last(a), last(b))
}

func (p *Pages) heatFile(format string, h *heatPage) (*frame.Document, error) {
	g := h.grid(p, "Hạng", "Đơn vị", "Giá trị")
	for _, c := range h.Columns {
		g.Head = append(g.Head, c.Name, "Hạng: "+c.Name)
	}
	for _, r := range h.Rows {
		line := []figures.GridCell{intCell(r.Rank), textCell(r.Name), numberCell(r.Total, h.Table.Decimals)}
		for i, c := range r.Cells {
			line = append(line, numberCell(c.value, h.Columns[i].Decimals), intCell(c.Rank))
		}
		g.Rows = append(g.Rows, line)
	}
	return p.file(format, g, h.name("bang-nhiet"))
}

// deltaPage is a ranking by improvement.
type deltaPage struct {
	board
	*figures.DeltaView
	Rows []deltaRow
	Unit string
}

type deltaRow struct {
	ranking.Delta
	Text, Before, After string
	Bar                 template.HTML
	Moved               movement
	Why                 string
}

// Delta makes the ranking by improvement.
func (p *Pages) Delta(ctx context.Context, in frame.Input) (*frame.Document, error) {
	q, format, err := p.boardQuery(in)
	if err != nil {
		return nil, err
	}
	v, err := p.app.Deltas(ctx, q)
	if err != nil {
		return nil, err
	}
	t := v.Table
	page := deltaPage{board: p.newBoard("/delta/", "Cải thiện nhiều nhất", v.RankingView, q, in), DeltaView: v, Unit: points(t.Unit)}
	var most vi.Decimal
	for _, d := range v.Deltas {
		if size := absolute(d.Change); size.Cmp(most) > 0 {
			most = size
		}
	}
	for _, d := range v.Deltas {
		if !page.matches(d.Name) {
			continue
		}
		page.Rows = append(
			page.Rows,
			deltaRow{
				Delta:  d,
				Text:   frame.Signed(d.Change, t.Decimals),
				Before: d.BeforeText,
				After:  d.AfterText,
				Bar:    chart.Diverging(d.Change, most),
				Moved:  newMovement(ranking.Row{Rank: d.Place, PreviousRank: d.Was}),
				Why:    page.pin.analysis(t, d.Agency),
			},
		)
	}
	frame.SortRows(page.Sort, page.Rows, map[string]func(a, b deltaRow) int{
		"name":   frame.ByName(func(r deltaRow) string { return r.Name }),
		"rank":   func(a, b deltaRow) int { return cmp.Compare(a.Rank, b.Rank) },
		"before": func(a, b deltaRow) int { return cmp.Compare(a.Was, b.Was) },
		"after":  func(a, b deltaRow) int { return cmp.Compare(a.Place, b.Place) },
		"moved":  func(a, b deltaRow) int { return cmp.Compare(b.Was-b.Place, a.Was-a.Place) },
	})
	if format == ".svg" {
		return frame.Volatile(page.svg(p), nil, q.AsOf)
	}
	if format != "" {
		doc, err := p.deltaFile(format, &page)
		return frame.Volatile(doc, err, q.AsOf)
	}
	doc, err := p.HTML("figures/delta.html", page, t.Revision)
	return frame.Volatile(doc, err, q.AsOf)
}

func absolute(d vi.Decimal) vi.Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

func (p *Pages) deltaFile(format string, d *deltaPage) (*frame.Document, error) {
	g := d.grid(p, "Hạng cải thiện", "Đơn vị", "Kỳ trước", "Kỳ này", "Thay đổi", "Hạng kỳ trước", "Hạng kỳ này")
	if d.DeltaView.Before != nil {
		g.Notes = append(g.Notes, "So với: "+d.DeltaView.Before.Title())
	}
	n := d.Table.Decimals
	for _, r := range d.Rows {
		g.Rows = append(
			g.Rows,
			[]figures.GridCell{
				intCell(r.Rank),
				textCell(r.Name),
				numberCell(vi.Some(r.Delta.Before), n),
				numberCell(vi.Some(r.Delta.After), n),
				numberCell(vi.Some(r.Change), n),
				intCell(r.Was),
				intCell(r.Place),
			},
		)
	}
	return p.file(format, g, d.name("cai-thien"))
}

// mapPage is a ranking on the tile grid, or as a list where the grid does not fit.
type mapPage struct {
	board
	Map    template.HTML
	Rows   []rankingRow
	Scale  frame.Scale
	Fifths [5]string // the legend: how far each class reaches
}

// Map makes the tile map of a ranking.
func (p *Pages) Map(ctx context.Context, in frame.Input) (*frame.Document, error) {
	q, format, err := p.boardQuery(in)
	if err != nil {
		return nil, err
	}
	v, err := p.app.Tiles(ctx, q)
	if err != nil {
		return nil, err
	}
	t := v.Table
	page := mapPage{board: p.newBoard("/map/", "Bản đồ ô", v.RankingView, q, in), Scale: frame.NewScale(t)}
	for i := range t.Rows {
		page.Rows = append(page.Rows, newRankingRow(t, i))
	}
	if format == ".svg" {
		return frame.Volatile(page.svg(p, v.Tiles), nil, q.AsOf)
	}
	if format != "" {
		doc, err := p.mapFile(format, &page, v.Tiles)
		return frame.Volatile(doc, err, q.AsOf)
	}
	if len(v.Tiles) > 0 {
		page.Map = tileMap(t, v.Tiles, page.pin)
		if t.Enough() {
			page.Fifths = fifths(len(t.Rows))
		}
	}
	doc, err := p.HTML("figures/map.html", page, t.Revision)
	return frame.Volatile(doc, err, q.AsOf)
}

// fifths says which ranks each class of n agencies holds.
func fifths(n int) [5]string {
	var out [5]string
	from := 1
	for f := 1; f <= 5; f++ {
		to := from - 1
		for to+1 <= n && 1+to*5/max(1, n) == f {
			to++
		}
		if to >= from {
			out[f-1] = strconv.Itoa(from) + "–" + strconv.Itoa(to)
		}
		from = to + 1
	}
	return out
}

func tileMap(t *ranking.Table, tiles []figures.Tile, keep pin) template.HTML {
	return chart.TileMap("Bản đồ ô: "+t.Name+", "+frame.LowerFirst(t.Period.Title()), newTiles(t, tiles, keep))
}

// newTiles puts the figures of a table into the tiles.
func newTiles(t *ranking.Table, tiles []figures.Tile, keep pin) []chart.Tile {
	column := ranking.NewColumn(t)
	out := make([]chart.Tile, 0, len(tiles))
	for _, x := range tiles {
		tile := chart.Tile{Col: x.Col, Row: x.Row, Name: x.Name, ID: string(x.Agency)}
		cell, ok := column.Cells[x.Agency]
		switch {
		case x.Of != "":
			// Hoàng Sa and Trường Sa are parts of a province and are not ranked on their own.
			name, _, _ := frame.CutParen(x.Name)
			tile.Name, tile.Text, tile.Zone = name, "("+x.Of+")", true
			tile.Title = "Quần đảo " + name + ": đặc khu " + name + ", thuộc " + x.Of + "; không xếp hạng riêng"
		case ok:
			tile.Fifth, tile.Text = cell.Fifth, strconv.Itoa(cell.Rank)+" · "+cell.Print(t.Decimals)
			tile.URL = keep.analysis(t, x.Agency)
			tile.Title = x.Name + ": hạng " + strconv.Itoa(
				cell.Rank,
			) + "/" + strconv.Itoa(
				column.Ranked,
			) + ", " + frame.WithUnit(cell.Print(t.Decimals), t.Unit)
		default:
			tile.URL, tile.Title = "/agency/"+string(x.Agency), x.Name+": không xếp hạng"
		}
		out = append(out, tile)
	}
	return out
}

func (p *Pages) mapFile(format string, m *mapPage, tiles []figures.Tile) (*frame.Document, error) {
	g := m.grid(p, "Hạng", "Đơn vị", "Giá trị", "Cột ô", "Hàng ô")
	for _, r := range m.Rows {
		line := []figures.GridCell{intCell(r.Rank), textCell(r.Name), numberCell(r.Value, m.Table.Decimals), textCell(""), textCell("")}
		for _, x := range tiles {
			if x.Agency == r.Agency && x.Of == "" {
				line[3], line[4] = intCell(x.Col), intCell(x.Row)
			}
		}
		g.Rows = append(g.Rows, line)
	}
	return p.file(format, g, m.name("ban-do"))
}
