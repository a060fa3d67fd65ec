package report

import (
	"fmt"
	"math"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// Pixels at 96 dpi: the width of A4 landscape between the margins, of a digit of the default font, and
// what a column adds to its digits.
const (
	paperWidth  = (297/25.4 - marginLeft - marginRight) * 96
	digitWidth  = 7
	cellPadding = 5
)

// field is one column of a ranking sheet.
type field struct {
	title, number string
	width         float64
	look          look
	value         func(r ranking.Row) any
	exact         bool // shown with the decimals that the figure has
}

// grid is the shape of one ranking sheet: its columns and where the figures stand.
type grid struct {
	fields         []field
	valueCol       int
	num, den, note int // columns, 0 if absent
	remarks        func(r ranking.Row) string
	head           int // header row; the column numbers stand below it
	first, final   int // rows of the ranked agencies
}

func newGrid(t *ranking.Table) *grid {
	g := &grid{}
	text := look{border: true, wrap: true, align: "left", indent: true}
	number := look{border: true, align: "right", format: numFormat(t.Decimals), indent: true}
	center := look{border: true, align: "center", format: "0"}
	n := 0
	add := func(f field) int {
		if f.number == "" {
			n++
			f.number = fmt.Sprintf("(%d)", n)
		}
		g.fields = append(g.fields, f)
		return len(g.fields)
	}
	add(field{title: "Hạng", number: "(A)", width: 6, look: center, value: func(r ranking.Row) any { return r.Rank }})
	add(field{title: "Đơn vị", number: "(B)", width: 31, look: text, value: func(r ranking.Row) any { return r.Name }})
	formula := ""
	if t.Definition != nil && t.Definition.HasParts() {
		g.num = add(field{title: "Tử số", width: 12, look: number, exact: true, value: func(r ranking.Row) any { return r.Num }})
		g.den = add(field{title: "Mẫu số", width: 12, look: number, exact: true, value: func(r ranking.Row) any { return r.Den }})
		formula = "(3)=(1)/(2)"
		if t.Unit == "%" {
			formula += "×100"
		}
		n++
	}
	g.valueCol = add(field{title: "Giá trị", number: formula, width: 14, look: number, value: func(r ranking.Row) any { return r.Value }})
	add(
		field{title: "Thay đổi hạng", width: 9, look: look{border: true, align: "center", format: changeFormat}, value: func(r ranking.Row) any {
			if c, ok := r.Change(); ok {
				return c
			}
			return nil
		}},
	)
	gap := "Cách hạng trên"
	if t.Unit == "%" {
		gap += " (điểm %)"
	}
	add(field{title: gap, width: 14, look: number, value: func(r ranking.Row) any { return r.Gap }})
	if anyPublished(t.Rows) {
		add(field{title: "Hạng công bố", width: 9, look: center, value: func(r ranking.Row) any {
			if r.PublishedRank == 0 {
				return nil
			}
			return r.PublishedRank
		}})
	}
	places := make(map[agency.ID]int, len(t.Rows))
	for i, r := range t.Rows {
		places[r.Agency] = i
	}
	g.remarks = func(r ranking.Row) string { return remarks(t, places[r.Agency]) }
	g.note = add(field{title: "Ghi chú", width: g.room(), look: text, value: func(r ranking.Row) any { return g.remarks(r) }})
	return g
}

// room returns the width that the remarks may take so that the table fills the paper at full size.
func (g *grid) room() float64 {
	left := paperWidth - cellPadding
	for _, f := range g.fields {
		left -= f.width*digitWidth + cellPadding
	}
	return min(max(math.Floor(left/digitWidth), 22), 48)
}

func anyPublished(rows []ranking.Row) bool {
	for _, r := range rows {
		if r.PublishedRank != 0 {
			return true
		}
	}
	return false
}

// remarks says what the figures of row i do not.
func remarks(t *ranking.Table, i int) string {
	r := t.Rows[i]
	out := r.Qualifiers.Titles()
	if r.Bare {
		out = append(out, "thiếu tử/mẫu số")
	}
	if !r.Value.Valid {
		out = append(out, lowerFirst(t.SilentRemark()))
	}
	if len(r.Zeroed) > 0 {
		out = append(out, "tính 0 điểm: "+strings.Join(t.ZeroedNames(i), ", "))
	}
	return strings.Join(out, "; ")
}

// ranking writes the sheet of table i.
func (b *book) ranking(i int) error {
	t := &b.pack.Tables[i]
	g := newGrid(t)
	widths := make([]float64, len(g.fields))
	for j, f := range g.fields {
		widths[j] = f.width
	}
	s := b.sheet(b.names[i], widths...)
	s.heading(t, i)
	s.header(g)
	s.rows(g, t)
	more := s.totals(g, t)
	s.notRanked(t)
	s.notes(t, more)
	s.signatures()
	areas := s.area(1, 1, s.last(), s.row-1)
	if len(t.Rows) > 0 {
		s.bars(g, t)
		areas += "," + s.chart(g, t)
	}
	if len(t.Rows) > 0 {
		b.label(s.area(1, g.first, s.last(), g.final), "XH", t.Code, t.Period.Key)
	}
	s.freeze(2, g.head+1)
	s.page(fmt.Sprintf("$%d:$%d", g.head, g.head+1), areas, t.Illustrative())
	return s.done()
}

func (s *sheet) heading(t *ranking.Table, i int) {
	p := s.b.pack
	issuer := strings.ToUpper(p.Issuer)
	if issuer == "" {
		issuer = strings.Repeat(".", 40)
	}
	s.merge(1, 3, issuer, look{bold: true, align: "center", wrap: true})
	s.next(rowHeight * float64(lines(issuer, s.widths[0]+s.widths[1]+s.widths[2])))
	number := 0
	if len(p.Tables) > 1 {
		number = i + 1
	}
	s.line(p.appendix(number), look{bold: true, size: 13, align: "center"})
	s.line("BẢNG XẾP HẠNG: "+strings.ToUpper(t.Name), look{bold: true, size: 13, align: "center", wrap: true})
	if t.Illustrative() {
		s.line(illustrativeText, look{bold: true, size: 13, align: "center"})
	}
	s.line(strings.Trim(t.Block.Name+" – "+lowerTitle(t.Period), " –"), look{bold: true, align: "center", wrap: true})
	s.line(p.Letter.text(), look{italic: true, align: "center"})
	half := s.last() - 2
	s.merge(1, half, p.spanOf(i), look{italic: true, align: "left"})
	s.merge(half+1, s.last(), "Đơn vị tính: "+t.Unit, look{italic: true, align: "right"})
	s.next(rowHeight)
}

// lowerTitle puts a period's title inside a line.
func lowerTitle(p kpi.Period) string {
	if p.Key == "" {
		return ""
	}
	r := []rune(p.Title())
	return strings.ToLower(string(r[0])) + string(r[1:])
}

func (s *sheet) header(g *grid) {
	g.head = s.row
	h := look{bold: true, align: "center", wrap: true, border: true, shade: true}
	n := 1
	for i, f := range g.fields {
		s.put(i+1, f.title, h)
		n = max(n, lines(f.title, f.width*0.85))
	}
	s.next(rowHeight*float64(n) + 3)
	small := look{italic: true, align: "center", border: true, shade: true}
	for i, f := range g.fields {
		s.put(i+1, f.number, small)
	}
	s.next(rowHeight)
}

func (s *sheet) rows(g *grid, t *ranking.Table) {
	g.first = s.row
	for _, r := range t.Rows {
		for i, f := range g.fields {
			v, l := f.value(r), f.look
			if r.Agency == s.b.pack.Own {
				l.bold, l.shade = true, true
			}
			if d, ok := v.(vi.NullDecimal); ok && f.exact {
				_, scale := d.Parts()
				l.format = numFormat(scale)
			} else if i+1 == g.valueCol && r.Value.Valid && r.Qualifiers.Word() != "" {
				l.format = figureFormat(r.Exactness(), r.Value.Decimal, t.Decimals)
			}
			s.put(i+1, v, l)
		}
		n := max(lines(r.Name, g.fields[1].width-2), lines(g.remarks(r), g.fields[g.note-1].width-2))
		s.next(rowHeight * float64(n))
	}
	g.final = s.row - 1
	if len(t.Rows) == 0 {
		s.line("Chưa có đơn vị nào được xếp hạng trong kỳ.", look{italic: true, align: "center", border: true})
	}
}

// total is one line below the ranked agencies: the pooled figure, a published one, the target.
type total struct {
	name     string
	num, den vi.NullDecimal
	value    vi.Decimal
	note     string
	kpi.Exactness
}

// It returns what its remarks left to the notes: they take one line, like the rows above.
func (s *sheet) totals(g *grid, t *ranking.Table) (more []string) {
	var all []total
	if p := t.Headline(); p.Value.Valid {
		note := "tổng các đơn vị"
		if p.Method == ranking.RatioOfSums {
			note = "tổng tử / tổng mẫu"
		}
		all = append(all, total{name: p.Scope, num: p.Num, den: p.Den, value: p.Value.Decimal, note: note})
	}
	if p := t.Published; p != nil {
		all = append(all, total{name: p.Scope + " (số đã công bố)", value: p.Value, note: s.publisher(t), Exactness: p.Exactness})
	}
	if m := t.Target; m != nil {
		all = append(all, total{name: fmt.Sprintf("Mục tiêu năm %d", m.Year), value: m.Value, note: m.Act})
	}
	for _, x := range all {
		for c := range g.fields {
			s.style(c+1, c+1, s.row, look{border: true, bold: true})
		}
		text := look{border: true, bold: true, wrap: true, align: "left", indent: true}
		s.put(2, x.name, text)
		number := look{border: true, bold: true, align: "right", indent: true}
		figure := func(col int, d vi.Decimal, least int, e kpi.Exactness) {
			number.format = figureFormat(e, d, least)
			s.put(col, d, number)
		}
		if g.num > 0 && x.num.Valid && x.den.Valid {
			figure(g.num, x.num.Decimal, 0, kpi.Exactness{})
			figure(g.den, x.den.Decimal, 0, kpi.Exactness{})
		}
		figure(g.valueCol, x.value, t.Decimals, x.Exactness)
		text.bold = false
		if lines(x.note, g.fields[g.note-1].width-2) > 1 {
			more = append(more, x.name+": theo "+x.note)
			x.note = "xem ghi chú"
		}
		s.put(g.note, x.note, text)
		s.next(rowHeight * float64(lines(x.name, g.fields[1].width-4)))
	}
	return more
}

// publisher says whom the published figure of t comes from: by number where the list of sources has it.
func (s *sheet) publisher(t *ranking.Table) string {
	if n := s.b.pack.publishedNumber(t); n > 0 {
		return fmt.Sprintf("Theo nguồn số %d", n)
	}
	return t.Published.Source
}

func (s *sheet) notRanked(t *ranking.Table) {
	if len(t.NotRanked) == 0 {
		return
	}
	s.next(rowHeight / 2)
	h := look{bold: true, align: "center", border: true, shade: true}
	s.put(1, "TT", h)
	s.put(2, fmt.Sprintf("Đơn vị không xếp hạng (%d)", len(t.NotRanked)), h)
	s.merge(3, 4, "Lý do", h)
	s.merge(5, s.last(), "Chi tiết", h)
	s.next(rowHeight)
	text := look{border: true, wrap: true, align: "left", indent: true}
	for i, r := range t.NotRanked {
		s.put(1, i+1, look{border: true, align: "center", format: "0"})
		s.put(2, r.Name, text)
		n := max(lines(r.Name, s.widths[1]-2), s.merge(3, 4, r.Reason.Title(), text), s.merge(5, s.last(), r.Detail, text))
		s.next(rowHeight * float64(n))
	}
}

func (s *sheet) notes(t *ranking.Table, more []string) {
	s.next(rowHeight / 2)
	s.line("Ghi chú:", look{bold: true, italic: true, align: "left"})
	for _, note := range append(notes(t, s.b.pack.sourceNumbers(t)), more...) {
		s.line("- "+note, look{align: "left", wrap: true, top: true})
	}
}

func notes(t *ranking.Table, sources []int) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if d := t.Definition; d != nil {
		if d.HasParts() {
			add("Tử số: %s. Mẫu số: %s.", d.Numerator, d.Denominator)
		}
		scope := "Phạm vi số liệu: " + d.Accumulation.Title() + "."
		if basis := d.BasisOn(t.Period.To); basis != "" {
			scope += " Căn cứ: " + basis + "."
		}
		add("%s", scope)
	}
	if c := t.Scorecard; c != nil {
		card := "Bộ chỉ số: " + c.Name + ", phiên bản " + c.Version + "."
		if c.Basis != "" {
			card += " Căn cứ: " + c.Basis + "."
		}
		add("%s", card)
	}
	source := t.Source.Title()
	if len(sources) > 0 {
		source += fmt.Sprintf(
			" (nguồn số %s, trang “%s”)",
			strings.Trim(strings.ReplaceAll(fmt.Sprint(sources), " ", ", "), "[]"),
			sheetDefinitions,
		)
	} else if len(t.Origins) > 0 {
		source += " (" + strings.Join(t.Origins, "; ") + ")"
	}
	add("%s", strings.TrimSpace("Nguồn: "+source+". "+t.SourceFallback))
	if standing := t.Standing(); standing != "" {
		add("%s.", standing)
	}
	if c := t.Coverage(); !c.Enough() {
		add("%s", c.Sentence())
	} else if !c.Full() {
		add("Có số liệu của %s.", c.Agencies())
	}
	rule := "giá trị cao hơn xếp trên"
	switch t.Direction {
	case kpi.Lower:
		rule = "giá trị thấp hơn xếp trên"
	case kpi.Neutral:
		rule = "xếp theo độ lớn, không đánh giá tốt hay chưa tốt"
	}
	if d := t.Definition; d != nil && d.MinN.Valid {
		rule += fmt.Sprintf("; không xếp hạng đơn vị có mẫu số dưới %s (mẫu nhỏ)", vi.FormatNumber(d.MinN.Decimal, 0))
	}
	if who := numberedOn(t); who != "" {
		rule += "; " + ranking.NumbersOn + " (" + who + ")"
	}
	add("Đồng hạng 1, 2, 2, 4 trên số làm tròn đến %d chữ số thập phân; %s.", t.Decimals, rule)
	switch {
	case t.Previous.None != "":
		add("Không so sánh thứ hạng: %s", t.Previous.None)
	case t.Previous.Period != nil:
		add("Thay đổi hạng so với %s: ▲ tăng, ▼ giảm, – giữ nguyên.", lowerTitle(*t.Previous.Period))
		if t.Previous.Recomputed != "" {
			add("%s", t.Previous.Recomputed)
		}
	}
	return out
}

