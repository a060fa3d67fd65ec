package page

import (
	"context"
	"encoding/base64"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/account"
	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// People is what the pages about accounts ask of the use cases.
type People interface {
	LinkOwner(ctx context.Context, secret string) (name, fullName string, err error)
	OwnAccount(ctx context.Context, current string) (*account.OwnAccount, error)
	ChangePassword(ctx context.Context, old, password, keep string) error
	EndDevice(ctx context.Context, id string) error
	BeginTOTP(ctx context.Context) (*account.TOTPSetup, error)
	TOTPAgain(ctx context.Context, secret string) (*account.TOTPSetup, error)
	ConfirmTOTP(ctx context.Context, f account.NewFactor) ([]string, error)
	RemoveTOTP(ctx context.Context, password string) error
	People(ctx context.Context, q account.PeopleQuery) (*account.People, error)
	Person(ctx context.Context, id int64) (*account.Person, error)
	PersonNamed(ctx context.Context, name string) (*account.Person, error)
	AddPerson(ctx context.Context, d account.PersonData) (id int64, secret string, err error)
	EditPerson(ctx context.Context, id int64, d account.PersonData) error
	NewLink(ctx context.Context, id int64) (secret string, err error)
	AddGrant(ctx context.Context, id int64, g access.Grant) error
	EndGrant(ctx context.Context, id, grant int64) error
	ResetSecondFactor(ctx context.Context, id int64) error
	Disable(ctx context.Context, id int64, disabled bool) error
	LiftLock(ctx context.Context, id int64) error
	HandOver(ctx context.Context, from, to int64, reason string) (int, error)
	Audit(ctx context.Context, q ledger.AuditQuery) (*ledger.AuditPage, error)
}

// Viewer is who looks at a page. On a page that is kept for everybody of the same roles it has no name.
type Viewer struct {
	Name   string
	Links  []Link
	Unseen string // how many notices were not seen, "" for none
}

// Entries are what the navigation offers beside rankings and agencies: to those without a role, and to nobody known, the rules.
func (v *Viewer) Entries() []Link {
	if v == nil || len(v.Links) == 0 {
		return []Link{{"/about", "Cách tính"}}
	}
	return v.Links
}

// Opens reports whether the entry of a path stands in the navigation: links to what it opens are for its readers only.
func (v *Viewer) Opens(path string) bool {
	return v != nil && slices.ContainsFunc(v.Links, func(l Link) bool { return l.Path == path })
}

// Reads reports whether a page that explains something is of use to who reads it: to everybody who is not known, else to those who have one
// of the entries.
func (v *Viewer) Reads(paths ...string) bool {
	return v == nil || len(v.Links) == 0 || slices.ContainsFunc(paths, v.Opens)
}

// Link is an entry of the navigation that only some have.
type Link struct{ Path, Title string }

// top is the shell of a page made for the actor of ctx: with the name, and links to what the roles allow.
func (p *Pages) top(ctx context.Context, title, nav string) shell {
	who := access.From(ctx)
	s := shell{Title: title, Nav: nav}
	if who.SignedIn() {
		s.Who = &Viewer{Name: who.FullName, Links: p.Links(who)}
		if n, err := p.cfg.App.Unseen(ctx); err == nil && n > 0 { // a page is worth more than the count on it
			if s.Who.Unseen = strconv.Itoa(n); n > 99 {
				s.Who.Unseen = "99+"
			}
		}
	}
	return s
}

// Links are the entries of the navigation that an actor's roles open today. A new page for some roles gets its line here.
func (p *Pages) Links(who access.Actor) (out []Link) {
	today := vi.DateOf(p.cfg.Clock().In(p.cfg.Location))
	ground := access.Ground{Day: today}
	for _, l := range []struct {
		Link
		act access.Action
	}{
		{Link{"/desk", "Báo cáo phải nộp"}, access.EditReport},
		{Link{"/desk", "Báo cáo phải nộp"}, access.SignReport},
		{Link{"/tasks", "Nhiệm vụ"}, access.ReadTasks},
		{Link{"/upload", "Nộp tệp"}, access.ImportTable},
		{Link{"/template", "Biểu mẫu"}, access.ReadOwn},
		{Link{"/rounds", "Đợt báo cáo"}, access.RunRound},
		{Link{"/catalogue", "Danh mục"}, access.EditCatalog},
		{Link{"/releases", "Công bố"}, access.ReadOwn},
		{Link{"/packs", "Bộ báo cáo"}, access.EditRelease},
		{Link{"/notices", "Thông báo"}, access.ReadOwn},
		{Link{"/people", "Quản lý tài khoản"}, access.ManageUnit},
		{Link{"/chain", "Chuỗi duyệt"}, access.ManageUnit},
		{Link{"/audit", "Nhật ký"}, access.ReadAudit},
		{Link{"/system", "Tác vụ và thư"}, access.RunSystem},
	} {
		reach := ground.Reach(who, l.act)
		switch l.Path {
		case "/upload", "/catalogue", "/system": // tables, the catalogue and the program are the nation's
			if !slices.Contains(reach, agency.Nation) {
				continue
			}
		case "/rounds", "/releases", "/tasks", "/desk", "/template": // what is narrowed to a regime or pillar is on them too
			reach = ground.Reach(who, l.act, ground.Scopes(who, l.act)...)
		}
		if len(reach) > 0 && !slices.Contains(out, l.Link) {
			out = append(out, l.Link)
		}
	}
	return out
}

// SignIn is the page to sign in at.
type SignIn struct {
	shell
	Name, Next, Refused string
	SSO                 string // what the single sign-on is called, "" for none
	Kept                string // the form that was sent after the session had ended
	Ended               string // what became of it, "" where none was sent
}

// resumePage carries the form of a report on after signing in.
type resumePage struct {
	shell
	Report string
	Fields []resumeField
	Files  []string // that were chosen beside it, and cannot be kept
}

type resumeField struct{ Name, Value string }

// Resume makes the page that sends the form of a report again.
func (p *Pages) Resume(report string, form url.Values, files []string) (*Document, error) {
	out := resumePage{shell: shell{Title: "Ghi tiếp những gì vừa gõ", Plain: true}, Report: report, Files: files}
	for name, values := range form {
		for _, v := range values {
			out.Fields = append(out.Fields, resumeField{name, v})
		}
	}
	slices.SortFunc(out.Fields, func(a, b resumeField) int { return strings.Compare(a.Name, b.Name) })
	return p.html("resume.html", out, 0)
}

// SignIn makes the page to sign in at.
func (p *Pages) SignIn(s SignIn) (*Document, error) {
	s.shell = shell{Title: "Đăng nhập", Plain: true}
	return p.html("signin.html", s, 0)
}

type codePage struct {
	shell
	Refused, Kept string
}

// Code makes the page that asks for the code of the second factor. kept is the form that was sent after the session had ended.
func (p *Pages) Code(refused, kept string) (*Document, error) {
	return p.html("signin_code.html", codePage{shell{Title: "Nhập mã xác thực", Plain: true}, refused, kept}, 0)
}

type linkPage struct {
	shell
	Name, FullName, Refused string
	SSO, Secret             string
	Min                     int
}

// Link makes the page on which the owner of a one-time link sets a password.
func (p *Pages) Link(ctx context.Context, secret, sso string, refused error) (*Document, error) {
	name, full, err := p.cfg.App.LinkOwner(ctx, secret)
	if err != nil {
		return nil, err
	}
	page := linkPage{
		shell:    shell{Title: "Đặt mật khẩu", Plain: true},
		Name:     name,
		FullName: full,
		Min:      access.MinPassword,
		SSO:      sso,
		Secret:   secret,
	}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	}
	return p.html("link.html", page, 0)
}

