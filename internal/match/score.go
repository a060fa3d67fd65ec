package match

import (
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// nameScore is how well a heading fits a target by its words.
type nameScore struct {
	score  int  // thousandths
	veto   bool // a word contradicts: never sure
	narrow bool // the heading says less than the target counts: a level, a field
	same   bool // the very words of the target
	exact  bool // its words but for what goes without saying
	all    bool // every word of the heading is one of the target
}

// score compares a heading with a target. form is how heavy words are among the targets that are asked for.
func (r *Reader) score(h *heading, x *doc, form *weights) nameScore {
	var s nameScore
	s.veto, s.narrow = r.contradicts(h, x)
	if h.bare {
		s.score = r.bareScore(h, x, form)
		return s.vetoed()
	}
	own, met, group, groupMet := h.strange, int32(0), int32(0), int32(0)
	s.all = h.strange == 0 && len(h.own) > 0
	for _, t := range h.own {
		w := form.of(t)
		own += w
		if x.own.has(t) {
			met += w
			continue
		}
		s.all = s.all && r.pair[t]
		if x.all.has(t) { // the indicator's name says it
			met += w / 2
		}
	}
	for _, t := range h.group {
		w := form.of(t) / 2
		group += w
		if x.all.has(t) {
			groupMet += w
		}
	}
	recall, weight := form.met(x.text, h.inside)
	total := own + group
	if total == 0 || weight == 0 || met+groupMet == 0 {
		return s
	}
	p, q := int(met+groupMet)*1000/int(total), int(recall)*1000/int(weight)
	if p+q > 0 {
		s.score = 2 * p * q / (p + q)
	}
	if s.all && group == 0 {
		s.same, s.exact = r.leavesOut(h, x)
	}
	if nameMet, name := form.met(x.name, h.inside); x.target.Part != Value && name > 0 {
		s.score = (3*s.score + int(nameMet)*1000/int(name)) / 4
	}
	s.score = cue(s.score, h, x)
	return s.vetoed()
}

// leavesOut reports whether a heading has all words of a target, and whether what it leaves out goes without saying: words
// that very many targets have, and that have no opposite. "Cổng DVC" is not yet "Cổng DVC quốc gia".
func (r *Reader) leavesOut(h *heading, x *doc) (same, exact bool) {
	same, exact = true, true
	for _, t := range x.words {
		if !h.inside.has(t) {
			same, exact = false, exact && r.common[t] && !r.sided[t]
		}
	}
	return same, exact
}

func (s nameScore) vetoed() nameScore {
	if s.veto {
		s.score /= 5
	}
	return s
}

// bareScore is that of a heading that only says which part it is, below one that names the indicator.
func (r *Reader) bareScore(h *heading, x *doc, form *weights) int {
	ratio := x.def.HasParts()
	fits := false
	switch {
	case h.marks&marksNumerator != 0:
		fits = x.target.Part == Numerator
	case h.marks&marksDenominator != 0, h.marks&marksTotal != 0 && ratio:
		fits = x.target.Part == Denominator
	case h.marks&marksValue != 0:
		fits = x.target.Part == Value && x.def.Indicator.Kind == kpi.Ratio
	default:
		fits = x.target.Part == Value && !ratio
	}
	group := int32(0)
	for _, t := range h.group {
		group += form.of(t)
	}
	met, name := form.met(x.name, h.inside)
	if !fits || group == 0 || name == 0 || met == 0 {
		return 0
	}
	p, q := min(int(met)*1000/int(group), 1000), int(met)*1000/int(name)
	return 2 * p * q / (p + q)
}

// cue weighs what a heading says of the part.
func cue(score int, h *heading, x *doc) int {
	ratio := x.def.Indicator.Kind == kpi.Ratio
	switch {
	case h.marks&marksNumerator != 0 && x.target.Part != Numerator, h.marks&marksDenominator != 0 && x.target.Part != Denominator,
		h.marks&marksValue != 0 && x.marks&marksValue == 0 && (!ratio || x.target.Part != Value):
		return score * 3 / 10
	case ratio && x.target.Part == Value && (h.marks|h.above)&marksValue == 0:
		return score / 2
	case h.marks&marksTotal != 0 && x.target.Part == Numerator:
		return score * 6 / 10
	}
	return score
}

// contradicts reports whether a word of the heading says something else than the target, and whether it says less.
func (r *Reader) contradicts(h *heading, x *doc) (veto, narrow bool) {
	for _, t := range h.careful {
		if x.all.has(t) {
			continue
		}
		if r.marks[t]&marksAside != 0 {
			veto = true
		}
		narrow = narrow || r.marks[t]&marksNarrower != 0 || r.sided[t]
		for _, o := range r.doubts[t] {
			veto = veto || x.own.has(o) && !h.inside.has(o)
		}
	}
	veto = veto || h.negated && !r.negates(x) || countsElse(h, x)
	toDate, inPeriod := (h.marks|h.above)&marksToDate != 0, (h.marks|h.above)&marksInPeriod != 0
	switch x.accum {
	case kpi.InPeriod:
		veto = veto || toDate && x.marks&marksToDate == 0
	case kpi.Cumulative, kpi.YearToDate:
		veto = veto || inPeriod && !toDate && x.marks&marksInPeriod == 0
	}
	return veto, narrow
}

func (r *Reader) negates(x *doc) bool {
	for _, w := range []string{"chua", "khong"} {
		if id, ok := r.ids[w]; ok && x.all.has(id) {
			return true
		}
	}
	return false
}

// countsElse reports whether a heading has a unit of another sort: money where things are counted, % where they are not.
func countsElse(h *heading, x *doc) bool {
	if x.target.Part != Value {
		return h.unit.Base == "%"
	}
	money := func(base string) bool { return base == "dong" || base == "usd" }
	want := x.unit.Base
	return h.unit.Base != want && (money(h.unit.Base) || h.unit.Base == "%")
}

// unitDiffers reports whether a heading counts in another power of ten than the definition.
func unitDiffers(h *heading, x *doc) bool {
	want := x.unit
	if h.unit == (vi.Unit{}) {
		return false
	}
	if x.target.Part != Value {
		return h.unit.Scale != 0
	}
	return h.unit.Scale != want.Scale || h.unit.Base == "%" && want.Base != "%"
}
