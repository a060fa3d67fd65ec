package page

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
)

// Office is what the pages of the standing office ask of the use cases.
type Office interface {
	Releases(ctx context.Context, who access.Actor) ([]publish.ReleaseLine, error)
	Release(ctx context.Context, who access.Actor, id int64) (*publish.ReleaseView, error)
	ReleasePack(ctx context.Context, who access.Actor, id int64) (name string, data []byte, err error)
	MakeRelease(ctx context.Context, who access.Actor, req publish.ReleaseRequest) (int64, error)
	ChangeRelease(ctx context.Context, who access.Actor, id, seen int64, req publish.ReleaseRequest) error
	SaveReleaseDocument(ctx context.Context, who access.Actor, id, seen int64, file ledger.ImportFile) error
	ReleaseDocument(ctx context.Context, who access.Actor, id int64) (name string, data []byte, err error)
	ApproveRelease(ctx context.Context, who access.Actor, id, seen int64) error
	WithdrawRelease(ctx context.Context, who access.Actor, id, seen int64, reason string) error
	OpenObjections(ctx context.Context, who access.Actor, id, seen int64, days int) error
	AnswerObjection(ctx context.Context, who access.Actor, release, id int64, verdict filing.Verdict, answer string) error
	DraftScores(ctx context.Context, who access.Actor, id int64, of agency.ID) (*publish.DraftScores, error)
	ObjectTo(ctx context.Context, who access.Actor, o filing.Objection) error
	Unseen(ctx context.Context) (int, error)
	SeeNotices(ctx context.Context, upTo int64) error
	OwnNotices(ctx context.Context, limit int) ([]reporting.NoticeLine, error)
	Notices(ctx context.Context, agencies []agency.ID, account int64, limit int) ([]reporting.NoticeLine, error)
	Chase(ctx context.Context, round int64) (*reporting.ChaseList, error)
	ChaseWorkbook(ctx context.Context, round int64) (name string, data []byte, err error)
	ChaseLetter(ctx context.Context, q reporting.LetterQuery) (*reporting.ChaseLetter, error)
	LogCall(ctx context.Context, round int64, c reporting.Call) error
	Board(ctx context.Context, q reporting.BoardQuery) (*reporting.Board, error)
	BoardWorkbook(ctx context.Context, q reporting.BoardQuery) (name string, data []byte, err error)
	Workbench(ctx context.Context, q reporting.WorkbenchQuery) (*reporting.Workbench, error)
	ReceiveClean(ctx context.Context, round int64, seen map[agency.ID]int64) (*reporting.BulkResult, error)
	AnswerProposal(ctx context.Context, round int64, id agency.ID, proposal int64, answer string) error
}

type releasesPage struct {
	shell
	Releases []publish.ReleaseLine
	May      bool // draft one
	Request  releaseFields
	Refused  string
}

// Releases makes the list of releases, with the form that drafts one for those who may.
func (p *Pages) Releases(ctx context.Context, req publish.ReleaseRequest, refused error) (*Document, error) {
	who := access.From(ctx)
	all, err := p.cfg.App.Releases(ctx, who)
	if err != nil {
		return nil, err
	}
	may := access.Ground{Day: p.today()}.Somewhere(who, access.EditRelease)
	return p.html(
		"releases.html",
		releasesPage{
			shell:    p.top(ctx, "Bản công bố", "releases"),
			Releases: all,
			May:      may,
			Request:  p.releaseFields(req),
			Refused:  sentence(refused),
		},
		0,
	)
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
	*publish.ReleaseView
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

// ReportURL is where the report that caused a difference is looked at.
func (releasePage) ReportURL(r *publish.DifferenceReport) string {
	return ReportRef{Round: r.Round, Agency: r.Agency}.URL()
}

type releaseEditPage struct {
	shell
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
		f.Embargo = r.Embargo.In(p.cfg.Location).Format("2006-01-02T15:04")
	}
	return f
}

