package reporting

import (
	"bytes"
	"context"
	"fmt"

	"chiso/internal/fault"
	"chiso/internal/report"
)

// BoardWorkbook writes the board of a round.
func (a *Room) BoardWorkbook(ctx context.Context, q BoardQuery) (name string, data []byte, err error) {
	defer fault.Context(&err, "reporting.BoardWorkbook")
	board, err := a.Board(ctx, q)
	if err != nil {
		return "", nil, err
	}
	l := report.List{
		Title: "Tình hình gửi báo cáo",
		Note:  board.Round.Name + ". Tính đến " + a.Clock().In(a.Zone).Format("15:04 ngày 02/01/2006"),
		At:    a.Clock(),
		Columns: []report.ListColumn{
			{Title: "STT", Width: 6},
			{Title: "Đơn vị", Width: 30},
			{Title: "Trạng thái", Width: 18},
			{Title: "Hạn gửi", Width: 20},
			{Title: "Gửi lúc", Width: 18},
			{Title: "Số ngày chậm", Width: 12},
			{Title: "Cảnh báo", Width: 10},
		},
	}
	for _, f := range board.Forms {
		l.Columns = append(l.Columns, report.ListColumn{Title: f.Title + " (% đã điền)", Width: 16})
	}
	for i, r := range board.Rows {
		sent := ""
		if !r.SentAt.IsZero() {
			sent = r.SentAt.In(a.Zone).Format("15:04 02/01/2006")
		}
		row := []any{i + 1, r.AgencyName, r.Title(), r.Due.String(), sent, r.DaysLate, r.Warned}
		for _, c := range r.Forms {
			row = append(row, c.Percent())
		}
		l.Rows = append(l.Rows, row)
	}
	var b bytes.Buffer
	err = report.WriteList(&b, l)
	return fmt.Sprintf("chiso-tinh-hinh-%d.xlsx", q.Round), b.Bytes(), err
}
