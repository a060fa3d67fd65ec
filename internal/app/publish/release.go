package publish

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/job"
	"chiso/internal/ranking"
	"chiso/internal/report"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// ReleaseRequest is what somebody says of a release. Codes, else the forms of a regime, else everything that has figures to release
// says what it covers; scorecards whose components are all among them come with them.
type ReleaseRequest struct {
	Refresh bool      // of a change: take the newest figures, even where only number and day change
	Owner   agency.ID // "" is the nation
	Period  string
	Kind    filing.ReleaseKind
	Title   string
	Regime  string
	Codes   []string
	Number  string
	Day     vi.Date
	Embargo time.Time // zero is at once
	Note    string
}

// MakeRelease drafts a release of the newest figures (lập bản công bố) and returns its number.
func (a *Room) MakeRelease(ctx context.Context, who access.Actor, req ReleaseRequest) (id int64, err error) {
	defer fault.Context(&err, "publish.MakeRelease")
	rel, frozen, err := a.draftRelease(ctx, who, req)
	if err != nil {
		return 0, err
	}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: "Lập bản công bố"}, func(tx *store.Tx) error {
		same, err := sameDraft(tx, rel, frozen)
		if err != nil || same != 0 { // the button was pressed twice
			rel.ID = same
			return err
		}
		if err := saveDraft(tx, rel, frozen); err != nil {
			return err
		}
		ledger.NoteRelease(tx, "release_made", rel, "", "Lập bản công bố", rel.Note)
		return nil
	})
	if err != nil {
		return 0, err
	}
	a.Log.Info("release drafted", "release", rel.ID, "account", who.Name)
	return rel.ID, nil
}

// sameDraft finds an open draft that says the same of the same tables; 0 for none.
func sameDraft(tx *store.Tx, rel *filing.Release, frozen []byte) (int64, error) {
	all, err := tx.Releases(true)
	if err != nil {
		return 0, err
	}
	sum := sha256.Sum256(frozen)
	for _, r := range all {
		if r.State == filing.ReleaseDraft && r.Owner == rel.Owner && r.Period.Key == rel.Period.Key && r.Kind == rel.Kind && r.Title == rel.Title &&
			r.Number == rel.Number && r.Day == rel.Day &&
			r.Embargo.Equal(rel.Embargo) &&
			r.Note == rel.Note &&
			r.Frozen == hex.EncodeToString(sum[:]) {
			return r.ID, nil
		}
	}
	return 0, nil
}

// saveDraft keeps a draft with its frozen tables.
func saveDraft(tx *store.Tx, rel *filing.Release, frozen []byte) (err error) {
	if rel.Frozen, err = tx.SaveFile("application/json", frozen); err != nil {
		return err
	}
	return tx.SaveRelease(rel)
}

// ChangeRelease changes what a draft says of itself; its figures become the newest ones, so that what is approved is what was last
// looked at. Whoever changes a draft counts as who made it. What it covers stays, unless codes or a regime are named.
func (a *Room) ChangeRelease(ctx context.Context, who access.Actor, id, seen int64, req ReleaseRequest) (err error) {
	defer fault.Context(&err, "publish.ChangeRelease(%d, %d)", id, seen)
	old, err := a.ownRelease(ctx, who, access.EditRelease, id)
	if err != nil {
		return err
	}
	if err := old.Edit(seen); err != nil {
		return err
	}
	req.Owner, req.Period = cmp.Or(req.Owner, old.Owner), cmp.Or(req.Period, old.Period.Key)
	if len(req.Codes) == 0 && req.Regime == "" {
		req.Codes = old.Codes
	}
	renumbered := vi.Clean(req.Number) != old.Number || req.Day != old.Day
	if renumbered && !req.Refresh && old.OnlyNumber(req.Kind, vi.Clean(req.Title), vi.Clean(req.Note), req.Embargo, req.Codes) &&
		req.Owner == old.Owner &&
		req.Period == old.Period.Key {
		return a.numberRelease(ctx, who, id, seen, vi.Clean(req.Number), req.Day)
	}
	rel, frozen, err := a.draftRelease(ctx, who, req)
	if err != nil {
		return err
	}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: "Sửa bản công bố"}, func(tx *store.Tx) error {
		have, err := tx.Release(id)
		if err != nil {
			return err
		}
		if err := have.Edit(seen); err != nil {
			return err
		}
		if have.Owner != rel.Owner {
			return fault.New(fault.Invalid, "Không đổi được cơ quan công bố. Hãy rút bản này và lập bản mới.")
		}
		rel.ID, rel.Version, rel.ObjectionsUntil, rel.Document = id, have.Version+1, have.ObjectionsUntil, have.Document
		ledger.NoteRelease(tx, "release_changed", rel, "", "Sửa bản công bố", rel.Note)
		return saveDraft(tx, rel, frozen)
	})
	return err
}

