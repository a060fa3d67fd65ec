package intake_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/check"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/testing/siblings"
)

// TestRows_account: every cell with content of every test file was read, passed over for a reason, or is asked about; their
// sum is the count of cells that another reader sees.
func TestRows_account(t *testing.T) {
	files := 0
	one := func(name string, data []byte, change ...func(*check.Rules, *intake.Options)) {
		t.Helper()
		got := map[string]int{}
		accounts := ""
		o := run(t, name, data, append(change, func(_ *check.Rules, o *intake.Options) {
			o.Account = func(a intake.Account) {
				got[a.Sheet] += a.Cells()
				accounts += strings.TrimSpace(strings.ReplaceAll(strings.Join([]string{a.Sheet, mapText(a.Passed), mapText(a.Asked)}, " "), "  ", " ")) + "; "
			}
		})...)
		if o.err != nil {
			return // a file that is refused whole
		}
		files++
		for sheet, n := range cellsOf(t, name, data) {
			if got[sheet] != n {
				t.Errorf("%s: sheet %q has %d cells, accounted for %d: %s", name, sheet, n, got[sheet], accounts)
			}
		}
	}
	cases, err := filepath.Glob(filepath.Join("testdata", "cases", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range cases {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		describe, _, _ := strings.Cut(string(data), "---\n")
		b := &builder{t: t}
		one(strings.TrimSuffix(filepath.Base(file), ".txt")+".xlsx", b.build(describe), b.rules)
	}
	for _, c := range siblings.Load(t, filepath.Join("testdata", "siblings")) {
		if c.Mode != "import" {
			continue
		}
		name, data := c.File(t)
		one(name, data, func(r *check.Rules, o *intake.Options) {
			if c.Args.Period != "" {
				r.Period = kpi.MustPeriod(c.Args.Period)
				o.Period = r.Period
			}
			o.Indicator = c.Args.Indicator
		})
	}
	if files < 400 {
		t.Errorf("only %d files were read", files)
	}
}

func mapText(m map[string]int) string {
	var out []string
	for k, n := range m {
		if n > 0 {
			out = append(out, k+"="+strings.Repeat("I", min(n, 40)))
		}
	}
	return strings.Join(out, " ")
}

// cellsOf counts the cells with content of each sheet, with libraries that are not ours.
func cellsOf(t *testing.T, name string, data []byte) map[string]int {
	t.Helper()
	out := map[string]int{}
	if strings.HasSuffix(name, ".csv") {
		data = bytes.TrimPrefix(data, []byte("\uFEFF"))
		in := csv.NewReader(bytes.NewReader(data))
		in.FieldsPerRecord, in.LazyQuotes = -1, true
		for _, sep := range ",;\t" {
			if strings.Count(string(data), string(sep)) > strings.Count(string(data), string(in.Comma)) {
				in.Comma = sep
			}
		}
		records, err := in.ReadAll()
		if err != nil {
			t.Fatal(name, err)
		}
		for _, r := range records {
			for _, s := range r {
				if strings.TrimSpace(s) != "" && !strings.HasPrefix(s, "sep=") {
					out["CSV"]++
				}
			}
		}
		return out
	}
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(name, err)
	}
	defer x.Close() //nolint:errcheck // in memory
	for _, sheet := range x.GetSheetList() {
		rows, err := x.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(name, err)
		}
		for r := range rows {
			for c := range rows[r] {
				ref, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					t.Fatal(err)
				}
				f, err := x.GetCellFormula(sheet, ref)
				if strings.TrimSpace(rows[r][c]) != "" || f != "" && err == nil {
					out[sheet]++
				}
			}
		}
	}
	return out
}

// TestRegister_account: the same of registers of tasks.
func TestRegister_account(t *testing.T) {
	files := 0
	for _, c := range siblings.Load(t, filepath.Join("testdata", "siblings")) {
		if c.Mode != "tasks" {
			continue
		}
		name, data := c.File(t)
		f, err := intake.Open(name, data, intake.Limits{})
		if err != nil {
			t.Fatal(name, err)
		}
		got := map[string]int{}
		accounts := ""
		opts := intake.Options{Account: func(a intake.Account) {
			got[a.Sheet] += a.Cells()
			accounts += strings.Join([]string{a.Sheet, mapText(a.Passed), mapText(a.Asked)}, " ") + "; "
		}}
		if err := f.Register(opts, func(intake.RegisterRow) {}); err != nil {
			t.Fatal(name, err)
		}
		files++
		for sheet, n := range cellsOf(t, name, data) {
			if got[sheet] != n {
				t.Errorf("%s: sheet %q has %d cells, accounted for %d: %s", name, sheet, n, got[sheet], accounts)
			}
		}
	}
	if files < 75 {
		t.Errorf("only %d registers", files)
	}
}
