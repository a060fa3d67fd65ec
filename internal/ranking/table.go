package ranking

import (
	"time"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Table is a ranking (bảng xếp hạng): one block, period, indicator or scorecard, and source, at one
// revision. Page, chart, workbook and API all take it; nobody recomputes or re-rounds what is in it.
type Table struct {
	Code       string
	Name       string
	Unit       string // "%", "điểm (tối đa 100)", "0-1"
	Decimals   int
	Direction  kpi.Direction
	Definition *kpi.Definition   // nil for a scorecard
	Scorecard  *Scorecard        // nil for an indicator
	Components map[string]string // names of the scorecard's components by code

	Period kpi.Period
	Block  agency.Block
	Source kpi.System
	// SourceFallback is set when the indicator's own ranking source has nothing for the period and
	// Source was taken instead: the sentence that says so.
	SourceFallback string
	Origins        []string // publishers of the figures, for the source line

	Revision int64
	AsOf     time.Time // of the revision, UTC

	Release *Release // that the figures are taken from; nil for figures that need none, and live ones
	// Unreleased says that these are the newest figures of a source whose figures are released, for those who may see them.
	Unreleased bool

	Pooled    Pooled
	Published *Published  // a figure published for the block or the nation
	Target    *kpi.Target // of the block, or the national one
	Previous  Previous

	Asked map[agency.ID]bool // who was asked for the figures on the period's last day; nil: everybody of the block
	Least int                // percent of those asked from which the table speaks of its block, 0 takes DefaultLeast

	Rows      []Row
	NotRanked []NotRanked
}

// Release is the release that a table shows (bản công bố).
type Release struct {
	ID     int64
	Code   string  // short, for paper
	Number string  // of its document
	Day    vi.Date // of its document
	Kind   string  // Vietnamese: sơ bộ, chính thức
	Final  bool
	Since  time.Time // when it began to be shown
}

// Title names the release in a line: "Bản công bố sơ bộ số 12/TB ngày 25/11/2026".
func (r *Release) Title() string {
	s := "Bản công bố " + r.Kind
	if r.Number != "" {
		s += " số " + r.Number
	}
	if r.Day != 0 {
		s += " ngày " + r.Day.String()
	}
	return s
}

// Standing says which release the table shows, or that it shows more than was released; "" where figures need no release.
func (t *Table) Standing() string {
	switch {
	case t.Release != nil:
		return t.Release.Title()
	case t.Unreleased:
		return "Số liệu mới nhất, có phần chưa công bố"
	}
	return ""
}

// Illustrative reports whether the table is made of illustrative figures and must say so.
func (t *Table) Illustrative() bool { return t.Source == kpi.Illustrative }

// Expected is how many agencies the block has, special ones included.
func (t *Table) Expected() int { return len(t.Rows) + len(t.NotRanked) }

// Method says how a pooled figure was made.
type Method string

// The methods. Scores, bare percentages, places and yes/no answers are not pooled.
const (
	RatioOfSums Method = "ratio_of_sums"
	SumOfCounts Method = "sum"
	NotPooled   Method = "none"
)

// Pooled is the figure of the whole block: the ratio of sums, never the mean of percentages.
type Pooled struct {
	Scope    string // "Chung khối địa phương, 34/34"
	Value    vi.NullDecimal
	Num, Den vi.NullDecimal
	Method   Method
	Covered  int // agencies whose figures are inside
	Expected int // agencies of the block
}

// Published is a figure that somebody published for the block or the nation. It is shown beside
// the pooled one and never mixed with it.
type Published struct {
	Agency agency.ID // VN, or an aggregate
	Scope  string    // "Cả nước"
	Value  vi.Decimal
	Source string // publisher
	kpi.Exactness
}

// Print is the published figure with the word that stood before it.
func (p *Published) Print(decimals int) string { return p.Exactness.Print(p.Value, decimals) }

// Previous says what movement is measured against.
type Previous struct {
	Period *kpi.Period
	// None is the Vietnamese reason why there is no movement: no earlier figures, another set of
	// agencies, another definition version.
	None string
	// Recomputed says by which version of the definition the figures of Period were computed again, "" when it is the same.
	Recomputed string
}

// Row is one ranked agency.
type Row struct {
	Rank   int // standard competition rank: 1, 2, 2, 4
	Agency agency.ID
	Name   string // short name on the period's last day
	// Value is rounded; it is absent only for an agency put last because it did not report.
	Value         vi.NullDecimal
	Num, Den      vi.NullDecimal
	Bare          bool           // a percentage without parts ("thiếu tử/mẫu số")
	Gap           vi.NullDecimal // distance to the next better place, absent for the first
	PublishedRank int            // the source's own rank, 0 if it printed none
	PreviousRank  int            // 0 if it had none or movement is refused
	PreviousValue vi.NullDecimal // of the period that PreviousRank is of
	Qualifiers    kpi.Qualifier
	Zeroed        []string // component codes counted as 0 by the scorecard's rule
	Observation   int64    // 0 for a scorecard
}

// Print is the value with the word that stood before it; "" without a value.
func (r Row) Print(decimals int) string {
	if !r.Value.Valid {
		return ""
	}
	return r.Exactness().Print(r.Value.Decimal, decimals)
}

// Exactness returns how the value is printed.
func (r Row) Exactness() kpi.Exactness {
	return kpi.Exactness{Qualifiers: r.Qualifiers, Computed: r.Num.Valid && r.Den.Valid}
}

// Change is previous rank − rank: up is positive; absent (false) without a previous rank.
func (r Row) Change() (int, bool) {
	if r.PreviousRank == 0 || r.Rank == 0 {
		return 0, false
	}
	return r.PreviousRank - r.Rank, true
}

// Reason says why an agency of the block has no rank.
type Reason string

// The reasons of design rule 7.
const (
	NotReported    Reason = "not_reported"
	NotApplicable  Reason = "not_applicable"
	NoDenominator  Reason = "no_denominator"
	BelowMinN      Reason = "below_min_n"
	Censored       Reason = "censored"
	NotInScorecard Reason = "not_in_scorecard"
	Special        Reason = "special"
	NotAsked       Reason = "not_asked"
	NoTasks        Reason = "no_tasks"
	NoFigure       Reason = "no_figure"
)

// Title returns the Vietnamese reason.
func (r Reason) Title() string {
	switch r {
	case NotReported:
		return "Chưa báo cáo"
	case NotApplicable:
		return "Không phát sinh"
	case NoDenominator:
		return "Mẫu số bằng 0"
	case BelowMinN:
		return "Mẫu nhỏ"
	case Censored:
		return "Nguồn chỉ công bố một cận"
	case NotInScorecard:
		return "Ngoài phạm vi chấm điểm"
	case Special:
		return "Đơn vị đặc thù"
	case NotAsked:
		return "Không được giao báo cáo"
	case NoTasks:
		return "Không có nhiệm vụ trong sổ"
	case NoFigure:
		return "Nguồn không có số liệu"
	}
	return string(r)
}

// NotRanked is an agency of the block without a rank, and why.
type NotRanked struct {
	Agency      agency.ID
	Name        string
	Reason      Reason
	Detail      string // Vietnamese: "6 phản ánh, dưới mức tối thiểu 10"
	Observation int64
}
