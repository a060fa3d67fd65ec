package account

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// How passwords are hashed: OWASP's second recommendation for argon2id, some 40 ms here. The parameters stand in every hash, so
// that they may rise.
//
//nolint:gochecknoglobals // constant: nothing writes to it
var passwordParams = argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobody is the hash of a password that no account has: whoever asks for an unknown name waits as long as for a known one. It has
// the parameters above; a test compares.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$Y2hpc28tbm8tYWNjb3VudA$q2m9m0WJ6T2b0y1yS9bKpJm2cY7b0oV5m1cJqkq3x0I"

// maxHashes is how many passwords are hashed at the same time: each takes 19 MB.
const maxHashes = 2

// LinkHours is how long a one-time link holds.
const LinkHours = 72 * time.Hour

var errSignIn = fault.New(
	fault.Invalid,
	"Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra rồi nhập lại; nếu quên mật khẩu, xin quản trị đơn vị một đường dẫn đặt lại.",
)

// Credentials are what somebody types to sign in, and from where.
type Credentials struct {
	Name, Password, Address string
	Device                  string // what the browser keeps from an earlier sign-in, "" for none
}

// SignedIn is who a password belongs to.
type SignedIn struct {
	Account      int64
	SecondFactor bool // its code has to follow
}

// hashing waits for a place among those who hash.
func (a *Room) hashing(ctx context.Context, fn func() error) error {
	select {
	case a.hashes <- struct{}{}:
		defer func() { <-a.hashes }()
		return fn()
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Unready, "Máy chủ đang bận. Hãy thử lại sau ít phút.")
	}
}

func (a *Room) HashPassword(ctx context.Context, password string) (hash string, err error) {
	defer fault.Context(&err, "account.HashPassword")
	err = a.hashing(ctx, func() error {
		hash, err = argon2id.CreateHash(norm.NFC.String(password), &passwordParams)
		return err
	})
	return hash, err
}

func (a *Room) matches(ctx context.Context, password, hash string) (ok bool, err error) {
	err = a.hashing(ctx, func() error {
		ok, err = argon2id.ComparePasswordAndHash(norm.NFC.String(password), hash)
		return err
	})
	return ok, err
}

// Token returns a secret of 256 bits for a link, and the hash by which it is kept.
func Token() (secret, hash string) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, HashToken(secret)
}

