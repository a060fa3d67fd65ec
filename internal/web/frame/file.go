package frame

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"chiso/internal/access"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// ReadUpload takes the form's file. A file over the limit is read to its end and dropped, up to a few times the limit, for
// browsers show a broken connection instead of an answer that comes too early.
func (p *Pages) ReadUpload(w http.ResponseWriter, r *http.Request) (receive.Request, error) {
	tooLarge := fault.New(
		fault.TooLarge,
		"Tệp lớn hơn %s là mức tối đa. Hãy chia tệp theo kỳ hoặc theo chỉ tiêu rồi nộp từng phần.",
		SizeText(p.MaxUpload),
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
	if int64(len(file.Data)) > p.MaxUpload {
		return req, tooLarge
	}
	req.Files = []ledger.ImportFile{file}
	return req, nil
}

// parseForm reads a form with a file in it, or answers tooLarge.
func (p *Pages) parseForm(w http.ResponseWriter, r *http.Request, tooLarge error) error {
	const overhead = 64 << 10 // boundaries and the other fields
	limit := p.MaxUpload + overhead
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
	tooLarge := fault.New(fault.TooLarge, "Tệp lớn hơn %s là mức tối đa. Hãy nén hoặc chia tệp rồi gửi lại.", SizeText(p.MaxUpload))
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
	if file, err = readFile(r.MultipartForm.File["file"]); err == nil && int64(len(file.Data)) > p.MaxUpload {
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

// FindingGroup is the findings of one severity.
type FindingGroup struct {
	Severity check.Severity
	Title    string // "Lỗi"
	Findings []check.Finding
	More     int
}

func GroupFindings(all []check.Finding) []FindingGroup {
	var out []FindingGroup
	for _, g := range []FindingGroup{{Severity: check.Error, Title: "Lỗi"}, {Severity: check.Warning, Title: "Cảnh báo"}, {Severity: check.Info, Title: "Lưu ý"}} {
		for _, f := range all {
			if f.Severity != g.Severity {
				continue
			}
			if len(g.Findings) == MaxFindings {
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

// SizeText prints a number of bytes as people say it.
func SizeText(n int64) string {
	if n >= 1<<20 {
		return vi.FormatInt(n>>20) + NBSP + "MB"
	}
	return vi.FormatInt(max(1, n>>10)) + NBSP + "KB"
}

// CellPlace names where a finding is.
func CellPlace(f check.Finding) string {
	switch {
	case f.Cell == "":
		return f.Sheet
	case f.Sheet == "":
		return f.Cell
	}
	return f.Sheet + "!" + f.Cell
}

const MaxFindings = 500 // of a severity on one page
