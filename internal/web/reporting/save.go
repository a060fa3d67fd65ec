package reporting

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/app/ledger"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// maxReportText bounds what the fields of a report's form hold together: four parts of the narrative at their longest, encoded.
const maxReportText = 4 << 20

// ReportForm is the form of a report's page as it was sent: whatever button was pressed, everything that stands on the page.
type ReportForm struct {
	Values url.Values
	files  map[string]ledger.ImportFile
	faults map[string]error // of files, by field
	names  []string         // of all files that were chosen, also those that are not taken
}

// Files returns the names of the files that were chosen.
func (f ReportForm) Files() []string { return f.names }

// File returns the file of a field, or why there is none to take.
func (f ReportForm) File(field string) (ledger.ImportFile, error) {
	if err := f.faults[field]; err != nil {
		return ledger.ImportFile{}, err
	}
	file, ok := f.files[field]
	if !ok {
		return file, fault.New(fault.Invalid, "Chưa chọn tệp. Hãy chọn một tệp rồi gửi lại.")
	}
	return file, nil
}

// Chosen returns the name of the file that was chosen in a field, "" for none.
func (f ReportForm) Chosen(field string) string { return f.files[field].Name }

// ReadReport reads the form of a report. A file that is too large or empty is a fault of that file alone: what was typed beside it is read.
func (p *Pages) ReadReport(w http.ResponseWriter, r *http.Request) (ReportForm, error) {
	out := ReportForm{Values: url.Values{}, files: map[string]ledger.ImportFile{}, faults: map[string]error{}}
	unreadable := func(err error) error {
		return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
	}
	r.Body = http.MaxBytesReader(w, r.Body, 4*p.MaxUpload+maxReportText)
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		r.Body = http.MaxBytesReader(w, r.Body, maxReportText)
		if err := r.ParseForm(); err != nil {
			return out, unreadable(err)
		}
		out.Values = r.PostForm
		return out, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return out, unreadable(err)
	}
	for left := int64(maxReportText); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, unreadable(err)
		}
		if part.FileName() != "" {
			p.reportFile(&out, part)
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, left+1))
		if left -= int64(len(text)); err != nil || left < 0 {
			return out, unreadable(err)
		}
		if part.FormName() != "" && !isEmptyFile(part) {
			out.Values.Add(part.FormName(), string(text))
		}
	}
}

// isEmptyFile reports whether a part is a file field in which none was chosen.
func isEmptyFile(part *multipart.Part) bool {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	_, named := params["filename"]
	return err == nil && named
}

// reportFile takes one file of a form.
func (p *Pages) reportFile(out *ReportForm, part *multipart.Part) {
	field, name := part.FormName(), vi.FileName(part.FileName())
	out.names = append(out.names, name)
	var b bytes.Buffer
	n, err := io.CopyN(&b, part, p.MaxUpload+1)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		out.faults[field] = fault.Wrap(err, fault.Unreadable, "Tệp gửi lên bị đứt giữa chừng. Hãy gửi lại.")
	case n > p.MaxUpload:
		_, _ = io.Copy(io.Discard, part) // a browser shows a broken connection instead of an answer that comes too early
		out.faults[field] = fault.New(
			fault.TooLarge,
			"Tệp lớn hơn %s là mức tối đa. Hãy chia tệp hoặc nén lại rồi nộp.",
			frame.SizeText(p.MaxUpload),
		)
	case n == 0:
		out.faults[field] = fault.New(fault.Unreadable, "Tệp rỗng. Hãy mở tệp, kiểm tra số liệu rồi lưu và nộp lại.")
	default:
		out.files[field] = ledger.ImportFile{Name: name, Data: b.Bytes()}
	}
}

// cellMark tells whether a row of the grid was touched: the mark of its fields as the page showed them.
func cellMark(values ...string) string { return reporting.TextMark(strings.Join(values, "\n")) }

// Mark is the mark of the row as the page shows it.
func (r gridRow) Mark() string {
	c := r.Cell
	return cellMark(r.Numerator, r.Denominator, r.Value, c.Note, c.Explained, stanceOf(r.ReportRow), c.Known.Reason)
}

// TouchedCells is the form less the rows of the grid that nobody touched: somebody else may have written there meanwhile.
func TouchedCells(form url.Values) url.Values {
	out := url.Values{}
	for name, values := range form {
		key, ok := strings.CutPrefix(name, "seen-")
		if !ok {
			continue
		}
		get := func(field string) string { return form.Get(field + "-" + key) }
		mark := cellMark(get("num"), get("den"), get("val"), get("note"), get("why"), get("stance"), get("dispute"))
		if get("mark") == mark && get("take") == "" {
			continue
		}
		out[name] = values
		for _, field := range []string{"num", "den", "val", "note", "why", "stance", "dispute", "take"} {
			if v, ok := form[field+"-"+key]; ok {
				out[field+"-"+key] = v
			}
		}
	}
	return out
}

