package account

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base32"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/store"
)

// totpPeriod is how long a code of the second factor holds, in seconds.
const totpPeriod = 30

// recoveryCodes is how many codes stand in for a lost second factor.
const recoveryCodes = 10

var errCode = fault.New(fault.Invalid, "Mã không đúng hoặc đã dùng rồi. Hãy đợi mã mới trên điện thoại rồi nhập lại.")

// TOTPSetup is a new second factor that is not yet in force.
type TOTPSetup struct {
	Secret string
	PNG    []byte // QR code
}

// BeginTOTP makes a secret for the actor's second factor. Nothing is stored: ConfirmTOTP has to bring it back with a code.
func (a *Room) BeginTOTP(ctx context.Context) (_ *TOTPSetup, err error) {
	defer fault.Context(&err, "account.BeginTOTP")
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Chiso", AccountName: access.From(ctx).Name, Period: totpPeriod, Rand: rand.Reader})
	if err != nil {
		return nil, err
	}
	return setupOf(key)
}

// TOTPAgain is the setup of a secret that was shown before.
func (a *Room) TOTPAgain(ctx context.Context, secret string) (_ *TOTPSetup, err error) {
	defer fault.Context(&err, "account.TOTPAgain")
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil || len(raw) < 16 || len(raw) > 64 {
		return nil, fault.New(fault.Invalid, "Khóa xác thực không đọc được. Hãy bắt đầu lại.")
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Chiso", AccountName: access.From(ctx).Name, Period: totpPeriod, Secret: raw})
	if err != nil {
		return nil, err
	}
	return setupOf(key)
}

func setupOf(key *otp.Key) (*TOTPSetup, error) {
	img, err := key.Image(220, 220)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, err
	}
	return &TOTPSetup{Secret: key.Secret(), PNG: b.Bytes()}, nil
}

// step returns the step of a code around now that comes after the last used one; false when the code is wrong.
func step(secret, code string, now time.Time, last int64) (int64, bool) {
	for _, skew := range []int64{0, -1, 1} { // telephones go a little fast or slow
		n := now.Unix()/totpPeriod + skew
		want, err := totp.GenerateCodeCustom(
			secret,
			time.Unix(n*totpPeriod, 0),
			totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1},
		)
		if err == nil && want == code && n > last {
			return n, true
		}
	}
	return 0, false
}

// NewFactor is what somebody types to put a second factor in force.
type NewFactor struct {
	Secret, Code string // of the new telephone; the secret is the one that BeginTOTP made
	Password     string
	OldCode      string // of the telephone that is replaced, or a recovery code; "" when there is none
	Keep         string // hash of the session that goes on
}

// ConfirmTOTP puts the actor's second factor in force once its code, the password and, where one is in force, a code of that are right.
// It ends the actor's other sessions and returns the recovery codes: the only time that anybody sees them.
func (a *Room) ConfirmTOTP(ctx context.Context, f NewFactor) (codes []string, err error) {
	defer fault.Context(&err, "account.ConfirmTOTP")
	if _, err := a.TOTPAgain(ctx, f.Secret); err != nil {
		return nil, err
	}
	own, err := a.self(ctx, f.Password)
	if err != nil {
		return nil, err
	}
	if own.TOTP != "" {
		if err := a.oldFactor(ctx, own, f.OldCode); err != nil {
			return nil, err
		}
	}
	done := "Bật xác thực hai lớp, kết thúc các phiên khác"
	if own.TOTP != "" {
		done = "Thay điện thoại của xác thực hai lớp, kết thúc các phiên khác"
	}
	err = a.Store.People(ctx, func(p *store.People) error {
		acc, err := p.Account(own.ID)
		if err != nil {
			return err
		}
		n, ok := step(f.Secret, cleanCode(f.Code), p.Now(), 0)
		if !ok {
			return errCode
		}
		acc.TOTP, acc.TOTPStep = a.seals.seal(f.Secret, acc.Name), n
		if err := p.SaveAccount(acc); err != nil {
			return err
		}
		if codes, err = newRecoveryCodes(p, acc.ID); err != nil {
			return err
		}
		if err := p.EndSessions(acc.ID, f.Keep); err != nil {
			return err
		}
		e := store.Entry{
			Account: acc.Name,
			Action:  "second_factor_on",
			Agency:  acc.Agency,
			Detail:  done,
		}
		if own.TOTP != "" {
			e.Action = "second_factor_changed"
		}
		return p.Audit(e)
	})
	if err == nil {
		a.tell(ctx, own, done)
	}
	return codes, err
}

