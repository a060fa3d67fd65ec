package intake

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// stringsWalk reads the texts that cells share.
type stringsWalk struct {
	count, most int
	left        int64 // bytes that may follow
	rich        richText
	done        []string
	buf         []byte // of the texts behind done
	ends        []int  // in buf
}

func (w *stringsWalk) start(name, attrs []byte) error {
	if string(name) == "si" {
		if w.count++; w.count > w.most {
			return fault.New(
				fault.TooLarge,
				"Tệp có hơn %s chuỗi chữ. Hãy chép bảng số liệu sang một tệp mới hoặc chia thành nhiều tệp.",
				vi.FormatInt(int64(w.most)),
			)
		}
	}
	w.rich.start(name, attrs)
	return nil
}

func (w *stringsWalk) text(b []byte) error {
	if !w.rich.in {
		return nil
	}
	if w.left -= int64(len(b)); w.left < 0 {
		return fault.New(fault.TooLarge, "Tệp có quá nhiều chữ trong các ô. Hãy chép bảng số liệu sang một tệp mới hoặc chia thành nhiều tệp.")
	}
	w.buf = w.rich.append(w.buf, b)
	return nil
}

// flushAt is how many bytes of texts are made strings at once: one by one they would cost an
// allocation each.
const flushAt = 64 << 10

func (w *stringsWalk) end(name []byte) error {
	w.rich.end(name)
	if string(name) == "si" {
		w.ends = append(w.ends, len(w.buf))
		if len(w.buf) >= flushAt {
			w.flush()
		}
	}
	return nil
}

func (w *stringsWalk) flush() {
	all, from := string(w.buf), 0
	for _, to := range w.ends {
		w.done = append(w.done, unhex(all[from:to]))
		from = to
	}
	w.buf, w.ends = w.buf[:0], w.ends[:0]
}

// all returns the texts by their number.
func (w *stringsWalk) all() []string {
	w.flush()
	return w.done
}

// rowWalk gives the rows of a sheet as texts. The sheet was scanned before: numbers of rows and
// columns rise, and shared texts exist.
type rowWalk struct {
	shared []string
	take   func(line int32, texts []string) error // texts by column from 0; only valid during the call

	inData, inCell, inValue, inline bool
	kind                            byte // of the cell: s shared, n number, t anything else
	rich                            richText
	line, column                    int32
	buf                             []byte // the values of the row
	spans                           []valueSpan
	texts                           []string
}

// valueSpan is the value of one cell within the row's buffer.
type valueSpan struct {
	column   int32
	from, to int
	kind     byte
}

func (w *rowWalk) start(name, attrs []byte) error {
	switch string(name) {
	case "sheetData":
		w.inData = true
	case "row":
		if !w.inData {
			return nil
		}
		w.line++
		if r := attr(attrs, "r"); r != nil {
			n, _ := strconv.ParseInt(string(r), 10, 32) // scanned
			w.line = int32(n)
		}
		w.column, w.buf, w.spans = 0, w.buf[:0], w.spans[:0]
	case "c":
		if w.inData {
			w.startCell(attrs)
		}
	case "v":
		w.inValue = w.inCell && !w.inline
	case "is":
		w.inline = w.inCell
	}
	if w.inline {
		w.rich.start(name, attrs)
	}
	return nil
}

func (w *rowWalk) startCell(attrs []byte) {
	w.column++
	if r := attr(attrs, "r"); r != nil {
		w.column = columnOf(r)
	}
	w.inCell, w.kind = true, 't'
	switch t := attr(attrs, "t"); string(t) {
	case "", "n":
		w.kind = 'n'
	case "s":
		w.kind = 's'
	}
	w.spans = append(w.spans, valueSpan{column: w.column, from: len(w.buf), kind: w.kind})
}

func (w *rowWalk) text(b []byte) error {
	switch {
	case w.inValue:
		w.buf = appendUnescaped(w.buf, b)
	case w.inline && w.rich.in:
		w.buf = w.rich.append(w.buf, b)
	}
	return nil
}

func (w *rowWalk) end(name []byte) error {
	if w.inline {
		w.rich.end(name)
	}
	switch string(name) {
	case "v":
		w.inValue = false
	case "is":
		w.inline = false
	case "c":
		if w.inCell {
			w.inCell = false
			last := len(w.spans) - 1
			if w.spans[last].to = len(w.buf); w.spans[last].from == len(w.buf) {
				w.spans = w.spans[:last] // nothing but a format, however far away
			}
		}
	case "row":
		if w.inData && len(w.spans) > 0 {
			return w.give()
		}
	case "sheetData":
		w.inData = false
	}
	return nil
}

// give makes strings of the values of a row, which share one.
func (w *rowWalk) give() error {
	all := string(w.buf)
	w.texts = w.texts[:0]
	for _, x := range w.spans {
		for int(x.column) > len(w.texts) {
			w.texts = append(w.texts, "")
		}
		text := all[x.from:x.to]
		switch x.kind {
		case 's':
			if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && n >= 0 && n < len(w.shared) {
				text = w.shared[n]
			} else {
				text = ""
			}
		case 'n':
			text = strings.TrimSpace(text)
		default:
			text = unhex(text)
		}
		w.texts[x.column-1] = text
	}
	return w.take(w.line, w.texts)
}

// appendUnescaped appends the text of an element with its entities resolved. Which there are was
// looked at when the element was walked.
func appendUnescaped(dst, b []byte) []byte {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return append(dst, b...)
		}
		dst = append(dst, b[:i]...)
		b = b[i+1:]
		end := bytes.IndexByte(b, ';')
		if end < 0 {
			return append(dst, '&')
		}
		dst = appendEntity(dst, string(b[:end]))
		b = b[end+1:]
	}
}

func appendEntity(dst []byte, name string) []byte {
	switch name {
	case "lt":
		return append(dst, '<')
	case "gt":
		return append(dst, '>')
	case "amp":
		return append(dst, '&')
	case "quot":
		return append(dst, '"')
	case "apos":
		return append(dst, '\'')
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune {
		n = utf8.RuneError
	}
	return utf8.AppendRune(dst, rune(n))
}

var textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;")

// escapeText gives the text of a CDATA section the form of other text.
func escapeText(b []byte) []byte {
	if bytes.IndexByte(b, '&') < 0 && bytes.IndexByte(b, '<') < 0 {
		return b
	}
	return []byte(textEscaper.Replace(string(b)))
}

// unhex resolves what Excel writes for letters that XML does not allow, and for a line break: _x000D_.
// A text that looks so itself begins with _x005F_.
func unhex(s string) string {
	i := strings.Index(s, "_x")
	if i < 0 {
		return s
	}
	var out []byte
	for {
		if code := hexEscape(s[i:]); code >= 0 {
			out = append(out, s[:i]...)
			out = utf8.AppendRune(out, code)
			s = s[i+7:]
		} else {
			out = append(out, s[:i+2]...)
			s = s[i+2:]
		}
		if i = strings.Index(s, "_x"); i < 0 {
			return string(append(out, s...))
		}
	}
}

// hexEscape reads _xHHHH_ at the start of a text; -1 when there is none.
func hexEscape(s string) rune {
	if len(s) < 7 || s[6] != '_' {
		return -1
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}
