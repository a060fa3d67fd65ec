package store

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
)

// Catalogue is everything dated that figures are read with: agencies, indicators with their
// definitions, targets and scorecards, and what reports are asked for by: regimes, forms, days off, committees.
type Catalogue struct {
	Agencies    agency.Data
	Definitions []kpi.Definition
	Targets     []kpi.Target
	Scorecards  []ranking.Scorecard
	Regimes     []filing.Regime
	Forms       []filing.Form
	Acts        []kpi.Act
	Identities  []kpi.Identity
	Growth      []kpi.Growth
	Holidays    []filing.SpecialDay
	Bodies      []filing.Body
}

// CatalogueRevision returns the newest revision, up to the view's, that changed the catalogue: a key
// under which a loaded catalogue can be kept.
func (v *View) CatalogueRevision() (int64, error) {
	var id int64
	err := v.db.Raw("SELECT COALESCE(MAX(id), 0) FROM revision WHERE catalogue = 1 AND id <= ?", v.rev.ID).Scan(&id).Error
	return id, err
}

// CatalogueTouched reports whether anybody but an account has changed the catalogue.
func (v *View) CatalogueTouched(except string) (bool, error) {
	var n int64
	err := v.db.Raw(`SELECT COUNT(*) FROM revision r JOIN account a ON a.id = r.account WHERE r.catalogue = 1 AND r.id <= ? AND a.name <> ?`,
		v.rev.ID, except).Scan(&n).Error
	return n > 0, err
}

// SaveCatalogue makes c the catalogue: rows that differ get a new version, rows that c lacks end. Rows
// that are the same stay as they are, so saving the same catalogue again changes nothing.
func (tx *Tx) SaveCatalogue(c Catalogue) (err error) {
	defer fault.Context(&err, "store.SaveCatalogue")
	defer tx.spoil(&err)
	if err := tx.saveAgencies(c.Agencies); err != nil {
		return err
	}
	if err := tx.saveDefinitions(c.Definitions); err != nil {
		return err
	}
	targets := make([]targetRow, 0, len(c.Targets))
	for _, t := range c.Targets {
		targets = append(targets, targetRow{Indicator: t.Indicator, Scope: t.Scope, Year: t.Year, Value: t.Value.Float(),
			Unit: t.Unit, Act: t.Act, Verified: t.Verified})
	}
	if err := syncRows(tx, targets); err != nil {
		return err
	}
	if err := tx.saveScorecards(c.Scorecards); err != nil {
		return err
	}
	if err := tx.saveActs(c.Acts); err != nil {
		return err
	}
	if err := tx.saveIdentities(c.Identities); err != nil {
		return err
	}
	if err := tx.saveGrowth(c.Growth); err != nil {
		return err
	}
	return tx.saveFiling(c)
}

func (tx *Tx) saveAgencies(d agency.Data) error {
	var versions []agencyVersionRow
	seen := map[agency.ID]bool{}
	for _, v := range d.Versions {
		if !seen[v.Agency] {
			seen[v.Agency] = true
			if err := tx.db.Exec("INSERT INTO agency (id) VALUES (?) ON CONFLICT (id) DO NOTHING", string(v.Agency)).Error; err != nil {
				return err
			}
		}
		versions = append(versions, newAgencyVersion(v))
	}
	codes := convert(d.Codes, func(c agency.Code) agencyCodeRow {
		return agencyCodeRow{System: c.System, Code: c.Code, Agency: string(c.Agency), FromDay: c.From, ToDay: c.To, Verified: c.Verified}
	})
	aliases := convert(d.Aliases, func(a agency.Alias) agencyAliasRow {
		return agencyAliasRow{Text: a.Text, Agency: string(a.Agency), FromDay: a.From, ToDay: a.To, Kind: a.Kind, Note: a.Note}
	})
	edges := convert(d.Successions, func(s agency.Succession) successionRow {
		return successionRow{
			Pred:     string(s.Pred),
			Succ:     string(s.Succ),
			OnDay:    s.On,
			Extent:   string(s.Extent),
			Basis:    s.Basis,
			Verified: s.Verified,
		}
	})
	var blocks []blockRow
	for i, b := range d.Blocks {
		r := blockRow{Code: b.Code, Name: b.Name, Owner: string(b.Owner), Level: string(b.Level), Parts: strings.Join(b.Union, " "), Ord: i}
		if b.Special {
			r.Special = 1
		}
		blocks = append(blocks, r)
	}
	members := convert(d.Members, func(m agency.Member) blockMemberRow {
		return blockMemberRow{Block: m.Block, Agency: string(m.Agency), FromDay: m.From, ToDay: m.To, Basis: m.Basis, Verified: m.Verified}
	})
	for _, sync := range []func() error{
		func() error { return syncRows(tx, versions) },
		func() error { return syncRows(tx, codes) },
		func() error { return syncRows(tx, aliases) },
		func() error { return syncRows(tx, edges) },
		func() error { return syncRows(tx, blocks) },
		func() error { return syncRows(tx, members) },
	} {
		if err := sync(); err != nil {
			return err
		}
	}
	return nil
}

