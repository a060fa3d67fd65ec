package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	observationColumns = "id, revision, period, definition, agency, source, num, den, value, state, bound, qualifiers, published_rank, note, upload, sheet, cell"
	nowColumns         = "period, definition, source, agency, num, den, value, state, bound, qualifiers, published_rank, observation"
)

// importRows compares an import through the store with the database's own bulk load of the same rows into the same
// two tables.
func importRows(ctx context.Context, b *bench) (out []result, err error) {
	for _, e := range []struct {
		engine engine
		floor  string
		byHand func(context.Context, *database, int) error
		budget float64
	}{
		{postgres, "COPY by hand", copyByHand, 0.4},
		{sqlite, "prepared inserts by hand", insertByHand, 0},
	} {
		if b.skips(e.engine) {
			continue
		}
		var floor, ours time.Duration
		var peak uint64
		for range b.best {
			d, err := b.open(ctx, e.engine)
			if err != nil {
				return nil, err
			}
			took, _, err := measured(func() error { return e.byHand(ctx, d, b.rows) })
			if err != nil {
				return nil, err
			}
			floor = better(floor, took)
			if d, err = b.open(ctx, e.engine); err != nil {
				return nil, err
			}
			took, most, err := measured(func() error { return d.accept(ctx, b.rows) })
			if err != nil {
				return nil, err
			}
			ours, peak = better(ours, took), max(peak, most)
			b.filled[e.engine] = d
		}
		name := fmt.Sprintf("%s: accept %d rows", e.engine, b.rows)
		out = append(out, result{work: name, floor: e.floor + ", " + rate(b.rows, floor), ours: rate(b.rows, ours),
			ratio: floor.Seconds() / ours.Seconds(), budget: e.budget})
		if e.engine == postgres {
			out = append(
				out,
				result{
					work:   name + ", memory",
					floor:  "256 MB",
					ours:   fmt.Sprintf("%d MB", peak>>20),
					ratio:  float64(peak) / (256 << 20),
					budget: 1,
					atMost: true,
				},
			)
		}
	}
	return out, nil
}

func better(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// copyByHand streams generated text into both tables.
func copyByHand(ctx context.Context, d *database, n int) error {
	conn, err := pgx.Connect(ctx, d.dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, table := range []struct {
			name, columns string
			line          func([]byte, *world, int) []byte
		}{{"observation", observationColumns, observationLine}, {"observation_now", nowColumns, nowLine}} {
			from := &lines{n: n, line: func(b []byte, i int) []byte { return table.line(b, d.world, i) }}
			if _, err := tx.Conn().PgConn().CopyFrom(ctx, from, "COPY "+table.name+" ("+table.columns+") FROM STDIN"); err != nil {
				return err
			}
		}
		return nil
	})
}

// lines is a reader of n generated lines.
type lines struct {
	i, n int
	rest []byte
	buf  []byte
	line func([]byte, int) []byte
}

func (l *lines) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		if l.i == l.n {
			return 0, io.EOF
		}
		l.buf = l.buf[:0]
		for ; l.i < l.n && len(l.buf) < 1<<16; l.i++ {
			l.buf = l.line(l.buf, l.i)
		}
		l.rest = l.buf
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

func ints(b []byte, ns ...int64) []byte {
	for _, n := range ns {
		b = append(strconv.AppendInt(b, n, 10), '\t')
	}
	return b
}

func observationLine(b []byte, w *world, i int) []byte {
	g := generate(i)
	b = ints(b, int64(i+1), 2, int64(g.period+1), w.definitions[g.definition].ID)
	b = append(append(b, w.ids[g.agency]...), '\t')
	b = ints(b, 1, g.num, g.den)
	return append(b, "\\N\t0\t\\N\t0\t0\t\t0\tBiểu 01\tD7\n"...)
}

func nowLine(b []byte, w *world, i int) []byte {
	g := generate(i)
	b = ints(b, int64(g.period+1), w.definitions[g.definition].ID, 1)
	b = append(append(b, w.ids[g.agency]...), '\t')
	b = ints(b, g.num, g.den)
	b = append(b, "\\N\t0\t\\N\t0\t0\t"...)
	return append(strconv.AppendInt(b, int64(i+1), 10), '\n')
}

// insertByHand writes both tables by prepared statements of 24 rows, the size that suits the driver best.
func insertByHand(ctx context.Context, d *database, n int) error {
	const size = 24
	tx, err := d.hand.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing once committed
	for _, table := range []struct {
		name, columns string
		row           func([]any, *world, int) []any
	}{
		{"observation", observationColumns, func(a []any, w *world, i int) []any {
			g := generate(i)
			return append(a, i+1, 2, g.period+1, w.definitions[g.definition].ID, string(w.ids[g.agency]), 1, float64(g.num), float64(g.den), nil, 0, nil, 0, 0, "", 0, "Biểu 01", "D7")
		}},
		{"observation_now", nowColumns, func(a []any, w *world, i int) []any {
			g := generate(i)
			return append(a, g.period+1, w.definitions[g.definition].ID, 1, string(w.ids[g.agency]), float64(g.num), float64(g.den), nil, 0, nil, 0, 0, i+1)
		}},
	} {
		for _, part := range []struct{ from, to, size int }{{0, n / size * size, size}, {n / size * size, n, 1}} {
			if err := insertPart(ctx, tx, d.world, "INSERT INTO "+table.name+" ("+table.columns+") VALUES ", strings.Count(table.columns, ",")+1, part.from, part.to, part.size, table.row); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}

func insertPart(
	ctx context.Context,
	tx *sql.Tx,
	w *world,
	insert string,
	width, from, to, size int,
	row func([]any, *world, int) []any,
) error {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", width), ",") + ")"
	stmt, err := tx.PrepareContext(ctx, insert+strings.TrimSuffix(strings.Repeat(one+",", size), ","))
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }()
	var args []any
	for i := from; i < to; i += size {
		args = args[:0]
		for j := range size {
			args = row(args, w, i+j)
		}
		if _, err := stmt.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}
