package figures

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
)

// Subject is what is ranked: an indicator by its definition, or a scorecard.
type Subject struct {
	code       string
	Definition *kpi.Definition    // of the indicator; of the root for a scorecard, nil if it has none
	Scorecard  *ranking.Scorecard // nil for an indicator
	Holdings   []store.Holding    // of the definition, or of the scorecard's first component
	Rule       *Ranker            // what its table was made with: bound to the release that the table shows, if it shows one
	asked      *Ranker            // what was asked for it: knows what else there is to choose
}

func targetCode(s *Subject) string {
	if s.Scorecard != nil {
		return s.Scorecard.Root().Code
	}
	return s.code
}

func (r *Ranker) BlockCodes() string {
	out := ""
	for i, b := range r.Catalogue.Agencies.Blocks() {
		if i > 0 {
			out += ", "
		}
		out += b.Code
	}
	return out
}

// subject finds what a code names and for which period. A code that is both a scorecard and the
// indicator of its published total (DTI_P) means the scorecard wherever its components are known.
func (r *Ranker) subject(q RankingQuery) (*Subject, kpi.Period, error) {
	var p kpi.Period
	if q.Period != "" {
		var err error
		if p, err = check.ParsePeriodText(q.Period); err != nil {
			return nil, p, err
		}
	}
	if _, ok := r.Catalogue.Definition(q.Code); !ok {
		q.Code = strings.ToUpper(q.Code) // codes are upper case; people are not
	}
	for _, find := range []func(string, kpi.Period) (*Subject, error){r.AsScorecard, r.asIndicator} {
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
func latest(s *Subject, asked string) (kpi.Period, error) {
	systems := append([]kpi.System{s.rankingSource()}, kpi.Systems()...)
	if system, ok := kpi.ParseSystem(asked); ok {
		systems = []kpi.System{system}
	}
	for _, system := range systems {
		if h, ok := newest(s.Holdings, system); ok {
			return h.Period, nil
		}
	}
	return kpi.Period{}, fault.New(fault.NotFound, "Chưa có số liệu nào của %s. Hãy chọn kỳ.", s.code)
}

// newest returns the holding of a source system with the newest period.
func newest(holdings []store.Holding, system kpi.System) (best store.Holding, ok bool) {
	for _, h := range holdings {
		if h.Source.System == system && (!ok || ComparePeriods(h.Period, best.Period) > 0) {
			best, ok = h, true
		}
	}
	return best, ok
}

// older lists what else there is of the table's source, or of the source asked for, newest first: one holding a period.
func (s *Subject) older(t *ranking.Table, asked string) []store.Holding {
	var out []store.Holding
	for _, system := range append([]kpi.System{t.Source}, kpi.Systems()...) {
		var own []store.Holding
		for _, h := range s.Holdings {
			if h.Source.System == system && (asked == "" || string(system) == asked) &&
				(system != t.Source || ComparePeriods(h.Period, t.Period) < 0) &&
				!slices.ContainsFunc(
					slices.Concat(out, own),
					func(x store.Holding) bool { return x.Period.Key == h.Period.Key && x.Source.System == system },
				) {
				own = append(own, h)
			}
		}
		slices.SortStableFunc(own, func(a, b store.Holding) int { return ComparePeriods(b.Period, a.Period) })
		out = append(out, own[:min(len(own), maxOlder)]...)
	}
	return out
}

func ComparePeriods(a, b kpi.Period) int {
	aTo, aSpan := a.SortKey()
	bTo, bSpan := b.SortKey()
	return cmp.Or(cmp.Compare(aTo, bTo), cmp.Compare(aSpan, bSpan), cmp.Compare(a.Key, b.Key))
}

func (r *Ranker) asIndicator(code string, p kpi.Period) (*Subject, error) {
	d, ok := r.Catalogue.Kpis.On(code, p.To)
	if !ok || p.Key == "" {
		if d, ok = r.Catalogue.Definition(code); !ok {
			return nil, nil
		}
	}
	if p.Key != "" && (d.From > p.To || p.To > d.To) {
		return nil, fault.New(fault.NotFound, "Chỉ tiêu %s chưa có định nghĩa cho %s.", code, p.Title())
	}
	if p.Key == "" { // whatever period is wanted, each definition has figures of its own
		return r.everything(code, d)
	}
	holdings, err := r.View.Holdings(d.ID)
	return &Subject{code: code, Definition: d, Holdings: holdings}, err
}

// everything is a subject with what all definitions of its code have figures of, whatever the period.
func (r *Ranker) everything(code string, d *kpi.Definition) (*Subject, error) {
	var ids []int64
	for _, x := range r.Catalogue.Kpis.Definitions() {
		if x.Indicator.Code == code {
			ids = append(ids, x.ID)
		}
	}
	holdings, err := r.View.Holdings(ids...)
	return &Subject{code: code, Definition: d, Holdings: holdings}, err
}

func (r *Ranker) AsScorecard(code string, p kpi.Period) (*Subject, error) {
	for i := range r.Catalogue.Scorecards {
		card := &r.Catalogue.Scorecards[i]
		if card.Code != code || (p.Key != "" && !card.On(p.To)) {
			continue
		}
		s := &Subject{code: code, Scorecard: card}
		s.Definition, _ = r.Catalogue.Kpis.On(card.Root().Code, max(card.From, min(p.To, card.To)))
		parts := card.Scored()
		if len(parts) == 0 {
			continue
		}
		first, ok := r.Catalogue.Kpis.On(parts[0].Code, max(card.From, min(p.To, card.To)))
		if !ok {
			continue
		}
		var err error
		if p.Key == "" {
			var all *Subject
			if all, err = r.everything(parts[0].Code, first); err == nil {
				s.Holdings = all.Holdings
			}
		} else {
			s.Holdings, err = r.View.Holdings(first.ID)
		}
		if err != nil {
			return nil, err
		}
		known := slices.ContainsFunc(s.Holdings, func(h store.Holding) bool { return p.Key == "" || h.Period.Key == p.Key })
		if known || s.Definition == nil || s.Definition.Indicator.Code != code {
			return s, nil
		}
	}
	return nil, nil
}

// describe copies what the subject is called and how it is printed.
func (r *Ranker) describe(t *ranking.Table, s *Subject) {
	if s.Scorecard == nil {
		d := s.Definition
		t.Name, t.Unit, t.Decimals, t.Direction, t.Definition = d.Name, d.Unit, d.Decimals, d.Indicator.Direction, d
		return
	}
	t.Name, t.Decimals, t.Direction, t.Scorecard = s.Scorecard.Name, s.Scorecard.Decimals, kpi.Higher, s.Scorecard.For(t.Block.Level)
	if s.Definition != nil {
		t.Unit = s.Definition.Unit
	}
	t.Components = make(map[string]string, len(s.Scorecard.Components))
	for _, c := range s.Scorecard.Components {
		if d, ok := r.Catalogue.Kpis.On(c.Code, t.Period.To); ok {
			t.Components[c.Code] = d.Name
		}
	}
}

// rankingSource is the source that the subject is ranked by when none is asked for.
func (s *Subject) rankingSource() kpi.System {
	if s.Definition != nil {
		return s.Definition.RankingSource
	}
	return kpi.Reported
}

// chooseSource settles the source system: the one asked for, else the subject's ranking source, else,
// when that has no figure at all for the period, the first other one that has, which is then said.
func (r *Ranker) chooseSource(t *ranking.Table, s *Subject, asked string) error {
	if asked != "" {
		system, ok := kpi.ParseSystem(asked)
		if !ok {
			return fault.New(
				fault.NotFound,
				"Không có nguồn %q. Các nguồn: reported, appraised, dvcqg, emc, published, register, illustrative.",
				asked,
			)
		}
		t.Source = system
		return nil
	}
	t.Source = s.rankingSource()
	has := func(system kpi.System) bool {
		return slices.ContainsFunc(s.Holdings, func(h store.Holding) bool {
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

// Sources returns the sources of t's system that have figures of the subject in period p, the one with
// most figures first.
func (s *Subject) Sources(system kpi.System, p kpi.Period) []store.Holding {
	var out []store.Holding
	for _, h := range s.Holdings {
		if h.Source.System == system && h.Period.Key == p.Key {
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(a, b store.Holding) int {
		return cmp.Or(cmp.Compare(b.Figures, a.Figures), cmp.Compare(a.Source.ID, b.Source.ID))
	})
	return out
}
