package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/account"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/reporting"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/testing/pgtest"
	"chiso/internal/vi"
	"chiso/seed"
)

// asProgram makes this test binary the program itself: see TestMain.
const asProgram = "CHISO_TEST_AS_PROGRAM"

// crowd is how many agencies upload, and how many reports are received, at the moment of one kill.
const crowd = 3

// The program is killed at any moment of uploads, receipts and releases. What it was doing is whole or absent afterwards, what it had
// answered is whole, `chiso check` finds nothing, and it can be done again.
func TestKilledAtAnyMoment(t *testing.T) {
	for engine, kills := range map[string]int{"sqlite": 32, "postgres": 20} {
		if testing.Short() {
			kills = 4
		}
		t.Run(engine, func(t *testing.T) {
			v := newVictim(t, engine)
			v.lap(nil) // nobody is killed: what each deed takes on this machine
			for lap := 0; v.kills < kills; lap++ {
				v.lap(rand.New(rand.NewPCG(20261125, uint64(lap))))
			}
			t.Logf("%d kills: %d deeds were whole, %d absent", v.kills, v.whole, v.absent)
			if whole, absent := v.whole > 0, v.absent > 0; !testing.Short() && (!whole || !absent) {
				t.Error("every kill came before, or after, what was being done: the moments are not random")
			}
		})
	}
}

// victim is a program that is killed, its database, and the people who use it.
type victim struct {
	*shell
	config   store.Config
	round    int64
	period   kpi.Period
	agencies []agency.ID
	program  *child
	cookies  map[string]string // sessions outlive the program
	took     map[string]time.Duration
	kills    int
	whole    int
	absent   int
}

const crashPassword = "ngựa đỏ qua cầu"

