package vi

import (
	"errors"
	"strings"
)

// Quantity is a typed number with the words that follow it: "12,9 nghìn tỷ đồng" is 12.9, ten to the
// 12th, "dong".
type Quantity struct {
	Number
	Scale int    // power of ten of the scale words, 0 without any
	Unit  string // what follows them, folded
}

// scaleWords are the words for powers of ten, folded.
var scaleWords = map[string]int{"chuc": 1, "tram": 2, "nghin": 3, "ngan": 3, "trieu": 6, "ty": 9, "ti": 9}

// noScale are words that make "tỷ", "tỉ" before them something else than a billion: tỷ lệ, tỷ trọng, tỷ suất, tỷ số.
var noScale = map[string]bool{"le": true, "trong": true, "suat": true, "so": true, "phan": true}

// CutScale reads the scale words at the start of a folded text: "nghin ty dong" is 12 and "dong".
func CutScale(folded string) (scale int, rest string) {
	words := strings.Fields(folded)
	for len(words) > 0 {
		n, ok := scaleWords[words[0]]
		if !ok || n == 9 && len(words) > 1 && noScale[words[1]] {
			break
		}
		scale += n
		words = words[1:]
	}
	return scale, strings.Join(words, " ")
}

// Shift returns d × 10^n, or ErrTooLong when it has more digits than a Decimal keeps.
func (d Decimal) Shift(n int) (Decimal, error) {
	coef, scale := d.Parts()
	scale -= n
	for ; scale < 0; scale++ {
		if coef *= 10; coef >= 1e15 || coef <= -1e15 {
			return Decimal{}, ErrTooLong
		}
	}
	for ; scale > maxScale; scale-- {
		if coef%10 != 0 {
			return Decimal{}, ErrTooLong
		}
		coef /= 10
	}
	return NewDecimal(coef, scale), nil
}

// ParseQuantity reads a number as ParseNumber does, and scale words and a unit behind it. Scale words
// are Vietnamese, so "1,488 triệu" has a decimal comma; "1.488 triệu" is an *AmbiguousError, for
// people also write it with an international point. With such an error, the words behind the number
// are returned.
func ParseQuantity(text string, whole bool) (Quantity, error) {
	text = Clean(text)
	start := strings.IndexAny(text, "0123456789+-−.,")
	if start < 0 {
		return Quantity{}, ErrNotNumber
	}
	body := text[start:]
	end := numberEnd(body)
	var q Quantity
	if end == 0 || !q.lead(text[:start]) {
		return Quantity{}, ErrNotNumber
	}
	q.Scale, q.Unit = CutScale(q.trail(Fold(body[end:])))
	digits := body[:end]
	d, err := parseBody(digits, whole && q.Scale == 0)
	var amb *AmbiguousError
	switch {
	case !errors.As(err, &amb):
	case q.Scale > 0 && strings.Contains(digits, ","):
		d, err = amb.Fraction, nil
	}
	if err != nil {
		return q, err
	}
	q.Value = d
	if q.Unit == "%" || q.Unit == "phan tram" {
		q.Percent, q.Unit = true, ""
	}
	return q, nil
}

// trail takes remarks out of what follows a number: "(ước)", "*".
func (q *Quantity) trail(folded string) string {
	s := strings.TrimSpace(strings.TrimRight(folded, "*."))
	if in, ok := strings.CutSuffix(s, ")"); ok && strings.HasSuffix(strings.TrimRight(in, "*"), "(") &&
		strings.HasSuffix(in, "*") { // "(*)"
		s = strings.TrimSpace(strings.TrimRight(in, "*("))
	}
	for _, x := range [...]struct {
		word string
		mark *bool
	}{{"(uoc)", &q.Estimated}, {"(uoc tinh)", &q.Estimated}, {"(uoc dat)", &q.Estimated}, {"(lam tron)", &q.Rounded}, {"(khoang)", &q.Rounded}} {
		if rest, ok := strings.CutSuffix(s, x.word); ok {
			*x.mark, s = true, strings.TrimSpace(rest)
			if q.Toward == NoSide {
				q.Toward = sides[strings.Trim(x.word, "()")]
			}
		}
	}
	return s
}

// numberEnd returns where the sign, digits and separators at the start of s end.
func numberEnd(s string) int {
	end := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			end = i + 1
		case strings.ContainsRune(".,+ ", r) || r == '-' || r == '−':
		default:
			return end
		}
	}
	return end
}