// numberedOn names the agencies that the source numbers on although they tie with another one.
func numberedOn(t *ranking.Table) string {
	const named = 4
	var who []string
	for i, r := range t.Rows {
		if t.PublishedReason(i) == ranking.NumbersOn {
			who = append(who, r.Name)
		}
	}
	text := strings.Join(who[:min(named, len(who))], ", ")
	if more := len(who) - named; more > 0 {
		text += fmt.Sprintf(" và %d đơn vị khác", more)
	}
	return text
}

// signatureHeight is how high signatures are, in points.
const signatureHeight = rowHeight * 6

// signatures leaves room for who prepared the table and who answers for it.
func (s *sheet) signatures() {
	sign := s.b.pack.Signing
	if sign.Off {
		return
	}
	s.next(rowHeight / 2)
	half := s.last() / 2
	bold, note := look{bold: true, align: "center"}, look{italic: true, align: "center"}
	s.merge(1, half, "Người lập biểu", bold)
	s.merge(half+1, s.last(), "Thủ trưởng đơn vị", bold)
	s.next(rowHeight)
	s.merge(1, half, "(Ký, ghi rõ họ tên)", note)
	s.merge(half+1, s.last(), "(Ký, ghi rõ họ tên, đóng dấu)", note)
	s.next(rowHeight)
	s.next(rowHeight * 2.5)
	if sign.Preparer+sign.Leader != "" {
		s.merge(1, half, sign.Preparer, bold)
		s.merge(half+1, s.last(), sign.Leader, bold)
		s.next(rowHeight)
	}
}
