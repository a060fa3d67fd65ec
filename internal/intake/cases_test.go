package intake_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/agency"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/kpi"
)

// TestRows_cases reads the workbooks that testdata/cases describes, one file each: lines of cells
// between bars, with marks that begin with @, and after --- what must come of them. A number is a
// number, 'x is text, %0.5 a number with a percent format, d:2026-10-10 a date, f:A1/B1=0.5 a formula
// with its stored result, e:#DIV/0! an error value, b:1 a truth value.
func TestRows_cases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "cases", "*.txt"))
	if err != nil || len(files) < 45 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			describe, want, _ := strings.Cut(string(data), "---\n")
			b := &builder{t: t}
			golden(t, file, describe+"---\n", want, outcomeText(run(t, "a.xlsx", b.build(describe), b.rules)))
		})
	}
}

// TestRows_csvFiles reads the files of testdata/csv, whose bytes matter, and compares with the golden
// file beside each.
func TestRows_csvFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "csv", "*.csv"))
	if err != nil || len(files) < 15 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".csv"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			goldenFile := strings.TrimSuffix(file, ".csv") + ".golden"
			want, err := os.ReadFile(goldenFile)
			if err != nil && !*update {
				t.Fatal(err)
			}
			golden(t, goldenFile, "", string(want), outcomeText(run(t, "a.csv", data)))
		})
	}
}

// golden compares what came of a case with what must come, or writes it down.
func golden(t *testing.T, file, before, want, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(before+got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("look, then run with -update; got:\n%s\nwant:\n%s", got, want)
	}
}

func outcomeText(o outcome) string {
	var b strings.Builder
	if o.err != nil {
		fmt.Fprintf(&b, "refused %s: %s\n", fault.KindOf(o.err), fault.Sentence(o.err))
	}
	for _, e := range o.entries {
		fmt.Fprintln(&b, e)
	}
	for _, f := range o.findings {
		fmt.Fprintf(&b, "%s %s!%s %s: %s\n", f.Severity, f.Sheet, f.Cell, f.Code, f.Message)
	}
	return b.String()
}

// builder makes a workbook of a description.
type builder struct {
	t     *testing.T
	x     *excelize.File
	sheet string
	line  int
	set   []func(*check.Rules, *intake.Options)
	later []func() // after the cells are written
}

func (b *builder) rules(r *check.Rules, o *intake.Options) {
	for _, f := range b.set {
		f(r, o)
	}
}

func (b *builder) build(describe string) []byte {
	b.x = excelize.NewFile()
	defer func() { _ = b.x.Close() }()
	b.sheet = "Sheet1"
	for _, l := range strings.Split(describe, "\n") {
		switch {
		case strings.HasPrefix(l, "#"):
		case strings.HasPrefix(l, "@"):
			word, rest, _ := strings.Cut(l[1:], " ")
			b.mark(word, strings.TrimSpace(rest))
		default:
			b.line++
			for i, cell := range strings.Split(l, "|") {
				if cell = strings.TrimSpace(cell); cell != "" {
					ref, err := excelize.CoordinatesToCellName(i+1, b.line)
					b.ok(err)
					b.cell(ref, cell)
				}
			}
		}
	}
	for _, f := range b.later {
		f()
	}
	var out bytes.Buffer
	b.ok(b.x.Write(&out))
	return rezip(b.t, out.Bytes(), func(name string, data []byte) []byte {
		if strings.HasPrefix(name, "xl/worksheets/") { // the library writes results as texts
			data = bytes.ReplaceAll(data, []byte(` t="str"><f>`), []byte("><f>")) // and numbers
			for i, value := range []string{"#DIV/0!", "#REF!", "#N/A"} {
				old := fmt.Sprintf("><f>1/0</f><v>9876540%d</v>", i+1)
				data = bytes.ReplaceAll(data, []byte(old), []byte(` t="e"><f>1/0</f><v>`+value+"</v>"))
			}
			return data
		}
		return data
	})
}

