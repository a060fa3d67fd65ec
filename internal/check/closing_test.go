package check_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// sheetSums is a table with a total row: column C is D + E + F, as "được giao = hoàn thành + quá hạn + đang triển khai", and the last
// row is the sum of the others.
func sheetSums(rows [][4]int64) check.Closing {
	var c check.Closing
	var at [][4]int
	for i, r := range rows {
		var cells [4]int
		for k := range r {
			cells[k] = c.Cell(check.ClosingCell{Name: fmt.Sprintf("%c%d", 'C'+k, i+5), Value: vi.Int(r[k]), Whole: true})
		}
		at = append(at, cells)
		c.Require(check.Equation{Rule: kpi.Adds, Total: cells[0], Parts: cells[1:], Text: "C=D+E+F", Code: check.SumMismatch, Level: check.Error})
	}
	for k := range 4 {
		e := check.Equation{Rule: kpi.Adds, Total: at[len(at)-1][k], Text: "dòng tổng", Code: check.TotalMismatch, Level: check.Warning}
		for _, cells := range at[:len(at)-1] {
			e.Parts = append(e.Parts, cells[k])
		}
		c.Require(e)
	}
	return c
}

func proposal(fs []check.Finding) (out []string) {
	for _, f := range fs {
		for _, x := range f.Changes {
			if x.Proposed {
				out = append(out, x.Cell+"="+x.To.String())
			}
		}
	}
	return out
}

// A single wrong cell of a table with identities in its rows and totals of its columns is always noticed, and going back to what stood
// there is the one proposal: it alone closes row and column.
func TestClosing_PlantedErrors(t *testing.T) {
	rnd := rand.New(rand.NewSource(12))
	for n := range 100 {
		var rows [][4]int64
		var sum [4]int64
		for range 2 + rnd.Intn(6) {
			r := [4]int64{0, rnd.Int63n(2000), rnd.Int63n(300), rnd.Int63n(90)}
			r[0] = r[1] + r[2] + r[3]
			for k := range r {
				sum[k] += r[k]
			}
			rows = append(rows, r)
		}
		rows = append(rows, sum)
		if c := sheetSums(rows); len(c.Findings()) > 0 {
			t.Fatalf("table %d closes, and yet: %+v", n, c.Findings())
		}
		i, k := rnd.Intn(len(rows)), rnd.Intn(4)
		right := rows[i][k]
		for rows[i][k] == right {
			rows[i][k] = max(0, []int64{right * 10, right / 10, right + 1 + rnd.Int63n(9), right - 30, rnd.Int63n(3000)}[rnd.Intn(5)])
		}
		c := sheetSums(rows)
		found := c.Findings()
		want := fmt.Sprintf("%c%d=%d", 'C'+k, i+5, right)
		if got := strings.Join(proposal(found), " "); len(found) != 1 || got != want {
			t.Errorf("table %d: proposed %q, want %s: %+v", n, got, want, found)
		}
	}
}

// 690/348/39/119/999: two single changes close the line; 348, 39 and 119 would have to fall below nothing. Neither is chosen.
func TestClosing_TwoChangesNoneChosen(t *testing.T) {
	var c check.Closing
	var cells []int
	for i, n := range []int64{690, 348, 39, 119, 999} {
		cells = append(cells, c.Cell(check.ClosingCell{Name: string(rune('C'+i)) + "2", Value: vi.Int(n), Whole: true}))
	}
	c.Require(check.Equation{Rule: kpi.Adds, Total: cells[0], Parts: cells[1:], Text: "được giao", Code: check.SumMismatch, Level: check.Error})
	found := c.Findings()
	if len(found) != 1 || len(proposal(found)) != 0 || len(found[0].Changes) != 2 {
		t.Fatalf("%+v", found)
	}
	for _, s := range []string{"C2 ghi 690", "D2 348 + E2 39 + F2 119 + G2 999 = 1.505", "C2 từ 690 thành 1.505", "G2 từ 999 thành 184"} {
		if !strings.Contains(found[0].Message, s) {
			t.Errorf("%q is not in %s", s, found[0].Message)
		}
	}
}

// A part above its whole is said; a rate that is not its counts is said with the rate that they give; cut digits are no fault.
func TestClosing_PartAndShare(t *testing.T) {
	for _, x := range []struct {
		rule              kpi.IdentityRule
		total, one, other string
		want              int
	}{
		{kpi.AtMost, "330", "90", "", 0}, {kpi.AtMost, "90", "91", "", 1},
		{kpi.Share, "82.9", "8150", "9831", 0}, {kpi.Share, "98.62", "16051", "16274", 0}, // the source cut 98,629 off
		{kpi.Share, "16.74", "1620", "9831", 1}, {kpi.Share, "0", "0", "0", 0},
	} {
		var c check.Closing
		cell := func(name, text string) int {
			d, err := vi.ParseDecimal(text)
			if err != nil {
				t.Fatal(err)
			}
			return c.Cell(check.ClosingCell{Name: name, Value: d})
		}
		e := check.Equation{Rule: x.rule, Total: cell("A", x.total), Parts: []int{cell("B", x.one)}, Level: check.Error}
		if x.other != "" {
			e.Parts = append(e.Parts, cell("C", x.other))
		}
		c.Require(e)
		if found := c.Findings(); len(found) != x.want {
			t.Errorf("%+v: %+v", x, found)
		}
	}
}
