package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/testing/pgtest"
	"chiso/internal/vi"
	"chiso/seed"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// clock is a clock that a test sets; every reading moves it on by a second.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return c.now
}

// fixture is an app over a fresh database with the catalogues and sample figures.
type fixture struct {
	*app.App
	clock *clock
	path  string // of the file, on SQLite
}

// onBoth runs a test on SQLite and on PostgreSQL.
func onBoth(t *testing.T, fn func(t *testing.T, f *fixture)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			f := empty(t, engine)
			if _, err := f.Seed(t.Context()); err != nil {
				t.Fatal(err)
			}
			fn(t, f)
			problems, err := f.Verify(t.Context())
			if err != nil || len(problems) > 0 {
				t.Errorf("Verify after the test: %q, %v", problems, err)
			}
		})
	}
}

func empty(t *testing.T, engine string) *fixture {
	t.Helper()
	f := unchecked(t, engine)
	checked(t, f.App)
	return f
}

// unchecked is an empty database that is not checked when the test is over: what is planted there is found by the test itself.
func unchecked(t *testing.T, engine string) *fixture {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	cfg := store.Config{Path: filepath.Join(t.TempDir(), "chiso.db"), Clock: c.read}
	if engine == "postgres" {
		cfg.URL = app.Migrated.Copy(t)
	}
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Store: s, Clock: c.read, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{a, c, cfg.Path}
}

// checked looks, when the test is over, whether anything that it did through the program looks like tampering.
func checked(t *testing.T, a *app.App) {
	ctx := context.WithoutCancel(t.Context())
	t.Cleanup(func() {
		if t.Failed() {
			return
		}
		if a.Ready(ctx) != nil {
			return
		}
		problems, err := a.Verify(ctx)
		if err != nil || len(problems) > 0 {
			t.Errorf("chiso check after the test: %q, %v", problems, err)
		}
	})
}

func (f *fixture) rank(t *testing.T, q figures.RankingQuery) *ranking.Table {
	t.Helper()
	if q.View == "" {
		q.View = ledger.Live
	}
	v, err := f.Ranking(t.Context(), q)
	if err != nil {
		t.Fatalf("Ranking(%+v): %v", q, err)
	}
	return v.Table
}

// load imports one CSV and fails the test when it is refused.
func (f *fixture) load(t *testing.T, csv string, change ...func(*receive.Request)) *receive.Result {
	t.Helper()
	res := f.try(t, csv, change...)
	if !res.Accepted {
		t.Fatalf("refused: %+v", res.Files[0].Findings)
	}
	return res
}

func (f *fixture) try(t *testing.T, csv string, change ...func(*receive.Request)) *receive.Result {
	t.Helper()
	req := receive.Request{Files: []ledger.ImportFile{{Name: "bao-cao.csv", Data: []byte(csv)}}, Account: "test"}
	for _, c := range change {
		c(&req)
	}
	res, err := f.Import(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func row(t *testing.T, table *ranking.Table, name string) ranking.Row {
	t.Helper()
	for _, r := range table.Rows {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("%s is not ranked in %s", name, table.Code)
	return ranking.Row{}
}

func unranked(t *testing.T, table *ranking.Table, name string) ranking.NotRanked {
	t.Helper()
	for _, n := range table.NotRanked {
		if n.Name == name {
			return n
		}
	}
	t.Fatalf("%s is not on the not-ranked list of %s", name, table.Code)
	return ranking.NotRanked{}
}

func TestPortalRanksAreReproduced(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		table := f.rank(t, figures.RankingQuery{Code: "Q766_0", Period: "2026-09-26"})
		if len(table.Rows) != 34 || table.Source != kpi.DVCQG {
			t.Fatalf("%d rows of source %s, want 34 of dvcqg", len(table.Rows), table.Source)
		}
		for _, r := range table.Rows {
			want := r.PublishedRank
			if r.Value.String() == "57.51" { // the portal prints 30 and 31 for one and the same score
				want = 30
			}
			if r.Rank != want {
				t.Errorf("%s: rank %d, want %d (published %d)", r.Name, r.Rank, want, r.PublishedRank)
			}
		}
		if got := table.Rows[31].Rank; got != 32 {
			t.Errorf("after two agencies on 30 comes %d, want 32", got)
		}
		if table.Previous.Period == nil || table.Previous.Period.Key != "2026-09-17" {
			t.Errorf("previous period %+v, want the snapshot of 2026-09-17 (%s)", table.Previous.Period, table.Previous.None)
		}
		if table.Published == nil || table.Published.Agency != agency.Nation {
			t.Errorf("published national score is missing: %+v", table.Published)
		}
		group := f.rank(t, figures.RankingQuery{Code: "Q766", Period: "2026-09-26"})
		for i, r := range group.Rows { // the six groups add up to the printed total
			if r.Value != table.Rows[i].Value || r.PublishedRank == 0 {
				t.Errorf("%s: sum of groups %s, printed %s (rank %d)", r.Name, r.Value, table.Rows[i].Value, r.PublishedRank)
			}
		}
	})
}

func TestPooledIsRatioOfSums(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		table := f.rank(t, figures.RankingQuery{Code: "CPS08", Period: "2026-10-10"})
		p := table.Pooled
		if p.Value.String() != "86.64" || p.Covered != 34 || p.Expected != 34 || p.Scope != "Chung khối địa phương, 34/34" {
			t.Errorf("pooled %+v, want 86.64 over 34/34", p)
		}
		for code, want := range map[string]string{"CPS13": "84.76", "CPS27": "40.44"} {
			if got := f.rank(t, figures.RankingQuery{Code: code, Period: "2026-10-10"}).Pooled.Value.String(); got != want {
				t.Errorf("%s: pooled %s, want %s", code, got, want)
			}
		}
	})
}

