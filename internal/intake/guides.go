package intake

import (
	"regexp"
	"strings"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// Sheets that tell how a form is filled in, or show an example, are passed over with a word: by their names, or by what they
// begin with where other sheets remain.
var (
	reGuideTab  = regexp.MustCompile(`^(?:[0-9]{1,2}[.)]? ?)?(?:huong dan|hdsd|hd (?:nhap|ghi|dien|su dung|lap)|(?:sheet |bieu |bang |mau )?vi du|giai thich|cach (?:ghi|nhap|dien|lap)|read ?me|instructions?|guide(?:lines?)?|examples?|sample)\b`)
	reGuideHead = regexp.MustCompile(
		`^(?:[0-9ivx]{1,4}[.)] ?)?(?:huong dan (?:nhap|ghi|lap|dien|su dung|cach|tong hop so lieu|cung cap)|vi du(?: minh hoa)?(?:$|[ :.])|cach (?:ghi|nhap|dien|lap) (?:bieu|so lieu|bao cao|mau)|bieu vi du|mau vi du)`,
	)
)

// guides finds the sheets that are no figures.
func (s *sheetReader) guides() (map[*sheetScan]bool, error) {
	out := map[*sheetScan]bool{}
	others := 0
	for _, scan := range s.book.sheets {
		switch {
		case len(scan.rows) == 0 || scan.veryHidden || vi.Fold(scan.name) == "nhap":
		case reGuideTab.MatchString(vi.Fold(scan.name)):
			out[scan] = true
		default:
			others++
		}
	}
	for _, scan := range s.book.sheets {
		if out[scan] || others < 2 || len(scan.rows) == 0 {
			continue
		}
		first := ""
		err := s.rows(scan, func(_ int32, texts []string) error {
			first = strings.TrimSpace(strings.Join(texts, " "))
			if first == "" {
				return nil
			}
			return errEnough
		})
		if err != nil {
			return nil, err
		}
		if len(first) <= 400 && reGuideHead.MatchString(vi.Fold(first)) {
			out[scan] = true
			others--
		}
	}
	return out, nil
}

// passGuide says that a sheet of instructions or examples is not read.
func (r *reader) passGuide(scan *sheetScan) {
	r.passOver(scan)
	r.opts.Report(check.Finding{
		Severity: check.Info,
		Sheet:    scan.name,
		Code:     GuideSheet,
		Message: "Trang tính " + quote(scan.name) + " là trang hướng dẫn hoặc ví dụ nên không được đọc. " +
			"Nếu trang có số liệu cần nộp, hãy đổi tên trang và bỏ dòng hướng dẫn ở đầu trang.",
	})
}

// tabAgency notes a tab that is the name of an agency: whose the figures are in a form without a column of agencies.
func (t *table) tabAgency(f check.Field) {
	if len([]rune(f.Text)) >= 3 && t.r.lineKind(f.Text) == linePlain && t.isAgency(f.Text) {
		t.title.tab = f
	}
}

// judgeTab asks when the tab names another agency than the title above a table without a column of agencies.
func (t *table) judgeTab() bool {
	tab, other := t.title.tab, t.title.agency
	if other.Kind == check.Absent && len(t.title.bodies) == 1 {
		other = t.title.bodies[0]
	}
	if tab.Kind == check.Absent || other.Kind == check.Absent {
		return true
	}
	day := t.day()
	if day == 0 {
		day = vi.OpenTo
	}
	a, b := t.r.dir.Resolve(tab.Text, day), t.r.dir.Resolve(other.Text, day)
	if !a.Found() || !b.Found() || a.Agency == b.Agency {
		return true
	}
	t.found(check.Error, other.Ref(), SecondNames, "Tên trang tính "+quote(t.sheet)+" là một đơn vị, trong khi tiêu đề ghi "+quote(other.Text)+
		". Không rõ số liệu của đơn vị nào. Hãy sửa tên trang hoặc tiêu đề.")
	return false
}
