package intake

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// markRows is how many rows a file may have to get its own cells back marked; a longer one gets
// only the list of what is wrong.
const markRows = 50_000

// What a workbook may weigh to be marked, in bytes when unpacked: the library keeps a whole sheet in
// memory to write it, some twenty times its part, where reading goes row by row.
const (
	markXML   = 10 << 20 // of all parts with text together
	markOther = 96 << 20 // of pictures and the like
)

// MarkUse is what becomes of the figures of a file that is given back.
type MarkUse uint8

// The uses: nothing of a file with errors is imported; of a report's draft the good cells are taken while the others wait.
const (
	ForImport MarkUse = iota
	ForDraft
)

// Mark gives a file back with its faulty cells filled and commented and with a first sheet "Lỗi"
// that lists what is wrong and leads to each cell. Everything else of a workbook stays as it was; a
// CSV comes back as a workbook of texts. A file of more than 50,000 rows, a very heavy one, one that
// cannot be written again, or for which the time of limits is over, gives the list alone. day is the day of the check, printed on the list: the same
// arguments give the same bytes. A file that Open refuses is refused here too.
func Mark(name string, data []byte, findings []check.Finding, day vi.Date, use MarkUse, limits Limits) ([]byte, error) {
	f, err := Open(name, data, limits)
	if err != nil {
		return nil, err
	}
	m := &marker{file: f, day: day, use: use, findings: sorted(findings)}
	m.group()
	if f.rowCount() <= markRows {
		var out []byte
		err := safely("mark", func() (err error) {
			switch {
			case !f.Workbook():
				out, err = m.csv()
			case !light(f.data):
				err = errHeavy
			default:
				out, err = m.workbook()
			}
			return err
		})
		if err == nil {
			return out, nil
		}
	}
	m.alone = true
	var out []byte
	err = safely("list", func() (err error) {
		out, err = m.list()
		return err
	})
	return out, err
}

var errHeavy = errors.New("too heavy to be marked")

// light reports whether a workbook can be marked in little memory. The inspection held the sizes that
// it declares against the real ones.
func light(data []byte) bool {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return false
	}
	text, other := uint64(0), uint64(0)
	for _, f := range zr.File {
		switch strings.ToLower(path.Ext(f.Name)) {
		case ".xml", ".rels", ".vml":
			text += f.UncompressedSize64
		default:
			other += f.UncompressedSize64
		}
	}
	return text <= markXML && other <= markOther
}

// rowCount returns how many rows with content a file has.
func (f *File) rowCount() int {
	if f.book == nil {
		return bytes.Count(f.data, []byte("\n")) + 1
	}
	n := 0
	for _, s := range f.book.sheets {
		n += len(s.rows)
	}
	return n
}

// sorted returns the findings with errors first, then warnings, then the rest, else as they came.
func sorted(all []check.Finding) []check.Finding {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b check.Finding) int { return cmp.Compare(weight(a.Severity), weight(b.Severity)) })
	return all
}

func weight(s check.Severity) int {
	switch s {
	case check.Error:
		return 0
	case check.Warning:
		return 1
	}
	return 2
}

// severityTitle is what a finding is called on the list and in a note.
func severityTitle(s check.Severity) string {
	return [...]string{"Lỗi", "Cảnh báo", "Lưu ý"}[weight(s)]
}

// marker is one call of Mark.
type marker struct {
	use      MarkUse
	file     *File
	day      vi.Date
	findings []check.Finding
	cells    map[string]map[check.Cell][]check.Finding // errors and warnings by sheet and cell
	alone    bool                                      // only the list comes back: it has nothing to link to
}

// group gathers the errors and warnings of each cell.
func (m *marker) group() {
	m.cells = map[string]map[check.Cell][]check.Finding{}
	for _, f := range m.findings {
		at := cellAt(f.Cell)
		if at == (check.Cell{}) || weight(f.Severity) > 1 {
			continue
		}
		if m.cells[f.Sheet] == nil {
			m.cells[f.Sheet] = map[check.Cell][]check.Finding{}
		}
		m.cells[f.Sheet][at] = append(m.cells[f.Sheet][at], f)
	}
}

// inOrder returns the cells row by row.
func inOrder(cells map[check.Cell][]check.Finding) []check.Cell {
	out := make([]check.Cell, 0, len(cells))
	for c := range cells {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b check.Cell) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	return out
}

// noteText says in a note what is wrong with a cell.
func noteText(all []check.Finding) string {
	var b strings.Builder
	for i, f := range all {
		if i > 0 {
			b.WriteString("\n")
		}
		if i == 9 && len(all) > 10 {
			fmt.Fprintf(&b, "… và %d mục nữa ở ô này.", len(all)-i)
			break
		}
		fmt.Fprintf(&b, "%s: %s", severityTitle(f.Severity), f.Message)
	}
	return b.String()
}

// workbook marks a workbook: the library fills the cells and adds the list, then the notes are put into what it wrote. By
// then what the library held, many times the file, is free again.
func (m *marker) workbook() ([]byte, error) {
	p, err := m.painted()
	if err != nil {
		return nil, err
	}
	return p.finish()
}

