package figures

import (
	"context"
	"fmt"
	"html/template"

	"chiso/internal/app/figures"
	"chiso/internal/chart"
	"chiso/internal/fault"
	"chiso/internal/ranking"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// styleBook is the page for developers that shows the visual language: every colour, size and mark, and every drawing of the server on real
// figures, in light and dark beside each other; printed, on paper.
type styleBook struct {
	frame.Shell
	Colours []swatch
	Sizes   []string // classes of the sizes of letters
	Themes  []themed
	Missing []string // rankings that this database has no figures of
}

// swatch is one colour in its three themes.
type swatch struct {
	chart.Colour
	Square template.HTML
}

// themed is all drawings in one theme.
type themed struct {
	Theme, Title string
	Samples      []sample
}

// sample is one drawing: what it is for, and the sentence that a page would set above it.
type sample struct {
	Title, Says string
	Rows        []sampleRow
}

type sampleRow struct {
	Name, Text string
	Body       template.HTML
}

// The rankings of the page: values close together, values far apart.
var bookCodes = [...]string{"Q766", "CPS27"}

// StyleBook makes the page. It shows released figures like any other.
func (p *Pages) StyleBook(ctx context.Context, in frame.Input) (*frame.Document, error) {
	page := styleBook{Shell: in.Shell("Kiểu mẫu", "about"), Sizes: []string{"rank", "figure", "lead", "base", "small", "mark"}}
	for _, c := range chart.Palette() {
		page.Colours = append(page.Colours, swatch{c, chart.Swatch(c)})
	}
	var samples []sample
	revision := int64(0)
	for _, code := range bookCodes {
		v, err := p.app.Ranking(ctx, figures.RankingQuery{Code: code, View: in.View})
		if fault.KindOf(err) == fault.NotFound || err == nil && len(v.Table.Rows) == 0 {
			page.Missing = append(page.Missing, code)
			continue
		}
		if err != nil {
			return nil, err
		}
		revision = v.Table.Revision
		samples = append(samples, rankingSamples(v.Table)...)
		if a, err := p.app.Analyse(ctx, figures.AnalysisQuery{RankingQuery: figures.RankingQuery{Code: code, View: in.View}, Agency: v.Table.Rows[len(v.Table.Rows)-1].Agency}); err == nil {
			samples = append(samples, gapSamples(a)...)
		}
	}
	page.Themes = []themed{{"light", "Nền sáng", samples}, {"dark", "Nền tối", samples}}
	return p.HTML("figures/style_book.html", page, revision)
}

// rankingSamples shows a table in every form that it can take: its first, middle and last rows, and the whole block on one line.
func rankingSamples(t *ranking.Table) []sample {
	drawn, dots := newPlot(t), dotsOf(t)
	ours := dots[len(dots)/2]
	rows := []sampleRow{{Name: "Trục", Body: drawn.Head()}}
	for _, i := range []int{0, len(t.Rows) / 2, len(t.Rows) - 1} {
		rows = append(rows, sampleRow{Name: t.Rows[i].Name, Text: t.Rows[i].Print(t.Decimals), Body: drawn.Row(t.Rows[i])})
	}
	axis, levels := newAxis(t, valuesOf(t), levelsOf(t)), levelsOf(t)
	out := []sample{
		{Title: "Bảng xếp hạng: " + t.Name, Says: drawn.Key(), Rows: rows},
		{
			Title: "Cả khối trên một dòng",
			Says:  fmt.Sprintf("%s đứng giữa %d đơn vị.", ours.Name, len(dots)),
			Rows:  []sampleRow{{Body: axis.Strip(t.Name, dots, ours.ID, levels...)}},
		},
		{Title: "Cả khối trong một ô", Rows: []sampleRow{{Body: axis.SmallStrip(dots, ours.ID, levels...)}}},
	}
	if t.Unit == "%" {
		target := vi.Some(vi.Int(80))
		if t.Target != nil {
			target = vi.Some(t.Target.Value)
		}
		out = append(
			out,
			sample{
				Title: "Thanh so với mục tiêu",
				Rows: []sampleRow{
					{Name: ours.Name, Text: ours.Text, Body: chart.Bullet(vi.Some(ours.Value), target, vi.Some(vi.Int(100)))},
				},
			},
		)
	}
	var values []vi.NullDecimal
	for _, d := range dots[:min(len(dots), 8)] {
		values = append(values, vi.Some(d.Value))
	}
	return append(
		out,
		sample{Title: "Đường nhỏ trong một ô", Rows: []sampleRow{{Body: chart.Sparkline(values)}}},
		sample{
			Title: "Thanh nhiệm vụ",
			Says:  "Quá hạn, sắp đến hạn, trong hạn, hoàn thành quá hạn, hoàn thành đúng hạn.",
			Rows: []sampleRow{{Body: chart.Stack(
				20,
				chart.Segment{
					Class: "overdue",
					Count: 4,
				},
				chart.Segment{Class: "due_soon", Count: 3},
				chart.Segment{Class: "in_time", Count: 4},
				chart.Segment{Class: "done_late", Count: 3},
				chart.Segment{Class: "done_on_time", Count: 6},
			)}},
		},
	)
}

// gapSamples shows an agency against its block: the gap by component, and each component in its range.
func gapSamples(a *figures.Analysis) []sample {
	rows, spans := gapRows(a), spanRows(a)
	if len(rows) == 0 {
		return nil
	}
	gaps, ranges := sample{
		Title: "Chênh lệch với trung vị",
		Says:  gapSentence(a),
	}, sample{
		Title: "Từng thành phần trong khối",
		Says:  spanSays,
	}
	for _, r := range rows {
		gaps.Rows = append(gaps.Rows, sampleRow{r.Name, r.Text, r.Bar})
	}
	for _, r := range spans {
		ranges.Rows = append(ranges.Rows, sampleRow{r.Name, r.Text, r.Bar})
	}
	return []sample{gaps, ranges}
}
