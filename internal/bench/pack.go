package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/report"
	"chiso/internal/vi"
)

// The pack that is written: as many rankings, agency sheets and figures as a national pack with 250,000 cells.
const (
	packTables   = 40
	packAgencies = 56
	packCells    = 250_000
)

// writePack compares writing a national pack, with its styles, charts, links and print areas, with excelize's SetSheetRow writing the
// bare cells of the same workbook; beside it openpyxl, where python3 has it.
func writePack(ctx context.Context, b *bench) ([]result, error) {
	p := meeting()
	var out bytes.Buffer
	if err := report.Write(&out, p); err != nil {
		return nil, err
	}
	sheets, cells, err := typed(out.Bytes())
	if err != nil {
		return nil, err
	}
	var floor, ours time.Duration
	for range 3 { // turn by turn, so that both meet the same neighbours
		start := time.Now()
		if err := bare(sheets); err != nil {
			return nil, err
		}
		floor = better(floor, time.Since(start))
		start = time.Now()
		out.Reset()
		if err := report.Write(&out, p); err != nil {
			return nil, err
		}
		ours = better(ours, time.Since(start))
	}
	work := fmt.Sprintf("write a pack of %s cells, %d sheets", vi.FormatInt(int64(cells)), len(sheets))
	results := []result{
		{work: work, floor: fmt.Sprintf("excelize SetSheetRow, bare cells, %.0f ms", ms(floor)), ours: fmt.Sprintf("%.0f ms", ms(ours)),
			ratio: ours.Seconds() / floor.Seconds(), budget: 1.5, atMost: true},
	}
	took, err := openpyxl(ctx, b.dir, sheets)
	if err != nil || took == 0 {
		return append(
			results,
			result{work: work, floor: "openpyxl is not on this machine (apt-get install python3-openpyxl)", ours: fmt.Sprintf("%.0f ms", ms(ours))},
		), err
	}
	return append(
		results,
		result{work: work, floor: fmt.Sprintf("openpyxl, bare cells, %.0f ms", ms(took)), ours: fmt.Sprintf("%.0f ms", ms(ours)),
			ratio: ours.Seconds() / took.Seconds()},
	), nil
}

// meeting makes the pack.
func meeting() report.Pack {
	p := report.Pack{
		Title:    "Kết quả",
		Appendix: "I",
		Period:   kpi.MustPeriod("2026-Q3"),
		DataFrom: 20260615,
		DataTo:   20260914,
		Revision: 12,
		Program:  "bench",
		AsOf:     time.Date(2026, 10, 20, 15, 0, 0, 0, time.UTC),
	}
	name := func(i int) string { return fmt.Sprintf("Đơn vị số %d", i+1) }
	for i := range packTables {
		code := fmt.Sprintf("CPS%02d", i+1)
		def := &kpi.Definition{
			ID:          int64(i + 1),
			Indicator:   kpi.Indicator{Code: code, Kind: kpi.Ratio, Direction: kpi.Higher},
			Name:        "Tỷ lệ hồ sơ " + code,
			Unit:        "%",
			Decimals:    2,
			Numerator:   "Số hồ sơ đúng hạn",
			Denominator: "Tổng số hồ sơ",
			To:          vi.OpenTo,
		}
		t := ranking.Table{
			Code:       code,
			Name:       def.Name,
			Unit:       "%",
			Decimals:   2,
			Direction:  kpi.Higher,
			Definition: def,
			Period:     p.Period,
			Source:     kpi.Reported,
			Block:      agency.Block{Code: "provinces", Name: "Khối địa phương"},
		}
		for j := range packAgencies {
			t.Rows = append(
				t.Rows,
				ranking.Row{Rank: j + 1, Agency: agency.ID(name(j)), Name: name(j), Value: vi.Some(vi.NewDecimal(int64(9900-53*j), 2)),
					Num: vi.Some(vi.Int(int64(9900 - 53*j))), Den: vi.Some(vi.Int(10000)), PreviousRank: j + 1},
			)
		}
		p.Tables = append(p.Tables, t)
	}
	for j := range packAgencies {
		card := report.AgencyCard{Name: name(j), Agency: agency.ID(name(j))}
		trend := report.Trend{Name: "Tỷ lệ hồ sơ", Unit: "%", Source: "Đơn vị báo cáo", Decimals: 2}
		for i := range 12 {
			trend.Points = append(
				trend.Points,
				report.TrendPoint{Period: kpi.MustPeriod(fmt.Sprintf("2026-%02d", i+1)), Value: vi.NewDecimal(int64(6000+50*i), 2)},
			)
		}
		card.Trends = []report.Trend{trend, trend}
		for i := range packTables {
			card.Lines = append(
				card.Lines,
				report.CardLine{
					Name:     p.Tables[i].Name,
					Unit:     "%",
					Decimals: 2,
					Period:   p.Period,
					Value:    p.Tables[i].Rows[j].Value,
					Rank:     j + 1,
					Of:       packAgencies,
				},
			)
		}
		p.Agencies = append(p.Agencies, card)
	}
	p.Sources = []report.SourceNote{{System: kpi.Reported.Title(), File: "bao-cao.xlsx"}}
	const others = packTables*packAgencies*8 + packAgencies*packTables*8 // in rankings and agency sheets, about
	for i := range (packCells - others) / 17 {
		p.Details = append(
			p.Details,
			report.Detail{
				Agency:        "A",
				Name:          name(i % packAgencies),
				Indicator:     "CPS01",
				IndicatorName: "Tỷ lệ hồ sơ",
				Unit:          "%",
				Decimals:      2,
				Period:        "2026-Q3",
				Num: vi.Some(
					vi.Int(int64(i)),
				),
				Den:      vi.Some(vi.Int(100000)),
				Value:    vi.Some(vi.NewDecimal(int64(i%10000), 2)),
				Source:   kpi.Reported.Title(),
				SourceNo: 1,
				Remarks:  "ước tính",
				Sheet:    "Biểu 1",
				Cell:     "D5",
				Revision: 12,
			},
		)
	}
	p.Say(nil)
	return p
}