type accountPage struct {
	shell
	*account.OwnAccount
	Done, Refused string
	Min           int
	Told          []reporting.NoticeLine // what was done to the account
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
func (p *Pages) Account(ctx context.Context, session, changed string, refused error) (*Document, error) {
	o, err := p.cfg.App.OwnAccount(ctx, session)
	if err != nil {
		return nil, err
	}
	told, err := p.cfg.App.OwnNotices(ctx, maxTold)
	if err != nil {
		return nil, err
	}
	page := accountPage{shell: p.top(ctx, "Tài khoản của tôi", "account"), OwnAccount: o, Done: done(changed), Min: access.MinPassword, Told: told}
	if refused != nil {
		page.Done, page.Refused = "", fault.Sentence(refused)
	}
	return p.html("account.html", page, 0)
}

type secondFactorPage struct {
	shell
	Replaces bool         // one is in force, which has to agree
	Required bool         // nothing else opens until then
	Groups   string       // the secret as people type it
	Picture  template.URL // QR code
	Refused  string
}

// SecondFactor makes the page on which the actor sets up the second factor, and returns the secret that it shows: a new one, or that of
// an attempt which was refused.
func (p *Pages) SecondFactor(ctx context.Context, secret string, refused error) (doc *Document, shown string, err error) {
	var setup *account.TOTPSetup
	if secret == "" {
		setup, err = p.cfg.App.BeginTOTP(ctx)
	} else {
		setup, err = p.cfg.App.TOTPAgain(ctx, secret)
	}
	if err != nil {
		return nil, "", err
	}
	who := access.From(ctx)
	own, err := p.cfg.App.Person(ctx, who.Account)
	if err != nil {
		return nil, "", err
	}
	page := secondFactorPage{shell: p.top(ctx, "Bật xác thực hai lớp", "account"), Replaces: own.SecondFactor, Required: who.LacksFactor,
		Picture: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(setup.PNG))} //nolint:gosec // a picture that we drew
	for part := range slices.Chunk([]byte(setup.Secret), 4) {
		page.Groups += string(part) + " "
	}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	}
	doc, err = p.html("second_factor.html", page, 0)
	return doc, setup.Secret, err
}

