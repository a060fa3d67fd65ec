package store

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// forever is the superseding revision of a row that still holds.
const forever = math.MaxInt64

// Lifetime is the part of a catalogue row that says which revisions it holds for.
type Lifetime struct {
	Revision   int64 `gorm:"primaryKey"`
	Superseded int64
}

// record is a catalogue row: comparable, so that a sync writes only what differs.
type record[T any] interface {
	comparable
	key() string
	alive(Lifetime) T
}

type agencyVersionRow struct {
	Agency   string  `gorm:"primaryKey"`
	FromDay  vi.Date `gorm:"primaryKey"`
	ToDay    vi.Date
	Name     string
	Short    string
	Folded   string
	Kind     string
	Level    string
	Parent   string
	Basis    string
	Verified string
	Note     string
	Ord      int
	Lifetime `gorm:"embedded"`
}

func (agencyVersionRow) TableName() string { return "agency_version" }
func (r agencyVersionRow) key() string     { return fmt.Sprint(r.Agency, "\x00", int(r.FromDay)) }
func (r agencyVersionRow) alive(l Lifetime) agencyVersionRow {
	r.Lifetime = l
	return r
}

func (r agencyVersionRow) model() agency.Version {
	return agency.Version{Agency: agency.ID(r.Agency), From: r.FromDay, To: r.ToDay, Name: r.Name, Short: r.Short,
		Kind: agency.Kind(r.Kind), Level: agency.Level(r.Level), Parent: agency.ID(r.Parent), Basis: r.Basis,
		Verified: r.Verified, Note: r.Note, Order: r.Ord}
}

func newAgencyVersion(v agency.Version) agencyVersionRow {
	return agencyVersionRow{Agency: string(v.Agency), FromDay: v.From, ToDay: v.To, Name: v.Name, Short: v.Short,
		Folded: vi.Fold(v.Name), Kind: string(v.Kind), Level: string(v.Level), Parent: string(v.Parent), Basis: v.Basis,
		Verified: v.Verified, Note: v.Note, Ord: v.Order}
}

type agencyCodeRow struct {
	System   string  `gorm:"primaryKey"`
	Code     string  `gorm:"primaryKey"`
	Agency   string  `gorm:"primaryKey"`
	FromDay  vi.Date `gorm:"primaryKey"`
	ToDay    vi.Date
	Verified string
	Lifetime `gorm:"embedded"`
}

func (agencyCodeRow) TableName() string { return "agency_code" }
func (r agencyCodeRow) key() string {
	return fmt.Sprint(r.System, "\x00", r.Code, "\x00", r.Agency, "\x00", int(r.FromDay))
}
func (r agencyCodeRow) alive(l Lifetime) agencyCodeRow {
	r.Lifetime = l
	return r
}

type agencyAliasRow struct {
	Text     string  `gorm:"primaryKey"`
	Agency   string  `gorm:"primaryKey"`
	FromDay  vi.Date `gorm:"primaryKey"`
	ToDay    vi.Date
	Kind     string
	Note     string
	Lifetime `gorm:"embedded"`
}

func (agencyAliasRow) TableName() string { return "agency_alias" }
func (r agencyAliasRow) key() string {
	return fmt.Sprint(r.Text, "\x00", r.Agency, "\x00", int(r.FromDay))
}
func (r agencyAliasRow) alive(l Lifetime) agencyAliasRow {
	r.Lifetime = l
	return r
}

type successionRow struct {
	Pred     string  `gorm:"primaryKey"`
	Succ     string  `gorm:"primaryKey"`
	OnDay    vi.Date `gorm:"primaryKey"`
	Extent   string
	Basis    string
	Verified string
	Lifetime `gorm:"embedded"`
}

func (successionRow) TableName() string { return "succession" }
func (r successionRow) key() string     { return fmt.Sprint(r.Pred, "\x00", r.Succ, "\x00", int(r.OnDay)) }
func (r successionRow) alive(l Lifetime) successionRow {
	r.Lifetime = l
	return r
}

type blockRow struct {
	Code     string `gorm:"primaryKey"`
	Name     string
	Owner    string
	Level    string
	Parts    string
	Special  int
	Ord      int
	Lifetime `       gorm:"embedded"`
}

