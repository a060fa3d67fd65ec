// Package receive holds the use cases that take in files of published figures: import, preview, explanation, marked files, templates.
package receive

import (
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
)

// Room is the use cases about files of figures.
type Room struct {
	*ledger.Ledger

	figures *figures.Room
}

// New returns the room.
func New(l *ledger.Ledger, f *figures.Room) *Room { return &Room{Ledger: l, figures: f} }
