package match

import (
	"math"
	"math/bits"

	"chiso/internal/vi"
)

// series is the numbers of a column in one power of ten.
type series struct {
	at      []int64 // by data row
	ok      []bool
	scale   int
	count   int
	min     int64
	max     int64
	bad     bool // a number does not fit, or is negative
	nothing bool // no number
	whole   bool
	texts   int            // cells that hold something else
	adds    bool           // the total row is their sum: shares do not add up
	class   int            // the first column with the same numbers
	asked   map[int64]bool // what within has said
}

// maxScale is how many decimals of a share are compared: what is calculated by a spreadsheet has more.
const maxScale = 6

// newSeries takes the numbers of the data rows of a column.
func newSeries(c *Column, rows []int) series {
	s := series{at: make([]int64, len(rows)), ok: make([]bool, len(rows)), nothing: true}
	for _, row := range rows {
		if x := cellAt(c, row); x.OK {
			_, scale := x.Number.Parts()
			s.scale = max(s.scale, scale)
		}
	}
	s.scale = min(s.scale, 9)
	for i, row := range rows {
		x := cellAt(c, row)
		if !x.OK {
			if x.Filled {
				s.texts++
			}
			continue
		}
		n, fits := cutTo(x.Number, s.scale)
		if !fits {
			s.bad = true
			continue
		}
		if s.nothing || n < s.min {
			s.min = n
		}
		if s.nothing || n > s.max {
			s.max = n
		}
		s.at[i], s.ok[i], s.nothing = n, true, false
		s.count++
	}
	s.whole = s.scale == 0
	s.bad = s.bad || s.min < 0
	return s
}

// within reports whether nearly all numbers are at most a limit; one in twenty may be a slip.
func (s *series) within(limit int64) bool {
	if s.max <= limit {
		return true
	}
	if said, ok := s.asked[limit]; ok {
		return said
	}
	above := 0
	for i := range s.at {
		if s.ok[i] && s.at[i] > limit {
			above++
		}
	}
	if s.asked == nil {
		s.asked = map[int64]bool{}
	}
	s.asked[limit] = above*20 <= s.count
	return s.asked[limit]
}

func cellAt(c *Column, row int) Cell {
	if row < len(c.Cells) {
		return c.Cells[row]
	}
	return Cell{}
}

// cutTo gives a number in units of 10^-scale; more decimals than that are rounded off.
func cutTo(d vi.Decimal, scale int) (int64, bool) {
	if n, ok := d.Scaled(scale); ok {
		return n, n <= 1e15 && n >= -1e15
	}
	n, s := d.Parts()
	for ; s > scale; s-- {
		if s == scale+1 {
			n = (n + 5*sign(n)) / 10
		} else {
			n /= 10
		}
	}
	return n, n <= 1e15 && n >= -1e15 && s == scale
}

func sign(n int64) int64 {
	if n < 0 {
		return -1
	}
	return 1
}

var tens = [...]uint64{1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000}

// share is the question whether v = hundred · a ÷ b, with numbers brought to common powers of ten once.
type share struct {
	a, b, v  *series
	ta, tb   uint64 // a·ta and b·tb are in one power of ten
	tv       uint64 // of v's last digit compared
	cut      int64  // v is divided by it, for more digits than are compared
	ofOne    bool   // v is of 1, not of 100
	truncate bool
}

// newShare prepares the comparison; ok is false when the numbers are too large for it.
func newShare(a, b, v *series, ofOne bool) (q share, ok bool) {
	if a.bad || b.bad || v.bad || a.nothing || b.nothing || v.nothing {
		return q, false
	}
	q = share{a: a, b: b, v: v, ta: 1, tb: 1, cut: 1, ofOne: ofOne}
	switch d := a.scale - b.scale; {
	case d > 0:
		q.tb = tens[d]
	case d < 0:
		q.ta = tens[-d]
	}
	scale := v.scale
	if scale > maxScale {
		q.cut = int64(tens[scale-maxScale])
		scale = maxScale
	}
	q.tv = tens[scale]
	if !ofOne {
		q.tv *= 100
	}
	return q, fits(a.max, q.ta, q.tv) && fits(b.max, q.tb, 1)
}

func fits(n int64, t, u uint64) bool {
	hi, lo := bits.Mul64(uint64(n), t)
	if hi != 0 || lo > 1<<62 {
		return false
	}
	hi, _ = bits.Mul64(lo, u)
	return hi < 1<<60
}

// near reports whether a row may agree, rounded or cut off.
func (q *share) near(i int) (agrees, use bool) {
	off, b, _, use := q.off(i)
	return use && off <= b, use
}

// row compares one row; use is false when it says nothing: no number, nothing to divide by.
func (q *share) row(i int) (agrees, use bool) {
	off, b, above, use := q.off(i)
	switch {
	case !use || off > 1<<62:
		return false, use
	case q.truncate:
		return !above && off < b, true
	}
	return off*2 <= b, true
}

