package catalogue

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// LoadCatalogue reads the catalogue files that the program brings along and validates them: every dangling reference, overlap,
// cycle and ambiguous alias is reported at once.
func LoadCatalogue(files fs.FS) (store.Catalogue, error) {
	c, _, err := loadCatalogue(files)
	return c, err
}

func loadCatalogue(files fs.FS) (store.Catalogue, *loader, error) {
	l := newLoader()
	for _, spec := range catTables() {
		if err := l.readFile(files, spec); err != nil {
			return store.Catalogue{}, nil, err
		}
	}
	c := l.catalogue()
	return c, l, l.err()
}

// catalogue makes the catalogue of the tables and validates it as far as it could be read.
func (l *loader) catalogue() store.Catalogue {
	c := store.Catalogue{Agencies: l.agencies(), Definitions: l.definitions(), Targets: l.targets(), Scorecards: l.scorecards(),
		Regimes: l.regimes(), Forms: l.forms(), Acts: l.acts(), Identities: l.identities(), Growth: l.growth(), Holidays: l.holidays(), Bodies: l.bodies()}
	if len(l.findings) == 0 || !slices.ContainsFunc(l.findings, isError) {
		l.validate(c)
	}
	sortFindings(l.findings)
	return c
}

func (l *loader) agencies() agency.Data {
	var d agency.Data
	l.each("agencies", func(r row) {
		v := agency.Version{Agency: agency.ID(r.text("agency_id")), From: r.from("valid_from"), To: r.to("valid_to"),
			Name: r.text("name"), Short: r.text("short_name"), Kind: agency.Kind(r.text("kind")),
			Level:  agency.Level(r.one("level", "national", "ministry", "province", "department", "commune", "other", "aggregate")),
			Parent: agency.ID(r.text("parent_id")), Basis: r.text("legal_basis"), Verified: r.text("verified"), Note: r.text("note")}
		d.Versions = append(d.Versions, v)
		if code := r.text("official_code"); code != "" && code != string(v.Agency) {
			d.Codes = append(
				d.Codes,
				agency.Code{System: r.text("code_system"), Code: code, From: v.From, To: v.To, Agency: v.Agency, Verified: v.Verified},
			)
		}
		if code := r.text("dvcqg_code"); code != "" {
			d.Codes = append(
				d.Codes,
				agency.Code{
					System:   dvcqgCodes,
					Code:     code,
					From:     v.From,
					To:       v.To,
					Agency:   v.Agency,
					Verified: r.text("dvcqg_code_status"),
				},
			)
		}
	})
	order(&d)
	l.each("agency_aliases", func(r row) {
		d.Aliases = append(
			d.Aliases,
			agency.Alias{Text: r.text("alias"), Agency: agency.ID(r.text("agency_id")), From: r.from("from"), To: r.to("to"),
				Kind: r.text("kind"), Note: r.text("note")},
		)
	})
	l.each("succession", func(r row) {
		d.Successions = append(
			d.Successions,
			agency.Succession{Pred: agency.ID(r.text("predecessor")), Succ: agency.ID(r.text("successor")),
				On: r.day("on", 0), Extent: agency.Extent(r.text("extent")), Basis: r.text("basis"), Verified: r.text("verified")},
		)
	})
	l.each("blocks", func(r row) {
		d.Blocks = append(d.Blocks, agency.Block{Code: r.text("block"), Name: r.text("name"), Owner: agency.ID(r.text("owner")),
			Level: agency.Level(r.text("level")), Union: list(r.text("parts")), Special: r.yes("special")})
	})
	l.each("block_members", func(r row) {
		d.Members = append(
			d.Members,
			agency.Member{Block: r.text("block"), Agency: agency.ID(r.text("agency_id")), From: r.from("from"), To: r.to("to"),
				Basis: r.text("basis"), Verified: r.text("verified")},
		)
	})
	return d
}

// dvcqgCodes is the system of codes of the national public-service portal.
const dvcqgCodes = "dvcqg"

// list splits codes that stand in one cell; none is nil.
func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Fields(strings.ReplaceAll(s, ",", " "))
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
	var out []kpi.Definition
	l.each("indicators", func(r row) {
		source, ok := kpi.ParseSystem(r.text("ranking_source"))
		if !ok {
			r.bad(
				"ranking_source",
				"Không có nguồn số liệu %q. Hãy ghi: reported, appraised, dvcqg, emc, register hoặc published.",
				r.text("ranking_source"),
			)
		}
		out = append(out, kpi.Definition{
			Indicator: kpi.Indicator{
				Code:      r.text("code"),
				Kind:      kpi.Kind(r.text("type")),
				Direction: kpi.Direction(r.text("direction")),
				Pillar:    r.text("pillar"),
			},
			From: r.from("from"), To: r.to("to"), Name: r.text("name_vi"), NameEN: r.text("name_en"),
			Numerator: r.text("numerator_vi"), Denominator: r.text("denominator_vi"), Unit: r.text("unit"), Decimals: r.int("decimals"),
			Accumulation: kpi.Accumulation(
				r.text("accumulation"),
			), Frequency: r.text("frequency"), Reporter: r.one("reporter", "both", "ministry", "province", "national"),
			Subset: kpi.Subset(
				r.one("subset", "", "yes", "no"),
			), MinN: r.number("min_n"), Fixed: r.fixed("fixed_denominator"), BoundRule: kpi.BoundRule(r.one("bound_rule", string(kpi.ByNumber), string(kpi.NotByBound))), Max: r.number("max_value"), Signed: r.yes("signed"),
			RankingSource: source, Basis: r.text("legal_source"), Verified: r.text("verified"), Note: r.text("note")})
	})
	return out
}

