package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"chiso/internal/app"
	"chiso/internal/web"
	"chiso/static"
)

// readings are the pages that a committee reads, on the sample that comes with the program and the illustrative set: the nation, a
// province, and a province's 106 units.
var readings = []struct{ what, path string }{
	{"overview", "/"}, {"ranking", "/ranking/Q766"}, {"heat", "/heat/Q766"}, {"delta", "/delta/Q766"}, {"map", "/map/Q766"},
	{
		"compare",
		"/compare/Q766",
	}, {"merger", "/merger/CPS08?period=2025-Q2&source=illustrative"}, {"analysis", "/analysis/P34-48?code=Q766"}, {"agency", "/agency/P34-48"},
	{
		"trend",
		"/trend/VN?code=CPS01",
	}, {"across", "/across/P34-48"}, {"A4", "/a4"}, {"A4 of an agency", "/a4/P34-48"}, {"units", "/units/P34-48?source=illustrative"},
	{"A4 of units", "/units/P34-48/a4?source=illustrative"}, {"heat of 93 communes", "/heat/MH_CDS_XA?source=illustrative"},
}

// readBudget is what making one of these pages may take when nobody has asked for it yet; whoever comes after gets it from memory.
const readBudget = 250 * time.Millisecond

// readingPages times each page of a committee as it is made, with nothing kept. The budget is absolute, so the ratio is to it.
func readingPages(ctx context.Context, b *bench) (out []result, err error) {
	for _, e := range []engine{sqlite, postgres} {
		if b.skips(e) {
			continue
		}
		config, err := b.config(ctx, e)
		if err != nil {
			return nil, err
		}
		s, err := b.migrated(ctx, config)
		if err != nil {
			return nil, err
		}
		a, err := app.New(app.Config{Store: s, Clock: time.Now, Version: "bench"})
		if err != nil {
			return nil, err
		}
		if _, err := a.Seed(ctx); err != nil {
			return nil, err
		}
		if _, err := a.LoadIllustrative(ctx); err != nil {
			return nil, err
		}
		rows, err := readEach(ctx, a, e)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func readEach(ctx context.Context, a *app.App, e engine) (out []result, err error) {
	for _, r := range readings {
		var took []time.Duration
		for range 5 {
			// A server of its own has nothing kept; the catalogue and the database's pages are warm after the first time.
			server, err := web.New(web.Config{App: a, Assets: web.Assets{Path: static.Asset, Handler: static.Handler()}, Clock: time.Now,
				Log: slog.New(slog.DiscardHandler), Version: "bench"})
			if err != nil {
				return nil, err
			}
			token, err := signIn(ctx, a, server)
			if err != nil {
				return nil, err
			}
			_, once, err := ask(ctx, server, r.path, token)
			if err != nil {
				return nil, err
			}
			took = append(took, once)
		}
		typical := median(took)
		out = append(
			out,
			result{
				work:   fmt.Sprintf("%s: %s, made anew", e, r.what),
				floor:  fmt.Sprintf("%.0f ms", ms(readBudget)),
				ours:   fmt.Sprintf("%.1f ms", ms(typical)),
				ratio:  typical.Seconds() / readBudget.Seconds(),
				budget: 1,
				atMost: true,
			},
		)
	}
	return out, nil
}
