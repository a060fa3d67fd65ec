package page

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/check"
	"chiso/internal/fault"
)

// Report builds the workbook of a period; codes choose its rankings.
func (p *Pages) Report(ctx context.Context, query url.Values, now time.Time, view ledger.View) (*Document, error) {
	if query.Get("period") == "" {
		return nil, fault.New(fault.Invalid, "Hãy chọn kỳ báo cáo.")
	}
	asOf, err := p.parseAsOf(query.Get("as_of"), now)
	if err != nil {
		return nil, err
	}
	period, err := check.ParsePeriodText(query.Get("period"))
	if err != nil {
		return nil, err
	}
	codes := slices.DeleteFunc(slices.Clone(query["code"]), func(c string) bool { return c == "" })
	var b bytes.Buffer
	err = p.cfg.App.Report(ctx, publish.ReportQuery{Period: period.Key, Codes: codes, Block: query.Get("block"),
		Source: query.Get("source"), Peers: query.Get("peers"), Search: query.Get("q"), AsOf: asOf, View: view}, &b)
	if err != nil {
		return nil, err
	}
	return &Document{Type: mediaXLSX, Name: "chiso-bao-cao-" + fileName(period.Key) + ".xlsx", Body: b.Bytes()}, nil
}

const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// fileName keeps what is safe in the name of a file on any system.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, s)
}
