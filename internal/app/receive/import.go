package receive

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// ErrRefused ends a Write without storing anything: a file has errors. It never leaves Import.
var ErrRefused = errors.New("refused")

// ErrNothing ends a Write without storing anything: no figure would change.
var ErrNothing = errors.New("nothing changes")

// ImportGCPercent is how eagerly a command that imports collects garbage.
const ImportGCPercent = 40

// NoRows is the code of the finding about a file with a header and nothing below it.
const NoRows = "no_rows"

// batch is how many entries are compared and written at a time, so that a file of a million rows
// takes little memory.
const batch = 20000

// Import reads and checks files and, unless it is a dry run, accepts all of them in one transaction:
// a refused file stores nothing. Figures that are the same as the current ones change nothing. A
// result with Accepted false says why in its findings; an error is a failure of ours or a wrong call.
func (a *Room) Import(ctx context.Context, req Request) (_ *Result, err error) {
	defer fault.Context(&err, "receive.Import")
	if len(req.Files) == 0 {
		return nil, fault.New(fault.Usage, "Chưa có tệp nào.")
	}
	req.Source = cmp.Or(req.Source, kpi.Reported)
	period, err := optionalPeriod(req.Period)
	if err != nil {
		return nil, err
	}
	run := &importRun{app: a, req: req, period: period, today: a.Today(), said: check.Explanations{check.AnyCode: req.Explain}}
	if err := run.said.Valid(); err != nil {
		return nil, err
	}
	if err := run.do(ctx); err != nil {
		return nil, err
	}
	return &run.result, nil
}

// do reads, checks and accepts; a refusal is no error.
func (r *importRun) do(ctx context.Context) (err error) {
	ctx, end := r.app.Reading(ctx, &err)
	defer end()
	leave, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer leave()
	a, req := r.app, r.req
	if req.DryRun {
		err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error { return r.files(v, nil) })
	} else {
		var rev store.Revision
		rev, err = a.Write(ctx, store.Change{Account: req.Account, Reason: cmp.Or(req.Reason, ReasonFor(req)), Action: "import", Agency: req.Agency}, func(tx *store.Tx) error {
			return r.files(&tx.View, tx)
		})
		if rev.ID != 0 {
			r.result.Revision = &rev.ID
		}
	}
	if err != nil && !IsVerdict(err) {
		return err
	}
	if errors.Is(err, ErrNothing) && !req.DryRun {
		if r.result.Recovered, err = r.recoverFiles(ctx); err != nil {
			return err
		}
	}
	r.result.DryRun = req.DryRun
	r.result.Accepted = !errors.Is(err, ErrRefused)
	for i := range r.result.Files {
		f := &r.result.Files[i]
		f.Accepted = f.Accepted && (r.result.Accepted || req.DryRun)
	}
	return nil
}

func IsVerdict(err error) bool { return errors.Is(err, ErrRefused) || errors.Is(err, ErrNothing) }

func optionalPeriod(key string) (kpi.Period, error) {
	if key == "" {
		return kpi.Period{}, nil
	}
	return check.ParsePeriodText(key)
}

// token stands for everything that the run changes or would change.
func (r *importRun) token() string { return hex.EncodeToString(r.changes.Sum(nil)[:16]) }

func ReasonFor(req Request) string {
	names := make([]string, 0, len(req.Files))
	for _, f := range req.Files {
		names = append(names, f.Name)
	}
	return "Nạp tệp " + strings.Join(names, ", ")
}

// importRun is one call of Import.
type importRun struct {
	app     *Room
	req     Request
	period  kpi.Period
	today   vi.Date
	result  Result
	checker *check.Checker
	names   *agency.Directory
	changes hash.Hash // of what the files change, in their order
	// saved is the upload that the file is already kept as, 0 for a new file.
	saved  int64
	said   check.Explanations
	seen   []check.Finding // what the preview of a saved file found, when it compares with the past
	opened []OpenedFile
	stop   func() error
}

// OpenedFile is a file whose container was inspected.
type OpenedFile struct {
	File *intake.File
	Err  error
}

// open inspects the containers before any transaction begins: it takes the longest of a bad file, and
// nobody else should wait for it. It waits for a place among the readers; leave gives it back.
func (r *importRun) open(ctx context.Context) (leave func(), err error) {
	if leave, err = r.app.Enter(ctx); err != nil {
		return nil, err
	}
	r.opened, r.stop = nil, ledger.Stop(ctx)
	for _, f := range r.req.Files {
		file, err := r.app.Open(ctx, f)
		r.opened = append(r.opened, OpenedFile{file, err})
	}
	return leave, nil
}

