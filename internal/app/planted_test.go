package app_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
)

// sumTable is a table of whole numbers with a total row, and how its columns close: total first, then its parts.
type sumTable struct {
	head  [][]string
	left  []string // the columns before the numbers, of the total row
	name  func(row int) []string
	rules [][]int
	rows  [][]int64
}

// plantedTables are the two kinds: a form whose numbered row says how it closes, and columns of indicators with identities of the
// catalogue.
func plantedTables(rnd *rand.Rand, form bool) sumTable {
	t := sumTable{
		head: [][]string{{"Đơn vị", "DA06_01", "DA06_02", "DA06_03", "DA06_04", "DA06_05"}},
		left: []string{"Tổng cộng"},
		name: func(i int) []string {
			return []string{[]string{"Bộ Công an", "Bộ Y tế", "Bộ Nội vụ", "Bộ Tư pháp", "Bộ Tài chính"}[i]}
		},
		rules: [][]int{{0, 1, 2, 3, 4}},
	}
	n := 5
	if form {
		t.head = nil
		for line := range strings.Lines(oneStop) {
			fields, _ := csv.NewReader(strings.NewReader(line)).Read()
			if t.head = append(t.head, fields); len(t.head) == 4 {
				break
			}
		}
		t.left = []string{"", "TỔNG CỘNG"}
		t.name = func(i int) []string { return []string{strconv.Itoa(i + 1), "Lĩnh vực " + string(rune('A'+i))} }
		t.rules, n = [][]int{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10}, {0, 4, 8}}, 11
	}
	sum := make([]int64, n)
	for range 2 + rnd.Intn(4) {
		r := make([]int64, n)
		some := func() int64 { return rnd.Int63n(900) + rnd.Int63n(2)*rnd.Int63n(20000) }
		if form {
			for _, k := range []int{5, 6, 7, 9, 10} {
				r[k] = some()
			}
			r[4], r[8] = r[5]+r[6]+r[7], r[9]+r[10]
			r[0] = r[4] + r[8]
			r[1] = r[0] - r[0]/3
			r[2] = r[0] / 5
			r[3] = r[0] - r[1] - r[2]
		} else {
			for k := 1; k < n; k++ {
				r[k] = some()
				r[0] += r[k]
			}
		}
		for k := range r {
			sum[k] += r[k]
		}
		t.rows = append(t.rows, r)
	}
	t.rows = append(t.rows, sum)
	return t
}

// open lists what does not close, and for each what its total lacks.
func (t *sumTable) open() (out []int64) {
	for _, r := range t.rows {
		for _, rule := range t.rules {
			off := r[rule[0]]
			for _, k := range rule[1:] {
				off -= r[k]
			}
			if off != 0 {
				out = append(out, off)
			}
		}
	}
	last := t.rows[len(t.rows)-1]
	for k := range last {
		off := last[k]
		for _, r := range t.rows[:len(t.rows)-1] {
			off -= r[k]
		}
		if off != 0 {
			out = append(out, off)
		}
	}
	return out
}

// closing lists the single changes after which everything closes, found by trying.
func (t *sumTable) closing() (out []string) {
	for i, r := range t.rows {
		for k := range r {
			was := r[k]
			for _, off := range t.open() {
				for _, to := range []int64{was + off, was - off} {
					if r[k] = to; to >= 0 && len(t.open()) == 0 {
						out = append(out, t.ref(i, k)+"="+strconv.FormatInt(to, 10))
					}
					r[k] = was
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (t *sumTable) ref(i, k int) string {
	ref, _ := excelize.CoordinatesToCellName(len(t.left)+k+1, len(t.head)+i+1)
	return ref
}

// file writes the table.
func (t *sumTable) file(tb testing.TB, book bool) ledger.ImportFile {
	lines := slices.Clone(t.head)
	for i, r := range t.rows {
		line := t.left
		if i < len(t.rows)-1 {
			line = t.name(i)
		}
		line = slices.Clone(line)
		for _, n := range r {
			line = append(line, strconv.FormatInt(n, 10))
		}
		lines = append(lines, line)
	}
	var b bytes.Buffer
	if !book {
		w := csv.NewWriter(&b)
		if err := w.WriteAll(lines); err != nil {
			tb.Fatal(err)
		}
		return ledger.ImportFile{Name: "bang.csv", Data: b.Bytes()}
	}
	x := excelize.NewFile()
	defer x.Close() //nolint:errcheck // in memory
	for i, line := range lines {
		for k, text := range line {
			ref, _ := excelize.CoordinatesToCellName(k+1, i+1)
			var v any = text
			if n, err := strconv.ParseInt(text, 10, 64); err == nil && i >= len(t.head) {
				v = n
			}
			if text == "" {
				continue
			}
			if err := x.SetCellValue("Sheet1", ref, v); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if err := x.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return ledger.ImportFile{Name: "bang.xlsx", Data: b.Bytes()}
}

// A single wrong cell in a file with identities is always noticed, on the way that uploads take; where exactly one change closes
// everything it is the one that is proposed, and no other ever is.
func TestIdentities_PlantedInFiles(t *testing.T) {
	f := seeded(t)
	read := func(table *sumTable, book bool) (noticed bool, proposed []string) {
		t.Helper()
		res, err := f.Import(t.Context(), receive.Request{Files: []ledger.ImportFile{table.file(t, book)}, Account: "test", Period: "2026-09", DryRun: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range res.Files[0].Findings {
			noticed = noticed || x.Code == check.SumMismatch || x.Code == check.TotalMismatch
			for _, c := range x.Changes {
				if c.Proposed {
					proposed = append(proposed, c.Cell+"="+c.To.String())
				}
			}
		}
		return noticed, proposed
	}
	rnd := rand.New(rand.NewSource(1226))
	sole := 0
	for n := range 100 {
		table := plantedTables(rnd, n%2 == 0)
		if noticed, _ := read(&table, n%4 < 2); noticed {
			t.Fatalf("table %d closes, and yet something is said: %v", n, table.rows)
		}
		i, k := rnd.Intn(len(table.rows)), rnd.Intn(len(table.rows[0]))
		right := table.rows[i][k]
		for table.rows[i][k] == right {
			table.rows[i][k] = max(0, []int64{right * 10, right / 10, right + 1 + rnd.Int63n(9), right - 30, swapDigits(right), rnd.Int63n(30000)}[rnd.Intn(6)])
		}
		want := table.closing()
		noticed, proposed := read(&table, n%4 < 2)
		switch what := fmt.Sprintf("table %d, %s was %d, is %d", n, table.ref(i, k), right, table.rows[i][k]); {
		case !noticed:
			t.Errorf("%s: not noticed", what)
		case len(want) == 1 && !slices.Equal(proposed, want):
			t.Errorf("%s: proposed %v, only %v closes", what, proposed, want)
		case len(want) > 1 && len(proposed) > 0:
			t.Errorf("%s: proposed %v of %v", what, proposed, want)
		case len(want) == 1:
			sole++
		}
	}
	if sole < 80 {
		t.Errorf("only %d of 100 errors have one change that closes all", sole)
	}
}

// swapDigits exchanges the last two digits, as hands do.
func swapDigits(n int64) int64 { return n/100*100 + n%10*10 + n/10%10 }
