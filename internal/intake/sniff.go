package intake

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"chiso/internal/fault"
)

type container uint8

const (
	containerText container = iota
	containerZip
	containerODS
	containerHTML
	containerXLS
)

// saveAs ends the sentences that refuse a file.
const saveAs = "Hãy mở tệp bằng Excel, chọn Save As (Lưu thành) loại Excel Workbook (.xlsx) rồi nộp lại."

var bom = []byte{0xEF, 0xBB, 0xBF}

// sniff decides by its first bytes, never by its name, what a file is.
func sniff(name string, data []byte) (container, error) {
	head := data[:min(len(data), 8192)]
	starts := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	switch {
	case len(bytes.TrimSpace(bytes.TrimPrefix(head, bom))) == 0:
		return 0, fault.New(fault.Unreadable, "Tệp trống. Hãy chọn đúng tệp số liệu.")
	case len(head) > 30 && starts("PK\x03\x04") && bytes.HasPrefix(head[30:], []byte("mimetype"+spreadsheetODS)):
		return containerODS, nil
	case starts("PK\x03\x04"):
		return containerZip, nil
	case starts("PK\x05\x06"), starts("PK\x07\x08"):
		return 0, fault.New(fault.Unreadable, "Tệp nén trống hoặc bị chia nhỏ, không phải tệp Excel. %s", saveAs)
	case starts("\xD0\xCF\x11\xE0"):
		return containerXLS, ole2(name, data)
	case starts("%PDF"):
		return 0, fault.New(fault.Unreadable, "Đây là tệp PDF, không đọc được số liệu. Hãy nộp chính tệp Excel (.xlsx) đã dùng để in ra PDF.")
	case starts("{\\rtf"):
		return 0, fault.New(fault.Unreadable, "Đây là tệp văn bản Word (RTF). Hãy chép bảng sang Excel và lưu thành .xlsx rồi nộp lại.")
	case starts("\x1F\x8B"), starts("Rar!"), starts("7z\xBC\xAF"):
		return 0, fault.New(fault.Unreadable, "Đây là tệp nén. Hãy giải nén rồi nộp tệp .xlsx hoặc .csv bên trong.")
	case starts("\xFF\xFE"), starts("\xFE\xFF"), wideText(head):
		return containerText, nil
	case bytes.IndexByte(head, 0) >= 0:
		return 0, fault.New(fault.Unreadable, "Không nhận ra loại tệp này; chỉ nhận .xlsx, .ods và .csv. %s", saveAs)
	}
	return markup(head)
}

// spreadsheetODS is how the first part of an OpenDocument spreadsheet says what it is.
const spreadsheetODS = "application/vnd.oasis.opendocument.spreadsheet"

// markup tells web pages from CSV, and refuses XML that was given the name of a workbook.
func markup(head []byte) (container, error) {
	text := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, bom)))
	switch {
	case bytes.HasPrefix(text, []byte("<?xml")) && bytes.Contains(text, []byte("urn:schemas-microsoft-com:office:spreadsheet")):
		return 0, fault.New(fault.Unreadable, "Đây là bảng tính dạng XML 2003. %s", saveAs)
	case bytes.HasPrefix(text, []byte("<")) && (bytes.Contains(text, []byte("<html")) || bytes.Contains(text, []byte("<table"))):
		return containerHTML, nil
	case bytes.HasPrefix(text, []byte("<")):
		return 0, notTables()
	}
	return containerText, nil
}

// ole2 refuses what is no old .xls: password-protected workbooks and others are OLE2 containers too.
func ole2(name string, data []byte) error {
	head := data[:min(len(data), 4<<20)]
	switch {
	case bytes.Contains(head, utf16le("EncryptedPackage")):
		return fault.New(fault.Unreadable,
			"Tệp Excel có mật khẩu mở. Hãy bỏ mật khẩu (File > Info > Protect Workbook > Encrypt with Password, xóa mật khẩu), lưu lại rồi nộp.")
	case bytes.Contains(head, utf16le("WordDocument")):
		return fault.New(fault.Unreadable, "Đây là tệp Word. Hãy chép bảng sang Excel và lưu thành .xlsx rồi nộp lại.")
	}
	if ext := strings.ToLower(path.Ext(name)); ext == ".et" || ext == ".ett" || bytes.Contains(head, utf16le("WpsCustomData")) {
		return fault.New(fault.Unreadable, "Đây là tệp WPS Spreadsheets (.et), không đọc được. "+
			"Hãy mở tệp bằng WPS, chọn Save As (Lưu thành) loại Microsoft Excel (.xlsx) rồi nộp lại.")
	}
	return nil
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// notUTF8 returns the line of the first byte that is not UTF-8, 0 when there is none.
func notUTF8(data []byte) int {
	if utf8.Valid(data) {
		return 0
	}
	line := 1
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n') + 1
		if end == 0 {
			end = len(data)
		}
		if !utf8.Valid(data[:end]) {
			return line
		}
		data = data[end:]
		line++
	}
	return line
}
