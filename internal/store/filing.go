package store

import (
	"fmt"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

type regimeRow struct {
	Code      string  `gorm:"primaryKey"`
	FromDay   vi.Date `gorm:"primaryKey"`
	ToDay     vi.Date
	Name      string
	Owner     string
	Kind      string
	Frequency string
	Cutoff    string
	Due       string
	Blocks    string
	Outline   string
	Basis     string
	Verified  string
	Note      string
	Coverage  int
	Ord       int
	Lifetime  `gorm:"embedded"`
}

func (regimeRow) TableName() string { return "regime" }
func (r regimeRow) key() string     { return fmt.Sprint(r.Code, "\x00", int(r.FromDay)) }
func (r regimeRow) alive(l Lifetime) regimeRow {
	r.Lifetime = l
	return r
}

func (r regimeRow) model() filing.Regime {
	out := filing.Regime{Code: r.Code, From: r.FromDay, To: r.ToDay, Name: r.Name, Owner: agency.ID(r.Owner), Kind: filing.Kind(r.Kind),
		Frequency: kpi.PeriodKind(r.Frequency), Cutoff: filing.Cutoff(r.Cutoff), Due: filing.DueRule(r.Due), Basis: r.Basis,
		Verified: r.Verified, Note: r.Note, Coverage: r.Coverage}
	if r.Blocks != "" {
		out.Blocks = strings.Fields(r.Blocks)
	}
	if r.Outline != "" {
		out.Outline = strings.Split(r.Outline, "\n")
	}
	return out
}

type formRow struct {
	ID       int64 `gorm:"primaryKey;autoIncrement:false"`
	Regime   string
	Code     string
	FromDay  vi.Date
	ToDay    vi.Date
	Name     string
	Round    int64
	Basis    string
	Ord      int
	Lifetime `gorm:"embedded"`
}

func (formRow) TableName() string { return "form" }
func (r formRow) key() string     { return fmt.Sprint(r.ID) }
func (r formRow) alive(l Lifetime) formRow {
	r.Lifetime = l
	return r
}

type formItemRow struct {
	Form      int64  `gorm:"primaryKey;autoIncrement:false"`
	Indicator string `gorm:"primaryKey"`
	Ord       int
	Input     string
	Optional  int
	Assigned  string
	Act       string
	Lifetime  `       gorm:"embedded"`
}

func (formItemRow) TableName() string { return "form_item" }
func (r formItemRow) key() string     { return fmt.Sprint(r.Form, "\x00", r.Indicator) }
func (r formItemRow) alive(l Lifetime) formItemRow {
	r.Lifetime = l
	return r
}

type holidayRow struct {
	Day      vi.Date `gorm:"primaryKey;autoIncrement:false"`
	Kind     string
	Name     string
	Basis    string
	Verified string
	Lifetime `gorm:"embedded"`
}

func (holidayRow) TableName() string { return "holiday" }
func (r holidayRow) key() string     { return fmt.Sprint(int(r.Day)) }
func (r holidayRow) alive(l Lifetime) holidayRow {
	r.Lifetime = l
	return r
}

type bodyRow struct {
	Role     string  `gorm:"primaryKey"`
	Owner    string  `gorm:"primaryKey"`
	Scope    string  `gorm:"primaryKey"`
	FromDay  vi.Date `gorm:"primaryKey"`
	ToDay    vi.Date
	Name     string
	Short    string
	Agency   string
	Basis    string
	Verified string
	Lifetime `gorm:"embedded"`
}

func (bodyRow) TableName() string { return "body" }
func (r bodyRow) key() string {
	return fmt.Sprint(r.Role, "\x00", r.Owner, "\x00", r.Scope, "\x00", int(r.FromDay))
}
func (r bodyRow) alive(l Lifetime) bodyRow {
	r.Lifetime = l
	return r
}

func (tx *Tx) saveFiling(c Catalogue) error {
	regimes := make([]regimeRow, 0, len(c.Regimes))
	for i, r := range c.Regimes {
		regimes = append(
			regimes,
			regimeRow{Code: r.Code, FromDay: r.From, ToDay: r.To, Name: r.Name, Owner: string(r.Owner), Kind: string(r.Kind),
				Frequency: string(r.Frequency), Cutoff: string(r.Cutoff), Due: string(r.Due), Blocks: strings.Join(r.Blocks, " "),
				Outline: strings.Join(r.Outline, "\n"), Basis: r.Basis, Verified: r.Verified, Note: r.Note, Coverage: r.Coverage, Ord: i},
		)
	}
	if err := syncRows(tx, regimes); err != nil {
		return err
	}
	if err := tx.saveForms(c.Forms); err != nil {
		return err
	}
	if err := syncRows(tx, convert(c.Holidays, func(d filing.SpecialDay) holidayRow {
		return holidayRow{Day: d.Day, Kind: string(d.Kind), Name: d.Name, Basis: d.Basis, Verified: d.Verified}
	})); err != nil {
		return err
	}
	return syncRows(tx, convert(c.Bodies, func(b filing.Body) bodyRow {
		return bodyRow{Role: string(b.Role), Owner: string(b.Owner), Scope: b.Scope, FromDay: b.From, ToDay: b.To, Name: b.Name,
			Short: b.Short, Agency: string(b.Agency), Basis: b.Basis, Verified: b.Verified}
	}))
}

// saveForms keeps the ids of form versions by regime, code and first day.
func (tx *Tx) saveForms(forms []filing.Form) error {
	var known []formRow
	if err := tx.db.Find(&known).Error; err != nil {
		return err
	}
	name := func(regime, code string, from vi.Date) string {
		return fmt.Sprint(regime, "\x00", code, "\x00", int(from))
	}
	ids, next := map[string]int64{}, int64(1)
	for _, r := range known {
		ids[name(r.Regime, r.Code, r.FromDay)] = r.ID
		next = max(next, r.ID+1)
	}
	var rows []formRow
	var items []formItemRow
	for ord, f := range forms {
		id, ok := ids[name(f.Regime, f.Code, f.From)]
		if !ok {
			id = next
			ids[name(f.Regime, f.Code, f.From)] = id
			next++
		}
		rows = append(
			rows,
			formRow{ID: id, Regime: f.Regime, Code: f.Code, FromDay: f.From, ToDay: f.To, Name: f.Name, Round: f.Round, Basis: f.Basis, Ord: ord},
		)
		for _, it := range f.Items {
			items = append(items, formItemRow{Form: id, Indicator: it.Indicator, Ord: it.Order, Input: string(it.Input), Optional: flag(it.Optional),
				Assigned: strings.Join(it.Assigned, " "), Act: it.Act})
		}
	}
	if err := syncRows(tx, rows); err != nil {
		return err
	}
	return syncRows(tx, items)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (v *View) loadFiling(c *Catalogue) error {
	var regimes []regimeRow
	var forms []formRow
	var items []formItemRow
	var days []holidayRow
	var bodies []bodyRow
	for _, load := range []func() error{
		func() error { return held(v, &regimes, "ord, code, from_day") },
		func() error { return held(v, &forms, "ord, id") },
		func() error { return held(v, &items, "form, ord, indicator") },
		func() error { return held(v, &days, "day") },
		func() error { return held(v, &bodies, "owner, role, scope, from_day") },
	} {
		if err := load(); err != nil {
			return err
		}
	}
	c.Regimes = convert(regimes, regimeRow.model)
	byForm := map[int64][]filing.Item{}
	for _, r := range items {
		byForm[r.Form] = append(
			byForm[r.Form],
			filing.Item{Indicator: r.Indicator, Order: r.Ord, Input: filing.Input(r.Input), Optional: r.Optional != 0,
				Assigned: strings.Fields(r.Assigned), Act: r.Act},
		)
	}
	c.Forms = convert(forms, func(r formRow) filing.Form {
		return filing.Form{
			ID:     r.ID,
			Regime: r.Regime,
			Code:   r.Code,
			Name:   r.Name,
			From:   r.FromDay,
			To:     r.ToDay,
			Round:  r.Round,
			Basis:  r.Basis,
			Items:  byForm[r.ID],
		}
	})
	c.Holidays = convert(days, func(r holidayRow) filing.SpecialDay {
		return filing.SpecialDay{Day: r.Day, Kind: filing.DayKind(r.Kind), Name: r.Name, Basis: r.Basis, Verified: r.Verified}
	})
	c.Bodies = convert(bodies, func(r bodyRow) filing.Body {
		return filing.Body{Role: filing.BodyRole(r.Role), Owner: agency.ID(r.Owner), Scope: r.Scope, From: r.FromDay, To: r.ToDay, Name: r.Name,
			Short: r.Short, Agency: agency.ID(r.Agency), Basis: r.Basis, Verified: r.Verified}
	})
	return nil
}
