package receive

import (
	"context"

	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// preview returns what the page of a waiting file found, with what is said to it now; nil when
// accepting the file finds the same, for it is compared with no past.
func (a *Room) preview(ctx context.Context, req Request, said check.Explanations) ([]check.Finding, error) {
	if !req.compared() {
		return nil, nil
	}
	req.DryRun = true
	run, err := a.runFor(req)
	if err != nil {
		return nil, err
	}
	run.said = said
	if err := run.do(ctx); err != nil {
		return nil, err
	}
	return run.result.Files[0].Findings, nil
}

// explained refuses warnings to which nobody has said why.
func explained(fs []check.Finding) error {
	n, kinds := check.Unexplained(fs)
	if n == 0 {
		return nil
	}
	return fault.New(
		fault.Invalid,
		"Còn %s cảnh báo thuộc %s loại chưa có giải trình. Hãy viết một dòng giải trình cho mỗi loại rồi xác nhận lại.",
		vi.FormatInt(int64(n)),
		vi.FormatInt(int64(kinds)),
	)
}

// warningsOf are the warnings among findings, as they are kept.
func warningsOf(fs []check.Finding) []store.UploadWarning {
	var out []store.UploadWarning
	for _, f := range fs {
		if f.Severity == check.Warning {
			out = append(
				out,
				store.UploadWarning{Sheet: f.Sheet, Cell: f.Cell, Figure: f.Figure, Code: f.Code, Message: f.Message, Explanation: f.Explanation},
			)
		}
	}
	return out
}

// asAccepted puts the warnings with which a file was accepted in the place of those that it would have
// now.
func asAccepted(fs []check.Finding, kept []store.UploadWarning) []check.Finding {
	if len(kept) == 0 {
		return fs
	}
	out := make([]check.Finding, 0, len(kept))
	for _, w := range kept {
		out = append(out, check.Finding{Severity: check.Warning, Sheet: w.Sheet, Cell: w.Cell, Figure: w.Figure, Code: w.Code,
			Message: w.Message, Explanation: w.Explanation})
	}
	for _, f := range fs {
		if f.Severity != check.Warning {
			out = append(out, f)
		}
	}
	return out
}
