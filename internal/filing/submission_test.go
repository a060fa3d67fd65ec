package filing

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// at is nine in the morning in Viet Nam.
func at(day vi.Date) time.Time { return day.Time().Add(2 * time.Hour).In(Zone()) }

// play takes steps one after the other, each with the serial that it finds.
func play(t *testing.T, s Submission, events ...Event) Submission {
	t.Helper()
	for _, e := range events {
		next, err := s.Apply(e, s.Serial)
		if err != nil {
			t.Fatalf("%s from %s: %v", e.Step, s.State, err)
		}
		s = next
	}
	return s
}

func locked(s Submission) Submission {
	s.Locked = true
	return s
}

func TestSubmission_Apply(t *testing.T) {
	due := Deadline{Day: 20261016}
	chain := []Link{{"Trưởng phòng", 7}, {"Lãnh đạo", 0}}
	fresh := New(due, chain, Event{Account: 1, Name: "lan", At: at(20261010)})
	one := New(due, nil, Event{Account: 1})
	sent := play(t, one, Event{Step: Submit, Account: 1}, Event{Step: Sign, Account: 9, At: at(20261015)})
	review := play(t, fresh, Event{Step: Submit, Account: 1})
	for _, tt := range []struct {
		name  string
		from  Submission
		event Event
		want  State
		says  string // of the refusal
	}{
		{"a draft is submitted", fresh, Event{Step: Submit, Account: 1}, Review, ""},
		{"a draft is not signed", fresh, Event{Step: Sign, Account: 9}, "", `đang ở trạng thái “Dự thảo”`},
		{"the first link hands on", review, Event{Step: Approve, Account: 7}, Review, ""},
		{"another than the named one", review, Event{Step: Approve, Account: 8}, "", `dành cho “Trưởng phòng”`},
		{"the last link is not skipped to", review, Event{Step: Sign, Account: 9}, "", `còn chờ “Trưởng phòng”`},
		{"nobody approves twice", play(t, review, Event{Step: Approve, Account: 7}), Event{Step: Sign, Account: 7}, "", "cần người khác duyệt"},
		{"the last link signs", play(t, review, Event{Step: Approve, Account: 7}), Event{Step: Sign, Account: 9, At: at(20261016)}, Sent, ""},
		{"the last link does not only agree", play(t, review, Event{Step: Approve, Account: 7}), Event{Step: Approve, Account: 9}, "", "hãy ký và gửi"},
		{"a refusal says why", review, Event{Step: Refuse, Account: 7, Reason: " "}, "", "Hãy ghi lý do: yêu cầu sửa"},
		{"a refusal", review, Event{Step: Refuse, Account: 7, Reason: "Sai số"}, Draft, ""},
		{"taken back from the chain", review, Event{Step: TakeBack, Account: 1}, Draft, ""},
		{"withdrawn before receipt", sent, Event{Step: Withdraw, Account: 9, Reason: "Nhầm kỳ"}, Draft, ""},
		{"received", sent, Event{Step: Receive, Account: 3}, Received, ""},
		{"withdrawn after receipt", play(t, sent, Event{Step: Receive}), Event{Step: Withdraw, Reason: "x"}, "", `“Đã tiếp nhận”`},
		{"returned", sent, Event{Step: Return, Account: 3, Reason: "Xem ô"}, Returned, ""},
		{"corrected", play(t, sent, Event{Step: Receive}), Event{Step: Correct, Account: 1, Reason: "Sai mẫu số"}, Draft, ""},
		{"a locked round", locked(sent), Event{Step: Receive}, "", "đã khóa"},
		{"a step that does not exist", sent, Event{Step: "burn"}, "", "Không có bước này"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			next, err := tt.from.Apply(tt.event, tt.from.Serial)
			if tt.says == "" {
				if err != nil || next.State != tt.want || next.Serial != tt.from.Serial+1 {
					t.Errorf("state %s serial %d, %v", next.State, next.Serial, err)
				}
			} else if !strings.Contains(fault.Sentence(err), tt.says) {
				t.Errorf("%q does not say %q", fault.Sentence(err), tt.says)
			}
		})
	}
}

func TestSubmission_SecondActorIsTold(t *testing.T) {
	s := play(t, New(Deadline{Day: 20261016}, nil, Event{Account: 1}), Event{Step: Submit, Account: 1}, Event{Step: Sign, Account: 9, Name: "Trần Văn B", At: at(20261015)})
	first := play(t, s, Event{Step: Receive, Account: 3, Name: "Nguyễn Thị A", At: time.Date(2026, 10, 17, 10, 5, 0, 0, time.UTC)})
	second, err := first.Apply(Event{Step: Return, Account: 4, Reason: "sai"}, s.Serial)
	if fault.KindOf(err) != fault.Conflict || second.State != Received {
		t.Fatalf("%s, %v", second.State, err)
	}
	for _, want := range []string{"Nguyễn Thị A", "Tiếp nhận", "10:05 ngày 17/10/2026"} {
		if !strings.Contains(fault.Sentence(err), want) {
			t.Errorf("%q does not say %q", fault.Sentence(err), want)
		}
	}
}

