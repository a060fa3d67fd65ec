package intake

import (
	"chiso/internal/check"
	"strings"
	"unicode/utf8"
)

// richText follows a text that may be in several runs: <t>, or <r><rPr>…</rPr><t>…</t></r>. How a text is read
// aloud, in <rPh>, is no part of it. What is raised or struck out in a run stays so in the text, for 85¹ is not 851
// and 6̶0̶65 is not 6065.
type richText struct {
	in, aloud      bool
	raised, struck bool // the current run
	marked         bool // some run was struck out
}

func (x *richText) start(name, attrs []byte) {
	switch string(name) {
	case "t":
		x.in = !x.aloud
	case "rPh":
		x.aloud = true
	case "r", "si", "is":
		x.raised, x.struck = false, false
	case "vertAlign":
		x.raised = string(attr(attrs, "val")) == "superscript"
	case "strike", "dstrike":
		v := attr(attrs, "val")
		x.struck = v == nil || yes(v)
	}
}

func (x *richText) end(name []byte) {
	switch string(name) {
	case "t":
		x.in = false
	case "rPh":
		x.aloud = false
	case "r":
		x.raised, x.struck = false, false
	}
}

// append adds a piece of the text of a run.
func (x *richText) append(dst, b []byte) []byte {
	if !x.raised && !x.struck {
		return appendUnescaped(dst, b)
	}
	x.marked = x.marked || x.struck
	for _, r := range string(appendUnescaped(nil, b)) {
		switch up := strings.IndexRune(raisedFrom, r); {
		case x.raised && up >= 0:
			dst = utf8.AppendRune(dst, []rune(raisedTo)[up])
		case x.raised && r > ' ': // raised, and there is no such letter
			dst = utf8.AppendRune(append(dst, '^'), r)
		default:
			dst = utf8.AppendRune(dst, r)
		}
		if x.struck && r > ' ' {
			dst = utf8.AppendRune(dst, strikeMark)
		}
	}
	return dst
}

const (
	// strikeMark follows a letter that is struck out.
	strikeMark = '\u0336'

	raisedFrom, raisedTo = "0123456789()+-n*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻ⁿ*"
)

// struckOut reports whether a part of a text is struck out.
func struckOut(text string) bool { return strings.ContainsRune(text, strikeMark) }

// struckCell reports whether a cell is struck out, by its format or in a part of its text.
func (b *book) struckCell(c cellScan, text string) bool {
	if int(c.style) < len(b.formats.struck) && b.formats.struck[c.style] {
		return true
	}
	return (b.struck || c.kind&cellKindMask == cellText) && text != "" && struckOut(text)
}

// maxStruck is how many struck out cells of a sheet are named one by one.
const maxStruck = 20

// struckCell reports a cell that is struck out, which may mean that it does not count any more.
func (t *table) struckCell(f *check.Field) {
	if t.struck++; t.struck > maxStruck || isBlank(f) {
		return
	}
	says := "Ô " + f.Ref() + " bị gạch ngang"
	if f.Kind == check.Text && struckOut(f.Text) {
		says = "Ô " + f.Ref() + " có phần chữ, số bị gạch ngang: " + quote(strings.ReplaceAll(f.Text, string(strikeMark), ""))
	}
	t.found(
		check.Error,
		f.Ref(),
		StruckCell,
		says+". Không rõ nội dung này còn dùng không. Hãy xóa hẳn phần không dùng, hoặc bỏ gạch ngang, rồi nộp lại.",
	)
}
