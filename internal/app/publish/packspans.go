package publish

import (
	"slices"

	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/filing"
	"chiso/internal/ranking"
	"chiso/internal/report"
)

// spans finds the days that the figures of each table cover: those of the round that asked for them, as they were decided by then.
func (b *packBuilder) spans() error {
	rounds, err := b.View.Unguarded().Rounds()
	if err != nil {
		return err
	}
	b.pack.Spans = make([]report.Span, len(b.pack.Tables))
	for _, rd := range rounds {
		if rd.Period.Key != b.pack.Period.Key {
			continue
		}
		events, err := b.View.Unguarded().RoundEvents(rd.ID)
		if err != nil {
			return err
		}
		var w filing.Window
		for _, e := range events {
			if (e.Action == filing.RoundOpened || e.Action == filing.RoundChanged) && !e.At.After(b.pack.AsOf) {
				w = e.Window
			}
		}
		if w == (filing.Window{}) {
			continue
		}
		asks := map[string]bool{}
		for _, f := range rd.Forms(b.Catalogue.Forms) {
			for _, it := range f.Items {
				asks[it.Indicator] = true
			}
		}
		for i := range b.pack.Tables {
			t := &b.pack.Tables[i]
			if figures.Guarded(t.Source) && t.Period.Key == rd.Period.Key && asked(t, asks) {
				b.pack.Spans[i] = report.Span{From: w.From, To: w.To}
			}
		}
	}
	return nil
}

// asked reports whether a table is made of indicators that are asked for.
func asked(t *ranking.Table, asks map[string]bool) bool {
	if t.Scorecard == nil {
		return asks[t.Code]
	}
	return !slices.ContainsFunc(ledger.ComponentCodes(t.Scorecard), func(code string) bool { return !asks[code] })
}
