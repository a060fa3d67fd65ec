package publish

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/report"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Report writes the report workbook that q asks for. The same revision gives the same bytes.
func (a *Room) Report(ctx context.Context, q ReportQuery, w io.Writer) (err error) {
	defer fault.Context(&err, "publish.Report")
	if q.Period == "" {
		return fault.New(fault.Invalid, "Hãy chọn kỳ báo cáo.")
	}
	p, err := check.ParsePeriodText(q.Period)
	if err != nil {
		return err
	}
	pack := report.Pack{
		Title:    "Kết quả thực hiện các chỉ tiêu chuyển đổi số",
		Appendix: "I",
		Period:   p,
		DataFrom: p.From,
		DataTo:   p.To,
		Program:  a.Version,
	}
	err = a.Store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.CatalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		pack.Revision, pack.AsOf = v.Revision().ID, v.Revision().At
		r := a.figures.Ranker(v, c, q.View, q.AsOf)
		b := &packBuilder{
			Ranker: r,
			app:    a,
			peers:  q.Peers,
			search: q.Search,
			pack:   &pack,
			files:  map[string]int{},
			done:   map[string]bool{},
			extra:  map[int64]bool{},
		}
		if err := b.all(q, p); err != nil {
			return err
		}
		if err := b.spans(); err != nil {
			return err
		}
		if rev, at, ok := figures.FrozenAt(pack.Tables); ok && len(pack.Nation) == 0 {
			pack.Revision, pack.AsOf = rev, at
		}
		return nil
	})
	if err != nil {
		return err
	}
	return report.Write(w, pack)
}

// all gathers what a report is to have. Without a block it is every block of the nation that has figures, and the nation's own; a code that
// was asked for and has none anywhere is shown in the usual block, with who has not reported.
func (b *packBuilder) all(q ReportQuery, p kpi.Period) error {
	blocks := []string{q.Block}
	if q.Block == "" {
		blocks = nil
		for _, x := range b.Catalogue.MainBlocks(agency.Nation) {
			blocks = append(blocks, x.Code)
		}
	}
	for _, block := range blocks {
		codes, asked := q.Codes, len(q.Codes) > 0
		if !asked {
			var err error
			if codes, err = rankedCodes(b.Ranker, p, kpi.System(q.Source), b.Catalogue.OwnerOf(block)); err != nil {
				return err
			}
		}
		for _, code := range codes {
			_, err := b.add(figures.RankingQuery{Code: code, Period: q.Period, Block: block, Source: q.Source}, asked && q.Block != "")
			if err != nil && (q.Block != "" || fault.KindOf(err) != fault.NotFound) {
				return err
			}
		}
	}
	if q.Block == "" && q.Peers == "" && q.Search == "" {
		if err := b.nationOf(p, q.Codes, kpi.System(q.Source)); err != nil {
			return err
		}
	}
	if len(b.pack.Tables)+len(b.pack.Nation) > 0 {
		return nil
	}
	for _, code := range q.Codes {
		if _, err := b.add(figures.RankingQuery{Code: code, Period: q.Period, Source: q.Source}, true); err != nil {
			return err
		}
	}
	if len(b.pack.Tables) == 0 {
		return fault.New(fault.NotFound, "Chưa có số liệu nào cho %s.", p.Title())
	}
	return nil
}

// rankedCodes lists every scorecard and indicator with figures in period p from the source asked for, in
// catalogue order; illustrative figures count only when asked for. The published total of a listed
// scorecard is left out: it is the same table again.
func rankedCodes(r *figures.Ranker, p kpi.Period, asked kpi.System, owner agency.ID) ([]string, error) {
	holdings, err := r.View.Holdings()
	if err != nil {
		return nil, err
	}
	has := map[int64]bool{}
	for _, h := range holdings {
		if h.Period.Key == p.Key && (h.Source.System == asked || asked == "" && h.Source.System != kpi.Illustrative) {
			has[h.Definition] = true
		}
	}
	var out, totals []string
	for i := range r.Catalogue.Scorecards {
		s := &r.Catalogue.Scorecards[i]
		if parts := s.Scored(); s.On(p.To) && len(parts) > 0 && r.Catalogue.CardFits(s, owner) {
			if d, ok := r.Catalogue.Kpis.On(parts[0].Code, p.To); ok && has[d.ID] {
				out, totals = append(out, s.Code), append(totals, s.Root().Code)
			}
		}
	}
	for _, d := range r.Catalogue.Kpis.Definitions() {
		if has[d.ID] && d.From <= p.To && p.To <= d.To && !slices.Contains(out, d.Indicator.Code) &&
			!slices.Contains(totals, d.Indicator.Code) {
			out = append(out, d.Indicator.Code)
		}
	}
	return out, nil
}

// packBuilder gathers the tables, figures and sources of a report.
type packBuilder struct {
	*figures.Ranker
	app    *Room  // set where a group or a search is asked for
	peers  string // group
	search string // words
	pack   *report.Pack
	files  map[string]int  // index in pack.Sources
	done   map[string]bool // indicator, source system, period and block whose figures are in
	extra  map[int64]bool  // observations published beside the tables that are in
}