// ReleaseEdit makes the page on which a draft is changed before it is approved: with what it says now, or with what was typed and
// refused.
func (p *Pages) ReleaseEdit(ctx context.Context, id, seen int64, typed *publish.ReleaseRequest, refused error) (*Document, error) {
	v, err := p.cfg.App.Release(ctx, access.From(ctx), id)
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
	return p.html(
		"release_edit.html",
		releaseEditPage{
			shell:       p.top(ctx, "Sửa dự thảo: "+v.Title, "releases"),
			ReleaseView: v,
			Request:     p.releaseFields(*typed),
			Version:     seen,
			Refused:     sentence(refused),
		},
		0,
	)
}

type draftPage struct {
	shell
	*publish.DraftScores
	Text    string
	Refused string
}

// Draft makes the page on which an agency reads its own lines of a draft and objects.
func (p *Pages) Draft(ctx context.Context, id int64, of agency.ID, text string, refused error) (*Document, error) {
	d, err := p.cfg.App.DraftScores(ctx, access.From(ctx), id, of)
	if err != nil {
		return nil, err
	}
	return p.html(
		"release_draft.html",
		draftPage{shell: p.top(ctx, "Số liệu dự kiến công bố", "releases"), DraftScores: d, Text: text, Refused: sentence(refused)},
		0,
	)
}

// File is a ready file to be saved.
func File(name string, data []byte) *Document {
	return &Document{Type: mediaXLSX, Name: name, Body: data}
}

type noticesPage struct {
	shell
	Notices []reporting.NoticeLine
}

// Notices makes the list of what the actor's agencies were told.
func (p *Pages) Notices(ctx context.Context) (*Document, error) {
	who := access.From(ctx)
	lines, err := p.cfg.App.Notices(ctx, access.Ground{Day: p.today()}.Reach(who, access.ReadOwn), who.Account, 100)
	if err != nil {
		return nil, err
	}
	doc, err := p.html("notices.html", noticesPage{p.top(ctx, "Thông báo", "notices"), lines}, 0)
	if err == nil && len(lines) > 0 && slices.ContainsFunc(lines, func(l reporting.NoticeLine) bool { return !l.Seen }) {
		err = p.cfg.App.SeeNotices(ctx, lines[0].ID) // the newest; next time it is old
	}
	return doc, err
}

type chasePage struct {
	shell
	*reporting.ChaseList
	Now     time.Time
	Refused string
}

// Chase makes the list of whom to call about a round.
func (p *Pages) Chase(ctx context.Context, round int64, refused error) (*Document, error) {
	list, err := p.cfg.App.Chase(ctx, round)
	if err != nil {
		return nil, err
	}
	return p.html(
		"chase.html",
		chasePage{shell: p.top(ctx, "Đôn đốc: "+list.Round.Name, "rounds"), ChaseList: list, Now: p.cfg.Clock(), Refused: sentence(refused)},
		0,
	)
}

type boardPage struct {
	shell
	*reporting.Board
	Query  reporting.BoardQuery
	States []ledger.Choice
	Sort   sorting
	Asked  string       // the sorting, as the address has it
	Files  template.URL // query of this view, for its files
}

// Board makes the table of agencies and forms of a round.
func (p *Pages) Board(ctx context.Context, q reporting.BoardQuery, sort string) (*Document, error) {
	b, err := p.cfg.App.Board(ctx, q)
	if err != nil {
		return nil, err
	}
	states := []ledger.Choice{{Code: "none", Title: "Chưa lập"}, {Code: "late", Title: "Chậm, quá hạn"}}
	for _, s := range filing.States() {
		states = append(states, ledger.Choice{Code: string(s), Title: s.Title()})
	}
	by := boardOrder(b, q, sort)
	files := url.Values{"state": {q.State}, "q": {q.Text}, "sort": {sort}}
	return p.html(
		"board.html",
		boardPage{
			shell:  p.top(ctx, "Tình hình gửi: "+b.Round.Name, "rounds"),
			Board:  b,
			Query:  q,
			States: states,
			Sort:   by,
			Asked:  sort,
			Files:  encoded(files),
		},
		0,
	)
}

