package report

import (
	"fmt"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

// heatFills are the shades of the fifths, the best one first: light to dark, so that a photocopy keeps their order.
var heatFills = [...]string{"FFFFFF", "EAF1F8", "CFE0EF", "A9C8E2", "7FB0D6"}

// heat writes agencies × components: each figure shaded by the fifth of the block that it stands in, dark where it is weak.
func (b *book) heat(name string, h *Heat) error {
	t := h.Table
	widths := []float64{6, 23, 10}
	for range h.Columns {
		widths = append(widths, 7.5)
	}
	s := b.sheet(name, widths...)
	s.top("BẢNG NHIỆT: "+strings.ToUpper(t.Name), "", b.pack.spanText(b.pack.spanFor(t)))
	about := "Màu càng đậm là càng yếu so với các đơn vị cùng khối: không tô là một phần năm tốt nhất, đậm nhất là một phần năm yếu nhất."
	if c := t.Coverage(); !c.Enough() {
		about = c.Sentence()
	} else if !c.Full() {
		about += " Có số liệu của " + c.Agencies() + "."
	}
	s.line(about, look{italic: true, align: "left", wrap: true})
	head := look{bold: true, align: "center", wrap: true, border: true, shade: true}
	tall := head
	tall.rotate = true
	for i, title := range []string{"Hạng", "Đơn vị", "Điểm chung"} {
		s.put(i+1, title, head)
	}
	height := 60.0
	for i, c := range h.Columns {
		s.put(i+4, c.Name, tall)
		height = max(height, 7+float64(len([]rune(c.Name)))*5.4/2)
	}
	titles := s.row
	s.next(min(height, 190))
	first := s.row
	for _, r := range t.Rows {
		cells := []cell{placeCell(r.Rank), textCell(r.Name), numberCell(r.Value, t.Decimals).said(r.Exactness(), t.Decimals).bold()}
		for i := range h.Columns {
			cells = append(cells, h.cell(i, r.Agency, r.Agency == b.pack.Own))
		}
		if r.Agency == b.pack.Own {
			cells[1] = cells[1].bold()
		}
		s.record(cells...)
	}
	final := s.row - 1
	b.label(s.area(1, first, s.last(), final), "NHIET", t.Code)
	s.heatFoot(h)
	s.signatures()
	s.freeze(2, titles)
	s.page(fmt.Sprintf("$%d:$%d", titles, titles), s.area(1, 1, s.last(), s.row-1), t.Illustrative())
	return s.done()
}

// cell is the figure of an agency in column i.
func (h *Heat) cell(i int, id agency.ID, own bool) cell {
	col := &h.Columns[i]
	x, ok := col.Cells[id]
	if !ok {
		return midCell("–")
	}
	c := numberCell(vi.Some(x.Value), col.Decimals).said(x.Exactness, col.Decimals)
	c.l.indent, c.l.align, c.l.bold = false, "center", own
	if x.Fifth > 0 {
		c.l.fill = heatFills[min(x.Fifth, len(heatFills))-1]
	}
	return c
}

// heatFoot writes the median, the best figure and the most that there is to have.
func (s *sheet) heatFoot(h *Heat) {
	for _, row := range []struct {
		title string
		value func(i int) vi.NullDecimal
		best  bool
	}{
		{"Trung vị", func(i int) vi.NullDecimal { return h.Columns[i].Median }, false},
		{"Cao nhất", func(i int) vi.NullDecimal { return h.Columns[i].Best }, true},
		{"Tối đa", func(i int) vi.NullDecimal { return h.Columns[i].Max }, false},
	} {
		any := false
		cells := []cell{textCell(""), textCell(row.title).bold(), textCell("")}
		for i := range h.Columns {
			v := row.value(i)
			any = any || v.Valid
			c := numberCell(v, h.Columns[i].Decimals)
			if at := h.Columns[i].Leaders; row.best && len(at) > 0 {
				c = c.said(h.Columns[i].Cells[at[0]].Exactness, h.Columns[i].Decimals)
			}
			c.l.indent, c.l.align = false, "center"
			cells = append(cells, c)
		}
		if any {
			s.record(cells...)
		}
	}
}