// files reads every file; with a tx it also accepts their figures, without one it compares them.
func (r *importRun) files(v *store.View, tx *store.Tx) error {
	c, err := r.app.Catalogue(v)
	if err != nil {
		return err
	}
	if r.req.Agency != "" && !c.Agencies.Known(r.req.Agency) {
		return fault.New(fault.NotFound, "Không có đơn vị mang mã %q.", r.req.Agency)
	}
	if r.req.Indicator != "" && !c.Kpis.Known(r.req.Indicator) {
		return fault.New(fault.NotFound, "Không có chỉ tiêu mang mã %q.", r.req.Indicator)
	}
	r.names, r.changes = c.Agencies, sha256.New()
	past := r.past(v)
	rules := checkRules(c, r.today, r.req.Source, past)
	rules.Period, rules.Indicator, rules.Agency, rules.MaxFindings = r.period, r.req.Indicator, r.req.Agency, r.req.maxFindings
	r.checker = check.New(rules)
	r.result = Result{Files: []FileResult{}}
	refused, changed := false, false
	for i, f := range r.req.Files {
		res, err := r.file(v, tx, c, f, r.opened[i])
		if err == nil {
			err = past.err
		}
		if err != nil {
			return err
		}
		r.result.Files = append(r.result.Files, *res)
		refused = refused || !res.Accepted
		changed = changed || res.Observations.New+res.Observations.Superseded > 0
	}
	switch {
	case refused:
		for i := range r.result.Files { // what was counted before the refusal is not stored either
			if tx != nil {
				r.result.Files[i].Observations = Counts{}
			}
		}
		return ErrRefused
	case !changed:
		return ErrNothing
	}
	return nil
}

// fileRun is one file of an import.
type fileRun struct {
	*importRun
	v       *store.View
	tx      *store.Tx
	res     FileResult
	known   int // findings of the files before
	facts   []store.Fact
	entries []check.Entry // of facts, for a dry run
	upload  int64
	origins []string // what the file says of where its figures come from
}

func (r *importRun) file(v *store.View, tx *store.Tx, c *ledger.Catalogue, f ledger.ImportFile, opened OpenedFile) (*FileResult, error) {
	run := &fileRun{
		importRun: r,
		v:         v,
		tx:        tx,
		known:     len(r.checker.Findings()),
		res:       FileResult{File: f.Name, SHA256: store.SHA256(f.Data)},
	}
	errs := r.checker.Errors()
	r.checker.NextFile(f.Name)
	file, err := opened.File, opened.Err
	if err != nil {
		return run.unreadable(err)
	}
	if tx != nil {
		if run.upload = r.saved; run.upload == 0 {
			if run.upload, err = tx.SaveUpload(r.upload(f.Name), Media(file), f.Data); err != nil {
				return nil, err
			}
		}
	}
	if err := run.read(file, c); err != nil {
		if fault.KindOf(err) == fault.Internal {
			return nil, err
		}
		return run.unreadable(err)
	}
	run.res.Accepted = r.checker.Errors() == errs
	res := run.done()
	r.said.Explain(res.Findings)
	if o := res.Observations; tx == nil || !res.Accepted || o.New+o.Superseded == 0 {
		return res, nil
	}
	return res, run.accept()
}

// accept notes that the file is accepted, and with which warnings.
func (r *fileRun) accept() error {
	o := r.res.Observations
	counts := store.Counts{New: o.New, Superseded: o.Superseded, Unchanged: o.Unchanged}
	if err := r.tx.AcceptUpload(r.upload, strings.Join(r.origins, "; "), counts); err != nil {
		return err
	}
	found := r.res.Findings
	if r.seen != nil {
		found = r.seen
	}
	if r.saved != 0 {
		if err := explained(found); err != nil {
			return err
		}
	}
	return r.tx.SaveWarnings(r.upload, warningsOf(found))
}

func (r *importRun) upload(name string) store.Upload {
	return store.Upload{Name: name, Period: r.req.Period, Indicator: r.req.Indicator, Agency: r.req.Agency, System: r.req.Source}
}

// Media is the media type under which a file is kept.
func Media(f *intake.File) string { return f.Media() }

// unreadable makes a file that cannot be read a finding, so that all files are answered at once.
func (r *fileRun) unreadable(err error) (*FileResult, error) {
	kind := fault.KindOf(err)
	if kind != fault.Unreadable && kind != fault.TooLarge && kind != fault.Invalid {
		return nil, err
	}
	res := r.done()
	res.Findings = slices.Insert(
		res.Findings,
		0,
		check.Finding{Severity: check.Error, Code: string(kind), Message: fault.Sentence(err)},
	) // the first thing to know
	return res, nil
}

// done takes over what the checks found in this file.
func (r *fileRun) done() *FileResult {
	r.res.Findings = append([]check.Finding{}, r.checker.Findings()[r.known:]...)
	return &r.res
}

