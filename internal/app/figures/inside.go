package figures

import (
	"context"
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// Inside is what agencies do before anything is released: their tasks and their reports. It is shown to those who may read the
// figures of the agency, or of the owner, before a release.
type Inside struct {
	Tasks  TaskDigest
	Rounds []RoundDigest // of an owner, newest first
	Marks  []RoundMark   // of one agency, newest first
}

// TaskDigest is the tasks of an agency and everything below it, in short. A task is counted once.
type TaskDigest struct {
	Counts       task.Counts
	Programmes   []ProgrammeDigest
	Late         []TaskLine // the latest first, at most maxLate
	Illustrative bool
}

// ProgrammeDigest is the tasks of one programme.
type ProgrammeDigest struct {
	Code, Title string
	Counts      task.Counts
}

// RoundDigest is how far a round of an owner has come.
type RoundDigest struct {
	ID       int64
	Name     string
	Period   kpi.Period
	Due      filing.Deadline
	Passed   bool // the deadline
	Owes     int
	OnTime   int
	Late     int // sent after the deadline
	Returned int // waiting to be sent again
	Missing  []string
}

// Sent is how many have sent their report.
func (r RoundDigest) Sent() int { return r.OnTime + r.Late }

// RoundMark is how one agency did in one round. Punctuality is judged by the first sending.
type RoundMark struct {
	Round    int64
	Name     string
	Period   kpi.Period
	Due      filing.Deadline
	Sent     time.Time // zero while it was not sent
	OnTime   bool
	DaysLate int // as sent, or so far
	Returned int // how often the office gave it back
	State    string
}

// Reports is what the rounds say of an agency: figures ask it, the room of reports answers.
type Reports interface {
	// RoundsInside lists how far the rounds of an owner have come, or how one agency did in its newest rounds.
	RoundsInside(v *store.View, id agency.ID, owner bool) ([]RoundDigest, []RoundMark, error)
	// TraceOf leads from an observation back to the report that it came with, nil when it came through none.
	TraceOf(ctx context.Context, v *store.View, o store.Observation) (*ReportTrace, error)
}

// Register is what the register of tasks says of an agency.
type Register interface {
	// DigestOf counts the tasks in which an agency, or somebody below it, leads; for the nation all of them.
	DigestOf(v *store.View, c *ledger.Catalogue, id agency.ID, illustrative bool) (TaskDigest, error)
}

// insideOf gathers what goes on below an agency. An owner has its rounds beside, everybody else its own reports.
func (a *Room) insideOf(r *Ranker, id agency.ID, owner, illustrative bool) (out *Inside, err error) {
	out = &Inside{}
	if out.Tasks, err = a.Register.DigestOf(r.View.Unguarded(), r.Catalogue, id, illustrative); err != nil {
		return nil, err
	}
	out.Rounds, out.Marks, err = a.Reports.RoundsInside(r.View.Unguarded(), id, owner)
	return out, err
}

// PlanLine is one line of how far plans have come: "9/12 chỉ tiêu".
type PlanLine struct {
	Name        string
	Done, Of    vi.NullDecimal
	Late        int // tasks; -1 where nobody says
	When        string
	Observation int64 // of a published figure, 0 where the register counts
	Source      kpi.System
}

// planPillar is the pillar of the figures that say how much of a yearly plan was carried out.
const planPillar = "ke_hoach_ubqg"

// plan lists the published results of plans, then the programmes of the register.
func (r *Ranker) plan(owner agency.ID, in *Inside) ([]PlanLine, error) {
	points, err := r.View.AgencySeries(owner)
	if err != nil {
		return nil, err
	}
	var out []PlanLine
	lines, err := r.Series(owner, points)
	if err != nil {
		return nil, err
	}
	for _, s := range lines {
		last := s.Points[len(s.Points)-1]
		if s.Source == kpi.Illustrative || s.Definition.Indicator.Pillar != planPillar || !last.Figure.Num.Valid || !last.Figure.Den.Valid {
			continue
		}
		out = append(
			out,
			PlanLine{
				Name:        s.Definition.Name,
				Done:        last.Figure.Num,
				Of:          last.Figure.Den,
				Late:        -1,
				When:        last.Period.Title(),
				Observation: last.Observation,
				Source:      s.Source,
			},
		)
	}
	if in == nil {
		return out, nil
	}
	for _, p := range in.Tasks.Programmes {
		out = append(
			out,
			PlanLine{Name: "Nhiệm vụ: " + p.Title, Done: vi.Some(vi.Int(int64(p.Counts.Done()))), Of: vi.Some(vi.Int(int64(p.Counts.Total()))),
				Late: p.Counts.Overdue, Source: kpi.Register},
		)
	}
	return out, nil
}

// TaskLine is one task or assignment, ready to print.
type TaskLine struct {
	Code, Title               string
	Programme, ProgrammeTitle string
	Document                  task.Document
	Holders                   []TaskParty
	Others                    []TaskParty // co-operating
	Person, Post              string
	Assigned, Due, Original   vi.Date
	DueText                   string
	Extended                  bool // the deadline is not the first one
	Completed                 vi.Date
	Status                    task.Status
	Days                      int // after the deadline; negative: left
	Settled                   bool
	Waiting                   bool // a completion is claimed: chờ công nhận
	Update                    task.Update
	Illustrative              bool
}

// TaskParty is an agency with its name on the day asked for.
type TaskParty struct {
	Agency agency.ID `json:"agency"`
	Name   string    `json:"name"`
}

// ReportTrace leads from a figure back to the report that it came with.
type ReportTrace struct {
	Submission int64
	Round      int64
	RoundName  string
	Agency     agency.ID
	AgencyName string
	SentAt     time.Time
	Signer     string // who signed and sent; "" for those who may not read names
	Receiver   string
	Number     string // of the signed document, "" when it was signed without paper
	Day        vi.Date
	Code       string
	Readable   bool // the actor may open the report itself
}
