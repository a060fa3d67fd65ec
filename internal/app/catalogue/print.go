package catalogue

import (
	"cmp"
	"strconv"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// tableRows is the catalogue as its tables say it: rows of cells in the order of the columns, days as 2026-09-30 and numbers as
// 0.2. Reading them gives the same catalogue again.
func tableRows(c store.Catalogue) map[string][][]string {
	return map[string][][]string{
		"indicators": definitionRows(c.Definitions), "targets": targetRows(c.Targets),
		"scorecard_versions": versionRows(c), "scorecards": componentRows(c),
		"agencies": agencyRows(c.Agencies), "agency_aliases": aliasRows(c.Agencies), "succession": successionRows(c.Agencies),
		"blocks": blockRows(c.Agencies), "block_members": memberRows(c.Agencies),
		"regimes": regimeRows(c.Regimes), "forms": formRows(c.Forms), "form_items": itemRows(c.Forms),
		"acts": actRows(
			c.Acts,
		), "identities": identityRows(c.Identities), "growth": growthRows(c.Growth), "holidays": holidayRows(c.Holidays), "bodies": bodyRows(c.Bodies),
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func definitionRows(defs []kpi.Definition) (out [][]string) {
	for _, d := range defs {
		out = append(
			out,
			[]string{d.Indicator.Code, d.Name, d.NameEN, d.Indicator.Pillar, string(d.Indicator.Kind), d.Numerator, d.Denominator, d.Unit,
				string(
					d.Indicator.Direction,
				), d.Frequency, d.Reporter, string(d.Accumulation), strconv.Itoa(d.Decimals), string(d.Subset), d.MinN.String(),
				d.Max.String(), yesNo(d.Signed), d.From.ISO(), d.To.ISO(), d.Basis, d.Verified, d.Note, string(d.RankingSource), kpi.FormatFixed(d.Fixed), string(d.BoundRule)},
		)
	}
	return out
}

func targetRows(targets []kpi.Target) (out [][]string) {
	for _, t := range targets {
		out = append(out, []string{t.Indicator, t.Scope, strconv.Itoa(t.Year), t.Value.String(), t.Unit, t.Act, t.Verified})
	}
	return out
}

func versionRows(c store.Catalogue) (out [][]string) {
	for _, s := range c.Scorecards {
		out = append(out, []string{s.Code, s.Version, s.Name, s.From.ISO(), s.To.ISO(), s.Block, string(s.Silence)})
	}
	return out
}

func componentRows(c store.Catalogue) (out [][]string) {
	for _, s := range c.Scorecards {
		for _, x := range s.Components {
			out = append(
				out,
				[]string{
					s.Code,
					s.Version,
					x.Code,
					x.Parent,
					x.Max.String(),
					x.Weight.String(),
					string(x.Rule),
					x.Cap.String(),
					string(x.OnMissing),
					string(
						x.OnZero,
					),
					levelWords(x.NotFor),
					strconv.Itoa(s.Decimals),
					string(s.RoundOrder),
					s.Basis,
					x.RuleBasis,
					yesNo(x.Observed),
				},
			)
		}
	}
	return out
}

func levelWords(levels []agency.Level) string {
	words := make([]string, 0, len(levels))
	for _, l := range levels {
		words = append(words, string(l))
	}
	return strings.Join(words, " ")
}

func agencyRows(d agency.Data) (out [][]string) {
	type version struct {
		id       agency.ID
		from, to vi.Date
	}
	official, portal := map[version]agency.Code{}, map[version]agency.Code{}
	for _, c := range d.Codes {
		if v := (version{c.Agency, c.From, c.To}); c.System == dvcqgCodes {
			portal[v] = c
		} else {
			official[v] = c
		}
	}
	for _, v := range d.Versions {
		key := version{v.Agency, v.From, v.To}
		o, p := official[key], portal[key]
		out = append(
			out,
			[]string{
				string(v.Agency),
				o.Code,
				o.System,
				p.Code,
				p.Verified,
				v.Name,
				v.Short,
				string(v.Kind),
				string(v.Level),
				string(v.Parent),
				v.From.ISO(),
				v.To.ISO(),
				v.Basis,
				v.Verified,
				v.Note,
			},
		)
	}
	return out
}

func aliasRows(d agency.Data) (out [][]string) {
	for _, a := range d.Aliases {
		out = append(out, []string{a.Text, string(a.Agency), a.From.ISO(), a.To.ISO(), a.Kind, a.Note})
	}
	return out
}

func successionRows(d agency.Data) (out [][]string) {
	for _, s := range d.Successions {
		out = append(out, []string{string(s.Pred), string(s.Succ), s.On.ISO(), string(s.Extent), s.Basis, s.Verified})
	}
	return out
}

func blockRows(d agency.Data) (out [][]string) {
	for _, b := range d.Blocks {
		out = append(out, []string{b.Code, b.Name, string(b.Owner), string(b.Level), strings.Join(b.Union, " "), yesNo(b.Special)})
	}
	return out
}

func memberRows(d agency.Data) (out [][]string) {
	for _, m := range d.Members {
		out = append(out, []string{m.Block, string(m.Agency), m.From.ISO(), m.To.ISO(), m.Basis, m.Verified})
	}
	return out
}

func regimeRows(regimes []filing.Regime) (out [][]string) {
	for _, r := range regimes {
		coverage := ""
		if r.Coverage != 0 {
			coverage = strconv.Itoa(r.Coverage)
		}
		out = append(
			out,
			[]string{
				r.Code,
				r.Name,
				string(r.Owner),
				string(r.Kind),
				string(r.Frequency),
				string(r.Cutoff),
				string(r.Due),
				strings.Join(r.Blocks, " "),
				strings.Join(r.Outline, " | "),
				coverage,
				r.From.ISO(),
				r.To.ISO(),
				r.Basis,
				r.Verified,
				r.Note,
			},
		)
	}
	return out
}

func formRows(forms []filing.Form) (out [][]string) {
	for _, f := range forms {
		round := ""
		if f.Round != 0 {
			round = strconv.FormatInt(f.Round, 10)
		}
		out = append(out, []string{f.Regime, f.Code, f.Name, f.From.ISO(), f.To.ISO(), round, f.Basis})
	}
	return out
}

func itemRows(forms []filing.Form) (out [][]string) {
	for _, f := range forms {
		for _, it := range f.Items {
			out = append(
				out,
				[]string{f.Regime, f.Code, f.From.ISO(), it.Indicator, strconv.Itoa(it.Order), string(it.Input), yesNo(it.Optional),
					strings.Join(it.Assigned, " "), it.Act},
			)
		}
	}
	return out
}

func actRows(acts []kpi.Act) (out [][]string) {
	for _, a := range acts {
		out = append(out, []string{a.Number, a.Title, a.From.ISO(), a.To.ISO(), a.Successor, a.EndedBy, a.Verified, a.Note})
	}
	return out
}

func identityRows(ids []kpi.Identity) (out [][]string) {
	for _, i := range ids {
		tolerance := ""
		if i.Tolerance.Sign() != 0 {
			tolerance = i.Tolerance.String()
		}
		out = append(
			out,
			[]string{
				i.Code,
				i.Form,
				string(i.Rule),
				i.Total,
				strings.Join(i.Parts, " "),
				i.From.ISO(),
				i.To.ISO(),
				tolerance,
				i.Basis,
				i.Verified,
				i.Note,
			},
		)
	}
	return out
}

func growthRows(all []kpi.Growth) (out [][]string) {
	for _, g := range all {
		out = append(out, []string{g.Indicator, g.Agency, g.Period, g.Base, g.Origin, g.Value.String(), g.Unit, g.Word, g.Text, g.Note})
	}
	return out
}

func holidayRows(days []filing.SpecialDay) (out [][]string) {
	for _, d := range days {
		out = append(out, []string{d.Day.ISO(), string(d.Kind), d.Name, d.Basis, d.Verified})
	}
	return out
}

func bodyRows(bodies []filing.Body) (out [][]string) {
	for _, b := range bodies {
		out = append(
			out,
			[]string{
				string(b.Role),
				string(b.Owner),
				b.Scope,
				b.Name,
				b.Short,
				string(b.Agency),
				b.From.ISO(),
				b.To.ISO(),
				b.Basis,
				b.Verified,
			},
		)
	}
	return out
}

// Change is what a new catalogue does to one row.
type Change struct {
	Table string // name
	Title string // of the table
	Kind  ChangeKind
	Key   []string     // what names the row
	Cells []CellChange // of a changed row; of an added or ended one, what it says
}

// ChangeKind says what becomes of a row.
type ChangeKind string

// The kinds of change.
const (
	Added   ChangeKind = "added"
	Altered ChangeKind = "changed"
	Ended   ChangeKind = "ended" // no longer in the catalogue from this revision on
)

// Title returns the Vietnamese name.
func (k ChangeKind) Title() string {
	switch k {
	case Added:
		return "thêm"
	case Altered:
		return "sửa"
	case Ended:
		return "bỏ"
	}
	return string(k)
}

// Title returns the Vietnamese name of the column.
func (c CellChange) Title() string { return columnTitle(c.Column) }

// CellChange is one column of a changed row, ready to print.
type CellChange struct{ Column, Before, After string }

// catalogueChanges compares two catalogues row by row, in the order of the tables.
func catalogueChanges(before, after store.Catalogue) []Change {
	old, fresh := tableRows(before), tableRows(after)
	var out []Change
	for _, t := range catTables() {
		was := map[string][]string{}
		for _, cells := range old[t.name] {
			was[t.key(cells)] = cells
		}
		for _, cells := range fresh[t.name] {
			key := t.key(cells)
			have, ok := was[key]
			delete(was, key)
			if c := t.change(have, cells); !ok || len(c.Cells) > 0 {
				out = append(out, c)
			}
		}
		for _, cells := range old[t.name] {
			if _, gone := was[t.key(cells)]; gone {
				out = append(out, t.change(cells, nil))
			}
		}
	}
	return out
}

func (t catTable) column(cells []string, name string) string {
	for i, c := range t.columns {
		if c == name && i < len(cells) {
			return cells[i]
		}
	}
	return ""
}

func (t catTable) key(cells []string) string {
	var parts []string
	for _, k := range t.keys {
		parts = append(parts, t.column(cells, k))
	}
	return strings.Join(parts, "\x00")
}

// change describes one row: before is nil when it is new, after when it ends.
func (t catTable) change(before, after []string) Change {
	c := Change{Table: t.name, Title: t.title, Kind: Altered}
	shown := after
	switch {
	case before == nil:
		c.Kind = Added
	case after == nil:
		c.Kind, shown = Ended, before
	}
	for _, k := range t.keys {
		if s := t.print(k, t.column(shown, k)); s != "" {
			c.Key = append(c.Key, s)
		}
	}
	for _, name := range t.columns {
		if was, is := t.column(before, name), t.column(after, name); was != is {
			c.Cells = append(c.Cells, CellChange{name, t.print(name, was), t.print(name, is)})
		}
	}
	return c
}

// print writes a cell as people read it.
func (t catTable) print(column, s string) string {
	if isDay(column) {
		if d, err := vi.ParseISODate(s); err == nil {
			return cmp.Or(d.String(), s)
		}
	}
	for _, n := range t.numbers {
		if n == column && n != "year" {
			return strings.Replace(s, ".", ",", 1)
		}
	}
	return s
}
