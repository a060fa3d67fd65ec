package check

import (
	"math"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// maxListed is how many names one sentence lists.
const maxListed = 10

// EndFile makes the comparisons that need a whole file: totals with their rows, sums with their
// parts, a block's figures with each other, what was reported last time with what is there now. Call
// it after the last row of a file. After errors the file is refused anyway, and sums of the rows that
// are left would only confuse.
func (c *Checker) EndFile() {
	c.closeFractions()
	c.closeNames()
	if c.errs == c.fileErrs && c.fileRows > 0 && c.fileRead == 0 && len(c.lines) == 0 && !c.row.input {
		c.Report(
			Finding{
				Severity: Error,
				Code:     NothingRead,
				Message: "Không đọc được số liệu nào trong tệp: các cột số liệu để trống hoặc có tiêu đề không hiểu được. " +
					"Hãy đặt tiêu đề cột là mã hoặc tên chỉ tiêu, Tử số, Mẫu số, Giá trị, rồi nộp lại.",
			},
		)
	}
	if c.errs == c.fileErrs {
		c.closeTotals()
		c.closeSums()
		c.spread()
		c.missing()
	}
	c.tallies, c.tallyOrder, c.lastTally, c.tallied = nil, nil, nil, 0
	c.addends, c.addendOrder, c.addendCount = nil, nil, 0
	c.remembered = nil
	c.fileErrs = c.errs
	c.fileRows, c.fileRead = 0, 0
}

// series are the figures of this file of one definition and period.
type series struct {
	def     *kpi.Definition
	period  kpi.Period
	figures []*remembered
}

func (c *Checker) series() []*series {
	type key struct {
		def    int64
		period string
	}
	byKey := map[key]*series{}
	var out []*series
	for i := range c.remembered {
		x := &c.remembered[i]
		k := key{x.def.ID, x.period.Key}
		s := byKey[k]
		if s == nil {
			s = &series{def: x.def, period: x.period}
			byKey[k] = s
			out = append(out, s)
		}
		s.figures = append(s.figures, x)
	}
	return out
}

// spread warns of rates and scores far from those of the other agencies of the same block. Counts
// differ by the size of the agency.
func (c *Checker) spread() {
	for _, s := range c.series() {
		if !kindOf(s.def, kpi.Ratio, kpi.Score) {
			continue
		}
		blocks := map[string][]*remembered{}
		var order []string
		for _, x := range s.figures {
			b := c.rules.Directory.BlockOf(x.agency, s.period.To)
			if b != "" && len(blocks[b]) == 0 {
				order = append(order, b)
			}
			blocks[b] = append(blocks[b], x)
		}
		for _, b := range order {
			c.spreadOf(s, blocks[b])
		}
	}
}

func (c *Checker) spreadOf(s *series, block []*remembered) {
	if len(block) < minBlock {
		return
	}
	xs := make([]float64, len(block))
	for i, x := range block {
		xs[i] = x.x
	}
	median, mad := medianMAD(xs)
	for _, x := range block {
		if math.Abs(x.x-median) <= farOut*madToSigma*max(mad, floor(s.def, median)) {
			continue
		}
		c.at(
			&x.row,
			x.row.figure(),
			Warning,
			Outlier,
			"Số %s của %s khác hẳn %d đơn vị cùng khối (trung vị %s). Hãy kiểm tra lại; nếu đúng, ghi lý do ở cột Ghi chú.",
			printed(x.x, s.def),
			c.rules.Directory.Name(x.agency, s.period.To),
			len(block),
			printed(median, s.def),
		)
	}
}

// figure returns the cell of a row that holds its figure.
func (r *Row) figure() *Field {
	if !r.Value.empty() {
		return &r.Value
	}
	return &r.Numerator
}

// missing warns of figures that were reported last time and are not there now: of the other
// agencies of a block, or of the other indicators of one agency.
func (c *Checker) missing() {
	all := c.series()
	agencies := map[agency.ID]bool{}
	periods := map[string]kpi.Period{}
	for _, s := range all {
		periods[s.period.Key] = s.period
		for _, x := range s.figures {
			agencies[x.agency] = true
		}
	}
	if len(agencies) == 1 {
		for id := range agencies {
			c.missingIndicators(id, all, periods)
		}
		return
	}
	for _, s := range all {
		if len(s.figures) >= minBlock {
			c.missingAgencies(s)
		}
	}
}

func (c *Checker) missingAgencies(s *series) {
	have := map[agency.ID]bool{}
	for _, x := range s.figures {
		have[x.agency] = true
	}
	block := c.rules.Directory.BlockOf(s.figures[0].agency, s.period.To)
	var names []string
	for _, m := range c.rules.Directory.Members(block, s.period.To) {
		if !have[m.Agency] && c.hadBefore(m.Agency, s.def, s.period) {
			names = append(names, m.Name)
		}
	}
	if len(names) > 0 {
		c.Report(Finding{Severity: Warning, Sheet: s.figures[0].row.Sheet, Code: MissingNow, Message: sentence(
			"Kỳ trước có số liệu %s của %s, tệp này thì không. Hãy bổ sung, hoặc ghi \"chưa có số liệu\".",
			[]any{s.def.Indicator.Code, listed(names)})})
	}
}

func (c *Checker) missingIndicators(id agency.ID, all []*series, periods map[string]kpi.Period) {
	if len(periods) != 1 || len(all) < 2 {
		return // a file of one indicator is not the agency's whole report
	}
	p := all[0].period
	have := map[int64]bool{}
	for _, s := range all {
		have[s.def.ID] = true
	}
	var codes []string
	for _, d := range c.rules.Catalogue.Definitions() {
		if d.From <= p.To && p.To <= d.To && !have[d.ID] && c.hadBefore(id, d, p) {
			codes = append(codes, d.Indicator.Code)
		}
	}
	if len(codes) > 0 {
		c.Report(Finding{Severity: Warning, Sheet: all[0].figures[0].row.Sheet, Code: MissingNow, Message: sentence(
			"Kỳ trước %s có số liệu %s, tệp này thì không. Hãy bổ sung, hoặc ghi \"chưa có số liệu\".",
			[]any{c.rules.Directory.Name(id, p.To), listed(codes)})})
	}
}

// hadBefore reports whether there is a figure of the period before.
func (c *Checker) hadBefore(id agency.ID, def *kpi.Definition, p kpi.Period) bool {
	past := c.past(id, def, p)
	step := kpi.Previous(p, kpi.InPeriod) // the period just before, whatever the accumulation
	for _, x := range past {
		if step.Snapshot && x.Period.Kind == kpi.Day || !step.Snapshot && x.Period.Key == step.Period.Key {
			return true
		}
	}
	return false
}

func listed(names []string) string {
	if n := len(names) - maxListed; n > 0 {
		return strings.Join(names[:maxListed], ", ") + " và " + vi.FormatInt(int64(n)) + " mục khác"
	}
	return strings.Join(names, ", ")
}
