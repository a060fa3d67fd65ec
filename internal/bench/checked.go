package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"chiso/internal/app"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
)

// importFile compares the whole import of a CSV file, read, checked and committed, with the database's own bulk load
// of the same rows into the same two tables.
func importFile(ctx context.Context, b *bench) (out []result, err error) {
	if b.skips(postgres) {
		return nil, nil
	}
	var floor, ours time.Duration
	var peak uint64
	for range b.best {
		d, err := b.open(ctx, postgres)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(b.dir, "import.csv")
		if err := d.world.writeCSV(path, b.rows); err != nil {
			return nil, err
		}
		took, _, err := measured(func() error { return copyByHand(ctx, d, b.rows) })
		if err != nil {
			return nil, err
		}
		floor = better(floor, took)
		if d, err = b.open(ctx, postgres); err != nil {
			return nil, err
		}
		took, most, err := measured(func() error { return d.importCSV(ctx, path, b.rows) })
		if err != nil {
			return nil, err
		}
		ours, peak = better(ours, took), max(peak, most)
	}
	name := fmt.Sprintf("PostgreSQL: import a CSV of %d rows, checked", b.rows)
	return []result{
		{
			work:   name,
			floor:  "COPY by hand, " + rate(b.rows, floor),
			ours:   rate(b.rows, ours),
			ratio:  floor.Seconds() / ours.Seconds(),
			budget: 0.4,
		},
		{
			work:   name + ", memory",
			floor:  "256 MB",
			ours:   fmt.Sprintf("%d MB", peak>>20),
			ratio:  float64(peak) / (256 << 20),
			budget: 1,
			atMost: true,
		},
	}, nil
}

// writeCSV writes the first n generated figures as a tidy file.
func (w *world) writeCSV(path string, n int) error {
	var buf bytes.Buffer
	buf.WriteString("Đơn vị,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\n")
	for i := range n {
		g := generate(i)
		b := buf.AvailableBuffer()
		b = append(append(b, w.ids[g.agency]...), ',')
		b = append(append(b, w.definitions[g.definition].Indicator.Code...), ',')
		b = append(append(b, period(g.period).Key...), ',')
		b = append(strconv.AppendInt(b, g.num, 10), ',')
		buf.Write(append(strconv.AppendInt(b, g.den, 10), '\n'))
	}
	return os.WriteFile(path, buf.Bytes(), 0o600)
}

func (d *database) importCSV(ctx context.Context, path string, n int) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	a, err := app.New(app.Config{Store: d.Store, Clock: time.Now})
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(receive.ImportGCPercent)) // as the command does
	res, err := a.Import(ctx, receive.Request{Files: []ledger.ImportFile{{Name: "import.csv", Data: data}}, Account: "bench"})
	if err != nil {
		return err
	}
	if got := res.Files[0].Observations.New; got != n {
		return fmt.Errorf("%d new observations, want %d: %v", got, n, res.Files[0].Findings)
	}
	d.next = n
	return nil
}
