package catalogue

import (
	"context"
	"time"

	"chiso/internal/access"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/store"
)

// Preview is a file of the catalogue that waits for confirmation: kept by its hash, and what it would change.
type Preview struct {
	Name, SHA256 string
	Result       *Result
}

// PreviewCatalogue keeps a file and says what it would change.
func (a *Room) PreviewCatalogue(ctx context.Context, file ledger.ImportFile) (_ *Preview, err error) {
	defer fault.Context(&err, "catalogue.PreviewCatalogue")
	res, err := a.ImportCatalogue(ctx, Request{File: file, DryRun: true})
	if err != nil {
		return nil, err
	}
	out := &Preview{Name: file.Name, Result: res}
	who, err := ledger.Writer(ctx, access.EditCatalog)
	if err != nil {
		return nil, err
	}
	_, err = a.Write(ctx, store.Change{Account: who, Reason: "Xem trước danh mục"}, func(tx *store.Tx) (err error) {
		out.SHA256, err = tx.SaveFile(ledger.MediaOf(file.Name), file.Data)
		return err
	})
	return out, err
}

// KeptCatalogue shows a kept file again, with what it would change by now.
func (a *Room) KeptCatalogue(ctx context.Context, name, sha string) (_ *Preview, err error) {
	defer fault.Context(&err, "catalogue.KeptCatalogue")
	file, err := a.keptFile(ctx, name, sha)
	if err != nil {
		return nil, err
	}
	res, err := a.ImportCatalogue(ctx, Request{File: file, DryRun: true})
	return &Preview{Name: name, SHA256: sha, Result: res}, err
}

// AcceptCatalogue makes a kept file the catalogue, as its preview showed.
func (a *Room) AcceptCatalogue(ctx context.Context, name, sha, fingerprint, reason string, doc ledger.Document) (_ *Result, err error) {
	defer fault.Context(&err, "catalogue.AcceptCatalogue")
	if fingerprint == "" {
		return nil, fault.New(fault.Invalid, "Hãy xem trước các thay đổi rồi mới xác nhận.")
	}
	file, err := a.keptFile(ctx, name, sha)
	if err != nil {
		return nil, err
	}
	return a.ImportCatalogue(ctx, Request{File: file, Document: doc, Reason: reason, Fingerprint: fingerprint})
}

func (a *Room) keptFile(ctx context.Context, name, sha string) (file ledger.ImportFile, err error) {
	file.Name = name
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		if err := a.mayEditCatalogue(ctx, v); err != nil {
			return err
		}
		file.Data, err = v.File(sha)
		return err
	})
	return file, err
}
