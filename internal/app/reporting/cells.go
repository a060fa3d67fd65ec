package reporting

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// Bounds of what one cell may hold, in letters.
const (
	maxCellText = 200
	maxNote     = 1000
)

// SaveCells saves cells of a draft, each for itself: a cell that somebody else saved meanwhile is left as it is and comes back with
// who and when, the others are kept. A cell that cannot be read waits as it was typed, with what is wrong.
func (a *Room) SaveCells(ctx context.Context, round int64, id agency.ID, inputs []CellInput) (_ *SaveResult, err error) {
	defer fault.Context(&err, "reporting.SaveCells(%d, %s)", round, id)
	out := &SaveResult{}
	_, err = a.changeReport(ctx, round, id, "Ghi dự thảo báo cáo", func(tx *store.Tx, r *submission) error {
		if err := r.begin(tx); err != nil {
			return err
		}
		return r.save(tx, inputs, out)
	})
	return out, err
}

func (r *submission) save(tx *store.Tx, inputs []CellInput, out *SaveResult) error {
	lines := r.lines()
	var changed []store.Cell
	var results []CellResult
	out.before = nil
	for _, in := range inputs {
		i := slices.IndexFunc(lines, func(l filing.Line) bool { return l.Definition.ID == in.Definition })
		if i < 0 {
			return fault.New(fault.Invalid, "Biểu mẫu của đợt này không có chỉ tiêu số %d. Hãy tải lại trang.", in.Definition)
		}
		row, err := r.row(lines[i])
		if err != nil {
			return err
		}
		in = cleanInput(in)
		cell, err := r.input(row, in)
		if err != nil {
			return err
		}
		res := CellResult{Mine: in}
		switch {
		case sameCell(cell, row.Cell):
		case rateOverFraction(row, cell):
			res.Conflict = r.keepsFraction(row, in)
		case in.Seen != row.Cell.Version:
			res.Conflict = r.beaten(row)
		default:
			changed = append(changed, cell)
			out.before = append(out.before, row.Cell)
			r.put(cell)
		}
		results = append(results, res)
	}
	if err := tx.SaveCells(r.sub.ID, changed); err != nil {
		return err
	}
	var saved []int64
	for _, c := range changed {
		c.Account, c.FullName, c.At = r.actor.Name, "", tx.Now()
		r.put(c)
		saved = append(saved, c.Definition)
	}
	if err := tx.ForgetRefused(r.round.ID, r.duty.Agency, saved); err != nil {
		return err
	}
	for i, in := range inputs {
		j := slices.IndexFunc(lines, func(l filing.Line) bool { return l.Definition.ID == in.Definition })
		var err error
		if results[i].Row, err = r.row(lines[j]); err != nil {
			return err
		}
	}
	out.Cells, out.Complete, out.Serial = results, r.complete(lines), r.sub.Serial
	return nil
}

func (r *submission) put(c store.Cell) {
	if r.cells == nil {
		r.cells = map[int64]store.Cell{}
	}
	r.cells[c.Definition] = c
}

// beaten is what the second of two people in one cell reads.
func (r *submission) beaten(row ReportRow) string {
	who := row.Cell.FullName
	if who == "" {
		who = row.Cell.Account
	}
	now := row.Shown
	if now == "" {
		now = strings.TrimSpace(strings.Join([]string{row.Numerator, row.Denominator, row.Value}, " "))
	}
	if now == "" {
		now = "để trống"
	}
	return fmt.Sprintf("%s vừa ghi ô này lúc %s: %s. Số của bạn chưa được ghi; hãy xem lại rồi ghi tiếp nếu cần.",
		who, row.Cell.At.In(r.app.Zone).Format("15:04:05 ngày 02/01/2006"), now)
}

// rateOverFraction reports whether a cell would hold a bare rate where the row has a numerator and a denominator.
func rateOverFraction(row ReportRow, cell store.Cell) bool {
	old, f := row.Cell, cell.Figure
	parts := old.Figure.HasParts() || old.Typed.Numerator != "" && old.Typed.Denominator != ""
	return row.Definition.Indicator.Kind == kpi.Ratio && parts && !f.HasParts() && (f.Value.Valid || f.Bound.Valid)
}

// keepsFraction is what somebody reads whose rate was not taken.
func (r *submission) keepsFraction(row ReportRow, in CellInput) string {
	p := row.Printed()
	return fmt.Sprintf(
		"Ô này đang có tử số, mẫu số (%s/%s); tỷ lệ %s không thay được phân số. Muốn chỉ ghi tỷ lệ, hãy xóa cả tử số lẫn mẫu số trước.",
		p.Numerator,
		p.Denominator,
		in.Value,
	)
}

