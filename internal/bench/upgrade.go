package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"chiso/internal/app"
	"chiso/internal/store"
)

// firstSchema is the dump of a small database as the first landed schema left it.
const firstSchema = "internal/store/testdata/schemas/00001.txt"

// upgradeRows fills the dump of the first landed schema up to as many figures as are imported, brings it up to the newest one, and
// compares how long that took with what the plan had said.
func upgradeRows(ctx context.Context, b *bench) (out []result, err error) {
	small, err := os.ReadFile(firstSchema)
	if err != nil {
		return nil, err
	}
	for _, e := range []engine{sqlite, postgres} {
		if b.skips(e) {
			continue
		}
		config, err := b.config(ctx, e)
		if err != nil {
			return nil, err
		}
		s, err := store.Open(ctx, config)
		if err != nil {
			return nil, err
		}
		b.closes = append([]func() error{s.Close}, b.closes...)
		if err := restorePast(ctx, s, small, b.rows); err != nil {
			return nil, err
		}
		plan, err := s.Plan(ctx)
		if err != nil {
			return nil, err
		}
		begun := time.Now()
		if _, err := s.Migrate(ctx); err != nil {
			return nil, err
		}
		took := time.Since(begun)
		a, err := app.New(app.Config{Store: s, Clock: time.Now, Version: "bench"})
		if err != nil {
			return nil, err
		}
		begun = time.Now()
		report, err := a.Check(ctx, nil)
		if err != nil {
			return nil, err
		}
		if len(report.Problems) > 0 || report.Figures != int64(b.rows) {
			return nil, fmt.Errorf("%s: %d figures, %q", e, report.Figures, report.Problems)
		}
		out = append(out, result{work: fmt.Sprintf("%s: schema 1 to %d, %d figures", e, plan.To, b.rows),
			floor: fmt.Sprintf(
				"its plan, %.1f s",
				plan.Takes().Seconds(),
			), ours: fmt.Sprintf("%.1f s (check after it %.1f s)", took.Seconds(), time.Since(begun).Seconds()),
			ratio: took.Seconds() / plan.Takes().Seconds(), budget: 1, atMost: true})
	}
	return out, nil
}

// restorePast puts the dump, filled up to n figures, into an empty database.
func restorePast(ctx context.Context, s *store.Store, small []byte, n int) error {
	snap := store.Snapshot{Schema: 1, Rows: map[string]int64{}}
	if err := writePast(io.Discard, small, n, snap.Rows); err != nil { // the number of rows stands before them
		return err
	}
	from, to := io.Pipe()
	go func() { _ = to.CloseWithError(writePast(to, small, n, map[string]int64{})) }()
	err := s.Restore(ctx, snap, from)
	_ = from.Close() // so that the writer ends
	return err
}

// past writes the text of an export.
type past struct {
	out  io.Writer
	sum  hash.Hash
	line []byte
	rows map[string]int64
	err  error
}

func (p *past) put(line []byte) {
	p.sum.Write(line)
	if p.err == nil {
		_, p.err = p.out.Write(line)
	}
}

// writePast copies the dump and adds rows to its tables until there are n figures; it counts the rows of each table.
func writePast(w io.Writer, small []byte, n int, rows map[string]int64) error {
	p := &past{out: w, sum: sha256.New(), rows: rows}
	var table string
	var columns []string
	total, tables := int64(0), 0
	for line := range bytes.Lines(small) {
		switch {
		case bytes.HasPrefix(line, []byte(`{"end"`)):
			end := fmt.Sprintf("{\"end\":true,\"tables\":%d,\"rows\":%d,\"sha256\":\"%x\"}\n", tables, total, p.sum.Sum(nil))
			_, err := io.WriteString(w, end)
			return cmp.Or(p.err, err)
		case bytes.HasPrefix(line, []byte(`{"table"`)):
			var head struct {
				Table   string
				Columns []struct{ Name string }
			}
			if err := json.Unmarshal(line, &head); err != nil {
				return err
			}
			table, columns = head.Table, nil
			for _, c := range head.Columns {
				columns = append(columns, c.Name)
			}
			tables++
			rows[table] = 0
		case string(line) == "\\.\n":
			p.more(table, columns, n)
			total += rows[table]
		default:
			if table == "revision" && line[0] == '3' { // the last one made all that is added
				line = append(line[:bytes.LastIndexByte(line, '\t')+1], strconv.Itoa(n)+"\n"...)
			}
			rows[table]++
		}
		p.put(line)
	}
	return fmt.Errorf("%s has no end", firstSchema)
}

// pastRows are the figures of the dump itself.
const pastRows = 3

