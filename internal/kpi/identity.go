package kpi

import (
	"slices"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// IdentityRule says how the figures of an identity hang together.
type IdentityRule string

// The rules of identities.
const (
	Adds   IdentityRule = "sum"     // the total is the sum of the parts
	AtMost IdentityRule = "at_most" // the one part is at most the total
	Share  IdentityRule = "share"   // the total is the first part over the second, in percent
)

// Identity is a relation that figures of one agency and period must fulfil, such as “được giao = hoàn thành + quá hạn + thường xuyên +
// đang triển khai”. Members are codes of indicators; of a form whose columns are numbered, they are those numbers.
type Identity struct {
	Code      string
	Form      string // name of a form with numbered columns, "" for identities of indicators
	Rule      IdentityRule
	Total     string
	Parts     []string
	From, To  vi.Date    // periods that end on these days
	Tolerance vi.Decimal // what the sum may be off by, where the source rounds its parts
	Basis     string     // the act or publication that shows the identity
	Verified  string
	Note      string
}

// Has reports whether an indicator or column is a member.
func (i *Identity) Has(code string) bool { return i.Total == code || slices.Contains(i.Parts, code) }

// Holds reports whether the identity is in force for periods that end on day d.
func (i *Identity) Holds(d vi.Date) bool { return i.From <= d && d <= i.To }

// String returns the identity as people write it: "DA06_01 = DA06_02 + DA06_21".
func (i *Identity) String() string {
	switch i.Rule {
	case AtMost:
		return i.Parts[0] + " ≤ " + i.Total
	case Share:
		return i.Total + " = " + strings.Join(i.Parts, " / ")
	}
	return i.Total + " = " + strings.Join(i.Parts, " + ")
}

// ValidateIdentities returns what is wrong with identities, as flaws of their rows.
func ValidateIdentities(ids []Identity, cat *Catalogue) []error {
	var errs []error
	for n := range ids {
		i := &ids[n]
		add := func(column, format string, args ...any) {
			errs = append(errs, fault.NewFlaw("identities", []string{i.Code}, column, format, args...))
		}
		if i.Code == "" {
			add("code", "Hệ thức cần mã.")
		}
		if slices.ContainsFunc(ids[:n], func(o Identity) bool { return o.Code == i.Code }) {
			add("code", "Hệ thức %s có hai dòng. Hãy giữ lại một dòng.", i.Code)
		}
		if i.From > i.To {
			add("to", "Ngày bắt đầu %s sau ngày kết thúc %s.", i.From, i.To)
		}
		if i.Basis == "" {
			add("basis", "Hệ thức cần văn bản hoặc số liệu công bố làm căn cứ.")
		}
		want := map[IdentityRule]int{AtMost: 1, Share: 2}[i.Rule]
		if n := len(i.Parts); want == 0 && n < 2 || want > 0 && n != want {
			add("terms", "Số thành phần không hợp với quy tắc %s: sum cần từ hai, at_most cần một, share cần đúng hai.", i.Rule)
		}
		if slices.Contains(i.Parts, i.Total) {
			add("terms", "%s đứng ở cả hai vế.", i.Total)
		}
		i.members(cat, add)
	}
	return errs
}

// members checks that the identity's indicators exist and can be added.
func (i *Identity) members(cat *Catalogue, add func(column, format string, args ...any)) {
	if i.Form != "" {
		return
	}
	for n, code := range append([]string{i.Total}, i.Parts...) {
		column := "terms"
		if n == 0 {
			column = "total"
		}
		defs := cat.byCode[code]
		switch {
		case len(defs) == 0:
			add(column, "Không có chỉ tiêu %q trong danh mục.", code)
		case i.Rule == Share && n == 0:
			if defs[0].Indicator.Kind != Ratio {
				add(column, "%s không phải chỉ tiêu tỷ lệ.", code)
			}
		case defs[0].Indicator.Kind != Count && defs[0].Indicator.Kind != Money:
			add(column, "%s không phải số đếm hay giá trị nên không cộng được.", code)
		}
	}
}
