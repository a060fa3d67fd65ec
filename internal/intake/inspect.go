package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// book is what the inspection of a workbook found.
type book struct {
	sheets   []*sheetScan // in workbook order
	texts    []string     // shared by cells
	formats  formats
	date1904 bool
	struck   bool // some shared text is struck out in part
	unsure   bool // whoever wrote the workbook asks for its formulas to be calculated when it is opened
	archive  *archive
}

// archive is the directory of a workbook's container.
type archive struct {
	limits Limits
	files  map[string]*zip.File // by lower-case name with forward slashes
	spent  int64                // bytes really unpacked
	stop   func() error         // asked for every piece that is unpacked; may be nil
}

// inspect walks the container of a workbook before any library does: names, kinds, sizes as
// declared and as they really unpack, and the form of the parts that hold the figures.
func inspect(data []byte, limits Limits) (*book, error) {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged("zip: %w", err)
	}
	a := &archive{limits: limits, files: map[string]*zip.File{}, stop: limits.late}
	if err := a.directory(zr); err != nil {
		return nil, err
	}
	if err := a.kind(); err != nil {
		return nil, err
	}
	b := &book{archive: a}
	wb := &workbookWalk{}
	if err := a.walk("xl/workbook.xml", wb); err != nil {
		return nil, err
	}
	rels := &relsWalk{targets: map[string]string{}}
	if err := a.walk("xl/_rels/workbook.xml.rels", rels); err != nil {
		return nil, err
	}
	if wb.names > limits.Names {
		return nil, fault.New(
			fault.TooLarge,
			"Tệp có %d tên đặt cho ô (Name Manager), quá giới hạn %d. Hãy chép bảng số liệu sang một tệp mới rồi nộp lại.",
			wb.names,
			limits.Names,
		)
	}
	if len(wb.sheets) > limits.Sheets {
		return nil, fault.New(fault.TooLarge, "Tệp có %d trang tính, quá giới hạn %d. Hãy bỏ bớt trang không cần.", len(wb.sheets), limits.Sheets)
	}
	b.date1904, b.unsure = wb.date1904, wb.fullCalc
	strs := &stringsWalk{most: limits.Cells, left: limits.Strings}
	done := map[string]bool{"xl/workbook.xml": true, "xl/_rels/workbook.xml.rels": true}
	if a.files["xl/sharedstrings.xml"] != nil {
		done["xl/sharedstrings.xml"] = true
		if err := a.walk("xl/sharedstrings.xml", strs); err != nil {
			return nil, err
		}
		b.texts, b.struck = strs.all(), strs.rich.marked
	}
	if a.files["xl/styles.xml"] != nil { // its size is looked at with the rest
		if err := a.walk("xl/styles.xml", &stylesWalk{out: &b.formats}); err != nil {
			return nil, err
		}
	}
	cells := 0
	for _, s := range wb.sheets {
		name := sheetPart(rels.targets[s.rel])
		if !strings.HasPrefix(name, "xl/worksheets/") {
			continue // a chart sheet has no cells
		}
		if done[name] {
			return nil, damaged("two sheets share %s", name)
		}
		done[name] = true
		scan := &sheetScan{
			name:       s.name,
			part:       name,
			hidden:     s.state == "hidden",
			veryHidden: s.state == "veryHidden",
			limits:     limits,
			before:     cells,
		}
		if err := a.walk(name, scan); err != nil {
			return nil, err
		}
		if scan.maxString >= strs.count {
			return nil, damaged("%s: shared string %d of %d", name, scan.maxString, strs.count)
		}
		scan.sortMerges()
		if scan.comments, err = a.comments(name, done); err != nil {
			return nil, err
		}
		cells += len(scan.cells)
		b.sheets = append(b.sheets, scan)
	}
	return b, a.rest(done)
}

// sheetPart returns the part that a relationship of the workbook leads to.
func sheetPart(target string) string {
	target = strings.ReplaceAll(target, "\\", "/")
	if strings.HasPrefix(target, "/") {
		return strings.ToLower(path.Clean(target)[1:])
	}
	return strings.ToLower(path.Join("xl", target))
}

