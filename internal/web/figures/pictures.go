package figures

import (
	"cmp"
	"fmt"
	"strconv"

	"chiso/internal/app/figures"
	"chiso/internal/chart"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// The charts of a board: options for the script, and whole pictures as SVG, which the browser can turn into PNG.

// picture wraps a picture of a board's table.
func (b *board) picture(what string, draw func(title, foot string) []byte, p *Pages) *frame.Document {
	t := b.Table
	title := pictureTitle(&b.Shell, b.Title+", "+frame.LowerFirst(t.Period.Title()))
	return &frame.Document{
		Type:     mediaSVG,
		Name:     frame.FileName(b.name(what)) + ".svg",
		Body:     draw(title, p.pictureFoot(t)),
		Revision: t.Revision,
	}
}

// pictureFoot says under a picture of a table what it shows and as of when.
func (p *Pages) pictureFoot(t *ranking.Table) string {
	s := fmt.Sprintf(
		"%s · Nguồn: %s · Đơn vị tính: %s · Số liệu tính đến %s (giờ Việt Nam), phiên bản %d · %s",
		t.Block.Name,
		t.Source.Title(),
		cmp.Or(t.Unit, "chỉ số"),
		p.When(t.AsOf),
		t.Revision,
		directionText(t.Direction),
	)
	if standing := t.Standing(); standing != "" {
		s += " · " + standing
	}
	return s
}

func (h *heatPage) heads() []string {
	out := make([]string, len(h.Columns))
	for i := range h.Columns {
		out[i] = h.Columns[i].Name
	}
	return out
}

// label is what a picture calls a row: its rank and name.
func (r *heatRow) label() string {
	if r.Rank == 0 {
		return r.Name
	}
	return strconv.Itoa(r.Rank) + ". " + r.Name
}

// maxHeatRows is how many agencies the interactive chart shows: beyond that the table is the better picture.
const maxHeatRows = 100

// options makes the interactive chart; the page goes without it where it has nothing to show.
func (h *heatPage) options() error {
	if len(h.Columns) < 2 || len(h.Rows) == 0 || len(h.Rows) > maxHeatRows || !h.Middle {
		return nil
	}
	rows := make([]chart.HeatRow, len(h.Rows))
	for i := range h.Rows {
		r := &h.Rows[i]
		rows[i].Name = r.label()
		for _, c := range r.Cells {
			rows[i].Cells = append(rows[i].Cells, chart.HeatCell{Text: c.Text, Rank: c.Rank, Fifth: c.Fifth, URL: c.URL})
		}
	}
	options, err := chart.Heat(h.Title, h.heads(), rows)
	h.Options, h.Chart = options, true
	return err
}

func (h *heatPage) svg(p *Pages) *frame.Document {
	names, cells := make([]string, len(h.Rows)), make([][]chart.PictureCell, len(h.Rows))
	for i := range h.Rows {
		names[i] = h.Rows[i].label()
		for _, c := range h.Rows[i].Cells {
			cells[i] = append(cells[i], chart.PictureCell{Text: c.Text, Fifth: c.Fifth})
		}
	}
	return h.picture("bang-nhiet", func(title, foot string) []byte { return chart.HeatSVG(title, foot, h.heads(), names, cells) }, p)
}

// groups are the components that are drawn: all but the total, which has a scale of its own, unless it stands alone.
func (c *comparePage) groups() []chart.CompareGroup {
	var out []chart.CompareGroup
	for i, l := range c.Lines {
		if i == 0 && len(c.Lines) > 1 {
			continue
		}
		col := c.Sides[0].Columns[i]
		g := chart.CompareGroup{Name: l.Name, Unit: l.Unit, Decimals: col.Decimals, Most: col.Best.Decimal}
		switch {
		case col.Max.Valid:
			g.Most = col.Max.Decimal
		case l.Unit == "%":
			g.Most = vi.Int(100)
		}
		for _, x := range l.Cells {
			g.Values, g.Texts = append(g.Values, x.value), append(g.Texts, x.Text)
			if x.value.Valid && x.value.Cmp(g.Most) > 0 {
				g.Most = x.value.Decimal
			}
		}
		out = append(out, g)
	}
	return out
}

func (c *comparePage) options() error {
	if len(c.Heads) == 0 {
		return nil
	}
	names := make([]string, len(c.Heads))
	for i, h := range c.Heads {
		names[i] = h.Name
	}
	groups := c.groups()
	c.Tall = len(groups)*(len(names)+1) + 1
	options, err := chart.Compare(c.Title, names, groups)
	c.Options, c.Chart = options, true
	return err
}

func (c *comparePage) svg(p *Pages) *frame.Document {
	names := make([]string, len(c.Heads))
	for i, h := range c.Heads {
		names[i] = h.Name
	}
	var groups []chart.PictureGroup
	for _, g := range c.groups() {
		x := chart.PictureGroup{Label: g.Name, Most: g.Most}
		for i, v := range g.Values {
			x.Bars = append(x.Bars, chart.PictureBar{Text: frame.WithUnit(g.Texts[i], g.Unit), Value: v.Decimal})
		}
		groups = append(groups, x)
	}
	return c.picture("so-sanh", func(title, foot string) []byte { return chart.CompareSVG(title, foot, names, groups) }, p)
}

func (d *deltaPage) svg(p *Pages) *frame.Document {
	var most vi.Decimal
	for _, r := range d.Rows {
		if size := absolute(r.Delta.Change); size.Cmp(most) > 0 {
			most = size
		}
	}
	var bars []chart.PictureBar
	for _, r := range d.Rows {
		bars = append(bars, chart.PictureBar{Label: strconv.Itoa(r.Rank) + ". " + r.Name, Text: r.Text, Value: r.Delta.Change, Most: most})
	}
	return d.picture("cai-thien", func(title, foot string) []byte { return chart.DeltaSVG(title, foot, bars) }, p)
}

func (m *mapPage) svg(p *Pages, tiles []figures.Tile) *frame.Document {
	return m.picture("ban-do", func(title, foot string) []byte { return chart.MapSVG(title, foot, newTiles(m.Table, tiles, m.pin)) }, p)
}
