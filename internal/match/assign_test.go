package match

import (
	"math/rand/v2"
	"testing"
)

// TestSolve_exact compares with trying everything, the margin too.
func TestSolve_exact(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		n, m := 1+rnd.IntN(4), 1+rnd.IntN(5)
		score := make([][]int32, n)
		for i := range score {
			score[i] = make([]int32, m)
			for j := range score[i] {
				if rnd.IntN(3) > 0 {
					score[i][j] = int32(rnd.IntN(20))
				}
			}
		}
		a := solve(score, m)
		total := 0
		for row, column := range a.columns() {
			if column >= 0 {
				total += int(score[row][column])
			}
		}
		if want := bestOf(score, 0, map[int]bool{}, -1, -1); total != want {
			t.Fatalf("%v: %d, want %d", score, total, want)
		}
		for row, column := range a.columns() {
			if column < 0 {
				continue
			}
			if got, want := a.margin(row, column), total-bestOf(score, 0, map[int]bool{}, row, column); got != want {
				t.Fatalf("%v: margin of %d, %d is %d, want %d", score, row, column, got, want)
			}
		}
	}
}

func bestOf(score [][]int32, row int, used map[int]bool, noRow, noColumn int) int {
	if row == len(score) {
		return 0
	}
	best := bestOf(score, row+1, used, noRow, noColumn)
	for j, s := range score[row] {
		if s > 0 && !used[j] && (row != noRow || j != noColumn) {
			used[j] = true
			best = max(best, int(s)+bestOf(score, row+1, used, noRow, noColumn))
			used[j] = false
		}
	}
	return best
}
