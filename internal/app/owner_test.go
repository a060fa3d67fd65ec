package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/account"
	"chiso/internal/vi"
)

// Whoever changes how somebody gets in, or what somebody may do, is seen by the owner of the account and by nobody else of the agency: a
// unit administrator could reset a signer's second factor and take a link without a word.
func TestOwnerIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		machine := access.With(t.Context(), access.Machine("cli"))
		_, signer := f.person(t, "ky", "P34-48", access.Approver)
		unit, _ := f.person(t, "qt", "P34-48", access.UnitAdmin)
		_, reader := f.person(t, "doc", "P34-48", access.Reporter)
		err := f.EditPerson(machine, signer, account.PersonData{FullName: "Người Ký", Agency: "P34-48", Email: "ky@danang.gov.vn"})
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		news := func(what, want string) {
			t.Helper()
			lines, err := f.Notices(f.acting(t, signer), nil, signer, 100)
			if err != nil {
				t.Fatal(err)
			}
			var bodies []string
			for _, l := range lines[:len(lines)-len(told)] {
				bodies = append(bodies, l.Body)
			}
			if want == "" != (len(bodies) == 0) || !strings.Contains(strings.Join(bodies, "|"), want) || len(bodies) > 1 {
				t.Errorf("%s: told %q, want %q", what, bodies, want)
			}
			told = append(told, bodies...)
		}
		lines, err := f.Notices(f.acting(t, signer), nil, signer, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			told = append(told, l.Body)
		}
		secret, err := f.NewLink(unit, signer)
		if err != nil {
			t.Fatal(err)
		}
		news("a link", "tài khoản qt: Cấp đường dẫn đặt mật khẩu")
		if err := f.UseLink(t.Context(), secret, good+" xa", ""); err != nil {
			t.Fatal(err)
		}
		news("a password by the link", "Đặt mật khẩu bằng đường dẫn một lần")
		own := f.acting(t, signer)
		if err := f.ChangePassword(own, good+" xa", good+" nữa", ""); err != nil {
			t.Fatal(err)
		}
		news("a password", "chính tài khoản này: Đổi mật khẩu")
		setup, err := f.BeginTOTP(own)
		if err != nil {
			t.Fatal(err)
		}
		code, err := totp.GenerateCode(setup.Secret, f.clock.read())
		if err != nil {
			t.Fatal(err)
		}
		recovery, err := f.ConfirmTOTP(own, account.NewFactor{Secret: setup.Secret, Code: code, Password: good + " nữa"})
		if err != nil {
			t.Fatal(err)
		}
		news("a second factor", "Bật xác thực hai lớp")
		if err := f.SecondFactor(t.Context(), signer, recovery[0], "10.0.0.7", ""); err != nil {
			t.Fatal(err)
		}
		news("a recovery code", "Đăng nhập bằng mã dự phòng từ địa chỉ 10.0.0.7")
		if err := f.ResetSecondFactor(unit, signer); err != nil {
			t.Fatal(err)
		}
		news("reset by another", "tài khoản qt: Đặt lại xác thực hai lớp")
		if err := f.AddGrant(machine, signer, access.Grant{Role: access.Reporter, Agency: "P34-48", From: 20250701, To: vi.OpenTo}); err != nil {
			t.Fatal(err)
		}
		news("a role", "Giao vai trò")
		fail := func(n int) {
			for range n {
				_, _ = f.SignIn(t.Context(), account.Credentials{Name: "ky", Password: "sai sai sai sai", Address: "10.0.0.8"})
			}
		}
		fail(4)
		news("four failures", "")
		fail(1)
		news("a lock", "Nhập sai mật khẩu nhiều lần từ địa chỉ 10.0.0.8")
		f.clock.now = f.clock.now.Add(20 * time.Minute)
		fail(3)
		news("another on the same day", "")

		for _, id := range []int64{reader} {
			lines, err := f.Notices(f.acting(t, id), []agency.ID{"P34-48"}, id, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				if l.Account != id && l.Account != 0 {
					t.Errorf("another reads %q", l.Body)
				}
			}
		}
		if n, err := f.Unseen(own); err != nil || n != len(told) {
			t.Errorf("%d unseen, %v; told %d", n, err, len(told))
		}
		if err := f.SeeNotices(own, 1_000_000); err != nil {
			t.Fatal(err)
		}
		if n, err := f.Unseen(own); err != nil || n != 0 {
			t.Errorf("%d unseen after they were seen, %v", n, err)
		}
		mails, err := f.MailList(machine, 100)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, m := range mails {
			if m.Address == "ky@danang.gov.vn" && strings.HasPrefix(m.Subject, "Tài khoản của bạn: ") {
				n++
			}
		}
		if n < 8 {
			t.Errorf("%d mails to the owner of %d", n, len(mails))
		}
	})
}
