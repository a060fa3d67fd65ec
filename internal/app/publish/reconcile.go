package publish

import (
	"context"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/report"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// GapLine is the sum of the agencies of a block beside what somebody published, with what is said about it.
type GapLine struct {
	report.Gap
	Code, Block string
	Printed     string // the gap as printed: what a leader agrees to
	Note        filing.GapNote
	Stale       bool // agreed to, but the gap is another one now
}

// Reconciliation is the page that compares sums with published figures (đối chiếu).
type Reconciliation struct {
	Owner     agency.ID
	Period    kpi.Period
	Release   *filing.Release // nil: the newest figures
	Revision  int64
	Lines     []GapLine
	Periods   []ledger.Choice
	MayAccept bool
}

// Reconcile compares the figures of a release, or the newest ones of a period, with what others published for the same block and
// period. Without either it takes the newest release.
func (a *Room) Reconcile(ctx context.Context, who access.Actor, release int64, period string) (out *Reconciliation, err error) {
	defer fault.Context(&err, "publish.Reconcile(%d)", release)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		out, err = a.reconcile(v, c, who, release, period)
		return err
	})
	return out, err
}

func (a *Room) reconcile(v *store.View, c *ledger.Catalogue, who access.Actor, release int64, period string) (*Reconciliation, error) {
	owner, err := a.packOwner(c, who)
	if err != nil {
		return nil, err
	}
	out := &Reconciliation{
		Owner:     owner,
		Periods:   figures.SuggestedPeriods(a.Today()),
		MayAccept: a.MayAt(c, who, access.SignRelease, owner) == nil,
	}
	if release == 0 && period == "" {
		release = newestRelease(v, owner)
	}
	if release == 0 && period == "" {
		return out, nil
	}
	b, rel, err := a.settlePack(
		v,
		c,
		PackQuery{
			Owner:   owner,
			Spec:    &filing.PackSpec{Kind: filing.NationalPack, Sections: []string{string(report.Reconciliation)}},
			Release: release,
			Period:  period,
		},
	)
	if err != nil {
		return nil, err
	}
	then, err := v.At(b.Revision)
	if err != nil {
		return nil, err
	}
	if out.Period, err = kpi.ParsePeriod(b.Period); err != nil {
		return nil, err
	}
	out.Release, out.Revision = rel, b.Revision
	g, err := a.openPack(then, packAsk{spec: b.Spec, owner: owner, release: rel, period: out.Period, gaps: b.Gaps})
	if fault.KindOf(err) == fault.NotFound {
		return out, nil // no figures, so no gaps
	}
	if err != nil {
		return nil, err
	}
	for _, l := range g.lines {
		line := GapLine{Gap: l.Gap, Code: l.code, Block: l.block, Printed: l.printed}
		for _, n := range b.Gaps {
			if n.Code == l.code && n.Block == l.block {
				line.Note, line.Stale = n, n.AcceptedGap != "" && n.AcceptedGap != l.printed
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

// ExplainGap keeps why a sum differs from a published figure and who answers for it. What was agreed to before must be agreed to again.
func (a *Room) ExplainGap(ctx context.Context, who access.Actor, period string, n filing.GapNote) (err error) {
	defer fault.Context(&err, "publish.ExplainGap")
	p, err := check.ParsePeriodText(period)
	if err != nil {
		return err
	}
	n.Explanation, n.Responsible = vi.Clean(n.Explanation), vi.Clean(n.Responsible)
	if n.Explanation == "" || n.Responsible == "" || len([]rune(n.Explanation)) > 1000 || len([]rune(n.Responsible)) > 200 {
		return fault.New(fault.Invalid, "Hãy ghi giải trình (không quá 1.000 ký tự) và đơn vị hoặc người chịu trách nhiệm.")
	}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: "Giải trình chênh lệch"}, func(tx *store.Tx) error {
		c, err := a.Catalogue(&tx.View)
		if err != nil {
			return err
		}
		owner, err := a.packOwner(c, who)
		if err != nil {
			return err
		}
		if _, ok := c.Definition(n.Code); !ok {
			return fault.New(fault.NotFound, "Không có chỉ tiêu mang mã %q.", n.Code)
		}
		if _, ok := c.Agencies.Block(n.Block); !ok {
			return fault.New(fault.NotFound, "Không có khối %q.", n.Block)
		}
		ledger.NotePack(tx, "gap_explained", owner, n.Code, "Giải trình chênh lệch "+n.Code+", "+p.Key+": "+n.Explanation)
		return tx.SaveGapNote(owner, p.Key, n)
	})
	return err
}

// AcceptGap keeps that a leader lets figures go out with a gap. seen is the gap as printed on the page: when it is another one by now,
// nothing is agreed to. Whoever explained it cannot agree.
func (a *Room) AcceptGap(ctx context.Context, who access.Actor, release int64, period, code, block, seen string) (err error) {
	defer fault.Context(&err, "publish.AcceptGap(%d)", release)
	now, err := a.Reconcile(ctx, who, release, period)
	if err != nil {
		return err
	}
	for _, l := range now.Lines {
		if l.Code != code || l.Block != block {
			continue
		}
		if l.Printed != seen {
			return fault.New(fault.Conflict, "Chênh lệch đã thay đổi sau khi bạn mở trang (nay là %s). Hãy xem lại rồi quyết định.", l.Printed)
		}
		_, err := a.Write(ctx, store.Change{Account: who.Name, Reason: "Đồng ý công bố kèm chênh lệch"}, func(tx *store.Tx) error {
			c, err := a.Catalogue(&tx.View)
			if err != nil {
				return err
			}
			if err := a.MayAt(c, who, access.SignRelease, now.Owner); err != nil {
				return err
			}
			ledger.NotePack(tx, "gap_accepted", now.Owner, code, "Đồng ý công bố kèm chênh lệch "+seen+" của "+code+", "+now.Period.Key)
			return tx.AcceptGap(now.Owner, now.Period.Key, code, block, seen)
		})
		return err
	}
	return fault.New(fault.NotFound, "Không có chênh lệch nào của %s trong kỳ này.", code)
}
