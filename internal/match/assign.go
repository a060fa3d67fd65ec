package match

import "slices"

// assignment pairs rows with columns so that the sum of their scores is greatest: each at most once, and none where nothing
// is gained. It is the Hungarian method on whole numbers; equal sums go to the first column.
type assignment struct {
	n, m  int // rows, columns and one more for each row that stays alone
	score [][]int32
	u, v  []int64
	p     []int // row of a column, 1-based
}

// solve returns the best assignment of a matrix; a score of 0 or less pairs nothing.
func solve(score [][]int32, columns int) *assignment {
	a := &assignment{n: len(score), m: columns + len(score), score: score}
	a.u, a.v, a.p = make([]int64, a.n+1), make([]int64, a.m+1), make([]int, a.m+1)
	for row := 1; row <= a.n; row++ {
		a.augment(row)
	}
	return a
}

// never is the cost of what must not be.
const never = int64(1) << 40

// cost is what pairing costs: the less, the better.
func (a *assignment) cost(row, column int) int64 {
	if column > a.m-a.n {
		return 0
	}
	if s := a.score[row-1][column-1]; s > 0 {
		return -int64(s)
	}
	return never
}

// augment gives a free row a column, moving others.
func (a *assignment) augment(row int) {
	minimum, way, used := make([]int64, a.m+1), make([]int, a.m+1), make([]bool, a.m+1)
	for j := range minimum {
		minimum[j] = never << 8
	}
	a.p[0] = row
	j0 := 0
	for {
		used[j0] = true
		i0, delta, j1 := a.p[j0], never<<8, 0
		for j := 1; j <= a.m; j++ {
			if used[j] {
				continue
			}
			if cur := a.cost(i0, j) - a.u[i0] - a.v[j]; cur < minimum[j] {
				minimum[j], way[j] = cur, j0
			}
			if minimum[j] < delta {
				delta, j1 = minimum[j], j
			}
		}
		for j := 0; j <= a.m; j++ {
			if used[j] {
				a.u[a.p[j]] += delta
				a.v[j] -= delta
			} else {
				minimum[j] -= delta
			}
		}
		if j0 = j1; a.p[j0] == 0 {
			break
		}
	}
	for j0 != 0 {
		a.p[j0] = a.p[way[j0]]
		j0 = way[j0]
	}
}

// columns returns the column of each row from 0, -1 where it stays alone.
func (a *assignment) columns() []int {
	out := make([]int, a.n)
	for i := range out {
		out[i] = -1
	}
	for j := 1; j <= a.m-a.n; j++ {
		if a.p[j] > 0 && a.score[a.p[j]-1][j-1] > 0 {
			out[a.p[j]-1] = j - 1
		}
	}
	return out
}

// margin is how much the whole loses when a row must not have its column.
func (a *assignment) margin(row, column int) int {
	rows, columns := a.around(row)
	score := make([][]int32, len(rows))
	for i, r := range rows {
		score[i] = make([]int32, len(columns))
		for j, c := range columns {
			score[i][j] = a.score[r][c]
		}
	}
	now := solve(score, len(columns)).total()
	score[slices.Index(rows, row)][slices.Index(columns, column)] = 0
	return now - solve(score, len(columns)).total()
}

func (a *assignment) total() (sum int) {
	for row, column := range a.columns() {
		if column >= 0 {
			sum += int(a.score[row][column])
		}
	}
	return sum
}

// around returns the rows and columns that hang together with a row, in order.
func (a *assignment) around(row int) (rows, columns []int) {
	inRow, inColumn := make([]bool, a.n), make([]bool, a.m-a.n)
	inRow[row] = true
	for changed := true; changed; {
		changed = false
		for i := range inRow {
			for j := range inColumn {
				if a.score[i][j] > 0 && inRow[i] != inColumn[j] {
					inRow[i], inColumn[j], changed = true, true, true
				}
			}
		}
	}
	for i, in := range inRow {
		if in {
			rows = append(rows, i)
		}
	}
	for j, in := range inColumn {
		if in {
			columns = append(columns, j)
		}
	}
	return rows, columns
}
