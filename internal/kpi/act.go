package kpi

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Act is a legal act that definitions cite (văn bản), with the days on which it holds and what took its place.
type Act struct {
	Number    string // as definitions cite it: "NĐ 42/2022/NĐ-CP"
	Title     string
	From, To  vi.Date // first and last day in force
	Successor string  // number of the act that took its place; "" for none known
	EndedBy   string  // the provision that ended it: "NĐ 224/2026/NĐ-CP, Điều 90 khoản 2"
	Verified  string  // yes: the act itself was read; anything else: not yet
	Note      string
}

// Unchecked is what stands behind an act whose text was not compared with what is cited from it.
const Unchecked = "chưa đối chiếu văn bản gốc"

// DatedBasis is the legal basis of a definition from a day on.
type DatedBasis struct {
	From vi.Date
	Text string
}

// EndedAct is an act that a definition cites though it has ended, with the act that is cited in its place.
type EndedAct struct {
	Act       Act
	Successor Act // the zero Act where none is known
}

// BasisOn returns the legal basis as of day d. The law may change under a definition that stays as it is: an act that has ended is
// cited by its successor from the day after, and that makes no new version of the definition.
func (d *Definition) BasisOn(day vi.Date) string {
	text := strings.Join(citations(d.Basis), "; ")
	for _, b := range d.bases {
		if b.From <= day {
			text = b.Text
		}
	}
	return text
}

// CiteActs gives each definition its basis by day. Working notes of the catalogue are no basis and are left out.
func CiteActs(defs []Definition, acts []Act) {
	byNumber := map[string]Act{}
	for _, a := range acts {
		byNumber[a.Number] = a
	}
	for i := range defs {
		d := &defs[i]
		parts := citations(d.Basis)
		days := []vi.Date{vi.OpenFrom}
		for _, part := range parts {
			for a, ok := citedAct(part, acts); ok && a.To != vi.OpenTo; a, ok = byNumber[a.Successor] {
				days = append(days, a.To.AddDays(1))
			}
		}
		slices.Sort(days)
		d.bases = nil
		for _, day := range slices.Compact(days) {
			d.bases = append(d.bases, DatedBasis{From: day, Text: basisOn(parts, acts, byNumber, day)})
		}
	}
}

func basisOn(parts []string, acts []Act, byNumber map[string]Act, day vi.Date) string {
	var out []string
	for _, part := range parts {
		cited, ok := citedAct(part, acts)
		now := cited
		for ok && now.To < day && now.Successor != "" {
			now = byNumber[now.Successor]
		}
		switch {
		case ok && now.To < day:
			part += " (hết hiệu lực từ ngày " + now.To.AddDays(1).String() + ")"
		case ok && now.Number != cited.Number:
			part = now.Number
			if now.Verified != "yes" {
				part += " (" + Unchecked + ")"
			}
		}
		if !slices.Contains(out, part) {
			out = append(out, part)
		}
	}
	return strings.Join(out, "; ")
}

// EndedOn lists the acts that the definition itself cites and that no longer hold on a day.
func (d *Definition) EndedOn(acts []Act, day vi.Date) []EndedAct {
	var out []EndedAct
	for _, part := range citations(d.Basis) {
		a, ok := citedAct(part, acts)
		if !ok || a.To >= day {
			continue
		}
		i := slices.IndexFunc(acts, func(s Act) bool { return s.Number == a.Successor && a.Successor != "" })
		e := EndedAct{Act: a}
		if i >= 0 {
			e.Successor = acts[i]
		}
		out = append(out, e)
	}
	return out
}

// citedAct finds the act that one citation names: the longest number that it contains, so that "NĐ 42/2022/NĐ-CP Điều 3" is found.
func citedAct(part string, acts []Act) (Act, bool) {
	found := slices.MaxFunc(append([]Act{{}}, acts...), func(a, b Act) int {
		return cmp.Compare(cited(part, a), cited(part, b))
	})
	return found, cited(part, found) > 0
}

// cited is how many letters of the citation the act's number takes, 0 when it is not named.
func cited(part string, a Act) int {
	if a.Number == "" || !strings.Contains(part, a.Number) {
		return 0
	}
	return len(a.Number)
}

// citations splits a basis at its semicolons and leaves working notes out.
func citations(basis string) []string {
	var out []string
	for part := range strings.SplitSeq(basis, ";") {
		if part = strings.TrimSpace(part); part != "" && !WorkingNote(part) {
			out = append(out, part)
		}
	}
	return out
}

var workingNote = regexp.MustCompile(
	`(?i)trí nhớ|cần kiểm tra|chưa kiểm tra|\bseed\b|https?://|\bwww\.|\.(vn|com|org|net)\b|\bmemory\b|to verify`,
)

// WorkingNote reports whether a text is a note of those who keep the catalogue, or a web address, and not the name of an act: such
// a text never stands as the basis of anything.
func WorkingNote(text string) bool { return workingNote.MatchString(text) }

// ValidateActs returns what is wrong with the acts, as flaws of their rows.
func ValidateActs(acts []Act) []error {
	var errs []error
	add := func(a Act, column, format string, args ...any) {
		errs = append(errs, fault.NewFlaw("acts", []string{a.Number}, column, format, args...))
	}
	for i, a := range acts {
		if a.Number == "" {
			add(a, "number", "Văn bản cần số, ký hiệu.")
		}
		if a.From > a.To {
			add(a, "to", "Ngày bắt đầu %s sau ngày kết thúc %s.", a.From, a.To)
		}
		if slices.ContainsFunc(acts[:i], func(o Act) bool { return o.Number == a.Number }) {
			add(a, "number", "Văn bản %s có hai dòng. Hãy giữ lại một dòng.", a.Number)
		}
		if a.Successor == "" {
			continue
		}
		s := slices.IndexFunc(acts, func(o Act) bool { return o.Number == a.Successor })
		switch {
		case a.To == vi.OpenTo:
			add(a, "to", "Văn bản %s đã có văn bản thay thế thì cần ngày hết hiệu lực.", a.Number)
		case s < 0:
			add(a, "successor", "Văn bản thay thế %q không có trong bảng acts.", a.Successor)
		case acts[s].To <= a.To:
			add(a, "successor", "Văn bản thay thế %s hết hiệu lực không sau văn bản %s.", a.Successor, a.Number)
		}
	}
	return errs
}
