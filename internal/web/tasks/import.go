package tasks

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"net/url"

	"chiso/internal/agency"
	"chiso/internal/app/tasks"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// taskImportPage takes a register, and shows what it would change.
type taskImportPage struct {
	tasksShell
	Options  tasks.Options
	Preview  *tasks.Preview
	Groups   []frame.FindingGroup
	Refused  string
	Done     string
	Marked   string // where the marked file is, "" for none
	MaxSize  string
	MaxBytes int64
}

// TaskImport makes the page on which registers go down and up.
func (p *Pages) TaskImport(ctx context.Context, preview *tasks.Preview, done string, refused error) (*frame.Document, error) {
	page := taskImportPage{
		tasksShell: p.tasksTop(ctx, "Nạp sổ nhiệm vụ", "/tasks/import", nil),
		Preview:    preview,
		MaxSize:    frame.SizeText(p.MaxUpload),
		MaxBytes:   p.MaxUpload,
	}
	var err error
	if page.Options, err = p.app.TaskOptions(ctx, tasks.Query{}); err != nil {
		return nil, err
	}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	} else if done != "" {
		page.Done = "Đã nhận sổ nhiệm vụ."
	}
	if preview != nil {
		page.Title = "Xem trước sổ nhiệm vụ"
		page.Groups = frame.GroupFindings(preview.Result.Findings)
		if len(preview.Result.Findings) > 0 {
			page.Marked = address("/tasks/import/marked", previewValues(preview))
		}
	}
	return p.HTML("tasks/task_import.html", page, 0)
}

// Changed counts what the file would change.
func (t taskImportPage) Changed() int {
	r := t.Preview.Result
	return r.Tasks.New + r.Tasks.Changed + r.Updates
}

func previewValues(t *tasks.Preview) url.Values {
	v := url.Values{"sha256": {t.SHA256}, "name": {t.Name}, "owner": {string(t.Owner)}}
	if t.Programme != "" {
		v.Set("programme", t.Programme)
	}
	return v
}

// PreviewTasks keeps the register that a form sends and returns where its changes are looked at.
func (p *Pages) PreviewTasks(w http.ResponseWriter, r *http.Request) (string, error) {
	req, err := p.ReadUpload(w, r)
	if err != nil {
		return "", err
	}
	preview, err := p.app.PreviewTasks(
		r.Context(),
		tasks.ImportRequest{Files: req.Files, Owner: agency.ID(r.FormValue("owner")), Programme: vi.Clean(r.FormValue("programme"))},
	)
	if err != nil {
		return "", err
	}
	return address("/tasks/import/preview", previewValues(preview)), nil
}

// KeptTasks shows what a kept register would change.
func (p *Pages) KeptTasks(ctx context.Context, v url.Values) (*frame.Document, error) {
	preview, err := p.app.KeptTasks(ctx, vi.Clean(v.Get("name")), v.Get("sha256"), agency.ID(v.Get("owner")), vi.Clean(v.Get("programme")))
	if err != nil {
		return nil, err
	}
	return p.TaskImport(ctx, preview, "", nil)
}

// MarkedTasks gives a kept register back with its faulty cells marked.
func (p *Pages) MarkedTasks(ctx context.Context, v url.Values) (*frame.Document, error) {
	name, data, err := p.app.MarkedRegister(
		ctx,
		vi.Clean(v.Get("name")),
		v.Get("sha256"),
		agency.ID(v.Get("owner")),
		vi.Clean(v.Get("programme")),
	)
	if err != nil {
		return nil, err
	}
	return &frame.Document{Type: frame.MediaXLSX, Name: name, Body: data}, nil
}

// AcceptTasks takes a register whose preview was seen. When that is refused, the page says why beside what the file would change by now.
func (p *Pages) AcceptTasks(ctx context.Context, v url.Values) (again *frame.Document, err error) {
	name, sha, owner, programme := cmp.Or(
		vi.Clean(v.Get("name")),
		"so-nhiem-vu.xlsx",
	), v.Get(
		"sha256",
	), agency.ID(
		v.Get("owner"),
	), vi.Clean(
		v.Get("programme"),
	)
	res, err := p.app.AcceptTasks(ctx, name, sha, v.Get("fingerprint"), owner, programme)
	if err == nil && res.Accepted {
		return nil, nil
	}
	if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.Conflict {
		return nil, err
	}
	if err == nil {
		err = fault.New(fault.Invalid, "Tệp có lỗi nên chưa lưu gì.")
	}
	preview, kerr := p.app.KeptTasks(ctx, name, sha, owner, programme)
	if kerr != nil {
		return nil, kerr
	}
	shown, perr := p.TaskImport(ctx, preview, "", err)
	if perr != nil {
		return nil, perr
	}
	return shown, err
}

// TaskTemplate gives the register as a workbook: the tasks of the filters, or an empty one.
func (p *Pages) TaskTemplate(ctx context.Context, v url.Values) (*frame.Document, error) {
	q, err := p.TaskQuery(v)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	empty := v.Get("empty") != ""
	if err := p.app.TaskTemplate(ctx, q, empty, &b); err != nil {
		return nil, err
	}
	name := "so-nhiem-vu-" + p.dayOf(p.Clock()).ISO() + ".xlsx"
	if empty {
		name = "mau-so-nhiem-vu.xlsx"
	}
	return &frame.Document{Type: frame.MediaXLSX, Name: name, Body: b.Bytes()}, nil
}
