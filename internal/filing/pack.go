package filing

import (
	"slices"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// PackKind is what a pack is about.
type PackKind string

// The kinds.
const (
	NationalPack  PackKind = "national"  // whole blocks
	AgencyPack    PackKind = "agency"    // one workbook per agency
	IndicatorPack PackKind = "indicator" // one indicator or scorecard
)

// Title returns the Vietnamese name of the kind.
func (k PackKind) Title() string {
	switch k {
	case NationalPack:
		return "Toàn khối"
	case AgencyPack:
		return "Từng đơn vị"
	case IndicatorPack:
		return "Một chỉ tiêu"
	}
	return string(k)
}

// PackKinds lists the kinds.
func PackKinds() []PackKind { return []PackKind{NationalPack, AgencyPack, IndicatorPack} }

// PackSpec says what stands in a pack of workbooks (bộ báo cáo). It is kept as JSON, with the pack and with every building of it.
type PackSpec struct {
	Kind     PackKind    `json:"kind"`
	Blocks   []string    `json:"blocks,omitempty"`   // none: every block of the owner that has figures
	Agencies []agency.ID `json:"agencies,omitempty"` // of agency packs; none: every agency of the blocks
	Codes    []string    `json:"codes,omitempty"`    // none: everything that has figures in the period
	Source   string      `json:"source,omitempty"`   // "": the ranking source of each indicator
	Sections []string    `json:"sections,omitempty"` // in order; none: the usual ones
	Title    string      `json:"title,omitempty"`
	Issuer   string      `json:"issuer,omitempty"`
	Appendix string      `json:"appendix,omitempty"` // "I"
	Letter   string      `json:"letter,omitempty"`   // number of the report that it is annexed to
	Day      vi.Date     `json:"day,omitempty"`      // of that report
	Unsigned bool        `json:"unsigned,omitempty"` // without Người lập biểu, Thủ trưởng đơn vị
	Preparer string      `json:"preparer,omitempty"`
	Leader   string      `json:"leader,omitempty"`
	Auto     bool        `json:"auto,omitempty"` // built anew for every release of the owner
}

// Pack is a saved PackSpec.
type Pack struct {
	ID      int64
	Owner   agency.ID
	Name    string
	Version int64 // goes up with every change
	Spec    PackSpec
	By      Decision // who changed it last
}

// Check says what is wrong with a pack, nil when it may be kept. sections are those that there are.
func (p *Pack) Check(sections []string) error {
	s := &p.Spec
	switch {
	case vi.Clean(p.Name) == "":
		return fault.New(fault.Invalid, "Hãy đặt tên bộ báo cáo.")
	case len([]rune(p.Name)) > 100:
		return fault.New(fault.Invalid, "Tên bộ báo cáo dài quá 100 ký tự.")
	case !slices.Contains(PackKinds(), s.Kind):
		return fault.New(fault.Invalid, "Loại bộ báo cáo phải là national (toàn khối), agency (từng đơn vị) hoặc indicator (một chỉ tiêu).")
	case s.Kind == IndicatorPack && len(s.Codes) != 1:
		return fault.New(fault.Invalid, "Bộ báo cáo một chỉ tiêu cần đúng một mã chỉ tiêu.")
	}
	for _, code := range s.Sections {
		if !slices.Contains(sections, code) {
			return fault.New(fault.Invalid, "Không có phần %q trong bộ báo cáo.", code)
		}
	}
	return nil
}

// SentenceKind is where a sentence of a pack stands.
type SentenceKind string

// The kinds of sentences.
const (
	Remark    SentenceKind = "remark"    // nhận xét
	Praise    SentenceKind = "praise"    // biểu dương
	Criticism SentenceKind = "criticism" // phê bình, nhắc nhở
)

// Title returns the Vietnamese name of the kind.
func (k SentenceKind) Title() string {
	switch k {
	case Remark:
		return "Nhận xét"
	case Praise:
		return "Biểu dương"
	case Criticism:
		return "Phê bình, nhắc nhở"
	}
	return string(k)
}

// SentenceKinds lists the kinds in the order that they stand in.
func SentenceKinds() []SentenceKind { return []SentenceKind{Remark, Praise, Criticism} }

// Sentence is what somebody decided about a sentence of a pack: to leave a generated one out, to word it differently, or to add one.
// It is kept by the rule that generates the sentence, not by its text, so that a building from newer figures keeps the decision.
type Sentence struct {
	Kind      SentenceKind `json:"kind"`
	Key       string       `json:"key"`                 // of the rule; "hand:1" for one that was added
	Generated string       `json:"generated,omitempty"` // what the rule said when it was worded differently
	Text      string       `json:"text,omitempty"`      // instead; "" leaves what the rule says
	Out       bool         `json:"out,omitempty"`       // left out
}

// Build is one building of a pack: what was asked for, from which figures, and the files that came of it.
type Build struct {
	ID        int64
	Pack      int64 // 0 when it was not saved
	Owner     agency.ID
	Name      string
	Spec      PackSpec
	Sentences []Sentence
	Gaps      []GapNote
	Release   int64 // 0: from the newest figures
	Period    string
	Revision  int64
	Program   string
	Total     int // files that it is to have, 0 while it is not known
	By        Decision
	Files     []BuildFile
}

// BuildFile is one workbook of a building.
type BuildFile struct {
	Ord    int
	Agency agency.ID // "" for one about whole blocks
	Name   string
	SHA256 string
	Size   int
	At     time.Time
}

// GapNote is what is said about the gap between the sum of the agencies and what somebody published (đối chiếu).
type GapNote struct {
	Code        string   `json:"code"`
	Block       string   `json:"block"`
	Explanation string   `json:"explanation,omitempty"`
	Responsible string   `json:"responsible,omitempty"` // who answers for it
	By          Decision `json:"by"`
	AcceptedGap string   `json:"accepted_gap,omitempty"` // the gap with which a leader lets the figures go out, as printed
	Accepted    Decision `json:"accepted"`
}
