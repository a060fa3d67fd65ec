package reporting

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"chiso/internal/app/reporting"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// FilingMarked gives a file back with its faulty cells marked.
func (p *Pages) FilingMarked(ctx context.Context, ref frame.ReportRef, upload int64) (*frame.Document, error) {
	name, data, err := p.app.ReportUploadMarked(ctx, ref.Round, ref.Agency, upload)
	return frame.Saved(frame.MediaXLSX, name, data, err)
}

// FilingTemplate makes the workbook of a report.
func (p *Pages) FilingTemplate(ctx context.Context, ref frame.ReportRef) (*frame.Document, error) {
	name, data, err := p.app.ReportTemplate(ctx, ref.Round, ref.Agency)
	return frame.Saved(frame.MediaXLSX, name, data, err)
}

// FilingFile gives an evidence file or a signed copy back. It is somebody's: always saved, never shown.
func (p *Pages) FilingFile(ctx context.Context, ref frame.ReportRef, sha string) (*frame.Document, error) {
	name, data, err := p.app.ReportFile(ctx, ref.Round, ref.Agency, sha)
	return frame.Saved("application/octet-stream", name, data, err)
}

// copyPage is the signing copy (Nghị định 30/2020/NĐ-CP, Phụ lục I).
type copyPage struct {
	frame.Shell
	*reporting.SigningCopy
	URL        string
	Tables     []formTable
	Head       string // the day as documents write it
	AboveUpper string
	IssuerUp   string
	Subject    string
}

// FilingCopy makes the print page of a report.
func (p *Pages) FilingCopy(ctx context.Context, ref frame.ReportRef) (*frame.Document, error) {
	c, err := p.app.SigningCopy(ctx, ref.Round, ref.Agency)
	if err != nil {
		return nil, err
	}
	page := copyPage{
		Shell:       p.Top(ctx, "Bản ký: "+c.AgencyName+", "+c.RoundName, "desk"),
		SigningCopy: c,
		URL:         ref.URL(),
		Tables:      gridForms(c.ReportView, nil),
		Head:        c.Place + ", ngày " + documentDay(c.Day),
		AboveUpper:  strings.ToUpper(c.Above),
		IssuerUp:    strings.ToUpper(c.Issuer),
		Subject:     subject(c.RegimeName) + ", " + frame.LowerFirst(c.Period.Title()),
	}
	return p.HTML("reporting/filing_copy.html", page, 0)
}

// subject is the line below BÁO CÁO: what the report is about.
func subject(regime string) string {
	if _, about, ok := strings.Cut(regime, " về "); ok {
		return "Về " + about
	}
	return regime
}

// documentDay prints a day as documents do: days below 10 and the months 1 and 2 get a leading 0 (Nghị định 30/2020/NĐ-CP).
func documentDay(d vi.Date) string {
	month := strconv.Itoa(d.Month())
	if d.Month() < 3 {
		month = "0" + month
	}
	return fmt.Sprintf("%02d tháng %s năm %d", d.Day(), month, d.Year())
}
