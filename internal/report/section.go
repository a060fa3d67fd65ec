package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// Section is a part of a pack that may be chosen and moved.
type Section string

// The sections, in the order that they have when nobody chooses another.
const (
	Summary        Section = "summary"
	Rankings       Section = "rankings"
	NationSheet    Section = "nation"
	HeatTables     Section = "heat"
	AgencySheets   Section = "agencies"
	TaskSheets     Section = "tasks"
	Discipline     Section = "discipline"
	Plan           Section = "plan"
	Reconciliation Section = "reconciliation"
	Differences    Section = "differences"
	DetailSheet    Section = "details"
	Definitions    Section = "definitions"
)

// Sections lists every section in its usual order.
func Sections() []Section {
	return []Section{
		Summary,
		Rankings,
		NationSheet,
		HeatTables,
		AgencySheets,
		TaskSheets,
		Discipline,
		Plan,
		Reconciliation,
		Differences,
		DetailSheet,
		Definitions,
	}
}

// OwnSections is the usual order of the pack of one agency: what is its own comes first.
func OwnSections() []Section {
	return []Section{AgencySheets, TaskSheets, Discipline, Plan, Differences, Rankings, HeatTables, DetailSheet, Definitions}
}

// Title returns the Vietnamese name of the section.
func (s Section) Title() string {
	switch s {
	case Summary:
		return "Tóm tắt và nhận xét"
	case Rankings:
		return "Bảng xếp hạng"
	case NationSheet:
		return "Số liệu cả nước"
	case HeatTables:
		return "Bảng nhiệt theo thành phần"
	case AgencySheets:
		return "Trang từng đơn vị"
	case TaskSheets:
		return "Nhiệm vụ và danh sách quá hạn"
	case Discipline:
		return "Kỷ luật báo cáo"
	case Plan:
		return "Thực hiện mục tiêu"
	case Reconciliation:
		return "Đối chiếu số liệu"
	case Differences:
		return "Khác bản công bố trước"
	case DetailSheet:
		return "Số liệu chi tiết và xuất xứ"
	case Definitions:
		return "Định nghĩa và nguồn"
	}
	return string(s)
}

// Names of the sheets of the sections that have one.
const (
	sheetSummary     = "Tóm tắt"
	sheetTasks       = "Nhiệm vụ"
	sheetOverdue     = "Quá hạn"
	sheetDiscipline  = "Kỷ luật báo cáo"
	sheetPlan        = "Mục tiêu"
	sheetGaps        = "Đối chiếu"
	sheetDifferences = "Thay đổi"
)

// planned is one sheet of the workbook to be.
type planned struct {
	name  string
	title string // in the contents
	group string // heading above it in the contents, "" for none
	write func() error
}

