package task

import (
	"regexp"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

// Party is one agency that a cell names.
type Party struct {
	Agency agency.ID
	Lead   bool
	Text   string // as written
	Group  bool   // it stands in a group: "các bộ, ngành, địa phương"
}

// Unresolved is a part of a cell that names no single agency on the day.
type Unresolved struct {
	Text  string
	Match agency.Match
}

// Bounds of one cell: a name has at most so many commas and "và", and after so many that mean nobody the
// rest is not looked at.
const (
	maxPieces  = 8
	maxUnknown = 20
)

// The blocks that "các bộ, ngành" and "địa phương" stand for.
const (
	ministriesBlock = "ministries"
	provincesBlock  = "provinces"
)

// Parties splits a cell that names several agencies: by lines and semicolons, then by commas, slashes
// and "và" wherever what stands between them is not itself a name ("Bộ Văn hóa, Thể thao và Du lịch"
// stays whole). "Các bộ, ngành, địa phương" expands to the blocks as they were on the day. "Phối hợp:"
// inside a column of leading agencies makes the rest co-operating. Every agency comes once.
func Parties(dir *agency.Directory, text string, day vi.Date, lead bool) (found []Party, bad []Unresolved) {
	add := func(p Party) {
		if i := slices.IndexFunc(found, func(q Party) bool { return q.Agency == p.Agency }); i >= 0 {
			found[i].Lead = found[i].Lead || p.Lead
			return
		}
		found = append(found, p)
	}
	text = reLabel.ReplaceAllString(text, "\n$1")
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == ';' }) {
		line, lead = label(strings.Trim(vi.Clean(line), " ,.-•*+"), lead)
		words := pieces(line)
		last := "" // the name right before, when it was found
		for i := 0; i < len(words); {
			n := 0
			for j := min(len(words), i+maxPieces); j > i && n == 0; j-- {
				part := strings.Trim(strings.Join(words[i:j], ""), " ,/&")
				if bare := strings.TrimPrefix(part, "và "); bare != part {
					part = strings.TrimSpace(bare)
				}
				if part == "" {
					n = j - i
					break
				}
				part, lead := role(part, lead)
				if ids := group(dir, part, day); ids != nil {
					for _, id := range ids {
						add(Party{Agency: id, Lead: lead, Text: part, Group: true})
					}
					n, last = j-i, ""
				} else if m := dir.Find(part, day); m.Found() {
					add(Party{Agency: m.Agency, Lead: lead, Text: part})
					n, last = j-i, part
				}
			}
			if n == 0 {
				part, taken := unresolved(dir, words[i:], day)
				if i > 0 && last != "" && continues(words[i]) { // "Bộ Tài chính và Kế hoạch" is not the ministry before "và"
					part = last + " " + strings.TrimSpace(strings.Join(words[i:i+taken], ""))
				}
				if bad = append(bad, Unresolved{part, dir.Resolve(part, day)}); len(bad) > maxUnknown {
					return found, bad
				}
				n, last = taken, ""
			}
			i += n
		}
	}
	return found, bad
}

// reLabel finds "Phối hợp:" in the middle of a line: cells that were copied have lost their line breaks.
var reLabel = regexp.MustCompile(`(?i)\s((?:(?:cơ quan|đơn vị)\s+)?(?:phối hợp|chủ trì)\s*:)`)

// label takes "Chủ trì:" or "Phối hợp:" from the start of a line; it holds for the lines that follow too.
func label(line string, lead bool) (rest string, isLead bool) {
	head, rest, ok := strings.Cut(line, ":")
	if !ok {
		return line, lead
	}
	switch folded := vi.Fold(head); {
	case strings.HasSuffix(folded, "phoi hop"):
		return strings.TrimSpace(rest), false
	case strings.HasSuffix(folded, "chu tri"):
		return strings.TrimSpace(rest), true
	}
	return line, lead
}

// role takes "(chủ trì)" or "(phối hợp)" from the end of a name.
func role(part string, lead bool) (name string, isLead bool) {
	i := strings.LastIndexByte(part, '(')
	if i <= 0 || !strings.HasSuffix(part, ")") {
		return part, lead
	}
	switch inside := vi.Fold(part[i:]); {
	case strings.HasSuffix(inside, "chu tri)"):
		return strings.TrimSpace(part[:i]), true
	case strings.HasSuffix(inside, "phoi hop)"):
		return strings.TrimSpace(part[:i]), false
	}
	return part, lead
}

// unresolved takes the first name of pieces that name no agency of the day: a name of other days, such as "Bộ Thông tin và Truyền
// thông", is not cut at its "và".
func unresolved(dir *agency.Directory, words []string, day vi.Date) (part string, taken int) {
	for n := min(len(words), maxPieces); n > 1; n-- {
		part = strings.Trim(strings.TrimPrefix(strings.TrimSpace(strings.Join(words[:n], "")), "và "), " ,/&")
		if m := dir.Find(part, day); len(m.Elsewhen)+len(m.Ambiguous) > 0 {
			return part, n
		}
	}
	n := 1
	for n < min(len(words), maxPieces) && continues(words[n]) && !dir.Find(strings.TrimPrefix(strings.Trim(words[n], " ,/&"), "và "), day).Found() {
		n++
	}
	return strings.Trim(strings.TrimPrefix(strings.TrimSpace(strings.Join(words[:n], "")), "và "), " ,/&"), n
}

