package filing_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"chiso/internal/filing"
)

func TestChanges(t *testing.T) {
	before := []filing.Piece{{"a", "A", "1"}, {"b", "B", "2"}, {"gone", "Bỏ", "3"}, {"blank", "Trống", ""}}
	tests := map[string]struct {
		after []filing.Piece
		want  []filing.PieceChange
	}{
		"the same":            {before, nil},
		"in another order":    {[]filing.Piece{before[2], before[1], before[0]}, nil},
		"changed and added":   {[]filing.Piece{{"a", "A", "9"}, before[1], {"n", "Mới", "4"}, before[2]}, []filing.PieceChange{{"A", "1", "9"}, {"Mới", "", "4"}}},
		"gone":                {before[:2], []filing.PieceChange{{"Bỏ", "3", ""}}},
		"emptied":             {[]filing.Piece{{"a", "A", ""}, before[1], before[2]}, []filing.PieceChange{{"A", "1", ""}}},
		"blank is no content": {append([]filing.Piece{{"m", "M", ""}}, before...), nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, filing.Changes(before, tt.after)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