// numberRelease writes number and day of the document into a draft. That changes nothing of what it shows, so who does it is not
// thereby its maker and may approve it.
func (a *Room) numberRelease(ctx context.Context, who access.Actor, id, seen int64, number string, day vi.Date) error {
	_, err := a.Write(ctx, store.Change{Account: who.Name, Reason: "Ghi số, ngày văn bản công bố"}, func(tx *store.Tx) error {
		have, err := tx.Release(id)
		if err != nil {
			return err
		}
		if err := have.Edit(seen); err != nil {
			return err
		}
		ledger.NoteRelease(tx, "release_changed", &have, "", "Ghi số, ngày văn bản công bố", number)
		return tx.NumberRelease(id, number, day)
	})
	return err
}

// draftRelease makes a draft with its tables from the newest figures.
func (a *Room) draftRelease(ctx context.Context, who access.Actor, req ReleaseRequest) (rel *filing.Release, frozen []byte, err error) {
	p, err := check.ParsePeriodText(req.Period)
	if err != nil {
		return nil, nil, err
	}
	rel = &filing.Release{
		Owner:   cmp.Or(req.Owner, agency.Nation),
		Period:  p,
		Kind:    req.Kind,
		Title:   vi.Clean(req.Title),
		State:   filing.ReleaseDraft,
		Version: 1,
		Number:  vi.Clean(req.Number),
		Day:     req.Day,
		Embargo: req.Embargo,
		Note:    vi.Clean(req.Note),
	}
	if rel.Title == "" {
		rel.Title = fmt.Sprintf("Công bố số liệu %s, %s", rel.Kind.Title(), p.Title())
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		r := a.figures.Ranker(v, c, ledger.Live, time.Time{})
		if rel.Codes, err = releaseCodes(r, rel.Owner, p, req); err != nil {
			return err
		}
		if err := a.mayRelease(c, who, access.EditRelease, rel); err != nil {
			return err
		}
		if err := rel.Check(); err != nil {
			return err
		}
		rel.Revision = v.Revision().ID
		if rel.Supersedes, err = superseded(v, rel); err != nil {
			return err
		}
		tables, err := Freeze(r, rel)
		if err != nil {
			return err
		}
		frozen, err = json.Marshal(tables)
		return err
	})
	return rel, frozen, err
}

// MayAt judges an action on what an agency owns as a whole: its releases, its packs.
func (a *Room) MayAt(c *ledger.Catalogue, who access.Actor, act access.Action, owner agency.ID) error {
	if _, ok := c.Agencies.On(owner, a.Today()); !ok {
		return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", owner)
	}
	return access.Ground{Tree: c.Agencies, Day: a.Today()}.Check(who, act, access.At(owner))
}

// mayRelease judges an action on one release. An office that is narrowed to a regime or a group of indicators may act on a release of
// nothing else.
func (a *Room) mayRelease(c *ledger.Catalogue, who access.Actor, act access.Action, r *filing.Release) error {
	if _, ok := c.Agencies.On(r.Owner, a.Today()); !ok {
		return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", r.Owner)
	}
	on := access.Target{Agency: r.Owner, Scopes: scopesOf(c, r.Codes, r.Period.To)}
	return access.Ground{Tree: c.Agencies, Day: a.Today()}.Check(who, act, on)
}

// superseded finds the release that a new one corrects: the newest approved one that shares an indicator.
func superseded(v *store.View, rel *filing.Release) (int64, error) {
	all, err := v.Releases(false)
	if err != nil {
		return 0, err
	}
	for _, r := range all {
		if r.ID != rel.ID && slices.ContainsFunc(rel.Codes, func(code string) bool { return r.Covers(rel.Owner, code, rel.Period.Key) }) {
			return r.ID, nil
		}
	}
	return 0, nil
}

// MakeReleasePack writes the workbook of a release at its revision, with the version of the program that it names. The same release gives
// the same bytes.
func (a *Room) MakeReleasePack(ctx context.Context, rel *filing.Release, program string) (_ []byte, err error) {
	defer fault.Context(&err, "publish.MakeReleasePack")
	pack := report.Pack{
		Title:    rel.Title,
		Appendix: "I",
		Period:   rel.Period,
		DataFrom: rel.Period.From,
		DataTo:   rel.Period.To,
		Program:  program,
	}
	err = a.Store.Read(ctx, time.Time{}, func(newest *store.View) error {
		r, err := a.figures.Bound(newest, rel)
		if err != nil {
			return err
		}
		pack.Revision, pack.AsOf = r.View.Revision().ID, r.View.Revision().At
		b := &packBuilder{Ranker: r, pack: &pack, files: map[string]int{}, done: map[string]bool{}, extra: map[int64]bool{}}
		if err := tables(r, rel, func(_ *ranking.Table, q figures.RankingQuery) error {
			_, err := b.add(q, true)
			return err
		}); err != nil {
			return err
		}
		return b.spans()
	})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if len(pack.Tables) == 0 {
		return nil, fault.New(
			fault.Invalid,
			"Bản công bố không có bảng xếp hạng nào: chưa có số liệu của các chỉ tiêu đã chọn trong %s.",
			rel.Period.Title(),
		)
	}
	err = report.Write(&out, pack)
	return out.Bytes(), err
}

