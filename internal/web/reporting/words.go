package reporting

import (
	"chiso/internal/app/reporting"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// fieldWords say what the fields of a row are: over which time the figure counts, and which denominator the definition fixes.
type fieldWords struct {
	Span      string // "lũy kế đến 14/09/2026"
	FixedSize string // "76", "" where the definition fixes none
	FixedText string // "76 tại ngày 30/09/2026 (QĐ 206/QĐ-TTg)"
}

func wordsOf(d *kpi.Definition, v *reporting.ReportView) (w fieldWords) {
	from, to := v.Window.From.String(), v.Window.To.String()
	switch d.Accumulation {
	case kpi.InPeriod:
		w.Span = "trong kỳ, từ " + from + " đến " + to
	case kpi.Cumulative:
		w.Span = "lũy kế đến " + to
	case kpi.YearToDate:
		w.Span = "lũy kế từ đầu năm đến " + to
	case kpi.Point:
		w.Span = "tại ngày " + to
	default:
		w.Span = d.Accumulation.Title()
	}
	if f, ok := d.FixedOn(v.Period.To); ok {
		w.FixedSize = vi.FormatNumber(f.Size, 0)
		w.FixedText = w.FixedSize + " tại ngày " + v.Period.To.String()
		if f.Act != "" {
			w.FixedText += " (" + f.Act + ")"
		}
	}
	return w
}
