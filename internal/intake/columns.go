package intake

import (
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/vi"
)

// column is what the header cells above one column say, from top to bottom.
type column struct {
	role   role // of the lowest cell that has one
	means  []meaning
	part   part
	period check.Field // Absent: the header names none
	day    vi.Date     // last day of period
	agency check.Field // Absent: the heading names none; see agenciesAcross
	total  bool        // of all agencies beside it
	last   check.Field // the lowest cell
	unit   string      // "(triệu đồng)" behind a name
	known  bool        // last was understood
	group  bool        // a cell above last was not understood
	mods   mods        // what stands beside the name
	rate   bool        // it holds shares: "Tỷ lệ (%)"
	byPart bool        // means come from the names of parts, which several indicators may share
	byCode bool        // the heading has the code itself
	odd    string      // words beside a name that were not understood, folded
	// comment is what a comment of a heading says that was not understood.
	comment string
	aside   string // why a column of figures is not read, for a sentence; "" when it is
}

// figures reports whether the column holds figures of some indicator.
func (c *column) figures() bool {
	return len(c.means) > 0 || c.partRole() ||
		c.known && c.role == roleNone && (c.period.Kind != check.Absent || c.agency.Kind != check.Absent)
}

func (c *column) partRole() bool {
	return c.role == roleNumerator || c.role == roleDenominator || c.role == roleValue
}

// partOf is the part of an indicator that a role names.
var partOf = map[role]part{roleNumerator: partNumerator, roleDenominator: partDenominator, roleValue: partValue}

// column reads the header cells above one column. day is the last day of the sheet's period, 0 when
// it is unknown: "Quý I" below "Năm 2026", or in a report of 2026, is a quarter of that year.
func (h *headers) column(stack []check.Field, day vi.Date) column {
	var c column
	year := ""
	if day != 0 {
		year = day.ISO()[:4]
	}
	for i := range stack {
		f := &stack[i]
		if c.known && c.figures() && h.unitLikeName(f) { // "tỉnh" is what is counted
			continue
		}
		if c.known && h.remark(f) { // "(hồ sơ)", or the row of units below the names
			c.remark(h, f, year)
			continue
		}
		c.group = c.group || c.last.Kind != check.Absent && !c.known
		c.last, c.known = *f, h.cell(&c, f, &year)
	}
	if !c.known && c.role != roleNone && !c.partRole() { // "Đơn vị" above "(ghi tên đầy đủ)"
		c.known, c.group = true, false
	}
	if !c.known { // "Màu" below the name of an indicator is not its figure
		c.means, c.role, c.period = nil, roleNone, check.Field{}
	}
	return c
}

// remark takes a lower header cell that says only what stands beside a name.
func (c *column) remark(h *headers, f *check.Field, year string) {
	text := strings.Trim(vi.Fold(f.Text), "() ")
	if h.units[text] && h.unitText(text) == "" {
		c.unit = text
		return
	}
	s, ok := h.phrase(text, year, 2)
	switch {
	case ok:
		c.take(s)
	case !h.oddIsName(text, c.means):
		c.odd = text
	}
}

// remark reports whether a lower header cell says nothing but a unit, or something in brackets.
func (h *headers) remark(f *check.Field) bool {
	if f.Kind != check.Text || len(f.Text) > 400 {
		return false
	}
	folded := vi.Fold(f.Text)
	return strings.HasPrefix(folded, "(") && strings.HasSuffix(folded, ")") || h.units[folded] ||
		h.unitText(folded) != "" && !rateWords[folded]
}

// unitLikeName reports whether a cell that stands below the name of a figure is a unit which elsewhere
// names the column of agencies: "cơ quan", "tỉnh".
func (h *headers) unitLikeName(f *check.Field) bool {
	return f.Kind == check.Text && len(f.Text) <= 60 && h.role(f.Text) == roleAgency
}

