package page

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// funcs is the one set of functions of all templates. Numbers are printed by vi.FormatNumber only.
func (p *Pages) funcs(assets map[string]string) template.FuncMap {
	return template.FuncMap{
		"asset":   func(name string) string { return assets[name] },
		"num":     num,
		"decimal": vi.FormatNumber,
		"int":     func(n int) string { return vi.FormatInt(int64(n)) },
		"when":    p.when,
		"iso":     func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"since":   since,
		"short":   func(sha string) string { return sha[:min(12, len(sha))] },
		"unit":    unitShort,
		"bar":     bar,
		"spark":   spark,
		"lower":   lowerFirst,
		"join":    func(list []string) string { return strings.Join(list, "; ") },
		"figures": func(n int, of string) string { return vi.FormatInt(int64(n)) + nbsp + of },
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
	s := num(d, decimals)
	if u := unitShort(unit); u != "" && d.Valid {
		s += nbsp + u
	}
	return s
}

// unitShort drops what explains a unit, for use behind a number: "điểm (tối đa 100)" is "điểm", "0-1" nothing.
func unitShort(unit string) string {
	unit, _, _ = strings.Cut(unit, " (")
	if unit == "0-1" {
		return ""
	}
	return unit
}

// parts prints numerator and denominator: "358.660/405.424".
func parts(numerator, denominator vi.NullDecimal) string {
	if !numerator.Valid || !denominator.Valid {
		return ""
	}
	return vi.FormatNumber(numerator.Decimal, 0) + "/" + vi.FormatNumber(denominator.Decimal, 0)
}

// figureText prints a figure of any state: its value, "< 10 %", or the state's name.
func figureText(f kpi.Figure, value vi.NullDecimal, d *kpi.Definition) string {
	switch {
	case f.State == kpi.CensoredBelow && f.Bound.Valid:
		return "<" + nbsp + amount(f.Bound, 0, d.Unit)
	case f.State != kpi.Value:
		return f.State.Title()
	}
	return amount(value, d.Decimals, d.Unit)
}

// remarks lists what limits a figure.
func remarks(f kpi.Figure, d *kpi.Definition) []string {
	out := f.Qualifiers.Titles()
	if f.Bare(d) && d.HasParts() {
		out = append(out, "thiếu tử/mẫu số")
	}
	return out
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
