package publish

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"chiso/internal/access"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// MayHandInDocument reports whether the actor may hand in the signed document of a release, before it is received.
func (a *Room) MayHandInDocument(ctx context.Context, id int64) (err error) {
	defer fault.Context(&err, "publish.MayHandInDocument(%d)", id)
	_, err = a.ownRelease(ctx, access.From(ctx), access.EditRelease, id)
	return err
}

// SaveReleaseDocument keeps the signed document by which figures are released (văn bản công bố), a PDF: of a draft, so that who
// approves reads it, or of an approved release, where it comes back signed. One that is handed in again replaces the one before;
// both stay in the store, and the audit names them.
func (a *Room) SaveReleaseDocument(ctx context.Context, who access.Actor, id, seen int64, file ledger.ImportFile) (err error) {
	defer fault.Context(&err, "publish.SaveReleaseDocument(%d, %d)", id, seen)
	if !bytes.HasPrefix(file.Data, []byte("%PDF-")) {
		return fault.New(
			fault.Invalid,
			"Văn bản công bố phải là tệp PDF; %s không phải. Hãy quét hoặc xuất văn bản đã ký thành PDF.",
			vi.Clean(file.Name),
		)
	}
	if _, err := a.ownRelease(ctx, who, access.EditRelease, id); err != nil {
		return err
	}
	_, err = a.Write(
		ctx,
		store.Change{Account: who.Name, Reason: fmt.Sprintf("Nộp văn bản của bản công bố số %d", id)},
		func(tx *store.Tx) error {
			have, err := tx.Release(id)
			if err != nil {
				return err
			}
			if err := have.File(seen); err != nil {
				return err
			}
			sha, err := tx.SaveFile("application/pdf", file.Data)
			if err != nil {
				return err
			}
			ledger.NoteRelease(tx, "release_document", &have, "", "Nộp văn bản đã ký (SHA-256 "+sha[:12]+"…) của bản công bố", "")
			return tx.SaveReleaseDocument(id, sha)
		},
	)
	return err
}

// ReleaseDocument returns the signed document of a release, for whoever may see the release.
func (a *Room) ReleaseDocument(ctx context.Context, who access.Actor, id int64) (name string, data []byte, err error) {
	defer fault.Context(&err, "publish.ReleaseDocument(%d)", id)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		r, err := a.ReadableRelease(v, who, id)
		if err != nil {
			return err
		}
		if r.Document == "" {
			return fault.New(fault.NotFound, "Bản công bố số %d chưa có văn bản đã ký.", id)
		}
		data, err = v.File(r.Document)
		return err
	})
	return fmt.Sprintf("chiso-van-ban-cong-bo-%d.pdf", id), data, err
}

// ReadableRelease reads a release that the actor may see: before it is shown only the office that makes it may.
func (a *Room) ReadableRelease(v *store.View, who access.Actor, id int64) (r filing.Release, err error) {
	c, err := a.Catalogue(v)
	if err != nil {
		return r, err
	}
	if r, err = v.Release(id); err != nil {
		return r, err
	}
	if !r.Effective(a.figures.Now(v)) && a.mayRelease(c, who, access.EditRelease, &r) != nil {
		return r, fault.New(fault.NotFound, "Không có bản công bố số %d.", id)
	}
	return r, a.mayRelease(c, who, access.ReadRelease, &r)
}
