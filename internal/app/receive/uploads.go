package receive

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// SaveUpload keeps one file that waits for confirmation and returns its number. A file that is of no
// readable kind is refused at once and not kept.
func (a *Room) SaveUpload(ctx context.Context, req Request) (id int64, err error) {
	defer fault.Context(&err, "receive.SaveUpload")
	if len(req.Files) != 1 {
		return 0, fault.New(fault.Invalid, "Hãy chọn một tệp.")
	}
	if _, err := optionalPeriod(req.Period); err != nil {
		return 0, err
	}
	ctx, end := a.Keeping(ctx, &err)
	defer end()
	leave, err := a.Enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	file, err := a.Open(ctx, req.Files[0])
	if err != nil {
		return 0, err
	}
	req.Source = cmp.Or(req.Source, kpi.Reported)
	run := &importRun{app: a, req: req}
	_, err = a.Write(ctx, store.Change{Account: req.Account, Reason: ReasonFor(req)}, func(tx *store.Tx) error {
		id, err = tx.SaveUpload(run.upload(req.Files[0].Name), Media(file), req.Files[0].Data)
		tx.Audit(store.Entry{Action: "upload", Agency: req.Agency, Target: UploadTarget(id), Detail: "Nộp tệp " + req.Files[0].Name})
		return err
	})
	return id, err
}

// Upload returns an upload with its findings and what accepting it would change, or what accepting it
// did change.
func (a *Room) Upload(ctx context.Context, id int64) (view *UploadView, err error) {
	defer fault.Context(&err, "receive.Upload(%d)", id)
	bounded, end := a.Reading(ctx, &err)
	defer end()
	u, req, err := a.waiting(bounded, id)
	if err != nil {
		return nil, err
	}
	req.DryRun = true
	run, err := a.runFor(req)
	if err != nil {
		return nil, err
	}
	if err := run.do(bounded); err != nil {
		return nil, err
	}
	view, err = a.uploadView(ctx, u, &run.result)
	if view != nil && u.Revision == 0 {
		view.Token = run.token()
	}
	return view, err
}

func (a *Room) runFor(req Request) (*importRun, error) {
	period, err := optionalPeriod(req.Period)
	return &importRun{app: a, req: req, period: period, today: a.Today()}, err
}

// ConfirmUpload accepts an upload. token is that of the view on which the person decided: when the file
// would change something else by now, it is a fault of kind Conflict; said explains its warnings, which
// are a fault of kind Invalid without. Confirming twice changes nothing the second time.
func (a *Room) ConfirmUpload(ctx context.Context, id int64, account, token string, said check.Explanations) (_ *UploadView, err error) {
	defer fault.Context(&err, "receive.ConfirmUpload(%d)", id)
	u, req, err := a.waiting(ctx, id)
	if err != nil {
		return nil, err
	}
	if u.Revision != 0 {
		return a.Upload(ctx, id)
	}
	if err := said.Valid(); err != nil {
		return nil, err
	}
	req.Account = account
	run, err := a.runFor(req)
	if err != nil {
		return nil, err
	}
	run.saved, run.said = id, said
	leave, err := run.ahead(ctx)
	if err != nil {
		return nil, err
	}
	rev, err := a.Write(
		ctx,
		store.Change{Account: account, Reason: ReasonFor(req), Action: "accept", Agency: req.Agency, Target: UploadTarget(id)},
		func(tx *store.Tx) error {
			now, err := tx.Upload(id)
			if err != nil {
				return err
			}
			if now.Revision != 0 {
				return ErrNothing // somebody else was faster
			}
			if err := run.files(&tx.View, tx); err != nil {
				return err
			}
			if m := run.result.Files[0].Matching; m != nil && m.Choices.Remember {
				if err := m.Remember(tx, cmp.Or(req.Agency, agency.Nation), u.Name); err != nil {
					return err
				}
			}
			if run.token() != token {
				return fault.New(
					fault.Conflict,
					"Số liệu hiện hành đã thay đổi sau khi bạn xem tệp này. Hãy xem lại những thay đổi dưới đây rồi xác nhận.",
				)
			}
			return nil
		},
	)
	leave() // showing the upload reads it again
	if err != nil && !IsVerdict(err) {
		return nil, err
	}
	a.Log.Info("upload confirmed", "upload", id, "revision", rev.ID)
	return a.Upload(ctx, id)
}

