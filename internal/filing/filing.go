package filing

import (
	"cmp"
	"slices"

	"chiso/internal/agency"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// Kind is the sort of report a regime asks for (Nghị định 09/2019/NĐ-CP Điều 3: định kỳ, chuyên đề, đột xuất).
type Kind string

// The kinds of regime. A thematic or ad hoc round may be opened for any period.
const (
	Periodic Kind = "dinh_ky"
	Thematic Kind = "chuyen_de"
	AdHoc    Kind = "dot_xuat"
)

// Title returns the Vietnamese name of the kind.
func (k Kind) Title() string {
	switch k {
	case Periodic:
		return "định kỳ"
	case Thematic:
		return "chuyên đề"
	case AdHoc:
		return "đột xuất"
	}
	return string(k)
}

// Regime is one dated version of a reporting regime (chế độ báo cáo): who asks, how often, and by what rules data are cut off
// and reports are due.
type Regime struct {
	Code     string // its identity; versions share it
	From, To vi.Date
	Name     string // "Báo cáo tháng về triển khai Đề án 06"
	Owner    agency.ID
	Kind     Kind
	// Frequency is the kind of period a round is opened for; "" lets the office choose (thematic, ad hoc).
	Frequency kpi.PeriodKind
	Cutoff    Cutoff
	Due       DueRule
	Blocks    []string // who usually reports: codes of blocks
	Outline   []string // narrative sections, in order; empty takes DefaultOutline
	Basis     string   // the act
	Verified  string   // yes, partly, memory
	Note      string
	// Coverage is the share of those asked, in percent, from which a ranking of its figures speaks of the block; 0 takes the usual one.
	Coverage int
}

// On reports whether the version is the one of day d.
func (r Regime) On(d vi.Date) bool { return r.From <= d && d <= r.To }

// DefaultOutline is the narrative part of a report (Nghị định 09/2019/NĐ-CP Điều 7: a report has a text part beside its
// figures): what was done and what stands in the way. What is asked for stands in rows of its own, each of which gets an answer.
func DefaultOutline() []string {
	return []string{"Kết quả thực hiện", "Khó khăn, vướng mắc"}
}

// Sections returns the narrative sections of the regime.
func (r Regime) Sections() []string {
	if len(r.Outline) > 0 {
		return r.Outline
	}
	return DefaultOutline()
}

// Fits reports whether a round of the regime may be opened for a period.
func (r Regime) Fits(p kpi.Period) bool { return r.Frequency == "" || r.Frequency == p.Kind }

// Input is how an item of a form is filled in.
type Input string

// The inputs. Auto asks for numerator and denominator where the definition has them, else for the value.
const (
	Auto    Input = ""
	Parts   Input = "parts"   // tử số và mẫu số
	Value   Input = "value"   // one figure
	Confirm Input = "confirm" // another source has it: confirm, or dispute with a reason
)

// Item is one line of a form.
type Item struct {
	Indicator string // code
	Order     int
	Input     Input
	Optional  bool // a report is complete without it
	// Assigned are the blocks and agencies whose business the indicator is; empty asks everybody who gets the form.
	Assigned []string
	// Act is the act that assigns it. With one, nobody else is asked; without one the others keep the line, optional and marked.
	Act string
}

// Place says where an agency stands to an item: asked, kept as an optional line because no act says whose business it is, or not asked.
type Place int

// The places of an agency.
const (
	Asked Place = iota
	Unassigned
	NotAsked
)

// For returns where an agency stands to the item on day d.
func (it Item) For(dir *agency.Directory, id agency.ID, d vi.Date) Place {
	if len(it.Assigned) == 0 {
		return Asked
	}
	for _, code := range it.Assigned {
		member := func(p agency.Place) bool { return p.Agency == id }
		if agency.ID(code) == id || slices.ContainsFunc(dir.Members(code, d), member) {
			return Asked
		}
	}
	if it.Act != "" {
		return NotAsked
	}
	return Unassigned
}

// Form is one dated version of a form (biểu mẫu): a table of a regime. A new version is a new row with its own first day, so a
// form that changes for a quarter needs no new program.
type Form struct {
	ID       int64
	Regime   string // code
	Code     string
	Name     string
	From, To vi.Date
	Round    int64 // the ad hoc round it was made for; 0 is a form of the regime
	Basis    string
	Items    []Item
}

// On reports whether the version is the one of day d.
func (f Form) On(d vi.Date) bool { return f.From <= d && d <= f.To }

// Line is an item with the definition that holds for it.
type Line struct {
	Item
	Definition *kpi.Definition
	Unassigned bool // no act says that it is this agency's business: it is optional, and the report says why
}

// Lines returns the items that an agency fills in, with the definitions of day d (the last day of the period: it decides). Items
// without a definition that day are left out, and so are those that an act gives to others. The nation's own indicators are asked
// of nobody else.
func (f Form) Lines(cat *kpi.Catalogue, dir *agency.Directory, who agency.Version, d vi.Date) []Line {
	var out []Line
	for _, it := range f.Items {
		def, ok := cat.On(it.Indicator, d)
		place := it.For(dir, who.Agency, d)
		if !ok || place == NotAsked || !Asks(def, who.Level) {
			continue
		}
		it.Optional = it.Optional || place == Unassigned
		out = append(out, Line{Item: it, Definition: def, Unassigned: place == Unassigned})
	}
	slices.SortStableFunc(out, func(a, b Line) int { return cmp.Compare(a.Order, b.Order) })
	return out
}

// Asks reports whether agencies of a level report the indicator.
func Asks(def *kpi.Definition, level agency.Level) bool {
	switch def.Reporter {
	case "both":
		return level != agency.National && level != agency.Aggregate
	case "ministry", "province", "national":
		return string(level) == def.Reporter
	}
	return false
}

// Body is what a committee or office is called, from one day to another (domain: Quyết định 598/QĐ-TTg of 13/3/2025 merged three
// committees): names are data, never constants in a page.
type Body struct {
	Role     BodyRole
	Owner    agency.ID // whose committee
	Scope    string    // regime or pillar it is narrowed to, "" for all
	From, To vi.Date
	Name     string
	Short    string
	Agency   agency.ID // the agency that is the office, "" for a committee
	Basis    string
	Verified string
}

// BodyRole is what a body does.
type BodyRole string

// The roles of bodies.
const (
	CommitteeBody BodyRole = "committee" // Ban Chỉ đạo
	OfficeBody    BodyRole = "office"    // cơ quan thường trực
)

// BodyOn returns the body that has a role for an owner on day d: the one of the scope, else the general one.
func BodyOn(bodies []Body, role BodyRole, owner agency.ID, scope string, d vi.Date) (Body, bool) {
	var general *Body
	for i := range bodies {
		b := &bodies[i]
		if b.Role != role || b.Owner != owner || d < b.From || d > b.To {
			continue
		}
		if b.Scope == scope {
			return *b, true
		}
		if b.Scope == "" {
			general = b
		}
	}
	if general == nil {
		return Body{}, false
	}
	return *general, true
}

// Contact is somebody to call about an agency's reports.
type Contact struct {
	Agency   agency.ID
	Name     string
	Position string
	Phone    string
	Email    string
	Deputy   bool // called when the first is away
}
