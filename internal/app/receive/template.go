package receive

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// TemplateQuery asks for the workbook that an agency fills in for a period.
type TemplateQuery struct {
	Agency agency.ID
	Period string   // as people write it
	Pillar string   // group of indicators; "" takes every group
	Codes  []string // of indicators, in this order; they go before Pillar
}

// TemplateOptions is what the form that asks for a template offers.
type TemplateOptions struct {
	Blocks  []TemplateBlock
	Periods []ledger.Choice // suggestions, latest first
	Pillars []ledger.Choice
}

// TemplateBlock is a block with its agencies.
type TemplateBlock struct {
	Title    string
	Agencies []ledger.Choice
}

// templateBlocks are the blocks whose agencies report.
var templateBlocks = [...]string{figures.DefaultBlock, "ministries"}

// TemplateOptions returns what the form that asks for a template offers.
func (a *Room) TemplateOptions(ctx context.Context) (o TemplateOptions, err error) {
	defer fault.Context(&err, "receive.TemplateOptions")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		today := a.Today()
		o.Periods = figures.SuggestedPeriods(today)
		for _, code := range templateBlocks {
			block, _ := c.Agencies.Block(code)
			b := TemplateBlock{Title: block.Name}
			for _, p := range c.Agencies.Members(code, today) {
				if version, ok := c.Agencies.On(p.Agency, today); ok {
					b.Agencies = append(b.Agencies, ledger.Choice{Code: string(p.Agency), Title: version.Name})
				}
			}
			if len(b.Agencies) > 0 {
				o.Blocks = append(o.Blocks, b)
			}
		}
		for _, d := range c.Kpis.Definitions() {
			pillar := d.Indicator.Pillar
			if !slices.ContainsFunc(o.Pillars, func(c ledger.Choice) bool { return c.Code == pillar }) {
				o.Pillars = append(o.Pillars, ledger.Choice{Code: pillar, Title: kpi.PillarTitle(pillar)})
			}
		}
		return nil
	})
	return o, err
}

// Template makes the workbook that an agency fills in for a period, with what was reported for the
// period before and a year ago. At one revision the same question gives the same bytes.
func (a *Room) Template(ctx context.Context, q TemplateQuery) (name string, data []byte, err error) {
	defer fault.Context(&err, "receive.Template")
	if err := a.MayIfSignedIn(ctx, access.ReadOwn, access.At(q.Agency)); err != nil { // it holds earlier figures
		return "", nil, err
	}
	var t intake.TemplateData
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		t, err = a.TemplateData(v, c, q)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	var b bytes.Buffer
	if err := intake.Template(&b, t); err != nil {
		return "", nil, err
	}
	parts := []string{"bieu-mau", string(t.Agency), t.Period.Key}
	if t.Form != "" {
		parts = append(parts, t.Form)
	}
	return strings.Join(parts, "-") + ".xlsx", b.Bytes(), nil
}

func (a *Room) TemplateData(v *store.View, c *ledger.Catalogue, q TemplateQuery) (t intake.TemplateData, err error) {
	if t.Period, err = check.ParsePeriodText(q.Period); err != nil {
		return t, err
	}
	if !c.Agencies.Known(q.Agency) {
		return t, fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", string(q.Agency))
	}
	who, ok := c.Agencies.On(q.Agency, t.Period.To)
	if !ok {
		return t, fault.New(fault.Invalid, "%s không tồn tại vào cuối %s. Hãy chọn đơn vị của kỳ đó.",
			c.Agencies.Name(q.Agency, t.Period.To), t.Period.Title())
	}
	t.Agency, t.AgencyName, t.Form = q.Agency, who.Name, q.Pillar
	t.Day = vi.DateOf(v.Revision().At.In(a.Zone))
	defs, err := formOf(c, q, who, t.Period)
	if err != nil {
		return t, err
	}
	switch {
	case len(q.Codes) > 0:
		t.Form, t.Title = "", "Chỉ tiêu chuyển đổi số"
	case q.Pillar == "":
		t.Title = "Chỉ tiêu chuyển đổi số"
	default:
		t.Title = kpi.PillarTitle(q.Pillar)
	}
	before := kpi.Previous(t.Period, kpi.InPeriod)
	if t.Previous = before.Period.Title(); before.Period.Key == "" {
		t.Previous = ""
	}
	lastYear, ok := t.Period.LastYear()
	if ok {
		t.LastYear = lastYear.Title()
	}
	points, err := v.AgencySeries(q.Agency)
	if err != nil {
		return t, err
	}
	for _, d := range defs {
		item := intake.TemplateItem{Definition: d, LastYear: earlierFigure(points, d, lastYear.Key)}
		if before.Snapshot {
			item.Previous = latestSnapshot(points, d, t.Period)
		} else {
			item.Previous = earlierFigure(points, d, before.Period.Key)
		}
		t.Items = append(t.Items, item)
	}
	return t, nil
}

