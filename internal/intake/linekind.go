package intake

import (
	"regexp"
	"strings"

	"chiso/internal/vi"
)

// lineKind is what the text in the column of agencies makes of its row.
type lineKind uint8

const (
	linePlain  lineKind = iota
	lineHeader          // the name of the column of agencies or indicators
	lineTotal           // "Tổng cộng"
	lineGroup           // "I. Khối bộ, ngành": a heading, or with figures the total of its rows
	lineMean            // "Bình quân", "Tỷ lệ tăng"
	lineNation          // "Cả nước": among provinces the total, elsewhere the nation
	lineSigned          // "Người lập biểu": signatures follow
)

var (
	reOrdinal = regexp.MustCompile(`^([0-9]{1,3}|[ivx]{1,5}|[a-h])[.)/:-]+ *`)
	reTotal   = regexp.MustCompile(
		`^(tong|cong|tong cong|tong so|tong chung|cong chung|tong hop|total|luy ke chung|toan (tinh|thanh pho|nganh|huyen|xa|khoi))` +
			`( (so )?(i|ii|iii|iv|v|vi|cua|cac|toan|ca|khoi|nhom|muc|phan|bo|nganh|tinh|dia phuong)\b.*)?( ?[(+].*)?$`,
	)
	reSigned = regexp.MustCompile(
		`^(nguoi (lap|tong hop|kiem tra|duyet|phu trach|bao cao)\b.*|(pho )?(thu truong|giam doc|chu tich|chanh van phong|vu truong|cuc truong|truong phong)\b.*|` +
			`lanh dao( don vi| duyet)?|ke toan.*|(tm|kt|tl|tuq)\. .*|noi nhan.*|\(?ky[ ,].*(ten|dau).*|.{0,60}\bngay [0-9. ]* ?thang [0-9. ]* ?nam.*)$`,
	)
	reMean = regexp.MustCompile(
		`^(binh quan|trung binh|trung vi|cao nhat|thap nhat|lon nhat|nho nhat|median|mean|max|min|maximum|minimum|do lech chuan|tb|average|luy ke|cong don|cung ky|so voi|so sanh|chenh lech|tang, giam|tang/giam|(ty le|toc do|muc|so) (tang|giam))([ ,/].*)?$`,
	)
	reRegion = regexp.MustCompile(
		`^(vung )?(dong bang song (hong|cuu long)|trung du va mien nui (phia )?bac( bo)?|bac trung bo( va duyen hai (mien trung|nam trung bo))?|duyen hai (nam )?trung bo|tay nguyen|dong nam bo|` +
			`tay nam bo|mien (bac|trung|nam)|bac trung bo va duyen hai mien trung|nam trung bo( va tay nguyen)?|(dong|tay) bac( bo)?)$`,
	)
	reGroup = regexp.MustCompile(
		`^(cac )?((khoi|nhom|vung|khu vuc) .*|bo, nganh( trung uong)?|bo, co quan ngang bo.*|dia phuong|tinh, thanh pho|tinh|bo)$`,
	)
)

// lineKinds begin with these letters, in some spelling.
const lineKindLetters = "AaBbCcDdGgHhIiKkLlMmNnPpTtVvXx0123456789-*("

// lineKind returns what a text in the column of agencies means. The answers are remembered, for
// names repeat.
func (r *reader) lineKind(text string) lineKind {
	if text == "" || len(text) > 120 || text[0] < 0x80 && strings.IndexByte(lineKindLetters, text[0]) < 0 {
		return linePlain
	}
	if c := text[len(text)-1]; c >= '0' && c <= '9' && !strings.Contains(text, "năm ") {
		return linePlain // a code, a number: nothing below ends so but "Cùng kỳ năm 2025"
	}
	if text == r.lastLine {
		return r.lastKind
	}
	kind, ok := r.lines[text]
	if !ok {
		kind = r.newLineKind(text)
		if len(r.lines) < maxCached {
			r.lines[strings.Clone(text)] = kind
		}
	}
	r.lastLine, r.lastKind = text, kind
	return kind
}

func (r *reader) newLineKind(text string) lineKind {
	folded := vi.Fold(text)
	switch r.headers.roleOf(vi.Fold(r.headers.vietnamese(text))) {
	case roleAgency, roleAgencyCode, roleIndicator, roleIndicatorCode:
		return lineHeader
	}
	s := strings.TrimRight(strings.TrimLeft(folded, "-+* "), " :.*")
	if rest := reOrdinal.ReplaceAllString(s, ""); rest != "" {
		s = rest
	}
	switch {
	case s == "ca nuoc" || s == "toan quoc" || s == "tong ca nuoc" || s == "tong cong ca nuoc":
		return lineNation
	case reTotal.MatchString(s):
		return lineTotal
	case reMean.MatchString(s):
		return lineMean
	case reSigned.MatchString(s) && !r.known(text):
		return lineSigned
	case (reGroup.MatchString(s) || reRegion.MatchString(s)) && !r.known(text):
		return lineGroup
	}
	return linePlain
}

// known reports whether a text was ever the name of an agency.
func (r *reader) known(text string) bool {
	m := r.dir.Resolve(text, 0)
	return m.Found() || len(m.Ambiguous)+len(m.Elsewhen) > 0
}
