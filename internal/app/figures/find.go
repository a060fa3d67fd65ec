package figures

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// FoundKind is what a search found.
type FoundKind string

// The kinds. Names are of the catalogue, which everybody signed in may read; what stands behind a link is judged there.
const (
	FoundAgency    FoundKind = "agency"
	FoundScorecard FoundKind = "scorecard"
	FoundIndicator FoundKind = "indicator"
)

// Found is one thing that a search names.
type Found struct {
	Kind   FoundKind
	Code   string // id of an agency, code of an indicator or scorecard
	Name   string
	Detail string // of an agency what it belongs to
}

// mostFound is how many of one kind are named; Finding.More says that there are others.
const mostFound = 12

// Finding is what a search found: the nearest first within each kind.
type Finding struct {
	Found    []Found
	More     bool
	Revision int64
}

// findEntry is one name with its folded text.
type findEntry struct {
	Found
	folded string
	order  int
}

// findIndex holds the folded names of one catalogue, so that a search folds its own words only.
type findIndex struct {
	of      *ledger.Catalogue
	day     vi.Date
	entries []findEntry
}

// Finder keeps the index of the newest catalogue.
type Finder struct{ kept atomic.Pointer[findIndex] }

// Find looks for agencies of today, scorecards and indicators with figures by words, without regard to case and diacritics.
func (a *Room) Find(ctx context.Context, words string) (out *Finding, err error) {
	defer fault.Context(&err, "figures.Find")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		out = &Finding{Revision: v.Revision().ID}
		out.Found, out.More, err = a.finder.index(c, a.Today()).search(vi.Fold(words), func(code string) (bool, error) {
			d, ok := c.Definition(code)
			if !ok {
				return false, nil
			}
			holdings, err := v.Holdings(d.ID)
			return len(holdings) > 0, err
		})
		return err
	})
	return out, err
}

func (f *Finder) index(c *ledger.Catalogue, day vi.Date) *findIndex {
	if x := f.kept.Load(); x != nil && x.of == c && x.day == day {
		return x
	}
	x := newFindIndex(c, day)
	f.kept.Store(x)
	return x
}

func newFindIndex(c *ledger.Catalogue, day vi.Date) *findIndex {
	x := &findIndex{of: c, day: day}
	add := func(f Found, order int, more ...string) {
		x.entries = append(
			x.entries,
			findEntry{Found: f, folded: vi.Fold(strings.Join(append([]string{f.Name, f.Code}, more...), " ")), order: order},
		)
	}
	for i, id := range c.Agencies.IDs() {
		v, ok := c.Agencies.On(id, day)
		if !ok || v.Level == agency.Aggregate {
			continue
		}
		above := ""
		if p, ok := c.Agencies.On(v.Parent, day); ok && v.Parent != agency.Nation {
			above = p.Label()
		}
		add(Found{Kind: FoundAgency, Code: string(id), Name: v.Label(), Detail: above}, i, v.Name, v.Short)
	}
	cards := map[string]bool{}
	for i := range c.Scorecards {
		if s := &c.Scorecards[i]; s.From <= day && day <= s.To && !cards[s.Code] {
			cards[s.Code] = true
			add(Found{Kind: FoundScorecard, Code: s.Code, Name: s.Name}, i)
		}
	}
	for i, d := range c.Kpis.Definitions() {
		if code := d.Indicator.Code; d.From <= day && day <= d.To && !cards[code] {
			cards[code] = true
			add(Found{Kind: FoundIndicator, Code: code, Name: d.Name, Detail: kpi.PillarTitle(d.Indicator.Pillar)}, i, d.Numerator)
		}
	}
	return x
}

// search returns what has every word: names that begin with the words first, then names in which each begins a word, then the others, each in
// the order of the catalogue. has says whether an indicator has any figure: without one there is nothing to open.
func (x *findIndex) search(folded string, has func(code string) (bool, error)) (out []Found, more bool, err error) {
	words := strings.Fields(folded)
	if len(words) == 0 {
		return nil, false, nil
	}
	type hit struct {
		findEntry
		class int
	}
	var hits []hit
	for _, e := range x.entries {
		if class := nearness(e.folded, folded, words); class >= 0 {
			hits = append(hits, hit{e, class})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.order, b.order)) })
	counts := map[FoundKind]int{}
	for _, h := range hits {
		if counts[h.Kind] == mostFound {
			more = true
			continue
		}
		if h.Kind == FoundIndicator {
			ok, err := has(h.Code)
			if err != nil {
				return nil, false, err
			}
			if !ok {
				continue
			}
		}
		counts[h.Kind]++
		out = append(out, h.Found)
	}
	return out, more, nil
}

// nearness is 0 where a text begins with what was typed, 1 where each word begins a word, 2 where each is somewhere, -1 where one is not there.
func nearness(text, typed string, words []string) int {
	class := 1
	for _, w := range words {
		i := strings.Index(text, w)
		if i < 0 {
			return -1
		}
		if i > 0 && !strings.Contains(text, " "+w) {
			class = 2
		}
	}
	if class < 2 && strings.HasPrefix(text, typed) {
		return 0
	}
	return class
}
