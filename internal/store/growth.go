package store

import (
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

type growthRow struct {
	Indicator string `gorm:"primaryKey"`
	Agency    string `gorm:"primaryKey"`
	Period    string `gorm:"primaryKey"`
	Base      string `gorm:"primaryKey"`
	Origin    string `gorm:"primaryKey"`
	Value     string // a decimal number, exactly
	Unit      string
	Word      string
	Quote     string
	Note      string
	Ord       int
	Lifetime  `       gorm:"embedded"`
}

func (growthRow) TableName() string { return "growth" }
func (r growthRow) key() string {
	return strings.Join([]string{r.Indicator, r.Agency, r.Period, r.Base, r.Origin}, "\x00")
}
func (r growthRow) alive(l Lifetime) growthRow {
	r.Lifetime = l
	return r
}

func (tx *Tx) saveGrowth(all []kpi.Growth) error {
	rows := make([]growthRow, 0, len(all))
	for i, g := range all {
		rows = append(
			rows,
			growthRow{Indicator: g.Indicator, Agency: g.Agency, Period: g.Period, Base: g.Base, Origin: g.Origin, Value: g.Value.String(),
				Unit: g.Unit, Word: g.Word, Quote: g.Text, Note: g.Note, Ord: i},
		)
	}
	return syncRows(tx, rows)
}

func (v *View) loadGrowth(c *Catalogue) error {
	var rows []growthRow
	if err := held(v, &rows, "ord, indicator, agency, period, base, origin"); err != nil {
		return err
	}
	for _, r := range rows {
		value, err := vi.ParseDecimal(r.Value)
		if err != nil {
			return err
		}
		c.Growth = append(
			c.Growth,
			kpi.Growth{Indicator: r.Indicator, Agency: r.Agency, Period: r.Period, Base: r.Base, Origin: r.Origin, Value: value,
				Unit: r.Unit, Word: r.Word, Text: r.Quote, Note: r.Note},
		)
	}
	return nil
}
