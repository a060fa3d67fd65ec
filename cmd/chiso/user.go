package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/account"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/vi"
)

// user looks after accounts from the machine that holds the database: whoever has that may do everything.
func (p *program) user(ctx context.Context, args []string) error {
	commands := map[string]func(context.Context, []string) error{
		"add":     p.userAdd,
		"list":    p.userList,
		"grant":   p.userGrant,
		"revoke":  p.userRevoke,
		"link":    p.userLink,
		"disable": p.userDisable,
		"enable":  p.userEnable,
	}
	if len(args) == 0 || commands[args[0]] == nil {
		return usagef("user cần một trong: add, list, grant, revoke, link, disable, enable.")
	}
	return commands[args[0]](access.With(ctx, access.Machine(accountName())), args[1:])
}

// base is the address at which people find the server.
func (s settings) base() string {
	if s.URL != "" {
		return strings.TrimSuffix(s.URL, "/")
	}
	return "http://" + s.Listen
}

// named parses one account's name and opens the use cases.
func (p *program) named(ctx context.Context, command string, args []string) (*app.App, settings, *account.Person, func(), error) {
	rest, err := parse(p.flags("user"), args)
	if err != nil {
		return nil, settings{}, nil, nil, err
	}
	if len(rest) != 1 {
		return nil, settings{}, nil, nil, usagef("user %s cần một tên đăng nhập.", command)
	}
	return p.openNamed(ctx, rest[0])
}

func (p *program) openNamed(ctx context.Context, name string) (*app.App, settings, *account.Person, func(), error) {
	a, s, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return nil, s, nil, nil, err
	}
	person, err := a.PersonNamed(ctx, name)
	if err != nil {
		done()
		return nil, s, nil, nil, err
	}
	return a, s, person, done, nil
}

func (p *program) printLink(s settings, secret string) {
	fmt.Fprintf(p.stdout, "Đường dẫn đặt mật khẩu (dùng một lần, trong 72 giờ):\n%s/link/%s\n", s.base(), secret)
}

func (p *program) userAdd(ctx context.Context, args []string) error {
	fs := p.flags("user")
	var d account.PersonData
	var home string
	fs.StringVar(&d.FullName, "full-name", "", "họ và tên")
	fs.StringVar(&d.Post, "post", "", "chức vụ")
	fs.StringVar(&d.Phone, "phone", "", "điện thoại")
	fs.StringVar(&d.Email, "email", "", "thư điện tử")
	fs.StringVar(&home, "agency", string(agency.Nation), "mã đơn vị công tác")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || d.FullName == "" {
		return usagef("user add cần tên đăng nhập và --full-name.")
	}
	d.Name, d.Agency = rest[0], agency.ID(home)
	a, s, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	_, secret, err := a.AddPerson(ctx, d)
	if err != nil {
		return err
	}
	p.printLink(s, secret)
	return nil
}

// userLine is an account as `chiso user list` prints it.
type userLine struct {
	Name     string   `json:"name"`
	FullName string   `json:"full_name"`
	Agency   string   `json:"agency"`
	Roles    []string `json:"roles"`
	State    string   `json:"state"`
}

func (p *program) userList(ctx context.Context, args []string) error {
	fs := p.flags("user")
	format := fs.String("format", "table", "table, csv hoặc json")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usagef("user list không nhận đối số %q.", rest[0])
	}
	if err := oneOf("format", *format, "table", "csv", "json"); err != nil {
		return err
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	all, err := a.People(ctx, account.PeopleQuery{})
	if err != nil {
		return err
	}
	lines := []userLine{}
	for _, person := range all.Persons {
		l := userLine{Name: person.Name, FullName: person.FullName, Agency: string(person.Agency), Roles: []string{}, State: "active"}
		for _, g := range person.Grants {
			if !g.Ended {
				l.Roles = append(l.Roles, strings.TrimSuffix(string(g.Role)+"@"+string(g.Agency)+"/"+g.Scope, "/"))
			}
		}
		switch {
		case person.Disabled:
			l.State = "disabled"
		case !person.HasPassword && !person.Subject:
			l.State = "no_password"
		}
		lines = append(lines, l)
	}
	return p.printUsers(lines, *format)
}

func (p *program) printUsers(lines []userLine, format string) error {
	if format == "json" {
		return printJSON(p.stdout, lines)
	}
	head := []string{"name", "full_name", "agency", "roles", "state"}
	if format == "csv" {
		return p.csv(head, func(add func(...string)) {
			for _, l := range lines {
				add(l.Name, l.FullName, l.Agency, strings.Join(l.Roles, " "), l.State)
			}
		})
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "Tên\tHọ và tên\tĐơn vị\tVai trò\tTình trạng")
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.Name, l.FullName, l.Agency, strings.Join(l.Roles, " "), l.State)
	}
	return w.Flush()
}

