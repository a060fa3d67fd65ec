package main

import (
	"context"
	"fmt"
	"time"

	"chiso/internal/store"
)

// The writes whose safeguards are measured: small ones as people make them, and imports, of which the best counts; both in turns, so that a
// busy machine is as busy for each.
const (
	smallRounds, smallWrites = 10, 20
	largeRounds, largeRows   = 4, 50_000
)

// guarded is a database with or without a safeguard, and how long its writes took.
type guarded struct {
	less         store.Without
	name         string
	d            *database
	small, large time.Duration
}

// safeguards says what waiting for the disk at each commit, and the digests of what each line of the audit is about, cost.
func safeguards(ctx context.Context, b *bench) (out []result, err error) {
	for _, e := range []engine{sqlite, postgres} {
		if b.skips(e) {
			continue
		}
		all := []*guarded{{name: "as it is"}, {name: "without digests", less: store.Without{Digests: true}}}
		if e == sqlite { // PostgreSQL waits for its disk by its own settings
			all = append(all, &guarded{name: "synchronous=NORMAL", less: store.Without{Sync: true}})
		}
		large := min(b.rows, largeRows)
		for _, g := range all {
			if g.d, err = b.openWithout(ctx, e, g.less); err != nil {
				return nil, err
			}
		}
		for range largeRounds {
			for _, g := range all {
				begun := time.Now()
				if err := g.d.accept(ctx, g.d.next+large); err != nil {
					return nil, err
				}
				g.large = better(g.large, time.Since(begun))
			}
		}
		for range smallRounds {
			for _, g := range all {
				if err := g.writeSmall(ctx); err != nil {
					return nil, err
				}
			}
		}
		each := func(g *guarded) float64 { return g.small.Seconds() * 1000 / smallRounds / smallWrites }
		is := all[0]
		for _, g := range all[1:] {
			out = append(
				out,
				result{
					work:  fmt.Sprintf("%s: one figure a write, %d times", e, smallRounds*smallWrites),
					floor: fmt.Sprintf("%s, %.2f ms", g.name, each(g)),
					ours:  fmt.Sprintf("%.2f ms", each(is)),
					ratio: each(is) / each(g),
				},
				result{work: fmt.Sprintf("%s: %d figures in one write", e, large), floor: g.name + ", " + rate(large, g.large),
					ours: rate(large, is.large), ratio: is.large.Seconds() / g.large.Seconds()},
			)
		}
	}
	return out, nil
}

// writeSmall makes a round of small writes.
func (g *guarded) writeSmall(ctx context.Context) error {
	begun := time.Now()
	for range smallWrites {
		if err := g.d.accept(ctx, g.d.next+1); err != nil {
			return err
		}
	}
	g.small += time.Since(begun)
	return nil
}
