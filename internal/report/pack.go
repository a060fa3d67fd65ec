// Package report turns a Pack into an Excel workbook. It decides layout only: every number in the
// Pack is already rounded and every name already chosen. It is one of the two rooms that know
// excelize (the other is intake). It must not know SQL or HTTP.
package report

import (
	"time"

	"chiso/internal/agency"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/task"
	"chiso/internal/vi"
)

// Pack is everything a report workbook shows.
type Pack struct {
	Title    string // "Kết quả thực hiện các chỉ tiêu chuyển đổi số"
	Issuer   string // "Văn phòng Chính phủ"; "" leaves a dotted line to fill in
	Appendix string // "I"
	Period   kpi.Period
	DataFrom vi.Date // "Số liệu từ … đến …"
	DataTo   vi.Date
	AsOf     time.Time // "tính đến …": time of the revision, UTC
	Revision int64
	Head     string // of the audit at the revision, by which `chiso check --head` shows that nothing was altered since; "" prints none
	Program  string // program version, for the file's properties
	Tables   []ranking.Table
	Details  []Detail
	Sources  []SourceNote
	// Definitions are those of Details; the tables bring their own. Each is written once.
	Definitions []*kpi.Definition

	// What only a pack for a meeting has. Everything may be missing.
	Sections    []Section // what follows the contents, in this order; nil takes all that have something to show
	Subject     string    // the agency or indicator that the pack is about, "" for the whole block
	Own         agency.ID // whose rows stand out, "" for nobody's
	Standing    string    // "Bản công bố sơ bộ số 12/TB ngày 20/10/2026", or that the figures are not released
	Identity    string    // for the file's properties: which release and which pack this is
	Spans       []Span    // the days that the figures of each table cover, beside Tables; none is those of the period
	Letter      Letter    // the report that the pack is annexed to
	Signing     Signing
	Remarks     []string // nhận xét, as chosen and edited
	Praise      []string // biểu dương
	Criticism   []string // phê bình, nhắc nhở
	Key         []KeyFigure
	Heat        []Heat
	Agencies    []AgencyCard
	Tasks       *Tasks
	Rounds      []Round
	Plan        []PlanLine
	Nation      []NationLine
	Gaps        []Gap
	Differences *Changes

	invented *bool // whether anything in it is illustrative, once that is known
}

// Span is the days that figures cover (chốt số liệu).
type Span struct{ From, To vi.Date }

// Letter is the report that a pack is annexed to: "Kèm theo Báo cáo số 12/BC-VPCP ngày 20/10/2026".
type Letter struct {
	Number string
	Day    vi.Date
}

// Signing says who signs under the tables.
type Signing struct {
	Off              bool   // nobody does
	Preparer, Leader string // names; "" leaves room to write one
}

// KeyFigure is one line of the summary: an indicator over the whole block.
type KeyFigure struct {
	Name, Unit string
	Decimals   int
	Period     kpi.Period
	Value      vi.NullDecimal
	Before     vi.NullDecimal // of the period that it is compared with
	Target     vi.NullDecimal
	Reached    bool
	First      string // "Đồng Tháp (68,53)"
	Last       string
	Direction  kpi.Direction
}

// Heat is a ranking with the components that it is made of, over the same agencies.
type Heat struct {
	Table   *ranking.Table
	Columns []ranking.Column
}

// AgencyCard is what one agency's sheet shows.
type AgencyCard struct {
	Agency agency.ID
	Name   string
	Block  string
	Remark []string // sentences about the agency
	Lines  []CardLine
	Trends []Trend
}

// CardLine is where an agency stands with one indicator or one component of a scorecard.
type CardLine struct {
	Name, Unit string
	Component  bool // of the scorecard above it
	Decimals   int
	Period     kpi.Period
	Value      vi.NullDecimal
	Rank, Of   int            // 0: it has none
	Change     int            // places gained
	Moved      bool           // Change is known
	Block      vi.NullDecimal // pooled over the block; its median where nothing is pooled
	Target     vi.NullDecimal
	Note       string // why it has no rank
	kpi.Exactness
}

// Trend is a figure of an agency over time, the oldest first.
type Trend struct {
	Name, Unit, Source string
	Decimals           int
	Points             []TrendPoint
}

// TrendPoint is one period of a trend.
type TrendPoint struct {
	Period kpi.Period
	Value  vi.Decimal
	kpi.Exactness
}

// Tasks is the register on a day (thực hiện nhiệm vụ).
type Tasks struct {
	Title   string // whose tasks: "Đề án 06"
	Day     vi.Date
	Unit    string // what is counted
	Counts  task.Counts
	By      []TaskLine // by leading agency
	Note    string
	Overdue []OverdueTask // the latest first
}

// TaskLine is the counts of one agency.
type TaskLine struct {
	Name   string
	Counts task.Counts
}

// OverdueTask is one task that is late.
type OverdueTask struct {
	Code, Title, Lead, Person string
	Due                       vi.Date
	Days                      int
	State                     string // what the agency says of it
}

// Round is how a round of reports went (kỷ luật báo cáo).
type Round struct {
	Name  string
	Lines []RoundLine
}

// RoundLine is how one agency reported. Punctuality is judged by the first sending.
type RoundLine struct {
	Name     string
	Due      string
	Sent     time.Time // zero: not yet
	OnTime   bool
	DaysLate int
	Returned int // times the office returned it
	State    string
}

// PlanLine is a target and what was reached.
type PlanLine struct {
	Name, Unit string
	Scope      string
	Decimals   int
	Year       int
	Target     vi.Decimal
	Act        string
	Value      vi.NullDecimal
	Period     kpi.Period
	Reached    bool
	Missing    vi.NullDecimal // what is still missing, absent when it is reached
	kpi.Exactness
}

// Gap is the sum of the agencies beside a figure that somebody published (đối chiếu).
type Gap struct {
	Name, Unit   string
	Decimals     int
	Period       kpi.Period
	Sum          vi.Decimal
	Counted, Of  int // agencies in the sum, agencies of the block
	Reference    vi.Decimal
	ReferenceOf  string         // who published it
	Gap          vi.Decimal     // sum − reference
	Share        vi.NullDecimal // of the reference, in percent
	Contributors []string
	Explanation  string
	Owner        string // who answers for it
	Accepted     string // who lets the release go out with it, and when
}

// Changes is what differs from the release that this one corrects.
type Changes struct {
	From  string // that release
	Lines []filing.Difference
}

// Detail is one figure of the report and the way back to where it came from.
type Detail struct {
	Agency        string // ID
	Name          string
	Indicator     string // code
	IndicatorName string
	Unit          string
	Decimals      int
	Period        string
	Num, Den      vi.NullDecimal
	Value         vi.NullDecimal // rounded
	State         kpi.State
	Remarks       string // qualifiers, "thiếu tử/mẫu số", bound
	Source        string // Vietnamese name of the source system
	SourceNo      int    // place in Pack.Sources, from 1: file, SHA-256, publisher
	Sheet, Cell   string // place in that file
	Revision      int64
	kpi.Exactness
}

// SourceNote is one file or publisher that the figures of the report came from.
type SourceNote struct {
	System  string
	Origin  string
	File    string
	SHA256  string
	At      time.Time
	Figures int
}