// cliDay reads a day of a flag.
func cliDay(name, text string, open vi.Date) (vi.Date, error) {
	if text == "" {
		return open, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, usagef("--%s phải có dạng 2026-10-15, đang là %q.", name, text)
	}
	return vi.DateOf(t), nil
}

func (p *program) userGrant(ctx context.Context, args []string) error {
	fs := p.flags("user")
	var role, at, scope, from, to string
	fs.StringVar(&role, "role", "", "committee, reporter, approver, office, unit_admin hoặc system_admin")
	fs.StringVar(&at, "agency", string(agency.Nation), "mã đơn vị: vai trò có hiệu lực ở đó và cấp dưới")
	fs.StringVar(&scope, "scope", "", "chỉ cho chế độ hoặc nhóm chỉ tiêu này")
	fs.StringVar(&from, "from", "", "từ ngày, mặc định hôm nay")
	fs.StringVar(&to, "to", "", "đến hết ngày, mặc định không thời hạn")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || role == "" {
		return usagef("user grant cần tên đăng nhập và --role.")
	}
	a, _, person, done, err := p.openNamed(ctx, rest[0])
	if err != nil {
		return err
	}
	defer done()
	g := access.Grant{Role: access.Role(role), Agency: agency.ID(at), Scope: scope}
	ground, err := a.Ground(ctx)
	if err != nil {
		return err
	}
	if g.From, err = cliDay("from", from, ground.Day); err != nil {
		return err
	}
	if g.To, err = cliDay("to", to, vi.OpenTo); err != nil {
		return err
	}
	if err := a.AddGrant(ctx, person.ID, g); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Đã giao vai trò “%s” tại %s cho %s.\n", g.Role.Title(), at, person.Name)
	return nil
}

func (p *program) userRevoke(ctx context.Context, args []string) error {
	fs := p.flags("user")
	var role, at string
	fs.StringVar(&role, "role", "", "vai trò")
	fs.StringVar(&at, "agency", string(agency.Nation), "mã đơn vị")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 || role == "" {
		return usagef("user revoke cần tên đăng nhập và --role.")
	}
	a, _, person, done, err := p.openNamed(ctx, rest[0])
	if err != nil {
		return err
	}
	defer done()
	ended := 0
	for _, g := range person.Grants {
		if string(g.Role) == role && string(g.Agency) == at && !g.Ended {
			if err := a.EndGrant(ctx, person.ID, g.ID); err != nil {
				return err
			}
			ended++
		}
	}
	if ended == 0 {
		return fault.New(fault.NotFound, "%s không có vai trò %s tại %s.", person.Name, role, at)
	}
	fmt.Fprintf(p.stdout, "Đã kết thúc vai trò %s tại %s của %s.\n", role, at, person.Name)
	return nil
}

func (p *program) userLink(ctx context.Context, args []string) error {
	a, s, person, done, err := p.named(ctx, "link", args)
	if err != nil {
		return err
	}
	defer done()
	secret, err := a.NewLink(ctx, person.ID)
	if err != nil {
		return err
	}
	p.printLink(s, secret)
	return nil
}

func (p *program) userDisable(ctx context.Context, args []string) error {
	return p.userState(ctx, "disable", args)
}

func (p *program) userEnable(ctx context.Context, args []string) error {
	return p.userState(ctx, "enable", args)
}

func (p *program) userState(ctx context.Context, command string, args []string) error {
	a, _, person, done, err := p.named(ctx, command, args)
	if err != nil {
		return err
	}
	defer done()
	if err := a.Disable(ctx, person.ID, command == "disable"); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, map[string]string{"disable": "Đã khóa tài khoản", "enable": "Đã mở khóa tài khoản"}[command], person.Name)
	return nil
}

// sampleAccounts makes the sign-ins for trying out. They are for this machine only.
func (p *program) sampleAccounts(ctx context.Context) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	if strings.HasPrefix(s.URL, "https://") {
		return fault.New(fault.Usage, "Tài khoản mẫu chỉ dành cho máy cục bộ; CHISO_URL đang là %s. Hãy dùng: chiso user add", s.URL)
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	samples, err := a.SampleAccounts(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "Tài khoản MẪU trên máy này (mật khẩu ngẫu nhiên, mỗi lần chạy là mật khẩu mới):")
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, x := range samples {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", x.Name, x.Password, x.Title)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	round, err := a.SampleRound(ctx)
	if err == nil && round != "" {
		fmt.Fprintf(p.stdout, "Đã mở cho Đà Nẵng: %s\n", round)
	}
	return err
}