// oldFactor checks a code of the second factor that is to be replaced. Wrong ones are counted: somebody may sit at another's desk.
func (a *Room) oldFactor(ctx context.Context, own store.Account, code string) error {
	wrong := false
	err := a.Store.People(ctx, func(p *store.People) error {
		acc, err := p.Account(own.ID)
		if err != nil {
			return err
		}
		counted := selfCodeCounters(acc.Name)
		if err := counted.Begin(p); err != nil {
			return err
		}
		_, ok, err := a.codeOf(p, &acc, code)
		if wrong = !ok; err != nil || wrong {
			return err
		}
		return counted.succeed(p)
	})
	if err == nil && wrong {
		return fault.New(
			fault.Invalid,
			"Mã của điện thoại đang dùng không đúng hoặc đã dùng rồi. Hãy nhập mã mới nhất của điện thoại cũ, hoặc một mã dự phòng.",
		)
	}
	return err
}

// byRecovery is how the audit names a recovery code.
const byRecovery = "mã dự phòng"

// codeOf checks a code of an account and uses it up; how says which kind it was.
func (a *Room) codeOf(p *store.People, acc *store.Account, code string) (how string, ok bool, err error) {
	code = cleanCode(code)
	if len(code) == 16 {
		ok, err = p.UseRecoveryCode(acc.ID, HashToken(code))
		return byRecovery, ok, err
	}
	secret, _, err := a.seals.open(acc.TOTP, acc.Name)
	if err != nil {
		return "", false, err
	}
	n, ok := step(secret, code, p.Now(), acc.TOTPStep)
	if !ok {
		return "", false, nil
	}
	acc.TOTPStep = n
	return "mã xác thực", true, p.SaveAccount(*acc)
}

func newRecoveryCodes(p *store.People, account int64) (codes []string, err error) {
	var hashes []string
	for range recoveryCodes {
		b := make([]byte, 10)
		_, _ = rand.Read(b) // never fails
		c := strings.ToLower(base32.StdEncoding.EncodeToString(b))
		codes = append(codes, c[:4]+"-"+c[4:8]+"-"+c[8:12]+"-"+c[12:])
		hashes = append(hashes, HashToken(c))
	}
	return codes, p.SetRecoveryCodes(account, hashes)
}

func cleanCode(code string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
}

// SecondFactor checks the code that follows a password: of the telephone, once, or a recovery code. address and device are those of
// Credentials.
func (a *Room) SecondFactor(ctx context.Context, account int64, code, address, device string) (err error) {
	defer fault.Context(&err, "account.SecondFactor(%d)", account)
	wrong := false
	var acc store.Account
	var how string
	err = a.Store.People(ctx, func(p *store.People) error {
		if acc, err = p.Account(account); err != nil {
			return err
		}
		known, err := p.KnowsDevice(deviceHash(device), acc.ID)
		if err != nil {
			return err
		}
		counted := codeCounters(Attempt{Name: acc.Name, Address: address, device: device, known: known})
		if err := counted.Begin(p); err != nil {
			return err
		}
		var ok bool
		if how, ok, err = a.codeOf(p, &acc, code); err != nil {
			return err
		}
		if wrong = !ok || a.shut(acc) || acc.TOTP == ""; wrong {
			return p.Audit(store.Entry{Account: acc.Name, Action: "sign_in_failed", Agency: acc.Agency, Detail: "Sai mã xác thực từ " + address})
		}
		if err := counted.succeed(p); err != nil {
			return err
		}
		return p.Audit(
			store.Entry{Account: acc.Name, Action: "sign_in", Agency: acc.Agency, Detail: "Đăng nhập bằng mật khẩu và " + how + " từ " + address},
		)
	})
	if err == nil && wrong {
		return errCode
	}
	if err == nil && how == byRecovery {
		a.tell(ctx, acc, "Đăng nhập bằng mã dự phòng từ địa chỉ "+address)
	}
	return err
}

