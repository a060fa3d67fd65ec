package figures

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/web/frame"
)

// rankingCSV writes a table as a Vietnamese Excel opens it by a double click: fields parted by semicolons, numbers with a
// decimal comma and nothing between thousands, one row an agency, those without a rank last. There is no "sep=" line: behind
// it Excel forgets that the file is UTF-8. Every row names its source, so that no illustrative figure leaves without its label.
func rankingCSV(t *ranking.Table) (*frame.Document, error) {
	var b bytes.Buffer
	b.WriteString(frame.BOM)
	w := csv.NewWriter(&b)
	w.UseCRLF, w.Comma = true, ';'
	rows := [][]string{
		{"Hạng", "Mã đơn vị", "Đơn vị", "Mã chỉ tiêu", "Chỉ tiêu", "Kỳ", "Nguồn", "Giá trị", "Đơn vị tính", "Tử số", "Mẫu số",
			"Hạng kỳ trước", "Thay đổi", "Hạng công bố", "Ghi chú", "Công bố"},
	}
	source, unit := t.Source.Title(), t.Unit
	if yesNo(t) {
		unit = "" // that of a count of answers
	}
	for i, r := range t.Rows {
		change := ""
		if c, ok := r.Change(); ok {
			change = strconv.Itoa(c)
		}
		rows = append(
			rows,
			[]string{
				strconv.Itoa(r.Rank),
				frame.Safe(string(r.Agency)),
				frame.Safe(r.Name),
				frame.Safe(t.Code),
				frame.Safe(t.Name),
				frame.Safe(t.Period.Key),
				source,
				csvValue(
					t,
					r,
				),
				frame.Safe(unit),
				frame.Comma(r.Num),
				frame.Comma(r.Den),
				frame.Whole(r.PreviousRank),
				change,
				frame.Whole(r.PublishedRank),
				frame.Safe(strings.Join(newRankingRow(t, i).Remarks, "; ")),
				t.Standing(),
			},
		)
	}
	for _, n := range t.NotRanked {
		note := n.Reason.Title()
		if n.Detail != "" {
			note += ": " + n.Detail
		}
		rows = append(
			rows,
			[]string{
				"",
				frame.Safe(string(n.Agency)),
				frame.Safe(n.Name),
				frame.Safe(t.Code),
				frame.Safe(t.Name),
				frame.Safe(t.Period.Key),
				source,
				"",
				frame.Safe(unit),
				"",
				"",
				"",
				"",
				"",
				frame.Safe(note),
				t.Standing(),
			},
		)
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("csv of %s: %w", t.Code, err)
	}
	name := frame.FileName(t.Code + "-" + t.Period.Key + "-" + t.Block.Code + "-" + string(t.Source))
	return &frame.Document{Type: "text/csv; charset=utf-8", Name: name + ".csv", Body: b.Bytes(), Revision: t.Revision}, nil
}

func csvValue(t *ranking.Table, r ranking.Row) string {
	if yesNo(t) {
		if said, ok := frame.Answer(kpi.YesNo, r.Value, r.Num.Valid); ok {
			return said
		}
	}
	return frame.Comma(r.Value)
}