func (blockRow) TableName() string { return "block" }
func (r blockRow) key() string     { return r.Code }
func (r blockRow) alive(l Lifetime) blockRow {
	r.Lifetime = l
	return r
}

func (r blockRow) model() agency.Block {
	return agency.Block{Code: r.Code, Name: r.Name, Owner: agency.ID(r.Owner), Level: agency.Level(r.Level),
		Union: strings.Fields(r.Parts), Special: r.Special != 0}
}

type blockMemberRow struct {
	Block    string  `gorm:"primaryKey"`
	Agency   string  `gorm:"primaryKey"`
	FromDay  vi.Date `gorm:"primaryKey"`
	ToDay    vi.Date
	Basis    string
	Verified string
	Lifetime `gorm:"embedded"`
}

func (blockMemberRow) TableName() string { return "block_member" }
func (r blockMemberRow) key() string {
	return fmt.Sprint(r.Block, "\x00", r.Agency, "\x00", int(r.FromDay))
}
func (r blockMemberRow) alive(l Lifetime) blockMemberRow {
	r.Lifetime = l
	return r
}

type indicatorRow struct {
	ID        int64 `gorm:"primaryKey"`
	Code      string
	Kind      string
	Direction string
}

func (indicatorRow) TableName() string { return "indicator" }

type definitionRow struct {
	ID            int64 `gorm:"primaryKey;autoIncrement:false"`
	Indicator     int64
	FromDay       vi.Date
	ToDay         vi.Date
	Name          string
	NameEn        string
	Pillar        string
	Numerator     string
	Denominator   string
	Unit          string
	Decimals      int
	Accumulation  string
	Frequency     string
	Reporter      string
	Subset        string
	MaxValue      sql.NullFloat64
	Signed        int
	MinN          sql.NullFloat64
	RankingSource string
	Basis         string
	Verified      string
	Note          string
	Ord           int

	FixedDenominator string
	BoundRule        string
	Lifetime         `       gorm:"embedded"`
}

func (definitionRow) TableName() string { return "definition" }
func (r definitionRow) key() string     { return fmt.Sprint(r.ID) }
func (r definitionRow) alive(l Lifetime) definitionRow {
	r.Lifetime = l
	return r
}

func (r definitionRow) model(ind indicatorRow) (kpi.Definition, error) {
	minN, err := nullDecimal(r.MinN)
	top, topErr := nullDecimal(r.MaxValue)
	fixed, fixedErr := kpi.ParseFixed(r.FixedDenominator)
	err = errors.Join(err, topErr, fixedErr)
	return kpi.Definition{ID: r.ID, Fixed: fixed, BoundRule: kpi.BoundRule(r.BoundRule),
		Indicator: kpi.Indicator{
			ID:        ind.ID,
			Code:      ind.Code,
			Kind:      kpi.Kind(ind.Kind),
			Direction: kpi.Direction(ind.Direction),
			Pillar:    r.Pillar,
		},
		From: r.FromDay, To: r.ToDay, Name: r.Name, NameEN: r.NameEn, Numerator: r.Numerator, Denominator: r.Denominator,
		Unit: r.Unit, Decimals: r.Decimals, Accumulation: kpi.Accumulation(r.Accumulation), Frequency: r.Frequency,
		Reporter: r.Reporter, Subset: kpi.Subset(r.Subset), Max: top, Signed: r.Signed != 0, MinN: minN, RankingSource: kpi.System(r.RankingSource),
		Basis: r.Basis, Verified: r.Verified, Note: r.Note}, err
}

func newDefinition(d kpi.Definition, id, indicator int64, ord int) definitionRow {
	signed := 0
	if d.Signed {
		signed = 1
	}
	return definitionRow{
		ID:           id,
		Indicator:    indicator,
		FromDay:      d.From,
		ToDay:        d.To,
		Name:         d.Name,
		NameEn:       d.NameEN,
		Pillar:       d.Indicator.Pillar,
		Numerator:    d.Numerator,
		Denominator:  d.Denominator,
		Unit:         d.Unit,
		Decimals:     d.Decimals,
		Accumulation: string(d.Accumulation),
		Frequency:    d.Frequency,
		Reporter:     d.Reporter,
		Subset:       string(d.Subset),
		MaxValue: nullFloat(
			d.Max,
		),
		Signed:           signed,
		MinN:             nullFloat(d.MinN),
		RankingSource:    string(d.RankingSource),
		Basis:            d.Basis,
		Verified:         d.Verified,
		Note:             d.Note,
		Ord:              ord,
		FixedDenominator: kpi.FormatFixed(d.Fixed),
		BoundRule:        string(d.BoundRule),
	}
}

