// Package publish holds the use cases of what leaves the house: releases, packs, workbooks, reconciliation with published figures.
package publish

import (
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/notices"
	"chiso/internal/app/reporting"
	"chiso/internal/app/tasks"
)

// Room is the use cases about releases and packs.
type Room struct {
	*ledger.Ledger

	figures   *figures.Room
	reporting *reporting.Room
	tasks     *tasks.Room
	notices   *notices.Room
}

// New returns the room.
func New(l *ledger.Ledger, f *figures.Room, r *reporting.Room, t *tasks.Room, n *notices.Room) *Room {
	return &Room{Ledger: l, figures: f, reporting: r, tasks: t, notices: n}
}
