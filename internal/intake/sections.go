package intake

import (
	"regexp"
	"strings"

	"chiso/internal/check"
	"chiso/internal/vi"
)

var reSectionNumber = regexp.MustCompile(`^(?:([ivx]{1,5})|([0-9]{1,3})|([a-h]))(?:[.)/:-]|$)`)

// sectionStyle is how a heading between rows is numbered: "i", "1", "a", "-" for not at all.
func sectionStyle(fields []check.Field) string {
	for i := range fields {
		f := &fields[i]
		if isBlank(f) {
			continue
		}
		m := reSectionNumber.FindStringSubmatch(strings.TrimSpace(vi.Fold(shown(f))))
		switch {
		case m == nil:
			return "-"
		case m[1] != "":
			return "i"
		case m[2] != "":
			return "1"
		}
		return "a"
	}
	return "-"
}

// section follows headings between rows that name the indicator: where the next one of the same kind names none that is known, what
// was named before does not go on below it.
func (t *table) section(fields []check.Field, before check.Cell) {
	style := sectionStyle(fields)
	if now := t.title.indicator; now.Kind != check.Absent && now.At != before {
		t.sectionStyle, t.unknownSection = style, check.Field{}
		return
	}
	if t.sectionStyle != style {
		return
	}
	var text *check.Field
	for i := range fields {
		f := &fields[i]
		if f.Kind != check.Text || reOrdinalCell.MatchString(vi.Fold(f.Text)) {
			continue
		}
		_, period := parsedPeriod(strings.Trim(f.Text, "()* "))
		if t.r.lineKind(f.Text) != linePlain || reRemark.MatchString(vi.Fold(f.Text)) || period || t.isAgency(f.Text) || strings.Contains(f.Text, ":") {
			return
		}
		if text != nil {
			return
		}
		text = f
	}
	if text != nil {
		t.unknownSection = *text
	}
}

// askSection asks about figures below a heading that stands where the name of an indicator does, and is none.
func (t *table) askSection() {
	at := t.unknownSection
	if at.Kind == check.Absent {
		return
	}
	t.unknownSection = check.Field{}
	t.found(check.Error, at.Ref(), HeadingWords, "Dòng "+quote(at.Text)+" ở ô "+at.Ref()+" đứng ở chỗ tên chỉ tiêu như dòng trước đó ("+
		quote(t.title.indicator.Text)+"), nhưng không rõ là chỉ tiêu nào. Hãy ghi mã chỉ tiêu ở dòng này.")
}
