package intake

import (
	"slices"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Sheet is a table as it stands in a file, for what is no report of figures: catalogues, contacts.
type Sheet struct {
	Name string
	CSV  bool
	Rows []SheetRow // those with content
}

// SheetRow is one row of a sheet. Its fields begin at the first column.
type SheetRow struct {
	Line   int
	Fields []check.Field
}

// maxSheetCells bounds what Sheets keeps in memory.
const maxSheetCells = 1_000_000

// Sheets reads every visible sheet of the file, or the one table of a CSV, within the limits. Texts typed in an old font are
// converted and reported.
func (f *File) Sheets(opts Options) (out []Sheet, err error) {
	if opts.Report == nil {
		opts.Report = func(check.Finding) {}
	}
	r := &reader{file: f, opts: opts, clean: map[string]string{}, fonts: map[string]vi.OldFont{}}
	cells := 0
	r.raw = func(sheet string, line int32, fields []check.Field) error {
		last := len(fields)
		for last > 0 && fields[last-1].Kind == check.Blank {
			last--
		}
		if last == 0 {
			return nil
		}
		if cells += last; cells > maxSheetCells {
			return fault.New(fault.TooLarge, "Tệp có hơn %s ô. Hãy bỏ bớt các trang không cần.", vi.FormatInt(maxSheetCells))
		}
		if len(out) == 0 || out[len(out)-1].Name != sheet {
			out = append(out, Sheet{Name: sheet, CSV: f.book == nil})
		}
		s := &out[len(out)-1]
		s.Rows = append(s.Rows, SheetRow{int(line), slices.Clone(fields[:last])})
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, damaged("reading: %v", p)
		}
	}()
	if f.book == nil {
		err = r.csv()
	} else {
		err = r.workbook()
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}