func convert[A, B any](in []A, f func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}

// saveDefinitions keeps the ids of indicators by code and of definitions by indicator and first day.
func (tx *Tx) saveDefinitions(defs []kpi.Definition) error {
	var have []indicatorRow
	if err := tx.db.Find(&have).Error; err != nil {
		return err
	}
	indicators := map[string]indicatorRow{}
	for _, r := range have {
		indicators[r.Code] = r
	}
	var known []definitionRow
	if err := tx.db.Find(&known).Error; err != nil {
		return err
	}
	type start struct {
		indicator int64
		from      int
	}
	ids, nextDef := map[start]int64{}, int64(1)
	for _, r := range known {
		ids[start{r.Indicator, int(r.FromDay)}] = r.ID
		nextDef = max(nextDef, r.ID+1)
	}
	nextInd := int64(len(have) + 1)
	var rows []definitionRow
	for ord, d := range defs {
		want := indicatorRow{Code: d.Indicator.Code, Kind: string(d.Indicator.Kind), Direction: string(d.Indicator.Direction)}
		ind, ok := indicators[want.Code]
		switch {
		case !ok:
			want.ID = nextInd
			nextInd++
			if err := tx.db.Create(&want).Error; err != nil {
				return err
			}
			ind, indicators[want.Code] = want, want
			tx.touched, tx.catalogue = true, true
		case ind.Kind != want.Kind || ind.Direction != want.Direction:
			return fault.New(fault.Invalid, "Chỉ tiêu %s không được đổi loại hoặc chiều đánh giá; hãy tạo mã mới.", want.Code)
		}
		key := start{ind.ID, int(d.From)}
		id, ok := ids[key]
		if !ok {
			id = nextDef
			ids[key] = id
			nextDef++
		}
		rows = append(rows, newDefinition(d, id, ind.ID, ord))
	}
	return syncRows(tx, rows)
}

func (tx *Tx) saveScorecards(cards []ranking.Scorecard) error {
	var known []scorecardRow
	if err := tx.db.Find(&known).Error; err != nil {
		return err
	}
	ids, next := map[string]int64{}, int64(1)
	for _, r := range known {
		ids[r.Code+"\x00"+r.Version] = r.ID
		next = max(next, r.ID+1)
	}
	var rows []scorecardRow
	var comps []componentRow
	for _, s := range cards {
		id, ok := ids[s.Code+"\x00"+s.Version]
		if !ok {
			id = next
			next++
		}
		rows = append(rows, scorecardRow{ID: id, Code: s.Code, Version: s.Version, Name: s.Name, FromDay: s.From, ToDay: s.To,
			Block: s.Block, Decimals: s.Decimals, RoundOrder: string(s.RoundOrder), Silence: string(s.Silence), Basis: s.Basis})
		for i, c := range s.Components {
			comps = append(comps, componentRow{Scorecard: id, Code: c.Code, Parent: c.Parent, MaxPoints: c.Max.Float(),
				Weight: nullFloat(c.Weight), Rule: string(c.Rule), Cap: nullFloat(c.Cap), OnMissing: string(c.OnMissing),
				OnZero: string(c.OnZero), NotFor: joinLevels(c.NotFor), RuleBasis: c.RuleBasis, Observed: flag(c.Observed), Ord: i})
		}
	}
	if err := syncRows(tx, rows); err != nil {
		return err
	}
	return syncRows(tx, comps)
}

