package check

import (
	"errors"
	"strings"

	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// cellOf reads one cell of a figure.
func (g *figure) cellOf(f *Field, whole bool) reading {
	switch f.Kind {
	case Absent, Blank:
		return reading{}
	case Number:
		if f.Percent && f != &g.r.Value {
			g.errorf(f, PercentUnit, "Tử số, mẫu số không thể ghi theo %%. Hãy ghi số lượng, bỏ định dạng %%.")
			return reading{kind: bad}
		}
		return reading{kind: aNumber, number: vi.Number{Value: f.Number}, percent: f.Percent}
	case Broken:
		g.c.broken(g.r, f)
		return reading{kind: bad}
	case Day:
		g.errorf(f, DateInNumber, "Ô này là ngày tháng (%s), không phải số: Excel đã tự đổi. Hãy định dạng ô là Number rồi gõ lại số.", f.Text)
		return reading{kind: bad}
	case Bool:
		if g.def.Indicator.Kind == kpi.YesNo && f == &g.r.Value {
			return yesNo(f.Text == "1" || strings.EqualFold(f.Text, "true"))
		}
		g.errorf(f, BadNumber, "Ô này là giá trị đúng/sai, không phải số. Hãy ghi số.")
		return reading{kind: bad}
	}
	return g.text(f, whole)
}

// text reads a typed cell: a number, a word for a state, or for yes-no indicators "có", "không".
func (g *figure) text(f *Field, whole bool) reading {
	if rest, mark := vi.CutFootnote(f.Text); mark != "" {
		g.said, f.Text = f.Text, rest
		g.c.at(g.r, f, Info, FootnoteMark, "Ô có dấu chú thích %s bên số %s; dấu được giữ trong ghi chú.", quote(mark), quote(rest))
	}
	n, err := vi.ParseNumber(f.Text, whole)
	switch {
	case err == nil && n.Percent && f != &g.r.Value:
		g.errorf(f, PercentUnit, "Tử số, mẫu số không thể ghi theo %%. Hãy ghi số lượng.")
		return reading{kind: bad}
	case err == nil && n.Below && f != &g.r.Value:
		g.errorf(f, BadNumber, "Tử số, mẫu số phải là một số cụ thể, không phải ngưỡng %s.", quote(f.Text))
		return reading{kind: bad}
	case err == nil:
		return reading{kind: aNumber, number: n}
	}
	return g.quantity(f, whole, err)
}

// fractionText reads both parts of a ratio typed into the cell of its value: "45/100", "0/0".
func (g *figure) fractionText(num, den *reading) bool {
	f := &g.r.Value
	if f.Kind != Text || num.kind != nothing || den.kind != nothing || !strings.Contains(f.Text, "/") ||
		!g.def.HasParts() && !g.counted() {
		return false
	}
	a, b, _ := strings.Cut(f.Text, "/")
	n, err1 := vi.ParseNumber(a, g.whole[0])
	d, err2 := vi.ParseNumber(b, g.whole[1])
	if err1 != nil || err2 != nil || n.Percent || d.Percent || n.Below || d.Below {
		return false
	}
	*num, *den = reading{kind: aNumber, number: n}, reading{kind: aNumber, number: d}
	return true
}

// word reads a cell that is no number, because of err.
func (g *figure) word(f *Field, err error) reading {
	var amb *vi.AmbiguousError
	switch {
	case errors.As(err, &amb):
		g.errorf(f, AmbiguousNumber, "Số %s có thể là %s hoặc %s. Hãy ghi %s hoặc %s, hoặc nhập ô kiểu số.", quote(f.Text),
			vi.FormatNumber(amb.Whole, 0), vi.FormatNumber(amb.Fraction, 0), amb.Whole, vi.FormatNumber(amb.Fraction, 4))
		return reading{kind: bad}
	case errors.Is(err, vi.ErrTooLong):
		g.errorf(f, BadNumber, "Số %s có hơn %d chữ số. Hãy kiểm tra lại, hoặc ghi theo đơn vị lớn hơn.", quote(f.Text), vi.MaxDigits)
		return reading{kind: bad}
	}
	word := vi.Fold(f.Text)
	if g.def.Indicator.Kind == kpi.YesNo {
		switch word {
		case "co", "da", "dat", "x", "yes", "true":
			return yesNo(true)
		case "khong", "chua", "khong dat", "no", "false":
			return yesNo(false)
		}
	}
	switch strings.TrimRight(word, ".…") {
	case "-",
		"--",
		"---",
		"n/a",
		"na",
		"kps",
		"khong phat sinh",
		"khong phat sinh ho so",
		"khong ap dung",
		"khong thuoc pham vi",
		"khong thuoc doi tuong":
		return reading{kind: notApplicable}
	case "chua co so lieu", "chua bao cao", "khong bao cao", "chua co", "chua co bao cao", "chua thong ke", "khong co so lieu",
		"chua tong hop", "dang tong hop", "dang cap nhat", "dang thong ke", "dang ra soat", "chua cap nhat":
		return reading{kind: notReported}
	case "":
		if word == "" {
			return reading{}
		}
		return reading{kind: notReported} // "…": the statistical sign for a figure that was not collected
	}
	g.errorf(f, BadNumber, "Không hiểu số %s. Hãy ghi số như 1.234.567,8 hoặc 45,6 %%; không phát sinh thì ghi “-”.", quote(f.Text))
	return reading{kind: bad}
}

func yesNo(yes bool) reading {
	n := int64(0)
	if yes {
		n = 1
	}
	return reading{kind: aNumber, number: vi.Number{Value: vi.Int(n)}}
}

func (c *Checker) broken(r *Row, f *Field) {
	what := "lỗi " + quote(f.Text)
	if f.Text == "" {
		what = "công thức chưa có kết quả"
	}
	c.at(r, f, Error, BrokenCell, "Ô có %s. Hãy mở tệp bằng Excel, sửa công thức hoặc gõ số vào ô rồi lưu lại.", what)
}