// ReportURL is where the report of a row is looked at.
func (b boardPage) ReportURL(r reporting.BoardRow) string {
	return ReportRef{Round: b.Round.ID, Agency: r.Agency}.URL()
}

// boardOrder puts the rows of a board into the order that is asked for.
func boardOrder(b *reporting.Board, q reporting.BoardQuery, sort string) sorting {
	query := url.Values{}
	if q.State != "" {
		query.Set("state", q.State)
	}
	s := newSorting("/rounds/"+strconv.FormatInt(b.Round.ID, 10)+"/board", query, q.Text, sort)
	state := func(r reporting.BoardRow) int {
		if r.Submission == 0 {
			return -1
		}
		return slices.Index(filing.States(), r.State)
	}
	columns := map[string]func(x, y reporting.BoardRow) int{
		"name":     byName(func(r reporting.BoardRow) string { return r.AgencyName }),
		"state":    func(x, y reporting.BoardRow) int { return cmp.Compare(state(x), state(y)) },
		"sent":     func(x, y reporting.BoardRow) int { return x.SentAt.Compare(y.SentAt) },
		"late":     func(x, y reporting.BoardRow) int { return cmp.Compare(y.DaysLate, x.DaysLate) },
		"complete": func(x, y reporting.BoardRow) int { return cmp.Compare(x.Complete.Percent(), y.Complete.Percent()) },
		"warned":   func(x, y reporting.BoardRow) int { return cmp.Compare(y.Warned, x.Warned) },
	}
	for i := range b.Forms {
		columns[FormColumn(i)] = func(x, y reporting.BoardRow) int { return cmp.Compare(x.Forms[i].Percent(), y.Forms[i].Percent()) }
	}
	sortRows(s, b.Rows, columns)
	return s
}

// FormColumn names the column of a form, counted from 0.
func FormColumn(i int) string { return "form" + strconv.Itoa(i+1) }

// FormHead is the head of a form's column.
func (b boardPage) FormHead(i int) sortHead {
	return b.Sort.Head(FormColumn(i), b.Forms[i].Title, "num")
}

// BoardCSV writes a board as rankingCSV writes a ranking.
func (p *Pages) BoardCSV(ctx context.Context, q reporting.BoardQuery, sort string) (*Document, error) {
	b, err := p.cfg.App.Board(ctx, q)
	if err != nil {
		return nil, err
	}
	boardOrder(b, q, sort)
	head := []string{"Mã đơn vị", "Đơn vị", "Trạng thái", "Hạn", "Gửi lúc", "Chậm (ngày)", "Đã điền (%)"}
	for _, f := range b.Forms {
		head = append(head, safe(f.Title)+" (%)")
	}
	rows := [][]string{append(head, "Cảnh báo", "Kiến nghị chờ trả lời")}
	for _, r := range b.Rows {
		row := []string{
			safe(string(r.Agency)),
			safe(r.AgencyName),
			r.ReportHead.Title(),
			r.Due.String(),
			"",
			whole(r.DaysLate),
			strconv.Itoa(r.Complete.Percent()),
		}
		if !r.SentAt.IsZero() {
			row[4] = p.when(r.SentAt)
		}
		for _, c := range r.Forms {
			percent := ""
			if c.Owed > 0 {
				percent = strconv.Itoa(c.Percent())
			}
			row = append(row, percent)
		}
		rows = append(rows, append(row, strconv.Itoa(r.Warned), strconv.Itoa(r.Proposals)))
	}
	var out bytes.Buffer
	out.WriteString(bom)
	w := csv.NewWriter(&out)
	w.UseCRLF, w.Comma = true, ';'
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("csv of a board: %w", err)
	}
	return &Document{Type: "text/csv; charset=utf-8", Name: "tinh-hinh-gui-" + fileName(b.Round.Period.Key) + ".csv", Body: out.Bytes()}, nil
}

// cell is a frozen figure with the decimals that it is printed with.
type cell struct {
	filing.FrozenRow
	Places int
}

func frozenCell(r filing.FrozenRow, decimals int) cell { return cell{r, decimals} }