// directory checks the entries as they are declared.
func (a *archive) directory(zr *zip.Reader) error {
	if len(zr.File) > a.limits.Entries {
		return fault.New(fault.TooLarge, "Tệp Excel có %d phần bên trong, quá giới hạn %d. %s", len(zr.File), a.limits.Entries, saveAs)
	}
	var declared uint64
	for _, f := range zr.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, "\\", "/"))
		escapes := strings.HasPrefix(name, "/") || strings.Contains(name, ":") || name != path.Clean(name) && name != path.Clean(name)+"/"
		if escapes || strings.HasPrefix(name, "..") || strings.ContainsRune(name, 0) {
			return damaged("entry %q leaves the archive", f.Name)
		}
		if a.files[name] != nil {
			return damaged("entry %q is there twice", f.Name)
		}
		if f.Flags&1 != 0 {
			return fault.New(fault.Unreadable, "Tệp có mật khẩu. Hãy bỏ mật khẩu, lưu lại thành .xlsx rồi nộp.")
		}
		declared += f.UncompressedSize64
		if declared > uint64(a.limits.Inflated) || f.UncompressedSize64 > uint64(a.limits.Part) {
			return a.bomb()
		}
		a.files[name] = f
	}
	return nil
}

func (a *archive) bomb() error {
	return fault.New(
		fault.TooLarge,
		"Tệp Excel bung ra quá lớn (giới hạn %s). Hãy xóa định dạng, hình ảnh và dòng thừa, hoặc chia thành nhiều tệp.",
		megabytes(a.limits.Inflated),
	)
}

// kind refuses archives that are something else than a plain .xlsx.
func (a *archive) kind() error {
	has := func(name string) bool { return a.files[name] != nil }
	switch {
	case has("encryptioninfo"), has("encryptedpackage"):
		return fault.New(fault.Unreadable, "Tệp có mật khẩu. Hãy bỏ mật khẩu, lưu lại thành .xlsx rồi nộp.")
	case has("xl/workbook.bin"):
		return fault.New(fault.Unreadable, "Đây là tệp Excel nhị phân (.xlsb). %s", saveAs)
	case has("mimetype") && has("content.xml"):
		return fault.New(fault.Unreadable, "Đây là tệp OpenDocument (.ods). Hãy mở tệp, chọn Save As (Lưu thành) loại Excel (.xlsx) rồi nộp lại.")
	case has("word/document.xml"):
		return fault.New(fault.Unreadable, "Đây là tệp Word (.docx). Hãy chép bảng sang Excel và lưu thành .xlsx rồi nộp lại.")
	case has("ppt/presentation.xml"):
		return fault.New(fault.Unreadable, "Đây là tệp PowerPoint. Hãy chép bảng sang Excel và lưu thành .xlsx rồi nộp lại.")
	case !has("[content_types].xml"), !has("xl/workbook.xml"), !has("xl/_rels/workbook.xml.rels"):
		return fault.New(fault.Unreadable, "Đây là tệp nén, không phải tệp Excel. Hãy giải nén rồi nộp tệp .xlsx bên trong.")
	}
	for name := range a.files {
		if strings.HasSuffix(name, "vbaproject.bin") || strings.HasPrefix(name, "xl/macrosheets/") {
			return fault.New(
				fault.Unreadable,
				"Tệp có macro (.xlsm). Hãy chọn Save As (Lưu thành) loại Excel Workbook (.xlsx), không có macro, rồi nộp lại.",
			)
		}
	}
	return nil
}

// walk reads one part whole: its size, its checksum and its form.
func (a *archive) walk(name string, w walker) error {
	f := a.files[name]
	if f == nil {
		return damaged("no part %s", name)
	}
	rc, err := f.Open()
	if err != nil {
		return damaged("%s: %w", name, err)
	}
	defer rc.Close()
	err = walkXML(&meter{a: a, in: rc, left: a.limits.Part}, w)
	var known *fault.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return damaged("%s: %w", name, err)
}

