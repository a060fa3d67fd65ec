package account

import (
	"context"
	"encoding/base64"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/account"
	"chiso/internal/app/ledger"
	"chiso/internal/app/notices"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

type accountPage struct {
	frame.Shell
	*account.OwnAccount
	Done, Refused string
	Min           int
	Told          []notices.Line // what was done to the account
}

// maxTold is how many of them the page shows.
const maxTold = 10

// done says what a change has done.
func done(code string) string {
	switch code {
	case "password":
		return "Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."
	case "session":
		return "Đã kết thúc phiên đăng nhập."
	case "second-factor":
		return "Đã tắt xác thực hai lớp."
	case "edit":
		return "Đã lưu thông tin."
	case "grant":
		return "Đã giao vai trò."
	case "end-grant":
		return "Đã kết thúc vai trò."
	case "state":
		return "Đã lưu trạng thái tài khoản."
	case "lock":
		return "Đã mở khóa đăng nhập: người này đăng nhập lại được ngay."
	case "hand-over":
		return "Đã bàn giao."
	}
	return ""
}

// Account makes the actor's own page.
func (p *Pages) Account(ctx context.Context, session, changed string, refused error) (*frame.Document, error) {
	o, err := p.app.OwnAccount(ctx, session)
	if err != nil {
		return nil, err
	}
	told, err := p.app.OwnNotices(ctx, maxTold)
	if err != nil {
		return nil, err
	}
	page := accountPage{
		Shell:      p.Top(ctx, "Tài khoản của tôi", "account"),
		OwnAccount: o,
		Done:       done(changed),
		Min:        access.MinPassword,
		Told:       told,
	}
	if refused != nil {
		page.Done, page.Refused = "", fault.Sentence(refused)
	}
	return p.HTML("account/account.html", page, 0)
}

type secondFactorPage struct {
	frame.Shell
	Replaces bool         // one is in force, which has to agree
	Required bool         // nothing else opens until then
	Groups   string       // the secret as people type it
	Picture  template.URL // QR code
	Refused  string
}

// SecondFactor makes the page on which the actor sets up the second factor, and returns the secret that it shows: a new one, or that of
// an attempt which was refused.
func (p *Pages) SecondFactor(ctx context.Context, secret string, refused error) (doc *frame.Document, shown string, err error) {
	var setup *account.TOTPSetup
	if secret == "" {
		setup, err = p.app.BeginTOTP(ctx)
	} else {
		setup, err = p.app.TOTPAgain(ctx, secret)
	}
	if err != nil {
		return nil, "", err
	}
	who := access.From(ctx)
	own, err := p.app.Person(ctx, who.Account)
	if err != nil {
		return nil, "", err
	}
	picture := "data:image/png;base64," + base64.StdEncoding.EncodeToString(setup.PNG)
	page := secondFactorPage{
		Shell:    p.Top(ctx, "Bật xác thực hai lớp", "account"),
		Replaces: own.SecondFactor,
		Required: who.LacksFactor,
		Picture:  template.URL(picture), //nolint:gosec // a picture that we drew
	}
	for part := range slices.Chunk([]byte(setup.Secret), 4) {
		page.Groups += string(part) + " "
	}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	}
	doc, err = p.HTML("account/second_factor.html", page, 0)
	return doc, setup.Secret, err
}

type recoveryPage struct {
	frame.Shell
	Codes []string
}

// RecoveryCodes makes the page that shows the codes which stand in for a lost telephone, once.
func (p *Pages) RecoveryCodes(ctx context.Context, codes []string) (*frame.Document, error) {
	return p.HTML("account/recovery.html", recoveryPage{p.Top(ctx, "Đã bật xác thực hai lớp", "account"), codes}, 0)
}

type peoplePage struct {
	frame.Shell
	*account.People
	Text, In string
	Data     account.PersonData
	Refused  string
}

