package reporting

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/app/reporting"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/web/frame"
)

// filingUploadPage is what a file says to a draft: what it would change, what was taken, what cannot be read.
type filingUploadPage struct {
	frame.Shell
	*reporting.UploadOutcome
	URL     string // of the report
	Rows    []fileRow
	Mends   []mendRow
	Groups  []aboutGroup
	Faults  bool
	New     int // cells that are blank in the draft
	Other   int // cells that hold another figure
	Refused string
}

// fileRow is a cell of the file beside the draft.
type fileRow struct {
	reporting.FileCell
	Key    string
	Place  string // sheet!cell
	Ticked bool
}

// mendRow is a line that was refused, with what stands in its fields.
type mendRow struct {
	reporting.RefusedRow
	Key                           string
	Numerator, Denominator, Value string
	Says                          []check.Finding // errors and warnings
	Bad                           [3]string       // aria-invalid of the three fields
}

// aboutGroup lists findings of one severity with the indicator that each is about.
type aboutGroup struct {
	frame.FindingGroup
	Lines []aboutLine
}

type aboutLine struct {
	check.Finding
	Key, Name string // "" where it is about no line of the report
	Offer     *offer // the single change that is proposed, when its cell is one of the draft's
}

// offer is a change that closes all sums its cell stands in, for the draft to take by one press.
type offer struct {
	Key   string
	Row   reporting.ReportRow
	Value string // as it would be typed
	Done  bool   // the draft has it
}

// UploadState is what a request did to an upload, for the page that answers it.
type UploadState struct {
	Outcome *reporting.UploadOutcome // of taking cells, nil to read the file
	Refused error
	Typed   url.Values
}

// FilingUpload makes the page that says what a file says to a draft.
func (p *Pages) FilingUpload(ctx context.Context, ref frame.ReportRef, upload int64, state UploadState) (*frame.Document, error) {
	o := state.Outcome
	if o == nil {
		var err error
		if o, err = p.app.ReportUpload(ctx, ref.Round, ref.Agency, upload); err != nil {
			return nil, err
		}
	}
	page := filingUploadPage{Shell: p.Top(ctx, o.Name, "desk"), UploadOutcome: o, URL: ref.URL()}
	if state.Refused != nil {
		page.Refused = fault.Sentence(state.Refused)
	}
	for _, c := range o.Cells {
		page.Rows = append(
			page.Rows,
			fileRow{
				FileCell: c,
				Key:      strconv.FormatInt(c.Row.Definition.ID, 10),
				Place:    frame.CellPlace(check.Finding{Sheet: c.Sheet, Cell: c.Cell}),
				Ticked:   !c.Rate,
			},
		)
		switch {
		case c.Same:
		case c.Row.Text() == "":
			page.New++
		default:
			page.Other++
		}
	}
	mended := map[int64]bool{}
	for _, r := range o.Refused {
		page.Mends = append(page.Mends, mend(r, state.Typed))
		mended[r.Row.Definition.ID] = true
	}
	page.Groups = aboutGroups(o, mended)
	page.offers()
	for _, f := range o.Findings {
		page.Faults = page.Faults || f.Severity != check.Info
	}
	return p.HTML("reporting/filing_upload.html", page, 0)
}

// offers sets the proposed changes beside what the draft holds. The cell that one would change is not ticked: what the file has there is
// wrong.
func (f *filingUploadPage) offers() {
	for i := range f.Groups {
		for j := range f.Groups[i].Lines {
			line := &f.Groups[i].Lines[j]
			n := slices.IndexFunc(line.Changes, func(c check.Change) bool { return c.Proposed })
			if n < 0 || line.Severity != check.Error {
				continue
			}
			c := &line.Changes[n]
			for k := range f.Rows {
				r := &f.Rows[k]
				if was := r.New.Cell.Figure.Value; r.Sheet != c.Sheet || r.Cell != c.Cell || !was.Valid || was.Cmp(c.From) != 0 {
					continue
				}
				now := r.Row.Cell.Figure.Value
				r.Ticked = false
				line.Offer = &offer{
					Key:   r.Key,
					Row:   r.Row,
					Value: reporting.InputNumber(c.To, r.Row.Definition.WholeNumbers()),
					Done:  now.Valid && now.Cmp(c.To) == 0,
				}
			}
		}
	}
}