// plan decides which sheets there are and in which order. A section that has nothing to show is left out:
// no empty page.
func (b *book) plan() []planned {
	p := b.pack
	order := p.Sections
	switch {
	case order != nil:
	case p.Own != "":
		order = OwnSections()
	default:
		order = Sections()
	}
	if slices.Contains(order, DetailSheet) && !slices.Contains(order, Definitions) { // it leads there
		order = append(slices.Clone(order), Definitions)
	}
	taken := map[string]bool{"history": true, strings.ToLower(sheetContents): true}
	for _, name := range []string{sheetDetails, sheetDefinitions, sheetSummary, sheetTasks, sheetOverdue, sheetDiscipline, sheetPlan, sheetGaps, sheetDifferences, sheetNation} {
		taken[strings.ToLower(name)] = true
	}
	b.names = make([]string, len(p.Tables))
	for i := range p.Tables {
		b.names[i] = sheetName(taken, p.Tables[i].Code)
	}
	var out []planned
	add := func(ok bool, name, title string, write func() error) {
		if ok {
			out = append(out, planned{name: name, title: title, write: write})
		}
	}
	for i, section := range order {
		if slices.Contains(order[:i], section) {
			continue
		}
		switch section {
		case Summary:
			add(len(p.Key)+len(p.Remarks)+len(p.Praise)+len(p.Criticism) > 0, sheetSummary, "Tóm tắt, nhận xét và biểu đồ chính", b.summary)
		case Rankings:
			for i := range p.Tables {
				add(true, b.names[i], tableTitle(&p.Tables[i]), func() error { return b.ranking(i) })
			}
		case NationSheet:
			add(len(p.Nation) > 0, sheetNation, "Số liệu cả nước", b.nation)
		case HeatTables:
			for i := range p.Heat {
				h := &p.Heat[i]
				name := sheetName(taken, "Nhiệt "+h.Table.Code)
				add(len(h.Columns) > 0, name, "Bảng nhiệt theo thành phần: "+h.Table.Name, func() error { return b.heat(name, h) })
			}
		case AgencySheets:
			for i := range p.Agencies {
				c := &p.Agencies[i]
				name := sheetName(taken, c.Name)
				x := planned{name: name, title: c.Name, group: AgencySheets.Title(), write: func() error { return b.agency(name, c) }}
				if len(p.Agencies) == 1 {
					x.title, x.group = "Kết quả của "+c.Name, ""
				}
				out = append(out, x)
			}
		case TaskSheets:
			t := p.Tasks
			add(t != nil, sheetTasks, "Thực hiện nhiệm vụ", b.tasks)
			add(t != nil && len(t.Overdue) > 0, sheetOverdue, "Danh sách nhiệm vụ quá hạn", b.overdue)
		case Discipline:
			add(len(p.Rounds) > 0, sheetDiscipline, "Kỷ luật báo cáo", b.discipline)
		case Plan:
			add(len(p.Plan) > 0, sheetPlan, "Thực hiện mục tiêu", b.planSheet)
		case Reconciliation:
			add(len(p.Gaps) > 0, sheetGaps, "Đối chiếu với số liệu đã công bố", b.gaps)
		case Differences:
			add(p.Differences != nil, sheetDifferences, "Thay đổi so với bản công bố trước", b.differences)
		case DetailSheet:
			add(true, sheetDetails, "Số liệu chi tiết và xuất xứ từng số", b.details)
		case Definitions:
			add(true, sheetDefinitions, "Định nghĩa chỉ tiêu và nguồn số liệu", b.definitions)
		}
	}
	return out
}

// sheetName makes a name for a sheet: without what Excel forbids, at most 31 long, and different from all taken ones without
// regard to case. The name is taken then.
func sheetName(taken map[string]bool, text string) string {
	base := strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError || strings.ContainsRune(`:\/?*[]'`, r) {
			return '_'
		}
		return r
	}, vi.Clean(text))
	if base == "" {
		base = "Biểu"
	}
	name := strings.TrimSpace(cut(base, maxSheet, ""))
	for n := 2; taken[strings.ToLower(name)]; n++ {
		suffix := fmt.Sprintf(" (%d)", n)
		name = strings.TrimSpace(cut(base, maxSheet-len(suffix), "")) + suffix
	}
	taken[strings.ToLower(name)] = true
	return name
}

// label gives a range a name of the workbook, so that formulas and other files find it: the parts joined, without diacritics.
func (b *book) label(ref string, parts ...string) {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_':
			return r
		}
		return '_'
	}, strings.ToUpper(vi.Fold(strings.Join(parts, "_"))))
	base := name
	for n := 2; b.labels[name]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	b.labels[name] = true
	b.refs = append(b.refs, [2]string{name, ref})
}

// spanFor is the days that the figures of a table cover, those of the pack when nothing else is said.
func (p *Pack) spanFor(t *ranking.Table) Span {
	for i := range p.Tables {
		if x := &p.Tables[i]; x.Code == t.Code && x.Period.Key == t.Period.Key && x.Block.Code == t.Block.Code && i < len(p.Spans) &&
			p.Spans[i] != (Span{}) {
			return p.Spans[i]
		}
	}
	if t.Period.Key != "" && t.Period.Key != p.Period.Key {
		return Span{t.Period.From, t.Period.To}
	}
	return Span{p.DataFrom, p.DataTo} // no round asked for it
}
