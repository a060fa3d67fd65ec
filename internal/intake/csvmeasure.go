package intake

import (
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// How the measuring of a CSV goes: it asks every so many bytes whether to go on, and a record may be a few times as long as a cell.
const (
	csvAsk    = 64 << 10
	csvRecord = 8
)

// csvMeasure walks over the bytes of a CSV as encoding/csv divides them.
type csvMeasure struct {
	limits       Limits
	row          int  // where the record began, as Excel counts
	lines        int  // line breaks since then
	fields, cell int  // of the record, and bytes of its last field
	record       int  // bytes
	fresh        bool // the field has no byte yet
	opened       bool // the field began with a quotation mark
	quoted       bool // inside its marks
}

// measure refuses a CSV over the limits before any record of it is taken apart: a record is held whole, and one line of a hostile
// file may have millions of fields.
func (t csvText) measure(l Limits, stop func() error) error {
	m := csvMeasure{limits: l, row: t.skipped + 1, fields: 1, fresh: true}
	for i, b := range t.data {
		if i%csvAsk == 0 && stop != nil {
			if err := stop(); err != nil {
				return err
			}
		}
		if err := m.take(b, byte(t.comma)); err != nil {
			return err
		}
	}
	return m.over()
}

// take counts one byte. An empty line is no record, yet has a number.
func (m *csvMeasure) take(b, comma byte) error {
	m.record++
	switch {
	case b == '"' && (m.fresh || m.opened):
		m.quoted, m.opened, m.fresh = !m.quoted, true, false
		return nil
	case b == '\n' && m.quoted:
		m.lines++
	case b == '\n':
		err := m.over()
		m.row += m.lines + 1
		m.lines, m.fields, m.cell, m.record, m.fresh, m.opened = 0, 1, 0, 0, true, false
		return err
	case b == comma && !m.quoted:
		err := m.over()
		m.fields++
		m.cell, m.fresh, m.opened = 0, true, false
		return err
	}
	m.cell++
	m.fresh = false
	if m.cell > m.limits.Text || m.record > csvRecord*m.limits.Text {
		return m.over()
	}
	return nil
}

// over says which limit is passed.
func (m *csvMeasure) over() error {
	l := m.limits
	switch {
	case m.row > l.Rows && m.record > 1:
		return fault.New(fault.TooLarge, "Tệp có hơn %s dòng. Hãy chia thành nhiều tệp.", vi.FormatInt(int64(l.Rows)))
	case m.fields > l.Columns:
		return fault.New(
			fault.TooLarge,
			"Dòng %d có hơn %s cột là mức tối đa. Hãy xóa các cột thừa hoặc kiểm tra dấu phân cách.",
			m.row,
			vi.FormatInt(int64(l.Columns)),
		)
	case m.cell > l.Text:
		return fault.New(fault.TooLarge, "Dòng %d có ô dài quá %d ký tự. Hãy kiểm tra dấu ngoặc kép: có thể thiếu dấu đóng.", m.row, l.Text)
	case m.record > csvRecord*l.Text:
		return fault.New(
			fault.TooLarge,
			"Dòng %d dài quá %s ký tự. Hãy kiểm tra dấu ngoặc kép: có thể thiếu dấu đóng.",
			m.row,
			vi.FormatInt(int64(csvRecord*l.Text)),
		)
	}
	return nil
}
