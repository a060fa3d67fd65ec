package store_test

import (
	"slices"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// numbered gives the sample the ids that the store gives, in order.
func numbered(c store.Catalogue) store.Catalogue {
	indicators := map[string]int64{}
	for i := range c.Definitions {
		d := &c.Definitions[i]
		if indicators[d.Indicator.Code] == 0 {
			indicators[d.Indicator.Code] = int64(len(indicators) + 1)
		}
		d.ID, d.Indicator.ID = int64(i+1), indicators[d.Indicator.Code]
	}
	for i := range c.Scorecards {
		c.Scorecards[i].ID = int64(i + 1)
	}
	for i := range c.Forms {
		c.Forms[i].ID = int64(i + 1)
	}
	return c
}

func save1(e *env, c store.Catalogue) store.Revision {
	e.t.Helper()
	return e.write(func(tx *store.Tx) error { return tx.SaveCatalogue(c) })
}

func TestCatalogueIsReadBackAsSaved(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		first := e.seed()
		want := numbered(sample())
		got := e.catalogue(time.Time{})
		if diff := cmpDiff(want, got); diff != "" {
			t.Fatalf("saved (-), read back (+):\n%s", diff)
		}
		// In any order of rows, and with the ids that it was read with, it is the same catalogue.
		shuffled := got
		shuffled.Targets = slices.Clone(got.Targets)
		slices.Reverse(shuffled.Targets)
		shuffled.Agencies.Members = slices.Clone(got.Agencies.Members)
		slices.Reverse(shuffled.Agencies.Members)
		if rev := save1(e, shuffled); rev.ID != 0 {
			t.Errorf("saving it again made revision %d", rev.ID)
		}
		if got := e.catalogue(first.At.Add(-time.Microsecond)); len(got.Definitions)+len(got.Agencies.Versions)+len(got.Scorecards) > 0 {
			t.Errorf("there was a catalogue before the first: %v", got)
		}
	})
}

// TestCatalogueChanges changes one thing of each kind and reads both ends.
func TestCatalogueChanges(t *testing.T) {
	changes := map[string]func(*store.Catalogue){
		"agency's name": func(c *store.Catalogue) { c.Agencies.Versions[2].Name = "Tỉnh Sơn La mới" },
		"agency's end":  func(c *store.Catalogue) { c.Agencies.Versions[5].To = vi.NewDate(2030, 1, 1) },
		"agency's order": func(c *store.Catalogue) {
			c.Agencies.Versions[2].Order = 9
			c.Agencies.Versions = rotate(c.Agencies.Versions, 2, 5)
		},
		"code":               func(c *store.Catalogue) { c.Agencies.Codes[1].Verified = "yes" },
		"code gone":          func(c *store.Catalogue) { c.Agencies.Codes = c.Agencies.Codes[:1] },
		"alias":              func(c *store.Catalogue) { c.Agencies.Aliases[0].Note = "" },
		"succession":         func(c *store.Catalogue) { c.Agencies.Successions[0].Extent = agency.Part },
		"succession gone":    func(c *store.Catalogue) { c.Agencies.Successions = nil },
		"block":              func(c *store.Catalogue) { c.Agencies.Blocks[2].Union = []string{"special", "provinces"} },
		"member gone":        func(c *store.Catalogue) { c.Agencies.Members = c.Agencies.Members[1:] },
		"definition":         func(c *store.Catalogue) { c.Definitions[0].Decimals = 1 },
		"definition's min n": func(c *store.Catalogue) { c.Definitions[0].MinN = vi.NullDecimal{} },
		"pillar":             func(c *store.Catalogue) { c.Definitions[0].Indicator.Pillar = "766" },
		"definition gone":    func(c *store.Catalogue) { c.Definitions = c.Definitions[:6] },
		"target":             func(c *store.Catalogue) { c.Targets[2].Value = dec("90.5").Decimal },
		"target without key": func(c *store.Catalogue) { c.Targets[0].Value = vi.Int(1) },
		"target gone":        func(c *store.Catalogue) { c.Targets = c.Targets[1:] },
		"scorecard":          func(c *store.Catalogue) { c.Scorecards[0].Decimals = 3 },
		"component":          func(c *store.Catalogue) { c.Scorecards[0].Components[1].Weight = dec("0.25") },
		"component's weight": func(c *store.Catalogue) { c.Scorecards[0].Components[1].Weight = vi.NullDecimal{} },
		"component gone":     func(c *store.Catalogue) { c.Scorecards[0].Components = c.Scorecards[0].Components[:3] },
		"scorecard gone":     func(c *store.Catalogue) { c.Scorecards = nil },
		"regime's due rule":  func(c *store.Catalogue) { c.Regimes[0].Due = "day:25" },
		"regime's outline":   func(c *store.Catalogue) { c.Regimes[0].Outline = nil },
		"regime gone":        func(c *store.Catalogue) { c.Regimes = c.Regimes[:1] },
		"form's end":         func(c *store.Catalogue) { c.Forms[1].To = vi.NewDate(2027, 1, 1) },
		"item gone":          func(c *store.Catalogue) { c.Forms[0].Items = c.Forms[0].Items[:1] },
		"item's input":       func(c *store.Catalogue) { c.Forms[1].Items[0].Input = filing.Confirm },
		"form gone":          func(c *store.Catalogue) { c.Forms = c.Forms[:1] },
		"day off moved":      func(c *store.Catalogue) { c.Holidays[1].Day = 20260117 },
		"committee's name":   func(c *store.Catalogue) { c.Bodies[1].Name = "Ban Chỉ đạo của Chính phủ" },
		"office gone":        func(c *store.Catalogue) { c.Bodies = c.Bodies[:2] },
		"everything gone":    func(c *store.Catalogue) { *c = store.Catalogue{} },
	}
	onBoth(t, func(t *testing.T, e *env) {
		before := e.seed()
		for name, change := range changes {
			want := numbered(sample())
			change(&want)
			e.clock.Add(time.Second)
			rev := save1(e, want)
			if rev.ID == 0 {
				t.Errorf("%s: no revision", name)
			}
			if diff := cmpDiff(want, e.catalogue(time.Time{})); diff != "" {
				t.Errorf("%s: saved (-), read back (+):\n%s", name, diff)
			}
			if diff := cmpDiff(numbered(sample()), e.catalogue(before.At)); diff != "" {
				t.Errorf("%s: as it was (-), as of then (+):\n%s", name, diff)
			}
			e.read(time.Time{}, func(v *store.View) error {
				if id, err := v.CatalogueRevision(); err != nil || id != rev.ID {
					t.Errorf("%s: CatalogueRevision %d, %v; want %d", name, id, err, rev.ID)
				}
				return nil
			})
			e.clock.Add(time.Second)
			before = save1(e, sample()) // and back, with the ids it had
			if diff := cmpDiff(numbered(sample()), e.catalogue(time.Time{})); diff != "" {
				t.Errorf("%s and back: saved (-), read back (+):\n%s", name, diff)
			}
		}
		clean(e)
	})
}

