package check_test

import (
	"fmt"
	"strings"
	"testing"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

func rules() check.Rules {
	return check.Rules{Directory: directory(), Catalogue: catalogue(), Today: 20261121, Source: kpi.Reported}
}

var columns = []string{"agency", "indicator", "period", "num", "den", "value", "note", "rank", "from", "to", "qualifier", "quote"}

// typed makes a row of text cells: agency=Hà Nội … Columns that are not named are blank.
func typed(line int, pairs ...string) check.Row {
	r := check.Row{Sheet: "S", Line: line}
	fields := []*check.Field{&r.Agency, &r.Indicator, &r.Period, &r.Numerator, &r.Denominator, &r.Value, &r.Note, &r.PublishedRank,
		&r.From, &r.To, &r.Qualifier, &r.Quote}
	for i, f := range fields {
		f.At, f.Kind = check.Cell{Line: int32(line), Column: int32(i + 1)}, check.Blank
		for _, p := range pairs {
			if k, v, _ := strings.Cut(p, "="); k == columns[i] && v != "" {
				f.Kind, f.Text = check.Text, v
			}
		}
	}
	return r
}

// figure prints what an entry holds, short.
func figure(e check.Entry, ok bool) string {
	if !ok {
		return "-"
	}
	f := e.Figure
	s := string(f.State)
	for _, p := range []struct {
		name string
		n    vi.NullDecimal
	}{{"num", f.Num}, {"den", f.Den}, {"value", f.Value}, {"bound", f.Bound}} {
		if p.n.Valid {
			s += " " + p.name + "=" + p.n.String()
		}
	}
	if f.Qualifiers != 0 {
		s += " " + strings.Join(f.Qualifiers.Titles(), ",")
	}
	if f.PublishedRank != 0 {
		s += fmt.Sprintf(" rank=%d", f.PublishedRank)
	}
	if e.Note != "" {
		s += " note=" + e.Note
	}
	return s
}

func found(c *check.Checker) string {
	var out []string
	for _, f := range c.Findings() {
		out = append(out, f.Code+"@"+f.Cell)
	}
	return strings.Join(out, " ")
}

// A publisher may print a numerator beside a rate; whoever reports names both parts.
func TestRow_publishedNumerator(t *testing.T) {
	r := rules()
	r.Source = kpi.Published
	c := check.New(r)
	e, ok := c.Row(typed(2, "indicator=CPS01", "agency=Hà Nội", "period=2026-Q3", "num=1488000", "value=83,48"))
	if got := figure(e, ok); got != "value num=1488000 value=83.48" || found(c) != "bare_ratio@F2" {
		t.Errorf("%q, findings %q", got, found(c))
	}
}

func TestChecker_Row_figures(t *testing.T) {
	tests := []struct {
		name     string
		row      []string
		want     string
		findings string
	}{
		{"parts", []string{"num=45", "den=100"}, "value num=45 den=100", ""},
		{"parts with the same rate", []string{"num=358.660", "den=405.424", "value=88,47"}, "value num=358660 den=405424", ""},
		{"rate with fewer decimals", []string{"num=358660", "den=405424", "value=88,5 %"}, "value num=358660 den=405424", ""},
		{"another rate", []string{"num=1", "den=2", "value=52"}, "value num=1 den=2", "rate_mismatch@F2"},
		{"bare percentage", []string{"value=45,5 %"}, "value value=45.5", "bare_ratio@F2"},
		{"bare over 100", []string{"value=101"}, "-", "percent_above_100@F2"},
		{"fraction", []string{"value=0,455"}, "value value=0.455", "bare_ratio@F2"},
		{"numerator and rate", []string{"num=1488000", "value=83,48"}, "-", "missing_denominator@D2"},
		{"denominator and rate", []string{"den=1488000", "value=83,48"}, "-", "missing_numerator@E2"},
		{"numerator alone", []string{"num=5"}, "-", "missing_denominator@D2"},
		{"denominator alone", []string{"den=5"}, "-", "missing_numerator@E2"},
		{"a fraction of a thing", []string{"num=1,5", "den=3"}, "-", "not_whole@D2"},
		{"a rounded number of things", []string{"num=gần 1,5", "den=3"}, "value num=1.5 den=3 gần (số làm tròn) note=số gốc ghi: gần 1,5", ""},
		{"a fraction of an amount", []string{"indicator=KTS01", "num=1,5", "den=3"}, "value num=1.5 den=3", ""},
		{"numerator above", []string{"num=6", "den=5"}, "-", "numerator_above@D2"},
		{"numerator above, no subset", []string{"indicator=CPS09", "num=6", "den=5"}, "value num=6 den=5", ""},
		{"nothing of nothing", []string{"num=0", "den=0"}, "no_denominator num=0 den=0", ""},
		{"something of nothing", []string{"num=1", "den=0"}, "-", "zero_denominator@E2"},
		{"negative", []string{"num=-1", "den=5"}, "-", "negative@D2"},
		{"dash", []string{"num=-", "den=-"}, "not_applicable", ""},
		{"không phát sinh", []string{"value=Không phát sinh"}, "not_applicable", ""},
		{"word beside a number", []string{"num=-", "den=5"}, "-", "mixed_state@D2"},
		{"not yet", []string{"value=chưa có số liệu"}, "-", "not_reported@F2"},
		{"dots", []string{"value=..."}, "-", "not_reported@F2"},
		{"blank", nil, "-", "missing_figure@F2"},
		{"blank with a note", []string{"note=đang rà soát"}, "-", "not_reported@F2"},
		{"bound", []string{"value=<10 %"}, "censored_below bound=10", ""},
		{"bound by word", []string{"value=10", "qualifier=below"}, "censored_below bound=10", ""},
		{"rounded", []string{"value=hơn 46,2"}, "value value=46.2 hơn (số làm tròn) note=số gốc ghi: hơn 46,2", "bare_ratio@F2"},
		{"rounded by word", []string{"value=46", "qualifier=over", "quote=hơn 46%"}, "value value=46 hơn (số làm tròn) note=nguyên văn: hơn 46%", "bare_ratio@F2"},
		{"estimate", []string{"indicator=CPS20A", "value=ước 12"}, "value value=12 số ước note=số gốc ghi: ước 12", ""},
		{"odd qualifier", []string{"num=1", "den=2", "qualifier=xyz"}, "value num=1 den=2", "unknown_qualifier@K2"},
		{"count", []string{"indicator=CPS20A", "value=1.234"}, "value value=1234", ""},
		{"count with a fraction", []string{"indicator=CPS20A", "value=1,5"}, "-", "not_whole@F2"},
		{"count in percent", []string{"indicator=CPS20A", "value=15%"}, "-", "percent_unit@F2"},
		{"count with parts", []string{"indicator=CPS20A", "num=1", "den=2", "value=5"}, "value value=5", "parts_ignored@D2"},
		{"money is ambiguous", []string{"indicator=KTS15", "value=1.234"}, "-", "ambiguous_number@F2"},
		{"amount as numerator is ambiguous", []string{"indicator=KTS01", "num=1.234", "den=5.678"}, "-", "ambiguous_number@D2 ambiguous_number@E2"},
		{"score", []string{"indicator=DTI_P", "value=0,8241", "rank=3"}, "value value=0.8241 rank=3", ""},
		{"yes", []string{"indicator=NQ71_11", "value=Có"}, "value value=1", ""},
		{"no", []string{"indicator=NQ71_11", "value=không"}, "value value=0", ""},
		{"neither", []string{"indicator=NQ71_11", "value=2"}, "-", "not_yes_no@F2"},
		{"bad rank", []string{"num=1", "den=2", "rank=1,5"}, "-", "bad_rank@H2"},
		{"no number", []string{"value=12 triệu"}, "-", "bad_number@F2"},
		{"too long", []string{"indicator=CPS20A", "value=12345678901234567"}, "-", "bad_number@F2"},
		{"all errors of a row", []string{"num=a", "den=b", "value=c"}, "-", "bad_number@D2 bad_number@E2 bad_number@F2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := check.New(rules())
			pairs := tt.row
			if !strings.HasPrefix(strings.Join(pairs, " "), "indicator=") {
				pairs = append([]string{"indicator=CPS01"}, pairs...)
			}
			e, ok := c.Row(typed(2, append([]string{"agency=Hà Nội", "period=2026-Q3"}, pairs...)...))
			if got := figure(e, ok); got != tt.want {
				t.Errorf("figure %q, want %q", got, tt.want)
			}
			if got := found(c); got != tt.findings {
				t.Errorf("findings %q, want %q", got, tt.findings)
			}
		})
	}
}

