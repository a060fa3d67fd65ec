package figures

import (
	"context"
	"slices"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// OwnTableQuery asks for a table of one's own choice (bảng tùy chọn): rows × (indicator × period × what is shown).
type OwnTableQuery struct {
	Block   string // "" takes provinces
	Regions bool   // rows are the regions of the block, pooled, instead of its agencies
	Codes   []string
	Periods []string // none: the latest of each indicator
	Show    []string // of OwnTableShows; none: the value
	Source  string
	Top     int // by the first column; 0 with Bottom 0 takes all
	Bottom  int
	View    ledger.View
}

// What a column of a table of one's own choice shows.
const (
	ShowValue  = "value"
	ShowChange = "change"
	ShowRank   = "rank"
)

// OwnTableShows lists what a column may show.
func OwnTableShows() []ledger.Choice {
	return []ledger.Choice{
		{Code: ShowValue, Title: "Giá trị"},
		{Code: ShowChange, Title: "Thay đổi so với kỳ trước"},
		{Code: ShowRank, Title: "Hạng"},
	}
}

// The bounds of a table of one's own choice.
const (
	maxOwnCodes   = 12
	maxOwnPeriods = 8
	maxOwnRows    = 500
)

// OwnTableView is the table with what there is to choose.
type OwnTableView struct {
	Grid   Grid
	Blocks []ledger.Choice
	Codes  []ledger.Choice
	Saved  []store.OwnTable
	Empty  []string // columns that have no figures, and why
}

// OwnTable makes the table that q asks for. saved lists the tables that an agency has kept.
func (a *Room) OwnTable(ctx context.Context, q OwnTableQuery, saved agency.ID) (out *OwnTableView, err error) {
	defer fault.Context(&err, "figures.OwnTable(%s)", saved)
	if len(q.Codes) > maxOwnCodes || len(q.Periods) > maxOwnPeriods || q.Top < 0 || q.Bottom < 0 || q.Top > maxOwnRows ||
		q.Bottom > maxOwnRows {
		return nil, fault.New(fault.Invalid, "Bảng tùy chọn có nhiều nhất %d chỉ tiêu và %d kỳ.", maxOwnCodes, maxOwnPeriods)
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		r := a.Ranker(v, c, q.View, time.Time{})
		out = &OwnTableView{Grid: Grid{Title: "Bảng tùy chọn", Revision: v.Revision().ID, AsOf: v.Revision().At, Head: []string{"Đơn vị"}}}
		if q.Regions {
			out.Grid.Head[0] = "Vùng"
		}
		if q.Block == "" {
			q.Block = DefaultBlock
		}
		for _, b := range c.Agencies.Blocks() {
			out.Blocks = append(out.Blocks, ledger.Choice{Code: b.Code, Title: b.Name, Selected: b.Code == q.Block})
		}
		for _, d := range c.Kpis.Definitions() {
			if !slices.ContainsFunc(out.Codes, func(x ledger.Choice) bool { return x.Code == d.Indicator.Code }) {
				out.Codes = append(out.Codes, ledger.Choice{Code: d.Indicator.Code, Title: d.Name})
			}
		}
		if saved != "" {
			if out.Saved, err = v.OwnTables(saved); err != nil {
				return err
			}
		}
		t := &ownTable{Room: a, Ranker: r, q: q, out: out, rows: map[string]int{}}
		return t.fill()
	})
	return out, err
}

// ownTable is a table being filled, column by column.
type ownTable struct {
	*Room
	*Ranker
	q     OwnTableQuery
	out   *OwnTableView
	made  []ranking.Table
	rows  map[string]int // of a name
	ranks []int          // of the rows in the first column, 0 for none
}

func (o *ownTable) fill() error {
	periods := o.q.Periods
	if len(periods) == 0 {
		periods = []string{""}
	}
	for _, code := range o.q.Codes {
		for _, period := range periods {
			t, s, err := o.Table(RankingQuery{Code: code, Period: period, Block: o.q.Block, Source: o.q.Source})
			if k := fault.KindOf(err); err != nil && (k == fault.NotFound || k == fault.Invalid) {
				o.out.Empty = append(o.out.Empty, fault.Sentence(err))
				continue
			}
			if err != nil {
				return err
			}
			o.made = append(o.made, *t)
			x := *o
			x.Ranker = s.Rule
			if err := x.columns(t, s); err != nil {
				return err
			}
			o.ranks = x.ranks
		}
	}
	if rev, at, ok := FrozenAt(o.made); ok {
		o.out.Grid.Revision, o.out.Grid.AsOf = rev, at
	}
	o.cut()
	return nil
}

