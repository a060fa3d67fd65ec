package report

import (
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"chiso/internal/vi"
)

// Limits of the format. Excelize cuts longer cell text without a word.
const (
	maxCell  = 32767
	maxSheet = 31
)

const cutMark = "… (đã cắt bớt)"

// limit returns text that fits into a cell and says so when it had to cut. Excel counts UTF-16
// units.
func limit(s string) string {
	if len(s) <= maxCell {
		return s
	}
	return cut(s, maxCell, cutMark)
}

func cut(s string, units int, mark string) string {
	if len(utf16.Encode([]rune(s))) <= units {
		return s
	}
	room := units - len(utf16.Encode([]rune(mark)))
	n := 0
	for i, r := range s {
		if n += utf16.RuneLen(r); n > room {
			return s[:i] + mark
		}
	}
	return s
}

// risky reports whether a spreadsheet could take the text for a formula once it leaves this
// workbook as CSV or by the clipboard.
func risky(s string) bool {
	return s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", firstRune(s))
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// sheetNames returns a name for the sheet of each table: its code, without what Excel forbids, at
// most 31 long, and different from all others without regard to case.
func sheetNames(p *Pack) []string {
	taken := map[string]bool{"history": true}
	for _, name := range []string{sheetContents, sheetDetails, sheetDefinitions} {
		taken[strings.ToLower(name)] = true
	}
	out := make([]string, 0, len(p.Tables))
	for i := range p.Tables {
		base := strings.Map(func(r rune) rune {
			if r < ' ' || r == utf8.RuneError || strings.ContainsRune(`:\/?*[]'`, r) {
				return '_'
			}
			return r
		}, vi.Clean(p.Tables[i].Code))
		if base == "" {
			base = "Biểu"
		}
		name := strings.TrimSpace(cut(base, maxSheet, ""))
		for n := 2; taken[strings.ToLower(name)]; n++ {
			suffix := fmt.Sprintf(" (%d)", n)
			name = strings.TrimSpace(cut(base, maxSheet-len(suffix), "")) + suffix
		}
		taken[strings.ToLower(name)] = true
		out = append(out, name)
	}
	return out
}

// quoteSheet writes a sheet name for a reference. Names hold no apostrophe.
func quoteSheet(name string) string { return "'" + name + "'" }

// headerText makes text safe inside a page header, where & starts a code. Headers are short.
func headerText(s string) string { return cut(strings.ReplaceAll(s, "&", "&&"), 80, "…") }

// lines estimates how many lines text takes in a cell of so many digits' width, for merged cells,
// which no spreadsheet fits by itself.
func lines(s string, width float64) int {
	n := 0
	for part := range strings.SplitSeq(s, "\n") {
		size := 0.0
		for _, r := range part {
			if unicode.IsUpper(r) {
				size += 1.4
			} else {
				size += 0.9
			}
		}
		switch {
		case width > 60:
			size *= 0.95 // no single wide word counts
		case size > width:
			size *= 1.15 // a short line loses more at its end
		}
		n += max(1, int(math.Ceil(size/width)))
	}
	return n
}
