package publish

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/notices"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// ReleaseLine is a release in a list.
type ReleaseLine struct {
	filing.Release
	OwnerName string
	Shown     bool // it is the one that everybody reads now, for any of its indicators
	Waiting   bool // approved, but its embargo has not ended
}

// ReleaseView is a release with everything that there is to decide on.
type ReleaseView struct {
	ReleaseLine
	Tables      []filing.FrozenTable
	Differences []DifferenceLine // from the release that it corrects
	Objections  []ObjectionLine
	MayEdit     bool
	MaySign     bool        // and did not make it
	MayFile     bool        // hand in the signed document
	Packs       []BuildLine // that were built of it, for the office that makes it
	Own         []OwnFile   // workbooks about the actor's own agency
	Behind      bool        // a draft whose figures have changed since it was frozen
	NewerTasks  int         // task figures of the period that came or changed after the release's revision
	Lacks       []string    // what a draft needs before it can be approved
	MayWithdraw bool        // an approved release whose embargo lasts
}

// DifferenceLine is a difference with the report that caused it.
type DifferenceLine struct {
	filing.Difference
	Report *DifferenceReport // nil when the figure came through no report, or only ranks moved
}

// DifferenceReport is the report that brought a figure.
type DifferenceReport struct {
	store.Origin
	Readable bool // the actor may open it
}

// ObjectionLine is an objection on a page.
type ObjectionLine struct {
	filing.Objection
	AgencyName string
}

// Releases lists the releases, newest first: those that are approved for everybody, the rest for the office that makes them.
func (a *Room) Releases(ctx context.Context, who access.Actor) (out []ReleaseLine, err error) {
	defer fault.Context(&err, "publish.Releases")
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		all, err := v.Releases(true)
		for _, r := range all {
			if (r.State == filing.ReleaseApproved && r.Effective(a.figures.Now(v))) || a.mayRelease(c, who, access.EditRelease, &r) == nil {
				out = append(out, releaseLine(a, v, c, all, r))
			}
		}
		return err
	})
	return out, err
}

func releaseLine(a *Room, v *store.View, c *ledger.Catalogue, all []filing.Release, r filing.Release) ReleaseLine {
	now := a.figures.Now(v)
	return ReleaseLine{
		Release:   r,
		OwnerName: c.Agencies.Name(r.Owner, a.Today()),
		Waiting:   r.State == filing.ReleaseApproved && !r.Effective(now),
		Shown: slices.ContainsFunc(r.Codes, func(code string) bool {
			x := filing.Latest(all, r.Owner, []string{code}, r.Period.Key, now)
			return x != nil && x.ID == r.ID
		}),
	}
}

// Release returns a release with its tables and differences. Before it is shown only the office that makes it may see it.
func (a *Room) Release(ctx context.Context, who access.Actor, id int64) (out *ReleaseView, err error) {
	defer fault.Context(&err, "publish.Release(%d)", id)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		r, err := a.ReadableRelease(v, who, id)
		if err != nil {
			return err
		}
		edits := a.mayRelease(c, who, access.EditRelease, &r) == nil
		all, err := v.Releases(false)
		if err != nil {
			return err
		}
		out = &ReleaseView{ReleaseLine: releaseLine(a, v, c, all, r), MayEdit: edits && r.State == filing.ReleaseDraft,
			MaySign: r.State == filing.ReleaseDraft && r.Made.Name != who.Name && a.mayRelease(c, who, access.SignRelease, &r) == nil}
		if out.Tables, err = frozen(v, &r); err != nil {
			return err
		}
		out.MayFile = edits && r.State != filing.ReleaseWithdrawn
		if err := out.compare(v); err != nil {
			return err
		}
		if err := a.causes(v, c, who, out); err != nil {
			return err
		}
		if err := a.packsOf(v, c, who, out, edits); err != nil {
			return err
		}
		if !edits {
			out.Made.Name, out.Decided.Name = "", ""
			return nil
		}
		return a.office(v, c, out)
	})
	return out, err
}