// formOf lists the definitions that a template is made of: those asked for by code, else those of the
// group that an agency of this level reports.
func formOf(c *ledger.Catalogue, q TemplateQuery, who agency.Version, p kpi.Period) ([]*kpi.Definition, error) {
	var out []*kpi.Definition
	for _, code := range q.Codes {
		if !c.Kpis.Known(code) {
			return nil, fault.New(fault.NotFound, "Không có chỉ tiêu mang mã %q.", code)
		}
		d, ok := c.Kpis.On(code, p.To)
		if !ok {
			return nil, fault.New(fault.Invalid, "Chỉ tiêu %s không có hiệu lực vào cuối %s.", code, p.Title())
		}
		if !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	if len(q.Codes) > 0 {
		return out, nil
	}
	for _, d := range c.Kpis.Definitions() {
		if (q.Pillar == "" || d.Indicator.Pillar == q.Pillar) && d.From <= p.To && p.To <= d.To && reports(who.Level, d.Reporter) {
			out = append(out, d)
		}
	}
	if len(out) == 0 {
		return nil, fault.New(fault.NotFound, "%s không báo cáo chỉ tiêu nào của nhóm này trong %s.", who.Name, p.Title())
	}
	return out, nil
}

// reports says whether agencies of a level report an indicator.
func reports(l agency.Level, reporter string) bool {
	switch l {
	case agency.National:
		return reporter == "national"
	case agency.Province:
		return reporter == "both" || reporter == "province"
	case agency.Ministry, agency.Other:
		return reporter == "both" || reporter == "ministry"
	default:
		return reporter != "national"
	}
}

// earlierFigure returns what the agency reported for an earlier period, else what the indicator's
// ranking source says, with its name. Illustrative figures are no figures of the agency.
func earlierFigure(points []store.SeriesPoint, d *kpi.Definition, period string) intake.TemplateFigure {
	if period == "" {
		return intake.TemplateFigure{}
	}
	for _, system := range []kpi.System{kpi.Reported, d.RankingSource} {
		for _, pt := range points {
			if pt.Period.Key == period && OfSource(pt, d, system) {
				return templateFigure(pt, d)
			}
		}
	}
	return intake.TemplateFigure{}
}

// latestSnapshot is earlierFigure for a single day: the latest day before it, named.
func latestSnapshot(points []store.SeriesPoint, d *kpi.Definition, p kpi.Period) intake.TemplateFigure {
	for _, system := range []kpi.System{kpi.Reported, d.RankingSource} {
		for _, pt := range slices.Backward(points) { // by day within a definition and source
			if pt.Period.Kind == kpi.Day && pt.Period.To < p.To && OfSource(pt, d, system) {
				f := templateFigure(pt, d)
				f.Parts = strings.TrimPrefix(f.Parts+"\n"+pt.Period.Title(), "\n")
				return f
			}
		}
	}
	return intake.TemplateFigure{}
}

func OfSource(pt store.SeriesPoint, d *kpi.Definition, system kpi.System) bool {
	return pt.Definition == d.ID && pt.Source.System == system && pt.Figure.State != kpi.Withdrawn
}

func templateFigure(pt store.SeriesPoint, d *kpi.Definition) intake.TemplateFigure {
	f := intake.TemplateFigure{Text: pt.Figure.State.Title()}
	if value, ok := pt.Figure.Rate(d); ok {
		f.Text = vi.FormatNumber(value, d.Decimals)
	}
	if pt.Figure.HasParts() {
		f.Parts = fmt.Sprintf("%s/%s", vi.FormatNumber(pt.Figure.Num.Decimal, 0), vi.FormatNumber(pt.Figure.Den.Decimal, 0))
	}
	if pt.Source.System != kpi.Reported {
		f.Source = pt.Source.System.Title()
	}
	return f
}
