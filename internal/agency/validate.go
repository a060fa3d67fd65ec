package agency

import (
	"fmt"
	"maps"
	"slices"

	"chiso/internal/vi"
)

// Validate returns everything that is wrong with a catalogue: dangling references, overlapping
// versions, memberships or codes, cycles of parents or succession, a second whole successor, and
// names that mean two agencies on one day. The same catalogue gives the same errors in the same
// order.
func Validate(d Data) []error {
	v := &validator{dir: NewDirectory(d)}
	v.versions(d)
	v.codes(d)
	v.successions(d)
	v.blocks(d)
	v.members(d)
	v.names()
	return v.errs
}

type validator struct {
	dir  *Directory
	errs []error
}

func (v *validator) add(format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf(format, args...))
}

// dated reports days in the wrong order.
func (v *validator) dated(what string, from, to vi.Date) {
	if from > to {
		v.add("%s: valid from %s after %s", what, day(from), day(to))
	}
}

func overlap(aFrom, aTo, bFrom, bTo vi.Date) bool { return aFrom <= bTo && bFrom <= aTo }

// day prints a day for the person who edits the catalogue.
func day(d vi.Date) string {
	switch d {
	case vi.OpenFrom:
		return "the beginning"
	case vi.OpenTo:
		return "the end"
	}
	return d.ISO()
}

// gap returns the first day from from to to on which id does not exist; false if there is none.
func (v *validator) gap(id ID, from, to vi.Date) (vi.Date, bool) {
	for from <= to {
		a, ok := v.dir.On(id, from)
		if !ok {
			return from, true
		}
		if a.To == vi.OpenTo {
			break
		}
		from = a.To.AddDays(1)
	}
	return 0, false
}

func (v *validator) versions(d Data) {
	for _, a := range d.Versions {
		if a.Agency == "" || a.Name == "" || a.Short == "" || a.Kind == "" || a.Level == "" {
			v.add("agency %q: id, name, short name, kind and level are needed", a.Agency)
		}
		v.dated(fmt.Sprintf("agency %s", a.Agency), a.From, a.To)
		v.parent(a)
	}
	for _, id := range v.dir.order {
		to := vi.Date(-1)
		for _, a := range v.dir.versions[id] {
			if a.From <= to {
				v.add("agency %s: two versions are valid on %s", id, day(a.From))
			}
			to = max(to, a.To)
		}
	}
}

func (v *validator) parent(a Version) {
	if a.Parent == "" {
		return
	}
	if !v.dir.Known(a.Parent) {
		v.add("agency %s: parent %s does not exist", a.Agency, a.Parent)
		return
	}
	if on, ok := v.gap(a.Parent, a.From, a.To); ok && a.From <= a.To {
		v.add("agency %s: parent %s does not exist on %s", a.Agency, a.Parent, day(on))
	}
	// A cycle begins on the first day of the version that closes it, so that day is enough.
	seen := map[ID]bool{a.Agency: true}
	for p := a.Parent; p != ""; {
		if seen[p] {
			v.add("agency %s: its parents form a cycle through %s", a.Agency, p)
			return
		}
		seen[p] = true
		up, ok := v.dir.On(p, a.From)
		if !ok {
			return
		}
		p = up.Parent
	}
}

func (v *validator) codes(d Data) {
	type key struct{ system, code string }
	held := map[key][]Code{}
	for _, c := range d.Codes {
		what := fmt.Sprintf("code %s %s", c.System, c.Code)
		if c.System == "" || vi.Fold(c.Code) == "" {
			v.add("%s: system and code of %s are needed", what, c.Agency)
		}
		v.dated(what, c.From, c.To)
		if !v.dir.Known(c.Agency) {
			v.add("%s: agency %s does not exist", what, c.Agency)
		}
		k := key{c.System, c.Code}
		for _, o := range held[k] {
			if o.Agency != c.Agency && overlap(c.From, c.To, o.From, o.To) {
				v.add("%s: %s and %s have it at the same time", what, o.Agency, c.Agency)
			}
		}
		held[k] = append(held[k], c)
	}
	for _, a := range d.Aliases {
		what := fmt.Sprintf("alias %q", a.Text)
		if vi.Fold(a.Text) == "" {
			v.add("%s of %s is blank", what, a.Agency)
		}
		v.dated(what, a.From, a.To)
		if !v.dir.Known(a.Agency) {
			v.add("%s: agency %s does not exist", what, a.Agency)
		}
	}
}