// painted is a workbook with its cells filled, and what is still to be put into it.
type painted struct {
	data   []byte
	sheets []string
	first  string // the list
	notes  map[string][]note
}

func (m *marker) painted() (*painted, error) {
	before, err := readParts(m.file.data)
	if err != nil {
		return nil, err
	}
	l := m.file.limits
	x, err := excelize.OpenReader(bytes.NewReader(m.file.data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: l.Inflated, UnzipXMLSizeLimit: l.Inflated})
	if err != nil {
		return nil, err
	}
	defer func() { _ = x.Close() }()
	p := &painter{x: x, styles: map[[2]int]int{}, late: l.late}
	if err := m.dropOwn(x); err != nil {
		return nil, err
	}
	if err := p.prepare(); err != nil {
		return nil, err
	}
	partsBefore, err := before.sheets()
	if err != nil {
		return nil, err
	}
	notes := map[string][]note{}
	names := map[string]string{} // as findings call the sheet → as the workbook does
	for _, sheet := range x.GetSheetList() {
		names[vi.Clean(sheet)] = sheet
		if partsBefore[sheet] != "" {
			if err := p.wipe(before, sheet, partsBefore[sheet]); err != nil {
				return nil, err
			}
		}
		if notes[sheet], err = p.sheet(sheet, m.cells[vi.Clean(sheet)]); err != nil {
			return nil, err
		}
	}
	first, err := m.errorSheet(x, names)
	if err != nil {
		return nil, err
	}
	toFront(x)
	if err := l.late(); err != nil {
		return nil, err
	}
	return written(x, first, notes)
}

// dropOwn removes the sheet "Lỗi" of an earlier marked file.
func (m *marker) dropOwn(x *excelize.File) error {
	for _, sheet := range x.GetSheetList() {
		if !strings.HasPrefix(vi.Fold(sheet), "loi") || len(x.GetSheetList()) == 1 {
			continue
		}
		first, err := x.GetCellValue(sheet, "A1")
		if err != nil {
			return err
		}
		if isOwn(first) {
			if err := x.DeleteSheet(sheet); err != nil {
				return err
			}
		}
	}
	return nil
}

// toFront moves the last sheet, the list, to the front. The library's own way loads every sheet and
// forgets names that belong to one sheet, such as its print titles.
func toFront(x *excelize.File) {
	wb := x.WorkBook
	all := wb.Sheets.Sheet
	last := len(all) - 1
	moved := all[last]
	copy(all[1:], all[:last])
	all[0] = moved
	if wb.DefinedNames != nil {
		for i := range wb.DefinedNames.DefinedName {
			if id := wb.DefinedNames.DefinedName[i].LocalSheetID; id != nil {
				*id = (*id + 1) % (last + 1)
			}
		}
	}
	if wb.BookViews != nil {
		for i := range wb.BookViews.WorkBookView {
			wb.BookViews.WorkBookView[i].ActiveTab, wb.BookViews.WorkBookView[i].FirstSheet = 0, 0
		}
	}
}

// written writes a workbook.
func written(x *excelize.File, first string, notes map[string][]note) (*painted, error) {
	sortTypes(x)
	var b bytes.Buffer
	if _, err := x.WriteTo(&b); err != nil {
		return nil, err
	}
	return &painted{data: b.Bytes(), sheets: x.GetSheetList(), first: first, notes: notes}, nil
}

// finish writes a small workbook with its notes.
func finish(x *excelize.File, first string, notes map[string][]note) ([]byte, error) {
	d, err := written(x, first, notes)
	if err != nil {
		return nil, err
	}
	return d.finish()
}

// finish puts the notes into a workbook.
func (d *painted) finish() ([]byte, error) {
	p, err := readParts(d.data)
	if err != nil {
		return nil, err
	}
	sheets, err := p.sheets()
	if err != nil {
		return nil, err
	}
	for i, sheet := range d.sheets {
		if sheets[sheet] == "" || !strings.HasPrefix(sheets[sheet], "xl/worksheets/") {
			continue
		}
		if err := p.annotate(sheets[sheet], i+1, d.notes[sheet]); err != nil {
			return nil, err
		}
	}
	if err := p.selectOnly(d.first); err != nil {
		return nil, err
	}
	return p.pack()
}

// sortTypes puts the content types in order: the library leaves some in that of a map.
func sortTypes(x *excelize.File) {
	types := x.ContentTypes
	byExt, byPart := types.Defaults, types.Overrides
	for i := range byExt { // insertion sort: the element types have no name outside the library
		for j := i; j > 0 && byExt[j].Extension < byExt[j-1].Extension; j-- {
			byExt[j], byExt[j-1] = byExt[j-1], byExt[j]
		}
	}
	for i := range byPart {
		for j := i; j > 0 && byPart[j].PartName < byPart[j-1].PartName; j-- {
			byPart[j], byPart[j-1] = byPart[j-1], byPart[j]
		}
	}
}
