package app

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// DefaultBlock is ranked when no block is named.
const DefaultBlock = "provinces"

// Ranking makes the ranking that q asks for, with the periods, blocks and sources to choose from.
func (a *App) Ranking(ctx context.Context, q RankingQuery) (view *RankingView, err error) {
	err = a.store.Read(ctx, q.AsOf, func(v *store.View) error {
		c, err := a.catalogueAsOf(v, q.AsOf)
		if err != nil {
			return err
		}
		r := &ranker{v: v, c: c}
		t, s, err := r.table(q)
		if err != nil {
			return err
		}
		view = &RankingView{Table: t, Choices: r.choices(s, t)}
		return nil
	})
	return view, err
}

// ranker makes rankings from one view.
type ranker struct {
	v *store.View
	c *catalogue
}

// subject is what is ranked: an indicator by its definition, or a scorecard.
type subject struct {
	code       string
	definition *kpi.Definition    // of the indicator; of the root for a scorecard, nil if it has none
	scorecard  *ranking.Scorecard // nil for an indicator
	holdings   []store.Holding    // of the definition, or of the scorecard's first component
}

func (r *ranker) table(q RankingQuery) (*ranking.Table, *subject, error) {
	s, p, err := r.subject(q)
	if err != nil {
		return nil, nil, err
	}
	block, ok := r.c.agencies.Block(cmp.Or(q.Block, DefaultBlock))
	if !ok {
		return nil, nil, fault.New(fault.NotFound, "Không có khối %q. Các khối hiện có: %s.", q.Block, r.blockCodes())
	}
	t := &ranking.Table{Code: s.code, Period: p, Block: block, Revision: r.v.Revision().ID, AsOf: r.v.Revision().At}
	r.describe(t, s)
	if err := r.chooseSource(t, s, q.Source); err != nil {
		return nil, nil, err
	}
	if err := r.fill(t, s, p); err != nil {
		return nil, nil, err
	}
	if target, ok := r.c.kpis.Target(targetCode(s), p.To.Year(), "block:"+block.Code, "all"); ok {
		t.Target = &target
	}
	if err := r.published(t, s); err != nil {
		return nil, nil, err
	}
	return t, s, r.move(t, s)
}

func targetCode(s *subject) string {
	if s.scorecard != nil {
		return s.scorecard.Root().Code
	}
	return s.code
}

func (r *ranker) blockCodes() string {
	out := ""
	for i, b := range r.c.agencies.Blocks() {
		if i > 0 {
			out += ", "
		}
		out += b.Code
	}
	return out
}

// subject finds what a code names and for which period. A code that is both a scorecard and the
// indicator of its published total (DTI_P) means the scorecard wherever its components are known.
func (r *ranker) subject(q RankingQuery) (*subject, kpi.Period, error) {
	var p kpi.Period
	if q.Period != "" {
		var err error
		if p, err = check.ParsePeriodText(q.Period); err != nil {
			return nil, p, err
		}
	}
	if _, ok := r.c.definition(q.Code); !ok {
		q.Code = strings.ToUpper(q.Code) // codes are upper case; people are not
	}
	for _, find := range []func(string, kpi.Period) (*subject, error){r.asScorecard, r.asIndicator} {
		s, err := find(q.Code, p)
		if err != nil {
			return nil, p, err
		}
		if s == nil {
			continue
		}
		if p.Key == "" {
			if p, err = latest(s, q.Source); err != nil {
				return nil, p, err
			}
		}
		return s, p, nil
	}
	return nil, p, fault.New(fault.NotFound, "Không có chỉ tiêu hay bộ chỉ số nào mang mã %q.", q.Code)
}

// latest returns the newest period with figures of the source asked for, else of the subject's ranking
// source, else of the first other source that has any: one agency's own report must not take the place
// of the ranking that everybody reads. Illustrative figures count only when asked for.
func latest(s *subject, asked string) (kpi.Period, error) {
	systems := append([]kpi.System{s.rankingSource()}, kpi.Systems()...)
	if system, ok := kpi.ParseSystem(asked); ok {
		systems = []kpi.System{system}
	}
	for _, system := range systems {
		if h, ok := newest(s.holdings, system); ok {
			return h.Period, nil
		}
	}
	return kpi.Period{}, fault.New(fault.NotFound, "Chưa có số liệu nào của %s. Hãy chọn kỳ.", s.code)
}