// newVictim prepares a database with an open round of three figures, and three people.
func newVictim(t *testing.T, engine string) *victim {
	t.Helper()
	dir := t.TempDir()
	v := &victim{shell: &shell{t, []string{"CHISO_DATA=" + dir, "CHISO_LISTEN=localhost:0", "CHISO_LOG_LEVEL=warn"}},
		config: store.Config{Path: filepath.Join(dir, "chiso.db"), Clock: time.Now}, cookies: map[string]string{}, took: map[string]time.Duration{}}
	if engine == "postgres" {
		v.config.URL = pgtest.Database(t)
		v.environ = append(v.environ, "CHISO_DATABASE_URL="+v.config.URL)
	}
	v.must("migrate")
	last := time.Now().AddDate(0, -1, 1-time.Now().Day())
	v.period = kpi.MustPeriod(last.Format("2006-01"))
	v.open(func(a *app.App, s *store.Store) error {
		ctx := access.With(t.Context(), access.Machine("cli"))
		c, err := catalogue.LoadCatalogue(seed.Files)
		if err != nil {
			return err
		}
		if _, err := s.Write(ctx, store.Change{Account: "cli", Reason: "danh mục"}, func(tx *store.Tx) error { return tx.SaveCatalogue(c) }); err != nil {
			return err
		}
		for _, m := range agency.NewDirectory(c.Agencies).Members("provinces", v.period.To) {
			v.agencies = append(v.agencies, m.Agency)
		}
		v.round, err = a.OpenRound(ctx, reporting.RoundRequest{Regime: "DX", Period: v.period.Key, Agencies: v.agencies, Due: filing.Deadline{Day: vi.DateOf(time.Now()).AddDays(7)},
			Columns: "Tỷ lệ hồ sơ nộp trực tuyến\tSố DVC trực tuyến toàn trình\tTỷ lệ hồ sơ công việc xử lý trên môi trường mạng\n%\tDVC\t%\n"})
		if err != nil {
			return err
		}
		for name, roles := range map[string][]access.Role{"don.vi": {access.Reporter, access.Approver}, "nguoi.lap": {access.Office}, "nguoi.duyet": {access.Office}} {
			id, secret, err := a.AddPerson(ctx, account.PersonData{Name: name, FullName: "Nguyễn " + name, Agency: agency.Nation})
			if err != nil {
				return err
			}
			if err := a.UseLink(ctx, secret, crashPassword, ""); err != nil {
				return err
			}
			for _, r := range roles {
				if err := a.AddGrant(ctx, id, access.Grant{Role: r, Agency: agency.Nation, From: vi.OpenFrom, To: vi.OpenTo}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	v.start()
	t.Cleanup(func() { v.program.kill() })
	for _, name := range []string{"don.vi", "nguoi.lap", "nguoi.duyet"} {
		v.led(v.post(name, "/signin", url.Values{"name": {name}, "password": {crashPassword}}))
		if v.cookies[name] == "" {
			t.Fatalf("%s has no session", name)
		}
	}
	return v
}

// open runs fn on the database as long as the program does not.
func (v *victim) open(fn func(*app.App, *store.Store) error) {
	v.t.Helper()
	s, err := store.Open(v.t.Context(), v.config)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	a, err := app.New(app.Config{Store: s, Clock: time.Now, Version: programVersion()})
	if err != nil {
		v.t.Fatal(err)
	}
	if err := fn(a, s); err != nil {
		v.t.Fatal(err)
	}
}

// child is the running program.
type child struct {
	cmd    *exec.Cmd
	base   string
	stderr bytes.Buffer
	killed sync.Once
}

func (c *child) kill() {
	c.killed.Do(func() {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait() // ends by our own signal
	})
}

// start starts the real program on the database.
func (v *victim) start() {
	v.t.Helper()
	self, err := os.Executable()
	if err != nil {
		v.t.Fatal(err)
	}
	c := &child{cmd: exec.Command(self, "serve")} // killed, not cancelled
	c.cmd.Env = append(slices.Clone(v.environ), asProgram+"=1")
	c.cmd.Stderr = &c.stderr
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		v.t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, rest, found := strings.Cut(line, "http://")
	address, _, _ := strings.Cut(rest, " ")
	if err != nil || !found {
		c.kill()
		v.t.Fatalf("the program does not start: %q %v\n%s", line, err, &c.stderr)
	}
	c.base = "http://" + strings.TrimSuffix(address, ".")
	v.program = c
}

// deed is something that people do to the program at once: each part is whole or absent.
type deed struct {
	name  string
	parts []part
}

type part struct {
	name string
	do   func() (int, error)                // status; error when nobody answered
	done func(*store.View) (bool, error)    // whether it is there as a whole; an error when it is there in part
	then func(done bool, status int) string // what is wrong with the answer to doing it again, "" for nothing
}

// lap takes some agencies from their files to a release, killing the program once in each deed; with nil it kills nobody.
func (v *victim) lap(random *rand.Rand) {
	v.t.Helper()
	if len(v.agencies) < crowd {
		v.t.Fatal("no agencies are left")
	}
	var some []agency.ID
	some, v.agencies = v.agencies[:crowd], v.agencies[crowd:]
	uploads, takings, receipts := deed{name: "upload"}, deed{name: "take a file"}, deed{name: "receive"}
	for i, id := range some {
		uploads.parts = append(uploads.parts, v.upload(id, v.figures(id, len(v.agencies)+i)))
		receipts.parts = append(receipts.parts, v.receive(id))
	}
	v.suffer(uploads, random)
	for i, id := range some {
		takings.parts = append(takings.parts, v.take(id, v.figures(id, len(v.agencies)+i)))
	}
	v.suffer(takings, random)
	for _, id := range some {
		v.led(v.step("don.vi", id, filing.Submit, 1))
		v.led(v.step("don.vi", id, filing.Sign, 2))
	}
	v.suffer(receipts, random)
	number := fmt.Sprintf("%d/CB-TT", len(v.agencies))
	v.suffer(deed{"draft a release", []part{v.draft(number)}}, random)
	v.suffer(deed{"approve a release", []part{v.approve(number)}}, random)
}

// suffer does a deed, kills the program meanwhile, looks at what is left, starts it again and does the deed once more.
func (v *victim) suffer(d deed, random *rand.Rand) {
	v.t.Helper()
	if random == nil {
		begin := time.Now()
		for _, a := range v.all(d) {
			v.led(a.status, a.err)
		}
		v.took[d.name] = time.Since(begin)
		return
	}
	moment := time.Duration(random.Int64N(int64(v.took[d.name]) * 5 / 4))
	answered := make(chan []answer, 1)
	begin := time.Now()
	go func() { answered <- v.all(d) }()
	time.Sleep(moment) //nolint:forbidigo // the moment is what is tested
	v.program.kill()
	answers := <-answered
	v.kills++
	where := fmt.Sprintf("kill %d, %s, %s of about %s (it took %s)", v.kills, d.name, moment.Round(100*time.Microsecond),
		v.took[d.name].Round(time.Millisecond), time.Since(begin).Round(time.Millisecond))
	if said := v.program.stderr.String(); strings.Contains(said, "panic") || strings.Contains(said, "level=ERROR") {
		v.t.Errorf("%s: the program says\n%s", where, said)
	}
	before := v.look(where, d)
	if code, out, errs := v.run("check"); code != exitDone {
		v.t.Errorf("%s: chiso check says\n%s%s", where, out, errs)
	}
	words := ""
	for i, p := range d.parts {
		if answers[i].err == nil && !before[i] {
			v.t.Errorf("%s: %s was answered with %d and is lost", where, p.name, answers[i].status)
		}
		if before[i] {
			v.whole++
			words += " whole"
		} else {
			v.absent++
			words += " absent"
		}
	}
	v.t.Logf("%s:%s", where, words)
	v.start()
	begin = time.Now()
	repeated := v.all(d)
	if !slices.Contains(before, true) { // what it takes a program that has just started: the next moments are taken from it
		v.took[d.name] = (v.took[d.name] + time.Since(begin)) / 2
	}
	for i, a := range repeated {
		if a.err != nil {
			v.t.Fatalf("%s: %s, again: %v", where, d.parts[i].name, a.err)
		}
		if wrong := d.parts[i].then(before[i], a.status); wrong != "" {
			v.t.Errorf("%s: %s, again: %s", where, d.parts[i].name, wrong)
		}
	}
	for i, whole := range v.look(where, d) {
		if !whole {
			v.t.Fatalf("%s: %s is not there after it was done again", where, d.parts[i].name)
		}
	}
}

type answer struct {
	status int
	err    error
}

// all does the parts of a deed at the same time.
func (v *victim) all(d deed) []answer {
	out := make([]answer, len(d.parts))
	var wg sync.WaitGroup
	for i, p := range d.parts {
		wg.Go(func() { out[i].status, out[i].err = p.do() })
	}
	wg.Wait()
	return out
}

// look says which parts of a deed are there. It waits for what the killed program had told a PostgreSQL server to do.
func (v *victim) look(where string, d deed) []bool {
	v.t.Helper()
	out := make([]bool, len(d.parts))
	v.open(func(_ *app.App, s *store.Store) error {
		if _, err := s.Write(v.t.Context(), store.Change{Account: "cli", Reason: "-"}, func(*store.Tx) error { return nil }); err != nil {
			return err
		}
		return s.Read(v.t.Context(), time.Time{}, func(view *store.View) (err error) {
			for i, p := range d.parts {
				if out[i], err = p.done(view); err != nil {
					return fmt.Errorf("%s: %s: %w", where, p.name, err)
				}
			}
			return nil
		})
	})
	return out
}

// figures is the file of an agency.
func (v *victim) figures(id agency.ID, n int) []byte {
	return []byte(tidy + fmt.Sprintf("%[1]s,CPS07,%[2]s,%[3]d,2000,,\n%[1]s,CPS03,%[2]s,,,%[3]d,\n%[1]s,CPS18,%[2]s,%[3]d,1500,,\n", id, v.period.Key, 1000+n))
}

func again(want ...int) func(bool, int) string {
	return func(done bool, status int) string {
		if i := map[bool]int{false: 0, true: len(want) - 1}[done]; status != want[i] {
			return fmt.Sprintf("status %d, want %d", status, want[i])
		}
		return ""
	}
}

// receive is the office receiving a report: its three figures under one revision, or none.
func (v *victim) receive(id agency.ID) part {
	return part{name: "receipt of " + string(id), then: again(http.StatusSeeOther, http.StatusConflict),
		do: func() (int, error) { return v.step("nguoi.lap", id, filing.Receive, 3) },
		done: func(view *store.View) (bool, error) {
			sub, _, err := v.report(view, id)
			if err != nil {
				return false, err
			}
			points, err := view.AgencySeries(id)
			if err != nil {
				return false, err
			}
			received := slices.DeleteFunc(points, func(p store.SeriesPoint) bool { return p.Period.Key != v.period.Key })
			switch {
			case sub.State == filing.Sent && sub.Serial == 3 && sub.Received == 0 && len(received) == 0:
				return false, nil
			case sub.State == filing.Received && sub.Serial == 4 && sub.Received != 0 && sub.Last.Revision == sub.Received && len(received) == 3:
				return true, nil
			}
			return false, fmt.Errorf("a part: %q at %d, received under %d, %d figures", sub.State, sub.Serial, sub.Received, len(received))
		}}
}

// draft is a release being drafted: with its frozen tables, or not at all. Done again it is another draft.
func (v *victim) draft(number string) part {
	return part{name: "draft " + number, then: again(http.StatusSeeOther),
		do: func() (int, error) {
			return v.post("nguoi.lap", "/releases", url.Values{"period": {v.period.Key}, "kind": {string(filing.Provisional)}, "number": {number},
				"day": {time.Now().Format(time.DateOnly)}})
		},
		done: func(view *store.View) (bool, error) {
			rel, found, err := v.find(view, number)
			if err != nil || !found {
				return false, err
			}
			frozen, err := view.File(rel.Frozen)
			if err == nil && (rel.State != filing.ReleaseDraft || len(rel.Codes) != 3 || !bytes.Contains(frozen, []byte("CPS07"))) {
				err = errors.New("no draft of three indicators")
			}
			return err == nil, err
		}}
}

// approve is a release being approved: with its workbook, or not at all.
func (v *victim) approve(number string) part {
	v.t.Helper()
	var id int64
	v.open(func(_ *app.App, s *store.Store) error {
		return s.Read(v.t.Context(), time.Time{}, func(view *store.View) error {
			rel, _, err := v.find(view, number)
			id = rel.ID
			return err
		})
	})
	return part{name: "approval of " + number, then: again(http.StatusSeeOther, http.StatusConflict),
		do: func() (int, error) {
			return v.post("nguoi.duyet", fmt.Sprintf("/release/%d/approve", id), url.Values{"version": {"1"}})
		},
		done: func(view *store.View) (bool, error) {
			rel, found, err := v.find(view, number)
			if err != nil || !found {
				return false, fmt.Errorf("the draft is lost: %w", err)
			}
			switch {
			case rel.State == filing.ReleaseDraft && rel.Version == 1 && rel.Pack == "":
				return false, nil
			case rel.State == filing.ReleaseApproved && rel.Version == 2 && rel.Pack != "":
				pack, err := view.File(rel.Pack)
				return len(pack) > 0, err
			}
			return false, fmt.Errorf("a part: %q, version %d, workbook %q", rel.State, rel.Version, rel.Pack)
		}}
}

// find returns the first release of a number.
func (v *victim) find(view *store.View, number string) (rel filing.Release, found bool, err error) {
	all, err := view.Releases(true)
	for _, r := range all {
		if r.Number == number && (!found || r.ID < rel.ID) {
			rel, found = r, true
		}
	}
	return rel, found, err
}

// report returns the report of an agency, ID 0 when there is none, and its cells.
func (v *victim) report(view *store.View, id agency.ID) (sub store.Submission, cells map[int64]store.Cell, err error) {
	subs, err := view.Submissions(store.SubmissionQuery{Round: v.round, Agencies: []agency.ID{id}})
	if err != nil || len(subs) == 0 {
		return sub, nil, err
	}
	all, err := view.Cells(subs[0].ID)
	return subs[0], all[subs[0].ID], err
}

func (v *victim) address(id agency.ID) string { return fmt.Sprintf("/desk/%d/%s", v.round, id) }

func (v *victim) step(who string, id agency.ID, step filing.Step, seen int64) (int, error) {
	return v.post(who, v.address(id)+"/step", url.Values{"step": {string(step)}, "seen": {fmt.Sprint(seen)}})
}

func (v *victim) post(who, path string, form url.Values) (int, error) {
	return v.send(who, path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
}

// send posts something as somebody and returns the status; the error is that nobody answered.
func (v *victim) send(who, path string, body io.Reader, media string) (int, error) {
	ctx, cancel := context.WithTimeout(v.t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, v.program.base+path, body)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", media)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Close = true
	if c := v.cookies[who]; c != "" {
		r.AddCookie(&http.Cookie{Name: "chiso", Value: c})
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	for _, c := range res.Cookies() {
		if c.Name == "chiso" {
			v.cookies[who] = c.Value
		}
	}
	if res.StatusCode >= http.StatusBadRequest && res.StatusCode != http.StatusConflict {
		said, _ := io.ReadAll(res.Body)
		v.t.Logf("%s posts %s: %d\n%s", who, path, res.StatusCode, said)
	}
	return res.StatusCode, nil
}

// led wants to have been led on: done.
func (v *victim) led(status int, err error) {
	v.t.Helper()
	if err != nil || status != http.StatusSeeOther {
		v.t.Fatalf("status %d, want 303: %v", status, err)
	}
}
