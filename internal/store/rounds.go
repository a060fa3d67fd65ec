package store

import (
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

type roundRow struct {
	ID        int64 `gorm:"primaryKey;autoIncrement:false"`
	Regime    string
	Name      string
	Period    int64
	Blocks    string
	DataFrom  vi.Date
	DataTo    vi.Date
	DueDay    vi.Date
	DueMinute int
	OpenedAt  int64
	LockedAt  int64
	Document  int64
}

func (roundRow) TableName() string { return "round" }

// newRound leaves out the period, whose id the caller knows.
func newRound(r filing.Round) roundRow {
	row := roundRow{
		ID:        r.ID,
		Regime:    r.Regime,
		Name:      r.Name,
		Blocks:    strings.Join(r.Blocks, " "),
		DataFrom:  r.Window.From,
		DataTo:    r.Window.To,
		DueDay:    r.Due.Day,
		DueMinute: r.Due.Minute,
		OpenedAt:  r.OpenedAt.UnixMicro(),
		Document:  r.Document,
	}
	if r.Locked() {
		row.LockedAt = r.LockedAt.UnixMicro()
	}
	return row
}

type roundAgencyRow struct {
	Round  int64  `gorm:"primaryKey;autoIncrement:false"`
	Agency string `gorm:"primaryKey"`
}

func (roundAgencyRow) TableName() string { return "round_agency" }

type roundEventRow struct {
	ID        int64 `gorm:"primaryKey;autoIncrement:false"`
	Round     int64
	Revision  int64
	Account   int64
	Action    string
	Agency    string
	DataFrom  vi.Date
	DataTo    vi.Date
	DueDay    vi.Date
	DueMinute int
	Reason    string
	Document  int64
}

func (roundEventRow) TableName() string { return "round_event" }

// OpenRound opens a round and returns its id. Opening, changing and locking are official changes.
func (tx *Tx) OpenRound(r filing.Round, e filing.RoundEvent) (id int64, err error) {
	defer fault.Context(&err, "store.OpenRound(%s %s)", r.Regime, r.Period.Key)
	defer tx.spoil(&err)
	if r.ID, err = tx.nextID("round"); err != nil {
		return 0, err
	}
	r.OpenedAt = tx.rev.At
	row := newRound(r)
	if row.Period, err = tx.ensurePeriod(r.Period); err != nil {
		return 0, err
	}
	if err := tx.db.Create(&row).Error; err != nil {
		return 0, err
	}
	for _, id := range r.Agencies {
		if err := tx.db.Create(&roundAgencyRow{r.ID, string(id)}).Error; err != nil {
			return 0, err
		}
	}
	e.Action, e.Window, e.Due, e.Document = filing.RoundOpened, r.Window, r.Due, r.Document
	return r.ID, tx.roundEvent(r.ID, e)
}

// ChangeRound stores what e did to a round: another window or deadline for everybody, more time for one agency, locked, unlocked.
func (tx *Tx) ChangeRound(r filing.Round, e filing.RoundEvent) (err error) {
	defer fault.Context(&err, "store.ChangeRound(%d)", r.ID)
	defer tx.spoil(&err)
	set := map[string]any{}
	switch e.Action {
	case filing.RoundChanged:
		set = map[string]any{
			"data_from":  int(e.Window.From),
			"data_to":    int(e.Window.To),
			"due_day":    int(e.Due.Day),
			"due_minute": e.Due.Minute,
		}
	case filing.RoundLocked:
		set["locked_at"] = tx.rev.At.UnixMicro()
	case filing.RoundUnlocked:
		set["locked_at"] = 0
	}
	if len(set) > 0 {
		if err := tx.db.Model(&roundRow{}).Where("id = ?", r.ID).Updates(set).Error; err != nil {
			return err
		}
	}
	return tx.roundEvent(r.ID, e)
}

func (tx *Tx) roundEvent(round int64, e filing.RoundEvent) error {
	id, err := tx.nextID("round_event")
	if err != nil {
		return err
	}
	tx.touched = true
	tx.mark("round", round)
	return tx.db.Create(
		&roundEventRow{ID: id, Round: round, Revision: tx.rev.ID, Account: tx.account, Action: string(e.Action), Agency: string(e.Agency),
			DataFrom: e.Window.From, DataTo: e.Window.To, DueDay: e.Due.Day, DueMinute: e.Due.Minute, Reason: e.Reason, Document: e.Document},
	).Error
}

// Rounds returns every round, the newest first.
func (v *View) Rounds() (out []filing.Round, err error) {
	defer fault.Context(&err, "store.Rounds")
	return v.rounds("")
}

// Round returns a round; a fault of kind NotFound when there is none.
func (v *View) Round(id int64) (r filing.Round, err error) {
	defer fault.Context(&err, "store.Round(%d)", id)
	all, err := v.rounds("WHERE r.id = ?", id)
	if err != nil {
		return r, err
	}
	if len(all) == 0 {
		return r, fault.New(fault.NotFound, "Không có đợt báo cáo số %d.", id)
	}
	return all[0], nil
}

func (v *View) rounds(where string, args ...any) ([]filing.Round, error) {
	var found []struct {
		Row roundRow `gorm:"embedded"` // named: gorm looks into exported fields only
		Key string
	}
	if err := v.db.Raw("SELECT r.*, p.key FROM round r JOIN period p ON p.id = r.period "+where+" ORDER BY r.id DESC", args...).Scan(&found).Error; err != nil {
		return nil, err
	}
	var listed []roundAgencyRow
	if err := v.db.Raw("SELECT r.round, r.agency FROM round_agency r "+strings.Replace(where, "r.id", "r.round", 1)+" ORDER BY r.round, r.agency", args...).Scan(&listed).Error; err != nil {
		return nil, err
	}
	agencies := map[int64][]agency.ID{}
	for _, l := range listed {
		agencies[l.Round] = append(agencies[l.Round], agency.ID(l.Agency))
	}
	out := make([]filing.Round, 0, len(found))
	for _, f := range found {
		row := f.Row
		p, err := kpi.ParsePeriod(f.Key)
		if err != nil {
			return nil, err
		}
		r := filing.Round{ID: row.ID, Regime: row.Regime, Name: row.Name, Period: p, Agencies: agencies[row.ID],
			Window: filing.Window{From: row.DataFrom, To: row.DataTo}, Due: filing.Deadline{Day: row.DueDay, Minute: row.DueMinute},
			OpenedAt: time.UnixMicro(row.OpenedAt).UTC(), Document: row.Document}
		if row.Blocks != "" {
			r.Blocks = strings.Fields(row.Blocks)
		}
		if row.LockedAt != 0 {
			r.LockedAt = time.UnixMicro(row.LockedAt).UTC()
		}
		out = append(out, r)
	}
	return out, nil
}

// RoundEvents returns what was done to a round, oldest first.
func (v *View) RoundEvents(round int64) (out []filing.RoundEvent, err error) {
	defer fault.Context(&err, "store.RoundEvents(%d)", round)
	var rows []struct {
		Row  roundEventRow `gorm:"embedded"`
		At   int64
		Name string
	}
	err = v.db.Raw(`SELECT e.*, r.at, a.name FROM round_event e JOIN revision r ON r.id = e.revision JOIN account a ON a.id = e.account
		WHERE e.round = ? ORDER BY e.id`, round).Scan(&rows).Error
	for _, found := range rows {
		r := found.Row
		out = append(
			out,
			filing.RoundEvent{
				At:      time.UnixMicro(found.At).UTC(),
				Account: found.Name,
				Action:  filing.RoundAction(r.Action),
				Agency:  agency.ID(r.Agency),
				Window: filing.Window{
					From: r.DataFrom,
					To:   r.DataTo,
				},
				Due:      filing.Deadline{Day: r.DueDay, Minute: r.DueMinute},
				Reason:   r.Reason,
				Document: r.Document,
			},
		)
	}
	return out, err
}

// Extensions returns who was given more time in a round, oldest first.
func (v *View) Extensions(round int64) ([]filing.Extension, error) {
	events, err := v.RoundEvents(round)
	if err != nil {
		return nil, err
	}
	var out []filing.Extension
	for _, e := range events {
		if e.Action == filing.RoundExtended {
			out = append(
				out,
				filing.Extension{Agency: e.Agency, Due: e.Due, Reason: e.Reason, Document: e.Document, Account: e.Account, At: e.At},
			)
		}
	}
	return out, nil
}

type contactRow struct {
	Agency   string `gorm:"primaryKey"`
	Ord      int    `gorm:"primaryKey;autoIncrement:false"`
	Name     string
	Position string
	Phone    string
	Email    string
	Deputy   int
}

func (contactRow) TableName() string { return "contact" }

// SaveContacts makes list the people to call about an agency's reports. It is no official change.
func (tx *Tx) SaveContacts(id agency.ID, list []filing.Contact) (err error) {
	defer fault.Context(&err, "store.SaveContacts(%s)", id)
	defer tx.spoil(&err)
	tx.mark("contacts", string(id))
	if err := tx.db.Where("agency = ?", string(id)).Delete(&contactRow{}).Error; err != nil {
		return err
	}
	for i, c := range list {
		row := contactRow{
			Agency:   string(id),
			Ord:      i + 1,
			Name:     c.Name,
			Position: c.Position,
			Phone:    c.Phone,
			Email:    c.Email,
			Deputy:   flag(c.Deputy),
		}
		if err := tx.db.Create(&row).Error; err != nil {
			return err
		}
	}
	return nil
}

// Contacts returns the people to call, of every agency, first ones first.
func (v *View) Contacts() (out map[agency.ID][]filing.Contact, err error) {
	defer fault.Context(&err, "store.Contacts")
	var rows []contactRow
	err = v.db.Order("agency, ord").Find(&rows).Error
	out = map[agency.ID][]filing.Contact{}
	for _, r := range rows {
		id := agency.ID(r.Agency)
		out[id] = append(
			out[id],
			filing.Contact{Agency: id, Name: r.Name, Position: r.Position, Phone: r.Phone, Email: r.Email, Deputy: r.Deputy != 0},
		)
	}
	return out, err
}
