package app

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// table is one catalogue file: rows by column name.
type table struct {
	name string
	cols map[string]int
	rows [][]string
}

// loader reads catalogue files and collects everything that is wrong with them.
type loader struct {
	files fs.FS
	errs  []error
}

// LoadCatalogue reads the catalogue files and validates them: every dangling reference, overlap, cycle
// and ambiguous alias is reported at once.
func LoadCatalogue(files fs.FS) (store.Catalogue, error) {
	l := &loader{files: files}
	c := store.Catalogue{Agencies: l.agencies(), Definitions: l.definitions(), Targets: l.targets(), Scorecards: l.scorecards()}
	if len(l.errs) > 0 {
		return c, errors.Join(l.errs...)
	}
	l.errs = append(l.errs, agency.Validate(c.Agencies)...)
	cat := kpi.NewCatalogue(c.Definitions, c.Targets)
	l.errs = append(l.errs, cat.Validate()...)
	l.references(c, cat)
	return c, errors.Join(l.errs...)
}

// references checks what one catalogue says of another.
func (l *loader) references(c store.Catalogue, cat *kpi.Catalogue) {
	dir := agency.NewDirectory(c.Agencies)
	for _, t := range c.Targets {
		kind, id, _ := strings.Cut(t.Scope, ":")
		_, isBlock := dir.Block(id)
		known := t.Scope == "all" || kind == "block" && isBlock || kind == "agency" && dir.Known(agency.ID(id))
		if !known {
			l.add("targets.csv", 0, "target of %s: scope %q does not exist", t.Indicator, t.Scope)
		}
	}
	for _, s := range c.Scorecards {
		if _, ok := dir.Block(s.Block); s.Block != "" && !ok {
			l.add("scorecard_versions.csv", 0, "scorecard %s: block %s does not exist", s.Code, s.Block)
		}
		roots := 0
		for _, comp := range s.Components {
			if comp.Parent == "" {
				roots++
			} else if !hasComponent(s, comp.Parent) {
				l.add("scorecards.csv", 0, "scorecard %s: parent %s of %s does not exist", s.Code, comp.Parent, comp.Code)
			}
			if comp.Rule != ranking.SumRule && !cat.Known(comp.Code) {
				l.add("scorecards.csv", 0, "scorecard %s: indicator %s does not exist", s.Code, comp.Code)
			}
			if comp.Rule == ranking.CappedLinear && comp.Cap.Sign() <= 0 {
				l.add("scorecards.csv", 0, "scorecard %s: %s needs a cap", s.Code, comp.Code)
			}
		}
		if roots != 1 {
			l.add("scorecards.csv", 0, "scorecard %s: %d roots, one is needed", s.Code, roots)
		}
	}
}

func hasComponent(s ranking.Scorecard, code string) bool {
	for _, c := range s.Components {
		if c.Code == code {
			return true
		}
	}
	return false
}

func (l *loader) add(file string, line int, format string, args ...any) {
	l.errs = append(l.errs, fmt.Errorf("%s:%d: %w", file, line, fmt.Errorf(format, args...)))
}

func (l *loader) read(name string, columns ...string) table {
	t := table{name: name, cols: map[string]int{}}
	f, err := l.files.Open(name)
	if err != nil {
		l.errs = append(l.errs, err)
		return t
	}
	defer func() { _ = f.Close() }() // embedded
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) == 0 {
		l.add(name, 0, "cannot read: %v", err)
		return t
	}
	for i, h := range all[0] {
		t.cols[h] = i
	}
	for _, c := range columns {
		if _, ok := t.cols[c]; !ok {
			l.add(name, 1, "no column %s", c)
			return t
		}
	}
	t.rows = all[1:]
	return t
}

// row reads the cells of one line by name.
type row struct {
	l    *loader
	t    *table
	line int
	rec  []string
}

func (l *loader) each(t table, fn func(r row)) {
	for i, rec := range t.rows {
		fn(row{l, &t, i + 2, rec})
	}
}

func (r row) text(col string) string { return vi.Clean(r.rec[r.t.cols[col]]) }

func (r row) date(col string, open vi.Date) vi.Date {
	s := r.text(col)
	if s == "" {
		return open
	}
	d, err := vi.ParseISODate(s)
	if err != nil {
		r.l.add(r.t.name, r.line, "%s: %v", col, err)
	}
	return d
}

