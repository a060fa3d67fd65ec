package ledger

import (
	"strings"

	"chiso/internal/agency"
)

// View says for whose eyes figures are read (design.md rule 11). It decides about figures that agencies report; what others
// have published is for everyone. The zero View is Released. Who may have which is for the caller to judge: access.ReadLive on
// the owner of the block for Live and LiveOf, access.ReadOwn on the agency for Own.
type View string

// The views that are no agency's own.
const (
	Released View = "released" // the latest effective release of each period
	Live     View = "live"     // everybody's newest figures
)

const (
	ownPrefix  = "own:"
	livePrefix = "live:"
)

// LiveOf is the view of those who may see the newest figures of an owner's blocks, and of all others what was released.
func LiveOf(owner agency.ID) View {
	if owner == agency.Nation {
		return Live
	}
	return View(livePrefix + string(owner))
}

// Newest reports whether the view shows the newest figures of an owner's blocks.
func (v View) Newest(owner agency.ID) bool { return v == Live || v == LiveOf(owner) }

// Own is the view of those who may see the newest figures of one agency, and of the others what was released.
func Own(id agency.ID) View { return View(ownPrefix + string(id)) }

// Unreleased reports whether the view shows newest figures of others, also such as are not released.
func (v View) Unreleased() bool { return v == Live || strings.HasPrefix(string(v), livePrefix) }

// Agency returns whose newest figures an own view shows, "" for other views.
func (v View) Agency() agency.ID {
	id, _ := strings.CutPrefix(string(v), ownPrefix)
	if len(id) == len(v) {
		return ""
	}
	return agency.ID(id)
}
