package match_test

import (
	"fmt"
	"slices"
	"testing"

	"chiso/internal/match"
	"chiso/internal/vi"
)

// column makes a column of whole numbers, or of percentages with two decimals.
func column(name, heading string, scale int, numbers ...int64) match.Column {
	c := match.Column{Name: name, Headings: []string{heading}}
	for _, n := range numbers {
		c.Cells = append(c.Cells, match.Cell{Number: vi.NewDecimal(n, scale), Filled: true, OK: true})
	}
	return c
}

func rows(n int) (out []match.Row) {
	for i := range n {
		out = append(out, match.Row{Agency: fmt.Sprint("P-", i)})
	}
	return out
}

func reading(t *testing.T, table *match.Table, column int) match.Reading {
	t.Helper()
	for _, r := range reader(t).Read(table) {
		if r.Column == column {
			return r
		}
	}
	t.Fatalf("column %d has no reading", column)
	return match.Reading{}
}

func has(r match.Reading, k match.Kind) bool {
	return slices.ContainsFunc(r.Evidence, func(e match.Evidence) bool { return e.Kind == k })
}

// TestRead_history: figures that go on from those before are evidence of their own; a thousandth of them is none.
func TestRead_history(t *testing.T) {
	target := match.Target{Code: "CPS17"}
	past := map[string]vi.Decimal{}
	for i := range 6 {
		past[fmt.Sprint("P-", i)] = vi.Int(int64(100_000 * (i + 1)))
	}
	table := match.Table{Rows: rows(6), History: map[match.Target]map[string]vi.Decimal{target: past},
		Columns: []match.Column{column("B", "Số hồ sơ nộp trên Cổng DVC", 0, 101_000, 202_500, 300_001, 400_000, 555_000, 600_300)}}
	if r := reading(t, &table, 0); r.Target != target || r.Verdict != match.Sure || !has(r, match.History) {
		t.Errorf("figures that go on: %+v", r)
	}
	table.History = nil
	if r := reading(t, &table, 0); r.Verdict != match.Ask {
		t.Errorf("the name alone: %+v", r)
	}
	table.History = map[match.Target]map[string]vi.Decimal{target: past}
	table.Columns[0] = column("B", "Số hồ sơ nộp trên Cổng DVC", 0, 101, 202, 300, 400, 555, 600)
	if r := reading(t, &table, 0); r.Target == target {
		t.Errorf("thousands: %+v", r)
	}
}

// TestRead_totalRow: what adds up to the total row is no share, whatever its heading says.
func TestRead_totalRow(t *testing.T) {
	share := column("B", "Tỷ lệ hồ sơ thanh toán trực tuyến", 0, 10, 20, 30, 15)
	table := match.Table{Rows: append(rows(4), match.Row{Total: true}), Columns: []match.Column{share}}
	table.Columns[0].Cells = append(table.Columns[0].Cells, match.Cell{Number: vi.Int(19), Filled: true, OK: true})
	if r := reading(t, &table, 0); r.Verdict != match.Sure || r.Target.Code != "CPS13" {
		t.Errorf("a share: %+v", r)
	}
	table.Columns[0].Cells[4].Number = vi.Int(75)
	if r := reading(t, &table, 0); r.Target.Code == "CPS13" {
		t.Errorf("what adds up: %+v", r)
	}
}

// TestRead_formula: a formula says which column is which where the names say nothing.
func TestRead_formula(t *testing.T) {
	table := match.Table{Rows: rows(2), Form: []string{"CPS08"}, Columns: []match.Column{
		column("C", "Cột một", 0, 8, 9), column("D", "Cột hai", 0, 10, 10), column("E", "Kết quả", 0, 80, 90)}}
	if r := reading(t, &table, 0); r.Verdict == match.Sure {
		t.Errorf("two rows prove nothing: %+v", r)
	}
	table.Columns[2].Formula = "=C5/D5*100"
	for i, want := range []string{"CPS08.num", "CPS08.den", "CPS08"} {
		if r := reading(t, &table, i); r.Target.String() != want || r.Verdict != match.Sure || !has(r, match.Formula) {
			t.Errorf("column %d: %+v", i, r)
		}
	}
}

// TestRead_notRead: what was said to hold nothing is not offered again.
func TestRead_notRead(t *testing.T) {
	table := match.Table{Rows: rows(3), Columns: []match.Column{column("B", "Tỷ lệ hồ sơ thanh toán trực tuyến", 0, 10, 20, 30)}}
	table.Remembered = []match.Memory{{Heading: match.HeadingKey(table.Columns[0].Headings), Table: match.TableKey(table.Columns)}}
	if r := reading(t, &table, 0); r.Verdict != match.Unknown || len(r.Alternatives) > 0 {
		t.Errorf("%+v", r)
	}
}

// TestRead_knownElsewhere: what one column is known to hold no other is taken for, though by chance it would make a share: 12 ÷ 60 = 20.
func TestRead_knownElsewhere(t *testing.T) {
	table := match.Table{Form: []string{"CPS07", "CPS08", "CPS03"}, Rows: rows(1), Columns: []match.Column{
		column("C", "Hồ sơ nộp qua mạng", 0, 20), column("D", "Hồ sơ tiếp nhận", 0, 25), column("E", "Tỉ lệ nộp qua mạng", 0, 80),
		column("F", "Đã trả đúng hẹn", 0, 55), column("G", "Hồ sơ phải trả", 0, 60), column("H", "DVC toàn trình", 0, 12)}}
	table.Columns[3].Known, table.Columns[4].Known = &match.Target{Code: "CPS08", Part: match.Numerator}, &match.Target{Code: "CPS08", Part: match.Denominator}
	for i, want := range []string{"CPS07.num", "CPS07.den", "CPS07", "CPS08.num", "CPS08.den", "CPS03"} {
		if r := reading(t, &table, i); i != 3 && i != 4 && (r.Target.String() != want || r.Verdict != match.Sure) {
			t.Errorf("column %d: %+v", i, r)
		}
	}
}

// TestRead_sums: a numerator that makes its denominator together with other columns is proven a part of it.
func TestRead_sums(t *testing.T) {
	online := column("C", "Số hồ sơ tiếp nhận trực tuyến", 0, 4519, 4788, 691, 7052)
	total := column("D", "Tổng số hồ sơ tiếp nhận trực tuyến, trực tiếp, qua bưu chính", 0, 5014, 6811, 848, 8314)
	direct, post := column("E", "Trực tiếp", 0, 427, 1950, 154, 1240), column("F", "Bưu chính", 0, 68, 73, 3, 22)
	table := match.Table{Rows: rows(4), Columns: []match.Column{online, total, direct, post}}
	got := reading(t, &table, 0)
	if got.Target.String() != "CPS07.num" || !has(got, match.Arithmetic) {
		t.Errorf("%+v", got)
	}
	table.Columns[3] = column("F", "Bưu chính", 0, 60, 79, 9, 29)
	if r := reading(t, &table, 0); has(r, match.Arithmetic) {
		t.Errorf("what does not add up: %+v", r)
	}
}
