package report

import (
	"bytes"
	"strconv"

	"github.com/xuri/excelize/v2"

	"chiso/internal/fault"
)

// Props are what a workbook of ours says of itself.
type Props struct {
	Identity string // as in Pack
	Revision int64
	Program  string
}

// open reads a workbook that somebody brings. It is bounded: what is larger than any pack is refused.
func open(data []byte) (*excelize.File, error) {
	f, err := excelize.OpenReader(
		bytes.NewReader(data),
		excelize.Options{UnzipSizeLimit: 512 << 20, UnzipXMLSizeLimit: 64 << 20, RawCellValue: true},
	)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unreadable, "Không đọc được tệp. Hãy đưa tệp .xlsx do Chiso dựng.")
	}
	return f, nil
}

// Properties reads what a workbook says of itself.
func Properties(data []byte) (p Props, err error) {
	f, err := open(data)
	if err != nil {
		return p, err
	}
	defer func() { _ = f.Close() }()
	core, err := f.GetDocProps()
	if err != nil {
		return p, fault.Wrap(err, fault.Unreadable, "Không đọc được thuộc tính của tệp.")
	}
	p.Identity, p.Program = core.Identifier, core.Version
	p.Revision, _ = strconv.ParseInt(core.Revision, 10, 64) // nonsense is none
	return p, nil
}

// CellDifference is a cell in which a workbook differs from the one that was kept.
type CellDifference struct{ Sheet, Cell, Kept, Found string }

// maxDifferences is how many differences a comparison lists.
const maxDifferences = 20

// Compare lists the cells in which a workbook differs from the kept one, and how many more there are. What cells look like does not
// matter, so a workbook that was only saved again differs in nothing.
func Compare(kept, found []byte) (out []CellDifference, more int, err error) {
	a, err := open(kept)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = a.Close() }()
	b, err := open(found)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = b.Close() }()
	add := func(d CellDifference) {
		if len(out) < maxDifferences {
			out = append(out, d)
		} else {
			more++
		}
	}
	for _, sheet := range a.GetSheetList() {
		if i, err := b.GetSheetIndex(sheet); err != nil || i < 0 {
			add(CellDifference{Sheet: sheet, Cell: "A1", Kept: "có trang này", Found: "không có trang này"})
			continue
		}
		if err := compareSheet(a, b, sheet, add); err != nil {
			return nil, 0, err
		}
	}
	for _, sheet := range b.GetSheetList() {
		if i, err := a.GetSheetIndex(sheet); err != nil || i < 0 {
			add(CellDifference{Sheet: sheet, Cell: "A1", Kept: "không có trang này", Found: "có thêm trang này"})
		}
	}
	return out, more, nil
}

func compareSheet(a, b *excelize.File, sheet string, add func(CellDifference)) error {
	x, err := a.GetRows(sheet)
	if err != nil {
		return fault.Wrap(err, fault.Unreadable, "Không đọc được trang “%s” của bản lưu.", sheet)
	}
	y, err := b.GetRows(sheet)
	if err != nil {
		return fault.Wrap(err, fault.Unreadable, "Không đọc được trang “%s”.", sheet)
	}
	for row := range max(len(x), len(y)) {
		for col := range max(width(x, row), width(y, row)) {
			if k, f := at(x, row, col), at(y, row, col); !sameCell(k, f) {
				add(CellDifference{Sheet: sheet, Cell: cellName(col+1, row+1), Kept: k, Found: f})
			}
		}
	}
	return nil
}

func width(rows [][]string, row int) int {
	if row >= len(rows) {
		return 0
	}
	return len(rows[row])
}

func at(rows [][]string, row, col int) string {
	if col >= width(rows, row) {
		return ""
	}
	return rows[row][col]
}

// sameCell compares two raw values: numbers as numbers, for programs write 0.1 in more than one way.
func sameCell(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}
