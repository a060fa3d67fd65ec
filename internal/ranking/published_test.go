package ranking_test

import (
	"slices"
	"testing"

	"chiso/internal/ranking"
)

func TestTable_PublishedReason(t *testing.T) {
	const on, other = "nguồn xếp tiếp các đơn vị có cùng giá trị", "tập đơn vị hoặc số liệu khác với bảng nguồn"
	table := &ranking.Table{Rows: []ranking.Row{
		{Rank: 1, PublishedRank: 1},
		{Rank: 2, PublishedRank: 2},
		{Rank: 2, PublishedRank: 3},
		{Rank: 2, PublishedRank: 4},
		{Rank: 5},
		{Rank: 6, PublishedRank: 9},
		{Rank: 7, PublishedRank: 6},
		{Rank: 8, PublishedRank: 9},
		{Rank: 8, PublishedRank: 10}, // past the two who share the place
	}}
	want := []string{"", "", on, on, "", other, other, on, other}
	for i := range table.Rows {
		if got := table.PublishedReason(i); got != want[i] {
			t.Errorf("row %d: %q, want %q", i, got, want[i])
		}
	}
}

func TestTable_ZeroedNames(t *testing.T) {
	table := &ranking.Table{Components: map[string]string{"Q766_1": "Công khai, minh bạch"}, Rows: []ranking.Row{{Zeroed: []string{"Q766_1", "X"}}, {}}}
	if got := table.ZeroedNames(0); !slices.Equal(got, []string{"Công khai, minh bạch", "X"}) {
		t.Errorf("%q", got)
	}
	if got := table.ZeroedNames(1); got != nil {
		t.Errorf("%q", got)
	}
}
