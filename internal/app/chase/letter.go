package chase

import (
	"context"
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// letterDays is how many working days a letter gives when nobody says another day.
const letterDays = 3

// maxAddressees is how many agencies a letter names one by one; more of them are addressed by kind and stand in the annex.
const maxAddressees = 6

// LetterQuery is what the office says of the letter that calls for reports (công văn đôn đốc). All of it may be left out.
type LetterQuery struct {
	Round  int64
	Number string
	Day    vi.Date // of the letter; 0 is today
	Until  vi.Date // by when the reports are asked for; 0 is some working days from now
	Post   string  // of who signs; "/" begins a new line
	Signer string
}

// Letter is the letter that calls for the reports of a round, with the list of the agencies that owe them as its annex.
type Letter struct {
	*List
	Query        LetterQuery // with the days filled in
	Above        string      // the body above the one that writes, "" for a ministry
	Issuer       string
	Place        string
	Committee    string   // for which the office acts
	Basis        string   // by which the reports are owed
	To           []string // whom the letter is addressed to
	ByKind       bool     // To names kinds of agencies: which ones, the annex says
	Owed         int      // reports that the round asks for, but for the office's own
	Missing      int      // have not sent, and among them …
	Overdue      int      // … those whose deadline has passed
	ReturnedBack int      // were returned and not sent again
}

// ChaseLetter writes the letter that calls for the reports of a round, for the office that runs it.
func (a *Room) ChaseLetter(ctx context.Context, q LetterQuery) (out *Letter, err error) {
	defer fault.Context(&err, "chase.ChaseLetter")
	q.Number, q.Post, q.Signer = vi.Clean(q.Number), vi.Clean(q.Post), vi.Clean(q.Signer)
	if len([]rune(q.Number)) > 60 || len([]rune(q.Post)) > 120 || len([]rune(q.Signer)) > 100 {
		return nil, fault.New(fault.Invalid, "Số văn bản, chức vụ hoặc họ tên người ký quá dài.")
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		o, err := a.watched(ctx, v, q.Round)
		if err != nil {
			return err
		}
		list, err := a.chaseList(v, o)
		if err != nil {
			return err
		}
		out = &Letter{List: list, Query: q}
		if out.Query.Day == 0 {
			out.Query.Day = a.Today()
		}
		if out.Query.Until == 0 {
			out.Query.Until = o.Catalogue.Calendar.Add(out.Query.Day, letterDays)
		}
		if err := out.head(o); err != nil {
			return err
		}
		out.address(o)
		docs, err := v.Documents()
		if out.Basis = o.Regime.Basis; o.Round.Document != 0 {
			out.Basis = docs[o.Round.Document].String()
		}
		return err
	})
	return out, err
}

// head says who writes, where, and for whom.
func (l *Letter) head(o *reporting.Standing) error {
	day, writer := l.Query.Day, o.Regime.Owner
	if body, ok := o.Body(filing.OfficeBody, day); ok && body.Agency != "" {
		writer = body.Agency
	}
	who, ok := o.Catalogue.Agencies.On(writer, day)
	if !ok {
		return fault.New(fault.NotFound, "Ngày %s không rõ cơ quan nào là cơ quan thường trực. Hãy bổ sung bảng bodies trong danh mục.", day)
	}
	l.Issuer, l.Place, l.Office = reporting.Issuer(who), reporting.Place(who, o.Catalogue.Agencies), reporting.Issuer(who)
	if parent, ok := o.Catalogue.Agencies.On(who.Parent, day); ok && who.Parent != agency.Nation {
		l.Above = reporting.Issuer(parent)
	}
	if body, ok := o.Body(filing.CommitteeBody, day); ok {
		l.Committee = body.Name
	}
	if l.Query.Post == "" {
		l.Query.Post = reporting.HeadOf(who)
	}
	// The office does not write to itself: its own report is a matter of its own house.
	for _, d := range o.Duties {
		l.Owed += figures.Btoi(d.Filer != writer)
	}
	l.Rows = slices.DeleteFunc(l.Rows, func(r Row) bool { return r.Duty.Filer == writer })
	return nil
}

// address counts what is missing and says whom to write to: a few agencies by name, many by kind with the list as annex.
func (l *Letter) address(o *reporting.Standing) {
	var names, kinds []string
	add := func(list *[]string, s string) {
		if !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	for _, r := range l.Rows {
		if r.State == filing.Returned {
			l.ReturnedBack++
		} else {
			l.Missing++
			l.Overdue += figures.Btoi(r.DaysLate > 0)
		}
		who, ok := o.Catalogue.Agencies.On(r.Duty.Filer, l.Query.Day)
		if !ok {
			continue // nobody is left to answer
		}
		add(&names, reporting.Issuer(who))
		add(&kinds, addresseeKind(who))
	}
	if l.To = names; len(names) > maxAddressees {
		l.To, l.ByKind = kinds, true
		if i := slices.Index(kinds, toMinistries); i > 0 { // ministries are named first
			l.To = append([]string{toMinistries}, slices.Delete(kinds, i, i+1)...)
		}
	}
}

const toMinistries = "Các bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ"

// addresseeKind is how a letter to many addresses an agency.
func addresseeKind(v agency.Version) string {
	switch v.Level {
	case agency.Province:
		return "Ủy ban nhân dân các tỉnh, thành phố trực thuộc trung ương"
	case agency.Commune:
		return "Ủy ban nhân dân các xã, phường, đặc khu"
	case agency.Ministry:
		return toMinistries
	}
	return "Các sở, ban, ngành"
}
