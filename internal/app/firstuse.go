package app

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/account"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// FirstName is the name of the first system administrator.
const FirstName = "quan-tri"

// FirstLink is how the first system administrator comes in.
type FirstLink struct {
	Wanted bool      // nobody can come in until somebody makes a link with the command
	Secret string    // of a link that was made now, "" for none
	Until  time.Time // in Viet Nam: how long a link still works that was made before; zero for none
}

// FirstLink makes a one-time link for the first system administrator, and the account when there is none; none as soon as some system
// administrator can sign in, or while one that was made before still works: whoever starts a second copy does not end it. There is no
// default password anywhere. Where nobody sees what is printed (shown is false) only the account is made, and Wanted is true: what a
// container prints stays in its log for as long as the link works.
func (a *App) FirstLink(ctx context.Context, shown bool) (out FirstLink, err error) {
	defer fault.Context(&err, "app.FirstLink")
	today := a.Today()
	err = a.Store.People(ctx, func(p *store.People) error {
		able, err := p.SystemAdmins(int64(today))
		if err != nil || able > 0 {
			return err
		}
		first, err := p.AccountNamed(FirstName)
		if fault.KindOf(err) == fault.NotFound {
			first = store.Account{Name: FirstName, FullName: "Quản trị hệ thống", Agency: agency.Nation}
			if first.ID, err = p.AddAccount(first); err != nil {
				return err
			}
			_, err = p.AddGrant(first.ID, access.Grant{Role: access.SystemAdmin, Agency: agency.Nation, From: today, To: vi.OpenTo})
		}
		if err != nil {
			return err
		}
		if until, err := p.LinkUntil(first.ID); err != nil || !until.IsZero() {
			out.Until = until.In(a.Zone)
			return err
		}
		if out.Wanted = !shown; out.Wanted {
			return nil
		}
		secret, hash := account.Token()
		if err := p.AddLink(hash, first.ID, p.Now().Add(account.LinkHours)); err != nil {
			return err
		}
		out.Secret = secret
		return p.Audit(
			store.Entry{
				Account: "chiso-serve",
				Action:  "new_link",
				Agency:  agency.Nation,
				Target:  "account:" + FirstName,
				Detail:  "In đường dẫn đặt mật khẩu lần đầu trên màn hình máy chủ",
			},
		)
	})
	return out, err
}

// Sample is a sign-in for trying out on this machine.
type Sample struct{ Name, Password, Title string }

// sampleAccounts are the accounts of SampleAccounts.
func sampleAccounts() []struct {
	store.Account
	roles []access.Role
} {
	type sample = struct {
		store.Account
		roles []access.Role
	}
	return []sample{
		{
			store.Account{Name: "mau-thuong-truc", FullName: "Tài khoản mẫu – cơ quan thường trực", Agency: agency.Nation},
			[]access.Role{access.Office},
		},
		{
			store.Account{
				Name:     "mau-phe-duyet",
				FullName: "Tài khoản mẫu – người phê duyệt của cơ quan thường trực",
				Agency:   agency.Nation,
			},
			[]access.Role{access.Office},
		},
		{
			store.Account{Name: "mau-da-nang", FullName: "Tài khoản mẫu – Đà Nẵng lập và ký báo cáo", Agency: "P34-48"},
			[]access.Role{access.Reporter, access.Approver},
		},
		{
			store.Account{Name: "mau-ban-chi-dao", FullName: "Tài khoản mẫu – thành viên Ban Chỉ đạo", Agency: agency.Nation},
			[]access.Role{access.Committee},
		},
	}
}