func TestChecker_Row_keys(t *testing.T) {
	tests := []struct {
		name, agency, indicator, period string
		want, findings, says            string
	}{
		{"full name", "UBND tỉnh Đồng Tháp", "CPS01", "2026-Q3", "P34-82 CPS01 2026-Q3", "", ""},
		{"folded", "dong thap", "tỷ lệ hồ sơ ĐÚNG HẠN", "Quý III/2026", "P34-82 CPS08 2026-Q3", "", ""},
		{"ID", "P34-82", "cps01", "10/10/2026", "P34-82 CPS01 2026-10-10", "", ""},
		{"Huế in 2024", "Thừa Thiên - Huế", "CPS01", "năm 2024", "P-46 CPS01 2024", "", ""},
		{"code before the merger", "24", "CPS01", "2025-H1", "P63-24 CPS01 2025-H1", "", ""},
		{"code after it", "24", "CPS01", "2025-Q3", "P34-24 CPS01 2025-Q3", "", ""},
		{"merged away", "Bắc Giang", "CPS01", "2026-Q3", "", "agency_elsewhen@A2",
			"“Bắc Giang” không tồn tại vào ngày 30/09/2026; từ 01/07/2025 là Tỉnh Bắc Ninh (P34-24)"},
		{"not yet", "Tây Ninh", "CPS01", "2024", "", "agency_elsewhen@A2", "chỉ từ 01/07/2025"},
		{"another level", "Sở Y tế", "CPS01", "2026", "", "unknown_agency@A2", "“Sở Y tế”"},
		{"misspelt", "Đồng Thap1", "CPS01", "2026", "", "unknown_agency@A2", "Có phải là Tỉnh Đồng Tháp (P34-82)?"},
		{"two agencies", "Bộ Ba", "CPS01", "2026", "", "ambiguous_agency@A2", "Bộ Y tế (BYT) hoặc Ngân hàng Nhà nước Việt Nam (NHNN)"},
		{"no agency", "", "CPS01", "2026", "", "missing_agency@A2", ""},
		{"unknown indicator", "Hà Nội", "XYZ", "2026", "", "unknown_indicator@B2", "“XYZ”"},
		{"two indicators", "Hà Nội", "Số tài khoản", "2026", "", "ambiguous_indicator@B2", "TWIN_A, TWIN_B"},
		{"past definition", "Hà Nội", "OLD01", "2026", "", "definition_elsewhen@B2", "đến hết 31/12/2024"},
		{"no indicator", "Hà Nội", "", "2026", "", "missing_indicator@B2", ""},
		{"no period", "Hà Nội", "CPS01", "", "", "missing_period@C2", ""},
		{"odd period", "Hà Nội", "CPS01", "quý V/2026", "", "bad_period@C2", "Quý III/2026"},
		{"future", "Hà Nội", "CPS01", "2027-Q1", "", "future_period@C2", "hôm nay là 21/11/2026"},
		{"all at once", "Sở Y tế", "XYZ", "hôm qua", "", "bad_period@C2 unknown_agency@A2 unknown_indicator@B2", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := check.New(rules())
			e, ok := c.Row(typed(2, "agency="+tt.agency, "indicator="+tt.indicator, "period="+tt.period, "num=1", "den=2", "value="))
			got := ""
			if ok {
				got = fmt.Sprintf("%s %s %s", e.Agency, e.Definition.Indicator.Code, e.Period.Key)
			}
			if got != tt.want || found(c) != tt.findings {
				t.Errorf("got %q, findings %q, want %q, %q", got, found(c), tt.want, tt.findings)
			}
			if tt.says != "" && !strings.Contains(c.Findings()[0].Message, tt.says) {
				t.Errorf("message %q does not say %q", c.Findings()[0].Message, tt.says)
			}
		})
	}
}

