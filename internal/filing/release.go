package filing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

// ReleaseKind says how firm released figures are.
type ReleaseKind string

// The kinds.
const (
	Provisional ReleaseKind = "provisional" // sơ bộ
	Final       ReleaseKind = "final"       // chính thức
)

// Title returns the Vietnamese name of the kind.
func (k ReleaseKind) Title() string {
	switch k {
	case Provisional:
		return "sơ bộ"
	case Final:
		return "chính thức"
	}
	return string(k)
}

// ReleaseState is how far a release has come.
type ReleaseState string

// The states. A release that a later one corrects stays approved: what stood at any time can be read back.
const (
	ReleaseDraft     ReleaseState = "draft"
	ReleaseApproved  ReleaseState = "approved"
	ReleaseWithdrawn ReleaseState = "withdrawn"
)

// Title returns the Vietnamese name of the state.
func (s ReleaseState) Title() string {
	switch s {
	case ReleaseDraft:
		return "Dự thảo"
	case ReleaseApproved:
		return "Đã phê duyệt"
	case ReleaseWithdrawn:
		return "Đã rút"
	}
	return string(s)
}

// Release is figures and rankings of a period made public by their owner (bản công bố), frozen at a revision.
type Release struct {
	ID              int64
	Owner           agency.ID // of the blocks whose figures it releases
	Period          kpi.Period
	Kind            ReleaseKind
	Title           string
	Codes           []string // the indicators and scorecards that it covers
	State           ReleaseState
	Version         int64 // goes up with every change; whoever decides says which one was seen
	Revision        int64 // the figures are those of this revision
	Number          string
	Day             vi.Date   // of the document by which it is released
	Embargo         time.Time // not shown before; zero is at once
	ObjectionsUntil vi.Date   // the last day on which agencies may object; 0 while the draft was not shown to them
	Supersedes      int64
	Note            string
	Frozen, Pack    string // its tables and its workbook, by SHA-256
	Document        string // the signed document by which it is released, a PDF by SHA-256; "" while there is none
	Made, Decided   Decision
}

// Decision is who did something, and when.
type Decision struct {
	Account int64
	Name    string
	At      time.Time
}

// ShortCode is what is printed on paper so that the release can be found again and told from any other: its number and the beginning of
// the SHA-256 of its tables.
func (r *Release) ShortCode() string {
	return fmt.Sprintf("CB%d-%s", r.ID, strings.ToUpper(r.Frozen[:min(6, len(r.Frozen))]))
}

// Since returns when the release begins to be shown; the zero time for one that is not approved.
func (r *Release) Since() time.Time {
	if r.State != ReleaseApproved {
		return time.Time{}
	}
	if r.Embargo.After(r.Decided.At) {
		return r.Embargo
	}
	return r.Decided.At
}

// Effective reports whether the release is shown at t.
func (r *Release) Effective(t time.Time) bool {
	return r.State == ReleaseApproved && !r.Since().After(t)
}

// Covers reports whether the release is about the figures of a code and period in blocks of the owner.
func (r *Release) Covers(owner agency.ID, code string, period string) bool {
	return r.Owner == owner && r.Period.Key == period && slices.Contains(r.Codes, code)
}

// Latest returns the release of an owner that holds for a period and all the codes at t: the one that was approved last among
// those whose embargo is over, for it corrects the others. Nil when nothing is released, or not all of it together.
func Latest(all []Release, owner agency.ID, codes []string, period string, t time.Time) *Release {
	var best *Release
	for i := range all {
		r := &all[i]
		if !r.Effective(t) || len(codes) == 0 || slices.ContainsFunc(codes, func(c string) bool { return !r.Covers(owner, c, period) }) {
			continue
		}
		if best == nil || r.After(best) {
			best = r
		}
	}
	return best
}

// After reports whether the release was approved after another: it corrects it where both cover the same.
func (r *Release) After(other *Release) bool {
	return r.Decided.At.After(other.Decided.At) || r.Decided.At.Equal(other.Decided.At) && r.ID > other.ID
}

// Check says what is wrong with a draft, nil when it may be kept.
func (r *Release) Check() error {
	switch {
	case r.Owner == "":
		return fault.New(fault.Invalid, "Hãy chọn cơ quan công bố.")
	case r.Period.Key == "":
		return fault.New(fault.Invalid, "Hãy chọn kỳ của bản công bố.")
	case r.Kind != Provisional && r.Kind != Final:
		return fault.New(fault.Invalid, "Loại công bố phải là sơ bộ (provisional) hoặc chính thức (final).")
	case len(r.Codes) == 0:
		return fault.New(fault.Invalid, "Bản công bố phải có ít nhất một chỉ tiêu có số liệu trong %s.", r.Period.Title())
	}
	return nil
}

// Objection is what an agency says against its draft figures (ý kiến), with the office's answer.
type Objection struct {
	ID       int64
	Release  int64
	Agency   agency.ID
	Code     string // of the indicator or scorecard, "" for the whole
	Text     string
	By       Decision
	Verdict  Verdict
	Answer   string
	Answered Decision
}

// Verdict is what the office makes of an objection.
type Verdict string

// The verdicts. "" is none yet.
const (
	Accepted Verdict = "accepted" // tiếp thu
	Rejected Verdict = "refused"  // không tiếp thu
)

