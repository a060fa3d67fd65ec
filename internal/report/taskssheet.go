package report

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"chiso/internal/task"
	"chiso/internal/vi"
)

var taskWidths = [...]float64{5, 36, 10, 12, 12, 11, 11, 11, 11, 11}

// tasks writes the partition of the register, the rates with their denominators, and the counts of the agencies.
func (b *book) tasks() error {
	t := b.pack.Tasks
	s := b.sheet(sheetTasks, taskWidths[:]...)
	s.top("THỰC HIỆN NHIỆM VỤ: "+strings.ToUpper(t.Title), "nhiệm vụ", fmt.Sprintf("Tính đến ngày %s. %s.", t.Day, t.Unit))
	s.taskViews(t.Counts)
	k := s.blocks()
	if len(t.By) > 0 {
		k.keep(rowHeight * 6)
		s.taskGroups(t)
	}
	s.signatures()
	k.end()
	s.page("", k.areas, b.pack.illustrative())
	return s.done()
}

// taskViews writes the ways of counting that others publish, each closing to the total, with a chart of the first.
func (s *sheet) taskViews(c task.Counts) {
	for i, v := range []task.View{c.FourWay(), c.TwoByTwo()} {
		s.next(rowHeight / 2)
		s.line(v.Title+". "+v.Note, look{bold: true, align: "left", wrap: true})
		s.table("TT", "Trạng thái", "Số lượng", "Tỷ lệ (%)")
		head, first := s.row-1, s.row
		for j, part := range v.Parts {
			s.record(countCell(j+1), textCell(part.Title), countCell(part.Count), shareCell(part.Count, v.Total))
		}
		final := s.row - 1
		s.record(textCell(""), textCell("Tổng số").bold(), countCell(v.Total).bold(), shareCell(v.Total, v.Total).bold())
		if i > 0 {
			continue
		}
		s.b.label(s.area(1, first, 4, final), "NHIEM_VU")
		s.plot(
			chartAt{
				kind:    excelize.Bar,
				col:     5,
				row:     head,
				width:   s.px(5, s.last()) - 10,
				height:  190,
				title:   "Cơ cấu nhiệm vụ theo trạng thái",
				zero:    true,
				reverse: true,
				series: []excelize.ChartSeries{
					{Name: s.area(3, head, 3, head), Categories: s.area(2, first, 2, final), Values: s.area(3, first, 3, final)},
				},
				alt: "Biểu đồ cột ngang: số nhiệm vụ theo trạng thái; số liệu ở bảng bên trái.",
			},
		)
		for s.heightOf(head, s.row) < 190*0.75+8 {
			s.next(rowHeight)
		}
	}
	s.next(rowHeight / 2)
	for _, r := range c.Rates() {
		if p, ok := r.Percent(2); ok {
			s.line(
				fmt.Sprintf("– %s %s: %s / %s = %s%%", r.Title, r.Of, vi.FormatInt(int64(r.Num)), vi.FormatInt(int64(r.Den)), vi.FormatNumber(p, 2)),
				look{align: "left", wrap: true},
			)
		}
	}
}

func shareCell(n, of int) cell {
	c := numberCell(vi.NullDecimal{}, 2)
	if p, ok := (task.Rate{Num: n, Den: of}).Percent(2); ok {
		c.v = p
	}
	return c
}

func (s *sheet) taskGroups(t *Tasks) {
	s.next(rowHeight / 2)
	s.line("Theo đơn vị chủ trì, nhiều việc quá hạn xếp trước", look{bold: true, align: "left"})
	s.table(
		"TT",
		"Đơn vị",
		"Được giao",
		"Hoàn thành đúng hạn",
		"Hoàn thành quá hạn",
		"Đang làm, trong hạn",
		"Quá hạn",
		"Thường xuyên",
		"Khác",
		"Quá hạn lâu nhất (ngày)",
	)
	first := s.row
	for i, x := range t.By {
		c := x.Counts
		s.record(
			countCell(i+1),
			textCell(x.Name),
			countCell(c.Total()).bold(),
			countCell(c.DoneOnTime),
			countCell(c.DoneLate),
			countCell(c.Open()),
			countCell(c.Overdue).bold(),
			countCell(c.Recurring),
			countCell(c.NoDueDate+c.Suspended),
			placeCell(c.MaxLate),
		)
	}
	s.barsAt(7, first, s.row-1)
	if t.Note != "" {
		s.line("Ghi chú: "+t.Note, look{italic: true, align: "left", wrap: true})
	}
}

// barsAt lays data bars from 0 under the counts of a column.
func (s *sheet) barsAt(col, first, final int) {
	if final < first {
		return
	}
	s.do(s.b.f.SetConditionalFormat(s.name, cellName(col, first)+":"+cellName(col, final), []excelize.ConditionalFormatOptions{
		{Type: "data_bar", Criteria: "=", BarColor: "#" + barColor, BarSolid: true, MinType: "num", MinValue: "0", MaxType: "max"}}))
}

// overdue writes the tasks that are late, the latest first.
func (b *book) overdue() error {
	t := b.pack.Tasks
	s := b.sheet(sheetOverdue, 5, 14, 44, 20, 18, 12, 8, 24)
	s.top(
		"DANH SÁCH NHIỆM VỤ QUÁ HẠN: "+strings.ToUpper(t.Title),
		"",
		fmt.Sprintf("Tính đến ngày %s: %s nhiệm vụ.", t.Day, vi.FormatInt(int64(len(t.Overdue)))),
	)
	head := s.row
	s.table("TT", "Mã", "Nhiệm vụ", "Đơn vị chủ trì", "Người phụ trách", "Hạn", "Chậm (ngày)", "Tình hình, vướng mắc")
	first := s.row
	for i, x := range t.Overdue {
		s.record(
			countCell(i+1),
			textCell(x.Code),
			textCell(x.Title),
			textCell(x.Lead),
			textCell(x.Person),
			midCell(x.Due.String()),
			countCell(x.Days),
			textCell(x.State),
		)
	}
	b.label(s.area(1, first, s.last(), s.row-1), "QUA_HAN")
	s.signatures()
	s.freeze(3, head)
	s.page(fmt.Sprintf("$%d:$%d", head, head), s.area(1, 1, s.last(), s.row-1), b.pack.illustrative())
	return s.done()
}
