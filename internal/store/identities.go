package store

import (
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

type identityRow struct {
	Code      string `gorm:"primaryKey"`
	Form      string
	Rule      string
	Total     string
	Parts     string // separated by blanks
	FromDay   vi.Date
	ToDay     vi.Date
	Tolerance string // a decimal number, exactly
	Basis     string
	Verified  string
	Note      string
	Ord       int
	Lifetime  `gorm:"embedded"`
}

func (identityRow) TableName() string { return "identity" }
func (r identityRow) key() string     { return r.Code }
func (r identityRow) alive(l Lifetime) identityRow {
	r.Lifetime = l
	return r
}

func (tx *Tx) saveIdentities(ids []kpi.Identity) error {
	rows := make([]identityRow, 0, len(ids))
	for n, i := range ids {
		rows = append(rows, identityRow{Code: i.Code, Form: i.Form, Rule: string(i.Rule), Total: i.Total, Parts: strings.Join(i.Parts, " "),
			FromDay: i.From, ToDay: i.To, Tolerance: i.Tolerance.String(), Basis: i.Basis, Verified: i.Verified, Note: i.Note, Ord: n})
	}
	return syncRows(tx, rows)
}

func (v *View) loadIdentities(c *Catalogue) error {
	var rows []identityRow
	if err := held(v, &rows, "ord, code"); err != nil {
		return err
	}
	for _, r := range rows {
		tolerance, err := vi.ParseDecimal(r.Tolerance)
		if err != nil {
			return err
		}
		c.Identities = append(c.Identities, kpi.Identity{Code: r.Code, Form: r.Form, Rule: kpi.IdentityRule(r.Rule), Total: r.Total,
			Parts: strings.Fields(r.Parts), From: r.FromDay, To: r.ToDay, Tolerance: tolerance, Basis: r.Basis, Verified: r.Verified, Note: r.Note})
	}
	return nil
}