func (b *builder) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *builder) mark(word, rest string) {
	sheet := b.sheet
	switch word {
	case "sheet":
		if b.line == 0 && b.sheet == "Sheet1" && rest != "Sheet1" {
			b.ok(b.x.SetSheetName("Sheet1", rest))
		} else if rest != "Sheet1" {
			_, err := b.x.NewSheet(rest)
			b.ok(err)
		}
		b.sheet, b.line = rest, 0
	case "hidden", "veryhidden":
		b.later = append(b.later, func() { b.ok(b.x.SetSheetVisible(sheet, false, word == "veryhidden")) })
	case "merge":
		from, to, _ := strings.Cut(rest, ":")
		b.later = append(b.later, func() { b.ok(b.x.MergeCell(sheet, from, to)) })
	case "hiderow":
		n, err := strconv.Atoi(rest)
		b.ok(err)
		b.later = append(b.later, func() { b.ok(b.x.SetRowVisible(sheet, n, false)) })
	case "hidecol":
		b.later = append(b.later, func() { b.ok(b.x.SetColVisible(sheet, rest, false)) })
	case "skip":
		n, err := strconv.Atoi(rest)
		b.ok(err)
		b.line = n - 1
	case "1904":
		yes := true
		b.ok(b.x.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	case "style": // cells with nothing but a format, far away
		id, err := b.x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
		b.ok(err)
		b.ok(b.x.SetCellStyle(sheet, rest, rest, id))
	case "shared": // B2:B9 formula: one formula for all cells, moved with them
		ref, formula, _ := strings.Cut(rest, " ")
		first, _, _ := strings.Cut(ref, ":")
		kind := "shared"
		b.later = append(b.later, func() {
			b.ok(b.x.SetCellFormula(sheet, first, formula, excelize.FormulaOpts{Type: &kind, Ref: &ref}))
		})
	case "run":
		b.run(rest)
	default:
		b.t.Fatalf("unknown mark %q", word)
	}
}

func (b *builder) run(text string) {
	for _, kv := range strings.Fields(text) {
		k, v, _ := strings.Cut(kv, "=")
		b.set = append(b.set, func(r *check.Rules, o *intake.Options) {
			switch k {
			case "period":
				r.Period = kpi.MustPeriod(v)
			case "asked":
				r.Period, o.Period = kpi.MustPeriod(v), kpi.MustPeriod(v)
			case "indicator":
				r.Indicator, o.Indicator = v, v
			case "choose":
				o.Choose = choices(v)
			case "agency":
				r.Agency = agency.ID(v)
			case "source":
				r.Source = kpi.System(v)
			default:
				b.t.Fatalf("unknown rule %q", k)
			}
		})
	}
}

var rePlain = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

func (b *builder) cell(ref, text string) {
	kind, rest, _ := strings.Cut(text, ":")
	switch {
	case rePlain.MatchString(text):
		b.number(ref, text)
	case strings.HasPrefix(text, "'"):
		b.ok(b.x.SetCellStr(b.sheet, ref, strings.ReplaceAll(text[1:], `\n`, "\n")))
	case strings.HasPrefix(text, "%") && rePlain.MatchString(text[1:]):
		b.number(ref, text[1:])
		b.format(ref, "0.0%")
	case kind == "d" || kind == "m":
		serial, err := strconv.ParseFloat(rest, 64)
		b.ok(err)
		b.ok(b.x.SetCellFloat(b.sheet, ref, serial, -1, 64))
		b.format(ref, map[string]string{"d": "dd/mm/yyyy", "m": "mm/yyyy"}[kind])
	case kind == "f":
		formula, value, _ := strings.Cut(rest, "=")
		if value != "" {
			b.number(ref, value)
		}
		b.ok(b.x.SetCellFormula(b.sheet, ref, formula))
	case kind == "e":
		b.number(ref, map[string]string{"#DIV/0!": "98765401", "#REF!": "98765402", "#N/A": "98765403"}[rest])
		b.ok(b.x.SetCellFormula(b.sheet, ref, "1/0"))
	case kind == "b":
		b.ok(b.x.SetCellBool(b.sheet, ref, rest == "1"))
	default:
		b.ok(b.x.SetCellStr(b.sheet, ref, strings.ReplaceAll(text, `\n`, "\n")))
	}
}

func (b *builder) number(ref, text string) {
	x, err := strconv.ParseFloat(text, 64)
	b.ok(err)
	b.ok(b.x.SetCellFloat(b.sheet, ref, x, -1, 64))
}

func (b *builder) format(ref, code string) {
	id, err := b.x.NewStyle(&excelize.Style{CustomNumFmt: &code})
	b.ok(err)
	b.ok(b.x.SetCellStyle(b.sheet, ref, ref, id))
}
