package receive

import (
	"context"
	"html/template"
	"slices"
	"strings"

	"chiso/internal/access"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// uploadForm is the form with what was typed and, after a refusal, why.
type uploadForm struct {
	frame.Shell
	Options                   receive.UploadOptions
	Period, Indicator, Source string
	Refused                   string
	MaxBytes                  int64
	MaxSize                   string
}

// uploadPage is what a file says and would change, or did.
type uploadPage struct {
	frame.Shell
	*receive.UploadView
	Groups   []frame.FindingGroup
	Errors   int
	Faults   bool // there is something to mark: errors or warnings
	Rows     []uploadRow
	More     int    // rows that are not shown
	Changes  int    // figures that accepting it changes
	Same     bool   // nothing to accept: every figure is there already
	HasParts bool   // a figure in Rows has numerator and denominator
	For      string // the period given with the file, in words
	Rankings []frame.RankingLink
	Refused  string // why the confirmation was not taken
	Asks     []warningAsk
}

type uploadRow struct {
	receive.RowResult
	BeforeText, AfterText string
	ChangeText            string
	PeriodText            string
	Parts                 template.HTML
}

const maxRows = 200 // of a large file on one page

// Form makes the upload form; refused says why the last attempt failed.
func (p *Pages) Form(ctx context.Context, req receive.Request, refused error) (*frame.Document, error) {
	o, err := p.app.Options(ctx)
	if err != nil {
		return nil, err
	}
	page := uploadForm{Shell: p.Top(ctx, "Nộp tệp số liệu", "upload"), Options: o, Period: req.Period, Indicator: req.Indicator,
		Source: string(req.Source), MaxBytes: p.MaxUpload, MaxSize: frame.SizeText(p.MaxUpload)}
	if refused != nil {
		page.Title, page.Refused = "Chưa nhận được tệp", fault.Sentence(refused)
	}
	return p.HTML("receive/upload_form.html", page, 0)
}

// Save keeps a file that waits for confirmation and returns where it is looked at. What the form does not offer is refused
// before anything is stored.
func (p *Pages) Save(ctx context.Context, req receive.Request) (int64, error) {
	o, err := p.app.Options(ctx)
	if err != nil {
		return 0, err
	}
	offered := func(list []ledger.Choice, code string) bool {
		return slices.ContainsFunc(list, func(c ledger.Choice) bool { return c.Code == code })
	}
	if req.Indicator != "" && !offered(o.Indicators, req.Indicator) {
		return 0, fault.New(fault.Invalid, "Không có chỉ tiêu mang mã “%s”. Hãy chọn chỉ tiêu trong danh sách.", req.Indicator)
	}
	if req.Source != "" && !offered(o.Sources, string(req.Source)) {
		return 0, fault.New(fault.Invalid, "Không nộp tệp vào nguồn “%s” được. Hãy chọn nguồn trong danh sách.", req.Source.Title())
	}
	return p.app.SaveUpload(ctx, req)
}

// Confirm accepts a file with what is said to its warnings.
func (p *Pages) Confirm(ctx context.Context, id int64, token string, said check.Explanations) error {
	_, err := p.app.ConfirmUpload(ctx, id, access.From(ctx).Name, token, said)
	return err
}

// File gives back the bytes of an upload. They are somebody's: always saved, never shown.
func (p *Pages) File(ctx context.Context, id int64) (*frame.Document, error) {
	name, data, err := p.app.UploadFile(ctx, id)
	if err != nil {
		return nil, err
	}
	return &frame.Document{Type: "application/octet-stream", Name: name, Body: data}, nil
}

// Marked gives an upload back with its faulty cells marked.
func (p *Pages) Marked(ctx context.Context, id int64) (*frame.Document, error) {
	name, data, err := p.app.MarkedFile(ctx, id)
	if err != nil {
		return nil, err
	}
	return &frame.Document{Type: frame.MediaXLSX, Name: name, Body: data}, nil
}

// Upload makes the page of an uploaded file.
func (p *Pages) Upload(ctx context.Context, id int64) (*frame.Document, error) {
	return p.UploadAgain(ctx, id, nil, nil)
}

// UploadAgain makes the page of a file whose confirmation was not taken, with what it would change now and what was
// said to its warnings.
func (p *Pages) UploadAgain(ctx context.Context, id int64, refused error, said check.Explanations) (*frame.Document, error) {
	v, err := p.app.Upload(ctx, id)
	if err != nil {
		return nil, err
	}
	counts := v.Result.Observations
	page := uploadPage{Shell: p.Top(ctx, v.Name, "upload"), UploadView: v,
		Groups: frame.GroupFindings(v.Result.Findings), Changes: counts.New + counts.Superseded,
		For: periodText(v.Period)}
	page.Illustrative = v.Source == kpi.Illustrative
	page.Same = page.Changes == 0 && counts.Unchanged > 0
	page.Asks = warningAsks(v.Result.Findings, said)
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	}
	for _, f := range v.Result.Findings {
		if f.Severity == check.Error {
			page.Errors++
		}
		page.Faults = page.Faults || f.Severity != check.Info
	}
	for _, r := range v.Result.Rows[:min(maxRows, len(v.Result.Rows))] {
		row := newUploadRow(r)
		page.Rows, page.HasParts = append(page.Rows, row), page.HasParts || row.Parts != ""
	}
	page.More = len(v.Result.Rows) - len(page.Rows)
	for _, l := range v.Rankings {
		page.Rankings = append(page.Rankings, frame.NewRankingLink(l))
	}
	return p.HTML("receive/upload.html", page, 0)
}

func newUploadRow(r receive.RowResult) uploadRow {
	print := func(v vi.NullDecimal) string {
		if said, ok := frame.Answer(r.Kind, v, r.Numerator.Valid); ok {
			return said
		}
		return frame.Amount(v, r.Decimals, r.Unit)
	}
	row := uploadRow{RowResult: r, AfterText: print(r.Value), PeriodText: periodText(r.Period), Parts: frame.Parts(r.Numerator, r.Denominator)}
	if !r.Value.Valid {
		row.AfterText = r.State.Title()
	}
	if len(r.Qualifiers) > 0 {
		row.AfterText += " (" + strings.Join(r.Qualifiers, ", ") + ")"
	}
	switch r.Change {
	case receive.ChangeSuperseded:
		row.ChangeText, row.BeforeText = "Thay số cũ", "(không có giá trị)"
		if r.Before.Valid {
			row.BeforeText = print(r.Before)
		}
	case receive.ChangeUnchanged:
		row.ChangeText = "Không đổi"
	case receive.ChangeNew:
		row.ChangeText = "Mới"
	}
	return row
}

// periodText says a period's key in words; what is no period stays as it was typed.
func periodText(key string) string {
	if p, err := check.ParsePeriodText(key); err == nil {
		return p.Title()
	}
	return key
}