func (r row) from(col string) vi.Date { return r.date(col, vi.OpenFrom) }
func (r row) to(col string) vi.Date   { return r.date(col, vi.OpenTo) }

func (r row) number(col string) vi.NullDecimal {
	s := r.text(col)
	if s == "" {
		return vi.NullDecimal{}
	}
	d, err := vi.ParseDecimal(s)
	if err != nil {
		r.l.add(r.t.name, r.line, "%s: %q: %v", col, s, err)
	}
	return vi.Some(d)
}

func (r row) int(col string) int {
	n, err := strconv.Atoi(r.text(col))
	if err != nil {
		r.l.add(r.t.name, r.line, "%s: %v", col, err)
	}
	return n
}

func (l *loader) agencies() agency.Data {
	var d agency.Data
	t := l.read("agencies.csv", "agency_id", "official_code", "code_system", "dvcqg_code", "dvcqg_code_status", "name", "short_name", "kind",
		"level", "parent_id", "valid_from", "valid_to", "legal_basis", "verified", "note")
	l.each(t, func(r row) {
		v := agency.Version{Agency: agency.ID(r.text("agency_id")), From: r.from("valid_from"), To: r.to("valid_to"),
			Name: r.text("name"), Short: r.text("short_name"), Kind: agency.Kind(r.text("kind")), Level: agency.Level(r.text("level")),
			Parent: agency.ID(r.text("parent_id")), Basis: r.text("legal_basis"), Verified: r.text("verified"), Note: r.text("note")}
		d.Versions = append(d.Versions, v)
		if code := r.text("official_code"); code != "" && code != string(v.Agency) {
			d.Codes = append(d.Codes, agency.Code{System: r.text("code_system"), Code: code, From: v.From, To: v.To, Agency: v.Agency, Verified: v.Verified})
		}
		if code := r.text("dvcqg_code"); code != "" {
			d.Codes = append(d.Codes, agency.Code{System: "dvcqg", Code: code, From: v.From, To: v.To, Agency: v.Agency, Verified: r.text("dvcqg_code_status")})
		}
	})
	order(&d)
	l.each(l.read("agency_aliases.csv", "alias", "agency_id", "from", "to", "kind", "note"), func(r row) {
		d.Aliases = append(d.Aliases, agency.Alias{Text: r.text("alias"), Agency: agency.ID(r.text("agency_id")), From: r.from("from"), To: r.to("to"),
			Kind: r.text("kind"), Note: r.text("note")})
	})
	l.each(l.read("succession.csv", "predecessor", "successor", "on", "extent", "basis", "verified"), func(r row) {
		d.Successions = append(d.Successions, agency.Succession{Pred: agency.ID(r.text("predecessor")), Succ: agency.ID(r.text("successor")),
			On: r.date("on", 0), Extent: agency.Extent(r.text("extent")), Basis: r.text("basis"), Verified: r.text("verified")})
	})
	l.each(l.read("blocks.csv", "block", "name", "owner", "level", "parts", "special"), func(r row) {
		d.Blocks = append(d.Blocks, agency.Block{Code: r.text("block"), Name: r.text("name"), Owner: agency.ID(r.text("owner")),
			Level: agency.Level(r.text("level")), Union: strings.Fields(r.text("parts")), Special: r.text("special") == "yes"})
	})
	l.each(l.read("block_members.csv", "block", "agency_id", "from", "to", "basis", "verified"), func(r row) {
		d.Members = append(d.Members, agency.Member{Block: r.text("block"), Agency: agency.ID(r.text("agency_id")), From: r.from("from"), To: r.to("to"),
			Basis: r.text("basis"), Verified: r.text("verified")})
	})
	return d
}