// HashToken is what is kept of the token of a session or link.
func HashToken(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// SignIn checks a password. Unknown name, wrong password, no password yet and disabled account get the same answer in the same time.
func (a *Room) SignIn(ctx context.Context, c Credentials) (out SignedIn, err error) {
	defer fault.Context(&err, "account.SignIn")
	name := strings.ToLower(vi.Clean(c.Name))
	if len(name) > 64 || len(c.Password) > 4*access.MaxPassword {
		return out, errSignIn
	}
	var acc store.Account
	var counted counters
	err = a.Store.People(ctx, func(p *store.People) error {
		if acc, err = p.AccountNamed(name); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		known, err := p.KnowsDevice(deviceHash(c.Device), acc.ID)
		if err != nil {
			return err
		}
		counted = SignInCounters(Attempt{Name: name, Address: c.Address, device: c.Device, known: known})
		return counted.Begin(p)
	})
	if err != nil {
		return out, err
	}
	hash := nobody
	if acc.Password != "" && !a.shut(acc) {
		hash = acc.Password
	}
	ok, err := a.matches(ctx, c.Password, hash)
	if err != nil {
		return out, err
	}
	if ok = ok && hash != nobody; !ok {
		paused := false
		err = a.Store.People(ctx, func(p *store.People) error {
			who := name
			if acc.ID == 0 {
				who = unknownName(name)
			}
			if paused, err = counted.paused(p); err != nil {
				return err
			}
			return p.Audit(
				store.Entry{
					Account: who,
					Action:  "sign_in_failed",
					Agency:  acc.Agency,
					Detail:  "Đăng nhập không thành công từ " + c.Address,
				},
			)
		})
		if err == nil && paused {
			a.tellLocked(ctx, acc, c.Address)
		}
		return out, cmp.Or(err, errSignIn)
	}
	stronger, err := a.hashedAnew(ctx, c.Password, acc.Password)
	if err != nil {
		return out, err
	}
	err = a.Store.People(ctx, func(p *store.People) error {
		if err := p.Sweep(); err != nil {
			return err
		}
		if stronger != "" {
			if err := p.ChangePassword(acc.ID, acc.Password, stronger); err != nil {
				return err
			}
		}
		if err := counted.succeed(p); err != nil || acc.TOTP != "" {
			return err
		}
		return p.Audit(store.Entry{Account: name, Action: "sign_in", Agency: acc.Agency, Detail: "Đăng nhập bằng mật khẩu từ " + c.Address})
	})
	return SignedIn{acc.ID, acc.TOTP != ""}, err
}

// hashedAnew hashes a right password again when its hash has parameters from before they rose; else "".
func (a *Room) hashedAnew(ctx context.Context, password, hash string) (string, error) {
	had, _, _, err := argon2id.DecodeHash(hash)
	if err != nil || *had == passwordParams {
		return "", err
	}
	return a.HashPassword(ctx, password)
}

// SignOut notes that somebody left.
func (a *Room) SignOut(ctx context.Context) (err error) {
	defer fault.Context(&err, "account.SignOut")
	who := access.From(ctx)
	return a.Store.People(ctx, func(p *store.People) error {
		return p.Audit(store.Entry{Account: who.Name, Action: "sign_out", Agency: who.Agency, Detail: "Đăng xuất"})
	})
}

// Refused notes that somebody asked for what they may not do.
func (a *Room) Refused(ctx context.Context, act access.Action, on access.Target, what string) (err error) {
	defer fault.Context(&err, "account.Refused")
	who := access.From(ctx)
	return a.Store.People(ctx, func(p *store.People) error {
		return p.Audit(
			store.Entry{Account: who.Name, Action: "refused", Agency: on.Agency, Target: what, Detail: "Bị từ chối: " + act.Title()},
		)
	})
}

// shut reports whether an account lets nobody in: a disabled one, and a sample account where the pages are for everybody.
func (a *Room) shut(acc store.Account) bool {
	return acc.Disabled || acc.Sample && strings.HasPrefix(a.URL, "https://")
}

// Actor returns who an account is and what it may do; a fault of kind NotFound when it is gone or disabled.
func (a *Room) Actor(ctx context.Context, account int64) (_ access.Actor, err error) {
	defer fault.Context(&err, "account.Actor(%d)", account)
	acc, grants, err := a.Store.Account(ctx, account)
	if err != nil {
		return access.Actor{}, err
	}
	if a.shut(acc) {
		return access.Actor{}, fault.New(fault.NotFound, "Tài khoản này đã bị khóa.")
	}
	out := access.Actor{Account: acc.ID, Name: acc.Name, FullName: acc.FullName, Agency: acc.Agency}
	for _, g := range grants {
		out.Grants = append(out.Grants, g.Grant)
	}
	// Who signs in through the single sign-on alone has the second factor of that.
	out.LacksFactor = acc.TOTP == "" && acc.Password != "" &&
		slices.ContainsFunc(a.factor, func(r access.Role) bool { return out.Holds(r, a.Today()) })
	return out, nil
}

// Session is a sign-in that goes on.
type Session = store.Session

// FindSession returns a session by the hash of its token; false when there is none.
func (a *Room) FindSession(ctx context.Context, hash string) (_ Session, _ bool, err error) {
	defer fault.Context(&err, "account.FindSession")
	return a.Store.Session(ctx, hash)
}

// SaveSession writes a session.
func (a *Room) SaveSession(ctx context.Context, s Session) (err error) {
	defer fault.Context(&err, "account.SaveSession")
	return a.Store.People(ctx, func(p *store.People) error { return p.SaveSession(s) })
}

// EndSession deletes a session by the hash of its token.
func (a *Room) EndSession(ctx context.Context, hash string) (err error) {
	defer fault.Context(&err, "account.EndSession")
	return a.Store.People(ctx, func(p *store.People) error { return p.EndSession(hash) })
}

// LinkOwner returns whose one-time link it is; a fault of kind NotFound when it cannot be used.
func (a *Room) LinkOwner(ctx context.Context, secret string) (name, fullName string, err error) {
	defer fault.Context(&err, "account.LinkOwner")
	err = a.Store.People(ctx, func(p *store.People) error {
		acc, err := p.Link(HashToken(secret))
		name, fullName = acc.Name, acc.FullName
		return err
	})
	return name, fullName, err
}

// TryLink refuses whoever tries links that are none too often from one address; a good link opens whatever others from there tried.
// Secrets cannot be guessed; this keeps people and machines from trying.
func (a *Room) TryLink(ctx context.Context, secret, address string) (err error) {
	defer fault.Context(&err, "account.TryLink")
	unknown := error(nil)
	err = a.Store.People(ctx, func(p *store.People) error {
		if _, unknown = p.Link(HashToken(secret)); fault.KindOf(unknown) != fault.NotFound {
			return unknown
		}
		return linkCounters(address).Begin(p)
	})
	return cmp.Or(err, unknown)
}

// UseLink sets the password of the account that a one-time link belongs to, and ends the link and every session of the account. The
// browser that keeps device is the only one that the account knows from then on.
func (a *Room) UseLink(ctx context.Context, secret, password, device string) (err error) {
	defer fault.Context(&err, "account.UseLink")
	name, fullName, err := a.LinkOwner(ctx, secret)
	if err != nil {
		return err
	}
	if err := access.CheckPassword(password, name, fullName); err != nil {
		return err
	}
	hash, err := a.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	const done = "Đặt mật khẩu bằng đường dẫn một lần"
	var before store.Account
	err = a.Store.People(ctx, func(p *store.People) error {
		acc, err := p.Link(HashToken(secret))
		if err != nil {
			return err
		}
		before = acc
		acc.Password = hash
		if err := p.SaveAccount(acc); err != nil {
			return err
		}
		if err := p.EndLinks(acc.ID); err != nil {
			return err
		}
		if err := p.EndSessions(acc.ID, ""); err != nil {
			return err
		}
		if err := p.EndDevices(acc.ID); err != nil {
			return err
		}
		if err := p.SaveDevice(deviceHash(device), acc.ID); err != nil {
			return err
		}
		if err := p.ForgetAttempts(AttemptsOf(acc.Name)); err != nil {
			return err
		}
		return p.Audit(store.Entry{Account: acc.Name, Action: "set_password", Agency: acc.Agency, Detail: done})
	})
	if err == nil {
		a.tell(ctx, before, done)
	}
	return err
}

// Identity is who a single sign-on says somebody is.
type Identity struct {
	Subject string // issuer and subject: never changes
	Name    string // of the account, from the claim that the settings name
	Address string
}

// SignInAs signs in whom a single sign-on vouches for, by the account that was bound to the subject. What the provider calls somebody
// opens nothing, for there people may choose their names themselves.
func (a *Room) SignInAs(ctx context.Context, id Identity) (out SignedIn, err error) {
	defer fault.Context(&err, "account.SignInAs")
	unknown := fault.New(
		fault.Forbidden,
		"Hệ thống đăng nhập chung nhận ra bạn nhưng chưa có tài khoản Chiso nào được gắn với bạn. Hãy nhờ quản trị đơn vị lập tài khoản và gửi một đường dẫn, mở đường dẫn đó rồi chọn gắn với đăng nhập chung.",
	)
	refused := false
	err = a.Store.People(ctx, func(p *store.People) error {
		acc, err := p.AccountOf(id.Subject)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if refused = err != nil || a.shut(acc); refused {
			return p.Audit(
				store.Entry{
					Account: cmp.Or(acc.Name, id.Name),
					Action:  "sign_in_failed",
					Agency:  acc.Agency,
					Detail:  "Đăng nhập chung không thành công từ " + id.Address,
				},
			)
		}
		out = SignedIn{acc.ID, acc.TOTP != ""}
		if out.SecondFactor {
			return nil
		}
		return p.Audit(store.Entry{Account: acc.Name, Action: "sign_in", Agency: acc.Agency, Detail: "Đăng nhập chung từ " + id.Address})
	})
	if err == nil && refused {
		err = unknown
	}
	return out, err
}

// BindIdentity binds the account of a one-time link, which its administrator gave out, to whom a single sign-on vouches for, and signs
// in. The link and every session of the account end.
func (a *Room) BindIdentity(ctx context.Context, secret string, id Identity) (out SignedIn, err error) {
	defer fault.Context(&err, "account.BindIdentity")
	var acc store.Account
	err = a.Store.People(ctx, func(p *store.People) error {
		if acc, err = p.Link(HashToken(secret)); err != nil {
			return err
		}
		if a.shut(acc) {
			return fault.New(fault.Forbidden, "Tài khoản này đã bị khóa.")
		}
		other, err := p.AccountOf(id.Subject)
		if err == nil && other.ID != acc.ID {
			return fault.New(
				fault.Conflict,
				"Người này của hệ thống đăng nhập chung đã được gắn với một tài khoản khác. Hãy nhờ quản trị đơn vị xem lại.",
			)
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		acc.Subject = id.Subject
		for _, step := range []func() error{
			func() error { return p.SaveAccount(acc) },
			func() error { return p.EndLinks(acc.ID) },
			func() error { return p.EndSessions(acc.ID, "") },
			func() error { return p.EndDevices(acc.ID) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		out = SignedIn{acc.ID, acc.TOTP != ""}
		return p.Audit(store.Entry{Account: acc.Name, Action: "bind_identity", Agency: acc.Agency,
			Detail: fmt.Sprintf("Gắn với đăng nhập chung (%s) bằng đường dẫn một lần, từ %s", cmp.Or(id.Name, "không rõ tên"), id.Address)})
	})
	if err == nil {
		a.tell(ctx, acc, "Gắn với đăng nhập chung bằng đường dẫn một lần, từ địa chỉ "+id.Address)
	}
	return out, err
}
