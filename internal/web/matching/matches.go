package matching

import (
	"context"

	"chiso/internal/agency"
	"chiso/internal/app/receive"
	"chiso/internal/match"
	"chiso/internal/web/frame"
)

// matchesPage is how the tables of an agency are read.
type matchesPage struct {
	frame.Shell
	*receive.MatchesView
	Lists []matchedList
	Done  bool
}

type matchedList struct {
	receive.MatchedTable
	Rows []matchedRow
}

type matchedRow struct{ Shown, Kind, Reads string }

// Matches makes the page "Cách đọc tệp của đơn vị".
func (p *Pages) Matches(ctx context.Context, id agency.ID, done bool) (*frame.Document, error) {
	v, err := p.app.Matches(ctx, id)
	if err != nil {
		return nil, err
	}
	page := matchesPage{Shell: p.Top(ctx, "Cách đọc tệp của đơn vị", "desk"), MatchesView: v, Done: done}
	for _, t := range v.Tables {
		list := matchedList{MatchedTable: t}
		for _, h := range t.Columns {
			list.Rows = append(list.Rows, matchedRow{h.Shown, "Cột", readsText(h)})
		}
		for _, h := range t.Lines {
			list.Rows = append(list.Rows, matchedRow{h.Shown, "Dòng", readsText(h)})
		}
		page.Lists = append(page.Lists, list)
	}
	return p.HTML("matching/matches.html", page, 0)
}

// readsText says what a heading is taken for.
func readsText(h receive.MatchedHeading) string {
	switch {
	case h.Reads == (match.Target{}):
		return "Không đọc"
	case h.Reads.Code == receive.AnyShare || h.Reads.Code == receive.AnyCount:
		for _, o := range seriesOptions {
			if o.Code == h.Reads.String() {
				return o.Text
			}
		}
	}
	part := map[match.Part]string{match.Numerator: "Tử số của ", match.Denominator: "Mẫu số của "}[h.Reads.Part]
	if h.Name == "" {
		return part + h.Reads.Code
	}
	return part + h.Reads.Code + " · " + h.Name
}

// MatchesFile gives what is remembered as a CSV.
func (p *Pages) MatchesFile(ctx context.Context, id agency.ID) (*frame.Document, error) {
	name, data, err := p.app.MatchesFile(ctx, id)
	if err != nil {
		return nil, err
	}
	return &frame.Document{Type: "text/csv; charset=utf-8", Name: name, Body: data}, nil
}