// order puts agencies into the order of print (domain rule: code order or Vietnamese collation): the
// nation, provinces by their statistical code (a successor stands where that code stood), ministries
// and the rest by name.
func order(d *agency.Data) {
	codes := map[agency.ID]string{}
	for _, c := range d.Codes {
		if c.System == "GSO" {
			codes[c.Agency] = c.Code
		}
	}
	tiers := []agency.Level{agency.National, agency.Province, agency.Ministry}
	tier := func(v agency.Version) int {
		if i := slices.Index(tiers, v.Level); i >= 0 {
			return i
		}
		return len(tiers)
	}
	collator := vi.NewCollator()
	slices.SortStableFunc(d.Versions, func(a, b agency.Version) int {
		if c := cmp.Or(cmp.Compare(tier(a), tier(b)), cmp.Compare(codes[a.Agency], codes[b.Agency])); c != 0 {
			return c
		}
		if a.Agency == b.Agency {
			return cmp.Compare(a.From, b.From)
		}
		return cmp.Or(collator.Compare(a.Name, b.Name), cmp.Compare(a.Agency, b.Agency))
	})
	for i := range d.Versions {
		d.Versions[i].Order = i + 1
	}
}

func (l *loader) definitions() []kpi.Definition {
	t := l.read("indicators.csv", "code", "name_vi", "name_en", "pillar", "type", "numerator_vi", "denominator_vi", "unit", "direction", "frequency",
		"reporter", "accumulation", "decimals", "subset", "min_n", "max_value", "signed", "legal_source", "verified", "note", "ranking_source")
	var out []kpi.Definition
	l.each(t, func(r row) {
		source, ok := kpi.ParseSystem(r.text("ranking_source"))
		if !ok {
			l.add(t.name, r.line, "ranking_source %q", r.text("ranking_source"))
		}
		out = append(out, kpi.Definition{
			Indicator: kpi.Indicator{Code: r.text("code"), Kind: kpi.Kind(r.text("type")), Direction: kpi.Direction(r.text("direction")), Pillar: r.text("pillar")},
			From:      vi.OpenFrom, To: vi.OpenTo, Name: r.text("name_vi"), NameEN: r.text("name_en"),
			Numerator: r.text("numerator_vi"), Denominator: r.text("denominator_vi"), Unit: r.text("unit"), Decimals: r.int("decimals"),
			Accumulation: kpi.Accumulation(r.text("accumulation")), Frequency: r.text("frequency"), Reporter: r.text("reporter"),
			Subset: kpi.Subset(r.text("subset")), MinN: r.number("min_n"), Max: r.number("max_value"), Signed: r.text("signed") == "yes", RankingSource: source, Basis: r.text("legal_source"),
			Verified: r.text("verified"), Note: r.text("note")})
	})
	return out
}

func (l *loader) targets() []kpi.Target {
	var out []kpi.Target
	l.each(l.read("targets.csv", "indicator", "scope", "year", "value", "unit", "source", "verified"), func(r row) {
		out = append(out, kpi.Target{Indicator: r.text("indicator"), Scope: r.text("scope"), Year: r.int("year"), Value: r.number("value").Decimal,
			Unit: r.text("unit"), Act: r.text("source"), Verified: r.text("verified")})
	})
	return out
}

func (l *loader) scorecards() []ranking.Scorecard {
	var out []ranking.Scorecard
	l.each(l.read("scorecard_versions.csv", "scorecard", "version", "name", "from", "to", "block", "silence"), func(r row) {
		out = append(out, ranking.Scorecard{Code: r.text("scorecard"), Version: r.text("version"), Name: r.text("name"), From: r.from("from"), To: r.to("to"),
			Block: r.text("block"), Silence: ranking.Silence(r.text("silence"))})
	})
	t := l.read("scorecards.csv", "scorecard", "version", "component", "parent", "max_points", "weight", "rule", "cap", "on_missing", "decimals",
		"round_order", "legal_basis")
	l.each(t, func(r row) {
		for i := range out {
			s := &out[i]
			if s.Code != r.text("scorecard") || s.Version != r.text("version") {
				continue
			}
			s.Components = append(s.Components, ranking.Component{Code: r.text("component"), Parent: r.text("parent"), Max: r.number("max_points").Decimal,
				Weight: r.number("weight"), Rule: ranking.Rule(r.text("rule")), Cap: r.number("cap"), OnMissing: ranking.OnMissing(r.text("on_missing"))})
			if r.text("parent") == "" { // the root says what holds for the whole
				s.Decimals, s.RoundOrder, s.Basis = r.int("decimals"), ranking.RoundOrder(r.text("round_order")), r.text("legal_basis")
			}
			return
		}
		l.add(t.name, r.line, "scorecard %s %s is not in scorecard_versions.csv", r.text("scorecard"), r.text("version"))
	})
	return out
}
