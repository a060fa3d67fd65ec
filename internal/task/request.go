package task

import (
	"time"

	"chiso/internal/fault"
	"chiso/internal/vi"
)

// File is a file that proves what is said, kept by its SHA-256; zero for none.
type File struct{ SHA256, Name string }

// Update is what an agency reports on an assignment. Updates are only ever added.
type Update struct {
	ID         int64
	Assignment int64
	At         time.Time // when it was taken, UTC
	Account    string
	Day        vi.Date // that it describes
	Percent    vi.NullDecimal
	Text       string // progress
	Obstacle   string // khó khăn, vướng mắc
	Proposal   string // kiến nghị
	Evidence   string
	File       File
	Upload     int64
	Sheet      string
	Cell       string
}

// Empty reports whether the update says nothing.
func (u Update) Empty() bool {
	return !u.Percent.Valid && u.Text == "" && u.Obstacle == "" && u.Proposal == "" && u.Evidence == "" && u.File == File{}
}

// SameWords reports whether two updates say the same.
func (u Update) SameWords(o Update) bool {
	return u.Percent == o.Percent && u.Text == o.Text && u.Obstacle == o.Obstacle && u.Proposal == o.Proposal && u.Evidence == o.Evidence
}

// RequestKind is what an agency asks the assigner for.
type RequestKind string

// The kinds of request.
const (
	AskExtension  RequestKind = "extension"  // gia hạn
	AskCompletion RequestKind = "completion" // công nhận hoàn thành
	AskReturn     RequestKind = "return"     // trả lại vì không thuộc thẩm quyền
)

// Title returns the Vietnamese name.
func (k RequestKind) Title() string {
	switch k {
	case AskExtension:
		return "Đề nghị gia hạn"
	case AskCompletion:
		return "Đề nghị công nhận hoàn thành"
	case AskReturn:
		return "Trả lại vì không thuộc thẩm quyền"
	}
	return string(k)
}

// Request waits for the assigner's office. It changes nothing until that accepts it: a claimed completion
// shows "chờ công nhận" and is counted where the dates say.
type Request struct {
	ID         int64
	Assignment int64
	Kind       RequestKind
	At         time.Time
	Account    string
	Due        vi.Date // asked for
	DueText    string
	Completed  vi.Date // claimed
	Reason     string
	Evidence   string
	File       File
	Decision   *Decision // nil while it waits
}

// Decision is the answer of the assigner's office.
type Decision struct {
	Accepted bool
	At       time.Time
	Account  string
	Day      vi.Date  // from which it holds
	Document Document // by which an extension is granted
	Reason   string
}

// Check refuses a request that cannot be granted as it stands.
func (r Request) Check(a *Assignment, today vi.Date) error {
	now, ok := a.On(today, Soon)
	switch {
	case !ok:
		return fault.New(fault.Conflict, "Nhiệm vụ này không còn được giao cho đơn vị.")
	case now.Status.Done():
		return fault.New(fault.Conflict, "Nhiệm vụ này đã được công nhận hoàn thành ngày %s.", a.Completed)
	}
	switch r.Kind {
	case AskExtension:
		switch {
		case r.Due == 0:
			return fault.New(fault.Invalid, "Hãy ghi hạn mới đề nghị.")
		case now.Terms.Nature == Timed && r.Due <= now.Terms.Due:
			return fault.New(fault.Invalid, "Hạn mới %s không muộn hơn hạn hiện nay %s.", r.Due, now.Terms.Due)
		case r.Reason == "":
			return fault.New(fault.Invalid, "Hãy ghi lý do đề nghị gia hạn.")
		}
	case AskCompletion:
		switch {
		case now.Terms.Nature == Recurring:
			return fault.New(fault.Invalid, "Nhiệm vụ thường xuyên không có lúc hoàn thành.")
		case r.Completed == 0:
			return fault.New(fault.Invalid, "Hãy ghi ngày hoàn thành.")
		case r.Completed > today:
			return fault.New(fault.Invalid, "Ngày hoàn thành %s ở tương lai.", r.Completed)
		case r.Completed < a.Assigned:
			return fault.New(fault.Invalid, "Ngày hoàn thành %s trước ngày giao %s.", r.Completed, a.Assigned)
		}
	case AskReturn:
		if r.Reason == "" {
			return fault.New(fault.Invalid, "Hãy ghi lý do trả lại nhiệm vụ.")
		}
	default:
		return fault.New(fault.Invalid, "Không có loại đề nghị %q.", r.Kind)
	}
	return nil
}

// Decide applies a decision to the assignment. Nobody decides their own request; an extension needs the
// document that grants it, and a refusal its reason.
func (a *Assignment) Decide(r Request, d Decision) error {
	switch {
	case r.Decision != nil:
		return fault.New(fault.Conflict, "Đề nghị này đã được xử lý ngày %s.", r.Decision.Day)
	case d.Account == r.Account:
		return fault.New(fault.Forbidden, "Người đề nghị không được tự xử lý đề nghị của mình.")
	case !d.Accepted && d.Reason == "":
		return fault.New(fault.Invalid, "Hãy ghi lý do không chấp nhận.")
	case !d.Accepted:
		return nil
	}
	if err := r.Check(a, d.Day); err != nil {
		return err
	}
	switch r.Kind {
	case AskExtension:
		if d.Document.Number == "" {
			return fault.New(fault.Invalid, "Hãy ghi số văn bản cho phép gia hạn.")
		}
		a.AddChange(Change{Kind: Extension, From: d.Day, Nature: Timed, Due: r.Due, DueText: r.DueText, Document: d.Document, Reason: r.Reason})
	case AskCompletion:
		a.Completed = r.Completed
	case AskReturn:
		a.Ended = d.Day
	}
	return nil
}
