package figures

import (
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// Peers of one kind or one region are ranked among themselves: "kind:tp_tttw", "region:dbsh".
const (
	kindPrefix   = "kind:"
	regionPrefix = "region:"
)

// kindTitles are the kinds of agency that make peer groups, in the order offered.
var kindTitles = [...]struct {
	kind  agency.Kind
	title string
}{
	{"tp_tttw", "Các thành phố trực thuộc trung ương"},
	{"tinh", "Các tỉnh"},
	{"bo", "Các bộ"},
	{"co_quan_ngang_bo", "Các cơ quan ngang bộ"},
	{"co_quan_thuoc_cp", "Các cơ quan thuộc Chính phủ"},
	{"phuong", "Các phường"},
	{"xa", "Các xã"},
}

// peers lists the groups that the agencies of a table fall into on day d; a group of one, or of all, is none.
func (a *Room) peers(c *ledger.Catalogue, t *ranking.Table, selected string) []ledger.Choice {
	var out []ledger.Choice
	d, all := t.Period.To, TableAgencies(t)
	add := func(code, title string, inside func(agency.ID) bool) {
		n := 0
		for _, id := range all {
			if inside(id) {
				n++
			}
		}
		if n > 1 && n < len(all) {
			out = append(out, ledger.Choice{Code: code, Title: title, Selected: code == selected})
		}
	}
	var seen []string
	for _, r := range a.Refs.Regions {
		if code := regionPrefix + r.Code; !slices.Contains(seen, code) && r.From <= d && d <= r.To {
			seen = append(seen, code)
			add(code, "Vùng "+r.Name, a.inside(c, code, d))
		}
	}
	for _, k := range kindTitles {
		code := kindPrefix + string(k.kind)
		add(code, k.title, a.inside(c, code, d))
	}
	return out
}

// inside reports who belongs to a peer group on day d.
func (a *Room) inside(c *ledger.Catalogue, code string, d vi.Date) func(agency.ID) bool {
	if name, ok := strings.CutPrefix(code, regionPrefix); ok {
		return func(id agency.ID) bool { r, ok := a.Refs.regionOf(id, d); return ok && r.Code == name }
	}
	kind := strings.TrimPrefix(code, kindPrefix)
	return func(id agency.ID) bool { v, ok := c.Agencies.On(id, d); return ok && string(v.Kind) == kind }
}

// Within keeps a peer group of a table. Its places are compared with those in the same group of the period before.
func (a *Room) Within(t *ranking.Table, s *Subject, code string) (*ranking.Table, error) {
	r := s.Rule
	for _, p := range a.peers(r.Catalogue, t, code) {
		if p.Code != code {
			continue
		}
		inside := a.inside(r.Catalogue, code, t.Period.To)
		group := t.Within(p.Title, inside)
		before, why, err := r.Earlier(t, s)
		if err != nil || before == nil {
			group.Previous.None = why
			return group, err
		}
		group.Previous = ranking.Previous{Period: &before.Period, Recomputed: before.Previous.Recomputed}
		group.Move(before.Within(p.Title, inside))
		return group, nil
	}
	return nil, fault.New(fault.NotFound, "Bảng này không có nhóm %q.", code)
}

func TableAgencies(t *ranking.Table) []agency.ID {
	out := make([]agency.ID, 0, t.Expected())
	for _, r := range t.Rows {
		out = append(out, r.Agency)
	}
	for _, n := range t.NotRanked {
		out = append(out, n.Agency)
	}
	return out
}

// bands returns the classes of what a table ranks: of the scorecard itself or of its published total.
func (a *Room) bands(c *ledger.Catalogue, t *ranking.Table) *ranking.Bands {
	code := t.Code
	if card, ok := c.CardOf(code, t.Period.To); ok {
		code = card.Code
	}
	b, ok := ranking.BandsOn(a.Refs.Bands, code, t.Period.To)
	if !ok {
		return nil
	}
	return b
}