// syncRows makes want the rows that hold from this revision on.
func syncRows[T record[T]](tx *Tx, want []T) error {
	var have []T
	if err := tx.db.Where("superseded = ?", int64(forever)).Find(&have).Error; err != nil {
		return err
	}
	current := make(map[string]T, len(have))
	for _, r := range have {
		current[r.key()] = r
	}
	var fresh []T
	seen := make(map[string]bool, len(want))
	for _, w := range want {
		if seen[w.key()] {
			return fault.New(fault.Invalid, "Danh mục có hai dòng trùng khóa: %s.", strings.ReplaceAll(w.key(), "\x00", " "))
		}
		seen[w.key()] = true
		old, ok := current[w.key()]
		if ok && old.alive(Lifetime{}) == w {
			delete(current, w.key())
			continue
		}
		fresh = append(fresh, w.alive(Lifetime{tx.rev.ID, forever}))
	}
	if len(fresh) == 0 && len(current) == 0 {
		return nil
	}
	tx.touched, tx.catalogue = true, true
	for _, old := range current { // changed or gone
		if err := supersede(tx, &old); err != nil {
			return err
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return tx.db.CreateInBatches(fresh, 40).Error // the SQLite driver's cost grows with the square of the parameters
}

// supersede ends a row. It names every part of the key itself, for gorm leaves out those that are zero.
func supersede[T any](tx *Tx, old *T) error {
	stmt := &gorm.Statement{DB: tx.db}
	if err := stmt.Parse(old); err != nil {
		return err
	}
	q := tx.db.Table(stmt.Schema.Table)
	for _, f := range stmt.Schema.PrimaryFields {
		part, _ := f.ValueOf(tx.ctx(), reflect.ValueOf(old).Elem())
		q = q.Where(clause.Eq{Column: clause.Column{Name: f.DBName}, Value: part})
	}
	return q.Update("superseded", tx.rev.ID).Error
}

// Catalogue reads the catalogue as it held at the view's revision.
func (v *View) Catalogue() (c Catalogue, err error) {
	defer fault.Context(&err, "store.Catalogue")
	var versions []agencyVersionRow
	var codes []agencyCodeRow
	var aliases []agencyAliasRow
	var edges []successionRow
	var blocks []blockRow
	var members []blockMemberRow
	for _, load := range []func() error{
		func() error { return held(v, &versions, "ord, agency, from_day") },
		func() error { return held(v, &codes, "system, code, from_day") },
		func() error { return held(v, &aliases, "agency, text, from_day") },
		func() error { return held(v, &edges, "on_day, pred, succ") },
		func() error { return held(v, &blocks, "ord, code") },
		func() error { return held(v, &members, "block, agency, from_day") },
		func() error { return v.loadDefinitions(&c) },
		func() error { return v.loadScorecards(&c) },
		func() error { return v.loadFiling(&c) },
		func() error { return v.loadActs(&c) },
		func() error { return v.loadIdentities(&c) },
		func() error { return v.loadGrowth(&c) },
	} {
		if err := load(); err != nil {
			return c, err
		}
	}
	d := &c.Agencies
	d.Versions = convert(versions, agencyVersionRow.model)
	d.Codes = convert(codes, func(r agencyCodeRow) agency.Code {
		return agency.Code{System: r.System, Code: r.Code, From: r.FromDay, To: r.ToDay, Agency: agency.ID(r.Agency), Verified: r.Verified}
	})
	d.Aliases = convert(aliases, func(r agencyAliasRow) agency.Alias {
		return agency.Alias{Text: r.Text, Agency: agency.ID(r.Agency), From: r.FromDay, To: r.ToDay, Kind: r.Kind, Note: r.Note}
	})
	d.Successions = convert(edges, func(r successionRow) agency.Succession {
		return agency.Succession{
			Pred:     agency.ID(r.Pred),
			Succ:     agency.ID(r.Succ),
			On:       r.OnDay,
			Extent:   agency.Extent(r.Extent),
			Basis:    r.Basis,
			Verified: r.Verified,
		}
	})
	d.Blocks = convert(blocks, blockRow.model)
	d.Members = convert(members, func(r blockMemberRow) agency.Member {
		return agency.Member{Block: r.Block, Agency: agency.ID(r.Agency), From: r.FromDay, To: r.ToDay, Basis: r.Basis, Verified: r.Verified}
	})
	return c, nil
}

// held loads the rows of a catalogue table that hold at the view's revision.
func held[T any](v *View, into *[]T, order string) error {
	return v.db.Where("revision <= ? AND superseded > ?", v.rev.ID, v.rev.ID).Order(order).Find(into).Error
}

func (v *View) loadDefinitions(c *Catalogue) error {
	var inds []indicatorRow
	if err := v.db.Find(&inds).Error; err != nil {
		return err
	}
	byID := map[int64]indicatorRow{}
	for _, r := range inds {
		byID[r.ID] = r
	}
	var defs []definitionRow
	if err := held(v, &defs, "ord, id"); err != nil {
		return err
	}
	for _, r := range defs {
		d, err := r.model(byID[r.Indicator])
		if err != nil {
			return fmt.Errorf("definition %d: %w", r.ID, err)
		}
		c.Definitions = append(c.Definitions, d)
	}
	var targets []targetRow
	if err := held(v, &targets, "indicator, year, scope"); err != nil {
		return err
	}
	for _, r := range targets {
		value, err := nullDecimal(nullOf(r.Value))
		if err != nil {
			return fmt.Errorf("target of %s: %w", r.Indicator, err)
		}
		c.Targets = append(c.Targets, kpi.Target{Indicator: r.Indicator, Scope: r.Scope, Year: r.Year, Value: value.Decimal,
			Unit: r.Unit, Act: r.Act, Verified: r.Verified})
	}
	return nil
}

func (v *View) loadScorecards(c *Catalogue) error {
	var cards []scorecardRow
	if err := held(v, &cards, "id"); err != nil {
		return err
	}
	var comps []componentRow
	if err := held(v, &comps, "scorecard, ord"); err != nil {
		return err
	}
	for _, r := range cards {
		s := r.model()
		for _, cr := range comps {
			if cr.Scorecard != r.ID {
				continue
			}
			comp, err := cr.model()
			if err != nil {
				return fmt.Errorf("scorecard %s %s: %w", s.Code, cr.Code, err)
			}
			s.Components = append(s.Components, comp)
		}
		c.Scorecards = append(c.Scorecards, s)
	}
	slices.SortStableFunc(c.Scorecards, func(a, b ranking.Scorecard) int { return cmp.Compare(a.ID, b.ID) })
	return nil
}
