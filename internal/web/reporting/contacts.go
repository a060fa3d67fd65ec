package reporting

import (
	"context"

	"chiso/internal/agency"
	"chiso/internal/app/notices"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
)

// contactRows is how many people the form offers.
const contactRows = 3

// ContactsState is what a request did, for the page that answers it. Given is what was typed when it was refused.
type ContactsState struct {
	Done    bool
	Given   []filing.Contact
	Refused error
}

type contactsPage struct {
	frame.Shell
	*notices.ContactsView
	Rows          []contactRow
	Action        string // where the form goes; "" for those who only read
	Done, Refused string
}

type contactRow struct {
	N int
	filing.Contact
}

// Contacts makes the page of whom to call about an agency's reports.
func (p *Pages) Contacts(ctx context.Context, id agency.ID, state ContactsState) (*frame.Document, error) {
	v, err := p.app.Contacts(ctx, id)
	if err != nil {
		return nil, err
	}
	page := contactsPage{Shell: p.Top(ctx, "Đầu mối liên hệ", "contacts"), ContactsView: v}
	list := v.Contacts
	if state.Refused != nil {
		page.Refused, list = fault.Sentence(state.Refused), state.Given
	} else if state.Done {
		page.Done = "Đã lưu đầu mối."
	}
	switch {
	case v.ByUnit:
		page.Action = "/contacts"
	case v.ByOffice:
		page.Action = "/contacts/office"
	}
	for i := range max(contactRows, len(list)) {
		row := contactRow{N: i + 1}
		if i < len(list) {
			row.Contact = list[i]
		}
		page.Rows = append(page.Rows, row)
	}
	return p.HTML("reporting/contacts.html", page, 0)
}
