package page

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"chiso/internal/access"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// uploadForm is the form with what was typed and, after a refusal, why.
type uploadForm struct {
	shell
	Options                   receive.UploadOptions
	Period, Indicator, Source string
	Refused                   string
	MaxBytes                  int64
	MaxSize                   string
}

// uploadPage is what a file says and would change, or did.
type uploadPage struct {
	shell
	*receive.UploadView
	Groups   []findingGroup
	Errors   int
	Faults   bool // there is something to mark: errors or warnings
	Rows     []uploadRow
	More     int    // rows that are not shown
	Changes  int    // figures that accepting it changes
	Same     bool   // nothing to accept: every figure is there already
	HasParts bool   // a figure in Rows has numerator and denominator
	For      string // the period given with the file, in words
	Rankings []rankingLink
	Refused  string // why the confirmation was not taken
	Asks     []warningAsk
}

// findingGroup is the findings of one severity.
type findingGroup struct {
	Severity check.Severity
	Title    string // "Lỗi"
	Findings []check.Finding
	More     int
}

type uploadRow struct {
	receive.RowResult
	BeforeText, AfterText string
	ChangeText            string
	PeriodText            string
	Parts                 template.HTML
}

// How much of a large file one page shows.
const maxRows, maxFindings = 200, 500

// Form makes the upload form; refused says why the last attempt failed.
func (p *Pages) Form(ctx context.Context, req receive.Request, refused error) (*Document, error) {
	o, err := p.cfg.App.Options(ctx)
	if err != nil {
		return nil, err
	}
	page := uploadForm{shell: p.top(ctx, "Nộp tệp số liệu", "upload"), Options: o, Period: req.Period, Indicator: req.Indicator,
		Source: string(req.Source), MaxBytes: p.cfg.MaxUpload, MaxSize: sizeText(p.cfg.MaxUpload)}
	if refused != nil {
		page.Title, page.Refused = "Chưa nhận được tệp", fault.Sentence(refused)
	}
	return p.html("upload_form.html", page, 0)
}

// ReadUpload takes the form's file. A file over the limit is read to its end and dropped, up to a few times the limit, for
// browsers show a broken connection instead of an answer that comes too early.
func (p *Pages) ReadUpload(w http.ResponseWriter, r *http.Request) (receive.Request, error) {
	tooLarge := fault.New(
		fault.TooLarge,
		"Tệp lớn hơn %s là mức tối đa. Hãy chia tệp theo kỳ hoặc theo chỉ tiêu rồi nộp từng phần.",
		sizeText(p.cfg.MaxUpload),
	)
	if err := p.parseForm(w, r, tooLarge); err != nil {
		return receive.Request{}, err
	}
	req := receive.Request{
		Period:    vi.Clean(r.FormValue("period")),
		Indicator: vi.Clean(r.FormValue("indicator")),
		Account:   access.From(r.Context()).Name,
	}
	if s := r.FormValue("source"); s != "" {
		system, ok := kpi.ParseSystem(s)
		if !ok {
			return req, fault.New(fault.Invalid, "Không có nguồn số liệu “%s”.", vi.Clean(s))
		}
		req.Source = system
	}
	if r.MultipartForm == nil {
		return req, fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang rồi nộp lại.")
	}
	file, err := readFile(r.MultipartForm.File["file"])
	if err != nil {
		return req, err
	}
	if int64(len(file.Data)) > p.cfg.MaxUpload {
		return req, tooLarge
	}
	req.Files = []ledger.ImportFile{file}
	return req, nil
}

// parseForm reads a form with a file in it, or answers tooLarge.
func (p *Pages) parseForm(w http.ResponseWriter, r *http.Request, tooLarge error) error {
	const overhead = 64 << 10 // boundaries and the other fields
	limit := p.cfg.MaxUpload + overhead
	if r.ContentLength > limit {
		_, _ = io.CopyN(io.Discard, r.Body, min(r.ContentLength, 4*limit))
		return tooLarge
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	err := r.ParseMultipartForm(limit) //nolint:gosec // bounded by the reader above; mostly done by the server before, onto the disk
	if large := new(http.MaxBytesError); errors.As(err, &large) {
		return tooLarge
	}
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang rồi nộp lại.")
	}
	return nil
}

// ReadProof reads a form that may bring a file with it: zero when none was chosen.
func (p *Pages) ReadProof(w http.ResponseWriter, r *http.Request) (form url.Values, file ledger.ImportFile, err error) {
	tooLarge := fault.New(fault.TooLarge, "Tệp lớn hơn %s là mức tối đa. Hãy nén hoặc chia tệp rồi gửi lại.", sizeText(p.cfg.MaxUpload))
	if err := p.parseForm(w, r, tooLarge); err != nil {
		return r.URL.Query(), file, err
	}
	if r.MultipartForm != nil &&
		strings.Join(r.MultipartForm.Value["file"], "") != "" { // a file whose name is written so badly that it is none
		return r.Form, file, fault.New(fault.Invalid, "Tên tệp gửi lên không đọc được nên tệp chưa được nhận. Hãy đổi tên tệp rồi gửi lại.")
	}
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) == 0 || r.MultipartForm.File["file"][0].Filename == "" {
		return r.Form, file, nil
	}
	if file, err = readFile(r.MultipartForm.File["file"]); err == nil && int64(len(file.Data)) > p.cfg.MaxUpload {
		err = tooLarge
	}
	return r.Form, file, err
}

