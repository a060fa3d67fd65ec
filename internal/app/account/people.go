package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Person is an account as its page shows it.
type Person struct {
	ID                                 int64
	Name, FullName, Post, Phone, Email string
	Agency                             agency.ID
	AgencyName                         string
	Grants                             []PersonGrant
	SecondFactor, HasPassword          bool
	Disabled, Sample, Subject          bool // Subject: signs in through the single sign-on
	Created                            time.Time
	Locks                              []SignInLock // what keeps the person from signing in for a while
}

// PersonGrant is a role of a person.
type PersonGrant struct {
	ID int64
	access.Grant
	AgencyName string
	Ended      bool
}

// HasEnd reports whether the role ends on some day.
func (g PersonGrant) HasEnd() bool { return g.To != vi.OpenTo }

// PersonData is what a form says of a person.
type PersonData struct {
	Name, FullName, Post, Phone, Email string
	Agency                             agency.ID
}

// PeopleQuery filters accounts.
type PeopleQuery struct {
	Text   string // part of a name, without regard to case and diacritics
	Agency agency.ID
}

// People is a list of accounts and what its page offers.
type People struct {
	Persons  []Person
	Agencies []ledger.Choice // where the actor may make accounts
	Roles    []access.Role
}

// HandOver moves what one account has begun (drafts, tasks) to another, within the Write that is given, and says how many. Each
// part of the program that leaves things to accounts adds its own with OnHandOver.
type HandOver func(ctx context.Context, tx *store.Tx, from, to int64) (moved int, err error)

// OnHandOver adds what has to be moved when a person hands over. It is called before the program serves.
func (a *Room) OnHandOver(h HandOver) { a.handovers = append(a.handovers, h) }

func cleanPerson(d PersonData) (PersonData, error) {
	d.Name, d.FullName, d.Post = strings.ToLower(vi.Clean(d.Name)), vi.Clean(d.FullName), vi.Clean(d.Post)
	d.Phone, d.Email = vi.Clean(d.Phone), vi.Clean(d.Email)
	if d.FullName == "" {
		return d, fault.New(fault.Invalid, "Hãy ghi họ và tên.")
	}
	for what, s := range map[string]string{"Họ và tên": d.FullName, "Chức vụ": d.Post, "Điện thoại": d.Phone, "Thư điện tử": d.Email} {
		if len(s) > 200 {
			return d, fault.New(fault.Invalid, "%s dài quá 200 ký tự.", what)
		}
	}
	if d.Email != "" &&
		(strings.Count(d.Email, "@") != 1 || strings.ContainsAny(d.Email, " <>,;\"") || strings.HasPrefix(d.Email, "@") || strings.HasSuffix(d.Email, "@")) {
		return d, fault.New(fault.Invalid, "Thư điện tử “%s” không đúng dạng ten@coquan.gov.vn.", d.Email)
	}
	return d, access.CheckName(d.Name)
}

// person makes a Person of an account.
func (a *Room) person(c *ledger.Catalogue, acc store.Account, grants []store.Grant) Person {
	today := a.Today()
	name := func(id agency.ID) string {
		if c != nil {
			if v, ok := c.Agencies.On(id, today); ok {
				return v.Name
			}
		}
		return string(id)
	}
	out := Person{
		ID:           acc.ID,
		Name:         acc.Name,
		FullName:     acc.FullName,
		Post:         acc.Post,
		Phone:        acc.Phone,
		Email:        acc.Email,
		Agency:       acc.Agency,
		AgencyName:   name(acc.Agency),
		SecondFactor: acc.TOTP != "",
		HasPassword:  acc.Password != "",
		Disabled:     acc.Disabled,
		Sample:       acc.Sample,
		Subject:      acc.Subject != "",
		Created:      acc.Created,
	}
	for _, g := range grants {
		out.Grants = append(out.Grants, PersonGrant{ID: g.ID, Grant: g.Grant, AgencyName: name(g.Agency), Ended: g.To < today})
	}
	return out
}

