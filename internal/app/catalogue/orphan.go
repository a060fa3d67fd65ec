package catalogue

import (
	"maps"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// catalogueOrphan is the code of what would leave received figures without a definition, an agency or a block.
const catalogueOrphan = "catalogue_orphan"

// received counts figures that are stored, by period.
type received map[kpi.Period]int

// says lists how many figures of which periods, newest period first.
func (n received) says() string {
	var parts []string
	keys := slices.SortedFunc(maps.Keys(n), func(a, b kpi.Period) int { return figures.ComparePeriods(b, a) })
	for i, p := range keys {
		if i == maxOrphanPeriods {
			parts = append(parts, vi.FormatNumber(vi.Int(int64(len(keys)-i)), 0)+" kỳ khác")
			break
		}
		parts = append(parts, vi.FormatNumber(vi.Int(int64(n[p])), 0)+" số đã nhận của "+p.Label())
	}
	return strings.Join(parts, ", ")
}

// maxOrphanPeriods is how many periods one sentence names.
const maxOrphanPeriods = 6

// orphans refuses what would leave figures already received without a definition, an agency or a block on the last day of their
// period: they would be stored and shown nowhere.
func (j *judge) orphans(v *store.View) error {
	holdings, err := v.Holdings()
	if err != nil {
		return err
	}
	j.undefined(holdings)
	return j.homeless(v, holdings)
}

// refuse reports a change that may not be made, at the row that makes it.
func (j *judge) refuse(table string, key []string, column, code, format string, args ...any) {
	t := j.l.tables[table]
	j.l.add(t, t.lineOf(key), column, code, format, args...)
}

// undefined finds figures whose definition would no longer hold on the last day of their period.
func (j *judge) undefined(holdings []store.Holding) {
	after := map[string]kpi.Definition{} // by code and first day, which is what keeps a definition
	for _, d := range j.after.Definitions {
		after[d.Indicator.Code+d.From.ISO()] = d
	}
	for _, d := range j.before.Definitions {
		lost, anew := received{}, after[d.Indicator.Code+d.From.ISO()]
		if anew.Indicator.Code == "" {
			continue // gone altogether: said by definitions
		}
		for _, h := range holdings {
			if day := h.Period.To; h.Definition == d.ID && d.From <= day && day <= d.To && day > anew.To {
				lost[h.Period] += h.Figures
			}
		}
		if len(lost) == 0 {
			continue
		}
		j.refuse(
			"indicators",
			[]string{d.Indicator.Code, d.From.ISO()},
			"to",
			catalogueOrphan,
			"%s sẽ không còn thuộc định nghĩa nào: định nghĩa của %s bắt đầu %s nay kết thúc ngày %s. Hãy để định nghĩa cũ kết thúc, và định nghĩa mới bắt đầu, sau ngày cuối của các kỳ đã nhận.",
			lost.says(),
			d.Indicator.Code,
			d.From.Since(),
			anew.To,
		)
	}
}

// homeless finds figures of agencies that would no longer exist on the last day of the period, or would be in no block then.
func (j *judge) homeless(v *store.View, holdings []store.Holding) error {
	before, after := agency.NewDirectory(j.before.Agencies), agency.NewDirectory(j.after.Agencies)
	days := map[vi.Date]bool{}
	for _, h := range holdings {
		days[h.Period.To] = true
	}
	suspects := map[agency.ID]bool{}
	for day := range days {
		for _, id := range movedOut(before, after, day) {
			suspects[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(suspects)) {
		points, err := v.AgencySeries(id)
		if err != nil {
			return err
		}
		gone, unplaced := received{}, received{}
		for _, p := range points {
			day := p.Period.To
			_, was := before.On(id, day)
			_, is := after.On(id, day)
			switch {
			case was && !is:
				gone[p.Period]++
			case is && before.BlockOf(id, day) != "" && after.BlockOf(id, day) == "":
				unplaced[p.Period]++
			}
		}
		name := before.Name(id, vi.OpenTo)
		if len(gone) > 0 {
			j.refuse(
				"agencies",
				[]string{string(id)},
				"valid_to",
				catalogueOrphan,
				"%s sẽ không còn thuộc đơn vị nào: %s (%s) không còn vào ngày cuối kỳ. "+
					"Hãy ghi ngày kết thúc sau ngày cuối của các kỳ đã nhận.",
				gone.says(),
				name,
				id,
			)
		}
		if len(unplaced) > 0 {
			j.refuse(
				"block_members",
				[]string{string(id)},
				"to",
				catalogueOrphan,
				"%s sẽ không còn thuộc khối nào nên không được xếp hạng: %s (%s) rời khối trước ngày cuối kỳ. "+
					"Hãy ghi ngày rời khối sau ngày cuối của các kỳ đã nhận.",
				unplaced.says(),
				name,
				id,
			)
		}
	}
	return nil
}

// movedOut lists the agencies that exist, or stand in a block, before a change and not after it on a day.
func movedOut(before, after *agency.Directory, day vi.Date) (out []agency.ID) {
	for _, b := range before.Blocks() {
		for _, m := range before.Members(b.Code, day) {
			if _, ok := after.On(m.Agency, day); !ok || after.BlockOf(m.Agency, day) == "" {
				out = append(out, m.Agency)
			}
		}
	}
	for _, v := range before.Data().Versions {
		if v.From <= day && day <= v.To {
			if _, ok := after.On(v.Agency, day); !ok {
				out = append(out, v.Agency)
			}
		}
	}
	return out
}
