package page

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"chiso/internal/ranking"
)

// bom tells Excel that a CSV file is UTF-8.
const bom = "\ufeff"

// rankingCSV writes a table for machines and spreadsheets: numbers in the international form, one row an agency, those
// without a rank last. Every row names its source, so that no illustrative figure leaves without its label.
func rankingCSV(t *ranking.Table) (*Document, error) {
	var b bytes.Buffer
	b.WriteString(bom)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	rows := [][]string{{"Hạng", "Mã đơn vị", "Đơn vị", "Mã chỉ tiêu", "Chỉ tiêu", "Kỳ", "Nguồn", "Giá trị", "Đơn vị tính", "Tử số", "Mẫu số",
		"Hạng kỳ trước", "Thay đổi", "Hạng công bố", "Ghi chú"}}
	source := t.Source.Title()
	for i, r := range t.Rows {
		change := ""
		if c, ok := r.Change(); ok {
			change = strconv.Itoa(c)
		}
		rows = append(rows, []string{strconv.Itoa(r.Rank), safe(string(r.Agency)), safe(r.Name), safe(t.Code), safe(t.Name), safe(t.Period.Key), source,
			r.Value.String(), safe(t.Unit), r.Num.String(), r.Den.String(), whole(r.PreviousRank), change, whole(r.PublishedRank),
			safe(strings.Join(newRankingRow(t, i).Remarks, "; "))})
	}
	for _, n := range t.NotRanked {
		note := n.Reason.Title()
		if n.Detail != "" {
			note += ": " + n.Detail
		}
		rows = append(rows, []string{"", safe(string(n.Agency)), safe(n.Name), safe(t.Code), safe(t.Name), safe(t.Period.Key), source,
			"", safe(t.Unit), "", "", "", "", "", safe(note)})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("csv of %s: %w", t.Code, err)
	}
	name := fileName(t.Code + "-" + t.Period.Key + "-" + t.Block.Code + "-" + string(t.Source))
	return &Document{Type: "text/csv; charset=utf-8", Name: name + ".csv", Body: b.Bytes(), Revision: t.Revision}, nil
}

// safe keeps a spreadsheet from taking a text for a formula.
func safe(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// whole prints a rank, nothing when there is none.
func whole(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