// People lists the accounts that the actor looks after.
func (a *Room) People(ctx context.Context, q PeopleQuery) (_ *People, err error) {
	defer fault.Context(&err, "account.People")
	g, err := a.Ground(ctx)
	if err != nil {
		return nil, err
	}
	who := access.From(ctx)
	if !g.Somewhere(who, access.ManageUnit) {
		return nil, g.Check(who, access.ManageUnit, access.At(who.Agency))
	}
	c, err := a.Names(ctx)
	if err != nil {
		return nil, err
	}
	all, err := a.Store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	grants, err := a.Store.Grants(ctx)
	if err != nil {
		return nil, err
	}
	locks, err := a.locks(ctx)
	if err != nil {
		return nil, err
	}
	out := &People{}
	text := vi.Fold(q.Text)
	for _, acc := range all {
		if !g.May(who, access.ManageUnit, access.At(acc.Agency)) || q.Agency != "" && acc.Agency != q.Agency ||
			!strings.Contains(vi.Fold(acc.Name+" "+acc.FullName), text) {
			continue
		}
		p := a.person(c, acc, grants[acc.ID])
		p.Locks = locks[AttemptsOf(acc.Name)]
		out.Persons = append(out.Persons, p)
	}
	out.Agencies = a.AgenciesFor(c, g, who, access.ManageUnit)
	for _, r := range access.Roles() {
		if r != access.Office && r != access.SystemAdmin || g.Somewhere(who, access.RunSystem) {
			out.Roles = append(out.Roles, r)
		}
	}
	return out, nil
}

// Person returns an account that the actor looks after, or the actor's own.
func (a *Room) Person(ctx context.Context, id int64) (_ *Person, err error) {
	defer fault.Context(&err, "account.Person(%d)", id)
	acc, grants, err := a.Store.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	if who := access.From(ctx); who.Account != id {
		if err := a.May(ctx, access.ManageUnit, access.At(acc.Agency)); err != nil {
			return nil, err
		}
	}
	c, err := a.Names(ctx)
	if err != nil {
		return nil, err
	}
	locks, err := a.locks(ctx)
	if err != nil {
		return nil, err
	}
	p := a.person(c, acc, grants)
	p.Locks = locks[AttemptsOf(acc.Name)]
	return &p, nil
}