func TestChecker_Row_defaults(t *testing.T) {
	r := rules()
	r.Period, r.Indicator, r.Agency = kpi.MustPeriod("2026-Q3"), "CPS01", "P-01"
	c := check.New(r)
	if e, ok := c.Row(typed(2, "agency=Hà Nội", "num=1", "den=2")); !ok || e.Key() != (check.Key{Period: "2026-Q3", Definition: 1, Agency: "P-01"}) {
		t.Errorf("defaults: got %+v, %v", e, c.Findings())
	}
	if _, ok := c.Row(typed(3, "agency=Đồng Tháp", "num=1", "den=2")); ok || found(c) != "foreign_agency@A3" {
		t.Errorf("foreign agency: %v", c.Findings())
	}
}

func TestChecker_Row_spans(t *testing.T) {
	for _, tt := range []struct{ from, to, want string }{
		{"2024-07-01", "2025-02-06", "2024-07-01..2025-02-06"},
		{"01/07/2024", "06/02/2025", "2024-07-01..2025-02-06"},
		{"", "2025-12-18", "2025-12-18"},
	} {
		c := check.New(rules())
		e, ok := c.Row(typed(2, "agency=VN", "indicator=CPS20A", "value=5", "from="+tt.from, "to="+tt.to))
		if !ok || e.Period.Key != tt.want {
			t.Errorf("from %q to %q: got %q, %v", tt.from, tt.to, e.Period.Key, c.Findings())
		}
	}
}

