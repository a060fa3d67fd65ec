package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

// judgeChanges looks for changes that would leave stored things behind: what has figures, rounds or reports may end on a day but
// not disappear. And it warns of what is probably a mistake.
func (a *Room) judgeChanges(v *store.View, l *loader, before, after store.Catalogue, changes []Change) error {
	j := &judge{l: l, before: before, after: after}
	if err := j.keeps(v); err != nil {
		return err
	}
	j.broken(changes)
	j.shrunk(changes)
	sortFindings(l.findings)
	return nil
}

// keeps refuses what would leave stored things behind.
func (j *judge) keeps(v *store.View) error {
	for _, look := range []func(*store.View) error{j.definitions, j.agencies, j.rounds, j.orphans} {
		if err := look(v); err != nil {
			return err
		}
	}
	return nil
}

type judge struct {
	l             *loader
	before, after store.Catalogue
}

func (j *judge) warn(table string, key []string, column, code, format string, args ...any) {
	t, n := j.l.tables[table], len(j.l.findings)
	j.l.add(t, t.lineOf(key), column, code, format, args...)
	for i := n; i < len(j.l.findings); i++ {
		j.l.findings[i].Severity = check.Warning
	}
}

// gone reports a row that may not disappear. It stands in no line of the new table.
func (j *judge) gone(table, format string, args ...any) {
	j.l.add(j.l.tables[table], 0, "", catalogueEnded, format, args...)
}

// definitions keeps those that figures are stored under, and what an indicator is.
func (j *judge) definitions(v *store.View) error {
	kept := map[string]bool{}
	kinds := map[string]kpi.Indicator{}
	for _, d := range j.before.Definitions {
		kinds[d.Indicator.Code] = d.Indicator
	}
	for _, d := range j.after.Definitions {
		kept[d.Indicator.Code+d.From.ISO()] = true
		if was, ok := kinds[d.Indicator.Code]; ok && (was.Kind != d.Indicator.Kind || was.Direction != d.Indicator.Direction) {
			j.l.flaw(fault.NewFlaw("indicators", []string{d.Indicator.Code, d.From.ISO()}, "type",
				"Chỉ tiêu %s không được đổi loại hoặc chiều đánh giá (đang là %s, %s); hãy tạo mã mới.", d.Indicator.Code, was.Kind, was.Direction))
		}
	}
	holdings, err := v.Holdings()
	if err != nil {
		return err
	}
	used := map[int64]bool{}
	for _, h := range holdings {
		used[h.Definition] = true
	}
	for _, d := range j.before.Definitions {
		if used[d.ID] && !kept[d.Indicator.Code+d.From.ISO()] {
			j.gone(
				"indicators",
				"Chỉ tiêu %s (%s) đã có số liệu nên không bỏ được dòng định nghĩa bắt đầu %s. Hãy giữ dòng này và ghi ngày kết thúc ở cột to.",
				d.Indicator.Code,
				d.Name,
				d.From.Since(),
			)
		}
	}
	return nil
}

// agencies keeps those that have figures.
func (j *judge) agencies(v *store.View) error {
	kept := map[agency.ID]bool{}
	for _, a := range j.after.Agencies.Versions {
		kept[a.Agency] = true
	}
	for _, a := range j.before.Agencies.Versions {
		if kept[a.Agency] {
			continue
		}
		kept[a.Agency] = true // said once
		series, err := v.AgencySeries(a.Agency)
		if err != nil {
			return err
		}
		if len(series) > 0 {
			j.gone(
				"agencies",
				"Đơn vị %s (%s) đã có số liệu nên không bỏ được. Hãy giữ dòng này và ghi ngày kết thúc ở cột valid_to.",
				a.Agency,
				a.Name,
			)
		}
	}
	return nil
}

// rounds keeps the regimes, forms and blocks that rounds were opened for.
func (j *judge) rounds(v *store.View) error {
	rounds, err := v.Rounds()
	if err != nil {
		return err
	}
	said := map[string]bool{}
	for i := range rounds {
		r := &rounds[i]
		if !slices.ContainsFunc(j.after.Regimes, func(x filing.Regime) bool { return x.Code == r.Regime && x.On(r.Period.To) }) &&
			!said["r"+r.Regime] {
			said["r"+r.Regime] = true
			j.gone("regimes", "Chế độ %s có đợt báo cáo %s (%s) nên phải còn hiệu lực ngày %s.", r.Regime, r.Name, r.Period.Title(), r.Period.To)
		}
		for _, b := range r.Blocks {
			if !slices.ContainsFunc(j.after.Agencies.Blocks, func(x agency.Block) bool { return x.Code == b }) && !said["b"+b] {
				said["b"+b] = true
				j.gone("blocks", "Khối %s có đợt báo cáo %s (%s) nên không bỏ được.", b, r.Name, r.Period.Title())
			}
		}
		if len(r.Forms(j.before.Forms)) > 0 && len(r.Forms(j.after.Forms)) == 0 {
			j.gone(
				"forms",
				"Đợt báo cáo %s (%s) không còn biểu mẫu nào. Hãy giữ biểu mẫu có hiệu lực ngày %s.",
				r.Name,
				r.Period.Title(),
				r.Period.To,
			)
		}
	}
	return nil
}

// broken warns of definitions whose meaning is changed in place: figures of both meanings would be compared.
func (j *judge) broken(changes []Change) {
	meaning := words("numerator_vi denominator_vi unit accumulation subset")
	for _, c := range changes {
		if c.Table != "indicators" || c.Kind != Altered {
			continue
		}
		for _, cell := range c.Cells {
			if slices.Contains(meaning, cell.Column) {
				key := []string{c.Key[0]}
				j.warn(
					"indicators",
					key,
					cell.Column,
					catalogueBreak,
					"Cột %s của %s đổi từ %q thành %q trên cùng một dòng: số liệu trước và sau vẫn được so sánh với nhau. "+
						"Nếu cách tính thay đổi, hãy ghi ngày kết thúc cho dòng cũ và thêm dòng mới.",
					cell.Column,
					c.Key[0],
					cell.Before,
					cell.After,
				)
			}
		}
	}
}

// shrunk warns when much of a table disappears: perhaps only a part was sent.
func (j *judge) shrunk(changes []Change) {
	ended := map[string]int{}
	for _, c := range changes {
		if c.Kind == Ended {
			ended[c.Table]++
		}
	}
	rows := tableRows(j.before)
	for _, t := range catTables() {
		if n, all := ended[t.name], len(rows[t.name]); n >= 5 && n*5 > all {
			j.warn(
				t.name,
				nil,
				"",
				catalogueShrunk,
				"%s",
				fmt.Sprintf("Bảng %s mất %d trong %d dòng. Mỗi trang tính phải là bảng đầy đủ; hãy kiểm tra có nộp thiếu dòng không.",
					strings.ToLower(t.title), n, all),
			)
		}
	}
}
