package filing

import (
	"time"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// State is how far a submission has come (trạng thái báo cáo).
type State string

// The states. That a round is locked is said beside the state: see Submission.Locked.
const (
	Draft    State = "draft"    // dự thảo
	Review   State = "review"   // chờ lãnh đạo ký: it waits for the next link of the agency's chain
	Sent     State = "sent"     // đã ký, đã gửi
	Received State = "received" // đã tiếp nhận: its figures are observations
	Returned State = "returned" // trả lại: the cells say why
)

// States lists the states in the order of a report's life.
func States() []State { return []State{Draft, Review, Sent, Received, Returned} }

// Title returns the Vietnamese name of the state.
func (s State) Title() string {
	switch s {
	case Draft:
		return "Dự thảo"
	case Review:
		return "Chờ lãnh đạo ký"
	case Sent:
		return "Đã ký, đã gửi"
	case Received:
		return "Đã tiếp nhận"
	case Returned:
		return "Trả lại"
	}
	return string(s)
}

// Step is what somebody does to a submission as a whole.
type Step string

// The steps. Opened only stands in histories. Locking is a step of the round.
const (
	Opened   Step = "opened"
	Submit   Step = "submit"    // trình duyệt
	TakeBack Step = "take_back" // the reporter takes it back from the chain
	Approve  Step = "approve"   // a link of the chain agrees and hands it on
	Refuse   Step = "refuse"    // a link of the chain wants changes
	Sign     Step = "sign"      // the last link signs and sends
	Withdraw Step = "withdraw"  // taken back before it was received
	Receive  Step = "receive"   // tiếp nhận
	Return   Step = "return"    // trả lại
	Correct  Step = "correct"   // a new version after receipt
)

// rule says where a step is possible and what it needs.
type rule struct {
	title  string // "… báo cáo": what was done, for histories
	from   []State
	to     State // "" stays
	needs  access.Action
	reason bool
}

// rules is the one table of transitions.
//
//nolint:gochecknoglobals // constant: nothing writes to it
var rules = map[Step]rule{
	Opened:   {title: "Lập dự thảo", from: nil, to: Draft, needs: access.EditReport, reason: false},
	Submit:   {title: "Trình duyệt", from: []State{Draft, Returned}, to: Review, needs: access.EditReport, reason: false},
	TakeBack: {title: "Rút lại để sửa", from: []State{Review}, to: Draft, needs: access.EditReport, reason: false},
	Approve:  {title: "Đồng ý, chuyển cấp tiếp theo", from: []State{Review}, to: "", needs: access.SignReport, reason: false},
	Refuse:   {title: "Yêu cầu sửa", from: []State{Review}, to: Draft, needs: access.SignReport, reason: true},
	Sign:     {title: "Ký, gửi", from: []State{Review}, to: Sent, needs: access.SignReport, reason: false},
	Withdraw: {title: "Thu hồi trước tiếp nhận", from: []State{Sent}, to: Draft, needs: access.SignReport, reason: true},
	Receive:  {title: "Tiếp nhận", from: []State{Sent}, to: Received, needs: access.JudgeReport, reason: false},
	Return:   {title: "Trả lại", from: []State{Sent, Received}, to: Returned, needs: access.JudgeReport, reason: true},
	Correct:  {title: "Đính chính", from: []State{Received}, to: Draft, needs: access.EditReport, reason: true},
}

// Title returns the Vietnamese name of the step.
func (s Step) Title() string { return rules[s].title }

// To returns the state that a step leads to, "" when it stays.
func (s Step) To() State { return rules[s].to }

// Needs returns the permission that a step takes, on the submission's agency.
func (s Step) Needs() access.Action { return rules[s].needs }

// NeedsReason reports whether a step must say why.
func (s Step) NeedsReason() bool { return rules[s].reason }

// Link is one link of an agency's chain of approvers, the last of which signs (trưởng phòng, then lãnh đạo).
type Link struct {
	Title   string // "Trưởng phòng Chuyển đổi số"
	Account int64  // who alone may; 0 is whoever may sign for the agency
}

// Event is one step that was taken: who, when, why.
type Event struct {
	Step    Step
	Account int64
	Name    string    // of the account, for the sentence to whoever comes second
	At      time.Time // in the zone that people read
	Reason  string
	Version int // of the report, after the step
}

// Submission is the life of one agency's report in a round, without its content.
type Submission struct {
	State   State
	Version int // 1; a correction after receipt makes the next one
	// Serial counts everything that happened to the submission as a whole. Whoever acts says which one they saw.
	Serial   int64
	Chain    []Link
	Approved []int64 // accounts of the links that agreed since it was submitted last
	Due      Deadline
	SentAt   time.Time // the sending by which its punctuality is judged; zero while it was not sent
	Locked   bool      // the round is locked
	Last     Event     // the newest event
}

// New returns the submission of an agency that begins to report.
func New(due Deadline, chain []Link, e Event) Submission {
	e.Step, e.Version = Opened, 1
	return Submission{State: Draft, Version: 1, Serial: 1, Chain: chain, Due: due, Last: e}
}

// Editable reports whether cells, narrative and evidence may be changed.
func (s Submission) Editable() bool { return !s.Locked && (s.State == Draft || s.State == Returned) }

// Link returns the link of the chain that a submission under review waits for, and whether it is the last one.
func (s Submission) Link() (l Link, last bool) {
	i := len(s.Approved)
	if i >= len(s.Chain) {
		return Link{Title: "Lãnh đạo ký duyệt"}, true
	}
	return s.Chain[i], i == len(s.Chain)-1
}

// Standing says in plain words how far the submission has come, "" before it was begun.
func (s Submission) Standing() string {
	if s.State != Review {
		return s.State.Title()
	}
	switch l, last := s.Link(); {
	case len(s.Approved) >= len(s.Chain):
		return s.State.Title()
	case last:
		return "Chờ ký: " + l.Title
	default:
		return "Chờ duyệt: " + l.Title
	}
}

// Possible lists the steps that the state allows, whoever asks; roles and the chain decide further.
func (s Submission) Possible() []Step {
	var out []Step
	for _, step := range [...]Step{Submit, TakeBack, Approve, Refuse, Sign, Withdraw, Receive, Return, Correct} {
		if s.fits(step) == nil {
			out = append(out, step)
		}
	}
	return out
}

// Apply takes a step. seen is the Serial that the actor acted upon: when something happened since, nothing is done and the
// actor is told what, by whom and when.
func (s Submission) Apply(e Event, seen int64) (Submission, error) {
	if seen != s.Serial {
		return s, s.overtaken()
	}
	if err := s.fits(e.Step); err != nil {
		return s, err
	}
	if e.Reason = vi.Clean(e.Reason); e.Reason == "" && rules[e.Step].reason {
		return s, fault.New(fault.Invalid, "Hãy ghi lý do: %s.", lower(e.Step.Title()))
	}
	next := s
	if to := rules[e.Step].to; to != "" {
		next.State = to
	}
	switch e.Step {
	case Submit:
		next.Approved = nil
	case Approve, Sign:
		if err := s.mayApprove(e.Account); err != nil {
			return s, err
		}
		next.Approved = append(append([]int64(nil), s.Approved...), e.Account)
		if e.Step == Sign && s.SentAt.IsZero() {
			next.SentAt = e.At
		}
	case Withdraw:
		if s.Version == 1 { // what the agency itself took back was not reported
			next.SentAt = time.Time{}
		}
	case Return, Correct:
		if s.State == Received {
			next.Version++
		}
	}
	e.Version = next.Version
	next.Serial, next.Last = s.Serial+1, e
	return next, nil
}

// overtaken is what the second of two actors reads.
func (s Submission) overtaken() error {
	who := s.Last.Name
	if who == "" {
		who = "Người khác"
	}
	return fault.New(
		fault.Conflict,
		"%s vừa thực hiện “%s” lúc %s, sau khi bạn mở trang này. Chưa có gì thay đổi theo yêu cầu của bạn. Hãy xem lại báo cáo rồi quyết định.",
		who,
		s.Last.Step.Title(),
		s.Last.At.Format("15:04 ngày 02/01/2006"),
	)
}

// fits says why the state does not allow a step, nil when it does.
func (s Submission) fits(step Step) error {
	r, ok := rules[step]
	if !ok || step == Opened {
		return fault.New(fault.Invalid, "Không có bước này trong quy trình báo cáo.")
	}
	if s.Locked {
		return fault.New(fault.Conflict, "Kỳ báo cáo đã khóa nên không thể %s. Hãy đề nghị cơ quan thường trực mở khóa.", lower(r.title))
	}
	possible := false
	for _, from := range r.from {
		possible = possible || from == s.State
	}
	_, last := s.Link()
	switch {
	case !possible:
		return fault.New(fault.Conflict, "Báo cáo đang ở trạng thái “%s” nên không thể %s.", s.State.Title(), lower(r.title))
	case step == Approve && last:
		return fault.New(fault.Conflict, "Đã đến người ký cuối cùng: hãy ký và gửi báo cáo.")
	case step == Sign && !last:
		l, _ := s.Link()
		return fault.New(fault.Conflict, "Báo cáo còn chờ “%s” đồng ý trước khi ký.", l.Title)
	}
	return nil
}

// mayApprove holds the chain: the named account alone, and nobody for two links.
func (s Submission) mayApprove(account int64) error {
	l, _ := s.Link()
	if l.Account != 0 && l.Account != account {
		return fault.New(fault.Forbidden, "Bước này dành cho “%s”.", l.Title)
	}
	for _, a := range s.Approved {
		if a == account && account != 0 {
			return fault.New(fault.Forbidden, "Bạn đã đồng ý ở bước trước. Bước “%s” cần người khác duyệt.", l.Title)
		}
	}
	return nil
}

// DaysLate returns by how many days the submission is late, as it was sent or, while it is owed, at now; 0 when it is not, 1 when it
// is by hours. What was sent late is accepted and stays marked. The office's own checking does not count: a returned report keeps the
// time at which it was sent first, one that the agency took back itself does not.
func (s Submission) DaysLate(now time.Time) int {
	if !s.SentAt.IsZero() {
		now = s.SentAt
	}
	if !s.Due.Passed(now) {
		return 0
	}
	return max(1, days(s.Due.Day, vi.DateOf(now.In(Zone()))))
}

// DaysLeft returns the days until it is due, negative when overdue; ok is false when it was sent.
func (s Submission) DaysLeft(today vi.Date) (left int, ok bool) {
	return days(today, s.Due.Day), s.SentAt.IsZero()
}

// OnTime reports whether it was sent, and not late.
func (s Submission) OnTime() bool { return !s.SentAt.IsZero() && !s.Due.Passed(s.SentAt) }

func days(from, to vi.Date) int {
	return from.DaysTo(to)
}
