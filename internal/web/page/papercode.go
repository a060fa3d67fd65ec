package page

import (
	"context"

	"chiso/internal/access"
	"chiso/internal/app"
	"chiso/internal/fault"
)

// Codes is what the page of codes on paper asks of the use cases.
type Codes interface {
	PaperCode(ctx context.Context, who access.Actor, typed string) (*app.PaperCode, error)
}

// paperCodePage is the form in which somebody types a code that stands on paper.
type paperCodePage struct {
	shell
	Typed   string
	Problem string
}

// PaperCode finds where a code leads; a code that leads nowhere gives the form again with the reason, what was typed kept.
func (p *Pages) PaperCode(ctx context.Context, typed string) (path string, form *Document, err error) {
	page := paperCodePage{shell: p.top(ctx, "Mở bằng mã in trên giấy", ""), Typed: typed}
	if typed != "" {
		found, err := p.cfg.App.PaperCode(ctx, access.From(ctx), typed)
		if err == nil {
			return found.Path, nil, nil
		}
		if k := fault.KindOf(err); k != fault.NotFound && k != fault.Invalid {
			return "", nil, err
		}
		page.Problem = fault.Sentence(err)
	}
	form, err = p.html("code.html", page, 0)
	return "", form, err
}