func cleanInput(in CellInput) CellInput {
	for _, s := range []*string{&in.Numerator, &in.Denominator, &in.Value, &in.Note, &in.Explained, &in.Dispute} {
		*s = vi.Clean(*s)
	}
	return in
}

// sameCell reports that saving would change nothing that anybody sees.
func sameCell(a, b store.Cell) bool {
	return a.Figure == b.Figure && a.Typed == b.Typed && a.Note == b.Note && a.Explained == b.Explained && a.Known.Stance == b.Known.Stance &&
		a.Known.Reason == b.Known.Reason && slices.Equal(a.Faults, b.Faults) && slices.Equal(a.Warnings, b.Warnings) &&
		a.Returned == b.Returned
}

// input is the cell that an input makes of a row.
func (r *submission) input(row ReportRow, in CellInput) (store.Cell, error) {
	for _, s := range []string{in.Numerator, in.Denominator, in.Value} {
		if utf8.RuneCountInString(s) > maxCellText {
			return store.Cell{}, fault.New(
				fault.Invalid,
				"Ô %s dài quá %d ký tự. Hãy chỉ ghi số.",
				row.Definition.Indicator.Code,
				maxCellText,
			)
		}
	}
	for _, s := range []string{in.Note, in.Explained, in.Dispute} {
		if utf8.RuneCountInString(s) > maxNote {
			return store.Cell{}, fault.New(
				fault.Invalid,
				"Ghi chú, giải trình của %s dài quá %d ký tự.",
				row.Definition.Indicator.Code,
				maxNote,
			)
		}
	}
	if err := explains(row, in.Explained); err != nil {
		return store.Cell{}, err
	}
	cell := row.Cell
	cell.Note, cell.Explained = in.Note, in.Explained
	typed := in.Numerator != row.Numerator || in.Denominator != row.Denominator || in.Value != row.Value
	if typed {
		if err := r.figureOf(&cell, row, in); err != nil {
			return cell, err
		}
	}
	if in.Explained != row.Cell.Explained && in.Explained != "" {
		cell.Returned = "" // explaining a returned cell answers it
	}
	if in.TakePrevious {
		if err := r.takePrevious(&cell, row, typed); err != nil {
			return cell, err
		}
	} else if typed && row.Previous != nil && cell.Note == tookPrevious(row.Previous) {
		cell.Note = "" // it is not that figure any more
	}
	return cell, r.stance(&cell, row, in)
}

// explains refuses what is no explanation: the rules are those for files.
func explains(row ReportRow, line string) error {
	e := check.Explanations{check.AnyCode: line}
	if err := e.Valid(); err != nil {
		return fault.New(fault.Invalid, "%s: %s", row.Definition.Name, fault.Sentence(err))
	}
	asked := []check.Finding{{Severity: check.Warning}}
	e.Explain(asked)
	if n, _ := check.Unexplained(asked); n > 0 && line != "" {
		return fault.New(fault.Invalid, "%s: “%s” chưa phải là giải trình. Hãy ghi lý do bằng lời.", row.Definition.Name, line)
	}
	return nil
}

// figureOf reads what was typed.
func (r *submission) figureOf(cell *store.Cell, row ReportRow, in CellInput) error {
	typed := filing.Typed{Numerator: in.Numerator, Denominator: in.Denominator, Value: in.Value}
	if typed.Blank() {
		r.clear(cell)
		return nil
	}
	if err := r.judge(cell, check.Input{Name: row.Definition.Name, Agency: r.duty.Agency, Indicator: row.Definition.Indicator.Code, Period: r.round.Period,
		Numerator: check.Typed(in.Numerator), Denominator: check.Typed(in.Denominator), Value: check.Typed(in.Value)}); err != nil {
		return err
	}
	if cell.Figure.State == "" {
		cell.Typed = typed
		if len(cell.Faults) == 0 { // "chưa có số liệu" is no figure, and no error either
			cell.Faults, cell.Warnings = []string{"Ô này chưa có số liệu. Nếu không phát sinh, hãy ghi “-”."}, nil
		}
	}
	return nil
}

// clear empties a cell of its figure and of what was said of it.
func (r *submission) clear(cell *store.Cell) {
	cell.Figure, cell.Typed, cell.Faults, cell.Warnings = kpi.Figure{}, filing.Typed{}, nil, nil
	cell.Upload, cell.Sheet, cell.Name, cell.Returned = 0, "", "", ""
}