// reOwnName is how names begin that stand for themselves behind a comma or "và".
var reOwnName = regexp.MustCompile(
	`^(bo|so|ban|cuc|tong|chi cuc|vu|vien|toa|ubnd|uy ban|ngan hang|van phong|thanh tra|cong an|dai|thong tan|hoc vien|trung tam|hoi|lien|mat tran|cac|tinh|thanh pho|tp|don vi|co quan|` +
		`doanh nghiep|phong|xa|phuong|quan|huyen|dac khu|kho bac|bao hiem|truong|dai hoc|tap doan|tat ca|63|34)\b|^[a-z]{1,12}[0-9]*$`,
)

// continues reports whether a piece goes on with the name before it: "và Truyền thông" of an agency that nobody knows. Reported as
// one it is asked about by its full name, not by a half.
func continues(piece string) bool {
	folded := strings.Trim(vi.Fold(piece), " ,&")
	if strings.HasPrefix(folded, "/") || folded == "" {
		return false
	}
	return !reOwnName.MatchString(strings.TrimSpace(strings.TrimPrefix(folded, "va ")))
}

// pieces cuts a line before commas, slashes, "và" and "&"; joined again they give the line.
func pieces(line string) []string {
	var out []string
	start := 0
	for i := 1; i < len(line); i++ {
		if line[i] == ',' || line[i] == '/' || strings.HasPrefix(line[i:], " và ") || strings.HasPrefix(line[i:], " & ") {
			out = append(out, line[start:i])
			start = i
		}
	}
	return append(out, line[start:])
}

// group returns the agencies of "các bộ, ngành, địa phương" and its like on a day, nil for anything else.
func group(dir *agency.Directory, text string, day vi.Date) []agency.ID {
	folded := strings.NewReplacer(",", " ", "/", " ", "-", " ", "(", " ", ")", " ").Replace(vi.Fold(text))
	words := strings.Fields(folded)
	if len(words) > 0 && (words[0] == "tat" || words[0] == "toan") { // tất cả các …
		for len(words) > 0 && words[0] != "cac" {
			words = words[1:]
		}
	}
	if len(words) < 2 {
		return nil
	}
	text = strings.Join(words, " ")
	leading := strings.HasPrefix(text, "cac ") || strings.HasPrefix(text, "ubnd cac ") || strings.HasPrefix(text, "uy ban nhan dan cac ") ||
		strings.HasPrefix(text, "63 tinh") || strings.HasPrefix(text, "34 tinh") || strings.HasPrefix(text, "uy ban nhan dan cap tinh") ||
		strings.HasPrefix(
			text,
			"ubnd cap tinh",
		) || text == "bo nganh dia phuong" || text == "bo nganh va dia phuong" || text == "bo nganh trung uong va dia phuong"
	if !leading || !onlyGroupWords(words) {
		return nil
	}
	var ids []agency.ID
	for _, b := range []struct {
		block string
		words []string
	}{{ministriesBlock, []string{"bo", "nganh", "quan"}}, {provincesBlock, []string{"phuong", "tinh"}}} {
		if !slices.ContainsFunc(b.words, func(w string) bool { return slices.Contains(words, w) }) {
			continue
		}
		for _, place := range dir.Members(b.block, day) {
			ids = append(ids, place.Agency)
		}
	}
	return ids
}

// Groups takes out of ids those blocks that are whole in it on a day, and names them as Parties reads them: 34 provinces in a cell
// are "Các địa phương".
func Groups(dir *agency.Directory, ids []agency.ID, day vi.Date) (names []string, rest []agency.ID) {
	rest = slices.Clone(ids)
	for _, b := range []struct{ block, name string }{{ministriesBlock, "Các bộ, ngành"}, {provincesBlock, "Các địa phương"}} {
		members := dir.Members(b.block, day)
		if len(members) < 2 || slices.ContainsFunc(members, func(p agency.Place) bool { return !slices.Contains(rest, p.Agency) }) {
			continue
		}
		names = append(names, b.name)
		rest = slices.DeleteFunc(rest, func(id agency.ID) bool {
			return slices.ContainsFunc(members, func(p agency.Place) bool { return p.Agency == id })
		})
	}
	return names, rest
}

// groupWords are the words that names of groups consist of: anything else ("các tỉnh Tây Nguyên") is
// another group, which is not known.
var groupWords = strings.Fields(
	"cac bo nganh dia phuong tinh thanh pho truc thuoc trung uong co quan ngang thuoc chinh phu va ubnd uy ban nhan dan cap 63 34 tp o",
)

func onlyGroupWords(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(groupWords, w) })
}
