package reporting

import (
	"context"
	"slices"
	"strconv"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// KeptVersion is a content of a report that was handed up ("bản 2"), and what became different after it.
type KeptVersion struct {
	N       int
	Serial  int64 // of the event that handed it up
	Code    string
	Last    bool                 // nothing was handed up after it
	Changes []filing.PieceChange // to the next one; of the last one, to the content as it stands
}

// KeptView is a content of a report as it was handed up. Rows are in the order of the forms.
type KeptView struct {
	ReportHead
	KeptVersion
	Of        int           // how many there are
	At        time.Time     // when it was handed up
	Name      string        // … and by whom; "" for those who may not read names
	Then      []ReportEvent // from handing it up to before the next time
	Rows      []ReportRow
	Sections  []ReportSection
	Proposals []string
	Files     []store.Attachment
}

// keep keeps the content that is handed up now.
func (r *submission) keep(tx *store.Tx) error {
	view, err := r.view()
	if err != nil {
		return err
	}
	return tx.Keep(r.sub.ID, r.sub.Serial, view.Code)
}

// keptRows are the lines of a content: in the order of the forms, then what the forms no longer ask for.
func (r *submission) keptRows(cells map[int64]store.Cell) (out []ReportRow) {
	lines, seen := r.lines(), map[int64]bool{}
	for _, l := range lines {
		seen[l.Definition.ID] = true
	}
	var others []int64
	for id := range cells {
		if !seen[id] {
			others = append(others, id)
		}
	}
	slices.Sort(others)
	for _, id := range others {
		if d, ok := r.c.Kpis.ByID(id); ok {
			lines = append(lines, filing.Line{Definition: d})
		}
	}
	for _, l := range lines {
		row := ReportRow{Definition: l.Definition, Optional: l.Optional, Parts: asksParts(l), Cell: cells[l.Definition.ID]}
		row.fill()
		out = append(out, row)
	}
	return out
}

// pieces are what a content says, to compare it with another.
func (r *submission) pieces(
	cells map[int64]store.Cell,
	sections []store.Section,
	proposals []string,
	files []store.Attachment,
) (out []filing.Piece) {
	for _, row := range r.keptRows(cells) {
		code, c := row.Definition.Indicator.Code, row.Cell
		title := row.Definition.Name + " (" + code + ")"
		out = append(
			out,
			filing.Piece{Key: "figure:" + code, Title: title, Text: row.Text()},
			filing.Piece{
				Key:   "why:" + code,
				Title: "Giải trình: " + title,
				Text:  c.Explained,
			},
			filing.Piece{Key: "note:" + code, Title: "Ghi chú: " + title, Text: c.Note},
		)
	}
	for _, s := range sections {
		out = append(out, filing.Piece{Key: "section:" + strconv.Itoa(s.Order), Title: s.Title, Text: s.Body})
	}
	for _, p := range proposals {
		out = append(out, filing.Piece{Key: "proposal:" + p, Title: "Kiến nghị", Text: p})
	}
	for _, f := range files {
		out = append(out, filing.Piece{Key: "file:" + f.SHA256, Title: "Minh chứng", Text: f.Name})
	}
	return out
}

// now is the content as it stands.
func (v *ReportView) now() (cells map[int64]store.Cell, sections []store.Section, proposals []string, files []store.Attachment) {
	cells = map[int64]store.Cell{}
	for _, f := range v.FormList {
		for _, row := range f.Rows {
			cells[row.Definition.ID] = row.Cell
		}
	}
	for _, s := range v.Sections {
		sections = append(sections, store.Section{Order: s.Order, Title: s.Title, Body: s.Body})
	}
	for _, p := range v.Proposals {
		proposals = append(proposals, p.Text)
	}
	return cells, sections, proposals, v.Files
}

// kept lists the contents that were handed up, with what became different after each.
func (r *submission) kept(view *ReportView) (all []store.Kept, out []KeptVersion, err error) {
	if r.sub.ID == 0 {
		return nil, nil, nil
	}
	if all, err = r.v.Kept(r.sub.ID); err != nil {
		return nil, nil, err
	}
	after := r.pieces(view.now())
	out = make([]KeptVersion, len(all))
	for i, k := range slices.Backward(all) {
		before := r.pieces(k.Cells, k.Sections, k.Proposals, k.Files)
		out[i] = KeptVersion{N: i + 1, Serial: k.Serial, Code: k.Code, Last: i == len(all)-1, Changes: filing.Changes(before, after)}
		after = before
	}
	return all, out, nil
}

// KeptReport returns a content of a report as it was handed up, the first one as number 1.
func (a *Room) KeptReport(ctx context.Context, round int64, id agency.ID, n int) (out *KeptView, err error) {
	defer fault.Context(&err, "reporting.KeptReport(%d, %s)", round, id)
	err = a.readReport(ctx, round, id, func(r *submission) error {
		view, err := r.view()
		if err != nil {
			return err
		}
		all, versions, err := r.kept(view)
		if err != nil {
			return err
		}
		if n < 1 || n > len(all) {
			return fault.New(fault.NotFound, "Báo cáo này không có bản số %d: đã trình %s lần.", n, vi.FormatInt(int64(len(all))))
		}
		out = r.keptView(view, all[n-1], versions[n-1])
		out.Of = len(all)
		if !r.may(access.ReadNames) {
			for i := range out.Rows {
				out.Rows[i].Cell.Account, out.Rows[i].Cell.FullName = "", ""
			}
		}
		return nil
	})
	return out, err
}

// keptView puts a content together with the events that belong to it: from handing it up to the next time.
func (r *submission) keptView(view *ReportView, k store.Kept, version KeptVersion) *KeptView {
	out := &KeptView{ReportHead: view.ReportHead, KeptVersion: version, Rows: r.keptRows(k.Cells), Proposals: k.Proposals, Files: k.Files}
	for _, s := range k.Sections {
		out.Sections = append(out.Sections, ReportSection{Order: s.Order, Title: s.Title, Body: s.Body})
	}
	inside := false
	for _, e := range view.Events {
		if e.Step == filing.Submit {
			inside = e.Serial == k.Serial
		}
		if inside {
			out.Then = append(out.Then, e)
		}
		if e.Serial == k.Serial {
			out.Version, out.At, out.Name = e.Version, e.At, e.Name
		}
	}
	return out
}
