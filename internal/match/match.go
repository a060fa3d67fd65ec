package match

import (
	"cmp"
	"slices"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Part is one of the figures of an indicator.
type Part uint8

// The parts: a ratio has all three, everything else a value.
const (
	Value Part = iota
	Numerator
	Denominator
)

// Target is what a column may hold.
type Target struct {
	Code string
	Part Part
}

// String returns the target as headings write it: CPS08, CPS08.num, CPS08.den.
func (t Target) String() string {
	switch t.Part {
	case Numerator:
		return t.Code + ".num"
	case Denominator:
		return t.Code + ".den"
	}
	return t.Code
}

// ParseTarget reads what String writes.
func ParseTarget(s string) (Target, bool) {
	t := Target{Code: s}
	if code, ok := strings.CutSuffix(s, ".num"); ok {
		t = Target{code, Numerator}
	} else if code, ok := strings.CutSuffix(s, ".den"); ok {
		t = Target{code, Denominator}
	}
	return t, t.Code != ""
}

// Cell is what a table holds in one row of a column: a number, or something else, or nothing.
type Cell struct {
	Number vi.Decimal
	Filled bool // it holds something
	OK     bool // it holds a number
}

// Column is one column of a table as the layout code sees it.
type Column struct {
	Name     string   // its letters, for sentences
	Headings []string // the stack above it, from top to bottom; the last is its own, the others name groups
	Unit     string   // of the heading or the table, "" for none
	Formula  string   // of its cells, as the first row has it: "C5/D5*100"
	Role     string   // what it is known to be other than a figure: "agency", "stt", "note"; "" when it may be one
	Known    *Target  // what its heading says exactly
	Cells    []Cell   // one a row
}

// Row is what is known of a row of a table.
type Row struct {
	Agency string // resolved, "" when unknown
	Total  bool
}

// Table is one table with everything that is known around it.
type Table struct {
	Columns    []Column
	Rows       []Row
	Form       []string                         // codes that are asked for, in their order; nil: the whole catalogue
	History    map[Target]map[string]vi.Decimal // earlier figures by agency
	Remembered []Memory
}

// Memory is how a heading was matched before.
type Memory struct {
	Heading string // by HeadingKey
	Table   string // by TableKey, of the table where it was confirmed
	Target  Target // the zero Target: it is not to be read
	Foreign bool   // by another agency: it proposes, never decides
}

// Verdict says how far a reading may be trusted.
type Verdict uint8

// The verdicts.
const (
	Unknown Verdict = iota // nothing comes near
	Ask                    // to be confirmed by somebody
	Sure                   // two kinds of evidence, nothing against it, nothing else near
)

// Kind is a kind of evidence.
type Kind string

// The kinds of evidence. An exact heading counts as two, and so does the memory of the very table.
const (
	Exact      Kind = "exact"
	Words      Kind = "words"
	Arithmetic Kind = "arithmetic"
	Formula    Kind = "formula"
	Structure  Kind = "structure"
	Asked      Kind = "asked" // the caller or the title names the indicator
	History    Kind = "history"
	Remembered Kind = "memory"
	SameTable  Kind = "same_table"
)

func (k Kind) worth() int {
	if k == Exact || k == SameTable {
		return 2
	}
	return 1
}

// Evidence is one reason for a reading.
type Evidence struct {
	Kind Kind
	Text string // Vietnamese
}

// Reading is what one column is taken for.
type Reading struct {
	Column       int
	Target       Target
	Also         []Target // denominators of other indicators that the same column serves
	Verdict      Verdict
	Evidence     []Evidence
	Against      []string // why it is not sure, Vietnamese
	Alternatives []Target // what else it may be, best first
	OfOne        bool     // a share written from 0 to 1 beside its parts: it only confirms them
	Score        int      // thousandths
	Margin       int      // what the whole table would lose without this reading, thousandths
}

// Reader matches tables against the definitions of one day. It is immutable and safe for concurrent use.
type Reader struct {
	words  *Lexicon
	docs   []doc
	byCode map[string][3]int // index into docs by part, -1
	ids    map[string]int32
	weight []int32 // of a token, by id
	common []bool  // of a word: one target in ten has it
	texts  []string
	pair   []bool            // it is two words
	doubts map[int32][]int32 // opposites
	sided  map[int32]bool    // words that have one
	marks  []mark            // of a token, by id
	units  map[string]bool   // of the definitions, folded
}

// New makes a Reader of the definitions that hold on a day.
func New(words *Lexicon, defs []*kpi.Definition, day vi.Date) *Reader {
	r := &Reader{
		words:  words.on(day),
		byCode: map[string][3]int{},
		ids:    map[string]int32{},
		doubts: map[int32][]int32{},
		sided:  map[int32]bool{},
		units:  map[string]bool{},
	}
	for _, d := range defs {
		if d.From <= day && day <= d.To {
			r.add(d)
		}
	}
	r.weigh()
	return r
}

// find returns the doc of a target.
func (r *Reader) find(t Target) (*doc, bool) {
	at, ok := r.byCode[t.Code]
	if !ok || at[t.Part] < 0 {
		return nil, false
	}
	return &r.docs[at[t.Part]], true
}

// Read says what the columns of a table hold: one reading for each column that may hold a figure, in their order.
func (r *Reader) Read(t *Table) []Reading {
	m := newMatching(r, t)
	m.triples()
	m.singles()
	m.contradictions()
	out := m.decide()
	slices.SortFunc(out, func(a, b Reading) int { return cmp.Compare(a.Column, b.Column) })
	return out
}