func TestStatesAreNeitherZeroNorRanked(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		onTime := f.rank(t, figures.RankingQuery{Code: "CPS33", Period: "2026-10-10"})
		if n := unranked(t, onTime, "Sơn La"); n.Reason != ranking.NoDenominator {
			t.Errorf("Sơn La 0/0: %s, want no_denominator", n.Reason)
		}
		small := f.rank(t, figures.RankingQuery{Code: "CPS27", Period: "2026-10-10"})
		if n := unranked(t, small, "Lai Châu"); n.Reason != ranking.BelowMinN {
			t.Errorf("Lai Châu with 6 petitions: %s, want below_min_n", n.Reason)
		}
		full := f.rank(t, figures.RankingQuery{Code: "CPS01", Period: "2024-H1"})
		for _, n := range full.NotRanked {
			if n.Reason != ranking.NoFigure { // published: nobody was asked for it
				t.Errorf("%s in 2024-H1: %s", n.Name, n.Reason)
			}
		}
		ministries := f.rank(t, figures.RankingQuery{Code: "CPS01", Period: "2024", Block: "ministries"})
		if n := unranked(t, ministries, "Bộ Quốc phòng"); n.Reason != ranking.Special {
			t.Errorf("Bộ Quốc phòng: %s, want special", n.Reason)
		}
	})
}

func TestPublishedDTIIsReproduced(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		table := f.rank(t, figures.RankingQuery{Code: "DTI_P", Period: "2022"})
		if table.Scorecard == nil {
			t.Fatal("DTI_P 2022 is not computed from its components")
		}
		for name, published := range map[string]float64{"Đà Nẵng": 0.8002, "Hồ Chí Minh": 0.7163} {
			got := row(t, table, name).Value.Float()
			if diff := got - published; diff > 0.000101 || diff < -0.000101 {
				t.Errorf("%s: %v, published %v", name, got, published)
			}
		}
		if table.Expected() != 63 {
			t.Errorf("%d provinces in 2022, want 63", table.Expected())
		}
	})
}

const tidy = "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\n"

