package reporting

import (
	"fmt"
	"strings"
	"time"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// checklist is what stands between a report and its sending, each with where it is mended.
type checklist struct {
	Blocks []checkItem // must be done
	Open   []checkItem // may stay so: parts of the narrative without a word
	Faults []checkItem // of Blocks: cells with a fault
	Next   checkItem   // the first cell that waits; zero for none
}

// checkItem is one thing to do. Where is an address on the page.
type checkItem struct {
	Where, Text, Short string
}

// newChecklist lists what a report that may still be written waits for.
func newChecklist(f *filingPage) (c checklist) {
	if !f.Editable {
		return c
	}
	for _, form := range f.Forms {
		for i := range form.Rows {
			if r := &form.Rows[i]; !r.Shared {
				c.cell(r)
			}
		}
	}
	for _, g := range f.General {
		for _, x := range g.Findings {
			if x.Severity == check.Error {
				c.Blocks = append(c.Blocks, checkItem{Where: "#figures", Text: x.Message})
			}
		}
	}
	for _, t := range f.Texts {
		if strings.TrimSpace(t.Body) == "" {
			c.Open = append(
				c.Open,
				checkItem{Where: fmt.Sprintf("#section-%d", t.Order), Text: fmt.Sprintf("Mục %d. %s: chưa viết", t.Order, t.Title)},
			)
		}
	}
	return c
}

// cell adds what a cell waits for.
func (c *checklist) cell(r *gridRow) {
	name := fmt.Sprintf("STT %d · %s", r.N, r.Definition.Name)
	add := func(text string) checkItem {
		item := checkItem{Where: "#cell-" + r.Key, Text: name + ": " + text, Short: fmt.Sprintf("ô %d", r.N)}
		c.Blocks = append(c.Blocks, item)
		if c.Next == (checkItem{}) {
			c.Next = item
		}
		return item
	}
	switch {
	case len(r.Cell.Faults) > 0:
		c.Faults = append(c.Faults, add(strings.Join(r.Cell.Faults, " ")))
	case r.Cell.Figure.State == "" && !r.Optional:
		add("chưa có số")
	case len(r.Cell.Warnings) > 0 && r.Cell.Explained == "":
		add("cảnh báo chưa giải trình")
	}
	if r.Cell.Returned != "" {
		add("bị trả lại, chưa sửa")
	}
}

// listed is how many things to do a page lists.
const listed = 12

// First are the things to do that the page lists.
func (c checklist) First() []checkItem { return c.Blocks[:min(listed, len(c.Blocks))] }

// Rest is how many more there are.
func (c checklist) Rest() int { return len(c.Blocks) - len(c.First()) }

// SavedText says when something of the report was saved last.
func (f *filingPage) SavedText() string {
	var last time.Time
	later := func(t time.Time) {
		if t.After(last) {
			last = t
		}
	}
	for _, form := range f.FormList {
		for i := range form.Rows {
			later(form.Rows[i].Cell.At)
		}
	}
	for _, s := range f.Sections {
		later(s.At)
	}
	for _, x := range f.Proposals {
		later(x.At)
	}
	for _, x := range f.Files {
		later(x.At)
	}
	if last.IsZero() || last.Unix() <= 0 {
		return "Chưa có gì để lưu"
	}
	last = last.In(f.now.Location())
	if vi.DateOf(last) == vi.DateOf(f.now) {
		return "Đã lưu " + last.Format("15:04")
	}
	return "Đã lưu " + last.Format("15:04 ngày 02/01")
}
