package kpi

import "chiso/internal/vi"

// State is what is known of a figure. The list is closed; no state is ever read as 0 unless a
// scorecard version says so. No figure at all means not reported.
type State string

// The states of design rule 3.
const (
	Value         State = "value"
	NotApplicable State = "not_applicable" // "không phát sinh", "N/A"
	NoDenominator State = "no_denominator" // 0/0: no rate
	CensoredBelow State = "censored_below" // published only as "<10%": Bound is the bound
	Withdrawn     State = "withdrawn"      // an earlier figure taken back
)

// Title returns the Vietnamese name of the state.
func (s State) Title() string {
	switch s {
	case Value:
		return "có số liệu"
	case NotApplicable:
		return "không phát sinh"
	case NoDenominator:
		return "mẫu số bằng 0"
	case CensoredBelow:
		return "chỉ công bố dưới ngưỡng"
	case Withdrawn:
		return "đã rút"
	}
	return string(s)
}

// Qualifier is a set of remarks on how exact a figure is.
type Qualifier uint8

// The qualifiers of design rule 3.
const (
	Rounded     Qualifier = 1 << iota // "hơn", "gần", "khoảng", "trên"
	Estimated                         // "ước"
	Provisional                       // "sơ bộ"
	Above                             // "trên": the true figure is above the one printed
	MoreThan                          // "hơn": the same
	Nearly                            // "gần": just below
	About                             // "khoảng": on either side
)

// Word is the word of direction that was printed before the figure, "" for none.
func (q Qualifier) Word() string {
	switch {
	case q&Above != 0:
		return "trên"
	case q&MoreThan != 0:
		return "hơn"
	case q&Nearly != 0:
		return "gần"
	case q&About != 0:
		return "khoảng"
	}
	return ""
}

// Exactness says how the value of a figure is printed.
type Exactness struct {
	Qualifiers Qualifier
	Computed   bool // from its parts
}

// Exactness returns how the figure's value is printed.
func (f Figure) Exactness() Exactness { return Exactness{f.Qualifiers, f.HasParts()} }

// Print prints a value behind the word that stood before it. A number that was published so keeps the digits that it had, "hơn 51", never
// "hơn 51,00"; one that is computed from its parts has the decimals of its definition, like any other.
func (e Exactness) Print(v vi.Decimal, decimals int) string {
	word := e.Qualifiers.Word()
	if word == "" {
		return vi.FormatNumber(v, decimals)
	}
	if !e.Computed {
		decimals = 0
	}
	return word + "\u00a0" + vi.FormatNumber(v, decimals)
}

// QualifierOf returns the qualifier of the side on which the true figure lies, 0 for none.
func QualifierOf(side vi.Toward) Qualifier {
	switch side {
	case vi.Above:
		return Above
	case vi.MoreThan:
		return MoreThan
	case vi.Nearly:
		return Nearly
	case vi.About:
		return About
	}
	return 0
}

// sides are the qualifiers of direction.
const sides = Above | MoreThan | Nearly | About

// With returns the remarks of a figure that is made of two: one of more and one of less than is printed say nothing of a side.
func (q Qualifier) With(other Qualifier) Qualifier {
	a, b := q&sides, other&sides
	both := q | other
	above := Above | MoreThan
	if a != 0 && b != 0 && a != b && (a&^above != 0 || b&^above != 0) {
		both = both&^sides | About | Rounded
	}
	return both
}

// Titles returns the Vietnamese remarks.
func (q Qualifier) Titles() []string {
	var out []string
	if word := q.Word(); word != "" {
		out = append(out, word+" (số làm tròn)")
	} else if q&Rounded != 0 {
		out = append(out, "số làm tròn")
	}
	if q&Estimated != 0 {
		out = append(out, "số ước")
	}
	if q&Provisional != 0 {
		out = append(out, "sơ bộ")
	}
	return out
}

// Figure is the content of one observation, apart from whose and when. For a ratio Num and Den
// hold the parts and Value only a bare percentage; for other kinds Value holds the number in the
// definition's unit.
type Figure struct {
	State         State
	Num, Den      vi.NullDecimal
	Value         vi.NullDecimal
	Bound         vi.NullDecimal // upper bound when CensoredBelow
	Qualifiers    Qualifier
	PublishedRank int // the source's own rank, 0 if it printed none
}

// HasParts reports whether numerator and denominator are both known.
func (f Figure) HasParts() bool { return f.Num.Valid && f.Den.Valid }

// Bare reports a ratio known only as a percentage ("thiếu tử/mẫu số"): ranked, never pooled.
func (f Figure) Bare(d *Definition) bool {
	return d.Indicator.Kind == Ratio && f.State == Value && !f.HasParts()
}

// Rate returns the figure's value rounded to the definition's decimals: the percentage for a
// ratio, the number itself otherwise. It is false when the figure has no value.
func (f Figure) Rate(d *Definition) (vi.Decimal, bool) {
	if f.State != Value {
		return vi.Decimal{}, false
	}
	if d.Indicator.Kind == Ratio && f.HasParts() {
		return Percent(f.Num.Decimal, f.Den.Decimal, d.Decimals)
	}
	if !f.Value.Valid {
		return vi.Decimal{}, false
	}
	return Round(f.Value.Decimal, d.Decimals), true
}
