package report

import (
	"fmt"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// sheetNation is the sheet of the national figures.
const sheetNation = "Cả nước"

// NationLine is one figure of the whole nation, as somebody gave it.
type NationLine struct {
	Name, Unit string
	Decimals   int
	Period     kpi.Period
	Value      vi.NullDecimal
	Remarks    string // trên, gần, khoảng …; why there is no value
	Target     vi.NullDecimal
	Year       int // of the target
	Reached    bool
	Source     string // system and publisher
	kpi.Exactness
}

// nation writes the figures of the whole nation beside their targets.
func (b *book) nation() error {
	s := b.sheet(sheetNation, 5, 44, 17, 11, 13, 15, 12, 12, 34)
	s.top("SỐ LIỆU CẢ NƯỚC", "", b.pack.span())
	head := s.row
	s.table("TT", "Chỉ tiêu", "Kỳ", "Đơn vị tính", "Giá trị", "Ghi chú", "Mục tiêu", "Kết quả", "Nguồn")
	first := s.row
	for i := range b.pack.Nation {
		l := &b.pack.Nation[i]
		state := ""
		switch {
		case !l.Target.Valid || !l.Value.Valid:
		case l.Reached:
			state = "Đạt"
		default:
			state = "Chưa đạt"
		}
		s.record(
			countCell(i+1),
			textCell(l.Name),
			midCell(l.Period.Title()),
			midCell(l.Unit),
			numberCell(l.Value, l.Decimals).said(l.Exactness, l.Decimals).bold(),
			midCell(l.Remarks),
			numberCell(l.Target, 0),
			midCell(state),
			textCell(l.Source),
		)
	}
	b.label(s.area(1, first, s.last(), s.row-1), "CA_NUOC")
	s.next(rowHeight / 2)
	s.line(
		fmt.Sprintf(
			"%s số liệu của cả nước, do cơ quan nêu ở cột nguồn công bố hoặc báo cáo; không phải tổng của các đơn vị.",
			vi.FormatInt(int64(len(b.pack.Nation))),
		),
		look{italic: true, align: "left", wrap: true},
	)
	s.signatures()
	s.freeze(2, head)
	s.page(fmt.Sprintf("$%d:$%d", head, head), s.area(1, 1, s.last(), s.row-1), b.pack.illustrative())
	return s.done()
}
