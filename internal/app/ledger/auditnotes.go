package ledger

import (
	"strconv"

	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/task"
)

// NoteRound says in the audit what was done to a round: about one agency, or about everybody whom its owner watches.
func NoteRound(tx *store.Tx, action string, round int64, about, owner agency.ID, detail, reason string) {
	if about == "" {
		about = owner
	}
	tx.Audit(store.Entry{Action: action, Agency: about, Target: "round:" + strconv.FormatInt(round, 10), Detail: because(detail, reason)})
}

// NoteRelease says in the audit what was done to a release: by its owner, or by an agency that it is about.
func NoteRelease(tx *store.Tx, action string, r *filing.Release, about agency.ID, detail, reason string) {
	if about == "" {
		about = r.Owner
	}
	tx.Audit(
		store.Entry{
			Action: action,
			Agency: about,
			Target: "release:" + strconv.FormatInt(r.ID, 10),
			Detail: because(detail+" \""+r.Title+"\"", reason),
		},
	)
}

// NotePack says in the audit what was done to the packs of an owner.
func NotePack(tx *store.Tx, action string, owner agency.ID, name, detail string) {
	tx.Audit(store.Entry{Action: action, Agency: owner, Target: "pack:" + name, Detail: detail})
}

// NoteTask says in the audit what was done to the part of a task that an agency has.
func NoteTask(tx *store.Tx, what string, t *task.Task, a *task.Assignment, about agency.ID) {
	tx.Audit(
		store.Entry{Action: "task", Agency: about, Target: "assignment:" + strconv.FormatInt(a.ID, 10), Detail: what + ": nhiệm vụ " + t.Code},
	)
}

// because adds the reason where there is one.
func because(what, reason string) string {
	if reason == "" {
		return what
	}
	return what + ": " + reason
}