func TestCorrectionKeepsHistory(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		a, b := tidy+"Hà Nội,CPS18,2026-Q3,80,100\n", tidy+"Hà Nội,CPS18,2026-Q3,90,100\n"
		f.load(t, a)
		before := f.clock.now
		f.load(t, b)
		if res := f.load(t, b); res.Revision != nil || res.Files[0].Observations.Unchanged != 1 {
			t.Errorf("the same figures again: %+v", res)
		}
		f.load(t, a)
		q := figures.RankingQuery{Code: "CPS18", Period: "2026-Q3"}
		now := row(t, f.rank(t, q), "Hà Nội")
		if now.Value.String() != "80" {
			t.Errorf("A → B → A ends at %s, want 80", now.Value)
		}
		e, err := f.Evidence(ctx, now.Observation, ledger.Live)
		if err != nil || len(e.History) != 3 || e.History[1].Value.String() != "90" {
			t.Fatalf("history %+v, %v; want three versions with 90 between", e, err)
		}
		if line := e.History[0]; line.File != "bao-cao.csv" || line.Cell != "D2" || line.Account != "test" {
			t.Errorf("the way back is %q %q!%q by %q", line.File, line.Sheet, line.Cell, line.Account)
		}
		f.load(t, b)
		q.AsOf = before
		if got := row(t, f.rank(t, q), "Hà Nội").Value.String(); got != "80" {
			t.Errorf("as of before the correction: %s, want 80", got)
		}
		q.AsOf = time.Time{}
		if got := row(t, f.rank(t, q), "Hà Nội").Value.String(); got != "90" {
			t.Errorf("now: %s, want 90", got)
		}
	})
}

func TestRefusedFileStoresNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		rev, _, err := f.Revision(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		good, bad := tidy+"Hà Nội,CPS18,2026-Q3,80,100\n", tidy+"Hà Nội,CPS18,2026-Q3,80,100\nHà Nam,CPS18,2026-Q3,1,2\nHuế,CPS18,2026-Q3,120,100\n"
		res := f.try(t, good, func(r *receive.Request) {
			r.Files = append(r.Files, ledger.ImportFile{Name: "sai.csv", Data: []byte(bad)})
		})
		if res.Accepted || res.Revision != nil || res.Files[0].Accepted || res.Files[1].Accepted {
			t.Errorf("accepted with errors: %+v", res)
		}
		places := map[string]bool{}
		for _, x := range res.Files[1].Findings {
			if x.Severity == check.Error {
				places[x.Cell] = true
			}
		}
		if !places["A3"] || !places["D4"] {
			t.Errorf("findings at %v, want the merged Hà Nam (A3) and 120 of 100 (D4): %+v", places, res.Files[1].Findings)
		}
		table := f.rank(t, figures.RankingQuery{Code: "CPS18", Period: "2026-Q3"})
		if now, _, err := f.Revision(t.Context()); err != nil || now != rev || len(table.Rows) != 0 {
			t.Errorf("revision %d → %d, %d rows, %v: something was stored", rev, now, len(table.Rows), err)
		}
	})
}

func TestValuesHaveBounds(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	for csv, want := range map[string]bool{
		"Hà Nội,Q766_0,2026-09-26,101": false, // of 100
		"Hà Nội,DTI_P,2022,\"1,5\"":    false, // of 1
		"Cả nước,KTS05,2026-Q3,-5":     true,  // a growth rate
		"Hà Nội,CPS03,2026-Q3,-5":      false,
	} {
		res := f.try(t, "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Giá trị\n"+csv+"\n", func(r *receive.Request) { r.DryRun = true })
		if res.Accepted != want {
			t.Errorf("%s: accepted %v, want %v: %+v", csv, res.Accepted, want, res.Files[0].Findings)
		}
	}
}

// No name of the catalogues may be taken for a text in an old font.
func TestNamesAreNoOldFonts(t *testing.T) {
	c, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, v := range c.Agencies.Versions {
		texts = append(texts, v.Name, v.Short, v.Note, v.Basis)
	}
	for _, a := range c.Agencies.Aliases {
		texts = append(texts, a.Text)
	}
	for _, d := range c.Definitions {
		texts = append(texts, d.Name, d.Numerator, d.Denominator, d.Unit, d.Basis, d.Note)
	}
	for _, s := range texts {
		for _, form := range []string{s, strings.ToUpper(s)} {
			if out, font, ok := vi.FromOldFont(form); ok {
				t.Errorf("%q is taken for %s %q", form, font, out)
			}
		}
	}
}