// cell adds what one header cell says, and reports whether it was understood.
func (h *headers) cell(c *column, f *check.Field, year *string) bool {
	if f.Kind == check.Text && len(f.Text) <= 400 {
		if r, ok := h.read(f, *year); ok {
			c.join(&r, f, year)
			return true
		}
	}
	p, ok := headerPeriod(f, *year)
	if word := dateWord[c.role]; !ok && word != "" && *year != "" && len(shown(f)) <= 4 { // "Tháng" above 7, 8, 9
		p, ok = parsedPeriod(word + shown(f) + " năm " + *year)
	}
	if ok {
		if dateRole(c.role) {
			c.role = roleNone
		}
		c.period, c.day = check.Field{At: f.At, Kind: check.Text, Text: p.Key}, p.To
		*year = p.Key[:4]
		return true
	}
	return false
}

// join adds what a lower header cell says to what stands above it.
func (c *column) join(r *column, f *check.Field, year *string) {
	c.mods |= r.mods
	c.rate = c.rate || r.rate
	if r.odd != "" {
		c.odd = r.odd
	}
	if r.unit != "" {
		c.unit = r.unit
	}
	if r.period.Kind != check.Absent {
		c.period, c.day = check.Field{At: f.At, Kind: check.Text, Text: r.period.Text}, r.day
		*year = r.period.Text[:4]
	}
	if len(r.means) == 0 {
		if c.role = r.role; c.partRole() {
			c.part = r.part
		}
		return
	}
	if c.role == roleIgnored || !c.partRole() {
		c.role = roleNone
	}
	c.means, c.byPart, c.byCode = narrow(c.means, r.means), r.byPart, c.byCode || r.byCode
	c.part = c.means[0].part
}

// narrow keeps those of the lower meanings whose indicator an upper cell names; without any, the
// lower cell decides.
func narrow(upper, lower []meaning) []meaning {
	var out []meaning
	for _, m := range lower {
		if slices.ContainsFunc(upper, func(u meaning) bool { return u.code == m.code }) {
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return lower
	}
	return out
}

// headerPeriod reads a header cell as a period: a text, a date, a plain year, or "Quý I" of a year
// that stands above it.
func headerPeriod(f *check.Field, year string) (p periodText, ok bool) {
	switch f.Kind {
	case check.Day:
		return parsedPeriod(f.Text)
	case check.Number:
		if n, scale := f.Number.Parts(); scale == 0 && n >= 2000 && n <= 2100 {
			return parsedPeriod(f.Number.String())
		}
	case check.Text:
		if len(f.Text) > 100 {
			return p, false
		}
		if p, ok = parsedPeriod(f.Text); ok || year == "" || !strings.ContainsAny(f.Text, "0123456789IVXivx") {
			return p, ok
		}
		return parsedPeriod(f.Text + " năm " + year)
	}
	return p, false
}

// periodText is a period that a header or title names.
type periodText struct {
	Key string
	To  vi.Date
}

func parsedPeriod(text string) (periodText, bool) {
	p, err := check.ParsePeriodText(text)
	return periodText{p.Key, p.To}, err == nil
}

// coded reads a code with a part or a name in one cell: "CPS01 - Tử số", "CPS01. Tỷ lệ …".
func (h *headers) coded(folded string) []meaning {
	cut := strings.IndexAny(folded, " -:/(")
	if cut < 1 {
		return nil
	}
	m := h.exact[strings.TrimRight(folded[:cut], ".")]
	if len(m) != 1 || m[0].part != partValue {
		return nil
	}
	rest := strings.Trim(folded[cut:], " -:/().")
	if p, ok := partOf[h.roles[rest]]; ok {
		return []meaning{{m[0].code, p}}
	}
	for _, x := range append(h.exact[rest], h.partial[rest]...) {
		if x.code == m[0].code {
			return []meaning{x}
		}
	}
	if rest != "" && h.oddIsName(rest, m) { // a shortened name
		return m
	}
	return nil
}