// rotate moves element i behind element j.
func rotate[T any](s []T, i, j int) []T {
	out := slices.Delete(slices.Clone(s), i, i+1)
	return slices.Insert(out, j, s[i])
}

func TestCatalogueIDsAreStable(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		c := sample()
		earlier := c.Definitions[0]
		earlier.Indicator.Code = "AAA"
		c.Definitions = append([]kpi.Definition{earlier}, c.Definitions...)
		save1(e, c)
		ids := map[string][]int64{}
		for _, d := range e.catalogue(time.Time{}).Definitions {
			ids[d.Indicator.Code] = append(ids[d.Indicator.Code], d.ID)
		}
		want := map[string][]int64{"AAA": {8}, "ONLINE": {1}, "DOCS": {2, 3}, "Q": {4}, "QA": {5}, "QB": {6}, "QC": {7}}
		if diff := cmpDiff(want, ids); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
	})
}

func TestCatalogueRefuses(t *testing.T) {
	refused := map[string]func(*store.Catalogue){
		"another kind":        func(c *store.Catalogue) { c.Definitions[0].Indicator.Kind = kpi.Count },
		"another direction":   func(c *store.Catalogue) { c.Definitions[0].Indicator.Direction = kpi.Lower },
		"an alias twice":      func(c *store.Catalogue) { c.Agencies.Aliases = append(c.Agencies.Aliases, c.Agencies.Aliases[0]) },
		"a definition twice":  func(c *store.Catalogue) { c.Definitions = append(c.Definitions, c.Definitions[0]) },
		"a scorecard twice":   func(c *store.Catalogue) { c.Scorecards = append(c.Scorecards, c.Scorecards[0]) },
		"a form twice":        func(c *store.Catalogue) { c.Forms = append(c.Forms, c.Forms[1]) },
		"an item twice":       func(c *store.Catalogue) { c.Forms[0].Items[1].Indicator = "ONLINE" },
		"a day off twice":     func(c *store.Catalogue) { c.Holidays[1].Day = 20260101 },
		"two targets at once": func(c *store.Catalogue) { c.Targets = append(c.Targets, c.Targets[1]); c.Targets[1].Value = vi.Int(7) },
	}
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		before := dump(e)
		for name, change := range refused {
			c := sample()
			change(&c)
			_, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(tx *store.Tx) error { return tx.SaveCatalogue(c) })
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
			if diff := cmpDiff(before, dump(e)); diff != "" {
				t.Fatalf("%s: stored:\n%s", name, diff)
			}
		}
	})
}