// ApproveRelease makes a draft what everybody reads (phê duyệt), from its embargo on. Whoever made or changed it may not.
func (a *Room) ApproveRelease(ctx context.Context, who access.Actor, id, seen int64) (err error) {
	defer fault.Context(&err, "publish.ApproveRelease(%d, %d)", id, seen)
	rel, err := a.ownRelease(ctx, who, access.SignRelease, id)
	if err != nil {
		return err
	}
	if err := rel.Edit(seen); err != nil {
		return err
	}
	pack, err := a.MakeReleasePack(ctx, rel, a.Version)
	if err != nil {
		return err
	}
	_, err = a.Write(
		ctx,
		store.Change{Account: who.Name, Reason: fmt.Sprintf("Phê duyệt bản công bố số %d: %s", rel.ID, rel.Title)},
		func(tx *store.Tx) error {
			have, err := tx.Release(id)
			if err != nil {
				return err
			}
			objections, err := tx.Objections(id)
			if err != nil {
				return err
			}
			next, err := have.Approve(filing.Decision{Account: tx.Account(), Name: who.Name, At: tx.Now()}, seen, objections)
			if err != nil {
				return err
			}
			if next.Supersedes, err = superseded(&tx.View, &next); err != nil {
				return err
			}
			if next.Pack, err = tx.SaveFile("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", pack); err != nil {
				return err
			}
			if next.Since().After(tx.Now()) { // pages that were kept must be made anew when its time comes
				if _, err := tx.AddJob(JobRelease, strconv.FormatInt(id, 10), "", next.Since()); err != nil {
					return err
				}
			}
			ledger.NoteRelease(tx, "release_approved", &next, "", "Phê duyệt bản công bố", "")
			if err := a.queueAuto(tx, &next); err != nil {
				return err
			}
			return tx.SaveRelease(&next)
		},
	)
	if err == nil {
		a.Log.Info("release approved", "release", id, "account", who.Name)
	}
	return err
}

// BeginRelease makes the pages that were kept stale when an embargo ends.
func (a *Room) BeginRelease(ctx context.Context, j job.Job, _ func(job.Progress)) (err error) {
	defer fault.Context(&err, "publish.BeginRelease")
	_, err = a.Write(
		ctx,
		store.Change{Account: ledger.JobAccount, Reason: "Hết cấm công bố, bản công bố số " + j.Key + " bắt đầu có hiệu lực"},
		func(tx *store.Tx) error {
			id, err := strconv.ParseInt(j.Key, 10, 64)
			if err != nil {
				return err
			}
			r, err := tx.Release(id)
			if err == nil && r.State == filing.ReleaseWithdrawn {
				return nil
			}
			tx.Touch()
			if err == nil {
				ledger.NoteRelease(tx, "release_begun", &r, "", "Hết cấm công bố, bắt đầu có hiệu lực bản công bố", "")
			}
			return err
		},
	)
	return err
}

// WithdrawRelease takes a draft back, or an approved release while its embargo lasts: that takes another account and a reason.
func (a *Room) WithdrawRelease(ctx context.Context, who access.Actor, id, seen int64, reason string) (err error) {
	defer fault.Context(&err, "publish.WithdrawRelease(%d, %d)", id, seen)
	if _, err := a.ownRelease(ctx, who, access.EditRelease, id); err != nil {
		return err
	}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: fmt.Sprintf("Rút bản công bố số %d", id)}, func(tx *store.Tx) error {
		have, err := tx.Release(id)
		if err != nil {
			return err
		}
		next, err := have.Withdraw(filing.Decision{Account: tx.Account(), Name: who.Name, At: tx.Now()}, seen, reason)
		if err != nil {
			return err
		}
		ledger.NoteRelease(tx, "release_withdrawn", &next, "", "Rút bản công bố", vi.Clean(reason))
		return tx.SaveRelease(&next)
	})
	return err
}

// ownRelease reads a release that the actor may act upon.
func (a *Room) ownRelease(ctx context.Context, who access.Actor, act access.Action, id int64) (rel *filing.Release, err error) {
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		found, err := v.Release(id)
		if err != nil {
			return err
		}
		rel = &found
		return a.mayRelease(c, who, act, rel)
	})
	return rel, err
}

// The kinds of jobs.
const (
	JobRelease = "release" // the embargo of a release ends; the key is its number
)
