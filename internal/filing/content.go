package filing

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Cell is one figure that a submission owes: an indicator of its form.
type Cell struct {
	Definition int64
	Figure     kpi.Figure // State "" while nothing readable was given
	Typed      Typed      // what was given and could not be read yet; it waits, and blocks sending
	Faults     []string   // why it waits, ready to read
	Warnings   []string   // what the check asks about, ready to read
	Explained  string     // the officer's line about the warnings
	Note       string
	Returned   string // what the office objects to, "" once it was changed
	Known      Known
	Version    int64 // of the cell: whoever saves says which one they saw
}

// Typed is a figure as it was written.
type Typed struct{ Numerator, Denominator, Value string }

// Blank reports that nothing was written.
func (t Typed) Blank() bool { return t == Typed{} }

// Stance is what the officer says of a known figure.
type Stance string

// The stances. "" is none yet.
const (
	Confirmed Stance = "confirmed"
	Disputed  Stance = "disputed"
)

// Known is a figure that is already held about the cell: from another source, or the period before.
type Known struct {
	Figure kpi.Figure // State "" when there is none
	Source kpi.System
	Period string // key
	Stance Stance
	Reason string // of a dispute
}

// Filled reports whether the cell has a figure; "không phát sinh" is one.
func (c Cell) Filled() bool { return c.Figure.State != "" && len(c.Faults) == 0 }

// Completeness is how much of what is owed is there.
type Completeness struct {
	Filled, Owed, Blank           int // of what is owed
	Extra                         int // filled in without being owed
	Faulty, Unexplained, Returned int // of everything that was given
}

// With adds the cells that may be left out: what is wrong with them counts, but nobody owes them, so that the number of what is owed
// stays while they are filled in.
func (c Completeness) With(optional []Cell) Completeness {
	more := Complete(optional)
	c.Extra += more.Filled
	c.Faulty += more.Faulty
	c.Unexplained += more.Unexplained
	c.Returned += more.Returned
	return c
}

// Complete counts the cells.
func Complete(cells []Cell) (c Completeness) {
	c.Owed = len(cells)
	for _, x := range cells {
		switch {
		case x.Filled():
			c.Filled++
		case len(x.Faults) > 0:
			c.Faulty++
		}
		if len(x.Faults) == 0 && len(x.Warnings) > 0 && x.Explained == "" {
			c.Unexplained++
		}
		if x.Returned != "" {
			c.Returned++
		}
	}
	c.Blank = c.Owed - c.Filled - c.Faulty
	return c
}

// Percent returns the completeness, rounded down, so that only what is complete says 100.
func (c Completeness) Percent() int {
	if c.Owed == 0 {
		return 0
	}
	return 100 * c.Filled / c.Owed
}

// Ready says why the cells cannot be sent yet, nil when they can: errors block, warnings need a line each, and a blank is
// no answer.
func (c Completeness) Ready() error {
	var open []string
	if c.Faulty > 0 {
		open = append(open, count(c.Faulty, "ô có lỗi"))
	}
	if c.Blank > 0 {
		open = append(open, count(c.Blank, "ô trống (không phát sinh thì ghi “-”)"))
	}
	if c.Unexplained > 0 {
		open = append(open, count(c.Unexplained, "cảnh báo chưa có giải trình"))
	}
	if c.Returned > 0 {
		open = append(open, count(c.Returned, "ô bị trả lại chưa sửa"))
	}
	if len(open) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "Chưa trình được: còn %s.", strings.Join(open, ", "))
}

// Blank returns the definitions of the cells that nothing was given for: those that "Không phát sinh" answers in one go.
func Blank(cells []Cell) []int64 {
	var out []int64
	for _, c := range cells {
		if c.Figure.State == "" && c.Typed.Blank() {
			out = append(out, c.Definition)
		}
	}
	return out
}

// Paper is everything that a signature covers.
type Paper struct {
	Agency    agency.ID
	Round     int64
	Version   int
	Figures   []PaperFigure // in the order of the forms
	Narrative []string      // sections in their order
	Proposals []string
	Evidence  []string // SHA-256 of the files
}

// PaperFigure is one figure as it is signed.
type PaperFigure struct {
	Code      string
	Figure    kpi.Figure
	Note      string
	Explained string
}

// The code is read from paper and typed: no letters and digits that look alike.
const codeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

const codeLength = 12

// Code returns the version code that the signing copy prints: the same content gives the same code, and any change another
// one. It looks like "K7QF-2MPD-9XTA".
func (p Paper) Code() string {
	data, err := json.Marshal(p)
	if err != nil {
		return "" // cannot be: there is nothing in it that JSON does not hold
	}
	sum := sha256.Sum256(data)
	text := base32.NewEncoding(codeLetters).WithPadding(base32.NoPadding).EncodeToString(sum[:])[:codeLength]
	return text[:4] + "-" + text[4:8] + "-" + text[8:]
}

// SameCode compares a code with what somebody typed or a file says: blanks, hyphens and case do not matter.
func SameCode(code, typed string) bool { return bare(code) != "" && bare(code) == bare(typed) }

// FindCodes returns everything in a text that looks like a version code.
func FindCodes(text string) []string {
	var out []string
	for i := 0; i+codeLength+2 <= len(text); i++ {
		if i > 0 && strings.IndexByte(codeLetters, text[i-1]) >= 0 {
			continue
		}
		if c := text[i : i+codeLength+2]; looksLikeCode(c) && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

func looksLikeCode(s string) bool {
	for i := range len(s) {
		if hyphen := i == 4 || i == 9; hyphen != (s[i] == '-') || !hyphen && strings.IndexByte(codeLetters, s[i]) < 0 {
			return false
		}
	}
	return true
}

func bare(code string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, code)
}

func count(n int, what string) string { return vi.FormatInt(int64(n)) + " " + what }

// lower puts a title into a sentence.
func lower(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
