package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"

	"chiso/internal/intake"
	"chiso/internal/kpi"
)

// readWorkbook compares reading a workbook of 250,000 cells, rows with their cells and findings, with excelize's own
// row iterator over the same file.
func readWorkbook(ctx context.Context, b *bench) ([]result, error) {
	d, err := b.open(ctx, sqlite)
	if err != nil {
		return nil, err
	}
	const rows = 25_000
	data, err := d.world.workbook(rows)
	if err != nil {
		return nil, err
	}
	catalogue := kpi.NewCatalogue(nil, nil)
	var floor, ours time.Duration
	for range 5 { // turn by turn, so that both meet the same neighbours
		start := time.Now()
		if err := iterate(data); err != nil {
			return nil, err
		}
		floor = better(floor, time.Since(start))
		start = time.Now()
		f, err := intake.Open("bench.xlsx", data, intake.Limits{})
		if err != nil {
			return nil, err
		}
		n := 0
		for _, err := range f.Rows(catalogue, d.world.directory, intake.Options{}) {
			if err != nil {
				return nil, err
			}
			n++
		}
		if n != rows {
			return nil, fmt.Errorf("%d rows read, want %d", n, rows)
		}
		ours = better(ours, time.Since(start))
	}
	return []result{{work: "read a workbook of 250,000 cells", floor: fmt.Sprintf("excelize row iterator, %.0f ms", ms(floor)),
		ours: fmt.Sprintf("%.0f ms", ms(ours)), ratio: ours.Seconds() / floor.Seconds(), budget: 1.4, atMost: true}}, nil
}

// workbook writes n generated figures as a tidy sheet of ten columns.
func (w *world) workbook(n int) ([]byte, error) {
	x := excelize.NewFile()
	defer func() { _ = x.Close() }()
	head := []any{"agency", "indicator", "period", "numerator", "denominator", "value", "note", "published_rank", "source", "stt"}
	if err := x.SetSheetRow("Sheet1", "A1", &head); err != nil {
		return nil, err
	}
	for i := range n {
		g := generate(i)
		row := []any{
			string(w.ids[g.agency]),
			w.definitions[g.definition].Indicator.Code,
			period(g.period).Key,
			g.num,
			g.den,
			nil,
			"ghi chú",
			i + 1,
			"nguồn",
			i,
		}
		if err := x.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &row); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	err := x.Write(&out)
	return out.Bytes(), err
}

func iterate(data []byte) error {
	x, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }()
	rows, err := x.Rows("Sheet1")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return err
		}
	}
	return rows.Error()
}
