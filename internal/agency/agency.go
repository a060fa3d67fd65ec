// Package agency holds the nodes of the state that report and are ranked: identity by date,
// codes, names, succession and blocks, and finds the agency that a written name or code means on
// a given day. (code or name, date) names an agency, never the code alone: seven of the 34
// provinces of 01/07/2025 carry a code that belonged to another province the day before.
// It is pure: no SQL, HTTP, Excel, logging or clock.
package agency

import "chiso/internal/vi"

// ID is the stable opaque name of an agency. It never changes meaning.
type ID string

// Nation is the national line: it holds published national figures and is never ranked.
const Nation ID = "VN"

// Kind is what an agency is by law: national, bo, co_quan_ngang_bo, co_quan_thuoc_cp, tinh,
// tp_tttw, to_chuc_khac, aggregate.
type Kind string

// Level is the tier of an agency. Ranks never cross levels.
type Level string

// The levels. An Aggregate is no agency: it only holds a figure published for a whole block.
const (
	National   Level = "national"
	Ministry   Level = "ministry"
	Province   Level = "province"
	Department Level = "department"
	Commune    Level = "commune"
	Other      Level = "other"
	Aggregate  Level = "aggregate"
)

// Version is what an agency was called and where it stood from one day to another, both included.
type Version struct {
	Agency   ID
	From, To vi.Date
	Name     string // full name as documents print it
	Short    string // name in tables and charts
	Kind     Kind
	Level    Level
	Parent   ID
	Basis    string // the act
	Verified string // yes, partly, memory
	Note     string
	Order    int // place in the official list; ties are printed in this order
}

// Label is what tables and charts call the agency: a province by its short name ("Huế"), everyone
// else by the full one, for outside the house nobody knows all the abbreviations of ministries.
func (v Version) Label() string {
	if v.Level == Province {
		return v.Short
	}
	return v.Name
}

// On reports whether the version is the one of day d.
func (v Version) On(d vi.Date) bool { return v.From <= d && d <= v.To }

// Code is an agency's code in some code system for some time.
type Code struct {
	System   string // GSO, project, dvcqg
	Code     string
	From, To vi.Date
	Agency   ID
	Verified string
}

// Alias is another way in which an agency is written.
type Alias struct {
	Text     string
	Agency   ID
	From, To vi.Date
	Kind     string // manual, abbreviation, prefix
	Note     string
}

// Extent says how much of a body passes to its successor.
type Extent string

// Figures are restated over Whole succession only.
const (
	Whole Extent = "whole"
	Part  Extent = "part"
)

// Succession is one dated edge from a body to the one that took it over.
type Succession struct {
	Pred, Succ ID
	On         vi.Date // first day of the successor
	Extent     Extent
	Basis      string
	Verified   string
}

// Block is a named set of agencies that are ranked together (khối).
type Block struct {
	Code  string
	Name  string // "Khối địa phương"
	Owner ID
	Union []string // a block made of others; it has no members of its own
	Level Level    // the tier of its members
	// Special members belong to the block but are not ranked (Bộ Công an, Bộ Quốc phòng, …).
	Special bool
}

// Member is an agency's dated membership of a block.
type Member struct {
	Block    string
	Agency   ID
	From, To vi.Date
	Basis    string
	Verified string
}

// Data is a whole catalogue of agencies, in official order.
type Data struct {
	Versions    []Version
	Codes       []Code
	Aliases     []Alias
	Successions []Succession
	Blocks      []Block
	Members     []Member
}
