package account

import (
	"context"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"chiso/internal/fault"
	"chiso/internal/store"
)

// How often somebody may fail before each further try has to wait for a growing pause. What others do must not keep an owner out:
// failures are counted by name and address together, a browser that has signed in before is counted alone, and the two sums, which
// stop guessing from many addresses and of many names, stand far above what one office behind one address needs.
const (
	freeFailures    = 5   // of one name from one address, or from one known browser
	freeCodes       = 20  // codes of one account from all addresses: its password is known to whoever tries them
	nameFailures    = 50  // of one name from all addresses
	addressFailures = 300 // from one address under any names
	badLinks        = 30  // links that are none, from one address
	addressWindow   = 15 * time.Minute
	nameWindow      = 24 * time.Hour // failures of a name are forgotten after that
	longestPause    = 15 * time.Minute
)

// Attempt is one try to sign in.
type Attempt struct {
	Name, Address string
	device        string // what the browser keeps from an earlier sign-in
	known         bool   // and that was of this account
}

// counter is one subject under which failures are counted.
type counter struct {
	subject string
	free    int
	window  time.Duration
}

// counters are all that one try counts under.
type counters struct {
	all   []counter
	limit func(minutes int) error
}

// AttemptsOf begins every subject of an account. Names are hashed: somebody may have typed the password there.
func AttemptsOf(name string) string { return HashToken(name)[:24] + ":" }

// network is what one person has of an address: all of an IPv4 address, the first half of an IPv6 one.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	p, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}

func SignInCounters(t Attempt) counters {
	of := AttemptsOf(t.Name)
	if t.known {
		return counters{[]counter{{of + "device:" + HashToken(t.device)[:24], freeFailures, nameWindow}}, tooManyPasswords}
	}
	return counters{[]counter{{of + "at:" + network(t.Address), freeFailures, nameWindow}, {of + "name", nameFailures, nameWindow},
		{"address:" + network(t.Address), addressFailures, addressWindow}}, tooManyPasswords}
}

func codeCounters(t Attempt) counters {
	of := AttemptsOf(t.Name)
	if t.known {
		return counters{[]counter{{of + "code-device:" + HashToken(t.device)[:24], freeFailures, nameWindow}}, tooManyPasswords}
	}
	return counters{
		[]counter{{of + "code-at:" + network(t.Address), freeFailures, nameWindow}, {of + "code", freeCodes, nameWindow}},
		tooManyPasswords,
	}
}

// selfCounters count the passwords that somebody who has signed in types once more.
func selfCounters(name string) counters {
	return counters{[]counter{{AttemptsOf(name) + "self", freeFailures, nameWindow}}, tooManyPasswords}
}

// selfCodeCounters count the codes that somebody who has signed in types once more.
func selfCodeCounters(name string) counters {
	return counters{[]counter{{AttemptsOf(name) + "self-code", freeFailures, nameWindow}}, tooManyPasswords}
}

func linkCounters(address string) counters {
	return counters{[]counter{{"link:" + network(address), badLinks, addressWindow}}, func(minutes int) error {
		return fault.New(fault.Limited, "Từ máy này đã mở quá nhiều đường dẫn không dùng được. Hãy đợi %d phút rồi thử lại.", minutes)
	}}
}

func tooManyPasswords(minutes int) error {
	return fault.New(
		fault.Limited,
		"Đã thử sai quá nhiều lần. Hãy đợi %d phút rồi thử lại, hoặc nhờ quản trị đơn vị mở khóa đăng nhập.",
		minutes,
	)
}

// pause is how long a subject still has to wait. A clock that once ran ahead must not lock anybody for longer than a pause lasts.
func pause(at store.Attempt, now time.Time) time.Duration {
	if wait := at.Until.Sub(now); wait <= longestPause {
		return max(wait, 0)
	}
	return 0
}

