package ranking

import (
	"fmt"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

// Rule says how a component turns a figure into points.
type Rule string

// The rules of scorecards.csv. Sum is a group that is made of its children.
const (
	Passthrough  Rule = "passthrough"   // the figure itself
	Linear       Rule = "linear"        // maximum × ratio
	CappedLinear Rule = "capped_linear" // maximum × min(1, ratio in % / cap)
	SumRule      Rule = "sum"           // the sum of the children
)

// OnMissing says what a component without a value does to the total.
type OnMissing string

// Incomplete: there is no total. Zero: it counts 0 and the page marks it.
const (
	Incomplete OnMissing = "incomplete"
	Zero       OnMissing = "zero"
)

// OnZero says what a component earns whose numerator and denominator are both 0: nothing happened, so there is no ratio.
type OnZero string

// NoRatio: as a component without a value. FullPoints: its maximum, for nothing went wrong. NoPoints: 0.
const (
	NoRatio    OnZero = ""
	FullPoints OnZero = "full"
	NoPoints   OnZero = "zero"
)

// RoundOrder says whether components are rounded before they are added.
type RoundOrder string

// The orders.
const (
	RoundThenSum RoundOrder = "round_then_sum"
	SumThenRound RoundOrder = "sum_then_round"
)

// Silence says what becomes of an agency without a total because it did not report everything.
type Silence string

// Unranked: it is listed as not reported. Last: it shares the last place, so that silence does not pay.
const (
	Unranked Silence = "unranked"
	Last     Silence = "last"
)

// Component is one line of a scorecard.
type Component struct {
	Code      string // indicator code
	Parent    string // "" for the root
	Max       vi.Decimal
	Weight    vi.NullDecimal // absent: points are added as they are
	Rule      Rule
	Cap       vi.NullDecimal // percent
	OnMissing OnMissing
	OnZero    OnZero
	// NotFor are the levels of agencies that are not judged by the component: they get its maximum.
	NotFor []agency.Level
	// RuleBasis is where the rule is from, in Vietnamese; Observed says that it was read off published scores and not in an act.
	RuleBasis string
	Observed  bool

	given bool // by For: its maximum, whatever was reported
}

// Scorecard is one version of a composite (bộ chỉ số): the total is made of the root's children;
// what stands below a passthrough component explains it and does not count again.
type Scorecard struct {
	ID         int64
	Code       string // "Q766"
	Version    string // "2026-portal"
	Name       string
	From, To   vi.Date
	Block      string // whom it scores; "" for everyone
	Decimals   int
	RoundOrder RoundOrder
	Silence    Silence
	Basis      string
	Components []Component // root first, in order
}

// Root returns the component without a parent.
func (s *Scorecard) Root() Component {
	for _, c := range s.Components {
		if c.Parent == "" {
			return c
		}
	}
	return Component{}
}

// Children returns the components directly below code, in order.
func (s *Scorecard) Children(code string) []Component {
	var out []Component
	for _, c := range s.Components {
		if c.Parent == code && c.Parent != "" {
			out = append(out, c)
		}
	}
	return out
}

// For returns the scorecard as it judges agencies of a level: components that do not apply to it give their maximum. Where all apply
// it is the scorecard itself.
func (s *Scorecard) For(level agency.Level) *Scorecard {
	exempt := func(c Component) bool { return slices.Contains(c.NotFor, level) }
	if !slices.ContainsFunc(s.Components, exempt) {
		return s
	}
	out := *s
	out.Components = slices.Clone(s.Components)
	for i := range out.Components {
		out.Components[i].given = exempt(out.Components[i])
	}
	return &out
}

// ByLevel reports whether totals depend on the level of the agency.
func (s *Scorecard) ByLevel() bool {
	return slices.ContainsFunc(s.Scored(), func(c Component) bool { return len(c.NotFor) > 0 })
}

// Peculiar lists in Vietnamese what components earn out of the ordinary: for 0 of 0, and where they do not apply, each with where
// the rule is from. A rule that was only read off published scores is called so; components of the same rule are named together.
func (s *Scorecard) Peculiar() []string {
	var out []string
	codes := map[string]string{} // by the text of the rule
	for _, c := range s.Components {
		text := c.peculiar()
		switch {
		case text == "":
			continue
		case codes[text] == "":
			codes[text] = c.Code
			out = append(out, text)
		default:
			codes[text] += ", " + c.Code
		}
	}
	for i, text := range out {
		out[i] = codes[text] + text + "."
	}
	return out
}

// peculiar is what follows the code of a component in the list of rules out of the ordinary, "" where there is nothing to say.
func (c Component) peculiar() string {
	var rules []string
	switch c.OnZero {
	case FullPoints:
		rules = append(rules, "tử số và mẫu số đều bằng 0 thì đủ điểm tối đa")
	case NoPoints:
		rules = append(rules, "tử số và mẫu số đều bằng 0 thì 0 điểm")
	}
	if slices.Contains(c.NotFor, agency.Commune) {
		rules = append(rules, "không chấm cấp xã, cấp xã được điểm tối đa")
	}
	if len(rules) == 0 && !c.Observed {
		return ""
	}
	text := ""
	if len(rules) > 0 {
		text = ": " + strings.Join(rules, "; ")
	}
	if c.RuleBasis != "" {
		text += " (theo " + c.RuleBasis + ")"
	}
	if c.Observed {
		text += ". Suy ra từ điểm đã công bố, chưa thấy trong văn bản"
	}
	return text
}

// On reports whether the version scores periods that end on day d.
func (s *Scorecard) On(d vi.Date) bool { return s.From <= d && d <= s.To }

// Scored returns the components that the total is made of, without groups: the leaves that Evaluate
// reads.
func (s *Scorecard) Scored() []Component {
	var out []Component
	var walk func(code string)
	walk = func(code string) {
		for _, c := range s.Children(code) {
			if c.Rule == SumRule {
				walk(c.Code)
				continue
			}
			out = append(out, c)
		}
	}
	walk(s.Root().Code)
	return out
}

// Validate returns everything that is wrong with a version, in order of its components.
func (s *Scorecard) Validate() []error {
	var errs []error
	add := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("scorecard %s %s: "+format, append([]any{s.Code, s.Version}, args...)...))
	}
	if s.Decimals < 0 || s.Decimals > 6 {
		add("%d decimals", s.Decimals)
	}
	if s.RoundOrder != RoundThenSum && s.RoundOrder != SumThenRound {
		add("round order %q", s.RoundOrder)
	}
	if s.Silence != Unranked && s.Silence != Last {
		add("silence %q", s.Silence)
	}
	parents := map[string]string{}
	for _, c := range s.Components {
		if _, ok := parents[c.Code]; ok || c.Code == "" {
			add("component %q: a code of its own is needed", c.Code)
		}
		parents[c.Code] = c.Parent
	}
	roots := 0
	for _, c := range s.Components {
		if c.Parent == "" {
			roots++
			continue
		}
		if !rooted(c.Code, parents) {
			add("component %s: its parents do not lead to the root", c.Code)
		}
		if err := c.validate(); err != nil {
			add("%w", err)
		}
	}
	if roots != 1 {
		add("%d components without a parent, want one", roots)
	}
	return errs
}