// People makes the list of the accounts that the actor looks after, with the form for a new one.
func (p *Pages) People(ctx context.Context, v url.Values, d account.PersonData, refused error) (*frame.Document, error) {
	page := peoplePage{Shell: p.Top(ctx, "Quản lý tài khoản", "people"), Text: vi.Clean(v.Get("q")), In: vi.Clean(v.Get("agency")), Data: d}
	var err error
	if page.People, err = p.app.People(ctx, account.PeopleQuery{Text: page.Text, Agency: agency.ID(page.In)}); err != nil {
		return nil, err
	}
	if page.Data.Agency == "" && len(page.Agencies) > 0 {
		page.Data.Agency = agency.ID(page.Agencies[0].Code)
	}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	}
	return p.HTML("account/people.html", page, 0)
}

type personPage struct {
	frame.Shell
	*account.Person
	Agencies      []ledger.Choice
	Roles         []access.Role
	Today         string
	Done, Refused string
	Form          personForm
}

// personForm is what the form of a person's data shows.
type personForm struct {
	Data     account.PersonData
	Agencies []ledger.Choice
}

// Person makes the page of an account that the actor looks after.
func (p *Pages) Person(ctx context.Context, id int64, changed string, refused error) (*frame.Document, error) {
	person, err := p.app.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := p.app.People(ctx, account.PeopleQuery{Agency: "none"})
	if err != nil {
		return nil, err
	}
	data := account.PersonData{
		Name:     person.Name,
		FullName: person.FullName,
		Post:     person.Post,
		Phone:    person.Phone,
		Email:    person.Email,
		Agency:   person.Agency,
	}
	page := personPage{
		Shell:    p.Top(ctx, person.FullName, "people"),
		Person:   person,
		Form:     personForm{data, all.Agencies},
		Agencies: all.Agencies,
		Roles:    all.Roles,
		Today:    p.Clock().In(p.Location).Format(time.DateOnly),
		Done:     done(changed),
	}
	if refused != nil {
		page.Done, page.Refused = "", fault.Sentence(refused)
	}
	return p.HTML("account/person.html", page, 0)
}

type newLinkPage struct {
	frame.Shell
	*account.Person
	URL string
}

// NewLink shows a one-time link, the only time that anybody sees it.
func (p *Pages) NewLink(ctx context.Context, id int64, link string) (*frame.Document, error) {
	person, err := p.app.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	return p.HTML("account/new_link.html", newLinkPage{p.Top(ctx, "Đường dẫn đặt mật khẩu", "people"), person, link}, 0)
}

type auditPage struct {
	frame.Shell
	*ledger.AuditPage
	Account, Action, In, From, To string
	More                          string // address of the next page
}

// Audit makes the page of who did what.
func (p *Pages) Audit(ctx context.Context, v url.Values) (*frame.Document, error) {
	page := auditPage{
		Shell:   p.Top(ctx, "Nhật ký", "audit"),
		Account: strings.ToLower(vi.Clean(v.Get("account"))),
		Action:  vi.Clean(v.Get("action")),
		In:      vi.Clean(v.Get("agency")),
		From:    v.Get("from"),
		To:      v.Get("to"),
	}
	q := ledger.AuditQuery{Account: page.Account, Action: page.Action, Agency: agency.ID(page.In)}
	for _, d := range []struct {
		text string
		day  *vi.Date
	}{{page.From, &q.From}, {page.To, &q.To}} {
		if d.text == "" {
			continue
		}
		t, err := time.Parse(time.DateOnly, d.text)
		if err != nil {
			return nil, fault.New(fault.Invalid, "Ngày “%s” không đọc được. Hãy ghi dạng 2026-10-15.", vi.Clean(d.text))
		}
		*d.day = vi.DateOf(t)
	}
	if b := v.Get("before"); b != "" {
		place, ok := ledger.ParseAuditPlace(b)
		if !ok {
			return nil, fault.New(fault.Usage, "Trang nhật ký này không có. Hãy mở lại từ đầu.")
		}
		q.Before = place
	}
	var err error
	if page.AuditPage, err = p.app.Audit(ctx, q); err != nil {
		return nil, err
	}
	if page.Next != (ledger.AuditPlace{}) {
		more := url.Values{
			"account": {page.Account},
			"action":  {page.Action},
			"agency":  {page.In},
			"from":    {page.From},
			"to":      {page.To},
			"before":  {ledger.PrintAuditPlace(page.Next)},
		}
		page.More = "/audit?" + more.Encode()
	}
	return p.HTML("account/audit.html", page, 0)
}
