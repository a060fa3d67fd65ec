package agency

import (
	"fmt"

	"chiso/internal/vi"
)

// Validate returns everything that is wrong with a catalogue: dangling references, overlapping
// versions, memberships or codes, cycles of parents or succession, a second whole successor, and
// names that mean two agencies on one day.
func Validate(d Data) []error {
	v := &validator{dir: NewDirectory(d)}
	v.versions(d)
	v.codes(d)
	v.successions(d)
	v.blocks(d)
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

func overlap(aFrom, aTo, bFrom, bTo vi.Date) bool { return aFrom <= bTo && bFrom <= aTo }

func (v *validator) versions(d Data) {
	for _, a := range d.Versions {
		switch {
		case a.Agency == "" || a.Name == "" || a.Short == "" || a.Kind == "" || a.Level == "":
			v.add("agency %q: id, name, short name, kind and level are needed", a.Agency)
		case a.From > a.To:
			v.add("agency %s: valid from %s after %s", a.Agency, a.From.ISO(), a.To.ISO())
		}
		if a.Parent != "" && !v.dir.Known(a.Parent) {
			v.add("agency %s: parent %s does not exist", a.Agency, a.Parent)
		}
		seen := map[ID]bool{a.Agency: true}
		for p := a.Parent; p != ""; {
			if seen[p] {
				v.add("agency %s: its parents form a cycle through %s", a.Agency, p)
				break
			}
			seen[p] = true
			up, ok := v.dir.On(p, max(a.From, vi.OpenFrom))
			if !ok {
				break
			}
			p = up.Parent
		}
	}
	for _, id := range v.dir.order {
		vs := v.dir.versions[id]
		for i := 1; i < len(vs); i++ {
			if overlap(vs[i-1].From, vs[i-1].To, vs[i].From, vs[i].To) {
				v.add("agency %s: two versions are valid on %s", id, vs[i].From.ISO())
			}
		}
	}
}

func (v *validator) codes(d Data) {
	for i, c := range d.Codes {
		if !v.dir.Known(c.Agency) {
			v.add("code %s %s: agency %s does not exist", c.System, c.Code, c.Agency)
		}
		for _, o := range d.Codes[:i] {
			if o.System == c.System && o.Code == c.Code && o.Agency != c.Agency && overlap(c.From, c.To, o.From, o.To) {
				v.add("code %s %s: %s and %s have it at the same time", c.System, c.Code, o.Agency, c.Agency)
			}
		}
	}
	for _, a := range d.Aliases {
		if !v.dir.Known(a.Agency) {
			v.add("alias %q: agency %s does not exist", a.Text, a.Agency)
		}
	}
}

func (v *validator) successions(d Data) {
	whole := map[ID]ID{}
	for _, s := range d.Successions {
		if !v.dir.Known(s.Pred) || !v.dir.Known(s.Succ) {
			v.add("succession %s → %s: an end does not exist", s.Pred, s.Succ)
			continue
		}
		if s.Extent != Whole && s.Extent != Part {
			v.add("succession %s → %s: extent %q", s.Pred, s.Succ, s.Extent)
		}
		if s.Extent == Whole {
			if o, ok := whole[s.Pred]; ok {
				v.add("succession: %s passes whole to both %s and %s", s.Pred, o, s.Succ)
			}
			whole[s.Pred] = s.Succ
		}
	}
	for start := range whole {
		seen := map[ID]bool{}
		for id, ok := start, true; ok; id, ok = whole[id] {
			if seen[id] {
				v.add("succession: a cycle through %s", id)
				break
			}
			seen[id] = true
		}
	}
}

func (v *validator) blocks(d Data) {
	for _, b := range d.Blocks {
		for _, u := range b.Union {
			if _, ok := v.dir.blocks[u]; !ok {
				v.add("block %s: part %s does not exist", b.Code, u)
			}
		}
	}
	for i, m := range d.Members {
		if _, ok := v.dir.blocks[m.Block]; !ok {
			v.add("block %s does not exist (member %s)", m.Block, m.Agency)
		}
		if !v.dir.Known(m.Agency) {
			v.add("block %s: agency %s does not exist", m.Block, m.Agency)
		} else if a, ok := v.dir.On(m.Agency, m.From); m.From != vi.OpenFrom && (!ok || a.Level == Aggregate) {
			v.add("block %s: %s does not exist on %s", m.Block, m.Agency, m.From.ISO())
		}
		for _, o := range d.Members[:i] {
			if o.Agency == m.Agency && overlap(m.From, m.To, o.From, o.To) {
				v.add("agency %s is in block %s and %s at the same time", m.Agency, o.Block, m.Block)
			}
		}
	}
}

// names reports every written form that means two agencies on one day.
func (v *validator) names() {
	for text, all := range v.dir.names {
		for i, a := range all {
			for _, b := range all[:i] {
				if a.id != b.id && overlap(a.from, a.to, b.from, b.to) {
					v.add("name %q means both %s and %s on %s", text, a.id, b.id, max(a.from, b.from).ISO())
				}
			}
		}
	}
}