// office fills in what is for the office alone.
func (a *Room) office(v *store.View, c *ledger.Catalogue, out *ReleaseView) error {
	objections, err := v.Objections(out.ID)
	if err != nil {
		return err
	}
	for _, o := range objections {
		out.Objections = append(out.Objections, ObjectionLine{o, c.Agencies.Name(o.Agency, out.Period.To)})
	}
	out.MayWithdraw = out.Embargoed(a.Clock())
	if out.State == filing.ReleaseDraft {
		out.Lacks = out.Release.Lacks()
	}
	if out.State == filing.ReleaseWithdrawn || out.Revision == v.Revision().ID {
		return nil
	}
	r := a.figures.Ranker(v, c, ledger.Live, time.Time{})
	if out.NewerTasks, err = newerTasks(r, &out.Release, out.Tables); err != nil || out.State != filing.ReleaseDraft {
		return err
	}
	now, err := Freeze(r, &out.Release)
	out.Behind = len(filing.Differences(out.Tables, now)) > 0
	return err
}

// compare lists the differences from the release that this one corrects.
func (r *ReleaseView) compare(v *store.View) error {
	if r.Supersedes == 0 {
		return nil
	}
	old, err := v.Release(r.Supersedes)
	if err != nil {
		return err
	}
	before, err := frozen(v, &old)
	for _, d := range filing.Differences(before, r.Tables) {
		r.Differences = append(r.Differences, DifferenceLine{Difference: d})
	}
	return err
}

// causes leads each figure that changed to the report that brought it. A figure that is gone leads to the report that had brought
// it: its correction left the figure out.
func (a *Room) causes(v *store.View, c *ledger.Catalogue, who access.Actor, out *ReleaseView) error {
	cause := func(d *DifferenceLine) int64 {
		if !d.Figure {
			return 0
		}
		return cmp.Or(d.After.Observation, d.Before.Observation)
	}
	var ids []int64
	for i := range out.Differences {
		if id := cause(&out.Differences[i]); id != 0 {
			ids = append(ids, id)
		}
	}
	origins, err := v.Origins(ids)
	if err != nil {
		return err
	}
	ground := access.Ground{Tree: c.Agencies, Day: a.Today()}
	office := ground.May(who, access.JudgeReport, access.At(out.Owner))
	for i := range out.Differences {
		d := &out.Differences[i]
		if o, ok := origins[cause(d)]; ok {
			if d.After.Observation == 0 {
				o.Version = 0
			}
			d.Report = &DifferenceReport{o, office || ground.May(who, access.ReadOwn, access.At(o.Agency))}
		}
	}
	return nil
}

// frozen reads the tables of a release.
func frozen(v *store.View, r *filing.Release) (out []filing.FrozenTable, err error) {
	data, err := v.File(r.Frozen)
	if err != nil {
		return nil, err
	}
	return out, json.Unmarshal(data, &out)
}

// ReleasePack returns the workbook of an approved release, for whoever may see it.
func (a *Room) ReleasePack(ctx context.Context, who access.Actor, id int64) (name string, data []byte, err error) {
	defer fault.Context(&err, "publish.ReleasePack(%d)", id)
	r, err := a.Release(ctx, who, id)
	if err != nil {
		return "", nil, err
	}
	if r.Pack == "" {
		return "", nil, fault.New(fault.NotFound, "Bản công bố số %d chưa được phê duyệt nên chưa có tệp.", id)
	}
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		data, err = v.File(r.Pack)
		return err
	})
	return fmt.Sprintf("chiso-cong-bo-%d-%s.xlsx", id, r.Period.Key), data, err
}