// Begin counts a try before it is made, so that many at once cannot slip through, and refuses it when there were too many.
func (c counters) Begin(p *store.People) error {
	held := make([]store.Attempt, len(c.all))
	for i, k := range c.all {
		at, err := p.Attempt(k.subject)
		if err != nil {
			return err
		}
		if wait := pause(at, p.Now()); wait > 0 {
			return c.limit(int((wait + time.Minute - 1) / time.Minute))
		}
		held[i] = at
	}
	for i, k := range c.all {
		at := held[i]
		if age := p.Now().Sub(at.First); age > k.window || age < 0 {
			at = store.Attempt{}
		}
		if at.Failures == 0 {
			at.First = p.Now()
		}
		if at.Failures++; at.Failures >= k.free {
			at.Until = p.Now().Add(min(time.Minute<<min(at.Failures-k.free, 10), longestPause))
		}
		if err := p.SaveAttempt(k.subject, at); err != nil {
			return err
		}
	}
	return nil
}

// paused reports whether the account's own counters make the next try wait.
func (c counters) paused(p *store.People) (bool, error) {
	for _, k := range c.all {
		at, err := p.Attempt(k.subject)
		if err != nil {
			return false, err
		}
		if !strings.HasPrefix(k.subject, "address:") && pause(at, p.Now()) > 0 {
			return true, nil
		}
	}
	return false, nil
}

// succeed takes back what begin counted; under the first subject, which is the person's own, all of it.
func (c counters) succeed(p *store.People) error {
	for i, k := range c.all {
		at, err := p.Attempt(k.subject)
		if err != nil {
			return err
		}
		at.Failures--
		if i == 0 {
			at.Failures = 0
		}
		if at.Failures < k.free {
			at.Until = time.Time{}
		}
		if err := p.SaveAttempt(k.subject, at); err != nil {
			return err
		}
	}
	return nil
}

// unknownName is how the audit names what was typed and is no account: enough to see the same again, too little to read a password
// that was typed into the wrong field.
func unknownName(name string) string {
	head := name
	for i := range name {
		if utf8.RuneCountInString(name[:i]) == 2 {
			head = name[:i]
			break
		}
	}
	return head + "… (#" + HashToken(name)[:8] + ")"
}

// deviceHash is what is kept of a browser's token, "" for a browser without one.
func deviceHash(device string) string {
	if device == "" {
		return ""
	}
	return HashToken(device)
}

// KnowDevice makes a browser known to an account: others' failures no longer keep its owner out there.
func (a *Room) KnowDevice(ctx context.Context, account int64, device string) (err error) {
	defer fault.Context(&err, "account.KnowDevice(%d)", account)
	return a.Store.People(ctx, func(p *store.People) error { return p.SaveDevice(deviceHash(device), account) })
}

// SignInLock is a pause before somebody may try to sign in again.
type SignInLock struct {
	Address string // "" for all of them
	Until   time.Time
}

// locks returns what keeps the owners of names from signing in, by attemptsOf.
func (a *Room) locks(ctx context.Context) (map[string][]SignInLock, error) {
	all, err := a.Store.Attempts(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string][]SignInLock{}
	now := a.Clock()
	for subject, at := range all {
		of, what, ok := strings.Cut(subject, ":")
		if !ok || of == "address" || of == "link" || pause(at, now) == 0 {
			continue
		}
		_, address, _ := strings.Cut(what, "at:")
		out[of+":"] = append(out[of+":"], SignInLock{address, at.Until})
	}
	return out, nil
}

// LiftLock lets a person try to sign in again at once.
func (a *Room) LiftLock(ctx context.Context, id int64) (err error) {
	defer fault.Context(&err, "account.LiftLock(%d)", id)
	return a.manage(ctx, id, "lift_lock", func(p *store.People, acc *store.Account) (string, error) {
		return "Mở khóa đăng nhập của " + acc.FullName, p.ForgetAttempts(AttemptsOf(acc.Name))
	})
}
