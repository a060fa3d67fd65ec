package notices

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Bounds of the people to call.
const (
	maxContacts = 6
	maxName     = 200
	maxPhone    = 40
)

// ContactsView is whom to call about an agency's reports (đầu mối), and who may say so.
type ContactsView struct {
	Agency     agency.ID
	AgencyName string
	Contacts   []filing.Contact // the first one first
	ByUnit     bool             // the actor may change them, as who looks after the agency's accounts …
	ByOffice   bool             // … or as the office that calls
	Agencies   []ledger.Choice  // whose contacts the actor may change
}

// Contacts returns whom to call about an agency's reports, for its own people and the office.
func (a *Room) Contacts(ctx context.Context, id agency.ID) (out *ContactsView, err error) {
	defer fault.Context(&err, "notices.Contacts(%s)", id)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		who, ground := access.From(ctx), access.Ground{Tree: c.Agencies, Day: a.Today()}
		if err := ground.Check(who, access.ReadNames, access.At(id)); err != nil {
			return err
		}
		if !c.Agencies.Known(id) {
			return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", string(id))
		}
		all, err := v.Contacts()
		if err != nil {
			return err
		}
		out = &ContactsView{Agency: id, AgencyName: c.Agencies.Name(id, a.Today()), Contacts: all[id],
			ByUnit: ground.May(who, access.ManageUnit, access.At(id)), ByOffice: ground.May(who, access.RunRound, access.At(id))}
		if out.ByOffice {
			out.Agencies = a.AgenciesFor(c, ground, who, access.RunRound)
		} else if out.ByUnit {
			out.Agencies = a.AgenciesFor(c, ground, who, access.ManageUnit)
		}
		return nil
	})
	return out, err
}

// MaySet reports whether the actor may open the page of an agency's contacts and change them there.
func (a *Room) MaySet(ctx context.Context, c *ledger.Catalogue, id agency.ID) bool {
	who, ground, on := access.From(ctx), access.Ground{Tree: c.Agencies, Day: a.Today()}, access.At(id)
	return ground.May(who, access.ReadNames, on) && (ground.May(who, access.ManageUnit, on) || ground.May(who, access.RunRound, on))
}

// SetContacts makes list the people to call about an agency's reports: by who looks after its accounts, or by the office.
func (a *Room) SetContacts(ctx context.Context, id agency.ID, list []filing.Contact) (err error) {
	defer fault.Context(&err, "notices.SetContacts(%s)", id)
	actor := access.From(ctx)
	list, err = cleanContacts(list)
	if err != nil {
		return err
	}
	_, err = a.Write(ctx, store.Change{Account: actor.Name, Reason: "Đặt đầu mối liên hệ"}, func(tx *store.Tx) error {
		c, err := a.Catalogue(&tx.View)
		if err != nil {
			return err
		}
		ground := access.Ground{Tree: c.Agencies, Day: a.Today()}
		if err := ground.Check(actor, access.ManageUnit, access.At(id)); err != nil && !ground.May(actor, access.RunRound, access.At(id)) {
			return err
		}
		if !c.Agencies.Known(id) {
			return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", string(id))
		}
		tx.Audit(
			store.Entry{
				Action: "contacts",
				Agency: id,
				Target: "agency:" + string(id),
				Detail: "Đặt đầu mối liên hệ của " + c.Agencies.Name(id, a.Today()) + ": " + contactText(list),
			},
		)
		return tx.SaveContacts(id, list)
	})
	return err
}

// cleanContacts drops blank lines and refuses what nobody can call or write to.
func cleanContacts(list []filing.Contact) (out []filing.Contact, err error) {
	for _, c := range list {
		c.Name, c.Position, c.Phone, c.Email = vi.Clean(c.Name), vi.Clean(c.Position), vi.Clean(c.Phone), strings.ToLower(vi.Clean(c.Email))
		digits := strings.Count(strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '#'
			}
			return r
		}, c.Phone), "#")
		_, bad := mail.ParseAddress(c.Email)
		switch {
		case c.Name == "" && c.Position == "" && c.Phone == "" && c.Email == "":
			continue
		case c.Name == "":
			return nil, fault.New(fault.Invalid, "Hãy ghi họ tên của đầu mối.")
		case len(c.Name) > maxName || len(c.Position) > maxName || len(c.Email) > maxName:
			return nil, fault.New(fault.Invalid, "Họ tên, chức vụ hoặc thư điện tử của %.60s dài quá %d ký tự.", c.Name, maxName)
		case c.Phone == "" && c.Email == "":
			return nil, fault.New(fault.Invalid, "Hãy ghi điện thoại hoặc thư điện tử của %s.", c.Name)
		case c.Phone != "" && (digits < 8 || digits > 15 || len(c.Phone) > maxPhone || strings.Trim(c.Phone, "0123456789 +.-()") != ""):
			return nil, fault.New(fault.Invalid, "Số điện thoại %q của %s không đúng. Hãy ghi bằng chữ số, ví dụ 0912 345 678.", c.Phone, c.Name)
		case c.Email != "" && (bad != nil || strings.ContainsAny(c.Email, "<> ")):
			return nil, fault.New(fault.Invalid, "Thư điện tử %q của %s không đúng.", c.Email, c.Name)
		}
		out = append(out, c)
	}
	if len(out) > maxContacts {
		return nil, fault.New(fault.Invalid, "Một đơn vị có nhiều nhất %d đầu mối.", maxContacts)
	}
	if len(out) > 0 && out[0].Deputy {
		return nil, fault.New(fault.Invalid, "Đầu mối đầu tiên là người được gọi trước, không thể là người dự phòng.")
	}
	return out, nil
}

func contactText(list []filing.Contact) string {
	if len(list) == 0 {
		return "không còn ai"
	}
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

// Recipients are the people to call, as readers of mail.
func Recipients(contacts []filing.Contact) (out []Recipient) {
	for _, c := range contacts {
		out = append(out, Recipient{c.Name, c.Email})
	}
	return out
}
