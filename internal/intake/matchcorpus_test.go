package intake_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/check"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/testing/headings"
	"chiso/internal/vi"
)

// asFile writes a table of the corpus as a clerk's CSV: groups stand over their first column, decimals have a comma. It returns
// how many lines stand above the first row.
func asFile(t testing.TB, c *headings.Table) (data []byte, above int) {
	t.Helper()
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = ';'
	depth := len(c.Table.Columns[0].Headings)
	for level := range depth {
		line := make([]string, len(c.Table.Columns))
		for i := range c.Table.Columns {
			h := c.Table.Columns[i].Headings[level]
			if level < depth-1 && i > 0 && h == c.Table.Columns[i-1].Headings[level] {
				h = ""
			}
			line[i] = h
		}
		if err := w.Write(line); err != nil {
			t.Fatal(err)
		}
	}
	for k, row := range c.Table.Rows {
		line := make([]string, len(c.Table.Columns))
		for i := range c.Table.Columns {
			cell := c.Table.Columns[i].Cells[k]
			switch {
			case c.Is[i] == "agency":
				line[i] = row.Agency
			case cell.OK:
				line[i] = strings.ReplaceAll(cell.Number.String(), ".", ",")
			}
		}
		if err := w.Write(line); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return out.Bytes(), depth
}

// provinces is a directory of the agencies of the corpus.
func provinces(all []headings.Table) *agency.Directory {
	var d agency.Data
	seen := map[string]bool{}
	for i := range all {
		for _, row := range all[i].Table.Rows {
			if row.Total || seen[row.Agency] || row.Agency == "" {
				continue
			}
			seen[row.Agency] = true
			d.Versions = append(d.Versions, agency.Version{Agency: agency.ID(fmt.Sprintf("P-%d", len(seen))), Name: row.Agency, Short: row.Agency, Kind: "tinh", Level: agency.Province, Parent: "VN", From: day0, To: vi.OpenTo, Order: len(seen)})
		}
	}
	return agency.NewDirectory(d)
}

// holds compares one line of what was read with the table, and returns how many figures it has.
func holds(t *testing.T, c *headings.Table, entry string, above int) int {
	t.Helper()
	f := strings.Fields(entry)
	_, cell, _ := strings.Cut(f[0], "!")
	row, err := strconv.Atoi(strings.TrimLeft(cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	if err != nil {
		t.Fatal(err)
	}
	num, den, parts := strings.Cut(f[4], "/")
	figures := map[match.Target]string{{Code: f[2]}: num}
	if parts {
		figures = map[match.Target]string{{Code: f[2], Part: match.Numerator}: num, {Code: f[2], Part: match.Denominator}: den}
	}
	for target, figure := range figures {
		found := false
		for i := range c.Is {
			x := c.Table.Columns[i].Cells[row-above-1]
			found = found || (c.Right(i, target) || c.Free(i)) && x.OK && x.Number.String() == figure
		}
		if !found {
			t.Errorf("%s: %s stands nowhere as %s", c.Name, entry, target)
		}
	}
	return len(figures)
}

// TestRows_matchCorpus reads the corpus of tables with headings of their own as files: every figure that comes out stands in the
// column that holds it. It prints how many tables are read without a question.
func TestRows_matchCorpus(t *testing.T) {
	seed := filepath.Join("..", "..", "seed")
	all := headings.Corpus(t, filepath.Join("..", "match", "testdata", "corpus"))
	words, dir := headings.Words(t, seed), provinces(all)
	var defs []kpi.Definition
	for _, d := range headings.Definitions(t, seed) {
		defs = append(defs, *d)
	}
	cat := kpi.NewCatalogue(defs, nil)
	figures, whole := 0, 0
	for i := range all {
		c := &all[i]
		data, above := asFile(t, c)
		indicator := ""
		if len(c.Table.Form) == 1 {
			indicator = c.Table.Form[0]
		}
		o := run(t, "a.csv", data, func(r *check.Rules, o *intake.Options) {
			r.Catalogue, r.Directory, r.Period, r.Indicator = cat, dir, kpi.MustPeriod("2026-10"), indicator
			o.Words, o.Indicator, o.Period = words, indicator, r.Period
			o.Form = c.Table.Form
		})
		if o.err != nil {
			t.Errorf("%s: %v", c.Name, o.err)
		}
		for _, e := range o.entries {
			figures += holds(t, c, e, above)
		}
		if !slices.ContainsFunc(o.findings, func(f check.Finding) bool { return f.Severity == check.Error }) {
			whole++
		}
	}
	t.Logf("%d figures, all right; %d of %d tables without an error", figures, whole, len(all))
	if figures < 3500 || whole < 29 {
		t.Error("fewer are read than were")
	}
}
