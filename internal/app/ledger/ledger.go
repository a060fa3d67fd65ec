// Package ledger is the store at a revision, for the rooms of use cases: it writes, reads as of a moment, keeps catalogues, knows
// who may do what where, and bounds how many files are read at a time. It makes no figures and no pages.
package ledger

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/mail"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Config is what the ledger needs from outside.
type Config struct {
	Store   *store.Store
	Clock   func() time.Time
	Log     *slog.Logger
	Limits  intake.Limits // of uploaded files; zero fields take the defaults
	Version string        // of the program, for reports
	Mail    *mail.Sender  // nil keeps messages and shows them in the app
	URL     string        // where people open the pages, for links in mail; "" sends none

	FilesADay int // that one account may send; 0 takes 300
}

// Ledger is the store at a revision, and what every room of use cases needs of it. It is safe for concurrent use.
type Ledger struct {
	Store   *store.Store
	Clock   func() time.Time
	Log     *slog.Logger
	Limits  intake.Limits
	Version string
	Mail    *mail.Sender
	URL     string
	Zone    *time.Location // of Viet Nam

	Reads   chan struct{} // full when maxReads files are being read
	Marking chan struct{} // taken while a file is marked: that needs more memory than reading

	files      int // that one account may send within a day
	revision   atomic.Pointer[knownRevision]
	overtaken  atomic.Bool
	ground     atomic.Pointer[knownGround]
	catalogues sync.Map // catalogue revision → *Catalogue
}

