package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// csvSheet is the sheet name of figures from a CSV.
const csvSheet = "CSV"

// csv reads a CSV. Lines are counted as Excel shows the file: a record with line breaks in quotes
// is one row, an empty line is one too.
func (r *reader) csv() error {
	data, err := decoded(r.file.data)
	if err != nil {
		return err
	}
	if !utf8.Valid(r.file.data) && !wideText(r.file.data) {
		r.font = fontOf(data)
	}
	data, comma, skipped := separatorLine(data)
	if comma == 0 {
		comma = separator(data)
	}
	in := csv.NewReader(bytes.NewReader(data))
	in.ReuseRecord, in.FieldsPerRecord, in.Comma = true, -1, comma
	t := newTable(r, csvSheet, nil)
	var fields []check.Field
	row, end := skipped, 0
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return t.close()
		}
		if err != nil {
			return csvError(err)
		}
		first, _ := in.FieldPos(0)
		last := len(record) - 1
		row += first - end
		end, _ = in.FieldPos(last)
		end += strings.Count(record[last], "\n")
		if err := r.csvLimits(row, record); err != nil {
			return err
		}
		fields = fields[:0]
		for i, s := range record {
			fields = append(fields, r.csvField(s, row, i))
			if r.old != "" {
				t.oldFont(&fields[i])
			}
		}
		if err := t.row(int32(row), fields); err != nil || r.stopped {
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

func (r *reader) csvLimits(row int, record []string) error {
	l := r.file.limits
	switch {
	case row > l.Rows:
		return fault.New(fault.TooLarge, "Tệp có hơn %s dòng. Hãy chia thành nhiều tệp.", vi.FormatInt(int64(l.Rows)))
	case len(record) > l.Columns:
		return fault.New(fault.TooLarge, "Dòng %d có %s cột, quá giới hạn %s cột. Hãy xóa các cột thừa hoặc kiểm tra dấu phân cách.",
			row, vi.FormatInt(int64(len(record))), vi.FormatInt(int64(l.Columns)))
	}
	for _, s := range record {
		if len(s) > l.Text {
			return fault.New(fault.TooLarge, "Dòng %d có ô dài quá %d ký tự. Hãy kiểm tra dấu ngoặc kép: có thể thiếu dấu đóng.", row, l.Text)
		}
	}
	return nil
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
	return fault.Wrap(err, fault.Unreadable, "Tệp CSV sai ở dòng %d: %s. Hãy sửa dòng này hoặc lưu lại bằng Excel thành .xlsx.", pe.StartLine, what)
}

// separatorLine takes the line "sep=;" from the start of a file, by which Excel is told the
// separator. It returns how many lines it took.
func separatorLine(data []byte) (rest []byte, comma rune, lines int) {
	line, after, _ := bytes.Cut(data, []byte("\n"))
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