// A code beside a name that means somebody else is asked about: 15 was Yên Bái and is Lào Cai.
func TestCodeAndNameMustAgree(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]bool{
		"15,Yên Bái,CPS20A,2026-Q3,5":    false,
		"15,Yên Bái,CPS20A,2025-Q2,5":    true,
		"15,Lào Cai,CPS20A,2026-Q3,5":    true,
		"01,Huế,CPS20A,2026-Q3,5":        false,
		"H26,TP Hà Nội,CPS20A,2026-Q3,5": true,
	} {
		res := f.try(t, "Mã đơn vị,Tên đơn vị,Chỉ tiêu,Kỳ báo cáo,Giá trị\n"+line+"\n", func(r *receive.Request) { r.DryRun = true })
		if res.Accepted != want {
			t.Errorf("%s: accepted %v, want %v: %+v", line, res.Accepted, want, res.Files[0].Findings)
		}
		if x := res.Files[0].Findings; !want && (len(x) != 1 || x[0].Code != check.CodeAndName || x[0].Cell != "B2") {
			t.Errorf("%s: findings %+v", line, x)
		}
	}
	two := f.try(t, "Mã chỉ tiêu,Tên chỉ tiêu,Đơn vị,Kỳ báo cáo,Giá trị\nCPS20A,Tỷ lệ số hóa hồ sơ TTHC,Huế,2026-Q3,5\n")
	if two.Accepted {
		t.Errorf("an indicator's code beside another one's name: %+v", two.Files[0])
	}
}

// One agency's own report must not take the place of the ranking that everybody reads.
func TestOwnReportDoesNotReplaceTheRanking(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		f.load(t, tidy+"Hà Nội,CPS08,2026-11-20,1,2\n")
		if table := f.rank(t, figures.RankingQuery{Code: "cps08"}); table.Period.Key != "2026-10-10" || len(table.Rows) != 34 {
			t.Errorf("the newest ranking is %s with %d rows", table.Period.Key, len(table.Rows))
		}
		if table := f.rank(t, figures.RankingQuery{Code: "CPS08", Source: "reported"}); table.Period.Key != "2026-11-20" {
			t.Errorf("the newest report is of %s", table.Period.Key)
		}
		f.load(t, tidy+"Cả nước,CPS18,2026-Q3,99,100\nHà Nội,CPS18,2026-Q3,1,2\n")
		if table := f.rank(t, figures.RankingQuery{Code: "CPS18", Period: "quý III/2026"}); table.Published != nil {
			t.Errorf("a reported line stands as published: %+v", table.Published)
		}
		o, err := f.Overview(t.Context(), figures.OverviewQuery{View: ledger.Live})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range o.Rankings {
			if l.Code == "NQ71_08" && l.Block != "ministries" {
				t.Errorf("%s leads to %s", l.Code, l.Block)
			}
			if l.Code == "Q766_0" {
				t.Error("the total of a scorecard is listed beside the scorecard")
			}
		}
		hanoi, err := f.Agency(t.Context(), figures.AgencyQuery{Agency: "P-01", View: ledger.Live})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range hanoi.Series {
			if s.Source == kpi.DVCQG && s.Definition.Indicator.Code == "Q766_0" && (s.Rank == nil || s.Rank.Rank != 33 || s.Rank.Of != 34) {
				t.Errorf("Hà Nội's place on the 766 total: %+v, want 33 of 34", s.Rank)
			}
		}
		if _, err := f.Ranking(t.Context(), figures.RankingQuery{Code: "CPS08", AsOf: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("before the first data: %v", err)
		}
	})
}

func TestSourcesNeverOverwriteEachOther(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		before := f.rank(t, figures.RankingQuery{Code: "CPS08", Period: "2026-10-10"})
		f.load(t, tidy+"Hà Nội,CPS08,2026-10-10,1,100\n") // reported, not the portal
		after := f.rank(t, figures.RankingQuery{Code: "CPS08", Period: "2026-10-10"})
		if diff := cmp.Diff(before.Rows, after.Rows, cmpopts.EquateComparable(vi.Decimal{})); diff != "" {
			t.Errorf("a report moved the portal's ranking:\n%s", diff)
		}
		own := f.rank(t, figures.RankingQuery{Code: "CPS08", Period: "2026-10-10", Source: "reported"})
		if len(own.Rows) != 1 || own.Rows[0].Value.String() != "1" {
			t.Errorf("reported: %+v", own.Rows)
		}
		q := f.rank(t, figures.RankingQuery{Code: "CPS18", Period: "2026-Q3"})
		if q.Source == kpi.Illustrative || len(q.Rows) != 0 {
			t.Errorf("an empty period ranks %d of %s", len(q.Rows), q.Source)
		}
	})
}

