// Package reporting is the pages of a round: the desk and the report of an agency, the workbench and the board of the office, chasing, notices, approvers.
package reporting

import (
	"context"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/app/chase"
	"chiso/internal/app/ledger"
	"chiso/internal/app/notices"
	"chiso/internal/app/receive"
	"chiso/internal/app/reporting"
	"chiso/internal/app/tasks"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// App is what the slice asks of the use cases.
type App interface {
	AnswerProposal(ctx context.Context, round int64, id agency.ID, proposal int64, answer string) (err error)
	Attach(ctx context.Context, round int64, id agency.ID, code string, file ledger.ImportFile) (err error)
	Board(ctx context.Context, q reporting.BoardQuery) (out *reporting.Board, err error)
	BoardWorkbook(ctx context.Context, q reporting.BoardQuery) (name string, data []byte, err error)
	Chain(ctx context.Context, id agency.ID) (out *reporting.ChainView, err error)
	ChangeRound(ctx context.Context, id int64, ch reporting.RoundChange) (err error)
	Chase(ctx context.Context, round int64) (out *chase.List, err error)
	ChaseLetter(ctx context.Context, q chase.LetterQuery) (out *chase.Letter, err error)
	ChaseWorkbook(ctx context.Context, round int64) (name string, data []byte, err error)
	Contacts(ctx context.Context, id agency.ID) (out *notices.ContactsView, err error)
	Desk(ctx context.Context) (_ *reporting.Desk, err error)
	Detach(ctx context.Context, round int64, id agency.ID, file int64) (err error)
	FillNone(ctx context.Context, round int64, id agency.ID, definitions []int64) (out *reporting.BatchView, err error)
	KeptReport(ctx context.Context, round int64, id agency.ID, n int) (out *reporting.KeptView, err error)
	LogCall(ctx context.Context, round int64, c chase.Call) (err error)
	MayEditReport(ctx context.Context, round int64, id agency.ID) (err error)
	MayHandInPaper(ctx context.Context, round int64, id agency.ID) (err error)
	MyTasks(ctx context.Context) (out *tasks.List, err error)
	Notices(ctx context.Context, agencies []agency.ID, reader int64, limit int) (out []notices.Line, err error)
	OpenRound(ctx context.Context, req reporting.RoundRequest) (id int64, err error)
	PasteCells(ctx context.Context, round int64, id agency.ID, p reporting.Paste) (_ *reporting.PasteResult, err error)
	ReceiveClean(ctx context.Context, round int64, seen map[agency.ID]int64) (_ *reporting.BulkResult, err error)
	ReportFile(ctx context.Context, round int64, id agency.ID, sha256 string) (name string, data []byte, err error)
	ReportPage(ctx context.Context, round int64, id agency.ID) (out *reporting.ReportView, err error)
	ReportTemplate(ctx context.Context, round int64, id agency.ID) (name string, data []byte, err error)
	ReportUpload(ctx context.Context, round int64, id agency.ID, upload int64) (out *reporting.UploadOutcome, err error)
	ReportUploadMarked(ctx context.Context, round int64, id agency.ID, upload int64) (name string, data []byte, err error)
	RoundChoices(ctx context.Context) (out *reporting.RoundChoices, err error)
	RoundView(ctx context.Context, id int64) (out *reporting.RoundView, err error)
	Rounds(ctx context.Context) (out []reporting.RoundLine, err error)
	SaveCells(ctx context.Context, round int64, id agency.ID, inputs []reporting.CellInput) (_ *reporting.SaveResult, err error)
	SavePaper(ctx context.Context, round int64, id agency.ID, in reporting.PaperInput) (err error)
	SaveProposal(ctx context.Context, round int64, id agency.ID, in reporting.ProposalInput) (saved int64, err error)
	SaveSection(ctx context.Context, round int64, id agency.ID, order int, seen int64, body string) (_ *reporting.ReportSection, err error)
	SeeNotices(ctx context.Context, upTo int64) (err error)
	SetChain(ctx context.Context, id agency.ID, links []filing.Link) (err error)
	SetContacts(ctx context.Context, id agency.ID, list []filing.Contact) (err error)
	SigningCopy(ctx context.Context, round int64, id agency.ID) (out *reporting.SigningCopy, err error)
	TakeStep(ctx context.Context, req reporting.ReportStep) (_ *reporting.ReportHead, err error)
	TakeUpload(ctx context.Context, round int64, id agency.ID, upload int64, seen map[int64]int64) (out *reporting.UploadOutcome, err error)
	Template(ctx context.Context, q receive.TemplateQuery) (name string, data []byte, err error)
	TemplateOptions(ctx context.Context) (o receive.TemplateOptions, err error)
	UndoBatch(ctx context.Context, round int64, id agency.ID, batch int64) (_ *reporting.UndoResult, err error)
	UploadReport(ctx context.Context, round int64, id agency.ID, file ledger.ImportFile) (out *reporting.UploadOutcome, err error)
	Workbench(ctx context.Context, q reporting.WorkbenchQuery) (out *reporting.Workbench, err error)
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
	pages *Pages
	app   App
}

// New returns the handlers of pages.
func New(pages *Pages) *Handlers {
	return &Handlers{pages: pages, app: pages.app}
}

// Routes lists the addresses of the slice with what they need.
func (s *Handlers) Routes() []route.Route {
	return slices.Concat(s.filingRoutes(), s.chainRoutes(), s.contactRoutes(), s.officeRoutes(), s.roundRoutes(), s.templateRoutes())
}