// ahead does before the lock what takes the time of a bad file; what the file then changes is written without haste.
func (r *importRun) ahead(ctx context.Context) (leave func(), err error) {
	bounded, end := r.app.Reading(ctx, &err)
	defer end()
	if r.seen, err = r.app.preview(bounded, r.req, r.said); err != nil {
		return nil, err
	}
	leave, err = r.open(bounded)
	r.stop = ledger.Stop(ctx)
	return leave, err
}

// MatchFile keeps what the one who gave a file says of its columns and lines, while it waits.
func (a *Room) MatchFile(ctx context.Context, id int64, said Choices) (err error) {
	defer fault.Context(&err, "receive.MatchFile(%d)", id)
	_, err = a.Write(ctx, store.Change{Account: access.From(ctx).Name, Reason: "Ghép cột của tệp"}, func(tx *store.Tx) error {
		return tx.SaveChoices(id, said.Text())
	})
	return err
}

// UploadTarget names an upload in the audit.
func UploadTarget(id int64) string { return "upload:" + strconv.FormatInt(id, 10) }

// UploadFile returns the original file of an upload.
func (a *Room) UploadFile(ctx context.Context, id int64) (name string, data []byte, err error) {
	defer fault.Context(&err, "receive.UploadFile(%d)", id)
	u, req, err := a.waiting(ctx, id)
	if err != nil {
		return "", nil, err
	}
	return u.Name, req.Files[0].Data, nil
}

// waiting reads an upload and the request that accepting it would be.
func (a *Room) waiting(ctx context.Context, id int64) (u store.Upload, req Request, err error) {
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		if u, err = v.Upload(id); err != nil {
			return err
		}
		data, err := v.File(u.SHA256)
		req = Request{
			Files:     []ledger.ImportFile{{Name: u.Name, Data: data}},
			Period:    u.Period,
			Indicator: u.Indicator,
			Agency:    u.Agency,
			Source:    u.System,
			Said:      ReadChoices(u.Choices),
		}
		return err
	})
	return u, req, err
}

func (a *Room) uploadView(ctx context.Context, u store.Upload, res *Result) (*UploadView, error) {
	view := &UploadView{UploadLine: figures.Line(u), Period: u.Period, Indicator: u.Indicator, Source: u.System, Result: res.Files[0]}
	if c := view.Result.Observations; u.Revision == 0 && (c.New+c.Superseded > 0 || c.Unchanged == 0) {
		return view, nil
	}
	if u.Revision != 0 {
		// Compared with the current view the file is no news any more: say what it did when it was accepted.
		view.Result.Observations = Counts{New: u.New, Superseded: u.Superseded, Unchanged: u.Unchanged}
		for i := range view.Result.Rows {
			view.Result.Rows[i].Change, view.Result.Rows[i].Before = "", vi.NullDecimal{}
		}
	}
	err := a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		kept, err := v.UploadWarnings(u.ID)
		if err != nil {
			return err
		}
		view.Result.Findings = asAccepted(view.Result.Findings, kept)
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		for _, row := range view.Result.Rows {
			d, ok := c.Definition(row.Indicator)
			p, err := kpi.ParsePeriod(row.Period)
			if !ok || err != nil {
				continue
			}
			block := c.Agencies.BlockOf(agency.ID(row.Agency), p.To)
			link := figures.RankingLink{
				Code:        row.Indicator,
				Name:        d.Name,
				Pillar:      d.Indicator.Pillar,
				PillarTitle: kpi.PillarTitle(d.Indicator.Pillar),
				Period:      p,
				Block:       block,
				Source:      u.System,
			}
			same := func(l figures.RankingLink) bool {
				return l.Code == link.Code && l.Period.Key == link.Period.Key && l.Block == link.Block
			}
			if i := slices.IndexFunc(view.Rankings, same); i >= 0 {
				view.Rankings[i].Agencies++
			} else if block != "" && len(view.Rankings) < 40 {
				link.Agencies = 1
				view.Rankings = append(view.Rankings, link)
			}
		}
		return nil
	})
	return view, err
}

// Options returns what the upload form offers.
func (a *Room) Options(ctx context.Context) (o UploadOptions, err error) {
	defer fault.Context(&err, "receive.Options")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		today := a.Today()
		for _, d := range c.Kpis.Definitions() {
			if d.From <= today && today <= d.To {
				o.Indicators = append(o.Indicators, ledger.Choice{Code: d.Indicator.Code, Title: d.Name})
			}
		}
		o.Periods = figures.SuggestedPeriods(today)
		for _, s := range kpi.Systems() {
			o.Sources = append(o.Sources, ledger.Choice{Code: string(s), Title: s.Title(), Selected: s == kpi.Reported})
		}
		return nil
	})
	return o, err
}
