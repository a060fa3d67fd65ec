package store

import (
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Document is an act or letter that something rests on (văn bản). Number, day and issuer name it.
type Document struct {
	ID     int64
	Number string
	Day    vi.Date
	Issuer string
	Signer string
	Title  string
	File   string // SHA-256 of the kept file, "" if none
}

// String returns "Quyết định 11/QĐ-BCĐCP ngày 05/02/2026 (Ban Chỉ đạo)" as far as it is known.
func (d Document) String() string {
	s := d.Number
	if d.Day != 0 && !d.Day.IsOpen() {
		s += " ngày " + d.Day.String()
	}
	if d.Issuer != "" {
		s += " (" + d.Issuer + ")"
	}
	return s
}

type documentRow struct {
	ID     int64 `gorm:"primaryKey;autoIncrement:false"`
	Number string
	Day    vi.Date
	Issuer string
	Signer string
	Title  string
	File   *string
}

func (documentRow) TableName() string { return "document" }

func (r documentRow) model() Document {
	d := Document{ID: r.ID, Number: r.Number, Day: r.Day, Issuer: r.Issuer, Signer: r.Signer, Title: r.Title}
	if r.File != nil {
		d.File = *r.File
	}
	return d
}

// SaveDocument returns the id of a document, keeping it when it is new. It is no official change of its own: whatever cites it
// is. What a later mention knows besides (signer, title, file) is added where nothing stood.
func (tx *Tx) SaveDocument(d Document) (id int64, err error) {
	defer fault.Context(&err, "store.SaveDocument(%s)", d.Number)
	defer tx.spoil(&err)
	var rows []documentRow
	if err := tx.db.Where("number = ? AND day = ? AND issuer = ?", d.Number, int(d.Day), d.Issuer).Find(&rows).Error; err != nil {
		return 0, err
	}
	if len(rows) > 0 {
		have := rows[0].model()
		add := map[string]any{}
		for column, text := range map[string][2]string{"signer": {have.Signer, d.Signer}, "title": {have.Title, d.Title}, "file": {have.File, d.File}} {
			if text[0] == "" && text[1] != "" {
				add[column] = text[1]
			}
		}
		if len(add) == 0 {
			return have.ID, nil
		}
		tx.mark("document", have.ID)
		return have.ID, tx.db.Model(&documentRow{}).Where("id = ?", have.ID).Updates(add).Error
	}
	if id, err = tx.nextID("document"); err != nil {
		return 0, err
	}
	tx.mark("document", id)
	row := documentRow{ID: id, Number: d.Number, Day: d.Day, Issuer: d.Issuer, Signer: d.Signer, Title: d.Title}
	if d.File != "" {
		row.File = &d.File
	}
	return id, tx.db.Create(&row).Error
}

// Cite notes the document that orders this Write's change of official data.
func (tx *Tx) Cite(document int64) { tx.document = document }

// Document returns a document; a fault of kind NotFound when there is none.
func (v *View) Document(id int64) (d Document, err error) {
	defer fault.Context(&err, "store.Document(%d)", id)
	var rows []documentRow
	if err := v.db.Where("id = ?", id).Find(&rows).Error; err != nil {
		return d, err
	}
	if len(rows) == 0 {
		return d, fault.New(fault.NotFound, "Không có văn bản số %d.", id)
	}
	return rows[0].model(), nil
}

// Documents returns every document by id.
func (v *View) Documents() (out map[int64]Document, err error) {
	defer fault.Context(&err, "store.Documents")
	var rows []documentRow
	if err := v.db.Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	out = make(map[int64]Document, len(rows))
	for _, r := range rows {
		out[r.ID] = r.model()
	}
	return out, nil
}
