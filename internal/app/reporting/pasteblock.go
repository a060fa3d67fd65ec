package reporting

import (
	"regexp"
	"slices"
	"strings"

	"chiso/internal/intake"
	"chiso/internal/vi"
)

// block is what was copied from a sheet: lines of cells, and what its columns hold. A column that is not there is -1.
type block struct {
	lines  [][]string // cells as they came
	first  int        // line of the figures
	key    int        // of codes or names
	num    int
	den    int
	val    int
	note   int
	single bool           // one column of figures below no heading and no cursor: "80" may be a numerator or a rate
	others map[int]string // columns with a heading that nobody understands
	known  map[int]bool   // columns that are understood and of no use
}

// splitBlock parts the text of a clipboard into cells. Sheets put a cell with a line break, a tab or a quote into quotes and double the quotes in it.
func splitBlock(text string) (lines [][]string) {
	text = strings.TrimPrefix(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\ufeff")
	text = strings.TrimRight(text, "\n")
	line := []string{}
	for {
		cell, rest := nextCell(text)
		line = append(line, cell)
		if rest == "" || rest[0] == '\n' {
			lines = append(lines, line)
			line = []string{}
		}
		if rest == "" {
			return lines
		}
		text = rest[1:]
	}
}

// nextCell takes one cell off a text; the rest begins with the tab or line break behind it.
func nextCell(text string) (cell, rest string) {
	if strings.HasPrefix(text, `"`) {
		for i := 1; i < len(text); i++ {
			switch {
			case text[i] != '"':
			case i+1 < len(text) && text[i+1] == '"':
				i++
			case i+1 == len(text) || text[i+1] == '\t' || text[i+1] == '\n':
				return strings.ReplaceAll(text[1:i], `""`, `"`), text[i+1:]
			}
		}
	}
	i := strings.IndexAny(text, "\t\n")
	if i < 0 {
		return text, ""
	}
	return text[:i], text[i:]
}

// cell is the cleaned text of a cell, "" for one that is not there.
func (b *block) cell(line, column int) string {
	if column < 0 || column >= len(b.lines[line]) {
		return ""
	}
	return vi.Clean(b.lines[line][column])
}

// name is the first line of a cell: below a name, templates say what is counted.
func (b *block) name(line, column int) string {
	if column < 0 || column >= len(b.lines[line]) {
		return ""
	}
	head, _, _ := strings.Cut(strings.TrimSpace(b.lines[line][column]), "\n")
	return vi.Clean(head)
}

func (b *block) blank(line int) bool {
	return vi.Clean(strings.Join(b.lines[line], "")) == ""
}

func (b *block) width() (w int) {
	for i := b.first; i < len(b.lines); i++ {
		for j := len(b.lines[i]); j > w; j-- {
			if b.cell(i, j-1) != "" {
				w = j
			}
		}
	}
	return w
}

// The columns of the grid, by the names of their inputs, from left to right.
var gridColumns = []string{"num", "den", "val", "note"}

// readLayout finds out what the columns of a block hold: by a line of headings; else by a column of codes or names and the order of the
// grid behind it; else by the column of the grid in which it was put.
func readLayout(text string, find func(string) int, units []string, column string) *block {
	b := &block{lines: splitBlock(text), key: -1, num: -1, den: -1, val: -1, note: -1, others: map[int]string{}, known: map[int]bool{}}
	if b.headings() {
		if b.key < 0 {
			b.key = b.keyColumn(find)
		}
		return b
	}
	b.key = b.keyColumn(find)
	next := max(0, slices.Index(gridColumns, column))
	at := 0
	if b.key >= 0 {
		next = 0
		at = b.afterKey(find, units)
	}
	width := b.width()
	b.single = width-at == 1 && (b.key >= 0 || column == "")
	if b.single {
		b.val = at
		return b
	}
	places := []*int{&b.num, &b.den, &b.val, &b.note}[next:]
	for j := at; j < width && len(places) > 0; j++ {
		if len(places) == 1 && j+1 < width && b.exactness(j) { // between value and note in the template
			b.known[j] = true
			continue
		}
		*places[0] = j
		places = places[1:]
	}
	return b
}

var numberLine = regexp.MustCompile(`^\(\d+\)$`)

// headings looks for the lines of headings among the first ones: the lowest in which two columns are understood, one of them of figures.
func (b *block) headings() bool {
	found := -1
	for i := range b.lines[:min(8, len(b.lines))] {
		figures, all, codes := 0, 0, 0
		for j := range b.lines[i] {
			switch intake.PastedColumnOf(b.name(i, j)) {
			case intake.PastedNumerator, intake.PastedDenominator, intake.PastedValue:
				figures++
				all++
			case intake.PastedCode:
				codes++
				all++
			case intake.PastedNote, intake.PastedKnown:
				all++
			case intake.PastedOther:
			}
		}
		if figures > 0 && all > 1 || codes > 0 && len(b.lines[i]) > 1 { // above codes the other columns are named too, in whatever words
			found = i
		}
	}
	if found < 0 {
		return false
	}
	for j := range b.lines[found] {
		b.heading(j, found)
	}
	for b.first = found + 1; b.first < len(b.lines) && b.counted(b.first); {
		b.first++
	}
	return true
}

// heading reads what stands above a column, the lowest first: above a merged one the line above may say it.
func (b *block) heading(j, found int) {
	text := ""
	for i := found; i >= 0; i-- {
		name := b.name(i, j)
		if name == "" {
			continue
		}
		if text == "" {
			text = name
		}
		place := map[intake.PastedColumn]*int{intake.PastedNumerator: &b.num, intake.PastedDenominator: &b.den, intake.PastedValue: &b.val,
			intake.PastedNote: &b.note, intake.PastedCode: &b.key}
		kind := intake.PastedColumnOf(name)
		if to := place[kind]; to != nil {
			if *to >= 0 && kind != intake.PastedCode {
				b.others[j] = name // two columns of one meaning
				return
			}
			if *to < 0 {
				*to = j
			} else {
				b.known[j] = true // code, then name
			}
			return
		}
		if kind == intake.PastedKnown {
			b.known[j] = true
			return
		}
	}
	if text != "" {
		b.others[j] = text
	}
}

// counted reports the line "(1) (2) (3)" below the headings.
func (b *block) counted(line int) bool {
	n := 0
	for j := range b.lines[line] {
		switch text := b.cell(line, j); {
		case text == "":
		case !numberLine.MatchString(text):
			return false
		default:
			n++
		}
	}
	return n > 0
}

var codeLike = regexp.MustCompile(`^[A-Z][A-Z0-9]*_?[0-9]+[A-Z]?(_[0-9]+)?$`)

// keyColumn finds the column of codes or names among the first four: most lines name an indicator there, be it one of another form.
func (b *block) keyColumn(find func(string) int) int {
	best, most := -1, 0
	for j := range 4 {
		hits, lines := 0, 0
		for i := b.first; i < len(b.lines); i++ {
			text := b.name(i, j)
			if text == "" {
				continue
			}
			lines++
			if find(text) >= 0 {
				hits += 2
			} else if codeLike.MatchString(text) || len([]rune(text)) > 25 {
				hits++
			}
		}
		if hits >= lines && hits > most {
			best, most = j, hits
		}
	}
	return best
}

// afterKey is the first column of figures behind the column of codes or names: names, units and, in a line of the template, the two
// figures of before stand between.
func (b *block) afterKey(find func(string) int, units []string) int {
	j := b.key + 1
	named, unit := 0, 0
	for i := b.first; i < len(b.lines); i++ {
		if find(b.name(i, j)) >= 0 {
			named++
		}
	}
	if named > 0 {
		j++
	}
	for i := b.first; i < len(b.lines); i++ {
		if text := b.cell(i, j); text != "" && slices.Contains(units, vi.Fold(text)) {
			unit++
		}
	}
	if unit > 0 {
		j++
		if b.width()-j >= 5 {
			j += 2
		}
	}
	return j
}

// exactness reports the column "Mức độ chính xác" of the template, which is mostly blank.
func (b *block) exactness(j int) bool {
	for i := b.first; i < len(b.lines); i++ {
		switch vi.Fold(b.cell(i, j)) {
		case "", "chinh xac", "uoc tinh", "so bo", "lam tron":
		default:
			return false
		}
	}
	return true
}