func (l *loader) targets() []kpi.Target {
	var out []kpi.Target
	l.each("targets", func(r row) {
		out = append(
			out,
			kpi.Target{Indicator: r.text("indicator"), Scope: r.text("scope"), Year: r.int("year"), Value: r.required("value"),
				Unit: r.text("unit"), Act: r.text("source"), Verified: r.text("verified")},
		)
	})
	return out
}

func (l *loader) scorecards() []ranking.Scorecard {
	var out []ranking.Scorecard
	l.each("scorecard_versions", func(r row) {
		out = append(
			out,
			ranking.Scorecard{
				Code:    r.text("scorecard"),
				Version: r.text("version"),
				Name:    r.text("name"),
				From:    r.from("from"),
				To:      r.to("to"),
				Block:   r.text("block"),
				Silence: ranking.Silence(r.one("silence", string(ranking.Unranked), string(ranking.Last))),
			},
		)
	})
	l.each("scorecards", func(r row) {
		for i := range out {
			s := &out[i]
			if s.Code != r.text("scorecard") || s.Version != r.text("version") {
				continue
			}
			s.Components = append(
				s.Components,
				ranking.Component{Code: r.text("component"), Parent: r.text("parent"), Max: r.required("max_points"),
					Weight: r.number("weight"), Cap: r.number("cap"),
					Rule: ranking.Rule(
						r.one(
							"rule",
							string(ranking.Passthrough),
							string(ranking.Linear),
							string(ranking.CappedLinear),
							string(ranking.SumRule),
						),
					),
					OnMissing: ranking.OnMissing(r.one("on_missing", string(ranking.Incomplete), string(ranking.Zero))),
					OnZero: ranking.OnZero(
						r.one("on_zero", string(ranking.NoRatio), string(ranking.FullPoints), string(ranking.NoPoints)),
					),
					NotFor: r.levels("not_for"), RuleBasis: r.text("rule_basis"), Observed: r.yes("observed")},
			)
			if r.text("parent") == "" { // the root says what holds for the whole
				s.Decimals, s.Basis = r.int("decimals"), r.text("legal_basis")
				s.RoundOrder = ranking.RoundOrder(r.one("round_order", string(ranking.RoundThenSum), string(ranking.SumThenRound)))
			}
			return
		}
		r.bad(
			"version",
			"Bộ chỉ số %s phiên bản %s không có trong bảng scorecard_versions. Hãy thêm dòng vào bảng đó trước.",
			r.text("scorecard"),
			r.text("version"),
		)
	})
	return out
}

// levels reads levels of agencies, parted by blanks.
func (r row) levels(col string) (out []agency.Level) {
	for _, w := range strings.Fields(r.text(col)) {
		l := agency.Level(w)
		if !slices.Contains(
			[]agency.Level{agency.National, agency.Ministry, agency.Province, agency.Department, agency.Commune, agency.Other},
			l,
		) {
			r.bad(col, "Không có cấp %q. Hãy ghi national, ministry, province, department, commune hoặc other.", w)
			continue
		}
		out = append(out, l)
	}
	return out
}

func (l *loader) regimes() []filing.Regime {
	var out []filing.Regime
	l.each("regimes", func(r row) {
		reg := filing.Regime{
			Code:  r.text("code"),
			From:  r.from("from"),
			To:    r.to("to"),
			Name:  r.text("name"),
			Owner: agency.ID(r.text("owner")),
			Kind:  filing.Kind(r.one("kind", string(filing.Periodic), string(filing.Thematic), string(filing.AdHoc))),
			Frequency: kpi.PeriodKind(
				r.one("frequency", "", string(kpi.Year), string(kpi.Half), string(kpi.Nine), string(kpi.Quarter), string(kpi.Month),
					string(kpi.Week), string(kpi.Day)),
			),
			Cutoff:   filing.Cutoff(r.text("cutoff")),
			Due:      filing.DueRule(r.text("due")),
			Blocks:   list(r.text("blocks")),
			Basis:    r.text("basis"),
			Verified: r.text("verified"),
			Note:     r.text("note"),
		}
		if r.text("coverage") != "" {
			if reg.Coverage = r.int("coverage"); reg.Coverage < 1 || reg.Coverage > 100 {
				r.bad("coverage", "Mức độ phủ phải từ 1 đến 100 %%, hoặc để trống để lấy mức chung là %d %%.", ranking.DefaultLeast)
			}
		}
		for _, s := range strings.Split(r.text("outline"), "|") {
			if s = vi.Clean(s); s != "" {
				reg.Outline = append(reg.Outline, s)
			}
		}
		out = append(out, reg)
	})
	return out
}

