package intake

import (
	"cmp"
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// judge decides of every column of figures whether it may be read: not when words of its heading were not understood, when
// they say that it is something else than what is reported, or when it is of another period than the one that was asked
// for. ok is false when somebody has to be asked.
func (t *table) judge(cols []column) (ok bool) {
	ok = true
	kept, put := map[string]int{}, map[string]int{} // by indicator: columns that are read, and those that are not
	for i := range cols {
		c := &cols[i]
		if !c.figures() || c.last.Kind == check.Absent {
			continue
		}
		code := t.codeOf(c)
		t.yearToDate(c, code)
		switch {
		case c.mods&modAside != 0:
			c.aside = asideWords(c.mods)
		case c.mods&modCounts != 0:
			c.aside = "một số đếm không ghi rõ là tử số, mẫu số hay giá trị"
			ok = t.ask(
				c,
				HeadingWords,
				"Không rõ cột "+quote(c.last.Text)+" là tử số, mẫu số hay giá trị. Hãy ghi tiêu đề là Tử số, Mẫu số hoặc Giá trị."+t.hint(i),
			)
		case t.outranked(c, cols):
			c.aside = "một phần của chỉ tiêu khác"
			ok = t.ask(
				c,
				TitleOutranks,
				"Cột "+quote(c.last.Text)+" có tên của chỉ tiêu "+codes(c.means)+", trong khi tiêu đề hoặc lựa chọn khi nộp là chỉ tiêu "+t.named()+
					". Không rõ cột này là của chỉ tiêu nào. Hãy ghi mã chỉ tiêu làm tiêu đề, thêm .num (tử số) hoặc .den (mẫu số).",
			)
		case t.stretched(c, cols, code):
			c.aside = "lũy kế"
			ok = t.ask(c, Stretch, "Cột "+quote(c.last.Text)+" ghi lũy kế, trong khi "+cmp.Or(code, t.named())+" tính trong kỳ. Hãy ghi số của kỳ.")
		case c.odd != "":
			c.aside = "phần “" + c.odd + "” không hiểu"
			ok = t.ask(
				c,
				HeadingWords,
				"Không hiểu phần trong ngoặc ở tiêu đề cột "+quote(c.last.Text)+", nên không rõ cột này có phải số liệu cần báo cáo không. "+
					"Hãy bỏ phần đó nếu là số liệu của kỳ, hoặc bỏ cột.",
			)
		case t.otherPeriod(c):
			c.aside = "số liệu kỳ khác"
			t.offer(c)
		}
		if c.aside == "" {
			kept[code]++
		} else if c.mods&modAside != 0 {
			put[code] = i
		}
	}
	for code, i := range put {
		if kept[code]+kept[""] == 0 && (code != "" || len(kept) == 0) {
			c := &cols[i]
			ok = t.ask(
				c,
				HeadingWords,
				"Cột "+quote(c.last.Text)+" ghi "+c.aside+", và không có cột nào ghi kết quả. Hãy ghi rõ cột kết quả, hoặc bỏ phần chữ thừa ở tiêu đề.",
			)
		}
	}
	for i := range cols {
		if c := &cols[i]; c.aside != "" && ok && c.mods&modAside != 0 {
			t.found(
				check.Info,
				c.last.Ref(),
				SetAside,
				"Cột "+quote(shown(&c.last))+" ghi "+c.aside+", không phải số liệu báo cáo của kỳ, nên không được đọc.",
			)
		}
	}
	return ok
}

// ask reports what somebody has to decide, and returns false.
func (t *table) ask(c *column, code, says string) bool {
	t.found(check.Error, c.last.Ref(), code, says)
	return false
}

// codeOf is the one indicator of a column, "" when it names none or several.
func (t *table) codeOf(c *column) string {
	if m := t.valid(c); len(m) == 1 {
		return m[0].code
	}
	return ""
}

func asideWords(m mods) string {
	switch {
	case m&modTarget != 0:
		return "mục tiêu, kế hoạch"
	case m&modChange != 0:
		return "mức so sánh"
	case m&modPrevious != 0:
		return "kỳ trước, cùng kỳ"
	case m&modMaximum != 0:
		return "mức tối đa"
	}
	return "một phần của đơn vị"
}

// asked is the period that whoever hands the file in has named; ok is false without one.
func (t *table) asked() (kpi.Period, bool) {
	return t.r.opts.Period, t.r.opts.Period.Key != ""
}

// otherPeriod reports whether a column is of another period than the one that was asked for.
func (t *table) otherPeriod(c *column) bool {
	p, asked := t.asked()
	if q, err := kpi.ParsePeriod(c.period.Text); asked && len(c.means) == 0 && err == nil && q.To == p.To && q.From.ISO()[5:] == "01-01" {
		return false // the rows say whether their indicators count from the beginning
	}
	return asked && c.period.Kind != check.Absent && c.period.Text != p.Key && (c.mods&modToDate == 0 || !sameStretch(c.period.Text, p))
}

// sameStretch reports whether a figure counted from the beginning of the year is the same of two periods: they end on
// one day of one year.
func sameStretch(key string, p kpi.Period) bool {
	q, err := kpi.ParsePeriod(key)
	return err == nil && q.To == p.To
}

// offer says that figures of another period are there.
func (t *table) offer(c *column) {
	p, _ := t.asked()
	t.found(check.Warning, c.last.Ref(), OtherPeriod, "Cột "+quote(shown(&c.last))+" là số liệu kỳ khác, trong khi kỳ được nộp là "+p.Title()+
		": cột không được đọc. Nếu muốn nộp cả kỳ đó, hãy nộp tệp lần nữa cho kỳ đó, hoặc nộp mà không chọn kỳ.")
}

// slot is one of the columns that may hold the value of one indicator and period.
type slot uint8

const (
	slotPlain    slot = iota
	slotInPeriod      // "Trong kỳ"
	slotToDate        // "Lũy kế"
	slotRate          // "Tỷ lệ (%)"
	slotCount
)

// valueCols are the columns of a value, -1 where there is none.
type valueCols [slotCount]int

func noValues() valueCols { return valueCols{-1, -1, -1, -1} }

// slotOf is where a column of values belongs.
func (c *column) slotOf() slot {
	switch {
	case c.rate:
		return slotRate
	case c.mods&modToDate != 0:
		return slotToDate
	case c.mods&modInPeriod != 0:
		return slotInPeriod
	}
	return slotPlain
}

// only returns the column when there is nothing to choose and nothing to doubt.
func (v *valueCols) only() (int, bool) {
	return v[slotPlain], v[slotInPeriod] < 0 && v[slotToDate] < 0 && v[slotRate] < 0
}

// any returns one of the columns, -1 without any.
func (v *valueCols) any() int {
	for _, c := range v {
		if c >= 0 {
			return c
		}
	}
	return -1
}

// pick returns the value of a row for its indicator: shares are figures of ratios alone, and what is counted from the
// beginning is not what came in the period. When the right one is not there, it says what is doubtful.
func (t *table) pick(v *valueCols, row *check.Row, fields []check.Field, line int32) check.Field {
	if c, ok := v.only(); ok {
		return get(fields, c, line)
	}
	def := t.definition(row)
	cell := func(s slot) check.Field { return get(fields, v[s], line) }
	if def == nil {
		return get(fields, v.any(), line)
	}
	count := t.countOf(def, v)
	rate, number := cell(slotRate), check.Field{}
	if count >= 0 {
		number = get(fields, count, line)
	}
	isRate := def.Indicator.Kind == kpi.Ratio || strings.HasPrefix(def.Unit, "%")
	parts := !isBlank(&row.Numerator) && !isBlank(&row.Denominator)
	switch {
	case isRate && v[slotRate] >= 0 && !isBlank(&number) && !isBlank(&rate) && !parts:
		t.doubt(&rate, UnreadCounts, "Ô "+rate.Ref()+" ghi tỷ lệ của "+def.Indicator.Code+", bên cạnh ô "+number.Ref()+
			" có số mà không rõ là tử số hay mẫu số. Hãy ghi rõ cột Tử số, Mẫu số.")
		return rate
	case isRate && v[slotRate] >= 0 && !isBlank(&rate):
		return rate
	case !isRate && count < 0 && !isBlank(&rate):
		t.doubt(&rate, RateOfCount, "Ô "+rate.Ref()+" nằm dưới tiêu đề tỷ lệ, trong khi "+def.Indicator.Code+" tính theo "+quote(def.Unit)+
			". Hãy ghi số liệu vào một cột Giá trị.")
		return rate
	}
	plain := cell(slotPlain)
	t.doubtStretch(def, v, &number, &plain)
	return number
}

// countOf returns the column that fits how an indicator counts; where none fits, one that does not.
func (t *table) countOf(def *kpi.Definition, v *valueCols) int {
	order := [...]slot{slotPlain, slotInPeriod, slotToDate}
	switch def.Accumulation {
	case kpi.InPeriod:
		order = [...]slot{slotInPeriod, slotPlain, slotToDate}
	case kpi.Cumulative, kpi.YearToDate:
		order = [...]slot{slotToDate, slotPlain, slotInPeriod}
	}
	for _, s := range order {
		if v[s] >= 0 {
			return v[s]
		}
	}
	return -1
}

// doubtStretch asks about a figure of another stretch of time than its indicator counts.
func (t *table) doubtStretch(def *kpi.Definition, v *valueCols, f, plainly *check.Field) {
	if isBlank(f) {
		return
	}
	in, to, plain := v[slotInPeriod] >= 0, v[slotToDate] >= 0, v[slotPlain] >= 0
	wrong := ""
	switch def.Accumulation {
	case kpi.InPeriod:
		if to && !in && !plain {
			wrong = "lũy kế"
		}
		if in && plain {
			t.doubtTwo(def, f, plainly)
		}
	case kpi.Cumulative, kpi.YearToDate:
		if in && !to && !plain {
			wrong = "trong kỳ"
		}
	case kpi.Point:
		if in && to && !plain {
			t.doubt(
				f,
				Stretch,
				"Bảng có cả cột trong kỳ và lũy kế, trong khi "+def.Indicator.Code+" tính "+def.Accumulation.Title()+". Hãy ghi rõ một cột Giá trị.",
			)
		}
	}
	if wrong != "" {
		t.doubt(
			f,
			Stretch,
			"Cột của ô "+f.Ref()+" ghi "+wrong+", trong khi "+def.Indicator.Code+" tính "+def.Accumulation.Title()+". Hãy ghi số theo đúng cách tính của chỉ tiêu.",
		)
	}
}

// doubtTwo asks when a column "Trong tuần" or "Phát sinh trong kỳ" stands beside one of the period and has another figure.
func (t *table) doubtTwo(def *kpi.Definition, f, plain *check.Field) {
	if isBlank(plain) || plain.Text == f.Text && plain.Number == f.Number {
		return
	}
	t.doubt(f, Stretch, "Ô "+plain.Ref()+" và ô "+f.Ref()+" ghi hai số khác nhau của "+def.Indicator.Code+
		" trong kỳ. Hãy giữ lại một cột, hoặc ghi rõ cột nào là số của kỳ.")
}

// maxDoubts is how many cells of a table are asked about one by one.
const maxDoubts = 20

// doubt asks about a figure.
func (t *table) doubt(f *check.Field, code, says string) {
	if t.doubts++; t.doubts <= maxDoubts {
		t.found(check.Error, f.Ref(), code, says)
	}
}

// definition returns what the indicator of a row means, nil when that is not known here. The answers are remembered.
func (t *table) definition(row *check.Row) *kpi.Definition {
	text := row.Indicator.Text
	if isBlank(&row.Indicator) {
		text = t.r.opts.Indicator
	}
	return t.r.definition(text, t.day())
}

// day is a day on which names of the table hold.
func (t *table) day() vi.Date {
	if t.title.day != 0 {
		return t.title.day
	}
	return t.r.opts.Period.To
}

// definition finds the one definition that a text names.
func (r *reader) definition(text string, day vi.Date) *kpi.Definition {
	if def, ok := r.defs[text]; ok {
		return def
	}
	found := r.cat.Find(text, day)
	if len(found) == 0 {
		found = r.cat.FindAny(text)
	}
	var def *kpi.Definition
	if len(found) == 1 || len(found) > 1 && found[0].Indicator.Code == found[len(found)-1].Indicator.Code {
		def = found[len(found)-1]
	}
	if len(r.defs) < maxCached {
		if r.defs == nil {
			r.defs = map[string]*kpi.Definition{}
		}
		r.defs[strings.Clone(text)] = def
	}
	return def
}

// yearToDate takes "9 tháng" beside "Tháng 9" for what it is of an indicator that counts from the beginning: its figure of
// September.
func (t *table) yearToDate(c *column, code string) {
	p, asked := t.asked()
	if !asked || code == "" || c.period.Kind == check.Absent || c.period.Text == p.Key {
		return
	}
	q, err := kpi.ParsePeriod(c.period.Text)
	if err != nil || q.To != p.To || q.From.ISO()[5:] != "01-01" {
		return
	}
	if def := t.r.definition(code, t.day()); def != nil && (def.Accumulation == kpi.YearToDate || def.Accumulation == kpi.Cumulative) {
		c.mods |= modToDate
		c.period.Text, c.day = p.Key, p.To
	}
}

// named is the one indicator that the title of the table or whoever hands it in names, "" without one.
func (t *table) named() string {
	if t.title.indicator.Kind == check.Text {
		if def := t.r.definition(t.title.indicator.Text, t.day()); def != nil {
			return def.Indicator.Code
		}
	}
	return t.r.opts.Indicator
}

// outranked reports whether the words of a heading are those of another indicator than the title or the caller names: what
// heads a table is nearer to what it is about than words that several indicators share. A code is no mere word.
func (t *table) outranked(c *column, cols []column) bool {
	named := t.named()
	if named == "" || len(c.means) == 0 || c.byCode {
		return false
	}
	for i := range cols {
		if r := cols[i].role; r == roleIndicator || r == roleIndicatorCode {
			return false
		}
	}
	return !slices.ContainsFunc(c.means, func(m meaning) bool { return m.code == named })
}

// stretched reports whether a part of a ratio is counted from the beginning where its indicator counts in the period, and
// no other column gives that.
func (t *table) stretched(c *column, cols []column, code string) bool {
	if c.part == partValue || c.mods&modToDate == 0 {
		return false
	}
	if code == "" {
		code = t.named()
	}
	def := t.r.definition(code, t.day())
	if def == nil || def.Accumulation != kpi.InPeriod {
		return false
	}
	if p, err := check.ParsePeriodText(t.title.period.Text); err == nil && p.From.ISO()[5:] == "01-01" {
		return false
	}
	return true
}

// judgeTitle asks when the title names another indicator than whoever hands the file in, and when a table without a column
// of agencies says that it is of a part of one.
func (t *table) judgeTitle(cols []column) bool {
	ok := true
	if named := t.named(); t.r.opts.Indicator != "" && named != t.r.opts.Indicator {
		t.found(
			check.Error,
			t.title.indicator.Ref(),
			TitleOutranks,
			"Tiêu đề bảng ghi chỉ tiêu "+named+", trong khi chỉ tiêu được chọn là "+t.r.opts.Indicator+
				". Hãy sửa tiêu đề, hoặc chọn đúng chỉ tiêu rồi nộp lại.",
		)
		ok = false
	}
	for i := range cols {
		if r := cols[i].role; r == roleAgency || r == roleAgencyCode {
			return ok
		}
	}
	ok = t.judgeTab() && ok
	if at := t.title.local; at.Kind != check.Absent {
		t.found(
			check.Error,
			at.Ref(),
			SecondNames,
			"Tiêu đề hoặc tên trang "+quote(at.Text)+" cho thấy số liệu là của một đơn vị trực thuộc, trong khi bảng không có cột Đơn vị. "+
				"Hãy thêm cột Đơn vị, ghi tên đơn vị của từng dòng.",
		)
		ok = false
	}
	return ok
}