func TestSubmission_Punctuality(t *testing.T) {
	due := Deadline{Day: 20261016}
	draft := New(due, nil, Event{})
	send := func(s Submission, day vi.Date) Submission {
		return play(t, s, Event{Step: Submit}, Event{Step: Sign, At: at(day)})
	}
	onTime, late := send(draft, 20261016), send(draft, 20261019)
	for _, tt := range []struct {
		name string
		s    Submission
		late int
		ok   bool
	}{
		{"owed, and the day has passed", draft, 4, false},
		{"sent on the last day", onTime, 0, true},
		{"sent late is accepted and marked", late, 3, false},
		{"returned and sent again keeps its first day", send(play(t, onTime, Event{Step: Return, Reason: "x"}), 20261030), 0, true},
		{"what the agency took back was not reported", send(play(t, onTime, Event{Step: Withdraw, Reason: "x"}), 20261018), 2, false},
		{"a correction keeps the day of the report", send(play(t, onTime, Event{Step: Receive}, Event{Step: Correct, Reason: "x"}), 20261101), 0, true},
	} {
		if got := tt.s.DaysLate(at(20261020)); got != tt.late || tt.s.OnTime() != tt.ok {
			t.Errorf("%s: %d days late, on time %v", tt.name, got, tt.s.OnTime())
		}
	}
	if left, ok := draft.DaysLeft(20261010); left != 6 || !ok {
		t.Errorf("%d days left, %v", left, ok)
	}
}

// Whatever people do in whatever order, the life of a report keeps its rules.
func TestSubmission_RandomLives(t *testing.T) {
	steps := []Step{Submit, TakeBack, Approve, Refuse, Sign, Withdraw, Receive, Return, Correct, Opened, "burn"}
	reached := map[State]int{}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		chain := []Link{{"một", 0}, {"hai", 2}, {"ba", 0}}[:r.IntN(4)]
		s := New(Deadline{Day: 20261016}, chain, Event{Account: 1})
		day := vi.Date(20261001)
		for range 200 {
			day = day.AddDays(r.IntN(2))
			e := Event{Step: steps[r.IntN(len(steps))], Account: int64(r.IntN(4) + 1), At: at(day), Reason: []string{"", "vì"}[r.IntN(2)]}
			seen := s.Serial - int64(r.IntN(5)/4)
			s.Locked = r.IntN(10) == 0
			next, err := s.Apply(e, seen)
			if err != nil {
				if next.Serial != s.Serial || next.State != s.State || next.Version != s.Version || len(next.Approved) != len(s.Approved) {
					t.Fatalf("seed %d: a refused %s changed %+v into %+v", seed, e.Step, s, next)
				}
				continue
			}
			holds(t, seed, s, next, e, seen)
			s = next
			reached[s.State]++
		}
	}
	for _, state := range States() {
		if reached[state] < 50 {
			t.Errorf("%s was reached %d times", state, reached[state])
		}
	}
}

func holds(t *testing.T, seed uint64, s, next Submission, e Event, seen int64) {
	t.Helper()
	distinct := slices.Clone(next.Approved)
	slices.Sort(distinct)
	for what, ok := range map[string]bool{
		"who acts has seen the newest":            seen == s.Serial,
		"every step is counted":                   next.Serial == s.Serial+1,
		"a locked round is left alone":            !s.Locked,
		"a version begins only after receipt":     next.Version == s.Version || s.State == Received && next.Version == s.Version+1,
		"what needs a reason has one":             !e.Step.NeedsReason() || next.Last.Reason != "",
		"received was sent":                       next.State != Received || s.State == Sent || s.State == Received,
		"sent was signed by the whole chain":      next.State != Sent || s.State == Sent || len(next.Approved) >= max(1, len(s.Chain)),
		"nobody stands for two links":             len(slices.Compact(distinct)) == len(next.Approved),
		"a sent report has its day":               next.State != Sent && next.State != Received || !next.SentAt.IsZero(),
		"the last event is the one that happened": next.Last.Step == e.Step && next.Last.Version == next.Version,
		"what is sent is not edited":              !next.Editable() || next.State == Draft || next.State == Returned,
		"possible is what Apply allows":           slices.Contains(s.Possible(), e.Step),
	} {
		if !ok {
			t.Fatalf("seed %d, %s from %s: %s does not hold: %+v", seed, e.Step, s.State, what, next)
		}
	}
}

func TestSteps(t *testing.T) {
	for step, r := range rules {
		if step.Title() == "" || !r.needs.Known() {
			t.Errorf("%s: %+v", step, r)
		}
	}
	for step, want := range map[Step]access.Action{Submit: access.EditReport, Sign: access.SignReport, Receive: access.JudgeReport} {
		if step.Needs() != want {
			t.Errorf("%s needs %s", step, step.Needs())
		}
	}
	for _, s := range States() {
		if s.Title() == string(s) {
			t.Errorf("state %s has no Vietnamese name", s)
		}
	}
}