// off is how far v·b is from a: at most b where v is off by one of its last digit.
func (q *share) off(i int) (off, b uint64, above, use bool) {
	if !q.a.ok[i] || !q.b.ok[i] || !q.v.ok[i] || q.b.at[i] == 0 {
		return 0, 0, false, false
	}
	b = uint64(q.b.at[i]) * q.tb
	v := uint64(q.v.at[i])
	if q.cut > 1 {
		v = (v + uint64(q.cut)/2) / uint64(q.cut)
	}
	ah, al := bits.Mul64(uint64(q.a.at[i])*q.ta, q.tv)
	vh, vl := bits.Mul64(v, b)
	lo, borrow := bits.Sub64(al, vl, 0)
	hi, below := bits.Sub64(ah, vh, borrow)
	if above = below != 0; above {
		lo, borrow = bits.Sub64(vl, al, 0)
		hi, _ = bits.Sub64(vh, ah, borrow)
	}
	if hi != 0 {
		lo = math.MaxUint64
	}
	return lo, b, above, true
}

// fit counts the rows of a share.
type fit struct {
	agree, of int
	telling   int // rows that agree and could hardly do so by chance
}

// count compares all rows; it gives up early where too few agree.
func (q *share) count(rows int) (f fit) {
	missed := 0
	for i := range rows {
		agrees, use := q.row(i)
		if !use {
			continue
		}
		f.of++
		if !agrees {
			if missed++; missed > 2 && missed > rows/4 {
				return f
			}
			continue
		}
		f.agree++
		if q.a.at[i] != 0 && q.a.at[i] != q.b.at[i] && (i == 0 || q.v.at[i] != q.v.at[i-1] || q.a.at[i] != q.a.at[i-1]) {
			f.telling++
		}
	}
	return f
}

func (f fit) missed() int { return f.of - f.agree }

// holds reports whether nearly every row agrees: one in thirty may be a slip.
func (f fit) holds() bool { return f.of > 0 && f.agree >= f.of-f.of/30 }

// strong reports whether chance is out of the question: three rows, and enough digits in all.
func (f fit) strong(digits int) bool {
	return f.holds() && f.telling >= 3 && f.telling*(2+digits) >= 9
}

// fair reports whether most rows agree, and many: no proof, but what names may lean on.
func (f fit) fair() bool { return f.agree*4 >= f.of*3 && f.telling >= 10 }

// Of most three columns a few rows show that they are no share; of what is left, some more do.
const (
	tries    = 5
	moreRows = 48
)

// may looks at a few rows before any is compared in full: whether three in five of them may agree by either reading.
func (q *share) may(rows int) bool { return q.sampled(rows, tries, 3, 5, q.near) }

// likely looks at more rows: half of them agree.
func (q *share) likely(rows int) bool {
	return rows <= 2*moreRows || q.sampled(rows, moreRows, 1, 2, q.row)
}

// sampled reports whether part of the rows that say something agree, looking at some that stand evenly apart; it ends as soon
// as they cannot.
func (q *share) sampled(rows, sample, part, of int, agrees func(int) (bool, bool)) bool {
	step := max(rows/sample, 1)
	used, missed := 0, 0
	for i := 0; i < rows && used < sample; i += step {
		ok, use := agrees(i)
		if !use {
			continue
		}
		if used++; ok {
			continue
		}
		if missed++; missed*of > sample*(of-part) {
			return false
		}
	}
	return missed*of <= used*(of-part)
}

// atMost counts the rows in which a is at most b.
func atMost(a, b *series) (fits, of int) {
	q, ok := newShare(a, b, a, true)
	if !ok {
		return 0, 0
	}
	for i := range a.at {
		if !a.ok[i] || !b.ok[i] {
			continue
		}
		of++
		if uint64(a.at[i])*q.ta <= uint64(b.at[i])*q.tb {
			fits++
		}
	}
	return fits, of
}

// equal reports whether two columns have the same numbers in every row.
func equal(a, b *series) bool {
	if a.count != b.count || a.count == 0 || a.scale != b.scale {
		return false
	}
	for i := range a.at {
		if a.ok[i] != b.ok[i] || a.at[i] != b.at[i] {
			return false
		}
	}
	return true
}

// nearlySame reports whether two columns have the same numbers in most rows, and not in all.
func nearlySame(a, b *series) bool {
	if a.count < 3 || a.scale != b.scale {
		return false
	}
	same, other := 0, 0
	for i := range a.at {
		switch {
		case !a.ok[i]:
		case b.ok[i] && a.at[i] == b.at[i]:
			same++
		default:
			if other++; other*4 > a.count {
				return false
			}
		}
	}
	return same*4 >= a.count*3 && (same < a.count || same < b.count)
}

// addsUp reports whether the one total row is the sum of a column of several numbers.
func addsUp(c *Column, s *series, rows, totals []int) bool {
	if len(totals) != 1 || s.count < 3 || s.max == 0 {
		return false
	}
	total := cellAt(c, totals[0])
	if !total.OK {
		return false
	}
	n, fits := cutTo(total.Number, s.scale)
	var added int64
	for i := range rows {
		if s.ok[i] {
			added += s.at[i]
		}
	}
	return fits && added == n
}