func TestMovementNeverCrossesTheMerger(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		if _, err := f.LoadIllustrative(t.Context()); err != nil {
			t.Fatal(err)
		}
		for period, want := range map[string]bool{"2025-Q2": true, "2025-Q3": false, "2025-Q4": true} {
			table := f.rank(t, figures.RankingQuery{Code: "CPS08", Period: period, Source: "illustrative"})
			if moved := table.Previous.Period != nil; moved != want {
				t.Errorf("%s: movement %v (%s), want %v", period, moved, table.Previous.None, want)
			}
			if !table.Illustrative() {
				t.Errorf("%s is not marked as illustrative", period)
			}
		}
		// What the 63 provinces add up to is what the 34 add up to that they were restated to.
		m, err := f.Merger(t.Context(), figures.RankingQuery{Code: "CPS08", Period: "2025-Q2", Source: "illustrative"})
		if err != nil || m.Restated == nil || len(m.Table.Rows) != 63 || len(m.Restated.Rows) != 34 {
			t.Fatalf("%+v %v", m, err)
		}
		for i, sum := range [][2]func(ranking.Row) vi.Decimal{{num, num}, {den, den}} {
			if was, is := total(m.Table, sum[0]), total(m.Restated, sum[1]); was != is || was.Sign() <= 0 {
				t.Errorf("sum %d is %s in the old set and %s in the new", i, was, is)
			}
		}
		if was, is := m.Table.Pooled.Value, m.Restated.Pooled.Value; was != is {
			t.Errorf("pooled %s in the old set, %s in the new", was, is)
		}
		if n := f.rank(t, figures.RankingQuery{Code: "CPS08", Period: "2025-Q2", Source: "illustrative"}).Expected(); n != 63 {
			t.Errorf("%d provinces in the second quarter of 2025, want 63", n)
		}
		if q := f.rank(t, figures.RankingQuery{Code: "CPS08", Period: "2025-Q2"}); q.Source == kpi.Illustrative || len(q.Rows) > 0 {
			t.Errorf("illustrative figures are ranked without being asked for: %d of %s", len(q.Rows), q.Source)
		}
		again, err := f.LoadIllustrative(t.Context())
		if err != nil || again.New+again.Superseded > 0 {
			t.Errorf("loading again: %+v, %v", again, err)
		}
		if n, err := f.RemoveIllustrative(t.Context()); err != nil || n != int64(again.Unchanged) {
			t.Errorf("removed %d of %d, %v", n, again.Unchanged, err)
		}
	})
}

func TestSeedingAgainChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		rev, _, _ := f.Revision(t.Context())
		res, err := f.Seed(t.Context())
		if err != nil || res.Catalogue {
			t.Fatalf("catalogue changed: %+v, %v", res, err)
		}
		for _, s := range res.Samples {
			if !s.Accepted || s.Observations.New+s.Observations.Superseded > 0 {
				t.Errorf("%s: %+v %+v", s.File, s.Observations, s.Findings)
			}
		}
		if now, _, _ := f.Revision(t.Context()); now != rev {
			t.Errorf("revision %d → %d", rev, now)
		}
	})
}

func TestUploadIsConfirmedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		id, err := f.SaveUpload(ctx, receive.Request{Account: "may-cuc-bo",
			Files: []ledger.ImportFile{{Name: "quy3.csv", Data: []byte(tidy + "Hà Nội,CPS18,2026-Q3,80,100\nHuế,CPS18,2026-Q3,70,90\n")}}})
		if err != nil {
			t.Fatal(err)
		}
		u, err := f.Upload(ctx, id)
		if err != nil || u.Accepted || u.Result.Observations.New != 2 || len(u.Result.Rows) != 2 {
			t.Fatalf("waiting: %+v, %v", u, err)
		}
		f.load(t, tidy+"Huế,CPS18,2026-Q3,60,90\n") // somebody else is faster
		if _, err := f.ConfirmUpload(ctx, id, "may-cuc-bo", u.Token, nil); fault.KindOf(err) != fault.Conflict {
			t.Errorf("what was previewed is not what would change, and yet: %v", err)
		}
		if u, err = f.Upload(ctx, id); err != nil || u.Accepted || u.Result.Observations.Superseded != 1 {
			t.Fatalf("after a conflict: %+v, %v", u, err)
		}
		done := make(chan error)
		for range 2 { // two people press at once
			go func() {
				_, err := f.ConfirmUpload(context.WithoutCancel(ctx), id, "may-cuc-bo", u.Token, nil)
				done <- err
			}()
		}
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		u, err = f.Upload(ctx, id)
		if err != nil || !u.Accepted || u.Revision == 0 || len(u.Rankings) != 1 || u.Rankings[0].Code != "CPS18" {
			t.Fatalf("confirmed: %+v, %v", u, err)
		}
		if table := f.rank(t, figures.RankingQuery{Code: "CPS18", Period: "2026-Q3"}); len(table.Rows) != 2 || table.Rows[0].Name != "Hà Nội" {
			t.Errorf("ranking after the upload: %+v", table.Rows)
		}
		if _, err := f.Upload(ctx, id+100); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an unknown upload: %v", err)
		}
	})
}

// TestEnginesPrintTheSameBytes plays the same commands on both engines and compares what they print.
func TestEnginesPrintTheSameBytes(t *testing.T) {
	play := func(engine string) map[string]string {
		f := empty(t, engine)
		out := map[string]string{}
		keep := func(name string, v any) {
			b, err := json.MarshalIndent(v, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			out[name] = string(b)
		}
		res, err := f.Seed(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		keep("seed", res)
		if _, err := f.LoadIllustrative(t.Context()); err != nil {
			t.Fatal(err)
		}
		csv := tidy + "Hà Nội,CPS18,2026-Q3,80,100\nTP. Hồ Chí Minh,CPS18,2026-Q3,1,3\nHuế,CPS18,2026-Q3,2,3\n"
		keep("dry", f.load(t, csv, func(r *receive.Request) { r.DryRun = true }))
		keep("import", f.load(t, csv))
		keep("again", f.load(t, csv))
		keep("correct", f.load(t, strings.Replace(csv, "80,100", "81,100", 1)))
		for _, q := range []figures.RankingQuery{{Code: "Q766_0"}, {Code: "Q766", Period: "2026-09-17"}, {Code: "CPS18", Period: "2026-Q3"},
			{Code: "CPS18", Period: "2026-Q3", Block: "ministries"}, {Code: "CPS33"}, {Code: "DTI_P", Period: "2022"}, {Code: "CPS01", Period: "2024"},
			{Code: "XHS01", Period: "2025-Q2", Source: "illustrative"}} {
			keep(fmt.Sprint("rank ", q.Code, q.Block), figures.NewRankingDocument(f.rank(t, q)))
		}
		for _, q := range []publish.ReportQuery{{Period: "2026-10-10"}, {Period: "2026-09-26"}, {Period: "2022", Codes: []string{"DTI_P"}},
			{Period: "2025-Q3", Codes: []string{"CPS08"}, Source: "illustrative"}} {
			var b bytes.Buffer
			if err := f.Report(t.Context(), q, &b); err != nil {
				t.Fatal(err)
			}
			out["report "+q.Period] = store.SHA256(b.Bytes())
		}
		return out
	}
	if diff := cmp.Diff(play("sqlite"), play("postgres")); diff != "" {
		t.Errorf("SQLite (-) and PostgreSQL (+) print different things:\n%s", diff)
	}
}

func num(r ranking.Row) vi.Decimal { return r.Num.Decimal }
func den(r ranking.Row) vi.Decimal { return r.Den.Decimal }

// total adds a part of every row of a table.
func total(t *ranking.Table, part func(ranking.Row) vi.Decimal) vi.Decimal {
	var s kpi.Sum
	for _, r := range t.Rows {
		s.Add(part(r))
	}
	d, _ := s.Decimal()
	return d
}
