package frame

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"chiso/internal/app/catalogue"
	"chiso/internal/app/ledger"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// NBSP keeps a number and its unit on one line.
const NBSP = "\u00a0"

// funcs is the one set of functions of all templates. Numbers are printed by vi.FormatNumber only.
func (p *Pages) funcs(assets map[string]string) template.FuncMap {
	return template.FuncMap{
		"overtaken": p.App.Overtaken,
		"asset":     func(name string) string { return assets[name] },
		"num":       Num,
		"decimal":   vi.FormatNumber,
		"int":       func(n int) string { return vi.FormatInt(int64(n)) },
		"when":      p.When,
		"iso":       func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"since":     since,
		"short":     func(sha string) string { return sha[:min(12, len(sha))] },
		"unit":      UnitShort,
		"bar":       Bar,
		"spark":     spark,
		"lower":     LowerFirst,
		"join":      func(list []string) string { return strings.Join(list, "; ") },
		"scope":     Scope,
		"version":   VersionText,
		"account":   accountName,
		"action":    ledger.ActionTitle,
		"day":       DayText,
		"by":        PublishedBy,
		"signed":    Signed,
		"add":       func(a, b int) int { return a + b },
		"document":  documentFields,
		"fives":     func() []int { return []int{1, 2, 3, 4, 5} },
		"places":    PlacesText,
		"figures":   func(n int, of string) string { return vi.FormatInt(int64(n)) + NBSP + of },
	}
}

// Num prints a number with its decimals, a dash when it is absent.
func Num(d vi.NullDecimal, decimals int) string {
	if !d.Valid {
		return "–"
	}
	return vi.FormatNumber(d.Decimal, decimals)
}

// Amount prints a number with its unit: "68,53 điểm", "86,64 %".
func Amount(d vi.NullDecimal, decimals int, unit string) string {
	if !d.Valid {
		return "–"
	}
	return WithUnit(Num(d, decimals), unit)
}

// WithUnit puts the unit behind a printed number.
func WithUnit(text, unit string) string {
	if u := UnitShort(unit); u != "" {
		return text + NBSP + u
	}
	return text
}

// RowAmount prints the figure of a ranked agency: "trên 80 %".
func RowAmount(r ranking.Row, t *ranking.Table) string {
	if !r.Value.Valid {
		return "–"
	}
	return WithUnit(r.Print(t.Decimals), t.Unit)
}

// UnitShort drops what explains a unit, for use behind a number: "điểm (tối đa 100)" is "điểm", "0-1" nothing.
func UnitShort(unit string) string {
	unit, _, _ = strings.Cut(unit, " (")
	if unit == "0-1" || unit == "có/không" {
		return ""
	}
	return unit
}

// Scope says what stretch of time a figure covers. A day is when it was taken, not what it counts.
func Scope(p kpi.Period, d *kpi.Definition) string {
	if p.Kind == kpi.Day {
		return "Số liệu chụp tại " + LowerFirst(p.Title()) + ", theo cách tính của nguồn"
	}
	return "Số liệu " + d.Accumulation.Title()
}

// VersionText says which version of a scorecard is meant: "2026-portal" is the one that the portal prints in 2026.
func VersionText(v string) string {
	if year, ok := strings.CutSuffix(v, "-portal"); ok {
		return "theo Cổng DVCQG " + year
	}
	return v
}

// accountName says who acts under the program's own accounts.
func accountName(account string) string {
	switch account {
	case "may-cuc-bo":
		return "máy cục bộ (trước khi có tài khoản)"
	case catalogue.SeedAccount:
		return "nạp danh mục ban đầu"
	}
	return account
}

// DayText prints a day, "không thời hạn" for an open end.
func DayText(d vi.Date) string {
	if d == vi.OpenTo {
		return "không thời hạn"
	}
	return d.String()
}

// PublishedBy names the source of a published figure in few words; the origin in full stands at the page's foot.
func PublishedBy(source string) string {
	for _, s := range append(kpi.Systems(), kpi.Illustrative) {
		if s.Title() == source {
			return source
		}
	}
	return LowerFirst(kpi.Published.Title())
}

// Parts prints numerator and denominator: "358.660/405.424". A line may end behind the stroke, never inside a number.
func Parts(numerator, denominator vi.NullDecimal) template.HTML {
	if !numerator.Valid || !denominator.Valid {
		return ""
	}
	return template.HTML( //nolint:gosec // digits and dots
		`<span class="nowrap">` + vi.FormatNumber(numerator.Decimal, 0) + `/</span><wbr><span class="nowrap">` +
			vi.FormatNumber(denominator.Decimal, 0) + `</span>`,
	)
}

// Answer prints the value of a yes/no question; false for every other number, such as a count of agencies that said yes.
func Answer(kind kpi.Kind, v vi.NullDecimal, counted bool) (string, bool) {
	switch {
	case kind != kpi.YesNo || counted || !v.Valid:
		return "", false
	case v.Decimal == vi.Int(1):
		return "Có", true
	case v.Sign() == 0:
		return "Không", true
	}
	return "", false
}

// FigureText prints a figure of any state: its value, "Có", "< 10 %", or the state's name. Of the nation and of groups of
// agencies a yes/no question knows only a count (counted).
func FigureText(f kpi.Figure, value vi.NullDecimal, d *kpi.Definition, counted bool) string {
	if said, ok := Answer(d.Indicator.Kind, value, counted || f.HasParts()); ok && f.State == kpi.Value {
		return said
	}
	switch {
	case f.State == kpi.CensoredBelow && f.Bound.Valid:
		return "<" + NBSP + Amount(f.Bound, 0, d.Unit)
	case f.State != kpi.Value:
		return f.State.Title()
	}
	if !value.Valid {
		return "–"
	}
	return WithUnit(f.Exactness().Print(value.Decimal, d.Decimals), d.Unit)
}

// Remarks lists what limits a figure.
func Remarks(f kpi.Figure, d *kpi.Definition) []string {
	out := f.Qualifiers.Titles()
	if f.Bare(d) && d.HasParts() {
		out = append(out, "thiếu tử/mẫu số")
	}
	return out
}

// When prints an instant in the local time of Viet Nam: "10/10/2026 09:05".
func (p *Pages) When(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(p.Location).Format("02/01/2006 15:04")
}

// since prints the days of a dated version: "từ 01/07/2025", "đến 30/06/2025".
func since(from, to vi.Date) string {
	switch {
	case from.IsOpen() && to.IsOpen():
		return "ổn định"
	case from.IsOpen():
		return "đến " + to.String()
	case to.IsOpen():
		return "từ " + from.String()
	}
	return fmt.Sprintf("%s – %s", from, to)
}

// LowerFirst lets a title stand inside a sentence: "Ngày 17/09/2026" → "ngày 17/09/2026".
func LowerFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

// CutParen parts "Hoàng Sa (Đà Nẵng)" into the name and what stands in brackets.
func CutParen(s string) (name, inside string, ok bool) {
	name, inside, ok = strings.Cut(s, " (")
	return name, strings.TrimSuffix(inside, ")"), ok
}
