package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
)

// readings gives a database that holds the periods to read from: the one that the import filled, or a new one.
func (b *bench) readings(ctx context.Context, e engine) (d *database, err error) {
	if d = b.filled[e]; d == nil {
		if d, err = b.open(ctx, e); err != nil {
			return nil, err
		}
		b.filled[e] = d
	}
	return d, d.accept(ctx, b.periods*perPeriod)
}

// rankOne compares the ranking of one indicator over all agencies with the bare SELECT of its figures.
func rankOne(ctx context.Context, b *bench) (out []result, err error) {
	for _, e := range []engine{postgres, sqlite} {
		if b.skips(e) {
			continue
		}
		d, err := b.readings(ctx, e)
		if err != nil {
			return nil, err
		}
		for _, q := range []string{"ANALYZE", map[engine]string{postgres: "VACUUM", sqlite: "PRAGMA wal_checkpoint(TRUNCATE)"}[e]} { // what time does to a real one
			if _, err := d.hand.ExecContext(ctx, q); err != nil {
				return nil, err
			}
		}
		places := d.world.directory.Members(block, period(0).To)
		var floor, ours []time.Duration
		for i := range 40 { // turn by turn, so that both meet the same neighbours
			at, definition := i%b.periods, i*7%indicators
			start := time.Now()
			if err := selectByHand(ctx, d, at, definition); err != nil {
				return nil, err
			}
			floor = append(floor, time.Since(start))
			start = time.Now()
			if err := rank(ctx, d, places, at, definition); err != nil {
				return nil, err
			}
			ours = append(ours, time.Since(start))
		}
		f, o := median(floor), median(ours)
		out = append(out, result{work: fmt.Sprintf("%s: rank %d agencies of %.2f million", e, agencies, float64(d.next)/1e6),
			floor: fmt.Sprintf("SELECT by hand, %.2f ms", ms(f)), ours: fmt.Sprintf("%.2f ms", ms(o)),
			ratio: o.Seconds() / f.Seconds(), budget: 1.5, atMost: true})
	}
	return out, nil
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }

var errCount = errors.New("not every agency has a figure")

func selectByHand(ctx context.Context, d *database, period, definition int) error {
	rows, err := d.hand.QueryContext(ctx, `SELECT agency, observation, num, den, value, state, bound, qualifiers, published_rank
		FROM observation_now WHERE period = $1 AND definition = $2 AND source = $3`, period+1, d.world.definitions[definition].ID, 1)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	n := 0
	var id string
	var observation, state, qualifiers, place int64
	var num, den, value, bound sql.NullFloat64
	for rows.Next() {
		if err := rows.Scan(&id, &observation, &num, &den, &value, &state, &bound, &qualifiers, &place); err != nil {
			return err
		}
		n++
	}
	if n != agencies {
		return errCount
	}
	return rows.Err()
}

func rank(ctx context.Context, d *database, places []agency.Place, at, definition int) error {
	p, def := period(at), d.world.definitions[definition]
	t := ranking.Table{
		Definition: def,
		Decimals:   def.Decimals,
		Direction:  kpi.Higher,
		Period:     p,
		Block:      agency.Block{Code: block, Name: block},
	}
	err := d.Read(ctx, time.Time{}, func(v *store.View) error {
		figures, err := v.Figures(p, def.ID, 1)
		if err != nil {
			return err
		}
		ranking.Rank(&t, places, figures)
		return nil
	})
	if err == nil && len(t.Rows) != agencies {
		return errCount
	}
	return err
}
