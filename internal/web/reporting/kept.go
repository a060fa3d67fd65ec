package reporting

import (
	"context"
	"fmt"

	"chiso/internal/app/reporting"
	"chiso/internal/web/frame"
)

// historyLine is one event; one that handed the report up has the content that it kept.
type historyLine struct {
	reporting.ReportEvent
	Kept *reporting.KeptVersion
}

func historyLines(events []reporting.ReportEvent, kept []reporting.KeptVersion) []historyLine {
	out := make([]historyLine, len(events))
	for i, e := range events {
		out[i].ReportEvent = e
		for j := range kept {
			if kept[j].Serial == e.Serial {
				out[i].Kept = &kept[j]
			}
		}
	}
	return out
}

// keptPage is a report as it was handed up.
type keptPage struct {
	frame.Shell
	*reporting.KeptView
	URL     string
	Rows    []keptRow
	History []historyLine
	Numbers []int // of all of them, for the links
}

// keptRow is one line of it.
type keptRow struct {
	reporting.ReportRow
	N int
}

// FilingKept makes the page of a report as it was handed up.
func (p *Pages) FilingKept(ctx context.Context, ref frame.ReportRef, n int64) (*frame.Document, error) {
	v, err := p.app.KeptReport(ctx, ref.Round, ref.Agency, int(n))
	if err != nil {
		return nil, err
	}
	page := keptPage{
		Shell:    p.Top(ctx, fmt.Sprintf("%s: %s, bản %d", v.AgencyName, v.RoundName, v.N), "desk"),
		KeptView: v,
		URL:      ref.URL(),
		History:  historyLines(v.Then, nil),
	}
	for i, r := range v.Rows {
		page.Rows = append(page.Rows, keptRow{r, i + 1})
	}
	for i := range v.Of {
		page.Numbers = append(page.Numbers, i+1)
	}
	return p.HTML("reporting/filing_kept.html", page, 0)
}
