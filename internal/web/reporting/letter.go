package reporting

import (
	"context"
	"strings"
	"time"

	"chiso/internal/app/chase"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// letterPage is the letter that calls for reports (Nghị định 30/2020/NĐ-CP, Phụ lục I).
type letterPage struct {
	frame.Shell
	*chase.Letter
	Asked      chase.LetterQuery // as it was asked for, for the form
	Head       string            // place and day, as documents write them
	AboveUpper string
	IssuerUp   string
	Post       []string // one line each
	At         string   // "15 giờ 30 ngày 26 tháng 11 năm 2026": when the list was made
	Refused    string
}

// Letter makes the print page of the letter that calls for the reports of a round.
func (p *Pages) Letter(ctx context.Context, q chase.LetterQuery, refused error) (*frame.Document, error) {
	asked := q
	if refused != nil {
		q = chase.LetterQuery{Round: q.Round}
	}
	l, err := p.app.ChaseLetter(ctx, q)
	if err != nil {
		return nil, err
	}
	page := letterPage{Shell: p.Top(ctx, "Công văn đôn đốc: "+l.Round.Name, "rounds"), Letter: l, Asked: asked,
		Head: l.Place + ", ngày " + documentDay(l.Query.Day), AboveUpper: strings.ToUpper(l.Above), IssuerUp: strings.ToUpper(l.Issuer),
		Refused: frame.Sentence(refused)}
	now := p.Clock().In(p.Location)
	page.At = now.Format("15 giờ 04") + " ngày " + documentDay(vi.DateOf(now))
	for line := range strings.SplitSeq(l.Query.Post, "/") {
		page.Post = append(page.Post, strings.ToUpper(strings.TrimSpace(line)))
	}
	return p.HTML("reporting/letter.html", page, 0)
}

// ISO prints a day as a field of a form holds it, "" for none.
func (letterPage) ISO(d vi.Date) string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// DayWords prints a day as documents write it.
func (letterPage) DayWords(d vi.Date) string { return documentDay(d) }
