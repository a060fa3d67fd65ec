package catalogue

import (
	"slices"
	"strconv"
	"strings"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// row reads the cells of one line by name. The zero Field stands for a column that is not there.
type row struct {
	l *loader
	t *table
	tableRow
}

func (l *loader) each(name string, fn func(r row)) {
	t := l.tables[name]
	for _, r := range t.rows {
		fn(row{l, t, r})
	}
}

func (r row) field(col string) check.Field {
	if i, ok := r.t.cols[col]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return check.Field{}
}

// keyPart is a cell as keys have it: days in one form.
func (r row) keyPart(col string) string {
	f := r.field(col)
	if d, err := vi.ParseDay(f.Text); err == nil && isDay(col) {
		return d.ISO()
	}
	if f.Kind == check.Number {
		return f.Number.String()
	}
	return f.Text
}

func isDay(col string) bool {
	return slices.Contains([]string{"from", "to", "valid_from", "valid_to", "on", "date"}, col)
}

func (r row) bad(col, format string, args ...any) {
	r.l.add(r.t, r.line, col, catalogueCell, format, args...)
}

func (r row) text(col string) string {
	switch f := r.field(col); f.Kind {
	case check.Number: // codes that Excel made numbers of
		return f.Number.String()
	case check.Broken:
		r.bad(col, "Ô %s có lỗi công thức %s. Hãy ghi giá trị.", col, f.Text)
		return ""
	default:
		return f.Text
	}
}

// one is text that must be one of a closed list.
func (r row) one(col string, of ...string) string {
	s := r.text(col)
	if !slices.Contains(of, s) {
		r.bad(col, "Cột %s không nhận %q. Hãy ghi một trong: %s.", col, s, strings.TrimPrefix(strings.Join(of, ", "), ", "))
	}
	return s
}

func (r row) yes(col string) bool { return r.one(col, "", "yes", "no") == "yes" }

func (r row) day(col string, open vi.Date) vi.Date {
	s := r.text(col)
	if s == "" {
		return open
	}
	d, err := vi.ParseDay(s)
	if err != nil {
		r.bad(col, "Cột %s: %q không phải là ngày. Hãy ghi như 30/09/2026, để trống nếu không giới hạn.", col, s)
	}
	return d
}

func (r row) from(col string) vi.Date { return r.day(col, vi.OpenFrom) }

func (r row) to(col string) vi.Date { return r.day(col, vi.OpenTo) }

// fixed reads denominators that the definition fixes as of a day.
func (r row) fixed(col string) []kpi.FixedSize {
	list, err := kpi.ParseFixed(r.text(col))
	if err != nil {
		r.bad(
			col,
			"Không hiểu mẫu số cố định %q. Hãy ghi như 2022-01-06:25 QĐ 06/QĐ-TTg | 2022-04-04:53 QĐ 422/QĐ-TTg, ngày theo thứ tự.",
			r.text(col),
		)
	}
	return list
}

func (r row) number(col string) vi.NullDecimal {
	f := r.field(col)
	if f.Kind == check.Number {
		return vi.Some(f.Number)
	}
	s := r.text(col)
	if s == "" {
		return vi.NullDecimal{}
	}
	var d vi.Decimal
	var err error
	if r.t.exact {
		d, err = vi.ParseDecimal(s)
	} else {
		var n vi.Number
		n, err = vi.ParseNumber(s, false)
		d = n.Value
		if n.Percent || n.Rounded || n.Estimated || n.Below {
			err = vi.ErrNotNumber
		}
	}
	if err != nil {
		r.bad(col, "Cột %s: không hiểu số %q. Hãy nhập ô số của Excel, hoặc ghi như 1234,5.", col, s)
	}
	return vi.Some(d)
}

// required is number for a cell that may not be blank.
func (r row) required(col string) vi.Decimal {
	n := r.number(col)
	if !n.Valid {
		r.bad(col, "Cột %s cần một số.", col)
	}
	return n.Decimal
}

func (r row) int(col string) int {
	s := r.text(col)
	n, err := strconv.Atoi(s)
	if err != nil {
		r.bad(col, "Cột %s: %q không phải là số nguyên.", col, s)
	}
	return n
}
