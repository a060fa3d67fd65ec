package intake

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// decoded returns a CSV in UTF-8 without byte order mark. It may come in UTF-8, UTF-16 or
// Windows-1258; texts of the old fonts are Windows-1252 and are said cell by cell.
func decoded(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, bom):
		data = data[len(bom):]
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return fromUTF16(data[2:], false)
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return fromUTF16(data[2:], true)
	case wideText(data):
		return fromUTF16(data, data[0] == 0)
	}
	if !utf8.Valid(data) {
		return fromBytes(data)
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return nil, fault.New(fault.Unreadable, "Tệp CSV có ký tự lạ ở dòng %d. %s", 1+bytes.Count(data[:i], []byte("\n")), saveAs)
	}
	return data, nil
}

// wideText reports whether data without a mark is UTF-16: every other byte of its start is zero, for
// the letters of the header are mostly ASCII.
func wideText(data []byte) bool {
	head := data[:min(len(data), 512)&^1]
	if len(head) < 4 {
		return false
	}
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	return zeros[0]*2 > half && zeros[1] == 0 || zeros[1]*2 > half && zeros[0] == 0
}

func fromUTF16(data []byte, big bool) ([]byte, error) {
	if len(data)%2 == 1 {
		return nil, fault.New(
			fault.Unreadable,
			"Tệp CSV (UTF-16) bị cắt cụt. Hãy lưu lại bằng loại CSV UTF-8 hoặc Excel Workbook (.xlsx) rồi nộp lại.",
		)
	}
	out := make([]byte, 0, len(data))
	line := 1
	for i := 0; i < len(data); i += 2 {
		r := rune(unit16(data[i:], big))
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			r = utf16.DecodeRune(r, rune(unit16(data[i+2:], big)))
			i += 2
		}
		switch r {
		case 0, utf8.RuneError:
			return nil, fault.New(fault.Unreadable, "Tệp CSV (UTF-16) có ký tự hỏng ở dòng %d. %s", line, saveAs)
		case '\n':
			line++
		}
		out = utf8.AppendRune(out, r)
	}
	return out, nil
}

func unit16(b []byte, big bool) uint16 {
	if big {
		return uint16(b[0])<<8 | uint16(b[1])
	}
	return uint16(b[1])<<8 | uint16(b[0])
}

// fromBytes reads a CSV of one byte a letter: Windows-1258 when its letters are then Vietnamese,
// else one of the old fonts.
func fromBytes(data []byte) ([]byte, error) {
	if brokenUTF8(data) {
		return nil, notUnicode(data)
	}
	text, err := charmap.Windows1258.NewDecoder().Bytes(data)
	if err == nil && sensible(text) {
		return text, nil
	}
	if latin, lerr := charmap.Windows1252.NewDecoder().Bytes(data); lerr == nil && fontOf(latin) != "" {
		return latin, nil
	}
	return nil, notUnicode(data)
}

// fontOf returns the old font of a file's first cells, "" when they are in none.
func fontOf(latin []byte) vi.OldFont {
	head := latin[:min(len(latin), 1<<16)]
	for _, word := range bytes.FieldsFunc(head, func(r rune) bool { return r < ' ' || r == ',' || r == ';' || r == '"' }) {
		if _, font, old := vi.FromOldFont(string(word)); old {
			return font
		}
	}
	return ""
}

func notUnicode(data []byte) error {
	return fault.New(fault.Unreadable,
		"Tệp CSV không dùng bảng mã UTF-8 (dòng %d). Hãy lưu lại bằng loại CSV UTF-8 hoặc Excel Workbook (.xlsx) rồi nộp lại.", notUTF8(data))
}

// brokenUTF8 reports whether a file is UTF-8 with a few bytes that are not.
func brokenUTF8(data []byte) bool {
	good, bad := 0, 0
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case size > 1:
			good++
		case r == utf8.RuneError:
			bad++
		}
		data = data[size:]
	}
	return good >= bad
}

// sensible reports whether a text read as Windows-1258 is Vietnamese: its tone marks stand on vowels,
// and signs that the old fonts use as letters are rare.
func sensible(text []byte) bool {
	good, bad := 0, 0
	var last rune
	for _, r := range string(text[:min(len(text), 1<<20)]) {
		switch {
		case r == utf8.RuneError, r >= 0x80 && r < 0xa0:
			bad += 10
		case r >= 0x300 && r <= 0x323:
			if vowel(last) {
				good += 2
			} else {
				bad++
			}
		case r == 'đ' || r == 'Đ' || r == 'ơ' || r == 'ư' || r == 'Ơ' || r == 'Ư' || r == 'ă' || r == 'Ă':
			good++
		case r >= 0xa1 && r <= 0xbf || r == 'ñ' || r == 'ö' || r == 'ø' || r == 'å' || r == 'ß' || r == 'ü' || r == 'ä' || r == 'ï' || r == 'û':
			bad++
		case r >= 0xc0:
			good++
		}
		last = r
	}
	return good > 8*bad
}

func vowel(r rune) bool {
	f := vi.Fold(string(r))
	return len(f) == 1 && bytes.IndexByte([]byte("aeiouy"), f[0]) >= 0
}
