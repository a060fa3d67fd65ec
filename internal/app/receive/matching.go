package receive

import (
	"maps"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Matching is how the tables of a file are read: what each column and each line is taken for, and what somebody has to say.
type Matching struct {
	Tables  []intake.TableMatch
	Lines   []OpenLine
	Choices Choices
	Offers  []*kpi.Definition // what a column or line may be: of the form in its order, else of the catalogue
	OfForm  bool              // Offers are those of a form: few
}

// The tables and columns of a file as the matching sees them, and what columns beside rows that name their indicators may be.
type (
	MatchTable  = intake.TableMatch
	MatchColumn = intake.TableColumn
)

// AnyShare and AnyCount are such columns: of shares, with their parts, and of what is counted.
const (
	AnyShare = intake.AnyShare
	AnyCount = intake.AnyCount
)

// OpenLine is a line of a file whose name is no indicator's.
type OpenLine struct {
	Key     string // folded name
	Name    string // as the file has it
	Sheet   string
	Cell    string
	Lines   int          // with this name
	Given   bool         // somebody said what it is, now or before
	Code    string       // what was said; "" when it is not read
	Nearest []match.Near // best first
	Why     []string     // of the first
}

// OpenColumns counts the columns that somebody has to say something of.
func (m *Matching) OpenColumns() (n int) {
	for _, t := range m.Tables {
		for _, c := range t.Columns {
			if c.Open {
				n++
			}
		}
	}
	return n
}

// OpenLines counts the lines that somebody has to say something of.
func (m *Matching) OpenLines() (n int) {
	for _, l := range m.Lines {
		if !l.Given {
			n++
		}
	}
	return n
}

// Matcher follows the reading of one file with what is remembered and what was said.
type Matcher struct {
	Matching

	memories Memories
	c        *ledger.Catalogue
	reader   *match.Reader
	form     []string
	words    *match.Lexicon
	day      vi.Date
}

// Memories are what an agency's tables were read as before.
type Memories struct {
	Columns []match.Memory
	Lines   map[string]string // code by folded name, of the agency's own; "" is not read
}

// Memories returns what is remembered of the tables of an agency: its own and those of the agencies above it; what others matched only proposes.
func (a *Room) Memories(v *store.View, c *ledger.Catalogue, id agency.ID) (out Memories, err error) {
	all, err := v.AllHeadingMatches()
	if err != nil {
		return out, err
	}
	out.Lines = map[string]string{}
	for _, m := range all {
		own := m.Agency == id || c.Agencies.Inside(id, m.Agency, a.Today())
		switch {
		case m.Kind == store.MatchColumn:
			t, _ := match.ParseTarget(m.Reads)
			out.Columns = append(out.Columns, match.Memory{Heading: m.Heading, Table: m.Fingerprint, Target: t, Foreign: !own})
		case own:
			if _, nearer := out.Lines[m.Heading]; !nearer || m.Agency == id {
				out.Lines[m.Heading] = m.Reads
			}
		}
	}
	return out, nil
}

// NewMatcher makes what follows the reading of a file; form are the codes that are asked for, nil the whole catalogue.
func (a *Room) NewMatcher(v *store.View, c *ledger.Catalogue, id agency.ID, form []string, day vi.Date, said Choices) (*Matcher, error) {
	memories, err := a.Memories(v, c, id)
	m := &Matcher{memories: memories, c: c, form: form, words: a.figures.Refs.Words, day: day}
	m.Choices, m.OfForm = said, form != nil
	for _, code := range form {
		if d, ok := c.Kpis.On(code, day); ok {
			m.Offers = append(m.Offers, d)
		}
	}
	if form == nil {
		for _, d := range c.Kpis.Definitions() {
			if d.From <= day && day <= d.To {
				m.Offers = append(m.Offers, d)
			}
		}
	}
	return m, err
}

// Offer returns the indicator of a code, if it may be chosen.
func (m *Matching) Offer(code string) (*kpi.Definition, bool) {
	i := slices.IndexFunc(m.Offers, func(d *kpi.Definition) bool { return d.Indicator.Code == code })
	if i < 0 {
		return nil, false
	}
	return m.Offers[i], true
}

// Into sets the options of a reading.
func (m *Matcher) Into(o *intake.Options) {
	o.Words, o.Form, o.Remembered = m.words, m.form, m.memories.Columns
	if o.Choose == nil {
		o.Choose = m.Choices.Columns
	}
	o.Names = maps.Clone(m.memories.Lines)
	maps.Copy(o.Names, m.Choices.Lines)
	o.Tables = func(t intake.TableMatch) {
		if len(t.Columns) > 0 {
			m.Tables = append(m.Tables, t)
		}
		for i := range t.Lines {
			m.tableLine(&t.Lines[i])
		}
	}
}

// tableLine takes up a name in rows that the matching of the table weighed: what is certain is not asked about.
func (m *Matcher) tableLine(x *intake.TableLine) {
	key := vi.Fold(x.Heading)
	l := OpenLine{Key: key, Name: x.Heading, Sheet: x.Sheet, Cell: x.Cell, Lines: 1, Why: x.Evidence}
	if l.Code, l.Given = m.said(key); x.Sure && !l.Given || slices.ContainsFunc(m.Lines, func(o OpenLine) bool { return o.Key == key }) {
		return
	}
	if x.Reads.Code != "" && !l.Given {
		l.Nearest = append(l.Nearest, match.Near{Code: x.Reads.Code, Near: x.Reads.Part == match.Value})
	}
	for _, a := range x.Alternatives {
		l.addNear(match.Near{Code: a.Code})
	}
	for _, n := range m.nearest(l.Name) {
		l.addNear(match.Near{Code: n.Code})
	}
	m.Lines = append(m.Lines, l)
}

// shownNear is how many indicators are offered beside a name.
const shownNear = 2

func (l *OpenLine) addNear(n match.Near) {
	if len(l.Nearest) < shownNear && !slices.ContainsFunc(l.Nearest, func(o match.Near) bool { return o.Code == n.Code }) {
		l.Nearest = append(l.Nearest, n)
	}
}

// said is what was said of a name in rows, for this file or before.
func (m *Matcher) said(key string) (code string, given bool) {
	if code, given = m.Choices.Lines[key]; !given {
		code, given = m.memories.Lines[key]
	}
	return code, given
}

// Row gives a row whose name is no indicator's the code that somebody said or that is remembered; skip is true when it is not to be read.
func (m *Matcher) Row(row *check.Row) (skip bool) {
	f := &row.Indicator
	if f.Kind != check.Text || len(m.c.Kpis.FindAny(f.Text)) > 0 || row.Total || m.words == nil {
		return false
	}
	key := vi.Fold(f.Text)
	if key == "" {
		return false
	}
	i := slices.IndexFunc(m.Lines, func(l OpenLine) bool { return l.Key == key })
	if i < 0 {
		i = len(m.Lines)
		m.Lines = append(m.Lines, m.line(key, row))
	}
	l := &m.Lines[i]
	l.Lines++
	if l.Given && l.Code != "" {
		f.Text = l.Code
	}
	return l.Given && l.Code == ""
}

// maxOpenLines bounds how many names are compared with the catalogue: who writes more of them has no table of indicators.
const maxOpenLines = 60

func (m *Matcher) line(key string, row *check.Row) OpenLine {
	l := OpenLine{Key: key, Name: row.Indicator.Text, Sheet: row.Sheet, Cell: row.Indicator.Ref()}
	l.Code, l.Given = m.said(key)
	l.Nearest = m.nearest(l.Name)
	return l
}

// nearest lists the indicators whose names are nearest to one in a row.
func (m *Matcher) nearest(name string) []match.Near {
	if len(m.Lines) >= maxOpenLines {
		return nil
	}
	if m.reader == nil {
		m.reader = match.New(m.words, m.c.Kpis.Definitions(), m.day)
	}
	return m.reader.Nearest(name, m.form, shownNear)
}

// matches lists what was matched: every column of the tables that were asked about, and the lines that were said.
func (m *Matching) matches(file string) (list []store.HeadingMatch) {
	print := ""
	for _, t := range m.Tables {
		print = t.Fingerprint
		for i := range t.Columns {
			c := &t.Columns[i]
			if c.Role != "" || c.Open || c.Key == "" || c.Reads == (match.Target{}) && !c.Given {
				continue
			}
			x := store.HeadingMatch{Kind: store.MatchColumn, Heading: c.Key, Shown: c.Heading, Fingerprint: print, File: file}
			if c.Reads != (match.Target{}) {
				x.Reads = c.Reads.String()
			}
			list = append(list, x)
		}
	}
	for _, l := range m.Lines {
		if l.Given {
			list = append(
				list,
				store.HeadingMatch{Kind: store.MatchLine, Heading: l.Key, Shown: l.Name, Fingerprint: print, Reads: l.Code, File: file},
			)
		}
	}
	return list
}

// Remember keeps what was matched in a file for an agency.
func (m *Matching) Remember(tx *store.Tx, id agency.ID, file string) error {
	list := m.matches(file)
	if len(list) == 0 {
		return nil
	}
	tx.Audit(
		store.Entry{
			Action: "match",
			Agency: id,
			Target: "agency:" + string(id),
			Detail: "Nhớ cách đọc tệp " + file + ": " + readingText(list),
		},
	)
	return tx.SaveHeadingMatches(id, list)
}

// readingText lists matches for the audit.
func readingText(list []store.HeadingMatch) string {
	text := ""
	for i, m := range list {
		if i > 0 {
			text += "; "
		}
		reads := m.Reads
		if reads == "" {
			reads = "không đọc"
		}
		text += "“" + m.Shown + "” = " + reads
	}
	return text
}
