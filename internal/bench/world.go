package main

import (
	"context"
	"fmt"
	"time"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// The measurements are made for every commune of the country: 3,400 agencies report 100 indicators.
const (
	agencies   = 3400
	indicators = 100
	perPeriod  = agencies * indicators
)

// world is what the generated figures are about.
type world struct {
	directory   *agency.Directory
	definitions []*kpi.Definition
	ids         []agency.ID
}

// block holds all of them; few the 34 that a page usually ranks.
const block, few = "communes", "few"

func newWorld(ctx context.Context, s *store.Store) (*world, error) {
	c := store.Catalogue{}
	c.Agencies.Versions = append(
		c.Agencies.Versions,
		agency.Version{Agency: agency.Nation, From: vi.OpenFrom, To: vi.OpenTo, Name: "Việt Nam", Level: agency.National},
	)
	c.Agencies.Blocks = []agency.Block{{Code: block, Name: "Khối cấp xã", Owner: agency.Nation, Level: agency.Commune},
		{Code: few, Name: "Khối mẫu", Owner: "VN-X00000", Level: agency.Commune}}
	w := &world{}
	for i := range agencies {
		id := agency.ID(fmt.Sprintf("VN-X%05d", i))
		w.ids = append(w.ids, id)
		name := fmt.Sprintf("Xã số %d", i)
		c.Agencies.Versions = append(
			c.Agencies.Versions,
			agency.Version{Agency: id, From: vi.OpenFrom, To: vi.OpenTo, Name: name, Short: name,
				Kind: "xa", Level: agency.Commune, Parent: agency.Nation, Order: i + 1},
		)
		c.Agencies.Members = append(c.Agencies.Members, agency.Member{Block: block, Agency: id, From: vi.OpenFrom, To: vi.OpenTo})
		if i < 34 {
			c.Agencies.Members = append(c.Agencies.Members, agency.Member{Block: few, Agency: id, From: vi.OpenFrom, To: vi.OpenTo})
		}
	}
	for i := range indicators {
		code := fmt.Sprintf("C%03d", i)
		c.Definitions = append(
			c.Definitions,
			kpi.Definition{Indicator: kpi.Indicator{Code: code, Kind: kpi.Ratio, Direction: kpi.Higher}, From: vi.OpenFrom, To: vi.OpenTo,
				Name: "Chỉ tiêu " + code, Numerator: "đạt", Denominator: "tổng", Unit: "%", Decimals: 2, Accumulation: kpi.InPeriod, RankingSource: kpi.Reported},
		)
	}
	change := store.Change{Account: "bench", Reason: "catalogue"}
	if _, err := s.Write(ctx, change, func(tx *store.Tx) error { return tx.SaveCatalogue(c) }); err != nil {
		return nil, err
	}
	err := s.Read(ctx, time.Time{}, func(v *store.View) error {
		saved, err := v.Catalogue()
		w.directory = agency.NewDirectory(saved.Agencies)
		w.definitions = kpi.NewCatalogue(saved.Definitions, nil).Definitions()
		return err
	})
	return w, err
}

// figure is generated observation i: a matrix, as people send it, agency by agency across all indicators.
type figure struct {
	period     int
	agency     int
	definition int
	num, den   int64
}

func generate(i int) figure {
	den := int64(100 + i*7919%9000)
	return figure{
		period:     i / perPeriod,
		agency:     i / indicators % agencies,
		definition: i % indicators,
		num:        int64(i) * 104729 % den,
		den:        den,
	}
}

func period(i int) kpi.Period {
	p, err := kpi.ParsePeriod(fmt.Sprintf("%d-Q%d", 2020+i/4, 1+i%4))
	if err != nil {
		panic(err) // a hundred years are more than any bench has patience for
	}
	return p
}

// facts fills buf with the facts of rows from, from+1, ….
func (w *world) facts(buf []store.Fact, from int) {
	p, last := kpi.Period{}, -1
	for j := range buf {
		g := generate(from + j)
		if g.period != last {
			p, last = period(g.period), g.period
		}
		buf[j] = store.Fact{Period: p, Definition: w.definitions[g.definition].ID, Agency: w.ids[g.agency], System: kpi.Reported,
			Figure: kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(g.num)), Den: vi.Some(vi.Int(g.den))}, Sheet: "Biểu 01", Cell: "D7"}
	}
}

// accept brings rows up to n into the database, through the store, under one revision.
func (d *database) accept(ctx context.Context, n int) error {
	_, err := d.Write(ctx, store.Change{Account: "bench", Reason: "import"}, func(tx *store.Tx) error {
		buf := make([]store.Fact, 20_000)
		for ; d.next < n; d.next += len(buf) {
			buf = buf[:min(len(buf), n-d.next)]
			d.world.facts(buf, d.next)
			if _, err := tx.Accept(buf); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}
