package reporting

import (
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// ReportHead is one agency's report in a round, in a line: what is owed, by when, and how far it has come.
type ReportHead struct {
	Round      int64
	RoundName  string
	Regime     string // code
	RegimeName string
	Period     kpi.Period
	Window     filing.Window // of the data
	Agency     agency.ID
	AgencyName string
	Filer      agency.ID // who files today, where the agency itself is gone
	FilerName  string
	Submission int64 // 0: not begun
	State      filing.State
	Version    int
	Serial     int64 // what a step is based upon
	Due        filing.Deadline
	Extended   bool
	DaysLeft   int // negative when overdue; meaningful while Owed
	DaysLate   int // as sent, or so far
	Owed       bool
	OnTime     bool
	Locked     bool
	SentAt     time.Time
	Forms      []string // titles
	Complete   filing.Completeness
	Waits      string // whom it waits for: "Trưởng phòng", "Cơ quan thường trực", "Bạn"; "" when it waits for nobody
	Standing   string // the state in plain words: "Chờ lãnh đạo ký"
	Steps      []filing.Step
	Next       NextCell // the first cell that waits to be filled in or mended
}

// NextCell is a cell that waits: its number in its form and its definition; zero for none.
type NextCell struct {
	N          int
	Definition int64
}

// Title returns the state in words; a report that was not begun has one, too.
func (h ReportHead) Title() string {
	if h.Submission == 0 {
		return "Chưa lập"
	}
	if h.Standing != "" {
		return h.Standing
	}
	return h.State.Title()
}

// Desk is what the actor's agencies owe and have sent (bàn làm việc): what waits for the actor first, then by due date.
type Desk struct {
	Today  vi.Date
	Open   []ReportHead // of rounds that are not locked
	Closed []ReportHead // of locked rounds, the newest first
}

// ReportView is a whole report as its page shows it.
type ReportView struct {
	ReportHead
	Editable  bool // the state allows it and the actor may
	FormList  []ReportForm
	Sections  []ReportSection
	Proposals []store.Proposal
	Files     []store.Attachment
	Papers    []PaperView
	Events    []ReportEvent
	Kept      []KeptVersion // contents that were handed up, oldest first
	Uploads   []figures.UploadLine
	Batch     *BatchView      // the newest change of many cells that can be taken back, nil for none
	Code      string          // version code of the content as it stands
	Blocking  string          // why it cannot be submitted yet, "" when it can
	General   []check.Finding // about no single cell: sums, figures that are missing beside last time
}

// ReportForm is one table of a report.
type ReportForm struct {
	Code, Name string
	Rows       []ReportRow
}

// ReportRow is one cell of a report with everything that an officer or the office wants beside it.
type ReportRow struct {
	Definition *kpi.Definition
	Parts      bool // asks for numerator and denominator
	Optional   bool
	Unassigned bool       // optional because no act says whose business it is
	Cell       store.Cell // Version 0: nothing was saved yet
	// What stands in the inputs: as typed, else the figure as people write it.
	Numerator, Denominator, Value string
	Shown                         string // the figure rounded, with its state in words; "" while there is none
	Known                         *KnownFigure
	Previous, LastYear            *KnownFigure
	Files                         int
	Refused                       *RefusedCell // what a file said and was refused, nil for nothing
}

// RefusedCell is what a file said of a cell and was refused.
type RefusedCell struct {
	Upload int64
	At     time.Time
	Says   string // the figures of the file
	Why    string
}

// KnownFigure is a figure that is already held, ready to show and to compare.
type KnownFigure struct {
	Figure      kpi.Figure
	Text        string // rounded, with its parts
	Source      kpi.System
	Period      kpi.Period
	Observation int64
	Agrees      bool // with the cell's figure, to the definition's decimals
}

// ReportSection is one part of the narrative.
type ReportSection struct {
	Order   int
	Title   string
	Body    string
	Version int64
	Account string
	At      time.Time
	// What the report of the period before said there, of a report that may still be written; "" when it said nothing.
	Before, BeforePeriod string
}

// PaperView is a signed copy that was handed back.
type PaperView struct {
	store.Paper
	Matches bool // it was signed over the content as it stands
}

// ReportEvent is one line of the history. Name is "" for those who may not read names.
type ReportEvent struct {
	Serial  int64
	Step    filing.Step
	Version int
	Name    string
	At      time.Time
	Reason  string
	Remarks []Remark
}

// Remark is what the office said of a cell.
type Remark struct {
	Code, Name, Text string
}

// CellInput is what somebody gives for one cell. Seen is the version that they saw, 0 when the cell was never saved; texts are as
// typed. Stance confirms or disputes what another system holds for the same period; a confirmation without a figure takes that over.
type CellInput struct {
	Definition                    int64
	Seen                          int64
	Numerator, Denominator, Value string
	Note, Explained               string
	Stance                        filing.Stance
	Dispute                       string
	TakePrevious                  bool // the figure of the period before goes into the blank cell
}

// SaveResult says what became of the cells that were given, in their order.
type SaveResult struct {
	Cells    []CellResult
	Complete filing.Completeness
	Serial   int64

	before []store.Cell // those that changed, as they were
}

// CellResult is one saved cell. Conflict is a sentence when somebody else saved the cell meanwhile: then Row holds what stands
// there now, and what was given is kept nowhere but in the answer's Mine.
type CellResult struct {
	Row      ReportRow
	Conflict string
	Mine     CellInput
}

// UploadOutcome is what a file says to a draft, and what of it was taken. Good cells are taken while bad ones wait in the file.
type UploadOutcome struct {
	figures.UploadLine
	Agency    agency.ID
	Round     int64
	Editable  bool       // cells may still be taken
	Cells     []FileCell // that could be read, in the order of the file
	Refused   []RefusedRow
	Missing   int        // cells that the form owes and the file does not have
	Saved     int        // cells that were taken and stand
	Same      int        // cells that the draft says already
	Overtaken []string   // names of cells that somebody saved after they were shown: they were left
	Batch     *BatchView // what takes it back, nil when nothing was taken
	Findings  []check.Finding
	About     []*kpi.Definition // of each finding, nil where it is about no line of the report
	Errors    int
	Matching  *receive.Matching // how its columns and lines are read
	Owner     string            // the agency that files, and remembers how its tables are read
}

// Changes counts the cells that the draft would get.
func (o *UploadOutcome) Changes() int { return len(o.Cells) - o.Same }

// ReportStep asks for a step of a report's life. Seen is the serial that the actor saw.
type ReportStep struct {
	Round   int64
	Agency  agency.ID
	Step    filing.Step
	Seen    int64
	Code    string // of the content that they looked at; "" does not ask
	Reason  string
	Remarks map[string]string // by indicator code: why a cell is returned
}

// PaperInput is a signed copy that somebody hands back.
type PaperInput struct {
	Name   string
	Data   []byte
	Code   string // as printed on it; may stay empty when the PDF's own text says it
	Number string // of the document: 12/BC-UBND
	Day    vi.Date
	Signer string
}

// SigningCopy is what the print page of a report shows: the whole content, with the code that a signature covers.
type SigningCopy struct {
	*ReportView
	Issuer  string // "ỦY BAN NHÂN DÂN TỈNH …" is for the page to write in capitals
	Above   string // the body above it, "" for a province or ministry
	Place   string // where it is signed
	Day     vi.Date
	To      string   // the office that it goes to
	Post    []string // lines above the signature: in whose name, and the office of the head
	Preview bool     // it may still change
}

// BoardQuery asks for the board of a round.
type BoardQuery struct {
	Round int64
	State string // a filing.State, "none", "late" or "" for all
	Text  string // part of an agency's name
}

// Board is the office's view of a round: who owes, how far each has come (bảng theo dõi). Rows are in official order; the page
// may sort them. Counts are over all rows, whatever the filter.
type Board struct {
	Round      filing.Round
	RegimeName string
	Owner      agency.ID
	Forms      []ledger.Choice // code and title, in the order of BoardRow.Forms
	Rows       []BoardRow
	Counts     BoardCounts
}

// BoardRow is one agency of a board.
type BoardRow struct {
	ReportHead
	Forms       []filing.Completeness // by form
	Warned      int                   // cells with a warning
	Proposals   int                   // that wait for an answer
	Clean       bool                  // sent, complete and without anything to look at: may be received with others
	LastAt      time.Time             // of the newest event; zero when not begun
	LastStep    filing.Step
	LastAccount string
}

// BoardCounts is the summary of a round.
type BoardCounts struct{ Owed, None, Draft, Review, Sent, Received, Returned, OnTime, Late, Overdue, Clean int }

// WorkbenchQuery asks for the cells of a round that the office judges.
type WorkbenchQuery struct {
	Round  int64
	Agency agency.ID // "" takes every agency that has sent
	Odd    bool      // only cells with a warning, a dispute or a difference from another source
}

// Workbench is the office's table of cells: what is reported beside what is known (bàn kiểm tra). Groups are in official order.
type Workbench struct {
	Round  filing.Round
	Groups []WorkbenchGroup
}

// WorkbenchGroup is one agency's report. A receive or a return is a ReportStep with its Serial.
type WorkbenchGroup struct {
	ReportHead
	Rows      []ReportRow
	Odd       int
	Clean     bool
	Files     []store.Attachment
	Proposals []store.Proposal
}

// Strange reports whether the office should look at a cell itself: a warning, a dispute, another figure elsewhere, or it was returned.
func (row ReportRow) Strange() bool { return row.odd() }

// BulkResult says what became of each report that was to be received.
type BulkResult struct {
	Received []ReportHead
	Skipped  []BulkSkip
	Revision int64
}

// BulkSkip is a report that was not received, and why.
type BulkSkip struct {
	Agency agency.ID
	Name   string
	Reason string
}
