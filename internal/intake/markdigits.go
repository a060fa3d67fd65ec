package intake

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"
)

// plainFormat is a number format that shows digits and nothing else; it hides what lies behind its decimals.
var plainFormat = regexp.MustCompile(`^((?:#,##)?0)(?:\.(0+))?(%?)$`)

// builtinFormats are the numbers of such formats that every workbook has.
var builtinFormats = map[int]string{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}

// mostDigits bounds the decimals that a marked cell shows: what a division leaves behind them is of no use to anybody.
const mostDigits = 6

// unhidden returns the style of a faulty cell with as many decimals as its number has: 20,5 in a cell without decimals shows 21, and the
// sentence beside it speaks of 20,5.
func (p *painter) unhidden(style int, sheet, ref string) (int, error) {
	raw, err := p.x.GetCellValue(sheet, ref, excelize.Options{RawCellValue: true})
	if err != nil {
		return 0, err
	}
	_, digits, _ := strings.Cut(raw, ".")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return style, nil
	}
	s, err := p.x.GetStyle(style)
	if err != nil {
		return 0, err
	}
	format := builtinFormats[s.NumFmt]
	if s.CustomNumFmt != nil {
		format = *s.CustomNumFmt
	}
	m := plainFormat.FindStringSubmatch(format)
	if m == nil {
		return style, nil
	}
	need := len(digits)
	if m[3] != "" {
		need -= 2
	}
	if need = min(need, mostDigits); need <= len(m[2]) {
		return style, nil
	}
	return p.formatted(style, m[1]+"."+strings.Repeat("0", need)+m[3])
}

// formatted is a style with another number format.
type formatted struct {
	style  int
	format string
}

// formatted returns a style with another number format: everything else of it stays.
func (p *painter) formatted(style int, format string) (int, error) {
	key := formatted{style, format}
	if id, ok := p.formats[key]; ok {
		return id, nil
	}
	id, err := p.x.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return 0, err
	}
	xfs := p.x.Styles.CellXfs
	if style < 0 || style >= len(xfs.Xf) {
		return 0, fmt.Errorf("style %d of %d", style, len(xfs.Xf))
	}
	xf, yes := xfs.Xf[style], true
	xf.NumFmtID, xf.ApplyNumberFormat = xfs.Xf[id].NumFmtID, &yes
	xfs.Xf = append(xfs.Xf, xf)
	xfs.Count = len(xfs.Xf)
	if p.formats == nil {
		p.formats = map[formatted]int{}
	}
	p.formats[key] = len(xfs.Xf) - 1
	return p.formats[key], nil
}