type recoveryPage struct {
	shell
	Codes []string
}

// RecoveryCodes makes the page that shows the codes which stand in for a lost telephone, once.
func (p *Pages) RecoveryCodes(ctx context.Context, codes []string) (*Document, error) {
	return p.html("recovery.html", recoveryPage{p.top(ctx, "Đã bật xác thực hai lớp", "account"), codes}, 0)
}

type peoplePage struct {
	shell
	*account.People
	Text, In string
	Data     account.PersonData
	Refused  string
}

// People makes the list of the accounts that the actor looks after, with the form for a new one.
func (p *Pages) People(ctx context.Context, v url.Values, d account.PersonData, refused error) (*Document, error) {
	page := peoplePage{shell: p.top(ctx, "Quản lý tài khoản", "people"), Text: vi.Clean(v.Get("q")), In: vi.Clean(v.Get("agency")), Data: d}
	var err error
	if page.People, err = p.cfg.App.People(ctx, account.PeopleQuery{Text: page.Text, Agency: agency.ID(page.In)}); err != nil {
		return nil, err
	}
	if page.Data.Agency == "" && len(page.Agencies) > 0 {
		page.Data.Agency = agency.ID(page.Agencies[0].Code)
	}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	}
	return p.html("people.html", page, 0)
}

type personPage struct {
	shell
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
func (p *Pages) Person(ctx context.Context, id int64, changed string, refused error) (*Document, error) {
	person, err := p.cfg.App.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := p.cfg.App.People(ctx, account.PeopleQuery{Agency: "none"})
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
		shell:    p.top(ctx, person.FullName, "people"),
		Person:   person,
		Form:     personForm{data, all.Agencies},
		Agencies: all.Agencies,
		Roles:    all.Roles,
		Today:    p.cfg.Clock().In(p.cfg.Location).Format(time.DateOnly),
		Done:     done(changed),
	}
	if refused != nil {
		page.Done, page.Refused = "", fault.Sentence(refused)
	}
	return p.html("person.html", page, 0)
}

type newLinkPage struct {
	shell
	*account.Person
	URL string
}

// NewLink shows a one-time link, the only time that anybody sees it.
func (p *Pages) NewLink(ctx context.Context, id int64, link string) (*Document, error) {
	person, err := p.cfg.App.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	return p.html("new_link.html", newLinkPage{p.top(ctx, "Đường dẫn đặt mật khẩu", "people"), person, link}, 0)
}

type auditPage struct {
	shell
	*ledger.AuditPage
	Account, Action, In, From, To string
	More                          string // address of the next page
}

// Audit makes the page of who did what.
func (p *Pages) Audit(ctx context.Context, v url.Values) (*Document, error) {
	page := auditPage{
		shell:   p.top(ctx, "Nhật ký", "audit"),
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
	if page.AuditPage, err = p.cfg.App.Audit(ctx, q); err != nil {
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
	return p.html("audit.html", page, 0)
}
