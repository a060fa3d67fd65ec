package report

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"chiso/internal/filing"
	"chiso/internal/vi"
)

// discipline writes who reported when, round by round, with a chart of the counts of each.
func (b *book) discipline() error {
	s := b.sheet(sheetDiscipline, 5, 40, 22, 20, 14, 12, 18)
	s.top("KỶ LUẬT BÁO CÁO", "", b.pack.span()+". Tính theo lần gửi đầu tiên.")
	k := s.blocks()
	for i := range b.pack.Rounds {
		k.keep(rowHeight * 16)
		s.round(&b.pack.Rounds[i])
	}
	s.signatures()
	k.end()
	s.page("", k.areas, b.pack.illustrative())
	return s.done()
}

func (s *sheet) round(r *Round) {
	s.next(rowHeight / 2)
	s.line(r.Name, look{bold: true, size: 12, align: "left", wrap: true})
	onTime, late, silent := 0, 0, 0
	for _, l := range r.Lines {
		switch {
		case l.Sent.IsZero():
			silent++
		case l.OnTime:
			onTime++
		default:
			late++
		}
	}
	s.table("TT", "Tình hình", "Số đơn vị")
	head, first := s.row-1, s.row
	for i, x := range []struct {
		title string
		n     int
	}{{"Gửi đúng hạn", onTime}, {"Gửi quá hạn", late}, {"Chưa gửi", silent}} {
		s.record(countCell(i+1), textCell(x.title), countCell(x.n))
	}
	final := s.row - 1
	s.record(textCell(""), textCell("Tổng số").bold(), countCell(len(r.Lines)).bold())
	s.plot(
		chartAt{
			kind:    excelize.Bar,
			col:     4,
			row:     head,
			width:   s.px(4, s.last()) - 10,
			height:  150,
			title:   "Tình hình gửi báo cáo",
			zero:    true,
			reverse: true,
			series: []excelize.ChartSeries{
				{Name: s.area(3, head, 3, head), Categories: s.area(2, first, 2, final), Values: s.area(3, first, 3, final)},
			},
			alt: "Biểu đồ cột ngang: số đơn vị gửi đúng hạn, quá hạn, chưa gửi; số liệu ở bảng bên trái.",
		},
	)
	for s.heightOf(head, s.row) < 150*0.75+8 {
		s.next(rowHeight)
	}
	s.table("TT", "Đơn vị", "Hạn gửi", "Gửi lần đầu", "Chậm (ngày)", "Bị trả lại (lần)", "Trạng thái")
	from := s.row
	for i, l := range r.Lines {
		sent := "chưa gửi"
		if !l.Sent.IsZero() {
			sent = l.Sent.In(hanoi()).Format("15:04 02/01/2006")
		}
		s.record(countCell(i+1), textCell(l.Name), midCell(l.Due), midCell(sent), placeCell(l.DaysLate), placeCell(l.Returned), midCell(l.State))
	}
	s.barsAt(5, from, s.row-1)
	s.b.label(s.area(1, from, s.last(), s.row-1), "KY_LUAT")
}

// planSheet writes the targets of the year with what was reached.
func (b *book) planSheet() error {
	s := b.sheet(sheetPlan, 5, 39, 17, 9, 11, 11, 18, 12, 11)
	s.top("THỰC HIỆN MỤC TIÊU", "", b.pack.span())
	head := s.row
	s.table("TT", "Chỉ tiêu", "Phạm vi", "Đơn vị tính", "Mục tiêu", "Thực hiện", "Kỳ", "Kết quả", "Còn thiếu")
	first := s.row
	for i, l := range b.pack.Plan {
		state := "Chưa đạt"
		switch {
		case !l.Value.Valid:
			state = "Chưa có số"
		case l.Reached:
			state = "Đạt"
		}
		period := ""
		if l.Period.Key != "" {
			period = l.Period.Title()
		}
		s.record(
			countCell(i+1),
			textCell(l.Name),
			textCell(l.Scope),
			midCell(l.Unit),
			numberCell(vi.Some(l.Target), 0),
			numberCell(l.Value, l.Decimals).said(l.Exactness, l.Decimals).bold(),
			midCell(period),
			midCell(state),
			numberCell(l.Missing, l.Decimals),
		)
	}
	b.label(s.area(1, first, s.last(), s.row-1), "MUC_TIEU")
	s.next(rowHeight / 2)
	s.line("Căn cứ:", look{bold: true, italic: true, align: "left"})
	for i, l := range b.pack.Plan {
		if l.Act != "" {
			s.line(fmt.Sprintf("(%d) %s, mục tiêu năm %d: %s", i+1, l.Name, l.Year, l.Act), look{align: "left", wrap: true, top: true})
		}
	}
	s.signatures()
	s.freeze(2, head)
	s.page(fmt.Sprintf("$%d:$%d", head, head), s.area(1, 1, s.last(), s.row-1), b.pack.illustrative())
	return s.done()
}

