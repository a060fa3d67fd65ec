package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"chiso/internal/agency"
	"chiso/internal/task"
)

// registerDiff collects what registers would change, for a preview and for the fingerprint that its
// confirmation carries.
type registerDiff struct {
	hash    hash.Hash
	changes []TaskChange
	more    int
}

// add notes one task; what is the same is no change.
func (d *registerDiff) add(dir *agency.Directory, old, t *task.Task) {
	if old.ID != 0 && sameTask(*old, *t) {
		return
	}
	if d.hash == nil {
		d.hash = sha256.New()
	}
	_, _ = fmt.Fprintf(d.hash, "%+v\n%+v\n", bare(*old), bare(*t)) // a hash takes everything
	if len(d.changes) >= maxTaskChanges {
		d.more++
		return
	}
	c := TaskChange{Code: t.Code, Title: t.Title, New: old.ID == 0}
	if !c.New {
		c.Says = taskDifference(dir, old, t)
	}
	d.changes = append(d.changes, c)
}

// sum is the fingerprint.
func (d *registerDiff) sum() string {
	if d.hash == nil {
		return "none"
	}
	return hex.EncodeToString(d.hash.Sum(nil))
}
