package reporting

import (
	"context"

	"chiso/internal/agency"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
)

// chainRows is how many steps the form offers.
const chainRows = 4

type chainPage struct {
	frame.Shell
	*reporting.ChainView
	Rows          []chainRow
	Done, Refused string
}

type chainRow struct {
	N int
	filing.Link
}

// Chain makes the page on which an agency says who agrees before its reports are sent; given is what was typed when it was refused.
func (p *Pages) Chain(ctx context.Context, id agency.ID, done bool, given []filing.Link, refused error) (*frame.Document, error) {
	v, err := p.app.Chain(ctx, id)
	if err != nil {
		return nil, err
	}
	page := chainPage{Shell: p.Top(ctx, "Chuỗi duyệt báo cáo", "chain"), ChainView: v}
	links := v.Links
	if refused != nil {
		page.Refused, links = fault.Sentence(refused), given
	} else if done {
		page.Done = "Đã lưu chuỗi duyệt."
	}
	for i := range max(chainRows, len(links)) {
		row := chainRow{N: i + 1}
		if i < len(links) {
			row.Link = links[i]
		}
		page.Rows = append(page.Rows, row)
	}
	return p.HTML("reporting/chain.html", page, 0)
}
