package report

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf16"
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
