package intake

import (
	"regexp"
	"slices"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// windows finds the tables that stand side by side below one header: each has a column of agencies of its own and figures. It
// returns where each begins, the first at 0; nil when there is only one.
func (t *table) windows(cols []column) []int {
	var starts []int
	var last check.Cell
	for i := range cols {
		c := &cols[i]
		if c.role != roleAgency || c.last.At == last {
			continue
		}
		last = c.last.At
		from := i
		for from > 0 && len(starts) > 0 && from > starts[len(starts)-1]+1 && besideName(&cols[from-1]) {
			from--
		}
		starts = append(starts, from)
	}
	if len(starts) < 2 {
		return nil
	}
	starts[0] = 0
	for k, from := range starts {
		to := len(cols)
		if k+1 < len(starts) {
			to = starts[k+1]
		}
		part := cols[from:to]
		if !slices.ContainsFunc(part, func(c column) bool { return c.figures() || !c.known && c.last.Kind == check.Text }) {
			return nil
		}
		if !isHeader(part) && t.r.plans[planKey(t.sheet, t.head[0].line, from)] == nil && (t.r.survey == nil || !mayBeHeader(part)) {
			return nil
		}
	}
	return starts
}

// besideName reports whether a column left of the names of a list belongs to it: its numbers, its codes, or nothing.
func besideName(c *column) bool {
	return c.last.Kind == check.Absent || c.role == roleIgnored || c.role == roleAgencyCode
}

// divide makes a table of each of those side by side; the rows below go to all of them.
func (t *table) divide(starts []int) {
	t.release(false)
	t.closeColumns()
	above := t.groups()
	for k, from := range starts {
		part := &table{
			r:      t.r,
			scan:   t.scan,
			sheet:  t.sheet,
			title:  t.title,
			claims: slices.Clone(t.claims),
			tabbed: true,
			from:   from,
			to:     maxMergedHeader * 1000,
			state:  heading,
			looked: t.looked,
		}
		if k > 0 {
			part.claims = nil // said once
		}
		if k+1 < len(starts) {
			part.to = starts[k+1]
		}
		if t.scan != nil {
			part.merged.all = t.scan.merges
			part.formulas = newFormulas(t.scan.formulas)
		}
		for _, h := range above {
			part.above = append(part.above, headRow{h.line, part.window(h.fields)})
		}
		for _, h := range t.head {
			part.head = append(part.head, headRow{h.line, part.window(h.fields)})
		}
		part.settle()
		t.beside = append(t.beside, part)
	}
	if t.captioned(starts) {
		for _, part := range t.beside {
			part.state = refusing
		}
	}
	t.state, t.tables = reading, t.tables+1
	t.above, t.head = nil, nil
}

// rePlainCaption is what may stand above lists side by side and says only whose they are, or which list it is.
var rePlainCaption = regexp.MustCompile(`^(?:(?:[ivx]+|\d+|[a-d]) ?[.):/-] ?)?(?:(?:bang|bieu|phu luc|phan|danh sach|nhom|cot)(?: so)?(?: (?:[ivx]+|\d+|[a-d]))?[ .:]*)?` +
	`(?:(?:khoi|cac|nhom|don vi) ?)*(?:(?:bo|nganh|co quan|tinh|thanh pho|dia phuong|mien|vung|dong bang|trung du|tay nguyen|duyen hai|dong nam bo)\b.*)?$`)

// captioned asks about tables side by side over which different texts stand: "Đúng hạn" and "Trực tuyến", "Tăng" and "Giảm" say what the
// figures are, and no heading says it again.
func (t *table) captioned(starts []int) bool {
	if len(t.above) == 0 || t.above[len(t.above)-1].line != t.head[0].line-1 {
		return false
	}
	h := t.above[len(t.above)-1]
	captions := make([]*check.Field, len(starts))
	for c := range h.fields {
		f := &h.fields[c]
		if _, unit := vi.LabelledUnit(f.Text); f.Kind != check.Text || unit {
			continue
		}
		if k := partOfColumn(starts, c); captions[k] == nil {
			captions[k] = f
		}
	}
	first := captions[0]
	if first == nil {
		return false
	}
	for _, f := range captions[1:] {
		if f == nil || vi.Fold(f.Text) == vi.Fold(first.Text) || rePlainCaption.MatchString(vi.Fold(f.Text)) && rePlainCaption.MatchString(vi.Fold(first.Text)) {
			continue
		}
		t.found(check.Error, f.Ref(), SecondNames, "Hai bảng cạnh nhau có tên riêng: "+quote(first.Text)+" ở ô "+first.Ref()+", "+quote(f.Text)+
			" ở ô "+f.Ref()+", nên không rõ số liệu của mỗi bảng là gì. Hãy đặt mỗi bảng vào một trang tính riêng và ghi chỉ tiêu ở tiêu đề cột.")
		return true
	}
	return false
}

// partOfColumn is the table side by side in which a column stands.
func partOfColumn(starts []int, c int) int {
	k := 0
	for k+1 < len(starts) && c >= starts[k+1] {
		k++
	}
	return k
}

// window is a row of which only the cells of this table are left.
func (t *table) window(fields []check.Field) []check.Field {
	out := slices.Clone(fields)
	for i := range out {
		if i < t.from || i >= t.to {
			out[i] = check.Field{At: out[i].At, Kind: check.Blank}
		}
	}
	return out
}

// rowBeside gives a row to each of the tables side by side.
func (t *table) rowBeside(line int32, fields []check.Field) error {
	for _, part := range t.beside {
		own := part.window(fields)
		if count(own) == 0 {
			continue
		}
		part.hidden.any = t.hidden.any
		if err := part.row(line, own); err != nil {
			return err
		}
	}
	return nil
}

// formulaRow compares the formulas of a row.
func (t *table) formulaRow(cells []cellScan, fields []check.Field) {
	if t.formulas == nil {
		return
	}
	if t.beside == nil {
		t.formulas.row(t, cells, fields)
		return
	}
	for _, part := range t.beside {
		var own []cellScan
		for _, c := range cells {
			if i := int(c.column) - 1; i >= part.from && i < part.to {
				own = append(own, c)
			}
		}
		part.formulas.row(part, own, fields)
	}
}
