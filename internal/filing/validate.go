package filing

import (
	"slices"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Validate returns everything that is wrong with regimes, forms, special days and bodies, as flaws of their rows.
func Validate(regimes []Regime, forms []Form, days []SpecialDay, bodies []Body, cat *kpi.Catalogue, dir *agency.Directory) []error {
	v := &validator{cat: cat, dir: dir}
	v.regimes(regimes)
	v.forms(forms, regimes)
	v.days(days)
	v.bodies(bodies)
	return v.errs
}

type validator struct {
	cat  *kpi.Catalogue
	dir  *agency.Directory
	errs []error
}

func (v *validator) add(table string, key []string, column, format string, args ...any) {
	v.errs = append(v.errs, fault.NewFlaw(table, key, column, format, args...))
}

func overlap(aFrom, aTo, bFrom, bTo vi.Date) bool { return aFrom <= bTo && bFrom <= aTo }

func (v *validator) regimes(regimes []Regime) {
	for i, r := range regimes {
		key := []string{r.Code, r.From.ISO()}
		add := func(column, format string, args ...any) { v.add("regimes", key, column, format, args...) }
		if r.Code == "" || r.Name == "" {
			add("code", "Chế độ báo cáo cần mã và tên.")
		}
		if r.From > r.To {
			add("to", "Ngày bắt đầu %s sau ngày kết thúc %s.", r.From, r.To)
		}
		if !v.dir.Known(r.Owner) {
			add("owner", "Không có đơn vị mang mã %q.", string(r.Owner))
		}
		if !r.Cutoff.Valid() {
			add("cutoff", "Không hiểu quy tắc chốt số liệu %q. Hãy ghi 15-14, calendar, day:20 hoặc free.", string(r.Cutoff))
		}
		if _, err := r.Due.parse(); r.Due != "" && err != nil {
			add("due", "%s", fault.Sentence(err))
		}
		for _, b := range r.Blocks {
			if _, ok := v.dir.Block(b); !ok {
				add("blocks", "Không có khối %q trong bảng blocks.", b)
			}
		}
		for _, o := range regimes[:i] {
			if o.Code == r.Code && overlap(o.From, o.To, r.From, r.To) {
				add("from", "Chế độ %s có hai phiên bản cùng hiệu lực %s. Hãy ghi ngày kết thúc cho phiên bản cũ.", r.Code, max(o.From, r.From).Since())
			}
		}
	}
}

func (v *validator) forms(forms []Form, regimes []Regime) {
	for i, f := range forms {
		key := []string{f.Regime, f.Code, f.From.ISO()}
		if f.Code == "" || f.Name == "" {
			v.add("forms", key, "code", "Biểu mẫu cần mã và tên.")
		}
		if f.From > f.To {
			v.add("forms", key, "to", "Ngày bắt đầu %s sau ngày kết thúc %s.", f.From, f.To)
		}
		if !slices.ContainsFunc(regimes, func(r Regime) bool { return r.Code == f.Regime }) {
			v.add("forms", key, "regime", "Không có chế độ báo cáo %q trong bảng regimes.", f.Regime)
		}
		if len(f.Items) == 0 {
			v.add("forms", key, "code", "Biểu mẫu %s chưa có chỉ tiêu nào. Hãy thêm dòng vào bảng form_items với cùng cột from.", f.Code)
		}
		for _, o := range forms[:i] {
			if o.Regime == f.Regime && o.Code == f.Code && overlap(o.From, o.To, f.From, f.To) {
				v.add(
					"forms",
					key,
					"from",
					"Biểu mẫu %s có hai phiên bản cùng hiệu lực %s. Hãy ghi ngày kết thúc cho phiên bản cũ.",
					f.Code,
					max(o.From, f.From).Since(),
				)
			}
		}
		v.items(f)
	}
}

func (v *validator) items(f Form) {
	for i, it := range f.Items {
		key := []string{f.Regime, f.Code, f.From.ISO(), it.Indicator}
		if !v.cat.Known(it.Indicator) {
			v.add("form_items", key, "indicator", "Không có chỉ tiêu %q trong bảng indicators.", it.Indicator)
			continue
		}
		for _, o := range f.Items[:i] {
			if o.Order == it.Order {
				v.add("form_items", key, "order", "Số thứ tự %d đã dùng cho chỉ tiêu %s.", it.Order, o.Indicator)
			}
		}
		v.assigned(key, it)
		if def, ok := v.cat.On(it.Indicator, max(f.From, 19000101)); ok && it.Input == Parts && !def.HasParts() {
			v.add("form_items", key, "input", "Chỉ tiêu %s không có tử số, mẫu số. Hãy ghi value hoặc để trống.", it.Indicator)
		}
	}
}

func (v *validator) assigned(key []string, it Item) {
	for _, code := range it.Assigned {
		if _, block := v.dir.Block(code); !block && !v.dir.Known(agency.ID(code)) {
			v.add("form_items", key, "assigned", "Không có khối hay đơn vị mang mã %q. Hãy ghi mã trong bảng blocks hoặc agencies.", code)
		}
	}
	if it.Act != "" && len(it.Assigned) == 0 {
		v.add("form_items", key, "assigned_by", "Đã ghi văn bản giao nhưng chưa ghi cơ quan được giao ở cột assigned.")
	}
}

func (v *validator) days(days []SpecialDay) {
	for _, d := range days {
		weekend := d.Day.Time().Weekday() == 0 || d.Day.Time().Weekday() == 6
		key := []string{d.Day.ISO()}
		switch {
		case d.Day == 0 || d.Day.IsOpen():
			v.add("holidays", key, "date", "Cần một ngày cụ thể.")
		case d.Name == "":
			v.add("holidays", key, "name", "Ngày %s cần tên.", d.Day)
		case d.Kind == SwapWork && !weekend:
			v.add("holidays", key, "kind", "Ngày %s là ngày làm việc bình thường, không phải ngày làm bù.", d.Day)
		case (d.Kind == SwapOff || d.Kind == Substitute) && weekend:
			v.add("holidays", key, "kind", "Ngày %s đã là ngày nghỉ hằng tuần.", d.Day)
		}
	}
}

func (v *validator) bodies(bodies []Body) {
	for i, b := range bodies {
		key := []string{string(b.Role), string(b.Owner), b.Scope, b.From.ISO()}
		switch {
		case b.Name == "":
			v.add("bodies", key, "name", "Cần tên.")
		case b.From > b.To:
			v.add("bodies", key, "to", "Ngày bắt đầu %s sau ngày kết thúc %s.", b.From, b.To)
		case !v.dir.Known(b.Owner):
			v.add("bodies", key, "owner", "Không có đơn vị mang mã %q.", string(b.Owner))
		case b.Agency != "" && !v.dir.Known(b.Agency):
			v.add("bodies", key, "agency", "Không có đơn vị mang mã %q.", string(b.Agency))
		}
		for _, o := range bodies[:i] {
			if o.Role == b.Role && o.Owner == b.Owner && o.Scope == b.Scope && overlap(o.From, o.To, b.From, b.To) {
				v.add(
					"bodies",
					key,
					"from",
					"%s và %s cùng có hiệu lực %s. Hãy ghi ngày kết thúc cho tên cũ.",
					o.Name,
					b.Name,
					max(o.From, b.From).Since(),
				)
			}
		}
	}
}
