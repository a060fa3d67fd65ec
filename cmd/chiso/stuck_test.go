package main

import (
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/internal/testing/pgtest"
)

// How long an answer may take while the database holds everything up, and how long the question whether the program is ready.
const (
	stuckAnswer = 22 * time.Second
	stuckReady  = 2 * time.Second
)

// told is what somebody was answered, and after how long.
type told struct {
	status int
	retry  string
	body   string
	took   time.Duration
}

// ask sends a request as somebody; form nil is a GET.
func (v *victim) ask(who, path string, form url.Values) (told, error) {
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.program.base+path, body)
	if err != nil {
		return told{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Close = true
	if c := v.cookies[who]; c != "" {
		r.AddCookie(&http.Cookie{Name: "chiso", Value: c})
	}
	begin := time.Now()
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return told{}, err
	}
	defer func() { _ = res.Body.Close() }()
	said, err := io.ReadAll(res.Body)
	return told{res.StatusCode, res.Header.Get("Retry-After"), string(said), time.Since(begin)}, err
}

// stuck asks several things at once, all of which need the database, and wants each answered as away in time.
func (v *victim) stuck(want map[string]int) {
	v.t.Helper()
	asked := map[string]struct {
		who, path string
		form      url.Values
	}{
		"readyz":  {"", "/readyz", nil},
		"sign in": {"", "/signin", url.Values{"name": {"nguoi.lap"}, "password": {crashPassword}}},
		"step":    {"don.vi", v.address(v.agencies[0]) + "/step", url.Values{"step": {"submit"}, "seen": {"1"}}},
		"read":    {"nguoi.lap", "/rounds", nil},
		"page":    {"nguoi.lap", "/ranking/CPS07?view=live&period=" + v.period.Key, nil},
		"refused": {"don.vi", "/audit", nil},
	}
	var wg sync.WaitGroup
	for name, status := range want {
		a := asked[name]
		wg.Go(func() {
			got, err := v.ask(a.who, a.path, a.form)
			limit := stuckAnswer
			if name == "readyz" {
				limit = stuckReady
			}
			switch {
			case err != nil:
				v.t.Errorf("%s: %v", name, err)
			case got.status != status, got.took > limit:
				v.t.Errorf("%s: %d after %s, want %d within %s\n%s", name, got.status, got.took.Round(time.Millisecond), status, limit, got.body)
			case status == http.StatusServiceUnavailable && got.retry == "":
				v.t.Errorf("%s: no Retry-After", name)
			}
			if strings.Contains(got.body, "chưa thay đổi") {
				v.t.Errorf("%s claims what nobody knows:\n%s", name, got.body)
			}
		})
	}
	wg.Wait()
}

// lookAgain waits until the program does not go by what it last knew of whether it can store: it looks once a second.
func lookAgain() { time.Sleep(1100 * time.Millisecond) } //nolint:forbidigo // another process

// ready waits until the program is, and wants a write to go through.
func (v *victim) ready() {
	v.t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) { //nolint:forbidigo // another process
		got, err := v.ask("", "/readyz", nil)
		if err == nil && got.status == http.StatusOK {
			break
		}
		if time.Now().After(end) {
			v.t.Fatalf("not ready again: %d %q %v", got.status, got.body, err)
		}
	}
	v.led(v.post("nguoi.lap", "/signin", url.Values{"name": {"nguoi.lap"}, "password": {crashPassword}}))
}

// Another process holds the lock of the SQLite file: reading goes on, writing is answered in bounded time.
func TestStuck_locked(t *testing.T) {
	v := newVictim(t, "sqlite")
	v.stuck(map[string]int{"readyz": http.StatusOK, "read": http.StatusOK, "refused": http.StatusForbidden})
	db, err := sql.Open("sqlite", "file:"+v.config.Path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	lookAgain()
	v.stuck(map[string]int{"readyz": 503, "sign in": 503, "step": 503, "read": 200, "page": 200, "refused": 403})
	if _, err := db.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	v.ready()
}

// The PostgreSQL server stops answering without closing anything: everything that needs it is answered in bounded time.
func TestStuck_frozen(t *testing.T) {
	v := newVictim(t, "postgres")
	v.program.kill()
	cable, dsn := pgtest.Plug(t, v.config.URL)
	v.environ = append(v.environ, "CHISO_DATABASE_URL="+dsn)
	v.start()
	v.stuck(map[string]int{"readyz": http.StatusOK, "read": http.StatusOK, "page": http.StatusOK})
	thaw := cable.Freeze()
	defer thaw()
	lookAgain()
	v.stuck(map[string]int{"readyz": 503, "sign in": 503, "step": 503, "read": 503, "page": 503})
	v.stuck(map[string]int{"readyz": 503, "sign in": 503, "read": 503})
	thaw()
	v.ready()
}

// The file under the program was deleted, or replaced by a copy: what would be written now would be lost, so nothing is taken.
func TestStuck_replaced(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"deleted": os.Remove,
		"replaced": func(path string) error {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			other := filepath.Join(filepath.Dir(path), "khac.db")
			if err := os.WriteFile(other, b, 0o600); err != nil {
				return err
			}
			return os.Rename(other, path)
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVictim(t, "sqlite")
			v.stuck(map[string]int{"readyz": http.StatusOK})
			if err := damage(v.config.Path); err != nil {
				t.Fatal(err)
			}
			lookAgain()
			v.stuck(map[string]int{"readyz": 503, "sign in": 503, "step": 503})
			got, err := v.ask("", "/readyz", nil)
			if err != nil || !strings.Contains(got.body, "Tệp dữ liệu") || !strings.Contains(got.body, fmt.Sprint(v.config.Path)) {
				t.Errorf("%q %v", got.body, err)
			}
		})
	}
}
