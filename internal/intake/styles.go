package intake

import (
	"html"
	"strconv"
	"strings"

	"chiso/internal/fault"
)

// styleClass is what the number format of a cell makes of a number.
type styleClass uint8

const (
	stylePlain styleClass = iota
	stylePercent
	styleDay
	styleMonth // "mmm-yy": Excel makes it of a typed "8/2026"
	styleYear
	styleTime // hours and minutes: no number of anything
)

// formats are the number formats of a workbook.
type formats struct {
	custom map[int]customFormat
	cells  []styleClass  // by the number that cells name their format by
	words  []*wordFormat // the same, for formats that show words; nil without any
	struck []bool        // the same, for formats whose font is struck out; nil without any
}

func (f *formats) of(style uint16) styleClass {
	if int(style) < len(f.cells) {
		return f.cells[style]
	}
	return stylePlain
}

// customFormat is a format that the workbook itself writes down.
type customFormat struct {
	class styleClass
	words *wordFormat
}

// wordsOf returns the format when it shows words beside its numbers.
func (f *formats) wordsOf(style uint16) *wordFormat {
	if int(style) < len(f.words) {
		return f.words[style]
	}
	return nil
}

// maxFormats is more than Excel can have.
const maxFormats = 70_000

// stylesWalk reads the number formats of the cells.
type stylesWalk struct {
	out    *formats
	inside bool   // cellXfs
	fonts  bool   // inside the list of fonts
	struck []bool // by font
}

func (w *stylesWalk) start(name, attrs []byte) error {
	switch string(name) {
	case "cellXfs":
		w.inside = true
	case "fonts":
		w.fonts = true
	case "font":
		if w.fonts && len(w.struck) < maxFormats {
			w.struck = append(w.struck, false)
		}
	case "strike":
		if v := attr(attrs, "val"); w.fonts && len(w.struck) > 0 && (v == nil || yes(v)) {
			w.struck[len(w.struck)-1] = true
		}
	case "numFmt":
		if id, err := strconv.Atoi(string(attr(attrs, "numFmtId"))); err == nil && len(w.out.custom) < maxFormats {
			if w.out.custom == nil {
				w.out.custom = map[int]customFormat{}
			}
			w.out.custom[id] = newCustom(html.UnescapeString(string(attr(attrs, "formatCode"))))
		}
	case "xf":
		if !w.inside {
			return nil
		}
		if len(w.out.cells) >= maxFormats {
			return fault.New(fault.TooLarge, "Tệp Excel có quá nhiều định dạng. Hãy chép bảng số liệu sang một tệp mới rồi nộp lại.")
		}
		id, err := strconv.Atoi(string(attr(attrs, "numFmtId")))
		format, custom := w.out.custom[id]
		if !custom && err == nil {
			format.class = formatClass(id)
		}
		w.out.cells = append(w.out.cells, format.class)
		if format.words != nil {
			for len(w.out.words) < len(w.out.cells) {
				w.out.words = append(w.out.words, nil)
			}
			w.out.words[len(w.out.cells)-1] = format.words
		}
		w.strike(attrs)
	}
	return nil
}

// strike notes the last format when its font is struck out.
func (w *stylesWalk) strike(attrs []byte) {
	font, err := strconv.Atoi(string(attr(attrs, "fontId")))
	if err != nil || font < 0 || font >= len(w.struck) || !w.struck[font] {
		return
	}
	for len(w.out.struck) < len(w.out.cells) {
		w.out.struck = append(w.out.struck, false)
	}
	w.out.struck[len(w.out.cells)-1] = true
}

func (w *stylesWalk) end(name []byte) error {
	switch string(name) {
	case "cellXfs":
		w.inside = false
	case "fonts":
		w.fonts = false
	}
	return nil
}

func (w *stylesWalk) text([]byte) error { return nil }

// formatClass reads a number format that every workbook has.
func formatClass(id int) styleClass {
	switch {
	case id == 9 || id == 10:
		return stylePercent
	case id == 17 || id == 55:
		return styleMonth
	case id >= 18 && id <= 21, id >= 45 && id <= 47, id >= 32 && id <= 35:
		return styleTime
	case id >= 14 && id <= 16, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id >= 56 && id <= 58:
		return styleDay
	}
	return stylePlain
}

// newCustom reads a format code. Only numbers are shown with words: the words around a day say nothing that it does not.
func newCustom(code string) customFormat {
	f := customFormat{class: customClass(code)}
	if f.class == stylePlain || f.class == stylePercent {
		f.words = worded(code)
	}
	return f
}

// customClass reads the first section of a format code, without texts, escapes and brackets.
func customClass(code string) styleClass {
	var b strings.Builder
	for i := 0; i < len(code) && code[i] != ';'; i++ {
		switch c := code[i]; c {
		case '"':
			if end := strings.IndexByte(code[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case '[':
			if end := strings.IndexByte(code[i:], ']'); end >= 0 {
				i += end
			}
		case '\\', '_', '*':
			i++
		default:
			b.WriteByte(c)
		}
	}
	s := strings.ToLower(b.String())
	switch has := func(x string) bool { return strings.Contains(s, x) }; {
	case has("%"):
		return stylePercent
	case strings.ContainsAny(s, "0#"), has("general"):
		return stylePlain
	case has("d") && (has("m") || has("y")):
		return styleDay
	case has("y") && has("m"):
		return styleMonth
	case has("y"):
		return styleYear
	case has("h"), has("s"):
		return styleTime
	}
	return stylePlain
}