// New returns the ledger.
func New(c Config) (*Ledger, error) {
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
	return &Ledger{
		Store:   c.Store,
		Clock:   c.Clock,
		Log:     c.Log,
		Limits:  c.Limits.OrDefaults(),
		Version: c.Version,
		Mail:    c.Mail,
		URL:     strings.TrimRight(c.URL, "/"),
		Zone:    zone,
		Reads:   make(chan struct{}, maxReads),
		Marking: make(chan struct{}, 1),
		files:   cmp.Or(c.FilesADay, filesADay),
	}, nil
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
func (a *Ledger) Revision(ctx context.Context) (_ int64, _ time.Time, err error) {
	defer fault.Context(&err, "ledger.Revision")
	now := a.Clock()
	if k := a.revision.Load(); k != nil {
		if age := now.Sub(k.checked); age >= 0 && age < revisionAge {
			return k.ID, k.At, nil
		}
	}
	rev, err := a.Store.Revision(ctx)
	if err != nil {
		return 0, time.Time{}, err
	}
	a.revision.Store(&knownRevision{rev, now})
	if over, err := a.Store.Overtaken(ctx); err == nil {
		a.overtaken.Store(over)
	}
	return rev.ID, rev.At, nil
}

// Overtaken reports whether a later program has upgraded the database while this one was running, as of the last look at the
// revision: then this one only shows.
func (a *Ledger) Overtaken() bool { return a.overtaken.Load() }

// Write is store.Write that makes the new revision known at once.
func (a *Ledger) Write(ctx context.Context, c store.Change, fn func(*store.Tx) error) (_ store.Revision, err error) {
	defer fault.Context(&err, "ledger.Write")
	rev, err := a.Store.Write(ctx, c, fn)
	if err == nil && rev.ID != 0 {
		a.revision.Store(&knownRevision{rev, a.Clock()})
	}
	return rev, err
}

// Ready returns a fault of kind Unready until the database can be used.
func (a *Ledger) Ready(ctx context.Context) (err error) {
	defer fault.Context(&err, "ledger.Ready")
	return a.Store.Ready(ctx)
}

// Writable says whether something can be stored now.
func (a *Ledger) Writable(ctx context.Context) (err error) {
	defer fault.Context(&err, "ledger.Writable")
	return a.Store.Writable(ctx)
}

// Migrate brings the database's schema to the newest version and returns how many steps it took.
func (a *Ledger) Migrate(ctx context.Context) (_ int, err error) {
	defer fault.Context(&err, "ledger.Migrate")
	return a.Store.Migrate(ctx)
}

// MigrationPlan says what Migrate would do, without doing anything.
func (a *Ledger) MigrationPlan(ctx context.Context) (_ *store.MigrationPlan, err error) {
	defer fault.Context(&err, "ledger.MigrationPlan")
	return a.Store.Plan(ctx)
}

// Today is the civil day in Viet Nam.
func (a *Ledger) Today() vi.Date { return vi.DateOf(a.Clock().In(a.Zone)) }

// Catalogue is a loaded catalogue, indexed.
type Catalogue struct {
	Agencies   *agency.Directory
	Kpis       *kpi.Catalogue
	Scorecards []ranking.Scorecard
	Regimes    []filing.Regime
	Forms      []filing.Form
	acts       []kpi.Act
	Identities []kpi.Identity
	Growth     []kpi.Growth
	Calendar   *filing.Calendar
	bodies     []filing.Body
}

// Regime returns the version of a regime that holds on day d.
func (c *Catalogue) Regime(code string, d vi.Date) (filing.Regime, bool) {
	for _, r := range c.Regimes {
		if r.Code == code && r.On(d) {
			return r, true
		}
	}
	return filing.Regime{}, false
}

// Scorecard returns the version of a scorecard that holds on day d.
func (c *Catalogue) Scorecard(code string, d vi.Date) (*ranking.Scorecard, bool) {
	for i := range c.Scorecards {
		if s := &c.Scorecards[i]; s.Code == code && s.On(d) {
			return s, true
		}
	}
	return nil, false
}

// Definition returns the newest definition of a code, for names on lists.
func (c *Catalogue) Definition(code string) (*kpi.Definition, bool) {
	var found *kpi.Definition
	for _, d := range c.Kpis.Definitions() {
		if d.Indicator.Code == code && (found == nil || d.From > found.From) {
			found = d
		}
	}
	return found, found != nil
}

// Catalogue returns the catalogue at the view's revision. Catalogues change rarely; the loaded ones
// are kept by the revision that made them.
func (a *Ledger) Catalogue(v *store.View) (*Catalogue, error) {
	rev, err := v.CatalogueRevision()
	if err != nil {
		return nil, err
	}
	if rev == 0 {
		return nil, fault.New(fault.Unready, "Chưa có danh mục. Hãy chạy: chiso seed --catalogue")
	}
	if c, ok := a.catalogues.Load(rev); ok {
		return c.(*Catalogue), nil
	}
	raw, err := v.Catalogue()
	if err != nil {
		return nil, err
	}
	c := Index(raw)
	a.catalogues.Store(rev, c)
	return c, nil
}

// CatalogueAsOf is catalogue for a moment that somebody asked for: before the first data there is
// nothing, which is no fault of the database.
func (a *Ledger) CatalogueAsOf(v *store.View, asOf time.Time) (*Catalogue, error) {
	c, err := a.Catalogue(v)
	if fault.KindOf(err) == fault.Unready && !asOf.IsZero() {
		return nil, fault.New(
			fault.NotFound,
			"Đến %s chưa có số liệu nào. Hãy chọn thời điểm muộn hơn.",
			asOf.In(a.Zone).Format("15:04 ngày 02/01/2006"),
		)
	}
	return c, err
}

func Index(raw store.Catalogue) *Catalogue {
	kpi.CiteActs(raw.Definitions, raw.Acts)
	return &Catalogue{
		Agencies:   agency.NewDirectory(raw.Agencies),
		Kpis:       kpi.NewCatalogue(raw.Definitions, raw.Targets),
		Scorecards: raw.Scorecards,
		Regimes:    raw.Regimes,
		Forms:      raw.Forms,
		acts:       raw.Acts,
		Identities: raw.Identities,
		Growth:     raw.Growth,
		Calendar:   filing.NewCalendar(raw.Holidays),
		bodies:     raw.Bodies,
	}
}