// OpenObjections shows the draft figures to the agencies concerned, each its own, and lets them object for some days.
func (a *Room) OpenObjections(ctx context.Context, who access.Actor, id, seen int64, days int) (err error) {
	defer fault.Context(&err, "publish.OpenObjections(%d, %d)", id, seen)
	if days < 1 || days > 60 {
		return fault.New(fault.Invalid, "Số ngày lấy ý kiến phải từ 1 đến 60.")
	}
	rel, err := a.ownRelease(ctx, who, access.EditRelease, id)
	if err != nil {
		return err
	}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: fmt.Sprintf("Lấy ý kiến bản công bố số %d", id)}, func(tx *store.Tx) error {
		have, err := tx.Release(id)
		if err != nil {
			return err
		}
		if err := have.Edit(seen); err != nil {
			return err
		}
		have.ObjectionsUntil, have.Version = a.Today().AddDays(days), have.Version+1
		if err := tx.SaveRelease(&have); err != nil {
			return err
		}
		ledger.NoteRelease(tx, "release_objections", &have, "", "Lấy ý kiến đến "+have.ObjectionsUntil.String()+" về bản công bố", "")
		return a.askAgencies(tx, &have)
	})
	if err == nil {
		a.Log.Info("release shown for objections", "release", rel.ID, "account", who.Name)
	}
	return err
}

// askAgencies tells every agency of a draft that it may look and object.
func (a *Room) askAgencies(tx *store.Tx, rel *filing.Release) error {
	tables, err := frozen(&tx.View, rel)
	if err != nil {
		return err
	}
	contacts, err := tx.Contacts()
	if err != nil {
		return err
	}
	told := map[agency.ID]bool{}
	for _, t := range tables {
		for _, row := range t.Rows {
			if told[row.Agency] {
				continue
			}
			told[row.Agency] = true
			n := store.Notice{Kind: "draft_release", Key: fmt.Sprintf("release:%d until:%d", rel.ID, int(rel.ObjectionsUntil)), Agency: row.Agency,
				Subject: fmt.Sprintf("Lấy ý kiến số liệu dự kiến công bố, %s", rel.Period.Title()),
				Body: fmt.Sprintf(
					"Cơ quan thường trực dự kiến công bố: %s.\nĐơn vị xem số liệu, điểm và thứ hạng dự kiến của mình và nêu ý kiến đến hết ngày %s.",
					rel.Title,
					rel.ObjectionsUntil,
				),
				Link: fmt.Sprintf("/release/%d/own/%s", rel.ID, row.Agency)}
			if _, err := a.notices.Notify(tx, n, notices.Recipients(contacts[row.Agency])); err != nil {
				return err
			}
		}
	}
	return nil
}

// DraftScores is what one agency sees of a draft that is shown for objections: its own lines.
type DraftScores struct {
	Release    filing.Release
	Agency     agency.Version
	Lines      []DraftLine
	Objections []filing.Objection // its own
	MayObject  error              // why not
}

// DraftLine is one line of a draft for its agency.
type DraftLine struct {
	filing.FrozenRow
	Code, Name, Unit, BlockName string
	Decimals, Of                int
}

// DraftScores returns an agency's own lines of a draft that is shown for objections.
func (a *Room) DraftScores(ctx context.Context, who access.Actor, id int64, of agency.ID) (out *DraftScores, err error) {
	defer fault.Context(&err, "publish.DraftScores(%d, %s)", id, of)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		if err := a.MayAt(c, who, access.ReadOwn, of); err != nil {
			return err
		}
		r, err := v.Release(id)
		if err != nil {
			return err
		}
		if r.ObjectionsUntil == 0 || r.State == filing.ReleaseWithdrawn {
			return fault.New(fault.NotFound, "Không có bản công bố số %d đang lấy ý kiến.", id)
		}
		out = &DraftScores{Release: r}
		out.Agency, _ = c.Agencies.On(of, r.Period.To)
		out.MayObject = r.MayObject(a.Today())
		if out.MayObject == nil {
			out.MayObject = a.MayAt(c, who, access.Object, of)
		}
		tables, err := frozen(v, &r)
		if err != nil {
			return err
		}
		for _, t := range tables {
			ranked := 0
			for _, row := range t.Rows {
				ranked += figures.Btoi(row.Rank > 0)
			}
			for _, row := range t.Rows {
				if row.Agency == of {
					out.Lines = append(
						out.Lines,
						DraftLine{FrozenRow: row, Code: t.Code, Name: t.Name, Unit: t.Unit, BlockName: t.BlockName, Decimals: t.Decimals, Of: ranked},
					)
				}
			}
		}
		objections, err := v.Objections(id)
		for _, o := range objections {
			if o.Agency == of {
				out.Objections = append(out.Objections, o)
			}
		}
		return err
	})
	return out, err
}

