package intake

import (
	"fmt"
	"strconv"

	"chiso/internal/agency"
	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// The codes of findings about a template that came back. A code never changes its meaning.
const (
	EmptyTemplate  = "empty_template"  // error: no figure was written
	OldTemplate    = "old_template"    // error: the cell meant something else when the template was made
	TemplatePeriod = "template_period" // error: the period was changed by hand
	TemplateAgency = "template_agency" // error: the agency was changed by hand
	BlankRows      = "blank_rows"      // info: rows left blank are not reported
)

// templateMark is what the hidden sheet of a template says.
type templateMark struct {
	version  int
	period   kpi.Period
	agency   agency.ID
	meanings map[string]string // indicator code → what its cells meant
}

// maxMarkRows bounds the hidden sheet.
const maxMarkRows = 5000

// template recognises a template that came back and then reads it as one: rows left blank are not
// reported, and figures of indicators that meant something else when the template was made are
// refused cell by cell. The returned function ends the reading.
func (s *sheetReader) template() (end func(), err error) {
	for _, scan := range s.r.file.book.sheets {
		if !scan.hidden && !scan.veryHidden || vi.Fold(scan.name) != markerSheet {
			continue
		}
		own, err := s.own(scan)
		if err != nil || !own {
			return func() {}, err
		}
		m, err := s.mark(scan)
		if err != nil {
			return nil, err
		}
		t := &templateReader{r: s.r, mark: m, yield: s.r.yield, report: s.r.opts.Report, optional: s.r.opts.Optional}
		s.r.yield, s.r.opts.Report = t.row, t.found
		return t.end, nil
	}
	return func() {}, nil
}

// mark reads the hidden sheet.
func (s *sheetReader) mark(scan *sheetScan) (m templateMark, err error) {
	m.meanings = map[string]string{}
	rows := 0
	err = s.rows(scan, func(_ int32, c []string) error {
		switch {
		case len(c) > 2 && c[0] == "item":
			m.meanings[c[1]] = vi.Clean(c[2])
		case len(c) > 1 && c[0] == "version":
			m.version, _ = strconv.Atoi(c[1]) // 0 is no version that was ever written
		case len(c) > 1 && c[0] == "agency":
			m.agency = agency.ID(c[1])
		case len(c) > 1 && c[0] == "period":
			m.period, _ = kpi.ParsePeriod(c[1]) // without one nothing is compared
		}
		if rows++; rows == maxMarkRows {
			return errEnough
		}
		return nil
	})
	return m, err
}

// templateReader stands between the tables of a template and the checks.
type templateReader struct {
	r             *reader
	mark          templateMark
	yield         func(check.Row, error) bool
	report        func(check.Finding)
	optional      map[string]bool
	blank, filled int
	periodSaid    bool
	agencySaid    bool
}

// found drops what the reader says of rows and columns of our own form.
func (t *templateReader) found(f check.Finding) {
	if f.Severity == check.Info && f.Sheet == formSheet && (f.Code == SkippedRow || f.Code == UnknownColumn || f.Code == SetAside) {
		return
	}
	if f.Code == UnreadColumn && f.Sheet == formSheet { // a column of ours under another heading: its figures would be lost
		f.Severity = check.Error
	}
	t.report(f)
}

func (t *templateReader) row(row check.Row, err error) bool {
	if err != nil {
		return t.yield(row, err)
	}
	at := figureField(&row)
	if at == nil {
		if isBlank(&row.Note) {
			if !t.optional[vi.Clean(row.Indicator.Text)] {
				t.blank++
			}
			return true
		}
		return t.yield(row, nil)
	}
	t.filled++
	if says := t.outdated(&row); says != "" {
		t.report(check.Finding{Severity: check.Error, Sheet: row.Sheet, Cell: at.Ref(), Code: OldTemplate, Message: says})
		return true
	}
	t.comparePeriod(&row)
	t.compareAgency(&row)
	return t.yield(row, nil)
}

// figureField returns the first figure of a row, nil when there is none.
func figureField(row *check.Row) *check.Field {
	for _, f := range [...]*check.Field{&row.Value, &row.Numerator, &row.Denominator} {
		if !isBlank(f) {
			return f
		}
	}
	return nil
}

// outdated says why a figure of the template cannot be read any more, "" when it can.
func (t *templateReader) outdated(row *check.Row) string {
	if t.mark.version < 1 || t.mark.version > templateVersion {
		return fmt.Sprintf(
			"Biểu mẫu phiên bản %d không đọc được bằng chương trình này. Hãy tải biểu mẫu mới và chép số liệu sang.",
			t.mark.version,
		)
	}
	code := vi.Clean(row.Indicator.Text)
	was, known := t.mark.meanings[code]
	if !known {
		return ""
	}
	d, ok := t.r.cat.On(code, t.mark.period.To)
	if !ok || meaningOf(d) == was {
		return "" // an indicator that is gone is refused by the checks
	}
	return fmt.Sprintf(
		"Chỉ tiêu %s đã đổi cách tính hoặc đơn vị tính từ khi tải biểu mẫu; nay tính theo “%s”. Hãy tải biểu mẫu mới và ghi lại số này.",
		code,
		d.Unit,
	)
}

// comparePeriod warns when somebody changed the period of the form.
func (t *templateReader) comparePeriod(row *check.Row) {
	if t.periodSaid || t.mark.period.Key == "" || row.Period.Kind != check.Text {
		return
	}
	p, err := check.ParsePeriodText(row.Period.Text)
	if err != nil || p.Key == t.mark.period.Key {
		return
	}
	t.periodSaid = true
	t.report(check.Finding{Severity: check.Error, Sheet: row.Sheet, Cell: row.Period.Ref(), Code: TemplatePeriod, Message: fmt.Sprintf(
		"Biểu mẫu này lập cho %s nhưng ghi %s. Hãy kiểm tra lại kỳ báo cáo, hoặc tải biểu mẫu của kỳ cần nộp.",
		t.mark.period.Title(),
		p.Title(),
	)})
}

// compareAgency refuses a form in which somebody put another agency.
func (t *templateReader) compareAgency(row *check.Row) {
	if t.agencySaid || t.mark.agency == "" || row.Agency.Kind != check.Text {
		return
	}
	m := t.r.dir.Find(row.Agency.Text, t.mark.period.To)
	if !m.Found() || m.Agency == t.mark.agency {
		return
	}
	t.agencySaid = true
	t.report(check.Finding{Severity: check.Error, Sheet: row.Sheet, Cell: row.Agency.Ref(), Code: TemplateAgency, Message: fmt.Sprintf(
		"Biểu mẫu này lập cho %s nhưng dòng ghi %s. Hãy tải biểu mẫu của đúng đơn vị và chép số liệu sang.",
		t.r.dir.Name(t.mark.agency, t.mark.period.To),
		quote(row.Agency.Text),
	)})
}

// end says how many rows were left blank.
func (t *templateReader) end() {
	switch {
	case t.filled > 0 && t.blank > 0:
		t.report(check.Finding{Severity: check.Info, Sheet: formSheet, Code: BlankRows,
			Message: fmt.Sprintf("%s chỉ tiêu để trống: được tính là chưa báo cáo, không phải là 0.", vi.FormatInt(int64(t.blank)))})
	case t.filled == 0 && t.blank > 0:
		t.report(check.Finding{Severity: check.Error, Sheet: formSheet, Code: EmptyTemplate,
			Message: "Biểu mẫu chưa ghi số liệu nào. Hãy ghi vào các ô nền vàng nhạt rồi nộp lại."})
	}
}