// SampleAccounts makes four accounts, two of them of the office, for a release takes two people, for trying out, or gives them new passwords: random ones, known to nobody but the reader of
// the console. An account of the same name that is no sample is left alone.
func (a *App) SampleAccounts(ctx context.Context) (out []Sample, err error) {
	defer fault.Context(&err, "app.SampleAccounts")
	for _, s := range sampleAccounts() {
		b := make([]byte, 10)
		_, _ = rand.Read(b) // never fails
		password := strings.ToLower(base32.StdEncoding.EncodeToString(b))
		password = password[:4] + "-" + password[4:8] + "-" + password[8:12] + "-" + password[12:]
		if s.Password, err = a.HashPassword(ctx, password); err != nil {
			return nil, err
		}
		err = a.Store.People(ctx, func(p *store.People) error { return a.saveSample(p, s.Account, s.roles) })
		if err != nil {
			return nil, err
		}
		out = append(out, Sample{s.Name, password, s.FullName})
	}
	return out, nil
}

// sampleDays is how long the sample round is open from the day it is made.
const sampleDays = 10

// SampleRound opens, where there is no round yet, last month's report on Đề án 06 for the province of the sample account alone: who
// tries Chiso out finds something to report. Its name says what it is. It returns the round's name, "" when none was opened.
func (a *App) SampleRound(ctx context.Context) (name string, err error) {
	defer fault.Context(&err, "app.SampleRound")
	none := false
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		rounds, err := v.Rounds()
		if err != nil {
			return err
		}
		c, err := a.Catalogue(v)
		if fault.KindOf(err) == fault.Unready { // before chiso seed
			return nil
		}
		if err != nil {
			return err
		}
		_, known := c.Regime("DA06_M", a.Today())
		none = known && len(rounds) == 0
		return nil
	})
	if err != nil || !none {
		return "", err
	}
	last := a.Today().AddDays(-a.Today().Day())
	p, err := kpi.ParsePeriod(fmt.Sprintf("%d-%02d", last.Year(), last.Month()))
	if err != nil {
		return "", err
	}
	name = "Báo cáo " + strings.ToLower(p.Title()) + " về triển khai Đề án 06 (đợt mẫu, để dùng thử)"
	_, err = a.OpenRound(
		access.With(ctx, access.Machine(catalogue.SeedAccount)),
		reporting.RoundRequest{Regime: "DA06_M", Period: p.Key, Name: name,
			Agencies: []agency.ID{"P34-48"}, Due: filing.Deadline{Day: a.Today().AddDays(sampleDays)}, Reason: "Đợt mẫu trên máy này"},
	)
	return name, err
}

func (a *App) saveSample(p *store.People, s store.Account, roles []access.Role) error {
	s.Sample = true
	acc, err := p.AccountNamed(s.Name)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		if acc.ID, err = p.AddAccount(s); err != nil {
			return err
		}
	case err != nil:
		return err
	case !acc.Sample:
		return fault.New(fault.Conflict, "Tài khoản %q đã có và không phải tài khoản mẫu.", s.Name)
	}
	s.ID = acc.ID
	if err := p.SaveAccount(s); err != nil { // also takes a second factor away
		return err
	}
	if err := p.SetRecoveryCodes(s.ID, nil); err != nil {
		return err
	}
	if err := p.EndSessions(s.ID, ""); err != nil {
		return err
	}
	if err := p.ForgetAttempts(account.AttemptsOf(s.Name)); err != nil {
		return err
	}
	held, err := p.Grants(s.ID)
	if err != nil {
		return err
	}
	for _, r := range roles {
		if slices.ContainsFunc(held, func(g store.Grant) bool { return g.Role == r && g.Agency == s.Agency && g.On(a.Today()) }) {
			continue
		}
		if _, err := p.AddGrant(s.ID, access.Grant{Role: r, Agency: s.Agency, From: a.Today(), To: vi.OpenTo}); err != nil {
			return err
		}
	}
	return p.Audit(
		store.Entry{
			Account: catalogue.SeedAccount,
			Action:  "add_account",
			Agency:  s.Agency,
			Target:  "account:" + s.Name,
			Detail:  "Lập hoặc đặt lại tài khoản mẫu cục bộ",
		},
	)
}
