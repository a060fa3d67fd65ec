package app

import (
	"context"
	"path"
	"slices"
	"strings"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/vi"
)

// markedSuffix is what the name of a marked file says behind that of the file.
const markedSuffix = " (đã đánh dấu)"

// maxMarked bounds the findings of a marked file; a list for people ends much earlier.
const maxMarked = 100_000

// markedName names the marked file: always a workbook, and marked once however often it came back.
func markedName(name string) string {
	name = strings.TrimSuffix(name, path.Ext(name))
	return strings.TrimSuffix(name, markedSuffix) + markedSuffix + ".xlsx"
}

// MarkedFile gives an upload back with its faulty cells filled, commented and listed. An upload in
// which nothing is wrong is NotFound.
func (a *App) MarkedFile(ctx context.Context, id int64) (name string, data []byte, err error) {
	ctx, end := a.reading(ctx, &err)
	defer end()
	u, req, err := a.waiting(ctx, id)
	if err != nil {
		return "", nil, err
	}
	files, err := a.marked(ctx, req, vi.DateOf(u.At.In(a.zone)))
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
func (a *App) MarkedFiles(ctx context.Context, req ImportRequest) ([]ImportFile, error) {
	return a.marked(ctx, req, a.today())
}

// marked checks files and marks those with errors or warnings. The marked files say which day they
// were checked on, so that those of an upload are the same whenever they are asked for.
func (a *App) marked(ctx context.Context, req ImportRequest, day vi.Date) (out []ImportFile, err error) {
	ctx, end := a.reading(ctx, &err)
	defer end()
	req.DryRun, req.maxFindings = true, maxMarked
	res, err := a.Import(ctx, req)
	if err != nil {
		return nil, err
	}
	if over(ctx) {
		return nil, a.limits.Slow() // what was found is not all
	}
	for i, f := range req.Files {
		findings := res.Files[i].Findings
		if !slices.ContainsFunc(findings, func(x check.Finding) bool { return x.Severity != check.Info }) {
			continue
		}
		data, err := a.mark(ctx, f, findings, day, intake.ForImport)
		if kind := fault.KindOf(err); (kind == fault.Unreadable || kind == fault.TooLarge) && !over(ctx) {
			continue
		}
		if err != nil {
			return nil, err
		}
		a.log.Info("file marked", "findings", len(findings), "bytes", len(data))
		out = append(out, ImportFile{Name: markedName(f.Name), Data: data})
	}
	return out, nil
}

// mark marks one file at a time: many people who ask at once wait, and the memory stays that of one.
func (a *App) mark(ctx context.Context, f ImportFile, findings []check.Finding, day vi.Date, use intake.MarkUse) ([]byte, error) {
	leave, err := wait(ctx, a.marking, "Máy chủ đang đánh dấu nhiều tệp khác; sau "+a.limitsNow(ctx).TimeText()+" vẫn chưa đến lượt tệp này. Hãy tải lại sau ít phút.")
	if err != nil {
		return nil, err
	}
	defer leave()
	return intake.Mark(f.Name, f.Data, findings, day, use, a.limitsNow(ctx))
}
