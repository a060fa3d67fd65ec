package intake

import (
	"fmt"
	"regexp"
	"strings"

	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// claim is a period that the file itself names for all figures of a sheet: in the tab, a title, a label.
type claim struct {
	at     check.Field // Text is what stands there; without a place it is the tab
	period kpi.Period
	cutoff bool // only until when
}

// maxClaims bounds what is remembered of the titles of one sheet.
const maxClaims = 20

var (
	reTabCopy  = regexp.MustCompile(` ?\(\d{1,2}\)$`)
	reTabMonth = regexp.MustCompile(`^(?:t|thang)? ?(\d{1,2})[./_-](\d{2}|20\d{2})$`)
	reTabShort = regexp.MustCompile(`^(?:t|thang|q|quy) ?(?:\d{1,2}|[ivx]{1,3})$`)
	// reFilters is the footer of a table that a Power BI report exported.
	reFilters = regexp.MustCompile(`(?:nam|year) is (20\d{2}).*?(?:thang|month) is (\d{1,2})`)
)

// year is that of the period that was asked for, or that a title names; "" when neither is there.
func (t *table) year() string {
	if p, asked := t.asked(); asked {
		return p.To.ISO()[:4]
	}
	if day := t.headDay(); day != 0 {
		return day.ISO()[:4]
	}
	return ""
}

// tabLater reads the tab once more, when the titles have said the year: "Tháng 8".
func (t *table) tabLater() {
	if t.scan == nil || t.tables > 1 || t.tabbed {
		return
	}
	t.tabbed = true
	if p, ok := t.tabPeriod(t.sheet); ok {
		f := check.Field{Kind: check.Text, Text: t.sheet}
		t.claims = append(t.claims, claim{at: f, period: p})
		t.setPeriod(f, periodText{p.Key, p.To}, true)
	}
}

// tabPeriod reads the name of a tab as a period: "Tháng 8.2026", "T8", "08.26", "Tháng 8 (2)".
func (t *table) tabPeriod(sheet string) (kpi.Period, bool) {
	s := reTabCopy.ReplaceAllString(vi.Fold(sheet), "")
	if m := reTabMonth.FindStringSubmatch(s); m != nil {
		p, err := check.ParsePeriodText(m[1] + "/" + "2026"[:4-len(m[2])] + m[2])
		return p, err == nil
	}
	if p, err := check.ParsePeriodText(s); err == nil {
		return p, true
	}
	if year := t.year(); year != "" && reTabShort.MatchString(s) {
		p, err := check.ParsePeriodText(s + " nam " + year)
		return p, err == nil
	}
	if m := check.Mentions(s, t.year()); len(m) == 1 && !m[0].Cutoff {
		return m[0].Period, true
	}
	return kpi.Period{}, false
}

// claims notes the periods that a text above a table names.
func (t *table) noteClaims(f check.Field) {
	if len(t.claims) >= maxClaims {
		return
	}
	for _, m := range check.Mentions(f.Text, t.year()) {
		t.claims = append(t.claims, claim{f, m.Period, m.Cutoff})
	}
}

// settleClaims compares the periods that the file names with each other and with the one that was asked for: two that differ
// are two readings, and somebody has to say which is right.
func (t *table) settleClaims() {
	p, asked := t.asked()
	if !asked {
		if c := t.firstClaim(); c != nil {
			p = c.period
		}
		if t.title.labelled || t.title.period.Kind != check.Absent { // what the figures are filed under
			if q, err := check.ParsePeriodText(t.title.period.Text); err == nil {
				p = q
			}
		}
	}
	if p.Key == "" {
		return
	}
	if asked { // what the file says else is asked about
		t.title.period, t.title.day = check.Field{Kind: check.Text, Text: p.Key}, p.To
	}
	for i := range t.claims {
		c := &t.claims[i]
		if c.period.Key == p.Key || c.cutoff && within(c.period, p) || !asked && c.cutoff || t.claimsAsked[c.period.Key] {
			continue
		}
		if t.claimsAsked == nil {
			t.claimsAsked = map[string]bool{}
		}
		t.claimsAsked[c.period.Key] = true
		where, other := "Tiêu đề "+quote(c.at.Text), "nơi khác trong tệp ghi "
		if c.at.Ref() == "" {
			where = "Tên trang tính " + quote(t.sheet)
		}
		if asked {
			other = "kỳ được chọn là "
		}
		t.found(
			check.Error,
			c.at.Ref(),
			OtherPeriod,
			fmt.Sprintf("%s ghi kỳ %s, trong khi %s%s. Không rõ số liệu của kỳ nào. Hãy sửa lại tệp, hoặc chọn đúng kỳ rồi nộp lại.",
				where, c.period.Title(), other, p.Title()),
		)
	}
	t.claims = nil // further tables have titles of their own
}

// firstClaim is the first period that is no mere cut-off.
func (t *table) firstClaim() *claim {
	for i := range t.claims {
		if !t.claims[i].cutoff {
			return &t.claims[i]
		}
	}
	return nil
}

// within reports whether a cut-off fits a period: a stretch of about its length that ends in it or soon after, or a count
// from the beginning of the year up to a day in it. Decree 09/2019 lets a month begin on the 15th of the one before.
func within(cut, p kpi.Period) bool {
	if cut.To < p.From || cut.To > p.To.AddDays(31) {
		return false
	}
	if cut.From.ISO()[5:] == "01-01" || cut.From == cut.To {
		return true
	}
	diff := days(cut) - days(p)
	return diff >= -5 && diff <= 5
}

func days(p kpi.Period) int {
	return int(p.To.Time().Sub(p.From.Time()).Hours() / 24)
}

// footer looks at a line below a table: what it says of the period or the unit of the figures above must not be lost.
func (t *table) footer(f *check.Field) {
	folded := vi.Fold(f.Text)
	p, asked := t.asked()
	if m := reFilters.FindStringSubmatch(folded); m != nil {
		q, err := check.ParsePeriodText(m[2] + "/" + m[1])
		if err == nil && asked && q.Key != p.Key {
			t.found(
				check.Error,
				f.Ref(),
				OtherPeriod,
				"Dòng "+quote(f.Text)+" cho biết số liệu là của "+q.Title()+", trong khi kỳ được chọn là "+p.Title()+". Hãy kiểm tra lại.",
			)
		}
	}
	for _, lead := range []string{"tinh bang ", "tinh theo ", "don vi tinh", "dvt", "theo don vi "} {
		_, rest, ok := strings.Cut(folded, lead)
		u := vi.ParseUnit(strings.Trim(rest, " :.,;"))
		if !ok || !u.Sure() || u.Base == "%" || u == vi.ParseUnit(t.title.unit) || u == vi.ParseUnit(t.layout.unit) {
			continue
		}
		t.found(
			check.Error,
			f.Ref(),
			CaptionUnused,
			"Dòng "+quote(f.Text)+" ở dưới bảng nêu đơn vị tính "+quote(u.Title(""))+", số liệu phía trên đã được đọc theo đơn vị khác. "+
				"Hãy ghi đơn vị tính ở phía trên bảng hoặc ở tiêu đề cột.",
		)
		return
	}
}

// otherRow reports whether a row is of another period than the one that was asked for: it is offered, not taken.
func (t *table) otherRow(row *check.Row) bool {
	p, asked := t.asked()
	if !asked || row.Total || row.Period.Kind != check.Text && row.Period.Kind != check.Day || row.Period.Text == p.Key {
		return false
	}
	if row.Period.Text != t.lastPeriod {
		t.lastPeriod = row.Period.Text
		q, err := check.ParsePeriodText(row.Period.Text) // the checks say what is wrong with it
		t.lastOther = err == nil && q.Key != p.Key
		if t.lastOther && !t.offered[q.Key] {
			if t.offered == nil {
				t.offered = map[string]bool{}
			}
			t.offered[q.Key] = true
			at := row.Value
			for _, f := range []check.Field{row.Numerator, row.Denominator, row.Period} {
				if isBlank(&at) {
					at = f
				}
			}
			t.found(check.Warning, at.Ref(), OtherRows, "Từ ô "+at.Ref()+" có dòng là số liệu "+q.Title()+", trong khi kỳ được chọn là "+p.Title()+
				": các dòng của kỳ đó không được đọc. Nếu muốn nộp cả kỳ đó, hãy nộp tệp lần nữa cho kỳ đó.")
		}
	}
	return t.lastOther
}
