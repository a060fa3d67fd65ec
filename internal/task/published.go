package task

import (
	"fmt"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// The codes of findings about published counts.
const (
	PartsDoNotSum  = "parts_do_not_sum"
	PercentDiffers = "percent_differs"
)

// Published is a set of counts as somebody printed it.
type Published struct {
	Total int
	Parts []PublishedPart
}

// PublishedPart is one of its parts, with the percentage printed beside it if there is one.
type PublishedPart struct {
	Title   string
	Count   int
	Percent vi.NullDecimal
	Of      int // what the percentage is of; 0: the total
}

// Check returns what does not add up in published counts: each unit types its own status, so sums often
// do not close (7.892 + 1.602 + 319 = 9.813, not 9.831). Percentages are held against kpi.Round at the
// decimals that were printed.
func (p Published) Check() (out []Finding) {
	sum := 0
	var terms []string
	for _, x := range p.Parts {
		sum += x.Count
		terms = append(terms, vi.FormatInt(int64(x.Count)))
	}
	if sum != p.Total {
		out = append(out, Finding{Code: PartsDoNotSum, Message: fmt.Sprintf("%s = %s, khác tổng số %s (lệch %s). Hãy kiểm tra lại từng phần.",
			strings.Join(terms, " + "), vi.FormatInt(int64(sum)), vi.FormatInt(int64(p.Total)), vi.FormatInt(int64(sum-p.Total)))})
	}
	for _, x := range p.Parts {
		of := x.Of
		if of == 0 {
			of = p.Total
		}
		if !x.Percent.Valid {
			continue
		}
		_, scale := x.Percent.Parts()
		if got, ok := kpi.Percent(vi.Int(int64(x.Count)), vi.Int(int64(of)), scale); ok && got != x.Percent.Decimal {
			out = append(out, Finding{Code: PercentDiffers, Message: fmt.Sprintf("%s: %s trên %s là %s%%, nguồn in %s%%.", x.Title,
				vi.FormatInt(int64(x.Count)), vi.FormatInt(int64(of)), vi.FormatNumber(got, scale), vi.FormatNumber(x.Percent.Decimal, scale))})
		}
	}
	return out
}
