package reporting

import (
	"context"
	"net/url"
	"slices"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// templatePage is the form that asks for a template.
type templatePage struct {
	frame.Shell
	Options                receive.TemplateOptions
	Agency, Period, Pillar string // as chosen
	Refused                string
	Owed                   []deskRow // reports that the reader fills in: each has its own form
	MayImport              bool      // files of tables are theirs to hand in
}

func templateQuery(v url.Values) receive.TemplateQuery {
	return receive.TemplateQuery{
		Agency: agency.ID(v.Get("agency")),
		Period: vi.Clean(v.Get("period")),
		Pillar: v.Get("pillar"),
		Codes:  v["code"],
	}
}

// TemplateForm makes the form that asks for a template; refused says why the last attempt failed.
func (p *Pages) TemplateForm(ctx context.Context, v url.Values, refused error) (*frame.Document, error) {
	o, err := p.app.TemplateOptions(ctx)
	if err != nil {
		return nil, err
	}
	q := templateQuery(v)
	page := templatePage{
		Shell:   p.Top(ctx, "Tải biểu mẫu", "template"),
		Options: o,
		Agency:  string(q.Agency),
		Period:  q.Period,
		Pillar:  q.Pillar,
	}
	who := access.From(ctx)
	page.MayImport = slices.ContainsFunc(p.Links(who), func(l frame.Link) bool { return l.Path == "/upload" })
	if !page.MayImport {
		desk, err := p.app.Desk(ctx)
		if err != nil {
			return nil, err
		}
		for _, h := range desk.Open {
			if row := newDeskRow(h); row.MayFill() {
				page.Owed = append(page.Owed, row)
			}
		}
	}
	if page.Period == "" && len(o.Periods) > 0 {
		page.Period = o.Periods[0].Code
	}
	if refused != nil {
		page.Title, page.Refused = "Chưa tải được biểu mẫu", fault.Sentence(refused)
	}
	return p.HTML("reporting/template.html", page, 0)
}

// Template makes the workbook that an agency fills in.
func (p *Pages) Template(ctx context.Context, v url.Values) (*frame.Document, error) {
	q := templateQuery(v)
	if q.Agency == "" || q.Period == "" {
		return nil, fault.New(fault.Invalid, "Hãy chọn đơn vị và kỳ báo cáo.")
	}
	name, data, err := p.app.Template(ctx, q)
	if err != nil {
		return nil, err
	}
	return &frame.Document{Type: frame.MediaXLSX, Name: name, Body: data}, nil
}