// ReadAttachment takes the file of a form that sends other fields with it.
func (p *Pages) ReadAttachment(w http.ResponseWriter, r *http.Request) (ledger.ImportFile, error) {
	req, err := p.ReadUpload(w, r)
	if err != nil {
		return ledger.ImportFile{}, err
	}
	return req.Files[0], nil
}

func readFile(headers []*multipart.FileHeader) (ledger.ImportFile, error) {
	if len(headers) == 0 || headers[0].Filename == "" {
		return ledger.ImportFile{}, fault.New(fault.Invalid, "Chưa chọn tệp. Hãy chọn một tệp rồi gửi lại.")
	}
	if len(headers) > 1 {
		return ledger.ImportFile{}, fault.New(fault.Invalid, "Mỗi lần chỉ nộp một tệp.")
	}
	f, err := headers[0].Open()
	if err != nil {
		return ledger.ImportFile{}, fmt.Errorf("uploaded file: %w", err)
	}
	defer func() { _ = f.Close() }() // held in memory
	data, err := io.ReadAll(f)
	if err != nil {
		return ledger.ImportFile{}, fmt.Errorf("uploaded file: %w", err)
	}
	if len(data) == 0 {
		return ledger.ImportFile{}, fault.New(fault.Unreadable, "Tệp rỗng. Hãy mở tệp, kiểm tra số liệu rồi lưu và nộp lại.")
	}
	name := vi.FileName(headers[0].Filename)
	return ledger.ImportFile{Name: name, Data: data}, nil
}

// Save keeps a file that waits for confirmation and returns where it is looked at. What the form does not offer is refused
// before anything is stored.
func (p *Pages) Save(ctx context.Context, req receive.Request) (int64, error) {
	o, err := p.cfg.App.Options(ctx)
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
	return p.cfg.App.SaveUpload(ctx, req)
}

// Confirm accepts a file with what is said to its warnings.
func (p *Pages) Confirm(ctx context.Context, id int64, token string, said check.Explanations) error {
	_, err := p.cfg.App.ConfirmUpload(ctx, id, access.From(ctx).Name, token, said)
	return err
}

// File gives back the bytes of an upload. They are somebody's: always saved, never shown.
func (p *Pages) File(ctx context.Context, id int64) (*Document, error) {
	name, data, err := p.cfg.App.UploadFile(ctx, id)
	if err != nil {
		return nil, err
	}
	return &Document{Type: "application/octet-stream", Name: name, Body: data}, nil
}

// Marked gives an upload back with its faulty cells marked.
func (p *Pages) Marked(ctx context.Context, id int64) (*Document, error) {
	name, data, err := p.cfg.App.MarkedFile(ctx, id)
	if err != nil {
		return nil, err
	}
	return &Document{Type: mediaXLSX, Name: name, Body: data}, nil
}

// Upload makes the page of an uploaded file.
func (p *Pages) Upload(ctx context.Context, id int64) (*Document, error) {
	return p.UploadAgain(ctx, id, nil, nil)
}

// UploadAgain makes the page of a file whose confirmation was not taken, with what it would change now and what was
// said to its warnings.
func (p *Pages) UploadAgain(ctx context.Context, id int64, refused error, said check.Explanations) (*Document, error) {
	v, err := p.cfg.App.Upload(ctx, id)
	if err != nil {
		return nil, err
	}
	counts := v.Result.Observations
	page := uploadPage{shell: p.top(ctx, v.Name, "upload"), UploadView: v,
		Groups: groupFindings(v.Result.Findings), Changes: counts.New + counts.Superseded,
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
		page.Rankings = append(page.Rankings, newRankingLink(l))
	}
	return p.html("upload.html", page, 0)
}

func newUploadRow(r receive.RowResult) uploadRow {
	print := func(v vi.NullDecimal) string {
		if said, ok := answer(r.Kind, v, r.Numerator.Valid); ok {
			return said
		}
		return amount(v, r.Decimals, r.Unit)
	}
	row := uploadRow{RowResult: r, AfterText: print(r.Value), PeriodText: periodText(r.Period), Parts: parts(r.Numerator, r.Denominator)}
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

func groupFindings(all []check.Finding) []findingGroup {
	var out []findingGroup
	for _, g := range []findingGroup{{Severity: check.Error, Title: "Lỗi"}, {Severity: check.Warning, Title: "Cảnh báo"}, {Severity: check.Info, Title: "Lưu ý"}} {
		for _, f := range all {
			if f.Severity != g.Severity {
				continue
			}
			if len(g.Findings) == maxFindings {
				g.More++
				continue
			}
			g.Findings = append(g.Findings, f)
		}
		if len(g.Findings) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// sizeText prints a number of bytes as people say it.
func sizeText(n int64) string {
	if n >= 1<<20 {
		return vi.FormatInt(n>>20) + nbsp + "MB"
	}
	return vi.FormatInt(max(1, n>>10)) + nbsp + "KB"
}
