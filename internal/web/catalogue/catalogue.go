package catalogue

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"chiso/internal/app/catalogue"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

type cataloguePage struct {
	frame.Shell
	Tables   []ledger.Choice
	Preview  *catalogue.Preview
	Groups   []changeGroup
	Form     url.Values
	Refused  string
	Accepted string
	MaxSize  string
	MaxBytes int64
	Ended    []ledger.EndedBasis // definitions in force that cite an act which has ended
}

// changeGroup is what changes in one table.
type changeGroup struct {
	Title, Name string
	Changes     []catalogue.Change
	More        int // that are not shown
}

// maxShown is how many changes of one table a page shows.
const maxShown = 200

// Catalogue makes the page on which the catalogue goes down and up.
func (p *Pages) Catalogue(
	ctx context.Context,
	done string,
	preview *catalogue.Preview,
	form url.Values,
	refused error,
) (*frame.Document, error) {
	page := cataloguePage{Shell: p.Top(ctx, "Danh mục", "catalogue"), Tables: p.app.CatalogueTables(), Preview: preview, Form: form,
		MaxSize: frame.SizeText(p.MaxUpload), MaxBytes: p.MaxUpload}
	if refused != nil {
		page.Refused = fault.Sentence(refused)
	} else if done != "" {
		page.Accepted = "Đã nhận danh mục mới."
	}
	if preview != nil {
		page.Title = "Xem trước thay đổi danh mục"
		for _, c := range preview.Result.Changes {
			n := len(page.Groups)
			if n == 0 || page.Groups[n-1].Name != c.Table {
				page.Groups = append(page.Groups, changeGroup{Title: c.Title, Name: c.Table})
				n++
			}
			if g := &page.Groups[n-1]; len(g.Changes) < maxShown {
				g.Changes = append(g.Changes, c)
			} else {
				g.More++
			}
		}
	}
	var err error
	if page.Ended, err = p.app.EndedBases(ctx); err != nil {
		return nil, err
	}
	return p.HTML("catalogue/catalogue.html", page, 0)
}

// CatalogueFile gives the catalogue as a workbook.
func (p *Pages) CatalogueFile(ctx context.Context, tables []string) (*frame.Document, error) {
	name, data, err := p.app.CatalogueFile(ctx, tables...)
	if err != nil {
		return nil, err
	}
	return &frame.Document{Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Name: name, Body: data}, nil
}

// PreviewCatalogue keeps the file that a form sends and returns where its changes are looked at.
func (p *Pages) PreviewCatalogue(w http.ResponseWriter, r *http.Request) (path string, err error) {
	req, err := p.ReadUpload(w, r)
	if err != nil {
		return "", err
	}
	preview, err := p.app.PreviewCatalogue(r.Context(), req.Files[0])
	if err != nil {
		return "", err
	}
	return "/catalogue/preview?" + url.Values{"sha256": {preview.SHA256}, "name": {preview.Name}}.Encode(), nil
}

// KeptCatalogue shows what a kept file would change.
func (p *Pages) KeptCatalogue(ctx context.Context, v url.Values) (*frame.Document, error) {
	preview, err := p.app.KeptCatalogue(ctx, vi.Clean(v.Get("name")), v.Get("sha256"))
	if err != nil {
		return nil, err
	}
	return p.Catalogue(ctx, "", preview, nil, nil)
}

// AcceptCatalogue takes a file whose preview was seen. When that is refused, the page says why beside what the file would change by now.
func (p *Pages) AcceptCatalogue(ctx context.Context, v url.Values) (again *frame.Document, err error) {
	name, sha := cmp.Or(vi.Clean(v.Get("name")), "danh-muc.xlsx"), v.Get("sha256")
	doc, err := frame.DocumentOf(v)
	var res *catalogue.Result
	if err == nil {
		res, err = p.app.AcceptCatalogue(ctx, name, sha, v.Get("fingerprint"), vi.Clean(v.Get("reason")), doc)
	}
	if err == nil && res.Accepted {
		return nil, nil
	}
	if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.Conflict {
		return nil, err
	}
	if err == nil {
		err = fault.New(fault.Invalid, "Tệp có lỗi nên chưa lưu gì.")
	}
	preview, kerr := p.app.KeptCatalogue(ctx, name, sha)
	if kerr != nil {
		return nil, kerr
	}
	shown, perr := p.Catalogue(ctx, "", preview, v, err)
	if perr != nil {
		return nil, perr
	}
	return shown, err
}