func (v *validator) successions(d Data) {
	whole := map[ID]ID{}
	for _, s := range d.Successions {
		what := fmt.Sprintf("succession %s → %s", s.Pred, s.Succ)
		if !v.dir.Known(s.Pred) || !v.dir.Known(s.Succ) {
			v.add("%s: an end does not exist", what)
			continue
		}
		if s.Extent != Whole && s.Extent != Part {
			v.add("%s: extent %q", what, s.Extent)
		}
		if _, ok := v.dir.On(s.Succ, s.On); !ok {
			v.add("%s: the successor does not exist on %s", what, day(s.On))
		}
		if _, ok := v.dir.On(s.Pred, s.On.AddDays(-1)); !ok {
			v.add("%s: the predecessor does not exist on the day before %s", what, day(s.On))
		}
		if s.Extent != Whole {
			continue
		}
		if _, ok := v.dir.On(s.Pred, s.On); ok && s.Pred != s.Succ {
			// It would be counted twice: by itself and inside its successor.
			v.add("%s: the predecessor passes whole but goes on after %s", what, day(s.On))
		}
		if o, ok := whole[s.Pred]; ok {
			v.add("succession: %s passes whole to both %s and %s", s.Pred, o, s.Succ)
			continue
		}
		whole[s.Pred] = s.Succ
	}
	reported := map[ID]bool{}
	for _, start := range slices.Sorted(maps.Keys(whole)) {
		seen := map[ID]bool{}
		for id, ok := start, true; ok && !reported[id]; id, ok = whole[id] {
			if seen[id] {
				v.add("succession: a cycle through %s", id)
				break
			}
			seen[id] = true
		}
		maps.Copy(reported, seen) // a cycle is one error, wherever one enters it
	}
}

func (v *validator) blocks(d Data) {
	seen := map[string]bool{}
	for _, b := range d.Blocks {
		if b.Code == "" || seen[b.Code] {
			v.add("block %q: a code of its own is needed", b.Code)
		}
		seen[b.Code] = true
		if b.Owner != "" && !v.dir.Known(b.Owner) {
			v.add("block %s: owner %s does not exist", b.Code, b.Owner)
		}
		for _, u := range b.Union {
			if part, ok := v.dir.blocks[u]; !ok {
				v.add("block %s: part %s does not exist", b.Code, u)
			} else if len(part.Union) > 0 {
				v.add("block %s: part %s is itself made of others", b.Code, u)
			}
		}
	}
}

// members checks that an agency is in one block of an owner on a day: each owner cuts its own
// blocks, and two owners may both rank an agency.
func (v *validator) members(d Data) {
	seats := map[ID][]Member{}
	for _, m := range d.Members {
		b, ok := v.dir.blocks[m.Block]
		switch {
		case !ok:
			v.add("block %s does not exist (member %s)", m.Block, m.Agency)
		case len(b.Union) > 0:
			v.add("block %s is made of others and has %s as a member of its own", m.Block, m.Agency)
		}
		v.dated(fmt.Sprintf("block %s: member %s", m.Block, m.Agency), m.From, m.To)
		if !v.dir.Known(m.Agency) {
			v.add("block %s: agency %s does not exist", m.Block, m.Agency)
			continue
		}
		if on, ok := v.gap(m.Agency, m.From, m.To); ok {
			v.add("block %s: %s does not exist on %s", m.Block, m.Agency, day(on))
		} else if a, _ := v.dir.On(m.Agency, m.From); a.Level == Aggregate {
			v.add("block %s: %s is an aggregate, not an agency", m.Block, m.Agency)
		} else if b.Level != "" && a.Level != b.Level && a.Level != "" {
			v.add("block %s of level %s: %s is of level %s", m.Block, b.Level, m.Agency, a.Level)
		}
		for _, o := range seats[m.Agency] {
			if v.dir.blocks[o.Block].Owner == b.Owner && overlap(m.From, m.To, o.From, o.To) {
				v.add("agency %s is in block %s and %s at the same time", m.Agency, o.Block, m.Block)
			}
		}
		seats[m.Agency] = append(seats[m.Agency], m)
	}
}

// names reports every written form that means two agencies on one day. Below the provinces bodies
// of different parents share names by law (every province has a Sở Y tế): Resolve returns them all
// and the caller asks.
func (v *validator) names() {
	type pair struct{ a, b ID }
	for _, text := range slices.Sorted(maps.Keys(v.dir.names)) {
		said := map[pair]bool{}
		all := v.dir.names[text]
		for i, a := range all {
			for _, b := range all[:i] {
				on := max(a.from, b.from)
				if a.id == b.id || said[pair{a.id, b.id}] || !overlap(a.from, a.to, b.from, b.to) || v.namesakes(a.id, b.id, on) {
					continue
				}
				said[pair{a.id, b.id}], said[pair{b.id, a.id}] = true, true
				v.add("name %q means both %s and %s on %s", text, b.id, a.id, day(on))
			}
		}
	}
}

// namesakes reports two bodies below the provinces with different parents.
func (v *validator) namesakes(a, b ID, on vi.Date) bool {
	x, _ := v.dir.On(a, on)
	y, _ := v.dir.On(b, on)
	below := func(l Level) bool { return l == Department || l == Commune }
	return below(x.Level) && below(y.Level) && x.Parent != y.Parent
}
