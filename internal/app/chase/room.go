// Package chase holds the use cases of the office that calls for reports: the list of whom to call, calls, the letter, reminders.
package chase

import (
	"chiso/internal/app/ledger"
	"chiso/internal/app/notices"
	"chiso/internal/app/reporting"
)

// Room is the use cases about reports that have not come.
type Room struct {
	*ledger.Ledger

	reporting *reporting.Room
	notices   *notices.Room
}

// New returns the room.
func New(l *ledger.Ledger, r *reporting.Room, n *notices.Room) *Room {
	return &Room{Ledger: l, reporting: r, notices: n}
}
