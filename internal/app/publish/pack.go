package publish

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/kpi"
	"chiso/internal/report"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// PackQuery asks for a pack: a saved one by its number or name, or a spec of one's own.
type PackQuery struct {
	Owner   agency.ID // "" is the nation
	Pack    int64
	Name    string // of a saved pack, or of a kind: national, agency
	Spec    *filing.PackSpec
	Release int64  // 0: from the newest figures
	Period  string // needed without a release
}

// PackWorkbook is one finished workbook of a pack.
type PackWorkbook struct {
	Name   string
	Agency agency.ID // "" for one about whole blocks
	Data   []byte
}

// PackSections lists the sections that a pack may have, in their usual order.
func PackSections() (out []ledger.Choice) {
	for _, s := range report.Sections() {
		out = append(out, ledger.Choice{Code: string(s), Title: s.Title(), Selected: true})
	}
	return out
}

func sectionCodes() (out []string) {
	for _, s := range report.Sections() {
		out = append(out, string(s))
	}
	return out
}

// mayPack judges who may make, change and read packs of an owner: the office that makes its releases.
func (a *Room) mayPack(c *ledger.Catalogue, who access.Actor, owner agency.ID) error {
	return a.MayAt(c, who, access.EditRelease, owner)
}

// settlePack finds the pack that q names, the release or period that it is built from, and the revision of its figures.
func (a *Room) settlePack(v *store.View, c *ledger.Catalogue, q PackQuery) (b filing.Build, rel *filing.Release, err error) {
	b = filing.Build{Owner: cmp.Or(q.Owner, agency.Nation), Period: q.Period, Program: a.Version, Revision: v.Revision().ID}
	switch {
	case q.Spec != nil:
		b.Name, b.Spec = cmp.Or(vi.Clean(q.Name), q.Spec.Kind.Title()), *q.Spec
	default:
		saved, err := a.savedPack(v, b.Owner, q)
		if err != nil {
			return b, nil, err
		}
		b.Pack, b.Name, b.Spec, b.Owner = saved.ID, saved.Name, saved.Spec, saved.Owner
	}
	if err := (&filing.Pack{Owner: b.Owner, Name: b.Name, Spec: b.Spec}).Check(sectionCodes()); err != nil {
		return b, nil, err
	}
	if q.Release != 0 {
		found, err := v.Release(q.Release)
		if err != nil {
			return b, nil, err
		}
		if found.Owner != b.Owner {
			return b, nil, fault.New(fault.Invalid, "Bản công bố số %d không phải của đơn vị này.", q.Release)
		}
		if found.State == filing.ReleaseWithdrawn {
			return b, nil, fault.New(fault.Conflict, "Bản công bố số %d đã rút nên không dựng được bộ báo cáo.", q.Release)
		}
		rel, b.Release, b.Period, b.Revision = &found, found.ID, found.Period.Key, found.Revision
	}
	if b.Period == "" {
		return b, nil, fault.New(fault.Invalid, "Hãy chọn bản công bố hoặc kỳ báo cáo.")
	}
	p, err := check.ParsePeriodText(b.Period)
	if err != nil {
		return b, nil, err
	}
	b.Period = p.Key
	if b.Pack != 0 {
		if b.Sentences, err = v.Sentences(b.Pack, b.Period); err != nil {
			return b, nil, err
		}
	}
	b.Gaps, err = v.GapNotes(b.Owner, b.Period)
	return b, rel, err
}

