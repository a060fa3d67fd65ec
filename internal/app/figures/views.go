package figures

import (
	"time"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// RankingQuery asks for one ranking. Only Code is needed.
type RankingQuery struct {
	Code   string      // indicator or scorecard
	Period string      // period key; "" takes the latest with figures
	Block  string      // "" takes provinces
	Source string      // source system; "" takes the indicator's ranking source
	Peers  string      // peer group within the block, ranked alone: "region:dbsh"; "" takes all
	AsOf   time.Time   // zero: now
	View   ledger.View // zero: what was released
}

// RankingView is a ranking with what its page lets people choose.
type RankingView struct {
	Table    *ranking.Table
	Choices  Choices
	Bands    *ranking.Bands              // classes of the values, nil when there are none
	Beside   *BesideFigures              // what a measuring system holds for the same; nil when none does
	Possible map[agency.ID]ranking.Range // ranks still open while agencies are missing; nil when none is
}

// Choices are the periods, blocks and sources for which the indicator or scorecard has figures.
type Choices struct {
	Periods []ledger.Choice // latest first
	Blocks  []ledger.Choice
	Sources []ledger.Choice
	Peers   []ledger.Choice // groups within the block
}

// OverviewQuery asks for the first page of an owner of blocks.
type OverviewQuery struct {
	Owner  agency.ID // "" is the nation
	Source string    // "" takes what each indicator is ranked by; illustrative figures are shown when asked for
	View   ledger.View
	AsOf   time.Time // zero: now. What people do, tasks and reports, is of now only
	// Inside says that who asks may see what the agencies below the owner do before a release: tasks, and who has reported. It is for the
	// caller to judge: access.ReadTasks on the owner.
	Inside bool
}

// Overview is the first page of an owner: the newest rankings and what there is to look at.
type Overview struct {
	Owner        agency.Version // of a province; the zero version for the nation
	Source       kpi.System     // asked for; "" for none
	Revision     int64
	AsOf         time.Time
	Published    *PublishedTasks // counts of tasks as somebody published them; nil for none
	Headline     *ranking.Table  // the owner's scorecard in the latest period; nil on an empty database
	Rankings     []RankingLink   // every indicator and scorecard that can be ranked, by pillar
	Cards        []Card          // pooled headline figures
	Uploads      []UploadLine    // latest accepted files
	Illustrative bool            // the illustrative set is loaded
	Agencies     []AgencyLink
	Nation       []NationLine // national figures of the four pillars
	Elsewhere    bool         // an owner without figures has illustrative ones
	Rises, Falls []SheetMove  // in the headline, with the cause
	Plan         []PlanLine   // how far plans have come
	Inside       *Inside      // nil for those who may not see it
}

// RankingLink leads to the latest ranking of an indicator or scorecard.
type RankingLink struct {
	Code, Name, Pillar, PillarTitle string
	Period                          kpi.Period
	Block                           string
	Source                          kpi.System
	Agencies                        int            // with a figure
	Places                          []RankingPlace // in each block that has figures; the fields above are those of the block with most
	Nation                          *RankingPlace  // of the nation's own newest figure; nil when it has none
}

// RankingPlace is the newest ranking of an indicator in one block, or the nation's own figure.
type RankingPlace struct {
	Block, Name string // Block is "" for the nation
	Period      kpi.Period
	Source      kpi.System
	Agencies    int
}

// Card is one headline figure: pooled over a block, with its target.
type Card struct {
	Code, Name, Unit string
	Decimals         int
	Period           kpi.Period
	Source           kpi.System
	Block            string // code of the block that it is pooled over
	Pooled           ranking.Pooled
	Target           *kpi.Target
	Reached          bool   // the pooled value is on the good side of the target
	Leader           string // name and value of the first agency
	LeaderID         agency.ID
	LeaderText       string
	Trend            []vi.NullDecimal // pooled, oldest first, up to this period
	Before           *kpi.Period      // the period before in Trend
	Blocks           []BlockValue     // the owner's other blocks that have figures: the ministries beside the provinces
}

// AgencyLink leads to an agency's page.
type AgencyLink struct {
	ID    agency.ID
	Name  string
	Block string // title
}

// UploadLine is one file in a list.
type UploadLine struct {
	ID       int64
	Name     string
	SHA256   string
	Account  string
	At       time.Time
	Accepted bool
	Revision int64
}

// AgencyQuery asks for an agency's page.
type AgencyQuery struct {
	Agency agency.ID
	View   ledger.View
	AsOf   time.Time // zero: now. What people do, tasks and reports, is of now only
	Inside bool      // who asks may see its tasks and reports; access.ReadTasks on the agency
}

// AgencyView is an agency's page: who it is and its figures over time.
type AgencyView struct {
	Agency       agency.Version
	BlockTitle   string
	Versions     []agency.Version
	Predecessors []AgencyEdge
	Successors   []AgencyEdge
	Series       []Series
	Growth       []GrowthLine
	Analysis     *Analysis // in the scorecard of its block; nil where it has none
	Inside       *Inside   // its tasks and reports; nil for those who may not see them
	Units        bool      // it has units below it that are ranked
	Revision     int64
	AsOf         time.Time
}

// GrowthLine is how much a figure grew, as somebody published it: never computed.
type GrowthLine struct {
	kpi.Growth
	Name   string // of the indicator
	Period kpi.Period
	Source string // who published it, as people name it
}

// AgencyEdge is a succession edge with the name of the other end.
type AgencyEdge struct {
	ID    agency.ID
	Name  string
	On    vi.Date
	Whole bool
	Basis string
}

// Series is one indicator of an agency from one source, oldest period first. Definition changes
// break it: each definition version is a series of its own.
type Series struct {
	Definition *kpi.Definition
	Source     kpi.System
	Points     []Point
	Rank       *SeriesRank // of the latest point among its block; nil when it is not ranked
	Target     *kpi.Target // of the year of the latest point
	Reached    bool        // the latest value is on its good side
	Before     []Series    // the same indicator and source under earlier definitions, oldest first: the line breaks where each ends

	By *ledger.Catalogue // that the latest point is shown with
}

// SeriesRank is where an agency stands with the latest figure of a series.
type SeriesRank struct {
	Block    string // code
	Rank, Of int    // among the ranked
	Previous int    // 0: none, or not comparable
	Gap      vi.NullDecimal
}

// Point is one figure of a series.
type Point struct {
	Observation int64
	Period      kpi.Period
	Figure      kpi.Figure
	Value       vi.NullDecimal // rounded; absent when there is none
	Revised     bool           // corrected since it was first stored
	Origin      string
	Growth      []string // since a base period, as the origin published it

	by *ledger.Catalogue // that shows it
}

// Evidence is everything behind one figure: what it is, where it came from, and what it was before.
type Evidence struct {
	Agency     agency.Version
	Definition *kpi.Definition
	Period     kpi.Period
	Source     kpi.System
	History    []EvidenceLine // newest first; the first is the current one
}

// EvidenceLine is one version of a figure.
type EvidenceLine struct {
	Observation int64
	Revision    int64
	At          time.Time
	Account     string
	Reason      string
	Figure      kpi.Figure
	Value       vi.NullDecimal // rounded
	Note        string
	Origin      string
	Growth      []string // as of a Point
	Upload      int64    // 0 when not from a file
	File        string
	SHA256      string
	Sheet, Cell string
	Warnings    []WarningLine // with which its file was accepted
	Report      *ReportTrace  // the report that it came with, nil when it came through none
}

// WarningLine is a warning about a figure, or about its whole file, and what was said to it.
type WarningLine struct {
	Cell, Message, Explanation string
	Whole                      bool // about the file
}
