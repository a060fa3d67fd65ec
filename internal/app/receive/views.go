package receive

import (
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/intake"
	"chiso/internal/kpi"
	"chiso/internal/match"
	"chiso/internal/vi"
)

// Request is one or more files to be read, checked and, unless DryRun, accepted together.
type Request struct {
	Files      []ledger.ImportFile
	Period     string     // for files that do not say their period
	Indicator  string     // for files that do not say their indicator
	Agency     agency.ID  // refuse rows of any other agency; "" takes all
	Source     kpi.System // "" is Reported
	Account    string     // who accepts
	Reason     string
	DryRun     bool
	Choose     map[string]match.Target // what columns hold, by what somebody says of them: by letters or “sheet!letters”; the zero Target is not read
	Said       Choices                 // what the one who gave a file that waits said of its columns and lines
	Remembered Memories                // besides those that are kept
	Explain    string                  // what is said to all warnings, kept with the figures; Import asks for nothing

	maxFindings int // that are listed; 0 takes what a person reads
}

// Result is the outcome of an import, in the form `chiso import --format json` prints.
type Result struct {
	Accepted bool         `json:"accepted"`
	DryRun   bool         `json:"dry_run"`
	Revision *int64       `json:"revision"` // null when nothing was changed
	Files    []FileResult `json:"files"`
	// Recovered are files that were gone and that this import brought back.
	Recovered []string `json:"recovered,omitempty"`
}

// FileResult is the outcome for one file.
type FileResult struct {
	File         string          `json:"file"`
	SHA256       string          `json:"sha256"`
	Accepted     bool            `json:"accepted"`
	Observations Counts          `json:"observations"`
	Findings     []check.Finding `json:"findings"`
	Rows         []RowResult     `json:"rows,omitempty"` // with DryRun
	Columns      []ColumnResult  `json:"columns,omitempty"`
	Matching     *Matching       `json:"-"` // how its columns and lines are read
}

// ColumnResult is what a column with a heading of somebody's own was taken for, or may be.
type ColumnResult struct {
	Sheet        string        `json:"sheet"`
	Column       string        `json:"column"`
	Heading      string        `json:"heading"`
	Reads        *ColumnTarget `json:"reads"` // null when nothing comes near, or it is not to be read
	Sure         bool          `json:"sure"`
	Evidence     []string      `json:"evidence"`
	Against      []string      `json:"against,omitempty"`
	Alternatives []string      `json:"alternatives"` // as --match takes them
}

// ColumnTarget names a part of an indicator.
type ColumnTarget struct {
	Indicator string `json:"indicator"`
	Part      string `json:"part"` // numerator, denominator, value
}

// Answer is how --match says that the column is what it is taken for; "" when nothing is proposed.
func (c *ColumnResult) Answer() string {
	if c.Reads == nil {
		return ""
	}
	part := map[string]match.Part{"numerator": match.Numerator, "denominator": match.Denominator}[c.Reads.Part]
	return c.Column + "=" + match.Target{Code: c.Reads.Indicator, Part: part}.String()
}

func columnResult(m intake.ColumnMatch) ColumnResult {
	c := ColumnResult{
		Sheet:        m.Sheet,
		Column:       m.Column,
		Heading:      m.Heading,
		Sure:         m.Sure,
		Evidence:     append([]string{}, m.Evidence...),
		Against:      m.Against,
		Alternatives: []string{},
	}
	if m.Reads != (match.Target{}) {
		c.Reads = &ColumnTarget{
			Indicator: m.Reads.Code,
			Part:      map[match.Part]string{match.Value: "value", match.Numerator: "numerator", match.Denominator: "denominator"}[m.Reads.Part],
		}
	}
	for _, a := range m.Alternatives {
		c.Alternatives = append(c.Alternatives, a.String())
	}
	return c
}

// Counts says what an accepted file changes, by figure.
type Counts struct {
	New        int `json:"new"`
	Unchanged  int `json:"unchanged"`
	Superseded int `json:"superseded"`
}

// RowResult is one figure as it was understood.
type RowResult struct {
	Sheet       string         `json:"sheet"`
	Cell        string         `json:"cell"`
	Agency      string         `json:"agency"`
	Indicator   string         `json:"indicator"`
	Period      string         `json:"period"`
	Numerator   vi.NullDecimal `json:"numerator"`
	Denominator vi.NullDecimal `json:"denominator"`
	Value       vi.NullDecimal `json:"value"` // rounded by the definition
	State       kpi.State      `json:"state"`
	Qualifiers  []string       `json:"qualifiers,omitempty"` // how exact the figure is, in words: "số làm tròn"

	// For the page only.
	AgencyName string         `json:"-"`
	Name       string         `json:"-"` // of the indicator
	Kind       kpi.Kind       `json:"-"`
	Unit       string         `json:"-"`
	Decimals   int            `json:"-"`
	Change     Change         `json:"-"`
	Before     vi.NullDecimal `json:"-"` // the current value that would be superseded
}

// Change says what accepting a row does.
type Change string

const ChangeNew Change = "new"

const ChangeSuperseded Change = "superseded"

// The changes.
const (
	ChangeUnchanged Change = "unchanged"
)

// UploadView is an uploaded file waiting for confirmation, or already accepted.
type UploadView struct {
	figures.UploadLine
	Period, Indicator string // as given with the upload
	Source            kpi.System
	Result            FileResult
	// Token stands for what accepting the file was seen to change. ConfirmUpload refuses when it would
	// change something else by now.
	Token    string
	Rankings []figures.RankingLink // what the file moves, once accepted
}

// UploadOptions is what the upload form offers.
type UploadOptions struct {
	Periods    []ledger.Choice // suggestions, latest first; any period key may be typed
	Indicators []ledger.Choice // by code, in catalogue order
	Sources    []ledger.Choice // systems that a file may report into
}
