// Package account holds the use cases about people: signing in, second factors, sessions, accounts and what they may do.
package account

import (
	"chiso/internal/access"
	"chiso/internal/app/ledger"
)

// Config is what the room needs besides the ledger.
type Config struct {
	SecretKeys   []string      // that close secrets of the second factor, 32 bytes in base64, the newest first; none leaves them open
	SecondFactor []access.Role // whose holders must have a second factor
	HandOvers    []HandOver    // what of other rooms goes along when an account is handed over
}

// Room is the use cases about people.
type Room struct {
	*ledger.Ledger

	Owners Owners // set once all rooms are there; nil tells nobody

	seals     seals
	factor    []access.Role
	hashes    chan struct{} // full when maxHashes passwords are being hashed
	handovers []HandOver
}

// New returns the room; it refuses keys that are none.
func New(l *ledger.Ledger, c Config) (*Room, error) {
	sealing, err := newSeals(c.SecretKeys)
	if err != nil {
		return nil, err
	}
	return &Room{Ledger: l, seals: sealing, factor: c.SecondFactor, hashes: make(chan struct{}, maxHashes), handovers: c.HandOvers}, nil
}