type targetRow struct {
	Indicator string `gorm:"primaryKey"`
	Scope     string `gorm:"primaryKey"`
	Year      int    `gorm:"primaryKey"`
	Value     float64
	Unit      string
	Act       string
	Verified  string
	Lifetime  `        gorm:"embedded"`
}

func (targetRow) TableName() string { return "target" }
func (r targetRow) key() string     { return fmt.Sprint(r.Indicator, "\x00", r.Scope, "\x00", r.Year) }
func (r targetRow) alive(l Lifetime) targetRow {
	r.Lifetime = l
	return r
}

type scorecardRow struct {
	ID         int64 `gorm:"primaryKey;autoIncrement:false"`
	Code       string
	Version    string
	Name       string
	FromDay    vi.Date
	ToDay      vi.Date
	Block      string
	Decimals   int
	RoundOrder string
	Silence    string
	Basis      string
	Lifetime   `gorm:"embedded"`
}

func (scorecardRow) TableName() string { return "scorecard_version" }
func (r scorecardRow) key() string     { return fmt.Sprint(r.ID) }
func (r scorecardRow) alive(l Lifetime) scorecardRow {
	r.Lifetime = l
	return r
}

func (r scorecardRow) model() ranking.Scorecard {
	return ranking.Scorecard{ID: r.ID, Code: r.Code, Version: r.Version, Name: r.Name, From: r.FromDay, To: r.ToDay,
		Block: r.Block, Decimals: r.Decimals, RoundOrder: ranking.RoundOrder(r.RoundOrder),
		Silence: ranking.Silence(r.Silence), Basis: r.Basis}
}

type componentRow struct {
	Scorecard int64  `gorm:"primaryKey"`
	Code      string `gorm:"primaryKey"`
	Parent    string
	MaxPoints float64
	Weight    sql.NullFloat64
	Rule      string
	Cap       sql.NullFloat64
	OnMissing string
	OnZero    string
	NotFor    string
	RuleBasis string
	Observed  int
	Ord       int
	Lifetime  `gorm:"embedded"`
}

func (componentRow) TableName() string { return "component" }
func (r componentRow) key() string     { return fmt.Sprint(r.Scorecard, "\x00", r.Code) }
func (r componentRow) alive(l Lifetime) componentRow {
	r.Lifetime = l
	return r
}

func (r componentRow) model() (ranking.Component, error) {
	top, err := vi.DecimalOf(r.MaxPoints)
	if err != nil {
		return ranking.Component{}, err
	}
	weight, err := nullDecimal(r.Weight)
	if err != nil {
		return ranking.Component{}, err
	}
	limit, err := nullDecimal(r.Cap)
	return ranking.Component{Code: r.Code, Parent: r.Parent, Max: top, Weight: weight, Rule: ranking.Rule(r.Rule),
		Cap: limit, OnMissing: ranking.OnMissing(r.OnMissing), OnZero: ranking.OnZero(r.OnZero), NotFor: splitLevels(r.NotFor),
		RuleBasis: r.RuleBasis, Observed: r.Observed != 0}, err
}

func joinLevels(levels []agency.Level) string {
	words := make([]string, 0, len(levels))
	for _, l := range levels {
		words = append(words, string(l))
	}
	return strings.Join(words, " ")
}

func splitLevels(s string) (out []agency.Level) {
	for _, w := range strings.Fields(s) {
		out = append(out, agency.Level(w))
	}
	return out
}

func nullOf(f float64) sql.NullFloat64 { return sql.NullFloat64{Float64: f, Valid: true} }

func nullFloat(d vi.NullDecimal) sql.NullFloat64 {
	if !d.Valid {
		return sql.NullFloat64{}
	}
	return sql.NullFloat64{Float64: d.Float(), Valid: true}
}

func nullDecimal(f sql.NullFloat64) (vi.NullDecimal, error) {
	if !f.Valid {
		return vi.NullDecimal{}, nil
	}
	d, err := vi.DecimalOf(f.Float64)
	return vi.NullDecimal{Decimal: d, Valid: err == nil}, err
}
