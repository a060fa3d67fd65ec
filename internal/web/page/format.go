package page

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"chiso/internal/app/catalogue"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// funcs is the one set of functions of all templates. Numbers are printed by vi.FormatNumber only.
func (p *Pages) funcs(assets map[string]string) template.FuncMap {
	return template.FuncMap{
		"overtaken": p.cfg.App.Overtaken,
		"asset":     func(name string) string { return assets[name] },
		"num":       num,
		"decimal":   vi.FormatNumber,
		"int":       func(n int) string { return vi.FormatInt(int64(n)) },
		"when":      p.when,
		"iso":       func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"since":     since,
		"short":     func(sha string) string { return sha[:min(12, len(sha))] },
		"unit":      unitShort,
		"bar":       bar,
		"spark":     spark,
		"lower":     lowerFirst,
		"join":      func(list []string) string { return strings.Join(list, "; ") },
		"scope":     scope,
		"version":   versionText,
		"account":   accountName,
		"action":    ledger.ActionTitle,
		"frozen":    frozenCell,
		"day":       dayText,
		"by":        publishedBy,
		"signed":    signed,
		"add":       func(a, b int) int { return a + b },
		"fives":     func() []int { return []int{1, 2, 3, 4, 5} },
		"tab":       newTab,
		"pair":      func(title string, rows []mergerRow) titledRows { return titledRows{title, rows} },
		"places":    placesText,
		"progress":  progressText,
		"figures":   func(n int, of string) string { return vi.FormatInt(int64(n)) + nbsp + of },
		"pairRows":  func(title, id string, rows []taskRow) titledTasks { return titledTasks{title, id, rows} },
	}
}

// num prints a number with its decimals, a dash when it is absent.
func num(d vi.NullDecimal, decimals int) string {
	if !d.Valid {
		return "–"
	}
	return vi.FormatNumber(d.Decimal, decimals)
}

// amount prints a number with its unit: "68,53 điểm", "86,64 %".
func amount(d vi.NullDecimal, decimals int, unit string) string {
	if !d.Valid {
		return "–"
	}
	return withUnit(num(d, decimals), unit)
}

// withUnit puts the unit behind a printed number.
func withUnit(text, unit string) string {
	if u := unitShort(unit); u != "" {
		return text + nbsp + u
	}
	return text
}

// rowAmount prints the figure of a ranked agency: "trên 80 %".
func rowAmount(r ranking.Row, t *ranking.Table) string {
	if !r.Value.Valid {
		return "–"
	}
	return withUnit(r.Print(t.Decimals), t.Unit)
}

// unitShort drops what explains a unit, for use behind a number: "điểm (tối đa 100)" is "điểm", "0-1" nothing.
func unitShort(unit string) string {
	unit, _, _ = strings.Cut(unit, " (")
	if unit == "0-1" || unit == "có/không" {
		return ""
	}
	return unit
}

// scope says what stretch of time a figure covers. A day is when it was taken, not what it counts.
func scope(p kpi.Period, d *kpi.Definition) string {
	if p.Kind == kpi.Day {
		return "Số liệu chụp tại " + lowerFirst(p.Title()) + ", theo cách tính của nguồn"
	}
	return "Số liệu " + d.Accumulation.Title()
}

// versionText says which version of a scorecard is meant: "2026-portal" is the one that the portal prints in 2026.
func versionText(v string) string {
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

// dayText prints a day, "không thời hạn" for an open end.
func dayText(d vi.Date) string {
	if d == vi.OpenTo {
		return "không thời hạn"
	}
	return d.String()
}

// publishedBy names the source of a published figure in few words; the origin in full stands at the page's foot.
func publishedBy(source string) string {
	for _, s := range append(kpi.Systems(), kpi.Illustrative) {
		if s.Title() == source {
			return source
		}
	}
	return lowerFirst(kpi.Published.Title())
}

// parts prints numerator and denominator: "358.660/405.424". A line may end behind the stroke, never inside a number.
func parts(numerator, denominator vi.NullDecimal) template.HTML {
	if !numerator.Valid || !denominator.Valid {
		return ""
	}
	return template.HTML( //nolint:gosec // digits and dots
		`<span class="nowrap">` + vi.FormatNumber(numerator.Decimal, 0) + `/</span><wbr><span class="nowrap">` +
			vi.FormatNumber(denominator.Decimal, 0) + `</span>`,
	)
}

// answer prints the value of a yes/no question; false for every other number, such as a count of agencies that said yes.
func answer(kind kpi.Kind, v vi.NullDecimal, counted bool) (string, bool) {
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

// figureText prints a figure of any state: its value, "Có", "< 10 %", or the state's name. Of the nation and of groups of
// agencies a yes/no question knows only a count (counted).
func figureText(f kpi.Figure, value vi.NullDecimal, d *kpi.Definition, counted bool) string {
	if said, ok := answer(d.Indicator.Kind, value, counted || f.HasParts()); ok && f.State == kpi.Value {
		return said
	}
	switch {
	case f.State == kpi.CensoredBelow && f.Bound.Valid:
		return "<" + nbsp + amount(f.Bound, 0, d.Unit)
	case f.State != kpi.Value:
		return f.State.Title()
	}
	if !value.Valid {
		return "–"
	}
	return withUnit(f.Exactness().Print(value.Decimal, d.Decimals), d.Unit)
}

// remarks lists what limits a figure.
func remarks(f kpi.Figure, d *kpi.Definition) []string {
	out := f.Qualifiers.Titles()
	if f.Bare(d) && d.HasParts() {
		out = append(out, "thiếu tử/mẫu số")
	}
	return out
}

// pointRemarks are the remarks of a figure of a series, and how much it grew as its origin published it.
func pointRemarks(p figures.Point, d *kpi.Definition) []string {
	return append(remarks(p.Figure, d), p.Growth...)
}

// when prints an instant in the local time of Viet Nam: "10/10/2026 09:05".
func (p *Pages) when(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(p.cfg.Location).Format("02/01/2006 15:04")
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

// lowerFirst lets a title stand inside a sentence: "Ngày 17/09/2026" → "ngày 17/09/2026".
func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

// cutParen parts "Hoàng Sa (Đà Nẵng)" into the name and what stands in brackets.
func cutParen(s string) (name, inside string, ok bool) {
	name, inside, ok = strings.Cut(s, " (")
	return name, strings.TrimSuffix(inside, ")"), ok
}
