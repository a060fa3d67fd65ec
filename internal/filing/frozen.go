package filing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

// FrozenTable is one ranking as it was released. It is kept as it was then, whatever the program makes of the same figures later.
type FrozenTable struct {
	Code      string         `json:"code"`
	Name      string         `json:"name"`
	Block     string         `json:"block"`
	BlockName string         `json:"block_name"`
	Source    string         `json:"source"`
	Unit      string         `json:"unit"`
	Decimals  int            `json:"decimals"`
	Pooled    vi.NullDecimal `json:"pooled"`
	Covered   int            `json:"covered"`
	Expected  int            `json:"expected"`
	Rows      []FrozenRow    `json:"rows"`
}

// FrozenRow is one agency of a frozen table: with a rank, or with the reason why it has none.
type FrozenRow struct {
	Agency      agency.ID      `json:"agency"`
	Name        string         `json:"name"`
	Rank        int            `json:"rank"` // 0 for none
	Value       vi.NullDecimal `json:"value"`
	Num         vi.NullDecimal `json:"num"`
	Den         vi.NullDecimal `json:"den"`
	Reason      string         `json:"reason,omitempty"`
	Observation int64          `json:"observation,omitempty"`
}

// figure reports whether two rows say the same but for their ranks.
func (r FrozenRow) sameFigure(o FrozenRow) bool {
	return sameDecimal(r.Value, o.Value) && sameDecimal(r.Num, o.Num) && sameDecimal(r.Den, o.Den) && r.Reason == o.Reason
}

func sameDecimal(a, b vi.NullDecimal) bool {
	return a.Valid == b.Valid && (!a.Valid || a.Cmp(b.Decimal) == 0)
}

// Difference is one line in which a release differs from the one that it corrects (đính chính).
type Difference struct {
	Code, Name, Unit string
	Decimals         int
	Block, BlockName string
	Agency           agency.ID
	AgencyName       string
	Before, After    FrozenRow // the zero row where the agency or the table is missing
	Figure           bool      // the figure itself changed, not its rank alone
}

// Differences lists what changes from one set of tables to another: in the order of the new tables, then those that are gone.
func Differences(before, after []FrozenTable) []Difference {
	type key struct{ code, block, source string }
	old := map[key]*FrozenTable{}
	for i := range before {
		old[key{before[i].Code, before[i].Block, before[i].Source}] = &before[i]
	}
	var out []Difference
	for i := range after {
		t := &after[i]
		k := key{t.Code, t.Block, t.Source}
		out = append(out, t.differences(old[k], t)...)
		delete(old, k)
	}
	for i := range before {
		t := &before[i]
		if _, gone := old[key{t.Code, t.Block, t.Source}]; gone {
			out = append(out, t.differences(t, nil)...)
		}
	}
	return out
}

// differences compares two states of one table, either of which may be missing; t is the one that names it.
func (t *FrozenTable) differences(before, after *FrozenTable) []Difference {
	rows := map[agency.ID][2]FrozenRow{}
	var order []agency.ID
	for i, side := range [...]*FrozenTable{before, after} {
		if side == nil {
			continue
		}
		for _, r := range side.Rows {
			pair, seen := rows[r.Agency]
			if !seen {
				order = append(order, r.Agency)
			}
			pair[i] = r
			rows[r.Agency] = pair
		}
	}
	var out []Difference
	for _, id := range order {
		pair := rows[id]
		if (before == nil || after == nil) && !pair[0].Value.Valid && !pair[1].Value.Valid {
			continue // that a new table has no figure of it is no change
		}
		figure := !pair[0].sameFigure(pair[1])
		if !figure && pair[0].Rank == pair[1].Rank {
			continue
		}
		name := pair[1].Name
		if name == "" {
			name = pair[0].Name
		}
		out = append(out, Difference{Code: t.Code, Name: t.Name, Unit: t.Unit, Decimals: t.Decimals, Block: t.Block, BlockName: t.BlockName,
			Agency: id, AgencyName: name, Before: pair[0], After: pair[1], Figure: figure})
	}
	return out
}

func byTable(a, b FrozenTable) int {
	return cmp.Or(strings.Compare(a.Code, b.Code), strings.Compare(a.Block, b.Block), strings.Compare(a.Source, b.Source))
}

// Recomputed says where tables computed again differ from those that were kept, "" where they do not. What a table says in words of
// those who have no figure may be worded otherwise by a later version of the program, and the tables may come in another order: a release
// is frozen in the order of the catalogue, and a set of codes is all that is kept of it.
func Recomputed(kept, anew []FrozenTable) string {
	if len(kept) != len(anew) {
		return fmt.Sprintf("đã chốt %d bảng, tính lại được %d bảng.", len(kept), len(anew))
	}
	kept, anew = slices.SortedFunc(slices.Values(kept), byTable), slices.SortedFunc(slices.Values(anew), byTable)
	for i := range kept {
		k, n := &kept[i], &anew[i]
		where := fmt.Sprintf("bảng %s, %s", k.Code, k.BlockName)
		if k.Code != n.Code || k.Block != n.Block || k.Source != n.Source || k.Name != n.Name || k.Unit != n.Unit || k.Decimals != n.Decimals {
			return where + " được tính lại thành bảng " + n.Code + ", " + n.BlockName + "."
		}
		if k.Covered != n.Covered || len(k.Rows) != len(n.Rows) {
			return fmt.Sprintf(
				"%s: đã chốt %d dòng với %d số liệu, tính lại %d dòng với %d số liệu.",
				where,
				len(k.Rows),
				k.Covered,
				len(n.Rows),
				n.Covered,
			)
		}
		for j := range k.Rows {
			a, b := k.Rows[j], n.Rows[j]
			a.Reason, b.Reason = "", ""
			if a.Agency != b.Agency || a.Name != b.Name || a.Rank != b.Rank || a.Observation != b.Observation || !a.sameFigure(b) {
				return fmt.Sprintf(
					"%s, %s: đã chốt hạng %d, giá trị %s; tính lại hạng %d, giá trị %s.",
					where,
					a.Name,
					a.Rank,
					a.Value,
					b.Rank,
					b.Value,
				)
			}
		}
		if !sameDecimal(k.Pooled, n.Pooled) {
			return fmt.Sprintf("%s: đã chốt số chung %s, tính lại %s.", where, k.Pooled, n.Pooled)
		}
	}
	return ""
}
