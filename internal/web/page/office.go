package page

import (
	"context"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
)

// Office is what the pages of the standing office ask of the use cases.
type Office interface {
	Releases(ctx context.Context, who access.Actor) ([]app.ReleaseLine, error)
	Release(ctx context.Context, who access.Actor, id int64) (*app.ReleaseView, error)
	ReleasePack(ctx context.Context, who access.Actor, id int64) (name string, data []byte, err error)
	MakeRelease(ctx context.Context, who access.Actor, req app.ReleaseRequest) (int64, error)
	ApproveRelease(ctx context.Context, who access.Actor, id, seen int64) error
	WithdrawRelease(ctx context.Context, who access.Actor, id, seen int64) error
	OpenObjections(ctx context.Context, who access.Actor, id, seen int64, days int) error
	AnswerObjection(ctx context.Context, who access.Actor, release, id int64, verdict filing.Verdict, answer string) error
	DraftScores(ctx context.Context, who access.Actor, id int64, of agency.ID) (*app.DraftScores, error)
	ObjectTo(ctx context.Context, who access.Actor, o filing.Objection) error
	Notices(ctx context.Context, agencies []agency.ID, account int64, limit int) ([]app.NoticeLine, error)
	Chase(ctx context.Context, round int64) (*app.ChaseList, error)
	ChaseWorkbook(ctx context.Context, round int64) (name string, data []byte, err error)
	LogCall(ctx context.Context, round int64, c app.Call) error
	Board(ctx context.Context, q app.BoardQuery) (*app.Board, error)
	BoardWorkbook(ctx context.Context, q app.BoardQuery) (name string, data []byte, err error)
	Workbench(ctx context.Context, q app.WorkbenchQuery) (*app.Workbench, error)
	ReceiveClean(ctx context.Context, round int64, seen map[agency.ID]int64) (*app.BulkResult, error)
	AnswerProposal(ctx context.Context, round int64, id agency.ID, proposal int64, answer string) error
}

type releasesPage struct {
	shell
	Releases []app.ReleaseLine
	May      bool // draft one
	Request  app.ReleaseRequest
	Refused  string
}

// Releases makes the list of releases, with the form that drafts one for those who may.
func (p *Pages) Releases(ctx context.Context, req app.ReleaseRequest, refused error) (*Document, error) {
	who := access.From(ctx)
	all, err := p.cfg.App.Releases(ctx, who)
	if err != nil {
		return nil, err
	}
	may := len(access.Ground{Day: p.today()}.Reach(who, access.EditRelease)) > 0
	return p.html("releases.html", releasesPage{p.top(ctx, "Bản công bố", "releases"), all, may, req, sentence(refused)}, 0)
}

// sentence is what a person reads of a refusal, "" for none.
func sentence(err error) string {
	if err == nil {
		return ""
	}
	return fault.Sentence(err)
}

func (p *Pages) today() vi.Date { return vi.DateOf(p.cfg.Clock().In(p.cfg.Location)) }

type releasePage struct {
	shell
	*app.ReleaseView
	Refused string
}

// Release makes the page of one release.
func (p *Pages) Release(ctx context.Context, id int64, refused error) (*Document, error) {
	v, err := p.cfg.App.Release(ctx, access.From(ctx), id)
	if err != nil {
		return nil, err
	}
	return p.html("release.html", releasePage{p.top(ctx, v.Title, "releases"), v, sentence(refused)}, 0)
}

type draftPage struct {
	shell
	*app.DraftScores
	Text    string
	Refused string
}

// Draft makes the page on which an agency reads its own lines of a draft and objects.
func (p *Pages) Draft(ctx context.Context, id int64, of agency.ID, text string, refused error) (*Document, error) {
	d, err := p.cfg.App.DraftScores(ctx, access.From(ctx), id, of)
	if err != nil {
		return nil, err
	}
	return p.html("release_draft.html", draftPage{p.top(ctx, "Số liệu dự kiến công bố", "releases"), d, text, sentence(refused)}, 0)
}

// File is a ready file to be saved.
func File(name string, data []byte) *Document {
	return &Document{Type: mediaXLSX, Name: name, Body: data}
}

type noticesPage struct {
	shell
	Notices []app.NoticeLine
}

// Notices makes the list of what the actor's agencies were told.
func (p *Pages) Notices(ctx context.Context) (*Document, error) {
	who := access.From(ctx)
	lines, err := p.cfg.App.Notices(ctx, access.Ground{Day: p.today()}.Reach(who, access.ReadOwn), who.Account, 100)
	if err != nil {
		return nil, err
	}
	return p.html("notices.html", noticesPage{p.top(ctx, "Thông báo", "notices"), lines}, 0)
}

type chasePage struct {
	shell
	*app.ChaseList
	Now     time.Time
	Refused string
}

// Chase makes the list of whom to call about a round.
func (p *Pages) Chase(ctx context.Context, round int64, refused error) (*Document, error) {
	list, err := p.cfg.App.Chase(ctx, round)
	if err != nil {
		return nil, err
	}
	return p.html("chase.html", chasePage{p.top(ctx, "Đôn đốc: "+list.Round.Name, "rounds"), list, p.cfg.Clock(), sentence(refused)}, 0)
}

type boardPage struct {
	shell
	*app.Board
	Query  app.BoardQuery
	States []app.Choice
}

// Board makes the table of agencies and forms of a round.
func (p *Pages) Board(ctx context.Context, q app.BoardQuery) (*Document, error) {
	b, err := p.cfg.App.Board(ctx, q)
	if err != nil {
		return nil, err
	}
	states := []app.Choice{{Code: "none", Title: "Chưa lập"}, {Code: "late", Title: "Chậm, quá hạn"}}
	for _, s := range filing.States() {
		states = append(states, app.Choice{Code: string(s), Title: s.Title()})
	}
	return p.html("board.html", boardPage{p.top(ctx, "Tình hình gửi: "+b.Round.Name, "rounds"), b, q, states}, 0)
}

// cell is a frozen figure with the decimals that it is printed with.
type cell struct {
	filing.FrozenRow
	Places int
}

func frozenCell(r filing.FrozenRow, decimals int) cell { return cell{r, decimals} }
