// Package notices holds the use cases of telling people something: notices on the page and by mail, each once, and whom to call about an
// agency's reports.
package notices

import "chiso/internal/app/ledger"

// Room is the use cases about notices, mails and contacts.
type Room struct{ *ledger.Ledger }

// New returns the room.
func New(l *ledger.Ledger) *Room { return &Room{Ledger: l} }
