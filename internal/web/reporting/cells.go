package reporting

import (
	"net/url"
	"strconv"
	"strings"

	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
)

// CellJSON is what the script of the grid learns of a cell that it saved.
type CellJSON struct {
	Definition  int64    `json:"definition"`
	Version     int64    `json:"version"`
	Numerator   string   `json:"numerator"`
	Denominator string   `json:"denominator"`
	Value       string   `json:"value"`
	Shown       string   `json:"shown"`
	Explained   string   `json:"explained"`
	Stance      string   `json:"stance"` // towards what another system says, "" where none does
	Dispute     string   `json:"dispute"`
	Note        string   `json:"note"`
	Class       string   `json:"class"`
	Faults      []string `json:"faults"`
	Warnings    []string `json:"warnings"`
	Returned    string   `json:"returned"`
	Conflict    string   `json:"conflict"`
}

// SavedJSON is the answer to a script that saved cells.
type SavedJSON struct {
	Cells    []CellJSON `json:"cells"`
	Filled   int        `json:"filled"`
	Owed     int        `json:"owed"`
	Sentence string     `json:"sentence"`
}

// NewSavedJSON says what became of saved cells.
func NewSavedJSON(res *reporting.SaveResult) SavedJSON {
	out := SavedJSON{Cells: []CellJSON{}, Filled: res.Complete.Filled, Owed: res.Complete.Owed, Sentence: completeText(res.Complete)}
	for _, c := range res.Cells {
		r := c.Row
		cell := CellJSON{
			Definition:  r.Definition.ID,
			Version:     r.Cell.Version,
			Numerator:   r.Numerator,
			Denominator: r.Denominator,
			Value:       r.Value,
			Shown:       r.Shown,
			Explained:   r.Cell.Explained,
			Stance:      stanceOf(r),
			Dispute:     r.Cell.Known.Reason,
			Note:        r.Cell.Note,
			Class:       cellClass(r),
			Faults: append(
				[]string{},
				r.Cell.Faults...),
			Warnings: append([]string{}, r.Cell.Warnings...),
			Returned: r.Cell.Returned,
			Conflict: c.Conflict,
		}
		if c.Conflict != "" {
			cell.Class = "cell-conflict"
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

// stanceOf is what the field shows of the stance towards another system's figure.
func stanceOf(r reporting.ReportRow) string {
	if r.Known == nil {
		return ""
	}
	return string(r.Cell.Known.Stance)
}

// ReadCells reads the fields of the grid. Only rows whose version field is there are taken.
func ReadCells(form url.Values) ([]reporting.CellInput, error) {
	var out []reporting.CellInput
	for name := range form {
		key, ok := strings.CutPrefix(name, "seen-")
		if !ok {
			continue
		}
		id, err1 := strconv.ParseInt(key, 10, 64)
		seen, err2 := strconv.ParseInt(form.Get(name), 10, 64)
		if err1 != nil || err2 != nil {
			return nil, fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
		}
		out = append(
			out,
			reporting.CellInput{
				Definition:  id,
				Seen:        seen,
				Numerator:   form.Get("num-" + key),
				Denominator: form.Get("den-" + key),
				Value:       form.Get("val-" + key),
				Note: form.Get(
					"note-" + key,
				),
				Explained:    form.Get("why-" + key),
				Stance:       filing.Stance(form.Get("stance-" + key)),
				Dispute:      form.Get("dispute-" + key),
				TakePrevious: form.Get("take-"+key) != "",
			},
		)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "Chưa có ô nào để ghi.")
	}
	return out, nil
}

// BatchJSON is a change of many cells that can be taken back.
type BatchJSON struct {
	ID    int64  `json:"id"`
	Title string `json:"title"` // of the press that takes it back
	Cells int    `json:"cells"`
}

// PastedJSON is the answer to a script that pasted a block or took one back.
type PastedJSON struct {
	SavedJSON
	Said   string            `json:"said"`
	Listed []string          `json:"listed"` // what found no place, a sentence each
	Batch  *BatchJSON        `json:"batch"`  // null when there is nothing to take back
	Parts  map[string]string `json:"parts"`  // as of ReportJSON
	Saved  string            `json:"saved"`
}

// NewPastedJSON says what became of a block.
func NewPastedJSON(res *reporting.PasteResult) *PastedJSON {
	out := &PastedJSON{SavedJSON: NewSavedJSON(&res.SaveResult), Said: res.Said, Listed: append([]string{}, res.Listed...)}
	if b := res.Batch; b != nil && b.Cells > 0 {
		out.Batch = &BatchJSON{b.ID, b.Title(), b.Cells}
	}
	return out
}

// NewUndoneJSON says what became of a batch that was taken back.
func NewUndoneJSON(res *reporting.UndoResult) *PastedJSON {
	return &PastedJSON{SavedJSON: NewSavedJSON(&res.SaveResult), Said: res.Said, Listed: append([]string{}, res.Left...)}
}

// ReadPaste reads a pasted block and where it was put.
func ReadPaste(form url.Values) reporting.Paste {
	p := reporting.Paste{Block: form.Get("block"), Start: form.Get("start"), Column: form.Get("column"), Seen: map[int64]int64{}}
	for name := range form {
		if key, ok := strings.CutPrefix(name, "seen-"); ok {
			id, err1 := strconv.ParseInt(key, 10, 64)
			seen, err2 := strconv.ParseInt(form.Get(name), 10, 64)
			if err1 == nil && err2 == nil {
				p.Seen[id] = seen
			}
		}
	}
	return p
}
