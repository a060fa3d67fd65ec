package publish

import (
	"cmp"
	"context"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/publish"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
)

type releasesPage struct {
	frame.Shell
	Releases []publish.ReleaseLine
	May      bool // draft one
	Request  releaseFields
	Refused  string
}

// Releases makes the list of releases, with the form that drafts one for those who may.
func (p *Pages) Releases(ctx context.Context, req publish.ReleaseRequest, refused error) (*frame.Document, error) {
	who := access.From(ctx)
	all, err := p.app.Releases(ctx, who)
	if err != nil {
		return nil, err
	}
	may := access.Ground{Day: p.Today()}.Somewhere(who, access.EditRelease)
	return p.HTML(
		"publish/releases.html",
		releasesPage{
			Shell:    p.Top(ctx, "Bản công bố", "releases"),
			Releases: all,
			May:      may,
			Request:  p.releaseFields(req),
			Refused:  frame.Sentence(refused),
		},
		0,
	)
}

type releasePage struct {
	frame.Shell
	*publish.ReleaseView
	Refused string
}

// Release makes the page of one release.
func (p *Pages) Release(ctx context.Context, id int64, refused error) (*frame.Document, error) {
	v, err := p.app.Release(ctx, access.From(ctx), id)
	if err != nil {
		return nil, err
	}
	return p.HTML("publish/release.html", releasePage{p.Top(ctx, v.Title, "releases"), v, frame.Sentence(refused)}, 0)
}

// ReportURL is where the report that caused a difference is looked at.
func (releasePage) ReportURL(r *publish.DifferenceReport) string {
	return frame.ReportRef{Round: r.Round, Agency: r.Agency}.URL()
}

type releaseEditPage struct {
	frame.Shell
	*publish.ReleaseView
	Request releaseFields
	Version int64 // that the form was made from
	Refused string
}

// releaseFields are the fields of the form that drafts or changes a release, as a form holds them.
type releaseFields struct{ Period, Kind, Regime, Title, Number, Day, Embargo, Note string }

func (p *Pages) releaseFields(r publish.ReleaseRequest) releaseFields {
	f := releaseFields{Period: r.Period, Kind: string(r.Kind), Regime: r.Regime, Title: r.Title, Number: r.Number, Note: r.Note}
	if r.Day != 0 {
		f.Day = r.Day.Time().Format(time.DateOnly)
	}
	if !r.Embargo.IsZero() {
		f.Embargo = r.Embargo.In(p.Location).Format("2006-01-02T15:04")
	}
	return f
}

// ReleaseEdit makes the page on which a draft is changed before it is approved: with what it says now, or with what was typed and
// refused.
func (p *Pages) ReleaseEdit(ctx context.Context, id, seen int64, typed *publish.ReleaseRequest, refused error) (*frame.Document, error) {
	v, err := p.app.Release(ctx, access.From(ctx), id)
	if err != nil {
		return nil, err
	}
	if !v.MayEdit {
		return nil, cmp.Or(refused, v.Edit(v.Version), fault.New(fault.Forbidden, "Chỉ cơ quan lập bản công bố sửa được dự thảo này."))
	}
	if typed == nil {
		seen = v.Version
		typed = &publish.ReleaseRequest{
			Period:  v.Period.Key,
			Kind:    v.Kind,
			Title:   v.Title,
			Number:  v.Number,
			Day:     v.Day,
			Embargo: v.Embargo,
			Note:    v.Note,
		}
	}
	return p.HTML(
		"publish/release_edit.html",
		releaseEditPage{
			Shell:       p.Top(ctx, "Sửa dự thảo: "+v.Title, "releases"),
			ReleaseView: v,
			Request:     p.releaseFields(*typed),
			Version:     seen,
			Refused:     frame.Sentence(refused),
		},
		0,
	)
}

type draftPage struct {
	frame.Shell
	*publish.DraftScores
	Text    string
	Refused string
}

// Draft makes the page on which an agency reads its own lines of a draft and objects.
func (p *Pages) Draft(ctx context.Context, id int64, of agency.ID, text string, refused error) (*frame.Document, error) {
	d, err := p.app.DraftScores(ctx, access.From(ctx), id, of)
	if err != nil {
		return nil, err
	}
	return p.HTML(
		"publish/release_draft.html",
		draftPage{Shell: p.Top(ctx, "Số liệu dự kiến công bố", "releases"), DraftScores: d, Text: text, Refused: frame.Sentence(refused)},
		0,
	)
}

// cell is a frozen figure with the decimals that it is printed with.
type cell struct {
	filing.FrozenRow
	Places int
}

func frozenCell(r filing.FrozenRow, decimals int) cell { return cell{r, decimals} }