func TestChecker_Row_cells(t *testing.T) {
	number := func(s string, percent bool) check.Field {
		d, _ := vi.ParseDecimal(s)
		return check.Field{At: check.Cell{Line: 2, Column: 6}, Kind: check.Number, Number: d, Percent: percent}
	}
	for _, tt := range []struct {
		indicator string
		field     check.Field
		want      string
		findings  string
	}{
		{"CPS01", number("0.455", true), "value value=45.5", "bare_ratio@F2"},
		{"CPS01", number("1", true), "value value=100", "bare_ratio@F2"},
		{"CPS01", number("0.455", false), "value value=0.455", "bare_ratio@F2"},
		{"DTI_P", number("0.8241", true), "value value=0.8241", ""},
		{"CPS20A", number("5", true), "-", "percent_unit@F2"},
		{"KTS15", number("1.234", false), "value value=1.234", ""},
		{"NQ71_11", check.Field{At: check.Cell{Line: 2, Column: 6}, Kind: check.Bool, Text: "1"}, "value value=1", ""},
		{"CPS01", check.Field{At: check.Cell{Line: 2, Column: 6}, Kind: check.Bool, Text: "1"}, "-", "bad_number@F2"},
		{"CPS01", check.Field{At: check.Cell{Line: 2, Column: 6}, Kind: check.Broken, Text: "#DIV/0!"}, "-", "broken_cell@F2"},
		{"CPS01", check.Field{At: check.Cell{Line: 2, Column: 6}, Kind: check.Day, Text: "2026-05-08"}, "-", "date_in_number@F2"},
	} {
		c := check.New(rules())
		r := typed(2, "agency=Hà Nội", "indicator="+tt.indicator, "period=2026")
		r.Value = tt.field
		e, ok := c.Row(r)
		if got := figure(e, ok); got != tt.want || found(c) != tt.findings {
			t.Errorf("%s %+v: got %q, %q, want %q, %q", tt.indicator, tt.field, got, found(c), tt.want, tt.findings)
		}
	}
}

func TestChecker_Row_duplicates(t *testing.T) {
	c := check.New(rules())
	row := func(line int, period, num string) bool {
		_, ok := c.Row(typed(line, "agency=Hà Nội", "indicator=CPS01", "period="+period, "num="+num, "den=10"))
		return ok
	}
	if !row(2, "2026-Q3", "1") || row(3, "Quý III/2026", "1") || row(4, "2026-Q3", "2") || !row(5, "2026-Q2", "2") {
		t.Error("the first of each key is kept, and only it")
	}
	if got := found(c); got != "duplicate_figure@D3 conflicting_figures@D4" || c.Errors() != 1 {
		t.Errorf("got %s", got)
	}
	if m := c.Findings()[1].Message; !strings.Contains(m, "D2") || !strings.Contains(m, "D4") {
		t.Errorf("both cells are named: %s", m)
	}
}

func TestChecker_Findings_cut(t *testing.T) {
	r := rules()
	r.MaxFindings = 3
	c := check.New(r)
	for i := range 1000 {
		c.Row(typed(i+2, fmt.Sprintf("agency=Không có %d", i), "indicator=CPS01", "period=2026", "num=1", "den=2"))
	}
	fs := c.Findings()
	if len(fs) != 4 || fs[3].Code != check.MoreOmitted || c.Errors() != 1001 {
		t.Errorf("%d findings, %d errors, last %v", len(fs), c.Errors(), fs[len(fs)-1])
	}
}

func TestCell_Ref(t *testing.T) {
	for want, c := range map[string]check.Cell{"A1": {1, 1}, "Z9": {9, 26}, "AA10": {10, 27}, "XFD1048576": {1048576, 16384}, "": {}} {
		if got := c.Ref(); got != want {
			t.Errorf("%v: got %q, want %q", c, got, want)
		}
	}
}
