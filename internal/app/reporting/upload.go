package reporting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// The findings about rows that are right and yet not for this report.
const (
	otherPeriod = "other_period"
	outsideForm = "outside_form"
)

// UploadReport reads a file for a draft and keeps it: what it would change is shown first, and TakeUpload takes it. What the checks refuse is
// noted beside its cells.
func (a *Room) UploadReport(ctx context.Context, round int64, id agency.ID, file ledger.ImportFile) (out *UploadOutcome, err error) {
	defer fault.Context(&err, "reporting.UploadReport(%d, %s)", round, id)
	ctx, end := a.Reading(ctx, &err)
	defer end()
	opened, before, err := a.ReadAhead(ctx, round, id, file, receive.Choices{})
	if err != nil {
		return nil, err
	}
	actor := access.From(ctx)
	_, err = a.Write(ctx, store.Change{Account: actor.Name, Reason: "Nộp tệp " + file.Name + " cho dự thảo"}, func(tx *store.Tx) error {
		r, read, err := a.again(ctx, tx, round, id, opened, before)
		if err != nil {
			return err
		}
		upload, err := tx.SaveUpload(
			store.Upload{Name: file.Name, Period: r.round.Period.Key, Agency: id, System: kpi.Reported},
			receive.Media(opened),
			file.Data,
		)
		if err != nil {
			return err
		}
		out = &UploadOutcome{
			UploadLine: figures.UploadLine{ID: upload, Name: file.Name, SHA256: store.SHA256(file.Data), Account: actor.Name, At: tx.Now()},
			Agency:     id,
			Round:      round,
			Findings:   read.findings,
			About:      read.about,
			Errors:     read.errs,
			Matching:   read.matching,
			Editable:   true,
		}
		tx.Audit(
			store.Entry{
				Action: "upload",
				Agency: id,
				Target: receive.UploadTarget(upload),
				Detail: fmt.Sprintf(
					"Nộp tệp %s cho dự thảo báo cáo %s, %s: %s",
					file.Name,
					r.duty.Name,
					r.round.Name,
					fileCounts(len(read.entries), read.errs),
				),
			},
		)
		if err := tx.SaveRefused(r.round.ID, r.duty.Agency, read.refusedList(upload)); err != nil {
			return err
		}
		return r.compare(read, out)
	})
	return out, err
}

// again loads the report under the write lock, with what a file says to it.
func (a *Room) again(
	ctx context.Context,
	tx *store.Tx,
	round int64,
	id agency.ID,
	opened *intake.File,
	before *fileRead,
) (*submission, *fileRead, error) {
	r, err := a.report(ctx, &tx.View, round, id)
	if err != nil {
		return nil, nil, err
	}
	if err := r.mayEdit(); err != nil {
		return nil, nil, err
	}
	read, err := r.readAgain(ctx, opened, before)
	return r, read, err
}

// TakeUpload takes cells of a file that was uploaded before into the draft. seen names the cells, by definition, with the version that was
// shown beside each; a cell that was saved since is left, and named. Good cells are kept while bad ones wait in the file.
func (a *Room) TakeUpload(
	ctx context.Context,
	round int64,
	id agency.ID,
	upload int64,
	seen map[int64]int64,
) (out *UploadOutcome, err error) {
	defer fault.Context(&err, "reporting.TakeUpload(%d, %s)", round, id)
	ctx, end := a.Reading(ctx, &err)
	defer end()
	var u store.Upload
	var file ledger.ImportFile
	if err := a.readReport(ctx, round, id, func(r *submission) error {
		if err := r.mayEdit(); err != nil {
			return err
		}
		u, file, err = r.uploaded(upload)
		return err
	}); err != nil {
		return nil, err
	}
	opened, before, err := a.ReadAhead(ctx, round, id, file, receive.ReadChoices(u.Choices))
	if err != nil {
		return nil, err
	}
	return a.TakeOpened(ctx, u, round, id, opened, before, seen)
}

