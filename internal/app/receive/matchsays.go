package receive

import (
	"slices"
	"strconv"
	"strings"
)

// The steps between a file and its preview, as they stand behind its address.
const (
	StepColumns = "/columns"
	StepLines   = "/lines"
)

// NextStep is the step that a file waits for, "" when everything is said.
func (m *Matching) NextStep() string {
	switch {
	case m == nil:
		return ""
	case m.OpenColumns() > 0:
		return StepColumns
	case m.OpenLines() > 0:
		return StepLines
	}
	return ""
}

// Matched reports whether there is anything to mend in how a file is read.
func (m *Matching) Matched() bool { return m != nil && len(m.Tables)+len(m.Lines) > 0 }

// Says counts the columns with headings of their own that are read, and those that are read as before.
func (m *Matching) Says() string {
	columns, before := 0, 0
	for _, t := range m.Tables {
		for _, c := range t.Columns {
			if c.Role != "" || !c.Sure {
				continue
			}
			columns++
			if slices.ContainsFunc(c.Evidence, func(e string) bool {
				return strings.Contains(e, "đã được ghép như vậy") || e == "đã ghép lần trước"
			}) {
				before++
			}
		}
	}
	switch {
	case columns == 0:
		return ""
	case before > 0:
		return "Đã ghép " + strconv.Itoa(columns) + " cột, trong đó " + strconv.Itoa(before) + " cột như lần trước."
	}
	return "Đã ghép " + strconv.Itoa(columns) + " cột có tiêu đề riêng."
}

// Waits says what is still to be matched, "" when nothing is.
func (m *Matching) Waits() string {
	switch m.NextStep() {
	case StepColumns:
		return "Còn " + strconv.Itoa(m.OpenColumns()) + " cột chưa được đọc vì chưa rõ là số liệu nào."
	case StepLines:
		return "Còn " + strconv.Itoa(m.OpenLines()) + " dòng chưa được đọc vì chưa rõ là chỉ tiêu nào."
	}
	return ""
}
