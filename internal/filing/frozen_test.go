package filing

import (
	"strings"
	"testing"

	"chiso/internal/vi"
)

// A release keeps a set of codes, so that its tables come again in another order than that of the catalogue in which they were frozen.
func TestRecomputed_orderOfTables(t *testing.T) {
	value := func(n int64) vi.NullDecimal { return vi.NullDecimal{Decimal: vi.NewDecimal(n, 0), Valid: true} }
	table := func(code, block string, n int64) FrozenTable {
		return FrozenTable{Code: code, Block: block, Source: "reported", Covered: 1, Rows: []FrozenRow{{Agency: "P-01", Rank: 1, Value: value(n)}}}
	}
	kept := []FrozenTable{table("KTS06", "provinces", 1), table("CPS25", "provinces", 2), table("CPS25", "ministries", 3)}
	if said := Recomputed(kept, []FrozenTable{kept[2], kept[1], kept[0]}); said != "" {
		t.Errorf("the same tables in another order: %s", said)
	}
	if kept[0].Code != "KTS06" {
		t.Error("what was kept is put in another order")
	}
	if said := Recomputed(kept, []FrozenTable{kept[2], table("CPS25", "provinces", 9), kept[0]}); !strings.Contains(said, "CPS25") {
		t.Errorf("another figure in another order: %q", said)
	}
	if said := Recomputed(kept, []FrozenTable{kept[2], table("CPS26", "provinces", 2), kept[0]}); !strings.Contains(said, "CPS26") {
		t.Errorf("another table: %q", said)
	}
}
