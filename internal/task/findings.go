package task

import (
	"fmt"

	"chiso/internal/vi"
)

// Field names what a finding is about; a register reader knows the cell of each.
type Field string

// The fields of a register.
const (
	FieldCode        Field = "code"
	FieldTitle       Field = "title"
	FieldProgramme   Field = "programme"
	FieldDocument    Field = "document"
	FieldDocumentDay Field = "document_day"
	FieldIssuer      Field = "issuer"
	FieldSigner      Field = "signer"
	FieldLead        Field = "lead"
	FieldCo          Field = "co"
	FieldPerson      Field = "person"
	FieldPost        Field = "post"
	FieldAssigned    Field = "assigned"
	FieldNature      Field = "nature"
	FieldOriginal    Field = "original"
	FieldDue         Field = "due"
	FieldExtended    Field = "extended"
	FieldExtension   Field = "extension_document"
	FieldExtDay      Field = "extension_day"
	FieldCompleted   Field = "completed"
	FieldStatus      Field = "status"
	FieldPause       Field = "pause"
	FieldPauseTo     Field = "pause_to"
	FieldPercent     Field = "percent"
	FieldProgress    Field = "progress"
	FieldObstacle    Field = "obstacle"
	FieldProposal    Field = "proposal"
	FieldEvidence    Field = "evidence"
	FieldProduct     Field = "product"
	FieldIndicators  Field = "indicators"
	FieldNote        Field = "note"
)

// Finding is a contradiction. Grave ones refuse the register; the others are said.
type Finding struct {
	Grave   bool
	Field   Field
	Code    string
	Message string // Vietnamese: what contradicts what, and what to do
}

// The codes of findings. A code never changes its meaning.
const (
	MissingNature      = "missing_nature"
	MissingDue         = "missing_due"
	DueOfNoDeadline    = "due_of_no_deadline"
	DueBeforeAssigned  = "due_before_assigned"
	DoneBeforeAssigned = "done_before_assigned"
	DoneInFuture       = "done_in_future"
	DoneRecurring      = "done_recurring"
	AssignedInFuture   = "assigned_in_future"
	ExtensionBackwards = "extension_backwards"
	ExtensionAfterDone = "extension_after_done"
	ExtensionLate      = "extension_late"
	ExtensionUnfounded = "extension_without_document"
	PauseBackwards     = "pause_backwards"
	NoPerson           = "no_person"
)

// Check returns what contradicts itself in an assignment, as of today.
func (a *Assignment) Check(today vi.Date) (out []Finding) {
	add := func(grave bool, f Field, code, format string, args ...any) {
		out = append(out, Finding{Grave: grave, Field: f, Code: code, Message: fmt.Sprintf(format, args...)})
	}
	switch {
	case a.Nature == "":
		add(
			true,
			FieldDue,
			MissingNature,
			"Chưa rõ thời hạn. Hãy ghi hạn, hoặc “thường xuyên”, hoặc “chưa giao thời hạn”; ô trống không được hiểu thay.",
		)
	case a.Nature == Timed && a.Due == 0:
		add(true, FieldDue, MissingDue, "Nhiệm vụ có thời hạn nhưng chưa ghi hạn. Hãy ghi hạn, hoặc “chưa giao thời hạn”.")
	case a.Nature != Timed && a.Due != 0:
		add(true, FieldDue, DueOfNoDeadline, "Nhiệm vụ ghi là “%s” mà lại có hạn %s. Hãy bỏ một trong hai.", lower(a.Nature), a.Due)
	case a.Due != 0 && a.Due < a.Assigned:
		add(true, FieldDue, DueBeforeAssigned, "Hạn %s trước ngày giao %s. Hãy kiểm tra lại hai ngày.", a.Due, a.Assigned)
	}
	if a.Assigned > today {
		add(false, FieldAssigned, AssignedInFuture, "Ngày giao %s ở tương lai: nhiệm vụ chưa được đếm cho đến ngày đó.", a.Assigned)
	}
	if c := a.Completed; c != 0 {
		switch {
		case c > today:
			add(true, FieldCompleted, DoneInFuture, "Ngày hoàn thành %s ở tương lai. Hãy ghi ngày đã hoàn thành thật.", c)
		case c < a.Assigned:
			add(true, FieldCompleted, DoneBeforeAssigned, "Ngày hoàn thành %s trước ngày giao %s. Hãy kiểm tra lại hai ngày.", c, a.Assigned)
		case a.TermsOn(c).Nature == Recurring:
			add(
				true,
				FieldCompleted,
				DoneRecurring,
				"Nhiệm vụ thường xuyên không có ngày hoàn thành. Hãy bỏ ngày hoàn thành, hoặc ghi hạn nếu nhiệm vụ có thời hạn.",
			)
		}
	}
	return append(out, a.checkChanges()...)
}

func (a *Assignment) checkChanges() (out []Finding) {
	add := func(grave bool, f Field, code, format string, args ...any) {
		out = append(out, Finding{Grave: grave, Field: f, Code: code, Message: fmt.Sprintf(format, args...)})
	}
	before := Terms{Nature: a.Nature, Due: a.Due}
	for i := range a.Changes {
		c := &a.Changes[i]
		switch c.Kind {
		case Pause:
			if c.To < c.From {
				add(true, FieldPause, PauseBackwards, "Tạm dừng đến %s trước ngày bắt đầu tạm dừng %s. Hãy kiểm tra lại hai ngày.", c.To, c.From)
			}
		case Extension:
			switch {
			case c.Nature == Timed && before.Nature == Timed && c.Due < before.Due:
				add(false, FieldExtended, ExtensionBackwards, "Hạn mới %s sớm hơn hạn cũ %s. Hãy kiểm tra lại.", c.Due, before.Due)
			case before.Nature == Timed && c.From > before.Due:
				add(
					false,
					FieldExtended,
					ExtensionLate,
					"Gia hạn ngày %s, khi hạn %s đã qua: từ %s đến ngày gia hạn nhiệm vụ vẫn là quá hạn.",
					c.From,
					before.Due,
					before.Due.AddDays(1),
				)
			}
			if a.Completed != 0 && c.From > a.Completed {
				add(
					false,
					FieldExtended,
					ExtensionAfterDone,
					"Gia hạn ngày %s sau khi đã hoàn thành ngày %s: không đổi kết quả đúng hạn.",
					c.From,
					a.Completed,
				)
			}
			if c.Document.Number == "" {
				add(
					false,
					FieldExtension,
					ExtensionUnfounded,
					"Hạn đổi từ %s thành %s mà chưa ghi văn bản cho phép gia hạn. Hạn ban đầu vẫn được giữ.",
					dueWords(before),
					dueWords(Terms{Nature: c.Nature, Due: c.Due}),
				)
			}
			before = Terms{Nature: c.Nature, Due: c.Due}
		}
	}
	return out
}

func dueWords(t Terms) string {
	if t.Nature == Timed {
		return t.Due.String()
	}
	return "“" + lower(t.Nature) + "”"
}

func lower(n Nature) string {
	switch n {
	case Recurring:
		return "thường xuyên"
	case Unscheduled:
		return "chưa giao thời hạn"
	}
	return "có thời hạn"
}
