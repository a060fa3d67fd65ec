package app

import (
	"context"
	"fmt"
	"hash/fnv"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// illustratedIndicator is how one indicator is invented.
type illustratedIndicator struct {
	code        string
	start, rise int // percent × 10 for ratios, units for counts
	size        int // denominator of an agency of average size
}

// illustrated are the core indicators of the illustrative set, with the share or size at its
// beginning and by how much it rises each quarter.
var illustrated = [...]illustratedIndicator{
	{"CPS01", 300, 35, 40000},
	{"CPS07", 420, 30, 52000},
	{"CPS08", 820, 8, 48000},
	{"CPS09", 380, 40, 48000},
	{"CPS10", 450, 38, 48000},
	{"CPS11", 120, 22, 48000},
	{"CPS13", 350, 42, 30000},
	{"CPS18", 700, 20, 15000},
	{"CPS03", 420, 45, 0},
	{"KTS08", 760, 12, 250000},
	{"XHS01", 90, 30, 600000},
	{"XHS02", 450, 35, 900000},
}

// illustrativeQuarters are the quarters of the set, first and last.
const illustrativeFrom, illustrativeTo = "2024-Q1", "2026-Q3"

// LoadIllustrative loads the deterministic illustrative set: every agency of each quarter from
// 2024-Q1 to 2026-Q3, across both mergers, under its own source. It is invented, it says so wherever
// it is shown, and RemoveIllustrative takes it away. Loading it again changes nothing.
func (a *App) LoadIllustrative(ctx context.Context) (counts Counts, err error) {
	_, err = a.write(ctx, store.Change{Account: SeedAccount, Reason: "Nạp số liệu minh họa"}, func(tx *store.Tx) error {
		if err := saveIllustrativeUnits(tx, true); err != nil {
			return err
		}
		raw, err := tx.Catalogue()
		if err != nil {
			return err
		}
		c := index(raw)
		facts, err := illustrativeFacts(c)
		if err != nil {
			return err
		}
		if err := saveIllustrativeTasks(tx, c); err != nil {
			return err
		}
		diffs, err := tx.Accept(facts)
		for _, d := range diffs {
			switch d.Difference {
			case store.New:
				counts.New++
			case store.Unchanged:
				counts.Unchanged++
			case store.Superseded:
				counts.Superseded++
			}
		}
		return err
	})
	return counts, err
}

// RemoveIllustrative deletes the illustrative set and returns how many observations went.
func (a *App) RemoveIllustrative(ctx context.Context) (n int64, err error) {
	_, err = a.write(ctx, store.Change{Account: SeedAccount, Reason: "Gỡ số liệu minh họa"}, func(tx *store.Tx) error {
		if _, err = tx.RemoveTasks(IllustrativeTasks); err != nil {
			return err
		}
		if n, err = tx.RemoveIllustrative(); err != nil {
			return err
		}
		return saveIllustrativeUnits(tx, false)
	})
	return n, err
}

// saveIllustrativeUnits puts the invented province's units into the catalogue, or takes them out.
func saveIllustrativeUnits(tx *store.Tx, wanted bool) error {
	raw, err := tx.Catalogue()
	if err != nil || hasIllustrativeUnits(&raw) == wanted {
		return err
	}
	if wanted {
		return tx.SaveCatalogue(withIllustrativeUnits(raw))
	}
	return tx.SaveCatalogue(withoutIllustrativeUnits(raw))
}

func illustrativeFacts(c *catalogue) ([]store.Fact, error) {
	var facts []store.Fact
	quarter := 0
	for key := illustrativeFrom; ; quarter++ {
		p, err := kpi.ParsePeriod(key)
		if err != nil {
			return nil, err
		}
		for _, ind := range illustrated {
			d, ok := c.kpis.On(ind.code, p.To)
			if !ok {
				return nil, fault.New(fault.Internal, "illustrative set: no indicator %s", ind.code)
			}
			for _, block := range []string{DefaultBlock, "ministries"} {
				for _, place := range c.agencies.Members(block, p.To) {
					if d.Reporter == "province" && block != DefaultBlock || d.Reporter == "ministry" && block == DefaultBlock {
						continue
					}
					facts = append(facts, store.Fact{Period: p, Definition: d.ID, Agency: place.Agency, System: kpi.Illustrative,
						Figure: illustrate(d, place.Agency, ind.start, ind.rise, ind.size, quarter), Note: "Số liệu minh họa, không phải số thật."})
				}
			}
		}
		facts = append(facts, illustrateUnits(c, p, quarter)...)
		if key == illustrativeTo {
			return facts, nil
		}
		if y, q := p.To.Year(), p.Index(); q == 4 {
			key = fmt.Sprintf("%d-Q1", y+1)
		} else {
			key = fmt.Sprintf("%d-Q%d", y, q+1)
		}
	}
}

// illustrate invents one figure from nothing but names, so that every run invents the same.
func illustrate(d *kpi.Definition, id agency.ID, start, rise, size, quarter int) kpi.Figure {
	steady := spread(string(id), d.Indicator.Code)              // this agency is better or worse at this
	wobble := spread(string(id), d.Indicator.Code, quarter) / 8 // and varies a little
	if d.Indicator.Kind != kpi.Ratio {
		value := max(0, start+steady*start/200+quarter*rise+wobble)
		return kpi.Figure{State: kpi.Value, Value: vi.Some(vi.Int(int64(value)))}
	}
	permille := min(995, max(5, start+steady*3/2+quarter*rise+wobble))
	den := size + size*spread(string(id))/150 + spread(string(id), quarter)
	num := den * permille / 1000
	return kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(int64(num))), Den: vi.Some(vi.Int(int64(den)))}
}

// spread returns a number from -100 to 100 that depends on its parts only.
func spread(parts ...any) int {
	h := fnv.New32a()
	fmt.Fprint(h, parts...)
	x := h.Sum32()
	x ^= x >> 15 // FNV's low bits alone follow the text too closely
	x *= 0x2c1b3c6d
	x ^= x >> 12
	return int(x%201) - 100
}
