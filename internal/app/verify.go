package app

import (
	"context"
	"time"

	"chiso/internal/fault"
	"chiso/internal/store"
)

// Verify compares everything derived with the facts and returns one sentence per problem.
func (a *App) Verify(ctx context.Context) (problems []string, err error) {
	defer fault.Context(&err, "app.Verify")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		problems, err = a.verify(v)
		return err
	})
	return problems, err
}

func (a *App) verify(v *store.View) (problems []string, err error) {
	if problems, err = v.Verify(); err != nil {
		return nil, err
	}
	more, err := a.VerifyReleases(v)
	return append(problems, more...), err
}

// CheckReport is what a check looked at and what it found.
type CheckReport struct {
	Database  string   `json:"database"` // where, without secrets
	Schema    int64    `json:"schema"`
	Revision  int64    `json:"revision"`
	At        string   `json:"at"` // of the revision, RFC 3339 in Viet Nam's time
	Figures   int64    `json:"figures"`
	Files     int64    `json:"files"`
	Reports   int64    `json:"reports"`
	Releases  int64    `json:"releases"` // approved
	Accounts  int64    `json:"accounts"` // of people
	AuditSize int64    `json:"audit_lines"`
	AuditLast string   `json:"audit_last"`   // when the last line was written, RFC 3339; "" without one
	Age       string   `json:"-"`            // how long ago that was, for people
	Digests   int64    `json:"digests"`      // objects whose content the audit vouches for
	Behind    string   `json:"clock_behind"` // how far this machine's clock is behind the newest revision, "" for less than an hour
	Heads     []string `json:"heads"`        // of the audit as it is now
	Compared  []string `json:"compared_heads"`
	Problems  []string `json:"problems"`
}

// Check verifies the newest revision, compares the audit with heads that were written down, and says what it looked at. A database
// without a revision is a fault of kind Unready: there is nothing that could be right.
func (a *App) Check(ctx context.Context, heads []string) (_ *CheckReport, err error) {
	defer fault.Context(&err, "app.Check")
	var known []store.Head
	for _, text := range heads {
		h, err := store.ParseHead(text)
		if err != nil {
			return nil, err
		}
		known = append(known, h)
	}
	out := &CheckReport{Database: a.Store.Location(), Heads: []string{}, Compared: []string{}, Problems: []string{}}

	if out.Schema, err = a.Store.Schema(ctx); err != nil {
		return nil, err
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		if v.Revision().ID == 0 {
			return fault.New(
				fault.Unready,
				"Cơ sở dữ liệu %s chưa có phiên bản dữ liệu nào: mới lập, hoặc mới được chuyển một phần. Không có gì để kiểm tra.",
				a.Store.Location(),
			)
		}
		x, err := v.Extent()
		if err != nil {
			return err
		}
		out.Revision, out.At, out.Figures, out.Files, out.Reports = x.Revision, x.At.In(a.Zone).
			Format(time.RFC3339),
			x.Observations, x.Files, x.Reports
		out.Releases, out.Accounts, out.AuditSize, out.Digests = x.Releases, x.Accounts, x.Lines, x.Objects
		if behind := x.At.Sub(a.Clock()); behind > time.Hour {
			out.Behind = span(behind)
		}
		if !x.Last.IsZero() {
			out.AuditLast, out.Age = x.Last.In(a.Zone).Format(time.RFC3339), span(a.Clock().Sub(x.Last))
		}
		for _, h := range known {
			problem, err := v.CheckHead(h)
			if err != nil {
				return err
			}
			out.Compared = append(out.Compared, h.String())
			if problem != "" {
				out.Problems = append(out.Problems, problem)
			}
		}
		found, err := a.verify(v)
		out.Problems = append(out.Problems, found...)
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Heads, err = a.Heads(ctx)
	return out, err
}

// Heads returns the ends of both chains of the audit as they are printed, the official one first.
func (a *App) Heads(ctx context.Context) (_ []string, err error) {
	defer fault.Context(&err, "app.Heads")
	heads, err := a.Store.Heads(ctx)
	out := []string{}
	for _, h := range heads {
		out = append(out, h.String())
	}
	return out, err
}