// mend prepares the fields in which a refused line is put right.
func mend(r reporting.RefusedRow, typed url.Values) mendRow {
	m := mendRow{
		RefusedRow:  r,
		Key:         strconv.FormatInt(r.Row.Definition.ID, 10),
		Numerator:   r.Numerator,
		Denominator: r.Denominator,
		Value:       r.Value,
	}
	if typed.Has("seen-" + m.Key) {
		m.Numerator, m.Denominator, m.Value = typed.Get("num-"+m.Key), typed.Get("den-"+m.Key), typed.Get("val-"+m.Key)
	}
	for _, f := range r.Findings {
		if f.Severity != check.Info {
			m.Says = append(m.Says, f)
		}
	}
	return m
}

// aboutGroups lists the findings that stand in no line to be mended.
func aboutGroups(o *reporting.UploadOutcome, mended map[int64]bool) (out []aboutGroup) {
	about := func(i int) *kpi.Definition {
		if i < len(o.About) {
			return o.About[i]
		}
		return nil
	}
	for _, g := range frame.GroupFindings(o.Findings) {
		group := aboutGroup{FindingGroup: g}
		for i, f := range o.Findings {
			d := about(i)
			if f.Severity != g.Severity || d != nil && mended[d.ID] && f.Severity != check.Info || len(group.Lines) == frame.MaxFindings {
				continue
			}
			line := aboutLine{Finding: f}
			if d != nil {
				line.Key, line.Name = strconv.FormatInt(d.ID, 10), d.Name
			}
			group.Lines = append(group.Lines, line)
		}
		if len(group.Lines) > 0 {
			out = append(out, group)
		}
	}
	return out
}

// ReadTicks reads which cells of a file are to be taken: the version that was shown beside each.
func ReadTicks(form url.Values) (map[int64]int64, error) {
	out := map[int64]int64{}
	for name := range form {
		key, ok := strings.CutPrefix(name, "take-")
		if !ok || form.Get(name) == "" {
			continue
		}
		id, err1 := strconv.ParseInt(key, 10, 64)
		seen, err2 := strconv.ParseInt(form.Get("seen-"+key), 10, 64)
		if err1 != nil || err2 != nil {
			return nil, fault.New(fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang.")
		}
		out[id] = seen
	}
	return out, nil
}

// Summary says what the file would do.
func (f filingUploadPage) Summary() string {
	parts := []string{}
	for _, x := range []struct {
		n    int
		text string
	}{{f.New, "mới"}, {f.Other, "thay số đang có"}, {f.Same, "giữ nguyên"}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.text))
		}
	}
	s := fmt.Sprintf("%d ô đọc được", len(f.Cells))
	if len(parts) > 0 {
		s += ": " + strings.Join(parts, ", ")
	}
	s += "."
	if n := len(f.Mends); n > 0 {
		s += fmt.Sprintf(" %d ô chưa đọc được.", n)
	}
	if f.Missing > 0 {
		s += fmt.Sprintf(" %d ô của biểu không có trong tệp.", f.Missing)
	}
	return s
}

// nonePage lists the cells that nothing was given for.
type nonePage struct {
	frame.Shell
	URL, RoundName, AgencyName string
	Rows                       []noneRow
	Owed                       int // of them
}

type noneRow struct {
	reporting.ReportRow
	Key string
	N   int
}

// FilingNone makes the page on which blank cells are answered with "không phát sinh": those that the form owes are ticked.
func (p *Pages) FilingNone(ctx context.Context, ref frame.ReportRef) (*frame.Document, error) {
	v, err := p.app.ReportPage(ctx, ref.Round, ref.Agency)
	if err != nil {
		return nil, err
	}
	if !v.Editable {
		return nil, fault.New(fault.Conflict, "Báo cáo không sửa được lúc này nên không ghi không phát sinh được.")
	}
	page := nonePage{
		Shell:      p.Top(ctx, "Không phát sinh: "+v.RoundName, "desk"),
		URL:        ref.URL(),
		RoundName:  v.RoundName,
		AgencyName: v.AgencyName,
	}
	for _, f := range gridForms(v, nil) {
		for _, r := range f.Rows {
			if r.Shared || r.Cell.Figure.State != "" || !r.Cell.Typed.Blank() {
				continue
			}
			page.Rows = append(page.Rows, noneRow{r.ReportRow, r.Key, r.N})
			if !r.Optional {
				page.Owed++
			}
		}
	}
	return p.HTML("reporting/filing_none.html", page, 0)
}
