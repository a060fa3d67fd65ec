// Package figures holds the use cases that show figures: rankings, overviews, agencies, boards, comparisons, analyses, the A4 page
// and the evidence of one figure. It reads through the reader of design.md rule 11 and writes nothing.
package figures

import "chiso/internal/app/ledger"

// Room is the use cases about figures. Reports and Register are set once, by whoever builds the program.
type Room struct {
	*ledger.Ledger

	finder   Finder
	Refs     References
	Reports  Reports  // what the rounds say of an agency
	Register Register // what the register of tasks says of an agency
}

// New returns the room. refs are the tables that explain and group what is ranked.
func New(l *ledger.Ledger, refs References) *Room { return &Room{Ledger: l, Refs: refs} }