func (l *loader) forms() []filing.Form {
	var out []filing.Form
	l.each("forms", func(r row) {
		f := filing.Form{
			Regime: r.text("regime"),
			Code:   r.text("code"),
			Name:   r.text("name"),
			From:   r.from("from"),
			To:     r.to("to"),
			Basis:  r.text("basis"),
		}
		if r.text("round") != "" {
			f.Round = int64(r.int("round"))
		}
		out = append(out, f)
	})
	l.each("form_items", func(r row) {
		from := r.from("from")
		i := slices.IndexFunc(out, func(f filing.Form) bool {
			return f.Regime == r.text("regime") && f.Code == r.text("form") && f.From == from
		})
		if i < 0 {
			r.bad(
				"form",
				"Biểu mẫu %s của chế độ %s bắt đầu %s không có trong bảng forms. Hãy thêm dòng vào bảng đó trước, với cùng cột from.",
				r.text("form"),
				r.text("regime"),
				cmp.Or(from.String(), "(để trống)"),
			)
			return
		}
		out[i].Items = append(out[i].Items, filing.Item{Indicator: r.text("indicator"), Order: r.int("order"), Optional: r.yes("optional"),
			Assigned: strings.Fields(r.text("assigned")), Act: r.text("assigned_by"),
			Input: filing.Input(r.one("input", string(filing.Auto), string(filing.Parts), string(filing.Value), string(filing.Confirm)))})
	})
	for i := range out {
		slices.SortStableFunc(out[i].Items, func(a, b filing.Item) int {
			return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Indicator, b.Indicator))
		})
	}
	return out
}

func (l *loader) acts() []kpi.Act {
	var out []kpi.Act
	l.each("acts", func(r row) {
		out = append(out, kpi.Act{Number: r.text("number"), Title: r.text("title"), From: r.from("from"), To: r.to("to"),
			Successor: r.text("successor"), EndedBy: r.text("ended_by"), Verified: r.text("verified"), Note: r.text("note")})
	})
	return out
}

func (l *loader) identities() []kpi.Identity {
	var out []kpi.Identity
	l.each("identities", func(r row) {
		out = append(
			out,
			kpi.Identity{
				Code: r.text("code"),
				Form: r.text("form"),
				Rule: kpi.IdentityRule(r.one("relation", string(kpi.Adds), string(kpi.AtMost), string(kpi.Share))),
				Total: r.text(
					"total",
				),
				Parts:     strings.Fields(r.text("terms")),
				From:      r.from("from"),
				To:        r.to("to"),
				Tolerance: r.number("tolerance").Decimal,
				Basis:     r.text("basis"),
				Verified:  r.text("verified"),
				Note:      r.text("note"),
			},
		)
	})
	return out
}

func (l *loader) growth() []kpi.Growth {
	var out []kpi.Growth
	l.each("growth", func(r row) {
		out = append(
			out,
			kpi.Growth{
				Indicator: r.text("indicator"),
				Agency:    r.text("agency_id"),
				Period:    r.text("period"),
				Base:      r.text("base_period"),
				Origin:    r.text("origin"),
				Value: r.required(
					"value",
				),
				Unit: r.text("unit"),
				Word: r.one("word", "", "trên", "hơn", "gần", "khoảng"),
				Text: r.text("text"),
				Note: r.text("note"),
			},
		)
	})
	return out
}

func (l *loader) holidays() []filing.SpecialDay {
	var out []filing.SpecialDay
	l.each("holidays", func(r row) {
		out = append(
			out,
			filing.SpecialDay{Day: r.day("date", 0), Name: r.text("name"), Basis: r.text("basis"), Verified: r.text("verified"),
				Kind: filing.DayKind(
					r.one("kind", string(filing.Holiday), string(filing.Substitute), string(filing.SwapOff), string(filing.SwapWork)),
				)},
		)
	})
	return out
}

func (l *loader) bodies() []filing.Body {
	var out []filing.Body
	l.each("bodies", func(r row) {
		out = append(
			out,
			filing.Body{
				Role:  filing.BodyRole(r.one("role", string(filing.CommitteeBody), string(filing.OfficeBody))),
				Owner: agency.ID(r.text("owner")),
				Scope: r.text(
					"scope",
				),
				From:     r.from("from"),
				To:       r.to("to"),
				Name:     r.text("name"),
				Short:    r.text("short"),
				Agency:   agency.ID(r.text("agency")),
				Basis:    r.text("basis"),
				Verified: r.text("verified"),
			},
		)
	})
	return out
}
