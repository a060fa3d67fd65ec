package catalogue

import (
	"context"
	"io/fs"
	"path"

	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/seed"
)

// SeedAccount is the account under which catalogues and sample figures are loaded.
const SeedAccount = "chiso-seed"

// SeedResult says what seeding did.
type SeedResult struct {
	Catalogue bool                 `json:"catalogue"` // it changed
	Kept      bool                 `json:"kept"`      // the office looks after the catalogue: it was left as it is
	Samples   []receive.FileResult `json:"samples"`
}

// Seed loads the embedded catalogues and published sample figures. What is there already stays as it
// is: a second call changes nothing, and a catalogue that somebody has changed since is left alone.
func (a *Room) Seed(ctx context.Context) (_ *SeedResult, err error) {
	defer fault.Context(&err, "catalogue.Seed")
	res, err := a.SeedCatalogue(ctx)
	if err != nil {
		return nil, err
	}
	return res, a.seedSamples(ctx, res)
}

// SeedCatalogue is Seed without any figure: for an installation in service.
func (a *Room) SeedCatalogue(ctx context.Context) (_ *SeedResult, err error) {
	defer fault.Context(&err, "catalogue.SeedCatalogue")
	c, l, err := loadCatalogue(seed.Files)
	if err != nil {
		return nil, err
	}
	kept := false
	rev, err := a.Write(ctx, store.Change{Account: SeedAccount, Reason: "Nạp danh mục", Action: "catalogue"}, func(tx *store.Tx) (err error) {
		if kept, err = tx.CatalogueTouched(SeedAccount); kept || err != nil {
			return err
		}
		held, err := tx.Catalogue()
		if err != nil {
			return err
		}
		after := c
		if hasIllustrativeUnits(&held) {
			after = withIllustrativeUnits(c)
		}
		j := &judge{l: l, before: held, after: after}
		if err := j.keeps(&tx.View); err != nil {
			return err
		}
		if err := l.err(); err != nil { // a newer program's catalogue may not leave received figures behind either
			return fault.Wrap(
				err,
				fault.Conflict,
				"Danh mục đi kèm chương trình chưa nạp được, danh mục đang có giữ nguyên: %s",
				l.findings[0].Message,
			)
		}
		return tx.SaveCatalogue(after)
	})
	if err != nil {
		return nil, err
	}
	return &SeedResult{Catalogue: rev.ID != 0, Kept: kept}, nil
}

func (a *Room) seedSamples(ctx context.Context, res *SeedResult) error {
	for _, s := range seed.Samples() {
		data, err := fs.ReadFile(seed.Files, s.Path)
		if err != nil {
			return err
		}
		system, ok := kpi.ParseSystem(s.Source)
		if !ok {
			return fault.New(fault.Internal, "sample %s: source %q", s.Path, s.Source)
		}
		out, err := a.receive.Import(
			ctx,
			receive.Request{
				Files:   []ledger.ImportFile{{Name: path.Base(s.Path), Data: data}},
				Source:  system,
				Account: SeedAccount,
				Reason:  s.Reason,
			},
		)
		if err != nil {
			return err
		}
		res.Samples = append(res.Samples, out.Files...)
	}
	return nil
}
