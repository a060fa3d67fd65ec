package store

import (
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

type actRow struct {
	Number    string `gorm:"primaryKey"`
	Title     string
	FromDay   vi.Date
	ToDay     vi.Date
	Successor string
	EndedBy   string
	Verified  string
	Note      string
	Ord       int
	Lifetime  `gorm:"embedded"`
}

func (actRow) TableName() string { return "act" }
func (r actRow) key() string     { return r.Number }
func (r actRow) alive(l Lifetime) actRow {
	r.Lifetime = l
	return r
}

func (tx *Tx) saveActs(acts []kpi.Act) error {
	rows := make([]actRow, 0, len(acts))
	for i, a := range acts {
		rows = append(rows, actRow{Number: a.Number, Title: a.Title, FromDay: a.From, ToDay: a.To, Successor: a.Successor,
			EndedBy: a.EndedBy, Verified: a.Verified, Note: a.Note, Ord: i})
	}
	return syncRows(tx, rows)
}

func (v *View) loadActs(c *Catalogue) error {
	var rows []actRow
	if err := held(v, &rows, "ord, number"); err != nil {
		return err
	}
	c.Acts = convert(rows, func(r actRow) kpi.Act {
		return kpi.Act{Number: r.Number, Title: r.Title, From: r.FromDay, To: r.ToDay, Successor: r.Successor,
			EndedBy: r.EndedBy, Verified: r.Verified, Note: r.Note}
	})
	return nil
}
