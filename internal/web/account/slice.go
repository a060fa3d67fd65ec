// Package account is the pages about people: signing in, the own account, accounts of a unit, the audit.
package account

import (
	"context"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/app/account"
	"chiso/internal/app/ledger"
	"chiso/internal/app/notices"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// App is what the slice asks of the use cases.
type App interface {
	AddGrant(ctx context.Context, id int64, grant access.Grant) (err error)
	AddPerson(ctx context.Context, d account.PersonData) (id int64, secret string, err error)
	Audit(ctx context.Context, q ledger.AuditQuery) (_ *ledger.AuditPage, err error)
	BeginTOTP(ctx context.Context) (_ *account.TOTPSetup, err error)
	ChangePassword(ctx context.Context, old string, password string, keep string) (err error)
	ConfirmTOTP(ctx context.Context, f account.NewFactor) (codes []string, err error)
	Disable(ctx context.Context, id int64, disabled bool) (err error)
	EditPerson(ctx context.Context, id int64, d account.PersonData) (err error)
	EndDevice(ctx context.Context, id string) (err error)
	EndGrant(ctx context.Context, id int64, grant int64) (err error)
	HandOver(ctx context.Context, from int64, to int64, reason string) (moved int, err error)
	LiftLock(ctx context.Context, id int64) (err error)
	NewLink(ctx context.Context, id int64) (secret string, err error)
	OwnAccount(ctx context.Context, current string) (_ *account.OwnAccount, err error)
	OwnNotices(ctx context.Context, limit int) (out []notices.Line, err error)
	People(ctx context.Context, q account.PeopleQuery) (_ *account.People, err error)
	Person(ctx context.Context, id int64) (_ *account.Person, err error)
	PersonNamed(ctx context.Context, name string) (_ *account.Person, err error)
	RemoveTOTP(ctx context.Context, password string) (err error)
	ResetSecondFactor(ctx context.Context, id int64) (err error)
	TOTPAgain(ctx context.Context, secret string) (_ *account.TOTPSetup, err error)
}

// Sessions is what the slice asks of who keeps the sessions of browsers.
type Sessions interface {
	// Hash names the session that asks.
	Hash(c echo.Context) string
	// Keep stores a secret of a second factor that is not confirmed yet, "" drops it; Kept gives it back.
	Keep(c echo.Context, secret string) error
	Kept(c echo.Context) (secret string, err error)
	// Forget drops what is remembered of who may do what.
	Forget()
}

// Pages makes the pages of the slice. It is safe for concurrent use.
type Pages struct {
	*frame.Pages

	app App
}

// NewPages returns the pages.
func NewPages(p *frame.Pages, app App) *Pages { return &Pages{Pages: p, app: app} }

// Handlers answers requests of the slice.
type Handlers struct {
	pages    *Pages
	app      App
	sessions Sessions
	url      string // under which people find the server
	today    func() vi.Date
}

// New returns the handlers of pages.
func New(pages *Pages, sessions Sessions, url string, today func() vi.Date) *Handlers {
	return &Handlers{pages: pages, app: pages.app, sessions: sessions, url: url, today: today}
}
