package catalogue

import (
	"context"
	"fmt"
	"hash/fnv"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
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
	{code: "CPS01", start: 300, rise: 35, size: 40000},
	{code: "CPS07", start: 420, rise: 30, size: 52000},
	{code: "CPS08", start: 820, rise: 8, size: 48000},
	{code: "CPS09", start: 380, rise: 40, size: 48000},
	{code: "CPS10", start: 450, rise: 38, size: 48000},
	{code: "CPS11", start: 120, rise: 22, size: 48000},
	{code: "CPS13", start: 350, rise: 42, size: 30000},
	{code: "CPS18", start: 700, rise: 20, size: 15000},
	{code: "CPS03", start: 420, rise: 45, size: 0},
	{code: "KTS08", start: 760, rise: 12, size: 250000},
	{code: "XHS01", start: 90, rise: 30, size: 600000},
	{code: "XHS02", start: 450, rise: 35, size: 900000},
}

// illustrativeQuarters are the quarters of the set, first and last.
const illustrativeFrom, illustrativeTo = "2024-Q1", "2026-Q3"

// LoadIllustrative loads the deterministic illustrative set: every agency of each quarter from
// 2024-Q1 to 2026-Q3, across both mergers, under its own source. It is invented, it says so wherever
// it is shown, and RemoveIllustrative takes it away. Loading it again changes nothing.
func (a *Room) LoadIllustrative(ctx context.Context) (counts receive.Counts, err error) {
	defer fault.Context(&err, "catalogue.LoadIllustrative")
	_, err = a.Write(ctx, store.Change{Account: SeedAccount, Reason: "Nạp số liệu minh họa"}, func(tx *store.Tx) error {
		if err := saveIllustrativeUnits(tx, true); err != nil {
			return err
		}
		raw, err := tx.Catalogue()
		if err != nil {
			return err
		}
		c := ledger.Index(raw)
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
func (a *Room) RemoveIllustrative(ctx context.Context) (n int64, err error) {
	defer fault.Context(&err, "catalogue.RemoveIllustrative")
	_, err = a.Write(ctx, store.Change{Account: SeedAccount, Reason: "Gỡ số liệu minh họa"}, func(tx *store.Tx) error {
		if _, err = tx.RemoveTasks(ledger.IllustrativeTasks); err != nil {
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

func illustrativeFacts(c *ledger.Catalogue) ([]store.Fact, error) {
	var facts []store.Fact
	quarter := 0
	for key := illustrativeFrom; ; quarter++ {
		p, err := kpi.ParsePeriod(key)
		if err != nil {
			return nil, err
		}
		for _, ind := range illustrated {
			d, ok := c.Kpis.On(ind.code, p.To)
			if !ok {
				return nil, fault.New(fault.Internal, "illustrative set: no indicator %s", ind.code)
			}
			for _, block := range []string{figures.DefaultBlock, "ministries"} {
				for _, place := range c.Agencies.Members(block, p.To) {
					if d.Reporter == "province" && block != figures.DefaultBlock || d.Reporter == "ministry" && block == figures.DefaultBlock {
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
