package intake

import (
	"strconv"
	"strings"
	"unicode"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// wordFormat is a number format that shows more than digits beside a number: "khoảng "0, 0.0,," triệu", "NV-"000. What people see and
// sign is the whole of it.
type wordFormat struct {
	sections []shownSection
	judged   bool // sections say by conditions which numbers are theirs
}

// shownSection is one section of a format code.
type shownSection struct {
	before, after string
	digits        bool // it shows the number
	parted        bool // words stand between its digits
	percent       bool
	zeros         int // least digits before the decimal mark
	scale         int // the number is shown divided by ten to this power
	op            string
	limit         float64
}

// symbols are what means something before or behind a number though it is no letter or digit.
const symbols = "<>≥≤≈~±%$€₫"

// says reports whether a text that a format adds means something.
func says(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(symbols, r)
	})
}

// worded reads a format code, nil when it shows numbers as numbers.
func worded(code string) *wordFormat {
	if !strings.ContainsAny(code, `"\[,<>`) && !strings.ContainsFunc(code, func(r rune) bool { return r > unicode.MaxASCII }) {
		return nil
	}
	w := &wordFormat{}
	special, percents := false, 0
	for rest := code; len(w.sections) < 4; {
		s, left := parseSection(rest)
		w.sections = append(w.sections, s)
		w.judged = w.judged || s.op != ""
		special = special || s.scale > 0 || says(strings.Replace(s.before+s.after, "%", "", boolInt(s.percent)))
		percents += boolInt(s.percent)
		if rest = left; rest == "" {
			break
		}
	}
	if !special && (!w.judged || percents == 0 || percents == len(w.sections)) {
		return nil
	}
	return w
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// parseSection reads the first section of a format code and returns what follows it.
func parseSection(code string) (s shownSection, rest string) {
	var before, after strings.Builder
	decimals, commas := false, 0
	literal := func(text string) {
		if s.digits {
			after.WriteString(text)
		} else {
			before.WriteString(text)
		}
	}
	runes := []rune(code)
	i := 0
	for ; i < len(runes) && runes[i] != ';'; i++ {
		switch c := runes[i]; {
		case c == '"':
			start := i + 1
			for i++; i < len(runes) && runes[i] != '"'; i++ {
			}
			literal(string(runes[start:min(i, len(runes))]))
		case c == '\\' && i+1 < len(runes):
			i++
			literal(string(runes[i]))
		case c == '_' || c == '*':
			i++
			literal(" ")
		case c == '[':
			start := i + 1
			for i++; i < len(runes) && runes[i] != ']'; i++ {
			}
			literal(s.bracket(string(runes[start:min(i, len(runes))])))
		case c == '0' || c == '#' || c == '?':
			if after.Len() > 0 && strings.TrimSpace(after.String()) != "" { // 0"-"00: digits go on behind a mark
				s.parted = says(after.String())
				return s.done(before.String(), after.String()), skipSection(runes, i)
			}
			if s.digits, commas = true, 0; c == '0' && !decimals {
				s.zeros++
			}
		case c == '.':
			decimals, s.digits = true, true
		case c == ',':
			if s.digits {
				commas++
			}
		case c == '%':
			s.percent = true
			literal("%")
		case (c == 'E' || c == 'e') && i+1 < len(runes) && (runes[i+1] == '+' || runes[i+1] == '-'):
			return shownSection{digits: true}, skipSection(runes, i)
		case c == '@' || (c == 'G' || c == 'g') && strings.HasPrefix(strings.ToLower(string(runes[i:])), "general"):
			if s.digits = true; c != '@' {
				i += len("general") - 1
			}
		default:
			literal(string(c))
		}
	}
	s.scale = 3 * commas
	s = s.done(before.String(), after.String())
	if i < len(runes) {
		rest = string(runes[i+1:])
	}
	return s, rest
}

func (s shownSection) done(before, after string) shownSection {
	s.before, s.after = strings.TrimLeft(before, " "), strings.TrimRight(after, " ")
	return s
}

// skipSection returns what follows the section in which position i stands.
func skipSection(runes []rune, i int) string {
	for quoted := false; i < len(runes); i++ {
		switch runes[i] {
		case '"':
			quoted = !quoted
		case ';':
			if !quoted {
				return string(runes[i+1:])
			}
		}
	}
	return ""
}

// bracket reads what stands in brackets: a condition, the sign of a currency, or a colour and other things that say nothing.
func (s *shownSection) bracket(text string) string {
	if symbol, ok := strings.CutPrefix(text, "$"); ok {
		symbol, _, _ = strings.Cut(symbol, "-")
		return symbol
	}
	op := strings.TrimRight(text, "0123456789.,-+ ")
	if limit, err := strconv.ParseFloat(strings.TrimSpace(text[len(op):]), 64); err == nil && op != "" && strings.Trim(op, "<>=") == "" {
		s.op, s.limit = op, limit
	}
	return ""
}

// holds reports whether the condition of a section does; without one it does.
func (s *shownSection) holds(x float64) bool {
	switch s.op {
	case "<":
		return x < s.limit
	case "<=":
		return x <= s.limit
	case ">":
		return x > s.limit
	case ">=":
		return x >= s.limit
	case "=":
		return x == s.limit
	case "<>":
		return x != s.limit
	}
	return true
}

// section is the one by which a number is shown.
func (w *wordFormat) section(d vi.Decimal) (s *shownSection, unsigned bool) {
	if w.judged {
		for i := range w.sections {
			if w.sections[i].holds(d.Float()) {
				return &w.sections[i], false
			}
		}
		return &w.sections[len(w.sections)-1], false
	}
	switch {
	case d.Sign() < 0 && len(w.sections) > 1:
		return &w.sections[1], true
	case d.Sign() == 0 && len(w.sections) > 2:
		return &w.sections[2], false
	}
	return &w.sections[0], false
}

// show writes a stored number as the format shows it, "" when that is the number itself; odd says that it is shown as another number
// and nothing beside it says so.
func (w *wordFormat) show(stored vi.Decimal) (text string, odd bool) {
	s, unsigned := w.section(stored)
	before, after := strings.ReplaceAll(s.before, "₫", "đồng"), strings.ReplaceAll(s.after, "₫", "đồng")
	d := stored
	if unsigned {
		d = d.Neg()
	}
	switch {
	case !s.digits && says(before):
		return before, false
	case !s.digits:
		return "", false
	case s.parted, s.scale > 0 && !strings.ContainsFunc(before+after, unicode.IsLetter):
		return "", true
	}
	shift := -s.scale
	if s.percent {
		shift += 2
	}
	d, err := d.Shift(shift)
	if err != nil {
		return "", true
	}
	if !says(before + after) {
		return "", false
	}
	number := d.String()
	whole, part, point := strings.Cut(number, ".")
	for len(strings.TrimLeft(whole, "-")) < s.zeros {
		whole = strings.Repeat("-", boolInt(strings.HasPrefix(whole, "-"))) + "0" + strings.TrimLeft(whole, "-")
	}
	if number = whole; point {
		if len(part) == 3 { // not to be taken for thousands
			part += "0"
		}
		number += "," + part
	}
	return vi.Clean(before + number + after), false
}

// worded gives the numbers of a row the words that their formats show; it returns what undoes it.
func (s *sheetReader) worded(t *table, cells []cellScan) (undo func()) {
	if s.book.formats.words == nil {
		return func() {}
	}
	var was []check.Field
	for _, c := range cells {
		w := s.book.formats.wordsOf(c.style)
		f := &s.fields[c.column-1]
		if w == nil || f.Kind != check.Number {
			continue
		}
		text, odd := w.show(f.Number)
		if text != "" {
			was = append(was, *f)
			f.Kind, f.Text, f.Percent = check.Text, s.r.text(text), false
		}
		if odd {
			t.scaled = append(t.scaled, *f)
		}
	}
	return func() {
		for i := range was {
			s.fields[was[i].At.Column-1] = was[i]
		}
		t.askScaled()
	}
}

// askScaled asks about the figures of a row that are shown divided by a power of ten, or otherwise not as they are stored.
func (t *table) askScaled() {
	for i := range t.scaled {
		f := &t.scaled[i]
		if t.state == reading && t.fate == fateRead && t.figureColumn(int(f.At.Column)-1) {
			t.doubt(
				f,
				ScaledFormat,
				"Ô "+f.Ref()+" lưu số "+vi.FormatNumber(
					f.Number,
					0,
				)+" nhưng định dạng ô hiển thị số đã chia cho nghìn, triệu hoặc tỷ, nên không rõ số nào đúng với đơn vị tính. "+
					"Hãy ghi số đúng như cần báo cáo và chọn định dạng Number.",
			)
		}
	}
	t.scaled = t.scaled[:0]
}
