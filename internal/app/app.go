// Package app holds the use cases: import files, rank, show an agency or a figure's evidence, report,
// seed, check. Each opens one store.Read or one store.Write; what it returns is ready to print.
// It knows no HTTP and no SQL.
package app

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/mail"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
	"chiso/seed"
)

// Config is what the use cases need from outside.
type Config struct {
	Store   *store.Store
	Clock   func() time.Time
	Log     *slog.Logger
	Limits  intake.Limits // of uploaded files; zero fields take the defaults
	Version string        // of the program, for reports
	Mail    *mail.Sender  // nil keeps messages and shows them in the app
	URL     string        // where people open the pages, for links in mail; "" sends none
	Backups BackupPlan    // that are made by themselves

	FilesADay int // that one account may send; 0 takes 300

	SecretKeys   []string      // that close secrets of the second factor, 32 bytes in base64, the newest first; none leaves them open
	SecondFactor []access.Role // whose holders must have a second factor
}

// App is the use cases over one store. It is safe for concurrent use.
type App struct {
	store   *store.Store
	clock   func() time.Time
	log     *slog.Logger
	limits  intake.Limits
	version string
	mail    *mail.Sender
	url     string
	backups BackupPlan
	zone    *time.Location
	refs    references
	reads   chan struct{} // full when maxReads files are being read

	marking    chan struct{} // taken while a file is marked: that needs more memory than reading
	files      int           // that one account may send within a day
	seals      seals
	factor     []access.Role // whose holders must have a second factor
	hashes     chan struct{} // full when maxHashes passwords are being hashed
	handovers  []HandOver
	revision   atomic.Pointer[knownRevision]
	overtaken  atomic.Bool
	ground     atomic.Pointer[knownGround]
	catalogues sync.Map // catalogue revision → *catalogue
	tasks      keptRegisters
	reports    Reports  // what figures ask the rounds
	register   Register // and the register of tasks
}

// New returns the use cases.
func New(c Config) (*App, error) {
	if c.Store == nil || c.Clock == nil {
		return nil, errors.New("app.New: a store and a clock are needed")
	}
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		return nil, err
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	refs, err := loadReferences(seed.Files)
	if err != nil {
		return nil, err
	}
	sealing, err := newSeals(c.SecretKeys)
	if err != nil {
		return nil, err
	}
	a := &App{refs: refs, seals: sealing, factor: c.SecondFactor, files: cmp.Or(c.FilesADay, filesADay), handovers: []HandOver{handOverChains}, store: c.Store, clock: c.Clock, log: c.Log, limits: c.Limits.OrDefaults(), version: c.Version, mail: c.Mail, url: strings.TrimRight(c.URL, "/"), zone: zone, backups: c.Backups,
		reads: make(chan struct{}, maxReads), marking: make(chan struct{}, 1), hashes: make(chan struct{}, maxHashes)}
	a.reports, a.register = a, a
	return a, nil
}

// knownRevision is the newest revision and when it was last looked up.
type knownRevision struct {
	store.Revision
	checked time.Time
}

// revisionAge is how old a remembered revision may be: what other copies of the program wrote is
// seen at most this much later; what this one wrote is seen at once.
const revisionAge = 250 * time.Millisecond

// Revision returns the newest revision and its time, at most 250 ms old; 0 on an empty database.
func (a *App) Revision(ctx context.Context) (int64, time.Time, error) {
	now := a.clock()
	if k := a.revision.Load(); k != nil {
		if age := now.Sub(k.checked); age >= 0 && age < revisionAge {
			return k.ID, k.At, nil
		}
	}
	rev, err := a.store.Revision(ctx)
	if err != nil {
		return 0, time.Time{}, err
	}
	a.revision.Store(&knownRevision{rev, now})
	if over, err := a.store.Overtaken(ctx); err == nil {
		a.overtaken.Store(over)
	}
	return rev.ID, rev.At, nil
}

// Overtaken reports whether a later program has upgraded the database while this one was running, as of the last look at the
// revision: then this one only shows.
func (a *App) Overtaken() bool { return a.overtaken.Load() }

