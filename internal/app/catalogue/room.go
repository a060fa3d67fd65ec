// Package catalogue holds the use cases about the catalogue: its tables as files and sheets, their checks, what a change does to figures
// already received, reading matter for its page, and the first load.
package catalogue

import (
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
)

// Room is the use cases about the catalogue.
type Room struct {
	*ledger.Ledger

	figures *figures.Room
	receive *receive.Room
}

// New returns the room.
func New(l *ledger.Ledger, f *figures.Room, r *receive.Room) *Room {
	return &Room{Ledger: l, figures: f, receive: r}
}
