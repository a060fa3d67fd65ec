package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"chiso/internal/match"
	"chiso/internal/testing/headings"
)

// The wide table that is matched, and what that may take.
const (
	wideColumns = 60
	wideRows    = 3400
	wideBudget  = 50 * time.Millisecond
)

// failing ends a measurement with an error where a test would fail.
type failing struct{}

func (failing) Helper()                           {}
func (failing) Fatal(args ...any)                 { panic(errors.New(fmt.Sprint(args...))) }
func (failing) Fatalf(format string, args ...any) { panic(fmt.Errorf(format, args...)) }

// matchHeadings counts what becomes of the columns of the corpus under our evidence and under other rules, and times a wide table.
func matchHeadings(context.Context, *bench) (out []result, err error) {
	defer func() {
		if e, ok := recover().(error); ok {
			err = e
		}
	}()
	var t failing
	corpus := headings.Corpus(t, filepath.Join("internal", "match", "testdata", "corpus"))
	defs := headings.Definitions(t, "seed")
	reader := match.New(headings.Words(t, "seed"), defs, headings.Day)
	silent := func(string, ...any) {}
	exact, near := headings.Exactly(defs), headings.Near(defs)
	for _, way := range []struct {
		name  string
		judge func(c *headings.Table) headings.Tally
	}{
		{"exact headings", func(c *headings.Table) headings.Tally { return headings.ByRule(c, exact) }},
		{"Levenshtein ≥ 75 %", func(c *headings.Table) headings.Tally { return headings.ByRule(c, near) }},
		{"names alone", func(c *headings.Table) headings.Tally { return headings.ByNames(reader, c) }},
		{"all evidence", func(c *headings.Table) headings.Tally { return headings.Judge(c, reader.Read(&c.Table), silent) }},
	} {
		var sum headings.Tally
		for i := range corpus {
			sum.Add(way.judge(&corpus[i]))
		}
		out = append(out, result{work: fmt.Sprintf("matching %d headings: %s", sum.Columns, way.name), floor: "–", ours: fmt.Sprintf(
			"right %d, asked %d, wrong %d", sum.Right, sum.Asked+sum.Unread, sum.Wrong)})
	}
	wide := headings.Wide(corpus, wideColumns, wideRows)
	var took []time.Duration
	for range 15 {
		start := time.Now()
		reader.Read(wide)
		took = append(took, time.Since(start))
	}
	least := slices.Min(took) // what others do on the machine at the same time is not ours
	return append(out, result{
		work:   fmt.Sprintf("matching %d columns of %d rows", wideColumns, wideRows),
		floor:  fmt.Sprintf("%.0f ms", ms(wideBudget)),
		ours:   fmt.Sprintf("%.1f ms", ms(least)),
		ratio:  least.Seconds() / wideBudget.Seconds(),
		budget: 1,
		atMost: true,
	}), nil
}
