package publish

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"time"

	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/web/frame"
)

// Report builds the workbook of a period; codes choose its rankings.
func (p *Pages) Report(ctx context.Context, query url.Values, now time.Time, view ledger.View) (*frame.Document, error) {
	if query.Get("period") == "" {
		return nil, fault.New(fault.Invalid, "Hãy chọn kỳ báo cáo.")
	}
	asOf, err := p.ParseAsOf(query.Get("as_of"), now)
	if err != nil {
		return nil, err
	}
	period, err := check.ParsePeriodText(query.Get("period"))
	if err != nil {
		return nil, err
	}
	codes := slices.DeleteFunc(slices.Clone(query["code"]), func(c string) bool { return c == "" })
	var b bytes.Buffer
	err = p.app.Report(ctx, publish.ReportQuery{Period: period.Key, Codes: codes, Block: query.Get("block"),
		Source: query.Get("source"), Peers: query.Get("peers"), Search: query.Get("q"), AsOf: asOf, View: view}, &b)
	if err != nil {
		return nil, err
	}
	return &frame.Document{Type: frame.MediaXLSX, Name: "chiso-bao-cao-" + frame.FileName(period.Key) + ".xlsx", Body: b.Bytes()}, nil
}