// ownCell is what one table says of one row.
type ownCell struct {
	name          string
	value, change vi.NullDecimal
	rank          int
}

// columns adds what one ranking says.
func (o *ownTable) columns(t *ranking.Table, s *Subject) error {
	before, _, err := o.Earlier(t, s)
	if err != nil {
		return err
	}
	var cells []ownCell
	if o.q.Regions {
		cells, err = o.regions(t, before, s)
	} else {
		cells = agencies(t, before)
	}
	if err != nil {
		return err
	}
	g := &o.out.Grid
	g.Illustrative = g.Illustrative || t.Illustrative()
	at := len(g.Head)
	shows := o.q.Show
	if len(shows) == 0 {
		shows = []string{ShowValue}
	}
	title := t.Code + " " + t.Name + ", " + ledger.LowerFirst(t.Period.Title())
	for _, show := range shows {
		head := title + " (" + t.Unit + ")"
		switch show {
		case ShowChange:
			head = "Thay đổi: " + title
		case ShowRank:
			head = "Hạng: " + title
		}
		g.Head = append(g.Head, head)
	}
	for i := range cells {
		o.place(&cells[i], at, shows, t.Decimals)
	}
	g.Notes = append(g.Notes, t.Code+": "+t.Name+". Nguồn: "+t.Source.Title()+". "+t.Standing())
	return nil
}

// place writes a cell into its row, which is made when it is new.
func (o *ownTable) place(c *ownCell, at int, shows []string, decimals int) {
	g := &o.out.Grid
	i, ok := o.rows[c.name]
	if !ok {
		i = len(g.Rows)
		o.rows[c.name] = i
		g.Rows, o.ranks = append(g.Rows, []GridCell{{Text: c.name}}), append(o.ranks, 0)
	}
	for len(g.Rows[i]) < at {
		g.Rows[i] = append(g.Rows[i], GridCell{Text: "–"})
	}
	if at == 1 {
		o.ranks[i] = c.rank
	}
	for _, show := range shows {
		x := GridCell{Text: "–", Number: c.value, Decimals: decimals}
		switch show {
		case ShowChange:
			x.Number = c.change
		case ShowRank:
			x.Number, x.Decimals = vi.NullDecimal{Decimal: vi.Int(int64(c.rank)), Valid: c.rank != 0}, 0
		}
		g.Rows[i] = append(g.Rows[i], x)
	}
}

// cut keeps the first and the last rows by the first column, and gives every row all its cells.
func (o *ownTable) cut() {
	g := &o.out.Grid
	for i := range g.Rows {
		for len(g.Rows[i]) < len(g.Head) {
			g.Rows[i] = append(g.Rows[i], GridCell{Text: "–"})
		}
	}
	if o.q.Top+o.q.Bottom == 0 {
		return
	}
	known := 0 // ranked rows stand first, best first
	for known < len(o.ranks) && o.ranks[known] != 0 {
		known++
	}
	top := min(o.q.Top, known)
	g.Rows = append(slices.Clone(g.Rows[:top]), g.Rows[max(top, known-o.q.Bottom):known]...)
}

func agencies(t, before *ranking.Table) (out []ownCell) {
	changes := map[agency.ID]vi.NullDecimal{}
	if before != nil {
		deltas, _ := t.Deltas(before)
		for _, d := range deltas {
			changes[d.Agency] = vi.Some(d.Change)
		}
	}
	for _, r := range t.Rows {
		out = append(out, ownCell{name: r.Name, value: r.Value, change: changes[r.Agency], rank: r.Rank})
	}
	for _, n := range t.NotRanked {
		out = append(out, ownCell{name: n.Name})
	}
	return out
}

