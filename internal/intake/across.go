package intake

import (
	"slices"

	"chiso/internal/check"
)

// minAcross is how many agencies stand side by side at least in a table whose columns are agencies.
const minAcross = 2

// agenciesAcross takes headings that name agencies for what they are in a table whose rows name their indicators: each such
// column holds the figures of one agency. Most columns of figures have to name one, or none is taken.
func (t *table) agenciesAcross(cols []column, rows []headRow) {
	named := false
	for i := range cols {
		switch cols[i].role {
		case roleAgency, roleAgencyCode:
			return
		case roleIndicator, roleIndicatorCode:
			named = true
		}
	}
	if !named {
		return
	}
	at, totals, others := map[int]check.Field{}, map[int]check.Field{}, 0
	for i := range cols {
		if c := &cols[i]; c.last.Kind != check.Text || c.known && !c.partRole() && c.period.Kind == check.Absent {
			continue
		}
		stack := t.stack(rows, i, nil)
		switch k := slices.IndexFunc(stack, func(f check.Field) bool { return f.Kind == check.Text && len(f.Text) <= 120 && t.across(f.Text) }); {
		case k < 0:
			others++
		case t.totalName(stack[k].Text):
			totals[i] = stack[k]
		default:
			at[i] = stack[k]
		}
	}
	distinct := map[check.Cell]bool{}
	for _, f := range at {
		distinct[f.At] = true
	}
	if len(distinct) < minAcross || len(at)*10 < (len(at)+others)*6 {
		return
	}
	for i, f := range at {
		c := &cols[i]
		c.agency, c.known, c.group = f, true, false
		if !c.partRole() {
			c.role = roleNone
		}
	}
	for i, f := range totals {
		cols[i] = column{role: roleIgnored, last: f, known: true, total: true}
	}
}

// across reports whether a heading names an agency, or all of them together.
func (t *table) across(text string) bool {
	switch t.r.lineKind(text) {
	case lineTotal, lineNation, lineMean:
		return true
	case linePlain:
		return t.r.headers.role(text) == roleNone && t.isAgency(text)
	}
	return false
}

// totalName reports whether a heading is that of all agencies together.
func (t *table) totalName(text string) bool { return t.r.lineKind(text) != linePlain }

// judgeAcross asks about a column of figures that names no agency beside columns that do, and says which are totals.
func (t *table) judgeAcross(cols []column) bool {
	t.isAcross = slices.ContainsFunc(cols, func(c column) bool { return c.agency.Kind != check.Absent })
	if !t.isAcross {
		return true
	}
	ok := true
	for i := range cols {
		c := &cols[i]
		switch {
		case c.total:
			t.found(check.Info, c.last.Ref(), TotalRow, "Cột "+quote(c.last.Text)+" là cột tổng, không phải một đơn vị: không lưu.")
		case c.bound() && c.aside == "" && c.agency.Kind == check.Absent && c.last.Kind != check.Absent:
			c.aside = "chưa rõ của đơn vị nào"
			ok = t.ask(c, SecondNames, "Cột "+quote(shown(&c.last))+" ở ô "+c.last.Ref()+
				" không ghi tên đơn vị, trong khi các cột bên cạnh mỗi cột là một đơn vị. Hãy ghi tên đơn vị ở tiêu đề cột, hoặc bỏ cột.")
		}
	}
	return ok
}