// more adds rows to a table: agencies, indicators and periods for n figures of the last revision, and these.
func (p *past) more(table string, columns []string, n int) {
	count, cells := 0, func(int) map[string]string { return nil }
	const always, forever = "101", "9223372036854775807"
	periods := (n + perPeriod - 1) / perPeriod
	switch table {
	case "agency":
		count, cells = agencies, func(i int) map[string]string { return map[string]string{"id": pastAgency(i)} }
	case "agency_version":
		count, cells = agencies, func(i int) map[string]string {
			return map[string]string{
				"agency":   pastAgency(i),
				"from_day": always,
				"to_day":   "99991231",
				"name":     "Xã " + pastAgency(i),
				"short":    pastAgency(i),
				"folded": strings.ToLower(
					pastAgency(i),
				),
				"kind":       "xa",
				"level":      "commune",
				"ord":        strconv.Itoa(i + 2),
				"revision":   "1",
				"superseded": forever,
			}
		}
	case "indicator":
		count, cells = indicators, func(i int) map[string]string {
			return map[string]string{"id": strconv.Itoa(i + 2), "code": fmt.Sprintf("C%03d", i), "kind": "ratio", "direction": "higher"}
		}
	case "definition":
		count, cells = indicators, func(i int) map[string]string {
			return map[string]string{
				"id":             strconv.Itoa(i + 2),
				"indicator":      strconv.Itoa(i + 2),
				"from_day":       always,
				"to_day":         "99991231",
				"name":           fmt.Sprintf("Chỉ tiêu C%03d", i),
				"unit":           "%",
				"numerator":      "đạt",
				"denominator":    "tổng",
				"accumulation":   "in_period",
				"frequency":      "quarterly",
				"ranking_source": "reported",
				"max_value":      `\N`,
				"min_n":          `\N`,
				"revision":       "1",
				"superseded":     forever,
			}
		}
	case "period":
		count, cells = periods, func(i int) map[string]string {
			q := period(i)
			return map[string]string{
				"id":       strconv.Itoa(i + 2),
				"key":      q.Key,
				"kind":     "quarter",
				"from_day": strconv.Itoa(int(q.From)),
				"to_day":   strconv.Itoa(int(q.To)),
			}
		}
	case "coverage":
		count, cells = periods*indicators, func(i int) map[string]string {
			return map[string]string{
				"definition": strconv.Itoa(i%indicators + 2),
				"source":     "1",
				"period":     strconv.Itoa(i/indicators + 2),
				"figures":    strconv.Itoa(pastFigures(i, n)),
			}
		}
	case "observation", "observation_now":
		count, cells = n-pastRows, func(i int) map[string]string {
			g := generate(i)
			return map[string]string{
				"id":          strconv.Itoa(i + pastRows + 1),
				"observation": strconv.Itoa(i + pastRows + 1),
				"revision":    "3",
				"period":      strconv.Itoa(g.period + 2),
				"definition": strconv.Itoa(
					g.definition + 2,
				),
				"agency":     pastAgency(g.agency),
				"source":     "1",
				"num":        strconv.FormatInt(g.num, 10),
				"den":        strconv.FormatInt(g.den, 10),
				"value":      `\N`,
				"bound":      `\N`,
				"note":       "",
				"sheet":      "Biểu 01",
				"cell":       "D7",
				"submission": `\N`,
			}
		}
	}
	for i := range count {
		p.row(columns, cells(i))
	}
	p.rows[table] += int64(count)
}

func (p *past) row(columns []string, cells map[string]string) {
	p.line = p.line[:0]
	for i, c := range columns {
		v, named := cells[c]
		if !named && pastNumbers[c] {
			v = "0"
		}
		if i > 0 {
			p.line = append(p.line, '\t')
		}
		p.line = append(p.line, v...)
	}
	p.line = append(p.line, '\n')
	p.put(p.line)
}

// pastNumbers are the columns of numbers that rows leave at nothing; texts are empty.
//
//nolint:gochecknoglobals // constant: nothing writes to it
var pastNumbers = map[string]bool{
	"ord":            true,
	"decimals":       true,
	"signed":         true,
	"state":          true,
	"qualifiers":     true,
	"published_rank": true,
	"upload":         true,
}

func pastAgency(i int) string { return fmt.Sprintf("VN-X%05d", i) }

// pastFigures counts the figures of one indicator and period: generated ones go agency by agency through all indicators.
func pastFigures(i, n int) (count int) {
	period, definition := i/indicators, i%indicators
	for a := range agencies {
		if at := period*perPeriod + a*indicators + definition; at < n-pastRows {
			count++
		}
	}
	return count
}
