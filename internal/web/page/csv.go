package page

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// bom tells Excel that a CSV file is UTF-8.
const bom = "\ufeff"

// rankingCSV writes a table as a Vietnamese Excel opens it by a double click: fields parted by semicolons, numbers with a
// decimal comma and nothing between thousands, one row an agency, those without a rank last. There is no "sep=" line: behind
// it Excel forgets that the file is UTF-8. Every row names its source, so that no illustrative figure leaves without its label.
func rankingCSV(t *ranking.Table) (*Document, error) {
	var b bytes.Buffer
	b.WriteString(bom)
	w := csv.NewWriter(&b)
	w.UseCRLF, w.Comma = true, ';'
	rows := [][]string{{"Hạng", "Mã đơn vị", "Đơn vị", "Mã chỉ tiêu", "Chỉ tiêu", "Kỳ", "Nguồn", "Giá trị", "Đơn vị tính", "Tử số", "Mẫu số",
		"Hạng kỳ trước", "Thay đổi", "Hạng công bố", "Ghi chú", "Công bố"}}
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
			[]string{strconv.Itoa(r.Rank), safe(string(r.Agency)), safe(r.Name), safe(t.Code), safe(t.Name), safe(t.Period.Key), source,
				csvValue(t, r), safe(unit), comma(r.Num), comma(r.Den), whole(r.PreviousRank), change, whole(r.PublishedRank),
				safe(strings.Join(newRankingRow(t, i).Remarks, "; ")), t.Standing()},
		)
	}
	for _, n := range t.NotRanked {
		note := n.Reason.Title()
		if n.Detail != "" {
			note += ": " + n.Detail
		}
		rows = append(rows, []string{"", safe(string(n.Agency)), safe(n.Name), safe(t.Code), safe(t.Name), safe(t.Period.Key), source,
			"", safe(unit), "", "", "", "", "", safe(note), t.Standing()})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("csv of %s: %w", t.Code, err)
	}
	name := fileName(t.Code + "-" + t.Period.Key + "-" + t.Block.Code + "-" + string(t.Source))
	return &Document{Type: "text/csv; charset=utf-8", Name: name + ".csv", Body: b.Bytes(), Revision: t.Revision}, nil
}

func csvValue(t *ranking.Table, r ranking.Row) string {
	if yesNo(t) {
		if said, ok := answer(kpi.YesNo, r.Value, r.Num.Valid); ok {
			return said
		}
	}
	return comma(r.Value)
}

// comma prints a number as a Vietnamese spreadsheet reads it.
func comma(d vi.NullDecimal) string { return strings.Replace(d.String(), ".", ",", 1) }

// safe keeps a spreadsheet from taking a text for a formula.
func safe(s string) string { return vi.Unformula(s) }

// whole prints a rank, nothing when there is none.
func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