// PersonNamed is Person by name.
func (a *Room) PersonNamed(ctx context.Context, name string) (_ *Person, err error) {
	defer fault.Context(&err, "account.PersonNamed")
	var id int64
	err = a.Store.People(ctx, func(p *store.People) error {
		acc, err := p.AccountNamed(strings.ToLower(name))
		id = acc.ID
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.Person(ctx, id)
}

// AddPerson makes an account without a password and returns the secret of the one-time link by which its owner sets one.
func (a *Room) AddPerson(ctx context.Context, d PersonData) (id int64, secret string, err error) {
	defer fault.Context(&err, "account.AddPerson")
	d, err = cleanPerson(d)
	if err != nil {
		return 0, "", err
	}
	if err := a.May(ctx, access.ManageUnit, access.At(d.Agency)); err != nil {
		return 0, "", err
	}
	if err := a.known(ctx, d.Agency); err != nil {
		return 0, "", err
	}
	secret, hash := Token()
	err = a.Store.People(ctx, func(p *store.People) error {
		id, err = p.AddAccount(
			store.Account{Name: d.Name, FullName: d.FullName, Post: d.Post, Phone: d.Phone, Email: d.Email, Agency: d.Agency},
		)
		if err != nil {
			return err
		}
		if err := p.AddLink(hash, id, p.Now().Add(LinkHours)); err != nil {
			return err
		}
		return p.Audit(
			store.Entry{
				Account: access.From(ctx).Name,
				Action:  "add_account",
				Agency:  d.Agency,
				Target:  "account:" + d.Name,
				Detail:  "Lập tài khoản cho " + d.FullName,
			},
		)
	})
	return id, secret, err
}

// known refuses an agency that is not in the catalogue.
func (a *Room) known(ctx context.Context, id agency.ID) error {
	c, err := a.Names(ctx)
	if err != nil || id == agency.Nation {
		return err
	}
	if c != nil && len(c.Agencies.Versions(id)) > 0 {
		return nil
	}
	if c == nil {
		return fault.New(fault.Unready, "Chưa nạp danh mục đơn vị nên không nhận ra đơn vị %q. Hãy chạy: chiso seed", string(id))
	}
	return fault.New(
		fault.Invalid,
		"Không có đơn vị mang mã %q. Hãy dùng mã trong bảng đơn vị của danh mục, ví dụ VN (cả nước), P-01 (Hà Nội), BTC (Bộ Tài chính).",
		string(id),
	)
}

// mayManage judges whether the actor looks after a person with all the roles that the person holds.
func (a *Room) mayManage(ctx context.Context, p *Person) error {
	g, err := a.Ground(ctx)
	if err != nil {
		return err
	}
	var grants []access.Grant
	for _, h := range p.Grants {
		grants = append(grants, h.Grant)
	}
	return g.MayManage(access.From(ctx), access.At(p.Agency), grants)
}

// manage changes an account that the actor looks after, in one transaction with its line in the audit.
func (a *Room) manage(
	ctx context.Context,
	id int64,
	action string,
	change func(p *store.People, acc *store.Account) (detail string, err error),
) error {
	g, err := a.Ground(ctx)
	if err != nil {
		return err
	}
	who := access.From(ctx)
	var owner store.Account // as it was: a new address must not take the notice away from the old one
	var done string
	err = a.Store.People(ctx, func(p *store.People) error {
		acc, err := p.Account(id)
		if err != nil {
			return err
		}
		owner = acc
		held, err := p.Grants(id)
		if err != nil {
			return err
		}
		grants := make([]access.Grant, 0, len(held))
		for _, h := range held {
			grants = append(grants, h.Grant)
		}
		if err := g.MayManage(who, access.At(acc.Agency), grants); err != nil {
			return err
		}
		detail, err := change(p, &acc)
		if err != nil {
			return err
		}
		if err := p.SaveAccount(acc); err != nil {
			return err
		}
		done = detail
		return p.Audit(store.Entry{Account: who.Name, Action: action, Agency: acc.Agency, Target: "account:" + acc.Name, Detail: detail})
	})
	if err == nil {
		a.tell(ctx, owner, done)
	}
	return err
}

// EditPerson writes who a person is. The name stays.
func (a *Room) EditPerson(ctx context.Context, id int64, d PersonData) (err error) {
	defer fault.Context(&err, "account.EditPerson(%d)", id)
	return a.manage(ctx, id, "edit_account", func(_ *store.People, acc *store.Account) (string, error) {
		d.Name = acc.Name
		d, err := cleanPerson(d)
		if err != nil {
			return "", err
		}
		if d.Agency != acc.Agency {
			if err := a.May(ctx, access.ManageUnit, access.At(d.Agency)); err != nil {
				return "", err
			}
			if err := a.known(ctx, d.Agency); err != nil {
				return "", err
			}
		}
		acc.FullName, acc.Post, acc.Phone, acc.Email, acc.Agency = d.FullName, d.Post, d.Phone, d.Email, d.Agency
		return "Sửa thông tin của " + d.FullName, nil
	})
}

// NewLink ends the earlier one-time links of an account and returns the secret of a new one, for a person without a password or
// with a forgotten one. The second factor stays.
func (a *Room) NewLink(ctx context.Context, id int64) (secret string, err error) {
	defer fault.Context(&err, "account.NewLink(%d)", id)
	err = a.manage(ctx, id, "new_link", func(p *store.People, acc *store.Account) (string, error) {
		s, hash := Token()
		secret = s
		return "Cấp đường dẫn đặt mật khẩu cho " + acc.FullName, p.AddLink(hash, id, p.Now().Add(LinkHours))
	})
	return secret, err
}

// AddGrant gives a person a role.
func (a *Room) AddGrant(ctx context.Context, id int64, grant access.Grant) (err error) {
	defer fault.Context(&err, "account.AddGrant(%d)", id)
	if _, ok := access.ParseRole(string(grant.Role)); !ok {
		return fault.New(fault.Invalid, "Không có vai trò %q. Hãy chọn vai trò trong danh sách.", string(grant.Role))
	}
	if grant.To < grant.From {
		return fault.New(fault.Invalid, "Ngày kết thúc phải từ ngày bắt đầu trở đi.")
	}
	if err := a.known(ctx, grant.Agency); err != nil {
		return err
	}
	g, err := a.Ground(ctx)
	if err != nil {
		return err
	}
	who := access.From(ctx)
	if who.Account == id && !who.Machine {
		return fault.New(fault.Forbidden, "Không ai tự giao vai trò cho mình. Hãy nhờ một quản trị khác.")
	}
	if err := g.MayGrant(who, grant); err != nil {
		return err
	}
	return a.manage(ctx, id, "grant", func(p *store.People, acc *store.Account) (string, error) {
		held, err := p.Grants(id)
		if err != nil {
			return "", err
		}
		if slices.ContainsFunc(held, func(h store.Grant) bool {
			return h.Role == grant.Role && h.Agency == grant.Agency && h.Scope == grant.Scope && h.From <= grant.To && grant.From <= h.To
		}) {
			return "", fault.New(fault.Conflict, "%s đã có vai trò này ở đơn vị này trong những ngày đó.", acc.FullName)
		}
		_, err = p.AddGrant(id, grant)
		return "Giao vai trò “" + grant.Role.Title() + "” tại " + string(grant.Agency) + " cho " + acc.FullName, err
	})
}

// EndGrant makes a role of a person end now: today no longer counts.
func (a *Room) EndGrant(ctx context.Context, id, grant int64) (err error) {
	defer fault.Context(&err, "account.EndGrant(%d, %d)", id, grant)
	return a.manage(ctx, id, "end_grant", func(p *store.People, acc *store.Account) (string, error) {
		held, err := p.Grants(id)
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(held, func(h store.Grant) bool { return h.ID == grant })
		if i < 0 {
			return "", fault.New(fault.NotFound, "Không có vai trò này.")
		}
		yesterday := a.Today().AddDays(-1)
		if held[i].To <= yesterday {
			return "", fault.New(fault.Conflict, "Vai trò này đã kết thúc rồi.")
		}
		return "Kết thúc vai trò “" + held[i].Role.Title() + "” tại " + string(
				held[i].Agency,
			) + " của " + acc.FullName, p.EndGrant(
				grant,
				yesterday,
			)
	})
}

// ResetSecondFactor takes a person's second factor away, for a lost telephone.
func (a *Room) ResetSecondFactor(ctx context.Context, id int64) (err error) {
	defer fault.Context(&err, "account.ResetSecondFactor(%d)", id)
	return a.manage(ctx, id, "reset_second_factor", func(p *store.People, acc *store.Account) (string, error) {
		acc.TOTP, acc.TOTPStep = "", 0
		return "Đặt lại xác thực hai lớp của " + acc.FullName, p.SetRecoveryCodes(id, nil)
	})
}

// Disable locks an account and ends its sessions and links, or opens it again.
func (a *Room) Disable(ctx context.Context, id int64, disabled bool) (err error) {
	defer fault.Context(&err, "account.Disable(%d)", id)
	if access.From(ctx).Account == id {
		return fault.New(fault.Invalid, "Không thể tự khóa tài khoản của mình.")
	}
	action := map[bool]string{true: "disable", false: "enable"}[disabled]
	return a.manage(ctx, id, action, func(p *store.People, acc *store.Account) (string, error) {
		acc.Disabled = disabled
		if !disabled {
			return "Mở khóa tài khoản của " + acc.FullName, nil
		}
		if err := p.EndLinks(id); err != nil {
			return "", err
		}
		return "Khóa tài khoản của " + acc.FullName, p.EndSessions(id, "")
	})
}

// HandOver moves what one account has begun to another: both have to be looked after by the actor. It says how much was moved.
func (a *Room) HandOver(ctx context.Context, from, to int64, reason string) (moved int, err error) {
	defer fault.Context(&err, "account.HandOver(%d, %d)", from, to)
	if from == to {
		return 0, fault.New(fault.Invalid, "Hãy chọn người nhận khác người bàn giao.")
	}
	if reason = vi.Clean(reason); reason == "" {
		return 0, fault.New(fault.Invalid, "Hãy ghi lý do bàn giao.")
	}
	giver, err := a.Person(ctx, from)
	if err != nil {
		return 0, err
	}
	taker, err := a.Person(ctx, to)
	if err != nil {
		return 0, err
	}
	for _, p := range []*Person{giver, taker} { // whose seats are moved, and who could take them, is as grave as setting a password
		if err := a.mayManage(ctx, p); err != nil {
			return 0, err
		}
	}
	if taker.Disabled {
		return 0, fault.New(fault.Invalid, "Tài khoản nhận bàn giao đang bị khóa.")
	}
	who := access.From(ctx)
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: reason}, func(tx *store.Tx) error {
		for _, h := range a.handovers {
			n, err := h(ctx, tx, from, to)
			if err != nil {
				return err
			}
			moved += n
		}
		tx.Audit(
			store.Entry{
				Action: "hand_over",
				Agency: giver.Agency,
				Target: "account:" + giver.Name,
				Detail: "Bàn giao từ " + giver.FullName + " cho " + taker.FullName + ": " + reason,
			},
		)
		return nil
	})
	return moved, err
}
