package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"chiso/internal/fault"
)

// walker is told what an XML part holds. Names are local, without prefix; slices are only valid
// during the call.
type walker interface {
	start(name, attrs []byte) error // closed elements get start and end
	end(name []byte) error
	text(b []byte) error
}

// errXML is the cause of every refusal for XML that is not well-formed.
var errXML = errors.New("XML is not well-formed")

const (
	maxToken = 256 << 10 // one tag or one stretch of text
	maxDepth = 100
)

// walkXML reads a part from start to end and refuses what is not well-formed: the library that
// reads the workbook ends such a part silently, and rows would be lost without an error. It
// resolves no entity and refuses a document type, the door of XML attacks.
func walkXML(r io.Reader, w walker) error {
	x := &xmlWalk{in: bufio.NewReaderSize(r, maxToken), w: w}
	for {
		err := x.step()
		switch {
		case errors.Is(err, io.EOF):
			if !x.root || len(x.open) > 0 {
				return fmt.Errorf("%w: it ends inside an element", errXML)
			}
			return nil
		case err != nil:
			return err
		}
	}
}

type xmlWalk struct {
	in   *bufio.Reader
	w    walker
	open [][]byte // names of open elements; the arrays are used again
	root bool
	tag  []byte
}

// step reads the text up to the next tag, and the tag.
func (x *xmlWalk) step() error {
	text, err := x.in.ReadSlice('<')
	if err != nil {
		if !errors.Is(err, io.EOF) {
			return cut(err)
		}
		if len(bytes.TrimSpace(text)) > 0 {
			return fmt.Errorf("%w: text after the end", errXML)
		}
		return io.EOF
	}
	if text = text[:len(text)-1]; len(text) > 0 {
		if err := x.checkText(text); err != nil {
			return err
		}
		if len(x.open) > 0 {
			if err := x.w.text(text); err != nil {
				return err
			}
		}
	}
	next, err := x.in.Peek(1)
	if err != nil {
		return cut(err)
	}
	switch next[0] {
	case '!':
		return x.declaration()
	case '?':
		return x.skip("?>", false)
	}
	return x.element()
}

// checkText refuses bytes that XML does not allow and entities that it does not define.
func (x *xmlWalk) checkText(b []byte) error {
	for i, c := range b {
		if c >= ' ' && c != '&' {
			continue
		}
		if c == '\t' || c == '\n' || c == '\r' {
			continue
		}
		if c != '&' || !entity(b[i+1:]) {
			return fmt.Errorf("%w: a control character or unknown entity", errXML)
		}
	}
	if !utf8.Valid(b) {
		return fmt.Errorf("%w: not UTF-8", errXML)
	}
	return nil
}

func entity(b []byte) bool {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if end < 1 {
		return false
	}
	switch string(b[:end]) {
	case "lt", "gt", "amp", "quot", "apos":
		return true
	}
	return b[0] == '#' && end > 1
}

// declaration reads a comment or CDATA; anything else that begins with <! is refused.
func (x *xmlWalk) declaration() error {
	if head, err := x.in.Peek(3); err == nil && string(head) == "!--" {
		return x.skip("-->", false)
	}
	if head, err := x.in.Peek(8); err == nil && string(head) == "![CDATA[" {
		if _, err := x.in.Discard(8); err != nil {
			return err
		}
		return x.skip("]]>", true)
	}
	return fmt.Errorf("%w: a document type or other declaration", errXML)
}

// skip reads to the end mark; as text, what was read is given to the walker.
func (x *xmlWalk) skip(mark string, asText bool) error {
	var all []byte
	for {
		b, err := x.in.ReadSlice('>')
		if err != nil {
			return cut(err)
		}
		all = append(all, b...)
		switch {
		case len(all) > maxToken:
			return tooLong()
		case !bytes.HasSuffix(all, []byte(mark)):
			continue
		case asText:
			return x.w.text(escapeText(all[:len(all)-len(mark)]))
		}
		return nil
	}
}

// element reads a tag up to its >, which may also stand in a quoted attribute.
func (x *xmlWalk) element() error {
	x.tag = x.tag[:0]
	for {
		b, err := x.in.ReadSlice('>')
		if err != nil {
			return cut(err)
		}
		x.tag = append(x.tag, b...)
		if len(x.tag) > maxToken {
			return tooLong()
		}
		if !openQuote(x.tag) {
			break
		}
	}
	tag := x.tag[:len(x.tag)-1]
	if bytes.IndexByte(tag, '<') >= 0 || len(tag) == 0 {
		return fmt.Errorf("%w: a tag inside a tag", errXML)
	}
	if err := x.checkText(tag); err != nil {
		return err
	}
	if tag[0] == '/' {
		return x.close(bytes.TrimSpace(tag[1:]))
	}
	closed := tag[len(tag)-1] == '/'
	if closed {
		tag = tag[:len(tag)-1]
	}
	name, attrs := tag, []byte(nil)
	if i := bytes.IndexAny(tag, " \t\r\n"); i >= 0 {
		name, attrs = tag[:i], tag[i+1:]
	}
	if len(name) == 0 || len(x.open) == 0 && x.root || len(x.open) >= maxDepth {
		return fmt.Errorf("%w: a second root, a nameless tag or too deep", errXML)
	}
	x.root = true
	if err := x.w.start(local(name), attrs); err != nil {
		return err
	}
	if closed {
		return x.w.end(local(name))
	}
	if n := len(x.open); n < cap(x.open) {
		x.open = x.open[:n+1]
		x.open[n] = append(x.open[n][:0], name...)
	} else {
		x.open = append(x.open, bytes.Clone(name))
	}
	return nil
}

func (x *xmlWalk) close(name []byte) error {
	n := len(x.open)
	if n == 0 || !bytes.Equal(x.open[n-1], name) {
		return fmt.Errorf("%w: </%s> closes nothing", errXML, name)
	}
	x.open = x.open[:n-1]
	return x.w.end(local(name))
}

// openQuote reports whether a tag so far ends inside a quoted attribute.
func openQuote(tag []byte) bool {
	if bytes.IndexByte(tag, '\'') < 0 {
		return bytes.Count(tag, []byte{'"'})%2 == 1
	}
	var q byte
	for _, c := range tag {
		switch {
		case q == 0 && (c == '"' || c == '\''):
			q = c
		case c == q:
			q = 0
		}
	}
	return q != 0
}

// cut explains an error inside a tag or text.
func cut(err error) error {
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return tooLong()
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: it ends inside a tag", errXML)
	}
	return err
}

func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// attr returns the value of an attribute by its local name; nil when there is none.
func attr(attrs []byte, key string) []byte {
	for {
		attrs = bytes.TrimLeft(attrs, " \t\r\n")
		eq := bytes.IndexByte(attrs, '=')
		if eq < 0 {
			return nil
		}
		name := bytes.TrimSpace(attrs[:eq])
		attrs = bytes.TrimLeft(attrs[eq+1:], " \t\r\n")
		if len(attrs) < 2 || attrs[0] != '"' && attrs[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(attrs[1:], attrs[0])
		if end < 0 {
			return nil
		}
		if string(local(name)) == key && (key != "id" || bytes.IndexByte(name, ':') >= 0) {
			return attrs[1 : 1+end]
		}
		attrs = attrs[end+2:]
	}
}

func tooLong() error {
	return fault.New(fault.TooLarge, "Tệp Excel có ô hoặc thuộc tính quá dài. Hãy chép phần số liệu sang một tệp mới rồi nộp lại.")
}
