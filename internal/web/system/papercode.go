package system

import (
	"context"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/web/frame"
)

// paperCodePage is the form in which somebody types a code that stands on paper.
type paperCodePage struct {
	frame.Shell
	Typed   string
	Problem string
}

// PaperCode finds where a code leads; a code that leads nowhere gives the form again with the reason, what was typed kept.
func (p *Pages) PaperCode(ctx context.Context, typed string) (path string, form *frame.Document, err error) {
	page := paperCodePage{Shell: p.Top(ctx, "Mở bằng mã in trên giấy", ""), Typed: typed}
	if typed != "" {
		found, err := p.app.PaperCode(ctx, access.From(ctx), typed)
		if err == nil {
			return found.Path, nil, nil
		}
		if k := fault.KindOf(err); k != fault.NotFound && k != fault.Invalid {
			return "", nil, err
		}
		page.Problem = fault.Sentence(err)
	}
	form, err = p.HTML("system/code.html", page, 0)
	return "", form, err
}
