package app

import (
	"context"
	"io/fs"
	"path"

	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/seed"
)

// SeedAccount is the account under which catalogues and sample figures are loaded.
const SeedAccount = "chiso-seed"

// SeedResult says what seeding did.
type SeedResult struct {
	Catalogue bool         `json:"catalogue"` // it changed
	Samples   []FileResult `json:"samples"`
}

// Seed loads the embedded catalogues and published sample figures. What is there already stays as it
// is: a second call changes nothing.
func (a *App) Seed(ctx context.Context) (*SeedResult, error) {
	c, err := LoadCatalogue(seed.Files)
	if err != nil {
		return nil, err
	}
	rev, err := a.write(ctx, store.Change{Account: SeedAccount, Reason: "Nạp danh mục"}, func(tx *store.Tx) error {
		return tx.SaveCatalogue(c)
	})
	if err != nil {
		return nil, err
	}
	res := &SeedResult{Catalogue: rev.ID != 0}
	for _, s := range seed.Samples() {
		data, err := fs.ReadFile(seed.Files, s.Path)
		if err != nil {
			return nil, err
		}
		system, ok := kpi.ParseSystem(s.Source)
		if !ok {
			return nil, fault.New(fault.Internal, "sample %s: source %q", s.Path, s.Source)
		}
		out, err := a.Import(ctx, ImportRequest{Files: []ImportFile{{path.Base(s.Path), data}}, Source: system, Account: SeedAccount, Reason: s.Reason})
		if err != nil {
			return nil, err
		}
		res.Samples = append(res.Samples, out.Files...)
	}
	return res, nil
}