// add appends the ranking of q with the figures behind it, and returns what it is of. A ranking nobody asked for by its code is left
// out when no agency of the block has a figure.
func (b *packBuilder) add(q figures.RankingQuery, asked bool) (*figures.Subject, error) {
	t, s, err := b.Table(q)
	if err != nil || !asked && len(t.Rows) == 0 {
		return s, err
	}
	if t, err = b.chosen(t, s); err != nil {
		return nil, err
	}
	of := *b
	of.Ranker = s.Rule // what is behind a released table is what stood behind it then
	b.pack.Tables = append(b.pack.Tables, *t)
	definitions := []*kpi.Definition{s.Definition}
	if s.Scorecard != nil {
		definitions = nil
		for _, c := range s.Scorecard.Scored() {
			if d, ok := of.Catalogue.Kpis.On(c.Code, t.Period.To); ok {
				definitions = append(definitions, d)
			}
		}
	}
	for _, d := range definitions {
		if key := strings.Join([]string{d.Indicator.Code, string(t.Source), t.Period.Key, t.Block.Code}, "\x00"); !b.done[key] { // else shared by two tables
			b.done[key] = true
			b.pack.Definitions = append(b.pack.Definitions, d) // the report writes each once
			if err := of.details(t, s, d); err != nil {
				return nil, err
			}
		}
	}
	return s, of.published(t, s)
}

// chosen leaves what was asked for of a table: a group ranked alone, the agencies of a search with the ranks that they have.
func (b *packBuilder) chosen(t *ranking.Table, s *figures.Subject) (out *ranking.Table, err error) {
	out = t
	if b.peers != "" {
		if out, err = b.app.figures.Within(t, s, b.peers); err != nil {
			return nil, err
		}
	}
	if b.search == "" {
		return out, nil
	}
	found := *out
	found.Block.Name += ", chỉ các đơn vị có “" + b.search + "”"
	found.Rows = slices.DeleteFunc(slices.Clone(out.Rows), func(r ranking.Row) bool { return !vi.HasWords(r.Name, b.search) })
	found.NotRanked = slices.DeleteFunc(
		slices.Clone(out.NotRanked),
		func(n ranking.NotRanked) bool { return !vi.HasWords(n.Name, b.search) },
	)
	return &found, nil
}

// details appends the figures of the ranked agencies with the way back to where each came from.
func (b *packBuilder) details(t *ranking.Table, s *figures.Subject, d *kpi.Definition) error {
	inBlock := map[agency.ID]bool{}
	for _, id := range figures.TableAgencies(t) {
		inBlock[id] = true
	}
	var all []store.Observation
	for _, h := range s.Sources(t.Source, t.Period) {
		observations, err := b.View.Observations(t.Period, d.ID, h.Source.ID)
		if err != nil {
			return err
		}
		all = append(all, observations...)
	}
	slices.SortStableFunc(all, func(x, y store.Observation) int {
		return cmp.Compare(b.Catalogue.Agencies.Order(x.Agency), b.Catalogue.Agencies.Order(y.Agency))
	})
	for _, o := range all {
		if inBlock[o.Agency] {
			b.detail(o, d)
		}
	}
	return nil
}

// published appends the figure published beside t, which no ranked agency reported.
func (b *packBuilder) published(t *ranking.Table, s *figures.Subject) error {
	if t.Published == nil || s.Definition == nil {
		return nil
	}
	holdings, err := b.View.Holdings(s.Definition.ID)
	if err != nil {
		return err
	}
	own := &figures.Subject{Holdings: holdings}
	for _, system := range slices.Compact([]kpi.System{t.Source, kpi.Published}) {
		for _, h := range own.Sources(system, t.Period) {
			if cmp.Or(b.Ranker.Room.Refs.Origin(h.Source.Origin), system.Title()) != t.Published.Source {
				continue
			}
			observations, err := b.View.Observations(t.Period, s.Definition.ID, h.Source.ID)
			if err != nil {
				return err
			}
			for _, o := range observations {
				if o.Agency != t.Published.Agency {
					continue
				}
				if !b.extra[o.ID] {
					b.extra[o.ID] = true
					b.pack.Definitions = append(b.pack.Definitions, s.Definition)
					b.detail(o, s.Definition)
				}
				return nil
			}
		}
	}
	return nil
}

func (b *packBuilder) detail(o store.Observation, d *kpi.Definition) {
	b.pack.Details = append(b.pack.Details, report.Detail{Agency: string(o.Agency), Name: b.Catalogue.Agencies.Name(o.Agency, o.Period.To),
		Indicator: d.Indicator.Code, IndicatorName: d.Name, Unit: d.Unit, Decimals: d.Decimals, Period: o.Period.Key,
		Num: o.Figure.Num, Den: o.Figure.Den, Value: figures.Rounded(o.Figure, d), State: o.Figure.State, Remarks: figures.Joined(figures.Remarks(o.Figure, d), figures.GrowthOf(b.Catalogue, d, o.Agency, o.Period, o.Source.Origin)),
		Source: o.Source.System.Title(), SourceNo: b.note(o), Sheet: o.Sheet, Cell: o.Cell, Revision: o.Revision.ID, Exactness: o.Figure.Exactness()})
}

// note counts o in the list of sources and returns the place of its source there, from 1.
func (b *packBuilder) note(o store.Observation) int {
	origin := b.Ranker.Room.Refs.Origin(cmp.Or(o.Source.Origin, o.FileOrigin))
	key := string(o.Source.System) + "\x00" + origin + "\x00" + o.File + "\x00" + o.SHA256
	i, ok := b.files[key]
	if !ok {
		i = len(b.pack.Sources)
		b.files[key] = i
		b.pack.Sources = append(
			b.pack.Sources,
			report.SourceNote{System: o.Source.System.Title(), Origin: origin, File: o.File, SHA256: o.SHA256, At: o.Revision.At},
		)
	}
	b.pack.Sources[i].Figures++
	return i + 1
}