// judge puts a figure into a cell by the checks of a file. What they refuse leaves it without a figure.
func (r *submission) judge(cell *store.Cell, in check.Input) error {
	rules, err := r.rules()
	if err != nil {
		return err
	}
	r.clear(cell)
	outcomes, _ := check.Inputs(rules, []check.Input{in}, false)
	for _, f := range outcomes[0].Findings {
		switch f.Severity {
		case check.Error:
			cell.Faults = append(cell.Faults, f.Message)
		case check.Warning:
			cell.Warnings = append(cell.Warnings, f.Message)
		case check.Info:
		}
	}
	if outcomes[0].Stored {
		cell.Figure = outcomes[0].Entry.Figure
	}
	return nil
}

// take puts a figure that is already held into a cell, through the same checks as one that is typed.
func (r *submission) take(cell *store.Cell, row ReportRow, f kpi.Figure) error {
	return r.judge(cell, figureInput(row.Definition, f, r.duty.Agency, r.round.Period))
}

// takePrevious takes over the figure of the period before: only when somebody says so, only into a blank cell, and the note says it.
func (r *submission) takePrevious(cell *store.Cell, row ReportRow, typed bool) error {
	switch {
	case row.Previous == nil:
		return fault.New(fault.Invalid, "%s chưa có số liệu kỳ trước để lấy lại.", row.Definition.Name)
	case typed || cell.Figure.State != "" || !cell.Typed.Blank():
		return fault.New(fault.Invalid, "%s đã có số. Hãy xóa số trong ô trước khi lấy số kỳ trước.", row.Definition.Name)
	}
	if cell.Note == "" {
		cell.Note = tookPrevious(row.Previous)
	}
	return r.take(cell, row, row.Previous.Figure)
}

// tookPrevious is the note of a figure that was taken over.
func tookPrevious(k *KnownFigure) string {
	return "Lấy lại số liệu " + ledger.LowerFirst(k.Period.Title())
}

// rules are those that the cells of the report are checked by.
func (r *submission) rules() (check.Rules, error) {
	points, err := r.points()
	if err != nil {
		return check.Rules{}, err
	}
	history := func(k check.Key) []check.Past {
		var out []check.Past
		for _, pt := range points {
			if pt.Definition == k.Definition && pt.Source.System == kpi.Reported && pt.Period.Key != r.round.Period.Key {
				out = append(out, check.Past{Period: pt.Period, Figure: pt.Figure})
			}
		}
		return out
	}
	return check.Rules{Directory: r.c.Agencies, Catalogue: r.c.Kpis, Today: r.app.Today(), Period: r.round.Period, Agency: r.duty.Agency,
		Source: kpi.Reported, Identities: r.c.Relations(), History: history}, nil
}

// stance takes over what was said of the figure that another system holds for the same period.
func (r *submission) stance(cell *store.Cell, row ReportRow, in CellInput) error {
	if in.Stance == "" {
		cell.Known = filing.Known{}
		return nil
	}
	known := row.Known
	switch {
	case known == nil:
		return fault.New(fault.Invalid, "%s chưa có số liệu nào từ hệ thống khác để xác nhận.", row.Definition.Name)
	case in.Stance == filing.Disputed && in.Dispute == "":
		return fault.New(
			fault.Invalid,
			"Hãy ghi lý do không đồng ý với số liệu %s của %s.",
			known.Text,
			ledger.LowerFirst(known.Source.Title()),
		)
	case in.Stance != filing.Confirmed && in.Stance != filing.Disputed:
		return fault.New(fault.Invalid, "Hãy chọn xác nhận hoặc không đồng ý.")
	}
	figure := known.Figure
	figure.PublishedRank = 0
	if in.Stance == filing.Confirmed && cell.Figure.State == "" && cell.Typed.Blank() {
		if err := r.take(cell, row, figure); err != nil {
			return err
		}
	}
	cell.Known = filing.Known{Figure: figure, Source: known.Source, Period: known.Period.Key, Stance: in.Stance, Reason: in.Dispute}
	if in.Stance == filing.Confirmed {
		cell.Known.Reason = ""
	}
	return nil
}

// asInput is the input that changes nothing.
func (row *ReportRow) asInput() CellInput {
	c := row.Cell
	return CellInput{
		Definition:  row.Definition.ID,
		Seen:        c.Version,
		Numerator:   row.Numerator,
		Denominator: row.Denominator,
		Value:       row.Value,
		Note:        c.Note,
		Explained:   c.Explained,
		Stance:      c.Known.Stance,
		Dispute:     c.Known.Reason,
	}
}