// rest unpacks the parts that hold no figures, only to know their real sizes and checksums.
func (a *archive) rest(done map[string]bool) error {
	left := a.limits.Other
	for name, f := range a.files {
		if done[name] || strings.HasSuffix(name, "/") {
			continue
		}
		rc, err := f.Open()
		if err != nil {
			return damaged("%s: %w", name, err)
		}
		n, err := io.Copy(io.Discard, &meter{a: a, in: rc, left: a.limits.Part})
		left -= n
		rc.Close()
		var known *fault.Error
		switch {
		case errors.As(err, &known):
			return err
		case err != nil:
			return damaged("%s: %w", name, err)
		case left < 0, strings.HasPrefix(name, "xl/styles") && n > maxStyles:
			return fault.New(
				fault.TooLarge,
				"Tệp Excel có quá nhiều hình ảnh hoặc định dạng (hơn %s). Hãy chép bảng số liệu sang một tệp mới rồi nộp lại.",
				megabytes(min(a.limits.Other, maxStyles)),
			)
		}
	}
	return nil
}

// maxStyles is how large the part of the formats may be: the library keeps all of it in memory, at many
// times its size. Excel itself stops at 64,000 formats.
const maxStyles = 16 << 20

// meter counts what a part really unpacks to; the declared size may lie.
type meter struct {
	a    *archive
	in   io.Reader
	left int64
}

// Read counts what is unpacked and refuses what is over a limit.
func (m *meter) Read(p []byte) (int, error) {
	n, err := m.in.Read(p)
	m.left -= int64(n)
	m.a.spent += int64(n)
	if m.a.stop != nil {
		if err := m.a.stop(); err != nil {
			return 0, err
		}
	}
	if m.left < 0 || m.a.spent > m.a.limits.Inflated {
		return 0, m.a.bomb()
	}
	return n, err
}

// late refuses a file whose inspection is not over in time.
func (l Limits) late() error {
	if time.Now().Before(l.Until) {
		return nil
	}
	return l.Slow()
}

// Slow is the refusal of a file that could not be read in time.
func (l Limits) Slow() error {
	return fault.New(
		fault.TooLarge,
		"Không đọc xong tệp trong %s, là thời gian dành cho một tệp. Hãy chép riêng bảng số liệu sang một tệp mới hoặc chia thành nhiều tệp; "+
			"nếu tệp vốn nhỏ thì máy chủ đang bận, hãy nộp lại sau ít phút.",
		l.TimeText(),
	)
}

// TimeText is the time for a file as a sentence says it.
func (l Limits) TimeText() string {
	if l.Time >= 2*time.Minute && l.Time%time.Minute == 0 {
		return vi.FormatInt(int64(l.Time/time.Minute)) + " phút"
	}
	return vi.FormatInt(int64((l.Time+time.Second-1)/time.Second)) + " giây"
}

// workbookWalk reads the list of sheets.
type workbookWalk struct {
	names    int
	date1904 bool
	fullCalc bool
	sheets   []struct {
		name, rel string
		state     string
	}
}

func (w *workbookWalk) start(name, attrs []byte) error {
	switch string(name) {
	case "definedName":
		w.names++
	case "workbookPr":
		w.date1904 = yes(attr(attrs, "date1904"))
	case "calcPr":
		w.fullCalc = yes(attr(attrs, "fullCalcOnLoad"))
	}
	if string(name) != "sheet" {
		return nil
	}
	if len(w.sheets) > 10_000 {
		return fmt.Errorf("%w: too many sheets", errXML)
	}
	w.sheets = append(w.sheets, struct {
		name, rel string
		state     string
	}{unescape(attr(attrs, "name")), string(attr(attrs, "id")), string(attr(attrs, "state"))})
	return nil
}
func (w *workbookWalk) end([]byte) error  { return nil }
func (w *workbookWalk) text([]byte) error { return nil }

// relsWalk reads where the relationships of the workbook lead.
type relsWalk struct{ targets map[string]string }

func (w *relsWalk) start(name, attrs []byte) error {
	if string(name) == "Relationship" && len(w.targets) < 10_000 {
		w.targets[string(attr(attrs, "Id"))] = unescape(attr(attrs, "Target"))
	}
	return nil
}
func (w *relsWalk) end([]byte) error  { return nil }
func (w *relsWalk) text([]byte) error { return nil }
