package main

import (
	"maps"
	"testing"

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