// RemoveTOTP takes the actor's second factor away; the password has to be typed again.
func (a *Room) RemoveTOTP(ctx context.Context, password string) (err error) {
	defer fault.Context(&err, "account.RemoveTOTP")
	acc, err := a.self(ctx, password)
	if err != nil {
		return err
	}
	const done = "Tắt xác thực hai lớp"
	if err := a.Store.People(ctx, func(p *store.People) error { return dropTOTP(p, acc.ID, acc.Name, done) }); err != nil {
		return err
	}
	a.tell(ctx, acc, done)
	return nil
}

// dropTOTP takes an account's second factor away.
func dropTOTP(p *store.People, account int64, by, detail string) error {
	acc, err := p.Account(account)
	if err != nil {
		return err
	}
	acc.TOTP, acc.TOTPStep = "", 0
	if err := p.SaveAccount(acc); err != nil {
		return err
	}
	if err := p.SetRecoveryCodes(account, nil); err != nil {
		return err
	}
	return p.Audit(store.Entry{Account: by, Action: "second_factor_off", Agency: acc.Agency, Target: "account:" + acc.Name, Detail: detail})
}

// self is the actor's account, when the password is right.
func (a *Room) self(ctx context.Context, password string) (acc store.Account, err error) {
	who := access.From(ctx)
	counted := selfCounters(who.Name)
	err = a.Store.People(ctx, func(p *store.People) error {
		if err := counted.Begin(p); err != nil {
			return err
		}
		acc, err = p.Account(who.Account)
		return err
	})
	if err != nil {
		return acc, err
	}
	hash := acc.Password
	if hash == "" {
		hash = nobody
	}
	ok, err := a.matches(ctx, password, hash)
	if err != nil {
		return acc, err
	}
	if !ok {
		err := a.Store.People(ctx, func(p *store.People) error {
			return p.Audit(
				store.Entry{
					Account: acc.Name,
					Action:  "password_failed",
					Agency:  acc.Agency,
					Detail:  "Nhập sai mật khẩu hiện tại khi đổi cách đăng nhập",
				},
			)
		})
		return acc, cmp.Or(err, fault.New(fault.Invalid, "Mật khẩu hiện tại không đúng."))
	}
	return acc, a.Store.People(ctx, counted.succeed)
}

// ChangePassword sets the actor's password and ends the actor's other sessions; keep is the hash of the session that goes on.
func (a *Room) ChangePassword(ctx context.Context, old, password, keep string) (err error) {
	defer fault.Context(&err, "account.ChangePassword")
	who := access.From(ctx)
	if err := access.CheckPassword(password, who.Name, who.FullName); err != nil {
		return err
	}
	acc, err := a.self(ctx, old)
	if err != nil {
		return err
	}
	hash, err := a.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	const done = "Đổi mật khẩu, kết thúc các phiên khác"
	err = a.Store.People(ctx, func(p *store.People) error {
		acc, err := p.Account(acc.ID)
		if err != nil {
			return err
		}
		acc.Password = hash
		if err := p.SaveAccount(acc); err != nil {
			return err
		}
		if err := p.EndSessions(acc.ID, keep); err != nil {
			return err
		}
		return p.Audit(store.Entry{Account: acc.Name, Action: "set_password", Agency: acc.Agency, Detail: done})
	})
	if err == nil {
		a.tell(ctx, acc, done)
	}
	return err
}
