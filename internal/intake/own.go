package intake

import (
	"strings"

	"chiso/internal/vi"
)

// The first cell of the sheets that this program itself puts into a workbook. A sheet is ours by
// this text and not by its name, which a clerk may use as well.
const (
	markTitle     = "KẾT QUẢ KIỂM TRA TỆP SỐ LIỆU (CHISO)"
	guideTitle    = "HƯỚNG DẪN GHI BIỂU (CHISO)"
	templateTitle = "CHISO-BIEU-MAU" // on the very hidden sheet of a template
)

// errorSheet is the name of the sheet that lists what is wrong.
const errorSheet = "Lỗi"

// isOwn reports whether the first cell of a sheet says that the program wrote the sheet.
func isOwn(first string) bool {
	switch vi.Clean(first) {
	case markTitle, guideTitle, templateTitle:
		return true
	}
	return false
}

// mayBeOwn reports whether a sheet's name is one that the program gives, so that only few sheets
// are looked into.
func mayBeOwn(name string) bool {
	f := vi.Fold(name)
	return strings.HasPrefix(f, "loi") || f == "huong dan" || f == "_chiso"
}

// own reports whether a sheet was written by this program and holds no figures: the list of errors
// of a marked file, the guide and the marks of a template.
func (s *sheetReader) own(scan *sheetScan) (yes bool, err error) {
	if !mayBeOwn(scan.name) || len(scan.rows) == 0 || scan.rows[0].line != 1 {
		return false, nil
	}
	err = s.rows(scan, func(_ int32, texts []string) error {
		yes = isOwn(texts[0])
		return errEnough
	})
	return yes, err
}
