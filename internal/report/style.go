package report

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

const (
	fontName  = "Times New Roman"
	barColor  = "9DC3E6" // light enough for black figures on a photocopy
	barAccent = "2F74B5"
)

// look is what a cell looks like. It is a map key: one Excel style for each different look.
type look struct {
	size       float64 // 0: 11
	bold       bool
	italic     bool
	link       bool
	align      string // left, center, right
	top        bool   // at the top of its row, not in the middle
	indent     bool   // a little away from the border
	wrap       bool
	border     bool
	shade      bool   // header rows
	fill       string // colour behind the figure; "" is none
	rotate     bool   // text from bottom to top
	format     string // number format; "" is text
	quoted     bool   // quotePrefix: keeps "=1+1" text when it is edited or saved as CSV
	underlined bool
}

// styles makes each look once.
type styles struct {
	f   *excelize.File
	ids map[look]int
}

func newStyles(f *excelize.File) *styles { return &styles{f: f, ids: map[look]int{}} }

// id returns the style of a look.
func (s *styles) id(l look) (int, error) {
	if id, ok := s.ids[l]; ok {
		return id, nil
	}
	id, err := s.make(l)
	if err != nil {
		return 0, err
	}
	s.ids[l] = id
	return id, nil
}

func (s *styles) make(l look) (int, error) {
	if l.quoted {
		return s.quote(l)
	}
	size := l.size
	if size == 0 {
		size = 11
	}
	font := &excelize.Font{Family: fontName, Size: size, Bold: l.bold, Italic: l.italic, Color: "000000"}
	if l.link {
		font.Color, font.Underline = "0B5394", "single"
	}
	if l.underlined {
		font.Underline = "single"
	}
	vertical := "center"
	if l.top {
		vertical = "top"
	}
	st := &excelize.Style{Font: font,
		Alignment: &excelize.Alignment{Horizontal: l.align, Vertical: vertical, WrapText: l.wrap}}
	if l.indent {
		st.Alignment.Indent = 1
	}
	if l.border {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			st.Border = append(st.Border, excelize.Border{Type: side, Style: 1, Color: "7F7F7F"})
		}
	}
	if l.shade {
		st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7EEF6"}}
	}
	if l.fill != "" {
		st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{l.fill}}
	}
	if l.rotate {
		st.Alignment.TextRotation = 90
	}
	if l.format != "" {
		st.CustomNumFmt = &l.format
	}
	return s.f.NewStyle(st)
}

// quote copies the unquoted style and sets quotePrefix, which excelize reads and writes but does
// not offer.
func (s *styles) quote(l look) (int, error) {
	l.quoted = false
	base, err := s.id(l)
	if err != nil {
		return 0, err
	}
	xfs := s.f.Styles.CellXfs
	xf, yes := xfs.Xf[base], true
	xf.QuotePrefix = &yes
	xfs.Xf = append(xfs.Xf, xf)
	xfs.Count = len(xfs.Xf)
	return len(xfs.Xf) - 1, nil
}

// numFormat is the number format of so many decimals. The file says #,##0.00 in every language; a
// Vietnamese Excel shows 1.234,56.
func numFormat(decimals int) string {
	if decimals <= 0 {
		return "#,##0"
	}
	return "#,##0." + strings.Repeat("0", decimals)
}

// figureFormat shows a figure as kpi.Exactness prints it.
func figureFormat(e kpi.Exactness, d vi.Decimal, decimals int) string {
	_, scale := d.Parts()
	word := e.Qualifiers.Word()
	switch {
	case word == "":
		return numFormat(max(decimals, scale))
	case e.Computed:
		scale = max(decimals, scale)
	}
	return `"` + word + ` "` + numFormat(scale)
}

// changeFormat shows a movement of ranks as people write it and keeps it a number.
const changeFormat = `"▲"0;"▼"0;"–"`

// column returns the letters of a column number from 1.
func column(n int) string {
	name, _ := excelize.ColumnNumberToName(n) // fails only outside 1..16,384, and our own tables are narrow
	return name
}
