package main

import (
	"bytes"
	"maps"
	"testing"

	"chiso/internal/app/receive"
	"chiso/internal/match"
)

func TestChosenColumns(t *testing.T) {
	c := chosenColumns{}
	for _, s := range []string{"E=CPS08.num, f = CPS08.den", "Trang 1!g=CPS08", "H=-"} {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	want := chosenColumns{"E": {Code: "CPS08", Part: match.Numerator}, "F": {Code: "CPS08", Part: match.Denominator}, "Trang 1!G": {Code: "CPS08"}, "H": {}}
	if !maps.Equal(c, want) {
		t.Errorf("%v, want %v", c, want)
	}
	for _, s := range []string{"", "E", "E=", "=CPS08", "E5=CPS08", "ABCD=CPS08"} {
		if err := c.Set(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}

func TestPrintOpenColumns(t *testing.T) {
	var out bytes.Buffer
	p := &program{stdout: &out}
	p.printOpenColumns([]receive.ColumnResult{
		{Column: "C", Reads: &receive.ColumnTarget{Indicator: "CPS08", Part: "numerator"}},
		{Column: "D", Reads: &receive.ColumnTarget{Indicator: "CPS08", Part: "denominator"}, Sure: true},
		{Column: "E", Reads: &receive.ColumnTarget{Indicator: "CPS25", Part: "value"}},
		{Column: "F"},
	})
	want := "  Nếu đúng như vậy: --match 'C=CPS08.num'; nếu không đọc cột này: --match 'C=-'\n" +
		"  Nếu đúng như vậy: --match 'E=CPS25'; nếu không đọc cột này: --match 'E=-'\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}
