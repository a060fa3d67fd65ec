package app

import (
	"context"
	"time"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/store"
)

// CataloguePreview is a file of the catalogue that waits for confirmation: kept by its hash, and what it would change.
type CataloguePreview struct {
	Name, SHA256 string
	Result       *CatalogueResult
}

// PreviewCatalogue keeps a file and says what it would change.
func (a *App) PreviewCatalogue(ctx context.Context, file ImportFile) (*CataloguePreview, error) {
	res, err := a.ImportCatalogue(ctx, CatalogueRequest{File: file, DryRun: true})
	if err != nil {
		return nil, err
	}
	out := &CataloguePreview{Name: file.Name, Result: res}
	who, err := writer(ctx, access.EditCatalog)
	if err != nil {
		return nil, err
	}
	_, err = a.write(ctx, store.Change{Account: who, Reason: "Xem trước danh mục"}, func(tx *store.Tx) (err error) {
		out.SHA256, err = tx.SaveFile(mediaOf(file.Name), file.Data)
		return err
	})
	return out, err
}

// KeptCatalogue shows a kept file again, with what it would change by now.
func (a *App) KeptCatalogue(ctx context.Context, name, sha string) (*CataloguePreview, error) {
	file, err := a.keptFile(ctx, name, sha)
	if err != nil {
		return nil, err
	}
	res, err := a.ImportCatalogue(ctx, CatalogueRequest{File: file, DryRun: true})
	return &CataloguePreview{Name: name, SHA256: sha, Result: res}, err
}

// AcceptCatalogue makes a kept file the catalogue, as its preview showed.
func (a *App) AcceptCatalogue(ctx context.Context, name, sha, fingerprint, reason string, doc Document) (*CatalogueResult, error) {
	if fingerprint == "" {
		return nil, fault.New(fault.Invalid, "Hãy xem trước các thay đổi rồi mới xác nhận.")
	}
	file, err := a.keptFile(ctx, name, sha)
	if err != nil {
		return nil, err
	}
	return a.ImportCatalogue(ctx, CatalogueRequest{File: file, Document: doc, Reason: reason, Fingerprint: fingerprint})
}

func (a *App) keptFile(ctx context.Context, name, sha string) (file ImportFile, err error) {
	file.Name = name
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		if err := a.mayEditCatalogue(ctx, v); err != nil {
			return err
		}
		file.Data, err = v.File(sha)
		return err
	})
	return file, err
}
