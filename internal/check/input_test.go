package check_test

import (
	"strings"
	"testing"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

func input(name, indicator string) check.Input {
	return check.Input{Name: name, Agency: "P-01", Indicator: indicator, Period: kpi.MustPeriod("2026-Q3")}
}

// What is typed into a form meets the checks of a file; findings say the line and the field.
func TestInputs(t *testing.T) {
	good := input("1", "CPS01")
	good.Numerator, good.Denominator = check.Typed("358.660"), check.Exact(vi.Int(405424))
	bad := input("2", "CPS08")
	bad.Numerator, bad.Denominator = check.Typed("6"), check.Typed(" 5 ")
	noted := input("3", "CPS09")
	noted.Numerator, noted.Denominator, noted.Value, noted.Note = check.Typed("1"), check.Typed("2"), check.Typed("52"), check.Typed("số chốt lại")
	none, blank := input("4", "CPS20A"), input("5", "DTI_P")
	none.Value = check.Typed("không phát sinh")
	out, general := check.Inputs(rules(), []check.Input{good, bad, noted, none, blank}, true)
	if len(general) != 0 {
		t.Errorf("general: %v", general)
	}
	want := []string{"value num=358660 den=405424", "-", "value num=1 den=2 note=số chốt lại", "not_applicable", "-"}
	findings := []string{"", "numerator_above 2.numerator", "rate_mismatch 3.value", "", "missing_figure 5.value"}
	for i, o := range out {
		if got := figure(o.Entry, o.Stored); got != want[i] {
			t.Errorf("line %d: %q, want %q", i+1, got, want[i])
		}
		var got []string
		for _, f := range o.Findings {
			got = append(got, f.Code+" "+f.Input+"."+f.Field)
			if f.Cell != "" || f.Sheet != "" || f.Figure != "" {
				t.Errorf("line %d: a cell where there is no sheet: %+v", i+1, f)
			}
		}
		if s := strings.Join(got, "; "); s != findings[i] {
			t.Errorf("line %d: findings %q, want %q", i+1, s, findings[i])
		}
	}
	if out[2].Findings[0].Explanation != "số chốt lại" {
		t.Errorf("a note explains the warning of its row: %+v", out[2].Findings[0])
	}
}

// Two lines of one figure are named by what the caller calls them; what is missing now belongs to none.
func TestInputs_whole(t *testing.T) {
	a, b, c := input("dòng a", "CPS20A"), input("dòng b", "CPS20A"), input("dòng c", "CPS01")
	a.Value, b.Value, c.Numerator, c.Denominator = check.Typed("5"), check.Typed("6"), check.Typed("1"), check.Typed("2")
	r := rules()
	out, _ := check.Inputs(r, []check.Input{a, b}, true)
	if f := out[1].Findings; len(f) != 1 || f[0].Code != check.ConflictingFigures ||
		!strings.Contains(f[0].Message, "dòng “dòng a” và dòng “dòng b”") {
		t.Errorf("conflict: %+v", f)
	}
	r.History = func(k check.Key) []check.Past {
		if k.Definition != 2 {
			return nil
		}
		return []check.Past{{Period: kpi.MustPeriod("2026-Q2"), Figure: kpi.Figure{State: kpi.Value, Value: vi.Some(vi.Int(90))}}}
	}
	if _, general := check.Inputs(r, []check.Input{a, c}, true); len(general) != 1 || general[0].Code != check.MissingNow {
		t.Errorf("whole form: %v", general)
	}
	if _, general := check.Inputs(r, []check.Input{a, c}, false); len(general) != 0 {
		t.Errorf("a part of the form: %v", general)
	}
}

// Figures of two files of one run that contradict each other are told apart by file.
func TestChecker_NextFile_conflict(t *testing.T) {
	c := check.New(rules())
	row := func(num string) {
		c.Row(typed(2, "agency=Hà Nội", "indicator=CPS01", "period=2026-Q3", "num="+num, "den=10"))
	}
	c.NextFile("a.xlsx")
	row("1")
	c.EndFile()
	c.NextFile("b.xlsx")
	row("2")
	if m := c.Findings()[0].Message; !strings.Contains(m, "ô S!D2 của tệp “a.xlsx” và ô D2") {
		t.Error(m)
	}
}

// A denominator that acts fix as of a day is filled in where it is blank, an error above and a question below, in forms and in files.
func TestFixedDenominator(t *testing.T) {
	list, err := kpi.ParseFixed("2022-01-06:25 QĐ 06/QĐ-TTg | 2024-02-28:76 QĐ 206/QĐ-TTg")
	if err != nil {
		t.Fatal(err)
	}
	ratio, _ := catalogue().On("CPS01", 20260930)
	d := *ratio
	d.ID, d.Indicator.ID, d.Indicator.Code, d.Name, d.Denominator, d.Fixed = 9001, 9001, "DVC_TY", "Tỷ lệ DVC thiết yếu", "Tổng DVC thiết yếu", list
	r := rules()
	r.Catalogue = kpi.NewCatalogue([]kpi.Definition{d}, nil)
	for _, tt := range []struct{ period, num, den, val, want, code string }{
		{"2026-Q3", "20", "76", "", "value num=20 den=76", ""},
		{"2026-Q3", "20", "", "", "value num=20 den=76", "denominator_filled"},
		{"2026-Q3", "20", "77", "", "-", "denominator_above_fixed"},
		{"2026-Q3", "1.234", "1.500", "", "-", "denominator_above_fixed"},
		{"2026-Q3", "20", "25", "", "value num=20 den=25", "denominator_below_fixed"},
		{"2023-Q3", "20", "25", "", "value num=20 den=25", ""},
		{"2023-Q3", "20", "26", "", "-", "denominator_above_fixed"},
		{"2021-Q4", "20", "30", "", "value num=20 den=30", ""},
		{"2026-Q3", "", "", "40/80", "-", "denominator_above_fixed"},
		{"2026-Q3", "80", "", "", "-", "numerator_above"},
	} {
		in := check.Input{Name: "1", Agency: "P-01", Indicator: "DVC_TY", Period: kpi.MustPeriod(tt.period), Numerator: check.Typed(tt.num), Denominator: check.Typed(tt.den), Value: check.Typed(tt.val)}
		out, _ := check.Inputs(r, []check.Input{in}, false)
		codes := ""
		for _, f := range out[0].Findings {
			codes = strings.TrimSpace(codes + " " + f.Code)
		}
		if tt.code == "numerator_above" {
			codes = strings.TrimPrefix(codes, "denominator_filled ")
		}
		if got := figure(out[0].Entry, out[0].Stored); got != tt.want || codes != tt.code {
			t.Errorf("%s %s/%s %s: %s with %q, want %s with %q", tt.period, tt.num, tt.den, tt.val, got, codes, tt.want, tt.code)
		}
		c := check.New(r)
		row := typed(2, "agency=Hà Nội", "indicator=DVC_TY", "period="+tt.period, "num="+tt.num, "den="+tt.den, "value="+tt.val)
		e, ok := c.Row(row)
		if got := figure(e, ok); got != tt.want {
			t.Errorf("in a file: %s %s/%s: %s, want %s", tt.period, tt.num, tt.den, got, tt.want)
		}
	}
}
