package check_test

import (
	"fmt"
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

func number64(t *testing.T, s string) vi.NullDecimal {
	t.Helper()
	d, err := vi.ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return vi.Some(d)
}

// pastOf makes a history of "2026-Q1 120" or "2026-Q1 45/100".
func pastOf(t *testing.T, lines ...string) func(check.Key) []check.Past {
	var out []check.Past
	for _, l := range lines {
		period, figure, _ := strings.Cut(l, " ")
		f := kpi.Figure{State: kpi.Value}
		if num, den, ok := strings.Cut(figure, "/"); ok {
			f.Num, f.Den = number64(t, num), number64(t, den)
		} else {
			f.Value = number64(t, figure)
		}
		out = append(out, check.Past{Period: kpi.MustPeriod(period), Figure: f})
	}
	return func(check.Key) []check.Past { return out }
}

// withAccumulation returns the catalogue with another accumulation of CPS20A and a target of CPS01.
func withAccumulation(acc kpi.Accumulation) *kpi.Catalogue {
	var defs []kpi.Definition
	for _, d := range catalogue().Definitions() {
		x := *d
		if x.Indicator.Code == "CPS20A" {
			x.Accumulation = acc
		}
		defs = append(defs, x)
	}
	return kpi.NewCatalogue(defs, []kpi.Target{{Indicator: "CPS01", Scope: "agency:P-01", Year: 2026, Value: vi.Int(20), Unit: "%"}})
}

func TestChecker_history(t *testing.T) {
	value := func(v string) []string { return []string{"indicator=CPS20A", "value=" + v} }
	parts := func(num, den string) []string { return []string{"indicator=CPS01", "num=" + num, "den=" + den} }
	steady := []string{"2025-Q2 500", "2025-Q3 510", "2025-Q4 505", "2026-Q1 495", "2026-Q2 500"}
	for _, tt := range []struct {
		name string
		acc  kpi.Accumulation
		past []string
		row  []string
		want string
	}{
		{"nothing before", kpi.Cumulative, nil, value("100"), ""},
		{"grows", kpi.Cumulative, []string{"2026-Q2 2000"}, value("2398"), ""},
		{"falls", kpi.Cumulative, []string{"2026-Q1 1000", "2026-Q2 2398"}, value("2087"), "cumulative_fall@F2"},
		{"year to date falls", kpi.YearToDate, []string{"2026-Q2 2398"}, value("2087"), "cumulative_fall@F2"},
		{"year to date begins again", kpi.YearToDate, []string{"2025-Q4 2398"}, value("200"), ""},
		{"in period may fall", kpi.InPeriod, []string{"2026-Q2 2398"}, value("1300"), ""},
		{"a thousand times", kpi.InPeriod, []string{"2026-Q2 1488"}, value("1500000"), "factor_jump@F2"},
		{"a hundredth", kpi.InPeriod, []string{"2026-Q2 148800"}, value("1490"), "factor_jump@F2"},
		{"against last year", kpi.Cumulative, []string{"2025-Q3 1488"}, value("14900"), "factor_jump@F2"},
		{"seven times", kpi.InPeriod, []string{"2026-Q2 1000"}, value("7000"), ""},
		{"small numbers", kpi.InPeriod, []string{"2026-Q2 1"}, value("10"), ""},
		{"denominator ten times", "", []string{"2026-Q2 450/1000"}, parts("470", "10000"), "factor_jump@E2"},
		{"off its series", kpi.InPeriod, steady, value("900"), "outlier@F2"},
		{"in its series", kpi.InPeriod, steady, value("520"), ""},
		{"three points are no series", kpi.InPeriod, steady[2:], value("900"), ""},
		{"rate off its series", "", []string{"2025-Q3 80/100", "2025-Q4 81/100", "2026-Q1 82/100", "2026-Q2 81/100"}, parts("45", "100"), "outlier@D2"},
		{"later figures do not count", kpi.Cumulative, []string{"2026-10-10 99999"}, value("100"), ""},
		{"far above the target", "", nil, parts("90", "100"), "far_above_target@D2"},
		{"above the target", "", nil, parts("45", "100"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := rules()
			r.Catalogue, r.History = withAccumulation(tt.acc), pastOf(t, tt.past...)
			c := check.New(r)
			if _, ok := c.Row(typed(2, append([]string{"agency=Hà Nội", "period=2026-Q3"}, tt.row...)...)); !ok {
				t.Fatal(found(c))
			}
			c.EndFile()
			if got := found(c); got != tt.want {
				t.Errorf("got %q, want %q: %v", got, tt.want, c.Findings())
			}
		})
	}
}

// block is a directory of n provinces in one block.
func block(n int) *agency.Directory {
	d := agency.Data{Blocks: []agency.Block{{Code: "provinces", Name: "Khối địa phương"}}}
	for i := range n {
		id := agency.ID(fmt.Sprintf("P%02d", i))
		d.Versions = append(d.Versions, agency.Version{Agency: id, Name: fmt.Sprintf("Tỉnh Số %02d", i), Short: fmt.Sprintf("Số %02d", i), Kind: "tinh",
			Level: agency.Province, From: day0, To: vi.OpenTo, Order: i})
		d.Members = append(d.Members, agency.Member{Block: "provinces", Agency: id, From: day0, To: vi.OpenTo})
	}
	return agency.NewDirectory(d)
}

func TestChecker_EndFile_block(t *testing.T) {
	r := rules()
	r.Directory = block(12)
	r.History = func(k check.Key) []check.Past {
		if k.Agency == "P10" { // reported last time; P11 never did
			return []check.Past{{Period: kpi.MustPeriod("2026-Q2"), Figure: kpi.Figure{State: kpi.Value, Num: number64(t, "80"), Den: number64(t, "100")}}}
		}
		return nil
	}
	c := check.New(r)
	for i := range 10 {
		num := 80 + i%4
		if i == 5 {
			num = 8
		}
		if _, ok := c.Row(typed(i+2, fmt.Sprintf("agency=P%02d", i), "indicator=CPS01", "period=2026-Q3", fmt.Sprintf("num=%d", num), "den=100")); !ok {
			t.Fatal(found(c))
		}
	}
	c.EndFile()
	if got := found(c); got != "outlier@D7 missing_now@" {
		t.Errorf("got %q: %v", got, c.Findings())
	}
	if m := c.Findings()[1].Message; !strings.Contains(m, "Số 10") || strings.Contains(m, "Số 11") {
		t.Error(m)
	}
}

func TestChecker_EndFile_missingIndicators(t *testing.T) {
	r := rules()
	r.History = func(k check.Key) []check.Past {
		if k.Definition == 5 {
			return []check.Past{{Period: kpi.MustPeriod("2026-Q2"), Figure: kpi.Figure{State: kpi.Value, Value: number64(t, "5")}}}
		}
		return nil
	}
	c := check.New(r)
	c.Row(typed(2, "agency=Hà Nội", "indicator=CPS01", "period=2026-Q3", "num=1", "den=2"))
	c.Row(typed(3, "agency=Hà Nội", "indicator=CPS20A", "period=2026-Q3", "value=1"))
	c.EndFile()
	if got := found(c); got != "missing_now@" || !strings.Contains(c.Findings()[0].Message, "KTS15") {
		t.Errorf("got %q: %v", got, c.Findings())
	}
}

func TestChecker_EndFile_sums(t *testing.T) {
	r := rules()
	r.Identities = []kpi.Identity{{Rule: kpi.Adds, Total: "KTS15", Parts: []string{"DTI_P", "CPS20A"}, From: day0, To: vi.OpenTo, Tolerance: vi.NewDecimal(3, 2)}}
	for total, want := range map[string]string{"5,53": "", "5,50": "", "5,57": "sum_mismatch@F4", "55,3": "sum_mismatch@F4"} {
		c := check.New(r)
		for i, row := range [][2]string{{"DTI_P", "0,53"}, {"CPS20A", "5"}, {"KTS15", total}} {
			if _, ok := c.Row(typed(i+2, "agency=Hà Nội", "indicator="+row[0], "period=2026-Q3", "value="+row[1])); !ok {
				t.Fatal(found(c))
			}
		}
		c.EndFile()
		if got := found(c); got != want {
			t.Errorf("%s: got %q, want %q: %v", total, got, want, c.Findings())
		}
	}
}

func TestChecker_EndFile_totals(t *testing.T) {
	row := func(line int, total bool, name, value string) check.Row {
		r := typed(line, "agency="+name, "indicator=CPS20A", "period=2026-Q3", "value="+value)
		r.Total = total
		return r
	}
	for name, tt := range map[string]struct {
		rows []check.Row
		want string
	}{
		"closes":       {[]check.Row{row(2, false, "Hà Nội", "5"), row(3, false, "Đồng Tháp", "6"), row(4, true, "Tổng cộng", "11")}, ""},
		"does not":     {[]check.Row{row(2, false, "Hà Nội", "5"), row(3, false, "Đồng Tháp", "6"), row(4, true, "Tổng cộng", "12")}, "total_mismatch@F4"},
		"first":        {[]check.Row{row(2, true, "Cả nước", "11"), row(3, false, "Hà Nội", "5"), row(4, false, "Đồng Tháp", "6")}, ""},
		"blocks":       {[]check.Row{row(2, true, "Khối bộ", "5"), row(3, false, "Bộ Y tế", "5"), row(4, true, "Khối địa phương", "11"), row(5, false, "Hà Nội", "5"), row(6, false, "Đồng Tháp", "6"), row(7, true, "Tổng cộng", "16")}, ""},
		"after error":  {[]check.Row{row(2, false, "Hà Nội", "5"), row(3, false, "Đồng Tháp", "x"), row(4, true, "Tổng cộng", "11")}, "bad_number@F3"},
		"bad total":    {[]check.Row{row(2, false, "Hà Nội", "5"), row(4, true, "Tổng cộng", "x")}, ""},
		"total of one": {[]check.Row{row(2, true, "Cộng", "7")}, ""},
	} {
		c := check.New(rules())
		for _, r := range tt.rows {
			c.Row(r)
		}
		c.EndFile()
		if got := found(c); got != tt.want {
			t.Errorf("%s: got %q, want %q: %v", name, got, tt.want, c.Findings())
		}
	}
}

// A file may go on with a series of thousands of days: its past is asked for and sorted once.
func TestChecker_longHistory(t *testing.T) {
	var past []check.Past
	day := vi.NewDate(1999, 1, 1)
	for i := range 5000 {
		p := kpi.MustPeriod(day.AddDays(5000 - i).ISO()) // newest first
		past = append(past, check.Past{Period: p, Figure: kpi.Figure{State: kpi.Value, Value: vi.Some(vi.Int(1000))}})
	}
	r, asked := rules(), 0
	r.History = func(check.Key) []check.Past {
		asked++
		return past
	}
	c := check.New(r)
	for i := range 5000 {
		value := "1000"
		if i == 4999 {
			value = "100000"
		}
		if _, ok := c.Row(typed(i+2, "agency=Hà Nội", "indicator=CPS20A", "period="+day.AddDays(5001+i).ISO(), "value="+value)); !ok {
			t.Fatal(c.Findings())
		}
	}
	if asked != 1 || found(c) != "factor_jump@F5001" {
		t.Errorf("asked %d times, found %s", asked, found(c))
	}
}
