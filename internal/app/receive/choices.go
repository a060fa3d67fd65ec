package receive

import (
	"maps"
	"slices"
	"strings"

	"chiso/internal/match"
)

// Choices is what the one who gives a file says of its columns and lines.
type Choices struct {
	Columns  map[string]match.Target // by “sheet!letters”; the zero Target is not read
	Lines    map[string]string       // code of the indicator by the folded name of a line; "" is not read
	Remember bool                    // what was said is to be remembered once figures of the file are taken
}

// noReading is how a choice says that something is not read.
const noReading = "-"

// ReadChoices reads what Text writes.
func ReadChoices(text string) Choices {
	c := Choices{Columns: map[string]match.Target{}, Lines: map[string]string{}}
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		switch {
		case f[0] == "remember":
			c.Remember = true
		case len(f) == 3 && f[0] == "column":
			c.Columns[f[1]] = ReadTarget(f[2])
		case len(f) == 3 && f[0] == "line":
			c.Lines[f[1]] = strings.TrimPrefix(f[2], noReading)
		}
	}
	return c
}

// ReadTarget reads a choice: CPS08.num, or “-” for what is not read.
func ReadTarget(s string) match.Target {
	if s == noReading {
		return match.Target{}
	}
	t, _ := match.ParseTarget(s)
	return t
}

// TargetText writes a choice.
func TargetText(t match.Target) string {
	if t == (match.Target{}) {
		return noReading
	}
	return t.String()
}

// Text writes choices as they are kept with the file, a line each.
func (c Choices) Text() string {
	var b strings.Builder
	clean := strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")
	for _, k := range slices.Sorted(maps.Keys(c.Columns)) {
		b.WriteString("column\t" + clean.Replace(k) + "\t" + TargetText(c.Columns[k]) + "\n")
	}
	for _, k := range slices.Sorted(maps.Keys(c.Lines)) {
		code := c.Lines[k]
		if code == "" {
			code = noReading
		}
		b.WriteString("line\t" + clean.Replace(k) + "\t" + clean.Replace(code) + "\n")
	}
	if c.Remember {
		b.WriteString("remember\n")
	}
	return b.String()
}
