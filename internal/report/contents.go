package report

import (
	"fmt"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// contents writes the first sheet: what the workbook is, and links to the rest.
func (b *book) contents() error {
	p := b.pack
	s := b.sheet(sheetContents, 7, 85, 35)
	issuer := strings.ToUpper(p.Issuer)
	if issuer == "" {
		issuer = strings.Repeat(".", 40)
	}
	s.line(issuer, look{bold: true, align: "left", wrap: true})
	s.next(rowHeight)
	title := p.Title
	if title == "" {
		title = "Báo cáo chỉ tiêu chuyển đổi số"
	}
	s.line(strings.ToUpper(title), look{bold: true, size: 14, align: "center", wrap: true})
	if p.illustrative() {
		s.line("Trong báo cáo có "+illustrativeText, look{bold: true, align: "center"})
	}
	if p.Period.Key != "" {
		s.line(p.Period.Title(), look{bold: true, align: "center"})
	}
	s.line(p.span(), look{italic: true, align: "center", wrap: true})
	standing := fmt.Sprintf("Phiên bản dữ liệu %d", p.Revision)
	if p.Standing != "" {
		standing = p.Standing + " – " + lowerFirst(standing)
	}
	s.line(standing, look{italic: true, align: "center", wrap: true})
	if p.Head != "" {
		s.line("Mốc nhật ký: "+p.Head, look{italic: true, align: "center", wrap: true})
	}
	s.next(rowHeight)
	h := look{bold: true, align: "center", border: true, shade: true}
	for i, t := range []string{"TT", "Nội dung", "Trang tính"} {
		s.put(i+1, t, h)
	}
	s.next(rowHeight + 3)
	n, group := 0, ""
	for _, x := range b.sheets {
		if x.group != group && x.group != "" {
			s.merge(1, 3, x.group, look{bold: true, border: true, align: "left", indent: true})
			s.next(rowHeight + 3)
		}
		group = x.group
		n++
		s.put(1, n, look{border: true, align: "center", format: "0"})
		s.put(2, x.title, look{border: true, align: "left", wrap: true, indent: true})
		s.put(3, x.name, look{border: true, align: "left", link: true, indent: true})
		s.do(b.f.SetCellHyperLink(s.name, cellName(3, s.row), quoteSheet(x.name)+"!A1", "Location"))
		s.next(rowHeight*float64(lines(x.title, s.widths[1]*0.9)) + 3)
	}
	if len(p.Tables) == 0 && len(p.Agencies) == 0 {
		s.next(rowHeight)
		s.line("Báo cáo chưa có bảng xếp hạng nào: chưa có số liệu cho kỳ đã chọn.", look{italic: true, align: "center"})
	}
	s.page("", s.area(1, 1, s.last(), s.row-1), p.illustrative())
	return s.done()
}

func tableTitle(t *ranking.Table) string {
	text := "Bảng xếp hạng: " + t.Name
	if t.Block.Name != "" {
		text += " – " + t.Block.Name
	}
	if title := lowerTitle(t.Period); title != "" {
		text += ", " + title
	}
	if t.Illustrative() {
		text += " – " + illustrativeText
	}
	return text
}

// definitions writes what the figures mean and which files and publishers they came from.
func (b *book) definitions() error {
	s := b.sheet(sheetDefinitions, 10, 27, 27, 26, 10, 11, 12, 6, 8, 20, 11)
	s.line("ĐỊNH NGHĨA CHỈ TIÊU", look{bold: true, size: 13, align: "left"})
	s.table(
		"Mã",
		"Tên chỉ tiêu",
		"Tử số",
		"Mẫu số",
		"Đơn vị tính",
		"Chiều",
		"Cách tích lũy",
		"Số lẻ",
		"Mẫu tối thiểu",
		"Căn cứ",
		"Hiệu lực",
	)
	defs := b.pack.allDefinitions()
	for _, d := range defs {
		s.definition(d, b.pack.Period.To)
	}
	if len(defs) == 0 {
		s.line("Không có định nghĩa nào.", look{italic: true, align: "left"})
	}
	s.scorecards()
	s.next(rowHeight)
	s.sources()
	s.page("", s.area(1, 1, s.last(), s.row-1), b.pack.illustrative())
	return s.done()
}

// sourceFields is how the columns of the sheet are joined for the list of sources.
var sourceFields = [...]struct {
	title    string
	from, to int
}{{"Nguồn số", 1, 1}, {"Nguồn", 2, 2}, {"Tệp", 3, 3}, {"Nơi công bố", 4, 6}, {"Thời điểm nhận", 7, 8}, {"Số liệu", 9, 9}, {"SHA-256", 10, 11}}

// sources writes the numbered list that the figures of the other sheets refer to.
func (s *sheet) sources() {
	s.b.list = s.row
	s.line("NGUỒN SỐ LIỆU", look{bold: true, size: 13, align: "left"})
	for _, f := range sourceFields {
		s.merge(f.from, f.to, f.title, look{bold: true, align: "center", wrap: true, border: true, shade: true})
	}
	s.next(rowHeight + 3)
	for i, n := range s.b.pack.Sources {
		at := ""
		if !n.At.IsZero() {
			at = n.At.In(hanoi()).Format("15:04 02/01/2006")
		}
		number := look{border: true, align: "center", top: true, format: "0"}
		text := look{border: true, wrap: true, align: "left", top: true}
		high := 1
		for j, v := range [len(sourceFields)]any{i + 1, n.System, n.File, n.Origin, at, n.Figures, n.SHA256} {
			f := sourceFields[j]
			if words, ok := v.(string); ok {
				high = max(high, s.merge(f.from, f.to, words, text))
			} else {
				s.put(f.from, v, number)
			}
		}
		s.next(rowHeight*float64(high) + 1)
	}
	if len(s.b.pack.Sources) == 0 {
		s.line("Không có nguồn nào.", look{italic: true, align: "left"})
	}
}

func (s *sheet) definition(d *kpi.Definition, day vi.Date) {
	valid := "từ " + d.From.String()
	switch from, to := d.From.String(), d.To.String(); {
	case from == "" && to == "":
		valid = "chưa giới hạn"
	case from == "":
		valid = "đến " + to
	case to != "":
		valid += " đến " + to
	}
	s.texts(d.Indicator.Code, d.Name, d.Numerator, d.Denominator, d.Unit, directionTitle(d.Indicator.Direction),
		d.Accumulation.Title(), d.Decimals, d.MinN, d.BasisOn(day), valid)
}

func directionTitle(d kpi.Direction) string {
	switch d {
	case kpi.Higher:
		return "cao hơn tốt hơn"
	case kpi.Lower:
		return "thấp hơn tốt hơn"
	case kpi.Neutral:
		return "không đánh giá"
	}
	return string(d)
}

// scorecards writes the components of every scorecard that a table ranks.
func (s *sheet) scorecards() {
	seen := map[*ranking.Scorecard]bool{}
	for i := range s.b.pack.Tables {
		c := s.b.pack.Tables[i].Scorecard
		if c == nil || seen[c] {
			continue
		}
		seen[c] = true
		s.next(rowHeight)
		s.line(fmt.Sprintf("BỘ CHỈ SỐ %s, phiên bản %s: %s", c.Code, c.Version, c.Name), look{bold: true, align: "left", wrap: true})
		s.table("Mã", "Thuộc nhóm", "Cách tính điểm", "Khi thiếu số liệu", "Điểm tối đa", "Trọng số", "Trần (%)")
		for _, x := range c.Components {
			s.texts(x.Code, x.Parent, ruleTitle(x.Rule), missingTitle(x.OnMissing), x.Max, x.Weight, x.Cap)
		}
	}
}

func ruleTitle(r ranking.Rule) string {
	switch r {
	case ranking.Passthrough:
		return "lấy điểm đã có"
	case ranking.Linear:
		return "điểm tối đa × tỷ lệ"
	case ranking.CappedLinear:
		return "điểm tối đa × tỷ lệ so với trần"
	case ranking.SumRule:
		return "tổng các thành phần"
	}
	return string(r)
}

func missingTitle(m ranking.OnMissing) string {
	switch m {
	case ranking.Incomplete:
		return "không có điểm tổng"
	case ranking.Zero:
		return "tính 0 điểm"
	}
	return string(m)
}

// table writes a header row.
func (s *sheet) table(titles ...string) {
	n := 1
	for i, t := range titles {
		s.put(i+1, t, look{bold: true, align: "center", wrap: true, border: true, shade: true})
		n = max(n, lines(t, s.widths[i]*0.85))
	}
	s.next(rowHeight*float64(n) + 3)
}

// texts writes a bordered row of text and numbers.
func (s *sheet) texts(values ...any) {
	n := 1
	for i, v := range values {
		l := look{border: true, wrap: true, align: "left", top: true}
		if text, ok := v.(string); ok {
			n = max(n, lines(text, s.widths[i]))
		} else {
			l.format, l.align = "General", "right"
		}
		s.put(i+1, v, l)
	}
	s.next(rowHeight*float64(n) + 1)
}
