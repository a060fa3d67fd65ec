package receive

import (
	"context"
	"path"
	"slices"
	"strings"

	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/vi"
)

// markedSuffix is what the name of a marked file says behind that of the file.
const markedSuffix = " (đã đánh dấu)"

// MaxMarked bounds the findings of a marked file; a list for people ends much earlier.
const MaxMarked = 100_000

// MarkedName names the marked file: always a workbook, and marked once however often it came back.
func MarkedName(name string) string {
	name = strings.TrimSuffix(name, path.Ext(name))
	return strings.TrimSuffix(name, markedSuffix) + markedSuffix + ".xlsx"
}

// MarkedFile gives an upload back with its faulty cells filled, commented and listed. An upload in
// which nothing is wrong is NotFound.
func (a *Room) MarkedFile(ctx context.Context, id int64) (name string, data []byte, err error) {
	defer fault.Context(&err, "receive.MarkedFile(%d)", id)
	ctx, end := a.Reading(ctx, &err)
	defer end()
	u, req, err := a.waiting(ctx, id)
	if err != nil {
		return "", nil, err
	}
	files, err := a.marked(ctx, req, vi.DateOf(u.At.In(a.Zone)))
	if err != nil {
		return "", nil, err
	}
	if len(files) == 0 {
		return "", nil, fault.New(fault.NotFound, "Tệp %s không có lỗi hay cảnh báo nào để đánh dấu.", u.Name)
	}
	return files[0].Name, files[0].Data, nil
}

// MarkedFiles gives those files of a request back in which something is wrong, marked. It stores
// nothing. Files that cannot be read at all are left out: there is nothing to mark in them.
func (a *Room) MarkedFiles(ctx context.Context, req Request) (_ []ledger.ImportFile, err error) {
	defer fault.Context(&err, "receive.MarkedFiles")
	return a.marked(ctx, req, a.Today())
}

// marked checks files and marks those with errors or warnings. The marked files say which day they
// were checked on, so that those of an upload are the same whenever they are asked for.
func (a *Room) marked(ctx context.Context, req Request, day vi.Date) (out []ledger.ImportFile, err error) {
	ctx, end := a.Reading(ctx, &err)
	defer end()
	req.DryRun, req.maxFindings = true, MaxMarked
	res, err := a.Import(ctx, req)
	if err != nil {
		return nil, err
	}
	if ledger.Over(ctx) {
		return nil, a.Limits.Slow() // what was found is not all
	}
	for i, f := range req.Files {
		findings := res.Files[i].Findings
		if !slices.ContainsFunc(findings, func(x check.Finding) bool { return x.Severity != check.Info }) {
			continue
		}
		data, err := a.Mark(ctx, f, findings, day, intake.ForImport)
		if kind := fault.KindOf(err); (kind == fault.Unreadable || kind == fault.TooLarge) && !ledger.Over(ctx) {
			continue
		}
		if err != nil {
			return nil, err
		}
		a.Log.Info("file marked", "findings", len(findings), "bytes", len(data))
		out = append(out, ledger.ImportFile{Name: MarkedName(f.Name), Data: data})
	}
	return out, nil
}

// Mark marks one file at a time: many people who ask at once wait, and the memory stays that of one.
func (a *Room) Mark(
	ctx context.Context,
	f ledger.ImportFile,
	findings []check.Finding,
	day vi.Date,
	use intake.MarkUse,
) (_ []byte, err error) {
	defer fault.Context(&err, "receive.Mark")
	leave, err := ledger.Wait(
		ctx,
		a.Marking,
		"Máy chủ đang đánh dấu nhiều tệp khác; sau "+a.LimitsNow(ctx).TimeText()+" vẫn chưa đến lượt tệp này. Hãy tải lại sau ít phút.",
	)
	if err != nil {
		return nil, err
	}
	defer leave()
	return intake.Mark(f.Name, f.Data, findings, day, use, a.LimitsNow(ctx))
}
