package figures

import (
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/access"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

type ownTablePage struct {
	frame.Shell
	*figures.OwnTableView
	Typed   ownTableFields
	Query   template.URL // of this table, for its files
	Refused string
	MayLive bool
}

type ownTableFields struct {
	Codes, Periods, Top, Bottom string
	Regions, Live               bool
	Shows                       []ledger.Choice
}

// OwnTableForm reads what a table of one's own choice is to show.
func OwnTableForm(form url.Values) figures.OwnTableQuery {
	words := func(name string) []string {
		return strings.Fields(strings.NewReplacer(",", " ", ";", " ").Replace(strings.Join(form[name], " ")))
	}
	q := figures.OwnTableQuery{
		Block:   form.Get("block"),
		Regions: form.Get("rows") == "regions",
		Codes:   words("code"),
		Periods: words("period"),
		Source:  form.Get("source"),
	}
	for i := range q.Codes {
		q.Codes[i] = strings.ToUpper(q.Codes[i])
	}
	q.Top, _ = strconv.Atoi(form.Get("top")) // nonsense is all
	q.Bottom, _ = strconv.Atoi(form.Get("bottom"))
	for _, s := range figures.OwnTableShows() {
		if slices.Contains(form["show"], s.Code) {
			q.Show = append(q.Show, s.Code)
		}
	}
	return q
}

// OwnTable makes the page of a table of one's own choice, or its file: format is "", "csv" or "xlsx".
func (p *Pages) OwnTable(
	ctx context.Context,
	form url.Values,
	q figures.OwnTableQuery,
	mayLive bool,
	format string,
	refused error,
) (*frame.Document, error) {
	v, err := p.app.OwnTable(ctx, q, access.From(ctx).Agency)
	if err != nil {
		return nil, err
	}
	v.Grid.Notes = append(
		v.Grid.Notes,
		"Số liệu tính đến "+p.When(v.Grid.AsOf)+" (giờ Việt Nam), phiên bản dữ liệu "+vi.FormatInt(v.Grid.Revision),
	)
	if format == "csv" || format == "xlsx" {
		return p.file("."+format, v.Grid, "bang-tuy-chon")
	}
	keep := url.Values{}
	for _, name := range []string{"block", "rows", "code", "period", "source", "show", "top", "bottom", "view"} {
		if all := frame.Chosen(form[name]); len(all) > 0 {
			keep[name] = all
		}
	}
	page := ownTablePage{
		Shell:        p.Top(ctx, "Bảng tùy chọn", "table"),
		OwnTableView: v,
		Query:        template.URL(keep.Encode()), //nolint:gosec // encoded
		Refused:      frame.Sentence(refused),
		MayLive:      mayLive,
		Typed: ownTableFields{
			Codes:   strings.Join(q.Codes, " "),
			Periods: strings.Join(q.Periods, " "),
			Top:     form.Get("top"),
			Bottom:  form.Get("bottom"),
			Regions: q.Regions,
			Live:    q.View == ledger.Live,
			Shows:   figures.OwnTableShows(),
		},
	}
	page.Illustrative = v.Grid.Illustrative
	for i := range page.Typed.Shows {
		page.Typed.Shows[i].Selected = slices.Contains(q.Show, page.Typed.Shows[i].Code) || len(q.Show) == 0 && i == 0
	}
	return p.HTML("figures/own_table.html", page, 0)
}