// bareSheet is the values of one sheet.
type bareSheet struct {
	Name string  `json:"name"`
	Rows [][]any `json:"rows"`
}

// typed reads every cell of a workbook back as a text or a number, and counts them.
func typed(data []byte) (out []bareSheet, cells int, err error) {
	x, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = x.Close() }()
	for _, name := range x.GetSheetList() {
		rows, err := x.GetRows(name)
		if err != nil {
			return nil, 0, err
		}
		s := bareSheet{Name: name}
		for _, r := range rows {
			row := make([]any, len(r))
			for i, v := range r {
				if v == "" {
					continue
				}
				cells++
				row[i] = v
				if n, err := strconv.ParseFloat(v, 64); err == nil {
					row[i] = n
				}
			}
			s.Rows = append(s.Rows, row)
		}
		out = append(out, s)
	}
	return out, cells, nil
}

// bare writes the cells without anything else.
func bare(sheets []bareSheet) error {
	x := excelize.NewFile()
	defer func() { _ = x.Close() }()
	for i, s := range sheets {
		var err error
		if i == 0 {
			err = x.SetSheetName("Sheet1", s.Name)
		} else {
			_, err = x.NewSheet(s.Name)
		}
		if err != nil {
			return err
		}
		for n := range s.Rows {
			if err := x.SetSheetRow(s.Name, fmt.Sprintf("A%d", n+1), &s.Rows[n]); err != nil {
				return err
			}
		}
	}
	var out bytes.Buffer
	return x.Write(&out)
}

// script writes the same cells by openpyxl's write-only workbook, its fastest way, and prints the seconds that took.
const script = `
import json, sys, time
import openpyxl
sheets = json.load(open(sys.argv[1]))
start = time.time()
w = openpyxl.Workbook(write_only=True)
for s in sheets:
    x = w.create_sheet(s["name"])
    for r in s["rows"] or []:
        x.append(r)
w.save(sys.argv[2])
print(time.time() - start)
`

func openpyxl(ctx context.Context, dir string, sheets []bareSheet) (time.Duration, error) {
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(ctx, python, "-c", "import openpyxl").Run() != nil {
			continue
		}
		data, err := json.Marshal(sheets)
		if err != nil {
			return 0, err
		}
		in := filepath.Join(dir, "pack.json")
		if err := os.WriteFile(in, data, 0o600); err != nil {
			return 0, err
		}
		out, err := exec.CommandContext(ctx, python, "-c", script, in, filepath.Join(dir, "pack.xlsx")).Output()
		if err != nil {
			return 0, err
		}
		seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		return time.Duration(seconds * float64(time.Second)), err
	}
	return 0, nil
}