// regions pools the agencies of each region and ranks the regions among themselves. Scores are not pooled: those of a region are not
// there.
func (o *ownTable) regions(t, before *ranking.Table, s *Subject) ([]ownCell, error) {
	now, names, err := o.pooled(t, s, t.Period)
	if err != nil || t.Scorecard != nil {
		return nil, err
	}
	then := map[string]vi.NullDecimal{}
	if before != nil {
		if then, _, err = o.pooled(t, s, before.Period); err != nil {
			return nil, err
		}
	}
	var out []ownCell
	for _, name := range names {
		c := ownCell{name: name, value: now[name]}
		if was := then[name]; was.Valid && c.value.Valid {
			c.change = minus(c.value.Decimal, was.Decimal, t.Decimals)
		}
		if c.rank = Btoi(c.value.Valid); c.value.Valid {
			for _, other := range names {
				if v := now[other]; v.Valid &&
					(t.Direction == kpi.Lower && v.Cmp(c.value.Decimal) < 0 || t.Direction != kpi.Lower && v.Cmp(c.value.Decimal) > 0) {
					c.rank++
				}
			}
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b ownCell) int { return lastWithout(a.rank) - lastWithout(b.rank) })
	return out, nil
}

// lastWithout puts what has no rank last.
func lastWithout(rank int) int {
	if rank == 0 {
		return 1 << 30
	}
	return rank
}

// minus is the change between two rounded values.
func minus(a, b vi.Decimal, decimals int) vi.NullDecimal {
	d := a.Rat()
	out, ok := kpi.RoundRat(d.Sub(d, b.Rat()), max(decimals, ScaleOf(a), ScaleOf(b)))
	return vi.NullDecimal{Decimal: out, Valid: ok}
}

// pooled is the figure of each region in a period: counts are summed, ratios are those of the sums.
func (o *ownTable) pooled(t *ranking.Table, s *Subject, p kpi.Period) (values map[string]vi.NullDecimal, names []string, err error) {
	values = map[string]vi.NullDecimal{}
	if t.Scorecard != nil {
		return values, nil, nil
	}
	scratch := *t
	figures, err := o.figures(&scratch, s, p)
	if err != nil {
		return nil, nil, err
	}
	places := o.Catalogue.Agencies.Members(t.Block.Code, p.To)
	for _, group := range o.peers(o.Catalogue, t, "") {
		if !isRegion(group.Code) {
			continue
		}
		inside := o.inside(o.Catalogue, group.Code, p.To)
		own := slices.DeleteFunc(slices.Clone(places), func(m agency.Place) bool { return !inside(m.Agency) })
		x := &ranking.Table{
			Code:       t.Code,
			Decimals:   t.Decimals,
			Direction:  t.Direction,
			Definition: t.Definition,
			Period:     p,
			Block:      t.Block,
			Source:     t.Source,
		}
		ranking.Rank(x, own, figures)
		values[group.Title], names = x.Pooled.Value, append(names, group.Title)
	}
	return values, names, nil
}

func isRegion(code string) bool {
	return len(code) > len(regionPrefix) && code[:len(regionPrefix)] == regionPrefix
}

// SaveOwnTable keeps a table for the agency of the actor, by the query of its address.
func (a *Room) SaveOwnTable(ctx context.Context, who access.Actor, name, query string) (err error) {
	defer fault.Context(&err, "figures.SaveOwnTable")
	name = vi.Clean(name)
	if name == "" || len([]rune(name)) > 100 || len(query) > 4000 || query == "" {
		return fault.New(fault.Invalid, "Hãy đặt tên bảng, không quá 100 ký tự.")
	}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: "Lưu bảng tùy chọn"}, func(tx *store.Tx) error {
		return tx.SaveOwnTable(store.OwnTable{Owner: who.Agency, Name: name, Query: query})
	})
	return err
}

// DropOwnTable takes a saved table of the actor's agency away.
func (a *Room) DropOwnTable(ctx context.Context, who access.Actor, id int64) (err error) {
	defer fault.Context(&err, "figures.DropOwnTable(%d)", id)
	_, err = a.Write(
		ctx,
		store.Change{Account: who.Name, Reason: "Bỏ bảng tùy chọn"},
		func(tx *store.Tx) error { return tx.DropOwnTable(who.Agency, id) },
	)
	return err
}