// gaps writes the sums of the agencies beside what somebody published.
func (b *book) gaps() error {
	s := b.sheet(sheetGaps, 5, 28, 18, 13, 13, 12, 9, 24, 18)
	s.top("ĐỐI CHIẾU TỔNG CÁC ĐƠN VỊ VỚI SỐ ĐÃ CÔNG BỐ", "", b.pack.span())
	head := s.row
	s.table(
		"TT",
		"Chỉ tiêu",
		"Kỳ",
		"Tổng các đơn vị",
		"Số công bố",
		"Chênh lệch",
		"So với công bố (%)",
		"Nguyên nhân, giải trình",
		"Chịu trách nhiệm",
	)
	first := s.row
	for i, g := range b.pack.Gaps {
		why := g.Explanation
		if why == "" {
			why = "Chưa có giải trình"
		}
		if len(g.Contributors) > 0 {
			why += ". Chênh nhiều nhất: " + strings.Join(g.Contributors, "; ")
		}
		owner := g.Owner
		if g.Accepted != "" {
			owner = strings.TrimPrefix(owner+"; "+g.Accepted, "; ")
		}
		s.record(
			countCell(i+1),
			textCell(fmt.Sprintf("%s (%s), %d/%d đơn vị; công bố: %s", g.Name, g.Unit, g.Counted, g.Of, g.ReferenceOf)),
			midCell(g.Period.Title()),
			numberCell(
				vi.Some(g.Sum),
				g.Decimals,
			),
			numberCell(vi.Some(g.Reference), g.Decimals),
			numberCell(vi.Some(g.Gap), g.Decimals).bold(),
			numberCell(g.Share, 2),
			textCell(why),
			textCell(owner),
		)
	}
	b.label(s.area(1, first, s.last(), s.row-1), "DOI_CHIEU")
	s.signatures()
	s.freeze(2, head)
	s.page(fmt.Sprintf("$%d:$%d", head, head), s.area(1, 1, s.last(), s.row-1), b.pack.illustrative())
	return s.done()
}

// differences writes every line in which this release differs from the one that it corrects.
func (b *book) differences() error {
	c := b.pack.Differences
	s := b.sheet(sheetDifferences, 5, 44, 26, 13, 8, 13, 8, 16)
	s.top("THAY ĐỔI SO VỚI BẢN CÔNG BỐ TRƯỚC", "", "So với: "+c.From)
	head := s.row
	s.table("TT", "Chỉ tiêu", "Đơn vị", "Trước", "Hạng trước", "Sau", "Hạng sau", "Thay đổi")
	first := s.row
	for i := range c.Lines {
		d := &c.Lines[i]
		what := "Chỉ thay đổi hạng"
		if d.Figure {
			what = "Số liệu"
		}
		s.record(
			countCell(i+1),
			textCell(d.Name+" ("+d.Code+")"),
			textCell(d.AgencyName),
			frozenCell(d.Before, d.Decimals),
			placeCell(d.Before.Rank),
			frozenCell(d.After, d.Decimals),
			placeCell(d.After.Rank),
			textCell(what),
		)
	}
	if len(c.Lines) == 0 {
		s.line("Không có thay đổi nào.", look{italic: true, align: "center", border: true})
	} else {
		b.label(s.area(1, first, s.last(), s.row-1), "THAY_DOI")
	}
	s.signatures()
	s.freeze(3, head)
	s.page(fmt.Sprintf("$%d:$%d", head, head), s.area(1, 1, s.last(), s.row-1), b.pack.illustrative())
	return s.done()
}

func frozenCell(r filing.FrozenRow, decimals int) cell {
	if r.Value.Valid {
		return numberCell(r.Value, decimals)
	}
	if r.Reason != "" {
		return textCell(r.Reason)
	}
	return midCell("–")
}