// newest returns the holding of a source system with the newest period.
func newest(holdings []store.Holding, system kpi.System) (best store.Holding, ok bool) {
	for _, h := range holdings {
		if h.Source.System == system && (!ok || comparePeriods(h.Period, best.Period) > 0) {
			best, ok = h, true
		}
	}
	return best, ok
}

func comparePeriods(a, b kpi.Period) int {
	aTo, aSpan := a.SortKey()
	bTo, bSpan := b.SortKey()
	return cmp.Or(cmp.Compare(aTo, bTo), cmp.Compare(aSpan, bSpan), cmp.Compare(a.Key, b.Key))
}

func (r *ranker) asIndicator(code string, p kpi.Period) (*subject, error) {
	d, ok := r.c.kpis.On(code, p.To)
	if !ok || p.Key == "" {
		if d, ok = r.c.definition(code); !ok {
			return nil, nil
		}
	}
	if p.Key != "" && (d.From > p.To || p.To > d.To) {
		return nil, fault.New(fault.NotFound, "Chỉ tiêu %s chưa có định nghĩa cho %s.", code, p.Title())
	}
	holdings, err := r.v.Holdings(d.ID)
	return &subject{code: code, definition: d, holdings: holdings}, err
}

func (r *ranker) asScorecard(code string, p kpi.Period) (*subject, error) {
	for i := range r.c.scorecards {
		card := &r.c.scorecards[i]
		if card.Code != code || (p.Key != "" && !card.On(p.To)) {
			continue
		}
		s := &subject{code: code, scorecard: card}
		s.definition, _ = r.c.kpis.On(card.Root().Code, max(card.From, min(p.To, card.To)))
		parts := card.Scored()
		if len(parts) == 0 {
			continue
		}
		first, ok := r.c.kpis.On(parts[0].Code, max(card.From, min(p.To, card.To)))
		if !ok {
			continue
		}
		var err error
		if s.holdings, err = r.v.Holdings(first.ID); err != nil {
			return nil, err
		}
		known := slices.ContainsFunc(s.holdings, func(h store.Holding) bool { return p.Key == "" || h.Period.Key == p.Key })
		if known || s.definition == nil || s.definition.Indicator.Code != code {
			return s, nil
		}
	}
	return nil, nil
}

// describe copies what the subject is called and how it is printed.
func (r *ranker) describe(t *ranking.Table, s *subject) {
	if s.scorecard == nil {
		d := s.definition
		t.Name, t.Unit, t.Decimals, t.Direction, t.Definition = d.Name, d.Unit, d.Decimals, d.Indicator.Direction, d
		return
	}
	t.Name, t.Decimals, t.Direction, t.Scorecard = s.scorecard.Name, s.scorecard.Decimals, kpi.Higher, s.scorecard
	if s.definition != nil {
		t.Unit = s.definition.Unit
	}
}

// rankingSource is the source that the subject is ranked by when none is asked for.
func (s *subject) rankingSource() kpi.System {
	if s.definition != nil {
		return s.definition.RankingSource
	}
	return kpi.Reported
}

// chooseSource settles the source system: the one asked for, else the subject's ranking source, else,
// when that has no figure at all for the period, the first other one that has, which is then said.
func (r *ranker) chooseSource(t *ranking.Table, s *subject, asked string) error {
	if asked != "" {
		system, ok := kpi.ParseSystem(asked)
		if !ok {
			return fault.New(fault.NotFound, "Không có nguồn %q. Các nguồn: reported, appraised, dvcqg, emc, published, register, illustrative.", asked)
		}
		t.Source = system
		return nil
	}
	t.Source = s.rankingSource()
	has := func(system kpi.System) bool {
		return slices.ContainsFunc(s.holdings, func(h store.Holding) bool {
			return h.Source.System == system && h.Period.Key == t.Period.Key
		})
	}
	if has(t.Source) {
		return nil
	}
	for _, system := range kpi.Systems() {
		if has(system) {
			t.SourceFallback = fmt.Sprintf("Nguồn xếp hạng của chỉ tiêu là %q nhưng chưa có số liệu kỳ này; dùng nguồn %q.",
				t.Source.Title(), system.Title())
			t.Source = system
			return nil
		}
	}
	return nil
}

