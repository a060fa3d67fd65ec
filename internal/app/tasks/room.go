// Package tasks holds the use cases about the register of tasks: import, lists and boards, one task's page, requests and decisions.
package tasks

import (
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
)

// Room is the use cases about tasks.
type Room struct {
	*ledger.Ledger

	figures *figures.Room
	receive *receive.Room
	tasks   keptRegisters
}

// New returns the room.
func New(l *ledger.Ledger, f *figures.Room, r *receive.Room) *Room {
	return &Room{Ledger: l, figures: f, receive: r}
}