// TakeOpened puts what a file says, as it was read before, into the draft.
func (a *Room) TakeOpened(
	ctx context.Context,
	u store.Upload,
	round int64,
	id agency.ID,
	opened *intake.File,
	before *fileRead,
	seen map[int64]int64,
) (out *UploadOutcome, err error) {
	defer fault.Context(&err, "reporting.TakeOpened(%d, %s)", round, id)
	_, err = a.Write(
		ctx,
		store.Change{Account: access.From(ctx).Name, Reason: "Đưa tệp " + u.Name + " vào dự thảo"},
		func(tx *store.Tx) error {
			r, read, err := a.again(ctx, tx, round, id, opened, before)
			if err != nil {
				return err
			}
			out = &UploadOutcome{
				UploadLine: figures.Line(u),
				Agency:     id,
				Round:      round,
				Findings:   read.findings,
				About:      read.about,
				Errors:     read.errs,
				Matching:   read.matching,
				Editable:   true,
			}
			if err := r.takeEntries(tx, read, seen, out); err != nil {
				return err
			}
			if read.matching.Choices.Remember && out.Saved > 0 {
				if err := read.matching.Remember(tx, r.filer(), u.Name); err != nil {
					return err
				}
			}
			return r.compare(read, out)
		},
	)
	return out, err
}

// uploaded returns a file that was uploaded for the report.
func (r *submission) uploaded(upload int64) (store.Upload, ledger.ImportFile, error) {
	u, err := r.v.Upload(upload)
	if err != nil {
		return u, ledger.ImportFile{}, err
	}
	if u.Agency != r.duty.Agency || u.Period != r.round.Period.Key {
		return u, ledger.ImportFile{}, fault.New(fault.NotFound, "Lần nộp số %d không thuộc báo cáo này.", upload)
	}
	data, err := r.v.File(u.SHA256)
	return u, ledger.ImportFile{Name: u.Name, Data: data}, err
}

// fileRead is what a file says to a report, and what it was checked against.
type fileRead struct {
	entries  []check.Entry // its good cells
	findings []check.Finding
	errs     int
	about    []*kpi.Definition // of each finding, nil where it is about no line of the report
	refused  []refusedRow
	matching *receive.Matching

	c      *ledger.Catalogue
	points []store.SeriesPoint
	today  vi.Date
}

// ReadAhead reads a file before anything is locked: in a minute in which everybody uploads, nobody waits for the reading of the others.
func (a *Room) ReadAhead(
	ctx context.Context,
	round int64,
	id agency.ID,
	file ledger.ImportFile,
	said receive.Choices,
) (opened *intake.File, read *fileRead, err error) {
	defer fault.Context(&err, "reporting.ReadAhead(%d, %s)", round, id)
	leave, err := a.Enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	if opened, err = a.Open(ctx, file); err != nil {
		return nil, nil, err
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		r, err := a.report(ctx, v, round, id)
		if err != nil {
			return err
		}
		if err := r.mayEdit(); err != nil {
			return err
		}
		read, err = r.readFile(ctx, opened, said)
		return err
	})
	return opened, read, err
}

// readAgain returns what was read before, as long as it was checked against what still holds; else it reads the file once more.
func (r *submission) readAgain(ctx context.Context, opened *intake.File, before *fileRead) (*fileRead, error) {
	points, err := r.points()
	if err != nil {
		return nil, err
	}
	if before.c == r.c && before.today == r.app.Today() && slices.Equal(before.points, points) {
		return before, nil
	}
	return r.readFile(ctx, opened, before.matching.Choices)
}