// ObjectTo keeps what an agency says against its draft figures.
func (a *Room) ObjectTo(ctx context.Context, who access.Actor, o filing.Objection) (err error) {
	defer fault.Context(&err, "publish.ObjectTo")
	if o.Text = vi.Clean(o.Text); o.Text == "" || len([]rune(o.Text)) > maxObjection {
		return fault.New(fault.Invalid, "Hãy ghi ý kiến, không quá %d ký tự.", maxObjection)
	}
	draft, err := a.DraftScores(ctx, who, o.Release, o.Agency)
	if err != nil {
		return err
	}
	if draft.MayObject != nil {
		return draft.MayObject
	}
	if o.Code != "" && !slices.ContainsFunc(draft.Lines, func(l DraftLine) bool { return l.Code == o.Code }) {
		return fault.New(fault.Invalid, "Đơn vị không có chỉ tiêu %q trong bản dự kiến này.", o.Code)
	}
	_, err = a.Write(
		ctx,
		store.Change{Account: who.Name, Reason: fmt.Sprintf("Nêu ý kiến về bản công bố số %d", o.Release)},
		func(tx *store.Tx) error {
			r, err := tx.Release(o.Release)
			if err != nil {
				return err
			}
			if err := r.MayObject(a.Today()); err != nil {
				return err
			}
			ledger.NoteRelease(tx, "objection", &r, o.Agency, "Nêu ý kiến về bản công bố", "")
			_, err = tx.Object(o)
			return err
		},
	)
	return err
}

const maxObjection = 4000

// AnswerObjection keeps the office's answer to an objection, and tells the agency.
func (a *Room) AnswerObjection(
	ctx context.Context,
	who access.Actor,
	release, id int64,
	verdict filing.Verdict,
	answer string,
) (err error) {
	defer fault.Context(&err, "publish.AnswerObjection(%d, %d)", release, id)
	if verdict != filing.Accepted && verdict != filing.Rejected {
		return fault.New(fault.Invalid, "Hãy chọn tiếp thu hoặc không tiếp thu.")
	}
	if answer = vi.Clean(answer); answer == "" || len([]rune(answer)) > maxObjection {
		return fault.New(fault.Invalid, "Hãy ghi nội dung trả lời, không quá %d ký tự.", maxObjection)
	}
	if _, err := a.ownRelease(ctx, who, access.EditRelease, release); err != nil {
		return err
	}
	_, err = a.Write(
		ctx,
		store.Change{Account: who.Name, Reason: fmt.Sprintf("Trả lời ý kiến về bản công bố số %d", release)},
		func(tx *store.Tx) error {
			all, err := tx.Objections(release)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(all, func(o filing.Objection) bool { return o.ID == id })
			if i < 0 {
				return fault.New(fault.NotFound, "Không có ý kiến số %d của bản công bố này.", id)
			}
			if err := tx.AnswerObjection(id, verdict, answer); err != nil {
				return err
			}
			rel, err := tx.Release(release)
			if err != nil {
				return err
			}
			ledger.NoteRelease(tx, "objection_answered", &rel, all[i].Agency, verdict.Title()+" ý kiến về bản công bố", "")
			_, err = a.notices.Notify(tx, store.Notice{Kind: "objection_answered", Key: fmt.Sprintf("objection:%d", id), Agency: all[i].Agency,
				Subject: "Cơ quan thường trực đã trả lời ý kiến của đơn vị", Body: verdict.Title() + ": " + answer,
				Link: fmt.Sprintf("/release/%d/own/%s", release, all[i].Agency)}, nil)
			return err
		},
	)
	return err
}
