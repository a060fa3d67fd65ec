package reporting

import (
	"bytes"
	"context"

	"chiso/internal/agency"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/intake"
)

// ReportTemplate makes the workbook of a report: the forms of its round for its agency, with what was reported before.
func (a *Room) ReportTemplate(ctx context.Context, round int64, id agency.ID) (name string, data []byte, err error) {
	defer fault.Context(&err, "reporting.ReportTemplate(%d, %s)", round, id)
	var t intake.TemplateData
	err = a.readReport(ctx, round, id, func(r *submission) error {
		var codes []string
		for _, l := range r.lines() {
			codes = append(codes, l.Definition.Indicator.Code)
		}
		if len(codes) == 0 {
			return fault.New(fault.NotFound, "Đợt báo cáo này không có biểu mẫu nào cho %s.", r.duty.Name)
		}
		t, err = a.receive.TemplateData(r.v, r.c, receive.TemplateQuery{Agency: id, Period: r.round.Period.Key, Codes: codes})
		t.Title = r.round.Name
		for i, l := range r.lines() {
			if i < len(t.Items) && t.Items[i].Definition == l.Definition {
				t.Items[i].Optional = optionalWords(l)
			}
		}
		return err
	})
	if err != nil {
		return "", nil, err
	}
	var b bytes.Buffer
	if err := intake.Template(&b, t); err != nil {
		return "", nil, err
	}
	return "bieu-mau-" + string(id) + "-" + t.Period.Key + ".xlsx", b.Bytes(), nil
}

// ReportFile returns a file that belongs to a report: an upload into it, an evidence file, also one of a content that was handed up, or a signed copy.
func (a *Room) ReportFile(ctx context.Context, round int64, id agency.ID, sha256 string) (name string, data []byte, err error) {
	defer fault.Context(&err, "reporting.ReportFile(%d, %s)", round, id)
	err = a.readReport(ctx, round, id, func(r *submission) error {
		view, err := r.view()
		if err != nil {
			return err
		}
		for _, f := range view.Files {
			if f.SHA256 == sha256 {
				name = f.Name
			}
		}
		for _, p := range view.Papers {
			if p.SHA256 == sha256 {
				name = p.Name
			}
		}
		kept, err := r.v.Kept(r.sub.ID) // an evidence file may be gone from the draft
		if err != nil {
			return err
		}
		for _, k := range kept {
			for _, f := range k.Files {
				if f.SHA256 == sha256 {
					name = f.Name
				}
			}
		}
		if name == "" {
			return fault.New(fault.NotFound, "Báo cáo này không có tệp đó.")
		}
		data, err = r.v.File(sha256)
		return err
	})
	return name, data, err
}

// optionalWords says why an agency may leave a line of its form out, "" where it owes it.
func optionalWords(l filing.Line) string {
	switch {
	case l.Unassigned:
		return "Không bắt buộc: chưa có văn bản giao cho đơn vị"
	case l.Optional:
		return "Không bắt buộc"
	}
	return ""
}
