package filing

import (
	"slices"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Column is one figure that an ad hoc round asks for: a cell of the header row that the office types or pastes.
type Column struct {
	Name string
	Unit string
}

// maxColumns is how many figures an ad hoc round may ask for: what is longer deserves a form.
const maxColumns = 60

// ParseColumns reads a header row and the row of units below it as they are pasted from a sheet: cells divided by tabs (or bars).
// Columns that only say who reports are left aside.
func ParseColumns(text string) ([]Column, error) {
	var rows [][]string
	for line := range strings.Lines(text) {
		if vi.Clean(strings.ReplaceAll(line, "|", " ")) == "" {
			continue
		}
		mark := "\t"
		if !strings.Contains(line, mark) {
			mark = "|"
		}
		var cells []string
		for _, c := range strings.Split(strings.Trim(line, "\r\n"), mark) {
			cells = append(cells, vi.Clean(c))
		}
		rows = append(rows, cells)
	}
	if len(rows) == 0 || len(rows) > 2 {
		return nil, fault.New(fault.Invalid, "Hãy dán hai dòng từ bảng tính: dòng tên cột và dòng đơn vị tính.")
	}
	var out []Column
	for i, name := range rows[0] {
		if name == "" ||
			slices.Contains(
				[]string{"stt", "tt", "don vi", "co quan", "bo, nganh, dia phuong", "bo, nganh", "dia phuong", "ghi chu"},
				vi.Fold(name),
			) {
			continue
		}
		c := Column{Name: name}
		if len(rows) == 2 && i < len(rows[1]) {
			c.Unit = rows[1][i]
		}
		switch {
		case c.Unit == "":
			return nil, fault.New(fault.Invalid, "Cột %q chưa có đơn vị tính. Hãy ghi đơn vị ở dòng thứ hai, ví dụ: hồ sơ, %%, tỷ đồng.", name)
		case slices.ContainsFunc(out, func(o Column) bool { return vi.Fold(o.Name) == vi.Fold(name) }):
			return nil, fault.New(fault.Invalid, "Cột %q có hai lần.", name)
		}
		out = append(out, c)
	}
	switch {
	case len(out) == 0:
		return nil, fault.New(fault.Invalid, "Chưa có cột số liệu nào. Hãy dán dòng tên cột và dòng đơn vị tính.")
	case len(out) > maxColumns:
		return nil, fault.New(
			fault.Invalid,
			"Đợt đột xuất hỏi %d số liệu, quá giới hạn %d. Hãy lập biểu mẫu trong danh mục.",
			len(out),
			maxColumns,
		)
	}
	return out, nil
}

// AdHocPillar is the group of indicators that were made for one round.
const AdHocPillar = "dot_xuat"

// Definition makes the indicator of a column: percentages with numerator and denominator, sums of money and measures with two
// decimals, everything else whole. It holds for the period of its round alone.
func (c Column) Definition(code string, p kpi.Period, basis string) kpi.Definition {
	d := kpi.Definition{
		Indicator:     kpi.Indicator{Code: code, Kind: kpi.Count, Direction: kpi.Neutral, Pillar: AdHocPillar},
		From:          p.From,
		To:            p.To,
		Name:          c.Name,
		Unit:          c.Unit,
		Accumulation:  kpi.InPeriod,
		Reporter:      "both",
		RankingSource: kpi.Reported,
		Basis:         basis,
		Verified:      "yes",
	}
	switch unit := vi.Fold(c.Unit); {
	case unit == "%" || unit == "phan tram":
		d.Indicator.Kind, d.Decimals, d.Unit, d.Subset = kpi.Ratio, 2, "%", kpi.SubsetNo
		d.Numerator, d.Denominator = "Tử số của "+c.Name, "Mẫu số của "+c.Name
	case unit == "co/khong":
		d.Indicator.Kind = kpi.YesNo
	case strings.Contains(unit, "dong") && !strings.Contains(unit, "cong dong"),
		slices.Contains([]string{"km", "km2", "ha", "tan", "usd", "gb", "tb", "mbps", "gio", "diem"}, unit):
		d.Indicator.Kind, d.Decimals = kpi.Money, 2
	}
	return d
}