// SeenNow lets a form go on from what it saved itself.
func SeenNow(form url.Values, saved *reporting.SaveResult) {
	for _, c := range saved.Cells {
		if c.Conflict == "" {
			form.Set("seen-"+strconv.FormatInt(c.Row.Definition.ID, 10), strconv.FormatInt(c.Row.Cell.Version, 10))
		}
	}
}

// TextInput is what somebody wrote into one text of a report.
type TextInput struct {
	Field    string // "text-1", "proposal-12", "proposal-new"
	Order    int    // of the part of the narrative; 0 for a proposal
	Proposal int64
	Seen     int64  // version of the part that they saw
	Mark     string // of the text that they saw
	Body     string
}

// ReadTexts lists the texts of a form that somebody touched: in the order of the page.
func ReadTexts(form url.Values) (out []TextInput) {
	for name := range form {
		in := TextInput{Field: name, Body: form.Get(name)}
		if n, ok := strings.CutPrefix(name, "text-"); ok {
			in.Order, _ = strconv.Atoi(n)
			in.Seen, _ = strconv.ParseInt(form.Get("textseen-"+n), 10, 64) // nonsense is a version that nobody saw
			in.Mark = form.Get("textmark-" + n)
		} else if n, ok := strings.CutPrefix(name, "proposal-"); ok {
			in.Proposal, _ = strconv.ParseInt(n, 10, 64) // none is a new one
			in.Mark = form.Get("proposalmark-" + n)
			if in.Proposal == 0 && vi.Clean(in.Body) == "" {
				continue
			}
		} else {
			continue
		}
		if in.Mark != reporting.TextMark(in.Body) || in.Mark == "" {
			out = append(out, in)
		}
	}
	slices.SortFunc(out, func(a, b TextInput) int { return strings.Compare(a.Field, b.Field) })
	return out
}

// TextResult is what became of one text.
type TextResult struct {
	TextInput
	Section *reporting.ReportSection // as it stands now; nil for a proposal
	Refused error
}

// TextJSON is what the script learns of a text that it saved.
type TextJSON struct {
	Field    string `json:"field"`
	Proposal int64  `json:"proposal,omitempty"` // its number, also of a new one
	Version  int64  `json:"version"`
	Mark     string `json:"mark"`
	Body     string `json:"body"` // as it stands
	Refused  string `json:"refused,omitempty"`
	Conflict bool   `json:"conflict,omitempty"` // somebody else wrote there
}

// ReportJSON answers a script that saved something of a report: what became of it, and the parts of the page that say how the report stands.
type ReportJSON struct {
	SavedJSON
	Texts []TextJSON        `json:"texts"`
	Parts map[string]string `json:"parts"` // HTML by the id of the element that shows it
	Saved string            `json:"saved"` // "Đã lưu 05:53"
}

func (r TextResult) json() TextJSON {
	out := TextJSON{Field: r.Field, Proposal: r.Proposal, Mark: reporting.TextMark(r.Body), Body: reporting.CleanText(r.Body)}
	if r.Section != nil {
		out.Version, out.Body, out.Mark = r.Section.Version, r.Section.Body, reporting.TextMark(r.Section.Body)
	}
	if r.Refused != nil {
		out.Refused, out.Conflict = fault.Sentence(r.Refused), fault.KindOf(r.Refused) == fault.Conflict
	}
	return out
}

// Unsaved is what of a form was not kept: cells says that the grid was refused as a whole; the texts that were looked at stand in texts.
func Unsaved(form url.Values, cells bool, texts []TextResult) url.Values {
	out := url.Values{}
	for name, v := range form {
		if strings.HasPrefix(name, "seen-") && !cells || slices.ContainsFunc(texts, func(t TextResult) bool { return t.Field == name }) {
			continue
		}
		out[name] = v
	}
	return out
}

// reportParts are the templates whose text follows each save, by the id of the element that holds it.
//
//nolint:gochecknoglobals // constant: nothing writes to it
var reportParts = map[string]string{
	"report-figures": "reportfigures",
	"report-bar":     "reportbar",
	"report-check":   "reportcheck",
	"report-faults":  "reportfaults",
}

// ReportSaved makes the answer to a script that saved something.
func (p *Pages) ReportSaved(
	ctx context.Context,
	ref frame.ReportRef,
	cells *reporting.SaveResult,
	texts []TextResult,
) (*ReportJSON, error) {
	page, err := p.filingPage(ctx, ref, FilingState{})
	if err != nil {
		return nil, err
	}
	out := &ReportJSON{SavedJSON: SavedJSON{Cells: []CellJSON{}}, Texts: []TextJSON{}, Parts: map[string]string{}, Saved: page.SavedText()}
	if cells != nil {
		out.SavedJSON = NewSavedJSON(cells)
	}
	out.Filled, out.Owed, out.Sentence = page.Complete.Filled, page.Complete.Owed, page.CompleteText()
	for _, t := range texts {
		out.Texts = append(out.Texts, t.json())
	}
	for id, name := range reportParts {
		var b bytes.Buffer
		if err := p.Templates["reporting/filing.html"].ExecuteTemplate(&b, name, page); err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		out.Parts[id] = b.String()
	}
	return out, nil
}