// rooted reports whether the way up from code ends at a component without a parent.
func rooted(code string, parents map[string]string) bool {
	for range len(parents) + 1 {
		up, ok := parents[code]
		if !ok || up == "" {
			return ok
		}
		code = up
	}
	return false
}

func (c Component) validate() error {
	switch {
	case !slices.Contains([]Rule{Passthrough, Linear, CappedLinear, SumRule}, c.Rule):
		return fmt.Errorf("component %s: rule %q", c.Code, c.Rule)
	case c.OnMissing != Incomplete && c.OnMissing != Zero:
		return fmt.Errorf("component %s: on missing %q", c.Code, c.OnMissing)
	case (c.Rule == Linear || c.Rule == CappedLinear) && c.Max.Sign() <= 0:
		return fmt.Errorf("component %s: rule %s needs a maximum", c.Code, c.Rule)
	case c.Rule == CappedLinear && (!c.Cap.Valid || c.Cap.Sign() <= 0):
		return fmt.Errorf("component %s: rule %s needs a cap", c.Code, c.Rule)
	case !slices.Contains([]OnZero{NoRatio, FullPoints, NoPoints}, c.OnZero):
		return fmt.Errorf("component %s: on zero %q", c.Code, c.OnZero)
	case (c.OnZero == FullPoints || len(c.NotFor) > 0) && c.Max.Sign() <= 0:
		return fmt.Errorf("component %s: a maximum is needed", c.Code)
	case c.Weight.Valid && c.Weight.Sign() < 0:
		return fmt.Errorf("component %s: negative weight", c.Code)
	}
	return nil
}
