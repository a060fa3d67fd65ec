package check

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// MaxExplanation is how many letters an explanation has at most: it is one line.
const MaxExplanation = 500

// Explanations are what a person says to warnings, by their code: one line holds for all warnings of a
// kind.
type Explanations map[string]string

// AnyCode is the key of an explanation of every kind of warning.
const AnyCode = "*"

// Explain fills in the explanations of warnings. One that stands in the file beside the figure is
// kept.
func (e Explanations) Explain(fs []Finding) {
	for i := range fs {
		f := &fs[i]
		if f.Severity != Warning || f.Explanation != "" {
			continue
		}
		if f.Explanation = e.line(f.Code); f.Explanation == "" {
			f.Explanation = e.line(AnyCode)
		}
	}
}

// line is the explanation of a kind: one line, "" when it says nothing.
func (e Explanations) line(code string) string {
	s := vi.Clean(e[code])
	if strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
		return ""
	}
	return s
}

// Valid refuses explanations that are more than a line.
func (e Explanations) Valid() error {
	for _, s := range e {
		if n := utf8.RuneCountInString(vi.Clean(s)); n > MaxExplanation {
			return fault.New(fault.Invalid, "Giải trình dài %d ký tự, tối đa %d. Hãy viết gọn trong một dòng.", n, MaxExplanation)
		}
	}
	return nil
}

// Unexplained counts the warnings without an explanation, of how many kinds they are.
func Unexplained(fs []Finding) (warnings, kinds int) {
	seen := map[string]bool{}
	for i := range fs {
		if f := &fs[i]; f.Severity == Warning && f.Explanation == "" {
			warnings++
			seen[f.Code] = true
		}
	}
	return warnings, len(seen)
}