// savedPack finds a saved pack by number or name. The names of the kinds stand for packs that nobody needs to save.
func (a *Room) savedPack(v *store.View, owner agency.ID, q PackQuery) (filing.Pack, error) {
	if q.Pack != 0 {
		return v.Pack(q.Pack)
	}
	all, err := v.Packs(owner)
	if err != nil {
		return filing.Pack{}, err
	}
	for _, p := range all {
		if vi.Fold(p.Name) == vi.Fold(q.Name) {
			return p, nil
		}
	}
	for _, k := range []filing.PackKind{filing.NationalPack, filing.AgencyPack} {
		if q.Name == string(k) || vi.Fold(q.Name) == vi.Fold(k.Title()) {
			return filing.Pack{Owner: owner, Name: k.Title(), Spec: filing.PackSpec{Kind: k}}, nil
		}
	}
	names := []string{string(filing.NationalPack), string(filing.AgencyPack)}
	for _, p := range all {
		names = append(names, p.Name)
	}
	return filing.Pack{}, fault.New(fault.NotFound, "Không có bộ báo cáo “%s”. Các bộ hiện có: %s.", q.Name, strings.Join(names, ", "))
}

// EachWorkbook makes the workbooks of a building one by one and hands each to fn with how many there are; those that skip names are
// passed over. The same building gives the same bytes.
func (a *Room) EachWorkbook(
	v *store.View,
	b *filing.Build,
	rel *filing.Release,
	skip map[int]bool,
	fn func(ord, total int, w PackWorkbook) error,
) error {
	then, err := v.At(b.Revision)
	if err != nil {
		return err
	}
	p, err := kpi.ParsePeriod(b.Period)
	if err != nil {
		return err
	}
	g, err := a.openPack(then, packAsk{spec: b.Spec, owner: b.Owner, release: rel, period: p, gaps: b.Gaps})
	if err != nil {
		return err
	}
	write := func(ord, total int, pack *report.Pack, id agency.ID, name string) error {
		pack.Identity, pack.Program = packIdentity(b, id), b.Program // a drill makes it as the program did that is named there
		var out bytes.Buffer
		if err := report.Write(&out, *pack); err != nil {
			return err
		}
		return fn(ord, total, PackWorkbook{Name: name, Agency: id, Data: out.Bytes()})
	}
	base := fileName(b)
	if b.Spec.Kind != filing.AgencyPack {
		if skip[1] {
			return nil
		}
		pack, err := g.whole(b.Sentences)
		if err != nil {
			return err
		}
		return write(1, 1, pack, "", base+".xlsx")
	}
	all := g.wanted()
	if len(all) == 0 {
		return fault.New(fault.NotFound, "Không có đơn vị nào để dựng bộ báo cáo.")
	}
	for i, m := range all {
		if skip[i+1] {
			continue
		}
		pack, err := g.own(m)
		if err != nil {
			return err
		}
		if err := write(i+1, len(all), pack, m.Agency, fmt.Sprintf("%s-%02d-%s.xlsx", base, i+1, slug(m.Name))); err != nil {
			return err
		}
	}
	return nil
}

// fileName begins the names of the files of a building.
func fileName(b *filing.Build) string {
	from := fmt.Sprintf("phien-ban-%d", b.Revision)
	if b.Release != 0 {
		from = fmt.Sprintf("cong-bo-%d", b.Release)
	}
	return fmt.Sprintf("%s-%s-%s", slug(b.Name), b.Period, from)
}

// slug makes a name fit for a file: letters without diacritics, digits and dashes.
func slug(s string) string {
	out := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, vi.Fold(s))
	parts := slices.DeleteFunc(strings.Split(out, "-"), func(p string) bool { return p == "" })
	return cmp.Or(strings.Join(parts, "-"), "bo-bao-cao")
}

// PackWorkbooks makes the workbooks of a pack at once, for the command line.
func (a *Room) PackWorkbooks(ctx context.Context, who access.Actor, q PackQuery, only agency.ID) (out []PackWorkbook, err error) {
	defer fault.Context(&err, "publish.PackWorkbooks(%s)", only)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		b, rel, err := a.settlePack(v, c, q)
		if err != nil {
			return err
		}
		if err := a.mayPack(c, who, b.Owner); err != nil {
			return err
		}
		if only != "" {
			b.Spec.Kind, b.Spec.Agencies = filing.AgencyPack, []agency.ID{only}
		}
		return a.EachWorkbook(v, &b, rel, nil, func(_, _ int, w PackWorkbook) error {
			out = append(out, w)
			return nil
		})
	})
	return out, err
}