// write is store.Write that makes the new revision known at once.
func (a *App) write(ctx context.Context, c store.Change, fn func(*store.Tx) error) (store.Revision, error) {
	rev, err := a.store.Write(ctx, c, fn)
	if err == nil && rev.ID != 0 {
		a.revision.Store(&knownRevision{rev, a.clock()})
	}
	return rev, err
}

// Ready returns a fault of kind Unready until the database can be used.
func (a *App) Ready(ctx context.Context) error { return a.store.Ready(ctx) }

// Writable says whether something can be stored now.
func (a *App) Writable(ctx context.Context) error { return a.store.Writable(ctx) }

// Migrate brings the database's schema to the newest version and returns how many steps it took.
func (a *App) Migrate(ctx context.Context) (int, error) { return a.store.Migrate(ctx) }

// MigrationPlan says what Migrate would do, without doing anything.
func (a *App) MigrationPlan(ctx context.Context) (*store.MigrationPlan, error) {
	return a.store.Plan(ctx)
}

// today is the civil day in Viet Nam.
func (a *App) today() vi.Date { return vi.DateOf(a.clock().In(a.zone)) }

// catalogue is a loaded catalogue, indexed.
type catalogue struct {
	agencies   *agency.Directory
	kpis       *kpi.Catalogue
	scorecards []ranking.Scorecard
	regimes    []filing.Regime
	forms      []filing.Form
	acts       []kpi.Act
	identities []kpi.Identity
	growth     []kpi.Growth
	calendar   *filing.Calendar
	bodies     []filing.Body
}

// regime returns the version of a regime that holds on day d.
func (c *catalogue) regime(code string, d vi.Date) (filing.Regime, bool) {
	for _, r := range c.regimes {
		if r.Code == code && r.On(d) {
			return r, true
		}
	}
	return filing.Regime{}, false
}

// scorecard returns the version of a scorecard that holds on day d.
func (c *catalogue) scorecard(code string, d vi.Date) (*ranking.Scorecard, bool) {
	for i := range c.scorecards {
		if s := &c.scorecards[i]; s.Code == code && s.On(d) {
			return s, true
		}
	}
	return nil, false
}

// definition returns the newest definition of a code, for names on lists.
func (c *catalogue) definition(code string) (*kpi.Definition, bool) {
	var found *kpi.Definition
	for _, d := range c.kpis.Definitions() {
		if d.Indicator.Code == code && (found == nil || d.From > found.From) {
			found = d
		}
	}
	return found, found != nil
}

// catalogue returns the catalogue at the view's revision. Catalogues change rarely; the loaded ones
// are kept by the revision that made them.
func (a *App) catalogue(v *store.View) (*catalogue, error) {
	rev, err := v.CatalogueRevision()
	if err != nil {
		return nil, err
	}
	if rev == 0 {
		return nil, fault.New(fault.Unready, "Chưa có danh mục. Hãy chạy: chiso seed --catalogue")
	}
	if c, ok := a.catalogues.Load(rev); ok {
		return c.(*catalogue), nil
	}
	raw, err := v.Catalogue()
	if err != nil {
		return nil, err
	}
	c := index(raw)
	a.catalogues.Store(rev, c)
	return c, nil
}

// catalogueAsOf is catalogue for a moment that somebody asked for: before the first data there is
// nothing, which is no fault of the database.
func (a *App) catalogueAsOf(v *store.View, asOf time.Time) (*catalogue, error) {
	c, err := a.catalogue(v)
	if fault.KindOf(err) == fault.Unready && !asOf.IsZero() {
		return nil, fault.New(fault.NotFound, "Đến %s chưa có số liệu nào. Hãy chọn thời điểm muộn hơn.", asOf.In(a.zone).Format("15:04 ngày 02/01/2006"))
	}
	return c, err
}

func index(raw store.Catalogue) *catalogue {
	kpi.CiteActs(raw.Definitions, raw.Acts)
	return &catalogue{agencies: agency.NewDirectory(raw.Agencies), kpis: kpi.NewCatalogue(raw.Definitions, raw.Targets), scorecards: raw.Scorecards,
		regimes: raw.Regimes, forms: raw.Forms, acts: raw.Acts, identities: raw.Identities, growth: raw.Growth, calendar: filing.NewCalendar(raw.Holidays), bodies: raw.Bodies}
}
