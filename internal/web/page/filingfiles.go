package page

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"chiso/internal/app/reporting"
	"chiso/internal/vi"
)

// FilingMarked gives a file back with its faulty cells marked.
func (p *Pages) FilingMarked(ctx context.Context, ref ReportRef, upload int64) (*Document, error) {
	name, data, err := p.cfg.App.ReportUploadMarked(ctx, ref.Round, ref.Agency, upload)
	return saved(mediaXLSX, name, data, err)
}

// FilingTemplate makes the workbook of a report.
func (p *Pages) FilingTemplate(ctx context.Context, ref ReportRef) (*Document, error) {
	name, data, err := p.cfg.App.ReportTemplate(ctx, ref.Round, ref.Agency)
	return saved(mediaXLSX, name, data, err)
}

// FilingFile gives an evidence file or a signed copy back. It is somebody's: always saved, never shown.
func (p *Pages) FilingFile(ctx context.Context, ref ReportRef, sha string) (*Document, error) {
	name, data, err := p.cfg.App.ReportFile(ctx, ref.Round, ref.Agency, sha)
	return saved("application/octet-stream", name, data, err)
}

func saved(media, name string, data []byte, err error) (*Document, error) {
	if err != nil {
		return nil, err
	}
	return &Document{Type: media, Name: name, Body: data}, nil
}

// copyPage is the signing copy (Nghị định 30/2020/NĐ-CP, Phụ lục I).
type copyPage struct {
	shell
	*reporting.SigningCopy
	URL        string
	Tables     []formTable
	Head       string // the day as documents write it
	AboveUpper string
	IssuerUp   string
	Subject    string
}

// FilingCopy makes the print page of a report.
func (p *Pages) FilingCopy(ctx context.Context, ref ReportRef) (*Document, error) {
	c, err := p.cfg.App.SigningCopy(ctx, ref.Round, ref.Agency)
	if err != nil {
		return nil, err
	}
	page := copyPage{
		shell:       p.top(ctx, "Bản ký: "+c.AgencyName+", "+c.RoundName, "desk"),
		SigningCopy: c,
		URL:         ref.URL(),
		Tables:      gridForms(c.ReportView, nil),
		Head:        c.Place + ", ngày " + documentDay(c.Day),
		AboveUpper:  strings.ToUpper(c.Above),
		IssuerUp:    strings.ToUpper(c.Issuer),
		Subject:     subject(c.RegimeName) + ", " + lowerFirst(c.Period.Title()),
	}
	return p.html("filing_copy.html", page, 0)
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
