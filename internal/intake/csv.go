package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"chiso/internal/check"
	"chiso/internal/fault"
)

// csvSheet is the sheet name of figures from a CSV.
const csvSheet = "CSV"

// csv reads a CSV.
func (r *reader) csv() error {
	text, err := r.file.csvText(r.opts.Stop)
	if err != nil {
		return err
	}
	if !utf8.Valid(r.file.data) && !wideText(r.file.data) {
		r.font = fontOf(text.data)
	}
	t := newTable(r, csvSheet, nil)
	var fields []check.Field
	err = text.records(func(row int, record []string) error {
		if t.extra(row, record) {
			return nil
		}
		fields = fields[:0]
		for i, s := range record {
			fields = append(fields, r.csvField(s, row, i))
			if r.old != "" {
				t.oldFont(&fields[i])
			}
		}
		if err := t.row(int32(row), fields); err != nil || !r.stopped {
			return err
		}
		return errEnough
	})
	switch {
	case errors.Is(err, errEnough):
		return nil
	case err != nil:
		return err
	}
	return t.close()
}

// csvText is a CSV that is within the limits: its text, what divides its fields, and the lines before the first record.
type csvText struct {
	data    []byte
	comma   rune
	skipped int
}

// csvText decodes a CSV and measures it. stop is asked now and then; its error ends the measuring.
func (f *File) csvText(stop func() error) (t csvText, err error) {
	if t.data, err = decoded(f.data); err != nil {
		return t, err
	}
	t.data, t.comma, t.skipped = separatorLine(t.data)
	if t.comma == 0 {
		t.comma = separator(t.data)
	}
	return t, t.measure(f.limits, stop)
}

// records calls row with each record. Lines are counted as Excel shows the file: a record with line breaks in quotes is one row,
// an empty line is one too.
func (t csvText) records(row func(n int, record []string) error) error {
	in := csv.NewReader(bytes.NewReader(t.data))
	in.ReuseRecord, in.FieldsPerRecord, in.Comma = true, -1, t.comma
	n, end := t.skipped, 0
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return csvError(err)
		}
		first, _ := in.FieldPos(0)
		last := len(record) - 1
		n += first - end
		end, _ = in.FieldPos(last)
		end += strings.Count(record[last], "\n")
		if err := row(n, record); err != nil {
			return err
		}
	}
}

func (r *reader) csvField(s string, row, i int) check.Field {
	f := check.Field{At: check.Cell{Line: int32(row), Column: int32(i + 1)}, Kind: check.Text}
	if s != "" {
		f.Text = r.text(s)
	}
	if f.Text == "" {
		f.Kind = check.Blank
	}
	return f
}

func csvError(err error) error {
	var pe *csv.ParseError
	if !errors.As(err, &pe) {
		return fault.Wrap(err, fault.Unreadable, "Không đọc được tệp CSV. %s", saveAs)
	}
	what := "dấu ngoặc kép đặt sai chỗ"
	if pe.StartLine != pe.Line {
		what = "dấu ngoặc kép mở mà không đóng"
	}
	return fault.Wrap(
		err,
		fault.Unreadable,
		"Tệp CSV sai ở dòng %d: %s. Hãy sửa dòng này hoặc lưu lại bằng Excel thành .xlsx.",
		pe.StartLine,
		what,
	)
}

// separatorLine takes the line "sep=;" from the start of a file, by which Excel is told the
// separator. It returns how many lines it took.
func separatorLine(data []byte) (rest []byte, comma rune, lines int) {
	line, after, _ := bytes.Cut(data, []byte("\n"))
	if len(line) > 32 { // a whole file without a line break would be copied below
		return data, 0, 0
	}
	mark, ok := bytes.CutPrefix(bytes.ToLower(bytes.Trim(bytes.TrimSpace(line), `"`)), []byte("sep="))
	switch {
	case !ok:
		return data, 0, 0
	case len(mark) == 0 && bytes.Contains(line, []byte("=\t")):
		return after, '\t', 1
	case len(mark) == 1 && bytes.IndexByte([]byte(",;\t|"), mark[0]) >= 0:
		return after, rune(mark[0]), 1
	}
	return data, 0, 0
}

// separator is the mark that divides the fields: the one that is most frequent outside quotes in
// the lines of the start of the file.
func separator(data []byte) rune {
	var counts [3]int
	quoted := false
	for _, b := range data[:min(len(data), 4096)] {
		if b == '"' {
			quoted = !quoted
		}
		if i := strings.IndexByte(",;\t", b); i >= 0 && !quoted {
			counts[i]++
		}
	}
	switch {
	case counts[2] > counts[0] && counts[2] > counts[1]:
		return '\t'
	case counts[1] > 0 && counts[1] >= counts[0]:
		return ';'
	}
	return ','
}

// maxExtra is how many rows with too many cells are named one by one.
const maxExtra = 20

// extra refuses a row that has more cells than the header of its table: a decimal comma without quotes makes two
// cells of one number, and moves all that follow. Blank cells at its end are none.
func (t *table) extra(row int, record []string) bool {
	if t.state != reading || t.width == 0 || len(record) <= t.width {
		return false
	}
	last := len(record)
	for last > t.width && strings.TrimSpace(record[last-1]) == "" {
		last--
	}
	if last <= t.width {
		return false
	}
	t.tooMany(int32(row), last)
	t.askedOf(ExtraCells, filled(record))
	return true
}

// tooMany reports a row with more cells than the header, once.
func (t *table) tooMany(line int32, cells int) {
	if t.extraLine == line {
		return
	}
	t.extraLine = line
	if t.extras++; t.extras <= maxExtra {
		t.found(check.Error, check.Cell{Line: line, Column: int32(t.width + 1)}.Ref(), ExtraCells, fmt.Sprintf(
			"Dòng %d có %d ô, tiêu đề có %d: không rõ ô nào thuộc cột nào. Nếu số có dấu phẩy thập phân (85,5), hãy đặt số trong dấu ngoặc kép "+
				"hoặc ngăn các cột bằng dấu chấm phẩy, rồi nộp lại.", line, cells, t.width))
	}
}

// filled counts the cells of a record that say something.
func filled(record []string) (n int) {
	for _, s := range record {
		if strings.TrimSpace(s) != "" {
			n++
		}
	}
	return n
}

// numberInNote asks about a note that is nothing but a number: without quotes a decimal comma before the last column puts the
// decimals there.
func (t *table) numberInNote(f *check.Field) {
	if t.extras++; t.extras <= maxExtra {
		t.found(check.Error, f.Ref(), ExtraCells, "Ô ghi chú "+f.Ref()+" chỉ có số "+quote(f.Text)+
			", có thể là phần thập phân của ô bên trái (85,5 viết không có dấu ngoặc kép). Hãy đặt số trong dấu ngoặc kép, hoặc ghi chú bằng chữ.")
	}
}

// short warns once of rows that end before the columns of figures do: which cell is missing is not known.
func (t *table) short(row int32, cells int) {
	if t.shortSaid {
		return
	}
	for c := cells; c < t.width; c++ {
		if t.figureColumn(c) {
			t.shortSaid = true
			t.found(check.Warning, check.Cell{Line: row, Column: int32(cells)}.Ref(), ExtraCells, fmt.Sprintf(
				"Dòng %d có %d ô, tiêu đề có %d: các ô cuối được coi là để trống. Hãy kiểm tra các số của dòng có đúng cột không.",
				row,
				cells,
				t.width,
			))
			return
		}
	}
}
