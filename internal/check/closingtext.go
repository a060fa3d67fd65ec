package check

import (
	"fmt"
	"slices"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// maxTerms is how many terms of a sum, and how many changes, one sentence lists.
const maxTerms = 8

// Findings says what does not close. A change that alone closes everything it stands in makes one finding of all that it closes;
// everything else is said once for each equation, with the changes that would close it and none of them chosen.
func (c *Closing) Findings() (out []Finding) {
	list := c.broken()
	broken := map[int]bool{}
	for _, i := range list {
		broken[i] = true
	}
	done := map[int]bool{}
	for _, i := range list {
		if done[i] {
			continue
		}
		all, proposed := c.changes(i, broken)
		about := []int{i}
		if proposed >= 0 {
			about = all[proposed].closes
			all[proposed].Proposed = true
		}
		for _, n := range about {
			done[n] = true
		}
		out = append(out, c.finding(about, all, proposed))
	}
	return out
}

func (c *Closing) finding(about []int, all []Change, proposed int) Finding {
	e := &c.eqs[about[0]]
	f := Finding{Severity: e.Level, Sheet: c.cells[e.Total].Sheet, Cell: c.cells[e.Total].Name, Code: e.Code, Changes: all}
	var said []string
	for n, i := range about {
		for _, cell := range append([]int{c.eqs[i].Total}, c.eqs[i].Parts...) {
			f.cells = append(f.cells, c.cells[cell].Name)
		}
		if n < maxTerms {
			said = append(said, c.sentence(i))
		}
		if x := &c.eqs[i]; x.Level == Error && f.Severity != Error {
			f.Severity, f.Code = Error, x.Code
		}
	}
	if f.Severity == Warning {
		f.Explanation = c.cells[e.Total].Note
	}
	f.Message = "Không khớp: " + strings.Join(said, "; ") + ". "
	if proposed >= 0 {
		x := &all[proposed]
		f.Sheet, f.Cell = x.Sheet, x.Cell
		f.Message += "Đề xuất: " + x.text() + ", là ô duy nhất mà chỉ sửa một mình thì mọi hệ thức có ô đó đều khớp. Hãy đối chiếu bản gốc rồi sửa."
		f.Figure = f.Cell
		return f
	}
	f.Message += c.advice(about[0], all)
	return f
}

// advice lists the changes when none is proposed.
func (c *Closing) advice(i int, all []Change) string {
	switch {
	case c.eqs[i].Rule == kpi.AtMost:
		return "Hãy đối chiếu bản gốc rồi sửa ô sai."
	case len(all) == 0:
		return "Không có ô nào chỉ sửa một mình mà mọi hệ thức có ô đó đều khớp. Hãy đối chiếu cả dòng với bản gốc."
	case len(all) > maxTerms:
		return fmt.Sprintf("Sửa một trong %d ô thì khớp, không rõ ô nào. Hãy đối chiếu bản gốc rồi sửa ô sai.", len(all))
	}
	var texts []string
	for n := range all {
		texts = append(texts, all[n].text())
	}
	return "Chỉ sửa một trong các ô sau thì khớp: " + strings.Join(
		texts,
		"; ",
	) + ". Không ô nào được chọn sẵn; hãy đối chiếu bản gốc rồi sửa ô sai."
}

func (x *Change) text() string {
	return x.Cell + " từ " + vi.FormatNumber(x.From, 0) + " thành " + vi.FormatNumber(x.To, 0)
}

// sentence says one equation with its cells and values: "DA06_01 = … của Bộ Công an: C2 ghi 690, còn D2 348 + E2 39 = 387".
func (c *Closing) sentence(i int) string {
	e := &c.eqs[i]
	total := &c.cells[e.Total]
	s := e.Text
	if e.Of != "" {
		s += " của " + e.Of
	}
	s += ": " + total.Name + " ghi " + vi.FormatNumber(total.Value, 0) + ", còn "
	var terms []string
	for _, p := range e.Parts {
		terms = append(terms, c.cells[p].Name+" "+vi.FormatNumber(c.cells[p].Value, 0))
	}
	switch e.Rule {
	case kpi.AtMost:
		return s + terms[0] + " lớn hơn"
	case kpi.Share:
		to, _ := c.wanted(i, 0)
		return s + strings.Join(terms, " / ") + " = " + vi.FormatNumber(to, 0) + " %"
	}
	if len(terms) > maxTerms {
		terms = slices.Concat(terms[:2], []string{"…"}, terms[len(terms)-1:])
	}
	to, _ := c.wanted(i, 0)
	return s + strings.Join(terms, " + ") + " = " + vi.FormatNumber(to, 0)
}
