package ranking

import (
	"fmt"
	"slices"

	"chiso/internal/vi"
)

// Band is one class of values (xếp loại): from Low on, below High. The lowest has no Low, the highest
// no High.
type Band struct {
	Name      string
	Low, High vi.NullDecimal
}

// holds reports whether the band holds v.
func (b Band) holds(v vi.Decimal) bool {
	return (!b.Low.Valid || v.Cmp(b.Low.Decimal) >= 0) && (!b.High.Valid || v.Cmp(b.High.Decimal) < 0)
}

// Text says the bounds in Vietnamese.
func (b Band) Text() string {
	print := func(d vi.NullDecimal) string { return vi.FormatNumber(d.Decimal, 0) }
	switch {
	case b.Low.Valid && b.High.Valid:
		return fmt.Sprintf("từ %s đến dưới %s", print(b.Low), print(b.High))
	case b.Low.Valid:
		return fmt.Sprintf("từ %s trở lên", print(b.Low))
	case b.High.Valid:
		return fmt.Sprintf("dưới %s", print(b.High))
	}
	return "mọi giá trị"
}

// Bands is one dated version of the classes of a scorecard, best first.
type Bands struct {
	Code     string // of the scorecard
	From, To vi.Date
	Bands    []Band
	Basis    string
	Verified string // yes, partly, memory
}

// Of returns the class of a value.
func (b *Bands) Of(v vi.Decimal) (Band, bool) {
	i := slices.IndexFunc(b.Bands, func(x Band) bool { return x.holds(v) })
	if i < 0 {
		return Band{}, false
	}
	return b.Bands[i], true
}

// Validate returns what is wrong: classes that leave a gap, overlap or stand in the wrong order.
func (b *Bands) Validate() []error {
	var errs []error
	add := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("bands of %s: "+format, append([]any{b.Code}, args...)...))
	}
	if len(b.Bands) == 0 {
		add("there are none")
		return errs
	}
	if b.From > b.To {
		add("valid from %s after %s", b.From.ISO(), b.To.ISO())
	}
	if b.Bands[0].High.Valid {
		add("the best one, %s, ends at %s", b.Bands[0].Name, b.Bands[0].High)
	}
	for i, x := range b.Bands {
		last := i == len(b.Bands)-1
		switch {
		case x.Name == "":
			add("one has no name")
		case last && x.Low.Valid:
			add("the lowest one, %s, begins at %s", x.Name, x.Low)
		case !last && (!x.Low.Valid || x.Low != b.Bands[i+1].High):
			add("%s begins at %q, but %s ends at %q", x.Name, x.Low, b.Bands[i+1].Name, b.Bands[i+1].High)
		case x.Low.Valid && x.High.Valid && x.Low.Cmp(x.High.Decimal) >= 0:
			add("%s is empty", x.Name)
		}
	}
	return errs
}

// BandsOn returns the classes of a scorecard that hold on day d.
func BandsOn(all []Bands, code string, d vi.Date) (*Bands, bool) {
	for i := range all {
		if b := &all[i]; b.Code == code && b.From <= d && d <= b.To {
			return b, true
		}
	}
	return nil, false
}
