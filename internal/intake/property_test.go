package intake_test

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files again")

// The order of columns and rows does not matter, nor whether the table is a CSV or a workbook.
func TestRows_order(t *testing.T) {
	header := []string{"Đơn vị", "Chỉ tiêu", "Kỳ báo cáo", "Tử số", "Mẫu số", "Ghi chú", "STT"}
	rapid.Check(t, func(rt *rapid.T) {
		var rows [][]string
		for i, a := range []string{"Hà Nội", "Đồng Tháp", "Bộ Y tế"} {
			for _, code := range []string{"CPS01", "CPS08"} {
				num := rapid.IntRange(0, 5000).Draw(rt, "num")
				rows = append(rows, []string{a, code, "Quý III/2026", fmt.Sprint(num), fmt.Sprint(num + i + 1), "", fmt.Sprint(i)})
			}
		}
		want := figures(t, append([][]string{header}, rows...))
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6}).Draw(rt, "columns")
		table := [][]string{header}
		table = append(table, rapid.Permutation(rows).Draw(rt, "rows")...)
		for i, r := range table {
			moved := make([]string, len(r))
			for to, from := range order {
				moved[to] = r[from]
			}
			table[i] = moved
		}
		if got := figures(t, table); !slices.Equal(got, want) {
			rt.Fatalf("got %v, want %v", got, want)
		}
		var sheet [][]any
		for _, r := range table {
			var cells []any
			for _, c := range r {
				cells = append(cells, c)
			}
			sheet = append(sheet, cells)
		}
		if got := sorted(run(t, "a.xlsx", workbook(t, sheet))); !slices.Equal(got, want) {
			rt.Fatalf("as a workbook: got %v, want %v", got, want)
		}
	})
}

func figures(t *testing.T, table [][]string) []string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(table); err != nil {
		t.Fatal(err)
	}
	return sorted(run(t, "a.csv", b.Bytes()))
}

// sorted returns the figures without their cells, which move with the order.
func sorted(o outcome) []string {
	var out []string
	for _, e := range o.entries {
		_, figure, _ := strings.Cut(e, " ")
		out = append(out, figure)
	}
	slices.Sort(out)
	return append(out, o.codes(), fmt.Sprint(o.err))
}

// One bad file with one fault of nearly every kind: what the officer reads.
func TestRows_golden(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "bad.csv"))
	if err != nil {
		t.Fatal(err)
	}
	o := run(t, "bad.csv", data)
	var b strings.Builder
	for _, f := range o.findings {
		fmt.Fprintf(&b, "%s\t%s!%s\t%s\t%s\n", f.Severity, f.Sheet, f.Cell, f.Code, f.Message)
	}
	for _, e := range o.entries {
		fmt.Fprintln(&b, e)
	}
	golden := filepath.Join("testdata", "bad.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("findings changed; look, then run with -update:\n%s", b.String())
	}
}

// Groups of columns may stand in any order, under merged headers or repeated ones, and rows too.
func TestRows_groupOrder(t *testing.T) {
	type group struct {
		code  string
		parts []string
	}
	groups := []group{{"CPS01", []string{"Tử số", "Mẫu số"}}, {"CPS08", []string{"Mẫu số", "Tử số"}}, {"CPS20A", []string{"Số lượng"}}}
	agencies := []string{"Hà Nội", "Đồng Tháp", "Tây Ninh", "Bộ Y tế"}
	value := func(a, g int, part string) int {
		n := 100*(a+1) + 10*g
		if part == "Mẫu số" {
			return n + 500
		}
		return n
	}
	table := func(order, rows []int, repeat bool) [][]any {
		first, second := []any{"TT", "Đơn vị"}, []any{nil, nil}
		for _, g := range order {
			for i, part := range groups[g].parts {
				if name := any(groups[g].code); i == 0 || repeat {
					first = append(first, name)
				} else {
					first = append(first, nil)
				}
				second = append(second, part)
			}
		}
		out := [][]any{{"Quý III/2026"}, first, second}
		for n, a := range rows {
			row := []any{n + 1, agencies[a]}
			for _, g := range order {
				for _, part := range groups[g].parts {
					row = append(row, value(a, g, part))
				}
			}
			out = append(out, row)
		}
		return out
	}
	want := sorted(run(t, "a.xlsx", workbook(t, table([]int{0, 1, 2}, []int{0, 1, 2, 3}, false))))
	if len(want) != 14 {
		t.Fatal(want)
	}
	rapid.Check(t, func(rt *rapid.T) {
		order := rapid.Permutation([]int{0, 1, 2}).Draw(rt, "groups")
		rows := rapid.Permutation([]int{0, 1, 2, 3}).Draw(rt, "rows")
		got := sorted(run(t, "a.xlsx", workbook(t, table(order, rows, rapid.Bool().Draw(rt, "repeat")))))
		if !slices.Equal(got, want) {
			rt.Fatalf("got %v, want %v", got, want)
		}
	})
}