// Title returns the Vietnamese name of the verdict.
func (v Verdict) Title() string {
	switch v {
	case Accepted:
		return "Tiếp thu"
	case Rejected:
		return "Không tiếp thu"
	case "":
		return "Chưa trả lời"
	}
	return string(v)
}

// MayObject says why an agency may not object on day d, nil when it may.
func (r *Release) MayObject(d vi.Date) error {
	switch {
	case r.State != ReleaseDraft || r.ObjectionsUntil == 0:
		return fault.New(fault.Conflict, "Bản công bố này không lấy ý kiến.")
	case d > r.ObjectionsUntil:
		return fault.New(fault.Conflict, "Đã hết hạn nêu ý kiến (%s). Hãy liên hệ cơ quan thường trực.", r.ObjectionsUntil)
	}
	return nil
}

// seenAs tells the second of two actors that the release changed meanwhile.
func (r *Release) seenAs(seen int64) error {
	if seen != r.Version {
		return fault.New(fault.Conflict, "Bản công bố số %d đã thay đổi sau khi bạn mở trang này. Hãy xem lại rồi quyết định.", r.ID)
	}
	return nil
}

// Edit says whether the draft may be changed by somebody who saw version seen.
func (r *Release) Edit(seen int64) error {
	if err := r.seenAs(seen); err != nil {
		return err
	}
	if r.State != ReleaseDraft {
		return fault.New(
			fault.Conflict,
			"Bản công bố số %d %s nên không sửa được. Muốn đính chính, hãy lập bản công bố mới.",
			r.ID,
			lower(r.State.Title()),
		)
	}
	return nil
}

// File says whether the signed document may be handed in by somebody who saw version seen: of a draft and of an approved release.
func (r *Release) File(seen int64) error {
	if err := r.seenAs(seen); err != nil {
		return err
	}
	if r.State == ReleaseWithdrawn {
		return fault.New(fault.Conflict, "Bản công bố số %d đã rút nên không nhận văn bản.", r.ID)
	}
	return nil
}

// OnlyNumber reports whether a change with this kind, title, note, embargo and codes leaves everything but number and day of the
// document as it is.
func (r *Release) OnlyNumber(kind ReleaseKind, title, note string, embargo time.Time, codes []string) bool {
	return kind == r.Kind && (title == "" || title == r.Title) && note == r.Note && embargo.Equal(r.Embargo) && slices.Equal(codes, r.Codes)
}

// Approve makes the draft a release. It takes two people: whoever made or last changed the draft does not approve it.
func (r *Release) Approve(by Decision, seen int64, objections []Objection) (Release, error) {
	next := *r
	if err := r.Edit(seen); err != nil {
		return next, err
	}
	today := vi.DateOf(by.At.In(Zone()))
	lacks := r.Lacks()
	open := 0
	for _, o := range objections {
		if o.Verdict == "" {
			open++
		}
	}
	switch {
	case by.Account == r.Made.Account || by.Name != "" && by.Name == r.Made.Name:
		return next, fault.New(
			fault.Forbidden,
			"Người lập bản công bố không được tự phê duyệt. Cần một người khác của cơ quan thường trực phê duyệt.",
		)
	case len(lacks) > 0:
		return next, fault.New(fault.Invalid, "Chưa phê duyệt được: bản công bố thiếu %s.", strings.Join(lacks, ", "))
	case r.ObjectionsUntil >= today:
		return next, fault.New(fault.Conflict, "Chưa phê duyệt được: các đơn vị còn được nêu ý kiến đến hết ngày %s.", r.ObjectionsUntil)
	case open > 0:
		return next, fault.New(fault.Conflict, "Chưa phê duyệt được: còn %s.", count(open, "ý kiến chưa trả lời"))
	}
	next.State, next.Decided = ReleaseApproved, by
	next.Version++
	return next, nil
}

// Lacks names what a draft needs before it can be approved, in Vietnamese: it can be kept without.
func (r *Release) Lacks() []string {
	var lacks []string
	if vi.Clean(r.Number) == "" {
		lacks = append(lacks, "số văn bản")
	}
	if r.Day == 0 {
		lacks = append(lacks, "ngày văn bản")
	}
	return lacks
}

// Embargoed reports whether the release is approved and not yet shown at t.
func (r *Release) Embargoed(t time.Time) bool {
	return r.State == ReleaseApproved && r.Since().After(t)
}

// Withdraw takes a draft back, or an approved release that is not shown yet. The latter takes somebody else than who approved it,
// and a reason: what was found wrong in the evening must not go public in the night.
func (r *Release) Withdraw(by Decision, seen int64, reason string) (Release, error) {
	next := *r
	err := r.seenAs(seen)
	switch {
	case err != nil:
		return next, err
	case !r.Embargoed(by.At):
		if err := r.Edit(seen); err != nil {
			return next, err
		}
	case by.Account == r.Decided.Account || by.Name != "" && by.Name == r.Decided.Name:
		return next, fault.New(fault.Forbidden, "Người đã phê duyệt không tự rút bản công bố. Cần một người khác của cơ quan thường trực rút.")
	case vi.Clean(reason) == "":
		return next, fault.New(fault.Invalid, "Bản công bố số %d đã phê duyệt, chưa đến giờ công bố. Muốn rút, hãy ghi lý do.", r.ID)
	}
	next.State, next.Decided = ReleaseWithdrawn, by
	next.Version++
	return next, nil
}
