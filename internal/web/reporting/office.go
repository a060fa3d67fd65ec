package reporting

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"chiso/internal/access"
	"chiso/internal/app/chase"
	"chiso/internal/app/ledger"
	"chiso/internal/app/notices"
	"chiso/internal/app/reporting"
	"chiso/internal/filing"
	"chiso/internal/web/frame"
)

type noticesPage struct {
	frame.Shell
	Notices []notices.Line
}

// Notices makes the list of what the actor's agencies were told.
func (p *Pages) Notices(ctx context.Context) (*frame.Document, error) {
	who := access.From(ctx)
	lines, err := p.app.Notices(ctx, access.Ground{Day: p.Today()}.Reach(who, access.ReadOwn), who.Account, 100)
	if err != nil {
		return nil, err
	}
	doc, err := p.HTML("reporting/notices.html", noticesPage{p.Top(ctx, "Thông báo", "notices"), lines}, 0)
	if err == nil && len(lines) > 0 && slices.ContainsFunc(lines, func(l notices.Line) bool { return !l.Seen }) {
		err = p.app.SeeNotices(ctx, lines[0].ID) // the newest; next time it is old
	}
	return doc, err
}

type chasePage struct {
	frame.Shell
	*chase.List
	Now     time.Time
	Refused string
}

// Chase makes the list of whom to call about a round.
func (p *Pages) Chase(ctx context.Context, round int64, refused error) (*frame.Document, error) {
	list, err := p.app.Chase(ctx, round)
	if err != nil {
		return nil, err
	}
	return p.HTML(
		"reporting/chase.html",
		chasePage{Shell: p.Top(ctx, "Đôn đốc: "+list.Round.Name, "rounds"), List: list, Now: p.Clock(), Refused: frame.Sentence(refused)},
		0,
	)
}

type boardPage struct {
	frame.Shell
	*reporting.Board
	Query  reporting.BoardQuery
	States []ledger.Choice
	Sort   frame.Sorting
	Asked  string       // the sorting, as the address has it
	Files  template.URL // query of this view, for its files
}

// Board makes the table of agencies and forms of a round.
func (p *Pages) Board(ctx context.Context, q reporting.BoardQuery, sort string) (*frame.Document, error) {
	b, err := p.app.Board(ctx, q)
	if err != nil {
		return nil, err
	}
	states := []ledger.Choice{{Code: "none", Title: "Chưa lập"}, {Code: "late", Title: "Chậm, quá hạn"}}
	for _, s := range filing.States() {
		states = append(states, ledger.Choice{Code: string(s), Title: s.Title()})
	}
	by := boardOrder(b, q, sort)
	files := url.Values{"state": {q.State}, "q": {q.Text}, "sort": {sort}}
	return p.HTML(
		"reporting/board.html",
		boardPage{
			Shell:  p.Top(ctx, "Tình hình gửi: "+b.Round.Name, "rounds"),
			Board:  b,
			Query:  q,
			States: states,
			Sort:   by,
			Asked:  sort,
			Files:  frame.Encoded(files),
		},
		0,
	)
}

// ReportURL is where the report of a row is looked at.
func (b boardPage) ReportURL(r reporting.BoardRow) string {
	return frame.ReportRef{Round: b.Round.ID, Agency: r.Agency}.URL()
}

// boardOrder puts the rows of a board into the order that is asked for.
func boardOrder(b *reporting.Board, q reporting.BoardQuery, sort string) frame.Sorting {
	query := url.Values{}
	if q.State != "" {
		query.Set("state", q.State)
	}
	s := frame.NewSorting("/rounds/"+strconv.FormatInt(b.Round.ID, 10)+"/board", query, q.Text, sort)
	state := func(r reporting.BoardRow) int {
		if r.Submission == 0 {
			return -1
		}
		return slices.Index(filing.States(), r.State)
	}
	columns := map[string]func(x, y reporting.BoardRow) int{
		"name":     frame.ByName(func(r reporting.BoardRow) string { return r.AgencyName }),
		"state":    func(x, y reporting.BoardRow) int { return cmp.Compare(state(x), state(y)) },
		"sent":     func(x, y reporting.BoardRow) int { return x.SentAt.Compare(y.SentAt) },
		"late":     func(x, y reporting.BoardRow) int { return cmp.Compare(y.DaysLate, x.DaysLate) },
		"complete": func(x, y reporting.BoardRow) int { return cmp.Compare(x.Complete.Percent(), y.Complete.Percent()) },
		"warned":   func(x, y reporting.BoardRow) int { return cmp.Compare(y.Warned, x.Warned) },
	}
	for i := range b.Forms {
		columns[FormColumn(i)] = func(x, y reporting.BoardRow) int { return cmp.Compare(x.Forms[i].Percent(), y.Forms[i].Percent()) }
	}
	frame.SortRows(s, b.Rows, columns)
	return s
}

// FormColumn names the column of a form, counted from 0.
func FormColumn(i int) string { return "form" + strconv.Itoa(i+1) }

// FormHead is the head of a form's column.
func (b boardPage) FormHead(i int) frame.SortHead {
	return b.Sort.Head(FormColumn(i), b.Forms[i].Title, "num")
}

// BoardCSV writes a board as rankingCSV writes a ranking.
func (p *Pages) BoardCSV(ctx context.Context, q reporting.BoardQuery, sort string) (*frame.Document, error) {
	b, err := p.app.Board(ctx, q)
	if err != nil {
		return nil, err
	}
	boardOrder(b, q, sort)
	head := []string{"Mã đơn vị", "Đơn vị", "Trạng thái", "Hạn", "Gửi lúc", "Chậm (ngày)", "Đã điền (%)"}
	for _, f := range b.Forms {
		head = append(head, frame.Safe(f.Title)+" (%)")
	}
	rows := [][]string{append(head, "Cảnh báo", "Kiến nghị chờ trả lời")}
	for _, r := range b.Rows {
		row := []string{
			frame.Safe(string(r.Agency)),
			frame.Safe(r.AgencyName),
			r.ReportHead.Title(),
			r.Due.String(),
			"",
			frame.Whole(r.DaysLate),
			strconv.Itoa(r.Complete.Percent()),
		}
		if !r.SentAt.IsZero() {
			row[4] = p.When(r.SentAt)
		}
		for _, c := range r.Forms {
			percent := ""
			if c.Owed > 0 {
				percent = strconv.Itoa(c.Percent())
			}
			row = append(row, percent)
		}
		rows = append(rows, append(row, strconv.Itoa(r.Warned), strconv.Itoa(r.Proposals)))
	}
	var out bytes.Buffer
	out.WriteString(frame.BOM)
	w := csv.NewWriter(&out)
	w.UseCRLF, w.Comma = true, ';'
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("csv of a board: %w", err)
	}
	return &frame.Document{
		Type: "text/csv; charset=utf-8",
		Name: "tinh-hinh-gui-" + frame.FileName(b.Round.Period.Key) + ".csv",
		Body: out.Bytes(),
	}, nil
}