// sources returns the sources of t's system that have figures of the subject in period p, the one with
// most figures first.
func (s *subject) sources(system kpi.System, p kpi.Period) []store.Holding {
	var out []store.Holding
	for _, h := range s.holdings {
		if h.Source.System == system && h.Period.Key == p.Key {
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(a, b store.Holding) int {
		return cmp.Or(cmp.Compare(b.Figures, a.Figures), cmp.Compare(a.Source.ID, b.Source.ID))
	})
	return out
}

// fill ranks period p into t.
func (r *ranker) fill(t *ranking.Table, s *subject, p kpi.Period) error {
	places := r.c.agencies.Members(t.Block.Code, p.To)
	if s.scorecard != nil {
		scores, err := r.scores(t, s, p)
		if err != nil {
			return err
		}
		ranks, err := r.publishedRanks(t, s, p)
		if err != nil {
			return err
		}
		inside := func(agency.ID) bool { return true }
		if card := s.scorecard; card.Block != "" {
			scored := map[agency.ID]bool{}
			for _, m := range r.c.agencies.Members(card.Block, p.To) {
				scored[m.Agency] = true
			}
			inside = func(id agency.ID) bool { return scored[id] }
		}
		ranking.RankScores(t, places, scores, inside, ranks)
		return nil
	}
	figures, err := r.figures(t, s, p)
	if err != nil {
		return err
	}
	ranking.Rank(t, places, figures)
	return nil
}

// figures merges the figures of the system's sources: an agency that two publishers name is taken from
// the one that covers more agencies.
func (r *ranker) figures(t *ranking.Table, s *subject, p kpi.Period) (ranking.Figures, error) {
	var merged ranking.Figures
	for _, h := range s.sources(t.Source, p) {
		figures, err := r.v.Figures(p, s.definition.ID, h.Source.ID)
		if err != nil {
			return nil, err
		}
		if len(figures) > 0 && h.Source.Origin != "" && p.Key == t.Period.Key {
			t.Origins = append(t.Origins, h.Source.Origin)
		}
		if merged == nil {
			merged = figures
			continue
		}
		for id, item := range figures {
			if _, ok := merged[id]; !ok {
				merged[id] = item
			}
		}
	}
	return merged, nil
}

func (r *ranker) scores(t *ranking.Table, s *subject, p kpi.Period) (ranking.Scores, error) {
	merged := ranking.Scores{}
	for _, h := range s.sources(t.Source, p) {
		scores, err := r.v.Scores(s.scorecard, r.c.kpis, p, h.Source.ID)
		if err != nil {
			return nil, err
		}
		for id, score := range scores {
			if _, ok := merged[id]; !ok {
				merged[id] = score
			}
		}
		if len(scores) > 0 && h.Source.Origin != "" && p.Key == t.Period.Key {
			t.Origins = append(t.Origins, h.Source.Origin)
		}
	}
	return merged, nil
}

// publishedRanks returns the ranks that the source printed for a scorecard's total.
func (r *ranker) publishedRanks(t *ranking.Table, s *subject, p kpi.Period) (map[agency.ID]int, error) {
	out := map[agency.ID]int{}
	if s.definition == nil {
		return out, nil
	}
	for _, h := range s.sources(t.Source, p) {
		figures, err := r.v.Figures(p, s.definition.ID, h.Source.ID)
		if err != nil {
			return nil, err
		}
		for id, item := range figures {
			if rank := item.Figure.PublishedRank; rank != 0 {
				out[id] = rank
			}
		}
	}
	return out, nil
}

// aggregates are the agencies that hold figures published for a whole block, by block.
func aggregates(block string, d vi.Date) []agency.ID {
	switch {
	case block == "provinces" && d >= 20250701:
		return []agency.ID{"AGG:34", "AGG:provinces", agency.Nation}
	case block == "provinces":
		return []agency.ID{"AGG:provinces", agency.Nation}
	case block == "ministries":
		return []agency.ID{"AGG:ministries", agency.Nation}
	}
	return []agency.ID{agency.Nation}
}

// published looks for a figure published for the block, else for the nation: from the ranked source
// first, then from any publisher.
func (r *ranker) published(t *ranking.Table, s *subject) error {
	if s.definition == nil {
		return nil
	}
	holdings, err := r.v.Holdings(s.definition.ID)
	if err != nil {
		return err
	}
	own := &subject{holdings: holdings}
	systems := []kpi.System{kpi.Published}
	if t.Source != kpi.Reported && t.Source != kpi.Illustrative {
		systems = []kpi.System{t.Source, kpi.Published} // the portal prints a national line of its own
	}
	for _, system := range slices.Compact(systems) {
		for _, h := range own.sources(system, t.Period) {
			figures, err := r.v.Figures(t.Period, s.definition.ID, h.Source.ID)
			if err != nil {
				return err
			}
			for _, id := range aggregates(t.Block.Code, t.Period.To) {
				if value, ok := figures[id].Figure.Rate(s.definition); ok {
					t.Published = &ranking.Published{Agency: id, Scope: r.c.agencies.Name(id, t.Period.To), Value: value,
						Source: cmp.Or(h.Source.Origin, h.Source.System.Title())}
					return nil
				}
			}
		}
	}
	return nil
}

// move finds the earlier ranking that t is compared with, or says why there is none.
func (r *ranker) move(t *ranking.Table, s *subject) error {
	accumulation := kpi.InPeriod
	if s.definition != nil {
		accumulation = s.definition.Accumulation
	}
	c := kpi.Previous(t.Period, accumulation)
	if c.None != "" {
		t.Previous.None = c.None
		return nil
	}
	for _, p := range candidates(c, s, t) {
		if reason := r.incomparable(t, s, p); reason != "" {
			t.Previous.None = reason
			return nil
		}
		before := &ranking.Table{Code: t.Code, Decimals: t.Decimals, Direction: t.Direction, Definition: t.Definition, Scorecard: t.Scorecard,
			Period: t.Period, Block: t.Block, Source: t.Source}
		if err := r.fill(before, s, p); err != nil {
			return err
		}
		if len(before.Rows) == 0 {
			continue // nothing known then, at this revision
		}
		t.Previous.Period = &p
		t.Move(before)
		return nil
	}
	t.Previous.None = noEarlier
	return nil
}

const noEarlier = "Chưa có số liệu kỳ trước của cùng nguồn."

// candidates lists the periods to try, newest first.
func candidates(c kpi.Comparison, s *subject, t *ranking.Table) []kpi.Period {
	if !c.Snapshot {
		return []kpi.Period{c.Period}
	}
	var out []kpi.Period
	for _, h := range s.holdings {
		p := h.Period
		if p.Kind == kpi.Day && h.Source.System == t.Source && p.To < t.Period.To && p.To >= c.NotUntil &&
			!slices.ContainsFunc(out, func(q kpi.Period) bool { return q.Key == p.Key }) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b kpi.Period) int { return comparePeriods(b, a) })
	return out
}