// ReportUpload tells once more what a file that was uploaded into a report says.
func (a *Room) ReportUpload(ctx context.Context, round int64, id agency.ID, upload int64) (out *UploadOutcome, err error) {
	defer fault.Context(&err, "reporting.ReportUpload(%d, %s)", round, id)
	ctx, end := a.Reading(ctx, &err)
	defer end()
	leave, err := a.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	err = a.readReport(ctx, round, id, func(r *submission) error {
		u, file, err := r.uploaded(upload)
		if err != nil {
			return err
		}
		opened, err := a.Open(ctx, file)
		if err != nil {
			return err
		}
		read, err := r.readFile(ctx, opened, receive.ReadChoices(u.Choices))
		if err != nil {
			return err
		}
		out = &UploadOutcome{
			UploadLine: figures.Line(u),
			Agency:     id,
			Round:      round,
			Findings:   read.findings,
			About:      read.about,
			Errors:     read.errs,
			Matching:   read.matching,
			Editable:   r.editable(),
		}
		for _, c := range r.cells {
			if c.Upload == upload {
				out.Saved++
			}
		}
		if err := r.takings(out); err != nil {
			return err
		}
		return r.compare(read, out)
	})
	return out, err
}

// takings adds when cells of a file were taken.
func (r *submission) takings(out *UploadOutcome) error {
	if r.sub.ID == 0 {
		return nil
	}
	batches, err := r.v.Batches(r.sub.ID)
	if err != nil {
		return err
	}
	for _, b := range batches {
		if b.Upload == out.ID && b.UndoneAt.IsZero() {
			out.Batch = newBatchView(b)
			return nil
		}
	}
	return nil
}

// ReportUploadMarked gives a file that was uploaded into a report back with its faulty cells marked.
func (a *Room) ReportUploadMarked(ctx context.Context, round int64, id agency.ID, upload int64) (name string, data []byte, err error) {
	defer fault.Context(&err, "reporting.ReportUploadMarked(%d, %s)", round, id)
	ctx, end := a.Reading(ctx, &err)
	defer end()
	out, err := a.ReportUpload(ctx, round, id, upload)
	if err != nil {
		return "", nil, err
	}
	if !slices.ContainsFunc(out.Findings, func(f check.Finding) bool { return f.Severity != check.Info }) {
		return "", nil, fault.New(fault.NotFound, "Tệp %s không có lỗi hay cảnh báo nào để đánh dấu.", out.Name)
	}
	var file ledger.ImportFile
	if err := a.readReport(ctx, round, id, func(r *submission) error {
		_, file, err = r.uploaded(upload)
		return err
	}); err != nil {
		return "", nil, err
	}
	data, err = a.receive.Mark(ctx, file, out.Findings, vi.DateOf(out.At.In(a.Zone)), intake.ForDraft)
	return receive.MarkedName(file.Name), data, err
}