// read streams the rows of a file through the checks into batches. After the first error nothing is
// compared or written any more; the rest is only checked, so that all findings are said at once.
func (r *fileRun) read(file *intake.File, c *ledger.Catalogue) error {
	errs := r.checker.Errors()
	opts := intake.Options{
		Indicator: r.req.Indicator,
		Period:    r.period,
		Report:    r.checker.Report,
		Stop:      r.stop,
		Choose:    r.req.Choose,
		History:   r.history(c),
		Matched:   func(m intake.ColumnMatch) { r.res.Columns = append(r.res.Columns, columnResult(m)) },
	}
	matcher, err := r.app.NewMatcher(r.v, c, cmp.Or(r.req.Agency, agency.Nation), nil, r.today, r.req.Said)
	if err != nil {
		return err
	}
	matcher.memories.Columns = append(matcher.memories.Columns, r.req.Remembered.Columns...)
	maps.Copy(matcher.memories.Lines, r.req.Remembered.Lines)
	matcher.Into(&opts)
	r.res.Matching = &matcher.Matching
	rows := 0
	for row, err := range file.Rows(c.Kpis, c.Agencies, opts) {
		if err != nil {
			return err
		}
		rows++
		if matcher.Row(&row) {
			continue
		}
		e, ok := r.checker.Row(row)
		if !ok {
			continue
		}
		r.facts = append(r.facts, r.fact(e))
		if r.req.DryRun {
			r.entries = append(r.entries, e)
		}
		if len(r.facts) >= batch {
			if err := r.flush(errs); err != nil {
				return err
			}
		}
	}
	if rows == 0 && r.checker.Errors() == errs {
		r.checker.Report(
			check.Finding{
				Severity: check.Error,
				Code:     NoRows,
				Message:  "Dưới dòng tiêu đề không có dòng số liệu nào. Hãy điền số liệu rồi nộp lại.",
			},
		)
	}
	r.checker.EndFile()
	if err := Declared(r.checker, file, c, r.stop); err != nil {
		return err
	}
	return r.flush(errs)
}

// Declared checks the sums that the tables of a file declare themselves.
func Declared(checker *check.Checker, file *intake.File, c *ledger.Catalogue, stop func() error) error {
	found, err := file.Declared(c.Identities, stop)
	checker.Declared(found)
	return err
}

func (r *fileRun) fact(e check.Entry) store.Fact {
	f := store.Fact{Period: e.Period, Definition: e.Definition.ID, Agency: e.Agency, System: r.req.Source, Figure: e.Figure,
		Note: e.Note, Upload: r.upload, Sheet: e.Sheet, Cell: e.Cell}
	switch {
	case e.Origin == "":
	case r.req.Source == kpi.Published:
		f.Origin = e.Origin // two publishers never overwrite each other
	case !slices.Contains(r.origins, e.Origin) && len(r.origins) < 3:
		r.origins = append(r.origins, e.Origin)
	}
	return f
}

func (r *fileRun) flush(errs int) error {
	defer func() { r.facts, r.entries = r.facts[:0], r.entries[:0] }()
	var diffs []store.Diff
	var err error
	switch {
	case len(r.facts) == 0:
		return nil
	case r.tx == nil:
		diffs, err = r.v.Compare(r.facts)
	case r.checker.Errors() == errs:
		diffs, err = r.tx.Accept(r.facts)
	}
	if err != nil {
		return err
	}
	for i, d := range diffs {
		if r.saved != 0 || r.req.DryRun {
			fmt.Fprintf(r.changes, "%+v %d %+v\n", r.facts[i].Figure, d.Difference, d.Before)
		}
		switch d.Difference {
		case store.New:
			r.res.Observations.New++
		case store.Unchanged:
			r.res.Observations.Unchanged++
		case store.Superseded:
			r.res.Observations.Superseded++
		}
		if r.req.DryRun {
			r.res.Rows = append(r.res.Rows, r.row(r.entries[i], d))
		}
	}
	return nil
}

func (r *fileRun) row(e check.Entry, d store.Diff) RowResult {
	def := e.Definition
	res := RowResult{Sheet: e.Sheet, Cell: e.Cell, Agency: string(e.Agency), Indicator: def.Indicator.Code, Period: e.Period.Key,
		Numerator: e.Figure.Num, Denominator: e.Figure.Den, Value: figures.Rounded(e.Figure, def), State: e.Figure.State, Qualifiers: e.Figure.Qualifiers.Titles(),
		AgencyName: r.names.Name(e.Agency, e.Period.To), Name: def.Name, Kind: def.Indicator.Kind, Unit: def.Unit, Decimals: def.Decimals}
	switch d.Difference {
	case store.New:
		res.Change = ChangeNew
	case store.Unchanged:
		res.Change = ChangeUnchanged
	case store.Superseded:
		res.Change, res.Before = ChangeSuperseded, figures.Rounded(d.Before, def)
	}
	return res
}

// recoverFiles keeps files again that are gone and that something still names: what was imported from them is there already, so that
// the import itself changed nothing. It returns their names.
func (r *importRun) recoverFiles(ctx context.Context) (names []string, err error) {
	_, err = r.app.Write(ctx, store.Change{Account: r.req.Account, Reason: ReasonFor(r.req), Action: "upload"}, func(tx *store.Tx) error {
		for i, f := range r.req.Files {
			if r.opened[i].File == nil {
				continue
			}
			done, err := tx.Recover(Media(r.opened[i].File), f.Data)
			if err != nil {
				return err
			}
			if done {
				names = append(names, f.Name)
				tx.Audit(store.Entry{Action: "upload", Target: "file:" + store.SHA256(f.Data), Detail: "Lấy lại tệp gốc đã mất: " + f.Name})
			}
		}
		return nil
	})
	return names, err
}