// incomparable says why a ranking of period p must not be compared with t.
func (r *ranker) incomparable(t *ranking.Table, s *subject, p kpi.Period) string {
	if !r.c.agencies.SameSet(t.Block.Code, t.Period.To, p.To) {
		return fmt.Sprintf("%s có tập đơn vị khác (trước và sau sắp xếp), không so thứ hạng.", p.Title())
	}
	if len(s.sources(t.Source, p)) == 0 {
		return noEarlier
	}
	if s.scorecard != nil {
		if card, ok := r.c.scorecard(s.code, p.To); !ok || card.ID != s.scorecard.ID {
			return "Bộ chỉ số đã đổi phiên bản so với kỳ trước, không so thứ hạng."
		}
		return ""
	}
	if d, ok := r.c.kpis.On(s.code, p.To); !ok || d.ID != s.definition.ID {
		return "Định nghĩa chỉ tiêu đã đổi so với kỳ trước, không so thứ hạng."
	}
	return ""
}

// choices lists what else could be ranked.
func (r *ranker) choices(s *subject, t *ranking.Table) Choices {
	var c Choices
	periods, sources := map[string]kpi.Period{}, map[kpi.System]bool{}
	for _, h := range s.holdings {
		periods[h.Period.Key] = h.Period
		if h.Period.Key == t.Period.Key {
			sources[h.Source.System] = true
		}
	}
	periods[t.Period.Key] = t.Period
	sources[t.Source] = true
	for _, p := range slices.SortedFunc(maps.Values(periods), func(a, b kpi.Period) int { return comparePeriods(b, a) }) {
		c.Periods = append(c.Periods, Choice{p.Key, p.Title(), p.Key == t.Period.Key})
	}
	for _, b := range r.c.agencies.Blocks() {
		c.Blocks = append(c.Blocks, Choice{b.Code, b.Name, b.Code == t.Block.Code})
	}
	for _, system := range append(kpi.Systems(), kpi.Illustrative) {
		if sources[system] {
			c.Sources = append(c.Sources, Choice{string(system), system.Title(), system == t.Source})
		}
	}
	return c
}