// readFile checks a file against the report; said is what was said of its columns and lines.
func (r *submission) readFile(ctx context.Context, file *intake.File, said receive.Choices) (*fileRead, error) {
	rules, err := r.rules()
	if err != nil {
		return nil, err
	}
	out := &fileRead{c: r.c, points: r.series, today: r.app.Today()}
	checker := check.New(rules)
	lines := r.lines()
	report := func(f check.Finding) {
		if f.Code == intake.OtherRows { // a report is of one period: its file holds no other
			f.Severity, f.Code = check.Error, otherPeriod
		}
		checker.Report(f)
	}
	rows := 0
	optional := map[string]bool{}
	var form []string
	for _, l := range lines {
		form = append(form, l.Definition.Indicator.Code)
		if l.Optional {
			optional[l.Definition.Indicator.Code] = true
		}
	}
	of := &ofFile{lines: lines, checker: checker, about: map[int]*kpi.Definition{}}
	matcher, err := r.app.receive.NewMatcher(r.v, r.c, r.filer(), form, r.round.Period.To, said)
	if err != nil {
		return nil, err
	}
	opts := intake.Options{Period: r.round.Period, Optional: optional, Report: report, Stop: ledger.Stop(ctx)}
	matcher.Into(&opts)
	for row, err := range file.Rows(r.c.Kpis, r.c.Agencies, opts) {
		if err != nil {
			return nil, err
		}
		rows++
		if matcher.Row(&row) {
			continue
		}
		found := len(checker.Findings())
		e, ok := checker.Row(row)
		of.row(row, found, ok)
		if !ok {
			continue
		}
		asked := slices.ContainsFunc(lines, func(l filing.Line) bool { return l.Definition.ID == e.Definition.ID })
		switch {
		case e.Period.Key != r.round.Period.Key:
			checker.Report(check.Finding{Severity: check.Error, Sheet: e.Sheet, Cell: e.Cell, Code: otherPeriod,
				Message: "Dòng này là số liệu " + ledger.LowerFirst(
					e.Period.Title(),
				) + ", trong khi báo cáo là của " + ledger.LowerFirst(
					r.round.Period.Title(),
				) + ". Hãy sửa kỳ hoặc bỏ dòng."})
		case !asked:
			checker.Report(check.Finding{Severity: check.Info, Sheet: e.Sheet, Cell: e.Cell, Code: outsideForm,
				Message: "Chỉ tiêu " + e.Definition.Indicator.Code + " không thuộc biểu mẫu của đợt này, được bỏ qua."})
		default:
			out.entries = append(out.entries, e)
		}
	}
	if rows == 0 && checker.Errors() == 0 {
		checker.Report(
			check.Finding{
				Severity: check.Error,
				Code:     receive.NoRows,
				Message:  "Dưới dòng tiêu đề không có dòng số liệu nào. Hãy điền số liệu rồi nộp lại.",
			},
		)
	}
	checker.EndFile()
	if err := receive.Declared(checker, file, r.c, ledger.Stop(ctx)); err != nil {
		return nil, err
	}
	out.findings, out.errs, out.refused, out.matching = checker.Findings(), checker.Errors(), of.refused, &matcher.Matching
	out.about = make([]*kpi.Definition, len(out.findings))
	for i, d := range of.about {
		if i < len(out.about) {
			out.about[i] = d
		}
	}
	return out, nil
}

// takeEntries puts cells of a file into the draft, as one change that can be taken back.
func (r *submission) takeEntries(tx *store.Tx, read *fileRead, seen map[int64]int64, out *UploadOutcome) error {
	var changed, before []store.Cell
	var taken []int64
	same := 0
	for _, e := range read.entries {
		version, ticked := seen[e.Definition.ID]
		old := r.cells[e.Definition.ID]
		old.Definition = e.Definition.ID
		c := cellOf(old, e, read.findings, out.ID)
		switch {
		case sameCell(c, old):
			same++
		case !ticked:
			continue
		case version != old.Version:
			out.Overtaken = append(out.Overtaken, e.Definition.Name)
			continue
		default:
			changed, before = append(changed, c), append(before, old)
		}
		taken = append(taken, e.Definition.ID)
	}
	if err := tx.ForgetRefused(r.round.ID, r.duty.Agency, taken); err != nil || len(changed) == 0 {
		return errors.Join(err, r.takings(out))
	}
	if err := r.begin(tx); err != nil {
		return err
	}
	if err := tx.SaveCells(r.sub.ID, changed); err != nil {
		return err
	}
	for _, c := range changed {
		c.Account, c.FullName, c.At = r.actor.Name, "", tx.Now()
		r.put(c)
	}
	out.Saved = len(changed)
	said := fmt.Sprintf("Tệp %s: %d ô đọc được: %d thay đổi, %d giữ nguyên.", out.Name, len(read.entries), len(changed), same)
	r.audit(tx, "report_file", said)
	var err error
	out.Batch, err = r.saveBatch(tx, store.Batch{Kind: store.BatchFile, Upload: out.ID, Said: said, Before: before})
	return err
}

// warningsAt collects the warnings of one cell.
func warningsAt(findings []check.Finding, sheet, cell string) (out []string) {
	for _, f := range findings {
		if f.Severity == check.Warning && f.Sheet == sheet && (f.Cell == cell || f.Figure == cell) && cell != "" {
			out = append(out, f.Message)
		}
	}
	return out
}

// fileCounts says what a file holds.
func fileCounts(good, errs int) string {
	if errs == 0 {
		return fmt.Sprintf("%d ô", good)
	}
	return fmt.Sprintf("%d ô đúng, %d lỗi", good, errs)
}
