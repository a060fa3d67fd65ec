package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"

	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

// compare says what is not stored exactly once as it was sent, down to the cell of the file.
func (l *rush) compare(ctx context.Context) error {
	var wrong []error
	err := l.store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := v.Catalogue()
		if err != nil {
			return err
		}
		codes := map[int64]string{}
		for _, d := range c.Definitions {
			codes[d.ID] = d.Indicator.Code
		}
		subs, err := v.Submissions(store.SubmissionQuery{Round: l.round})
		if err != nil {
			return err
		}
		if len(subs) != len(l.reports) {
			wrong = append(wrong, fmt.Errorf("%d reports, want %d", len(subs), len(l.reports)))
		}
		uploads, err := v.AcceptedUploads(len(l.reports) + 1)
		if err != nil {
			return err
		}
		if len(uploads) != len(l.reports) {
			wrong = append(wrong, fmt.Errorf("%d accepted uploads, want %d", len(uploads), len(l.reports)))
		}
		for _, r := range l.reports {
			if err := r.compare(v, subs, codes); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %w", r.agency, err))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	problems, err := l.app.Verify(ctx)
	if err != nil {
		return err
	}
	for _, p := range problems {
		wrong = append(wrong, errors.New(p))
	}
	return someOf(wrong)
}

func (r *filer) compare(v *store.View, subs []store.Submission, codes map[int64]string) error {
	var sub store.Submission
	for _, s := range subs {
		if s.Agency == r.agency {
			sub = s
		}
	}
	if sub.ID == 0 || sub.State != filing.Received || sub.Version != 1 {
		return fmt.Errorf("report %d is %q, version %d", sub.ID, sub.State, sub.Version)
	}
	events, err := v.Events(sub.ID)
	if err != nil {
		return err
	}
	life := ""
	for _, e := range events {
		life += " " + string(e.Step)
	}
	if life != " opened submit sign receive" {
		return fmt.Errorf("its life is%s", life)
	}
	cells, err := v.Cells(sub.ID)
	if err != nil {
		return err
	}
	if err := r.compareCells(v, cells[sub.ID], codes); err != nil {
		return err
	}
	return r.compareFigures(v, codes)
}

// compareCells compares the cells with what was filled in, and where they say they are from with the file that is kept.
func (r *filer) compareCells(v *store.View, cells map[int64]store.Cell, codes map[int64]string) error {
	if len(cells) != len(r.figures) {
		return fmt.Errorf("%d cells, want %d", len(cells), len(r.figures))
	}
	kept, err := v.File(store.SHA256(r.file))
	if err != nil {
		return err
	}
	x, err := excelize.OpenReader(bytes.NewReader(kept))
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }()
	explained := 0
	for d, c := range cells {
		want := r.figures[codes[d]]
		if c.Figure != want {
			return fmt.Errorf("%s is %+v, want %+v", codes[d], c.Figure, want)
		}
		upload, err := v.Upload(c.Upload)
		if err != nil {
			return fmt.Errorf("%s: %w", codes[d], err)
		}
		if upload.Agency != r.agency || upload.SHA256 != store.SHA256(r.file) || upload.New != len(r.figures) {
			return fmt.Errorf("%s is of upload %+v", codes[d], upload)
		}
		if err := saysIn(x, c.Sheet, c.Name, want); err != nil {
			return fmt.Errorf("%s: %w", codes[d], err)
		}
		if c.Explained == loadReason {
			explained++
		}
	}
	if explained != r.warned {
		return fmt.Errorf("%d cells are explained, %d were asked about", explained, r.warned)
	}
	return nil
}

// saysIn compares a figure with the cell of the file that it points at.
func saysIn(x *excelize.File, sheet, cell string, f kpi.Figure) error {
	got, err := x.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	want := f.Value.String()
	if f.HasParts() {
		want = f.Num.String()
	}
	if got != want {
		return fmt.Errorf("%s!%s says %q, the figure %q", sheet, cell, got, want)
	}
	return nil
}

// compareFigures compares the figures that the office received.
func (r *filer) compareFigures(v *store.View, codes map[int64]string) error {
	points, err := v.AgencySeries(r.agency)
	if err != nil {
		return err
	}
	n := 0
	for _, pt := range points {
		if pt.Period.Key != loadPeriod || pt.Source.System != kpi.Reported {
			continue
		}
		n++
		if pt.Figure != r.figures[codes[pt.Definition]] || pt.Versions != 1 {
			return fmt.Errorf("received figure %s is %+v in %d versions", codes[pt.Definition], pt.Figure, pt.Versions)
		}
	}
	if n != len(r.figures) {
		return fmt.Errorf("%d received figures, want %d", n, len(r.figures))
	}
	return nil
}
