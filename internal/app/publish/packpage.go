package publish

import (
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
	"chiso/internal/report"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// PackList is the page of packs: those that are saved, what was built, and what they may be built from.
type PackList struct {
	Owner     agency.ID
	OwnerName string
	Packs     []filing.Pack
	Builds    []BuildLine
	Releases  []ledger.Choice // that a pack may be built from, the newest first
	Blocks    []ledger.Choice
	Agencies  []ledger.Choice // of the blocks, for agency packs
	Release   int64           // whose buildings are listed; 0: all
}

// PackView is one saved pack with the sentences that it has for a release or period.
type PackView struct {
	PackList
	Pack      filing.Pack
	Sections  []ledger.Choice // in the order of the pack, then those that it leaves out
	From      PackQuery
	Sentences []SentenceLine
	NoFigures string // why there are no sentences
}

// SentenceLine is a sentence on a page.
type SentenceLine struct {
	filing.Sentence
	Stale bool // worded by hand from figures that are others now
}

// Shown is what the sentence says.
func (l SentenceLine) Shown() string { return cmp.Or(l.Text, l.Generated) }

// packOwner is whose packs an actor keeps: those of the nation, else of the first agency whose releases it makes.
func (a *Room) packOwner(c *ledger.Catalogue, who access.Actor) (agency.ID, error) {
	ground := access.Ground{Tree: c.Agencies, Day: a.Today()}
	reach := ground.Reach(who, access.EditRelease)
	if len(reach) == 0 {
		return "", ground.Check(who, access.EditRelease, access.At(agency.Nation))
	}
	if slices.Contains(reach, agency.Nation) {
		return agency.Nation, nil
	}
	return reach[0], nil
}

// Packs returns the page of packs, with the buildings of one release when it is given.
func (a *Room) Packs(ctx context.Context, who access.Actor, release int64) (out *PackList, err error) {
	defer fault.Context(&err, "publish.Packs(%d)", release)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		out, err = a.packList(v, c, who, release)
		return err
	})
	return out, err
}

func (a *Room) packList(v *store.View, c *ledger.Catalogue, who access.Actor, release int64) (*PackList, error) {
	const listed = 30
	owner, err := a.packOwner(c, who)
	if err != nil {
		return nil, err
	}
	out := &PackList{Owner: owner, OwnerName: c.Agencies.Name(owner, a.Today()), Release: release}
	if out.Packs, err = v.Packs(owner); err != nil {
		return nil, err
	}
	builds, err := v.Builds(store.BuildQuery{Owner: owner, Release: release, Limit: listed})
	if err != nil {
		return nil, err
	}
	if out.Builds, err = buildLines(v, builds); err != nil {
		return nil, err
	}
	releases, err := v.Releases(true)
	if err != nil {
		return nil, err
	}
	for _, r := range releases {
		if r.Owner == owner && r.State != filing.ReleaseWithdrawn {
			out.Releases = append(
				out.Releases,
				ledger.Choice{
					Code:     fmt.Sprint(r.ID),
					Title:    fmt.Sprintf("Số %d, %s (%s)", r.ID, r.Title, strings.ToLower(r.State.Title())),
					Selected: r.ID == release,
				},
			)
		}
	}
	for _, b := range c.Agencies.Blocks() {
		if b.Owner != owner {
			continue
		}
		out.Blocks = append(out.Blocks, ledger.Choice{Code: b.Code, Title: b.Name})
		for _, m := range c.Agencies.Members(b.Code, a.Today()) {
			if !slices.ContainsFunc(out.Agencies, func(x ledger.Choice) bool { return x.Code == string(m.Agency) }) {
				out.Agencies = append(out.Agencies, ledger.Choice{Code: string(m.Agency), Title: m.Name})
			}
		}
	}
	return out, nil
}

// PackView returns a saved pack with its sentences for a release, or for a period from the newest figures. Without either it takes the
// newest release.
func (a *Room) PackView(ctx context.Context, who access.Actor, id int64, from PackQuery) (out *PackView, err error) {
	defer fault.Context(&err, "publish.PackView(%d)", id)
	err = a.Store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.Catalogue(v)
		if err != nil {
			return err
		}
		p, err := v.Pack(id)
		if err != nil {
			return err
		}
		if err := a.mayPack(c, who, p.Owner); err != nil {
			return err
		}
		if from.Release == 0 && from.Period == "" {
			from.Release = newestRelease(v, p.Owner)
		}
		list, err := a.packList(v, c, who, from.Release)
		if err != nil {
			return err
		}
		out = &PackView{PackList: *list, Pack: p, From: from}
		out.sections()
		for i := range out.Blocks {
			out.Blocks[i].Selected = slices.Contains(p.Spec.Blocks, out.Blocks[i].Code)
		}
		for i := range out.Agencies {
			out.Agencies[i].Selected = slices.Contains(p.Spec.Agencies, agency.ID(out.Agencies[i].Code))
		}
		return a.sentences(v, c, out)
	})
	return out, err
}

func newestRelease(v *store.View, owner agency.ID) int64 {
	all, err := v.Releases(true)
	if err != nil {
		return 0
	}
	for _, r := range all {
		if r.Owner == owner && r.State != filing.ReleaseWithdrawn {
			return r.ID
		}
	}
	return 0
}

// sections lists the sections in the order of the pack, then those that it leaves out.
func (out *PackView) sections() {
	chosen := out.Pack.Spec.Sections
	for _, s := range report.Sections() {
		if len(out.Pack.Spec.Sections) == 0 {
			chosen = append(chosen, string(s))
		}
	}
	for _, code := range chosen {
		out.Sections = append(out.Sections, ledger.Choice{Code: code, Title: report.Section(code).Title(), Selected: true})
	}
	for _, s := range report.Sections() {
		if !slices.Contains(chosen, string(s)) {
			out.Sections = append(out.Sections, ledger.Choice{Code: string(s), Title: s.Title(), Selected: false})
		}
	}
}

// sentences gathers what the figures say now with what was decided about it.
func (a *Room) sentences(v *store.View, c *ledger.Catalogue, out *PackView) error {
	q := out.From
	q.Owner, q.Pack = out.Pack.Owner, out.Pack.ID
	if q.Release == 0 && q.Period == "" {
		out.NoFigures = "Chưa có bản công bố nào. Hãy chọn kỳ để xem các câu nhận xét từ số liệu mới nhất."
		return nil
	}
	b, rel, err := a.settlePack(v, c, q)
	if err != nil {
		return err
	}
	out.From.Period = b.Period
	if b.Spec.Kind == filing.AgencyPack {
		out.NoFigures = "Nhận xét của từng đơn vị được viết riêng cho mỗi tệp từ số liệu của đơn vị đó."
		return nil
	}
	generated, err := a.suggested(v, &b, rel)
	if fault.KindOf(err) == fault.NotFound {
		out.NoFigures = fault.Sentence(err)
		return nil
	}
	if err != nil {
		return err
	}
	for _, s := range report.Decide(generated, b.Sentences) {
		out.Sentences = append(out.Sentences, SentenceLine{s, report.Stale(s, b.Sentences)})
	}
	return nil
}

func (a *Room) suggested(v *store.View, b *filing.Build, rel *filing.Release) ([]filing.Sentence, error) {
	then, err := v.At(b.Revision)
	if err != nil {
		return nil, err
	}
	p, err := check.ParsePeriodText(b.Period)
	if err != nil {
		return nil, err
	}
	g, err := a.openPack(then, packAsk{spec: b.Spec, owner: b.Owner, release: rel, period: p, gaps: b.Gaps})
	if err != nil {
		return nil, err
	}
	if b.Spec.Kind == filing.IndicatorPack {
		g.pack.Subject = g.pack.Tables[0].Name
	}
	return report.Suggest(g.pack), nil
}

// SavePack keeps a pack and returns its number. seen is the version that was looked at, 0 for a new one.
func (a *Room) SavePack(ctx context.Context, who access.Actor, p filing.Pack) (_ int64, err error) {
	defer fault.Context(&err, "publish.SavePack")
	p.Name = vi.Clean(p.Name)
	s := &p.Spec
	for _, text := range []*string{&s.Title, &s.Issuer, &s.Appendix, &s.Letter, &s.Preparer, &s.Leader} {
		if *text = vi.Clean(*text); len([]rune(*text)) > 200 {
			return 0, fault.New(fault.Invalid, "Mỗi ô chữ của bộ báo cáo không quá 200 ký tự.")
		}
	}
	if err := p.Check(sectionCodes()); err != nil {
		return 0, err
	}
	_, err = a.Write(ctx, store.Change{Account: who.Name, Reason: "Lưu bộ báo cáo"}, func(tx *store.Tx) error {
		c, err := a.Catalogue(&tx.View)
		if err != nil {
			return err
		}
		if p.ID != 0 {
			have, err := tx.Pack(p.ID)
			if err != nil {
				return err
			}
			p.Owner = have.Owner
		} else if p.Owner, err = a.packOwner(c, who); err != nil {
			return err
		}
		if err := a.mayPack(c, who, p.Owner); err != nil {
			return err
		}
		for _, code := range p.Spec.Blocks {
			if _, ok := c.Agencies.Block(code); !ok {
				return fault.New(fault.NotFound, "Không có khối %q.", code)
			}
		}
		for _, code := range p.Spec.Codes {
			_, known := c.Definition(code)
			if _, isCard := c.Scorecard(code, a.Today()); !known && !isCard {
				return fault.New(fault.NotFound, "Không có chỉ tiêu hay bộ chỉ số nào mang mã %q.", code)
			}
		}
		ledger.NotePack(tx, "pack_saved", p.Owner, p.Name, "Lưu bộ báo cáo “"+p.Name+"”")
		return tx.SavePack(&p)
	})
	return p.ID, err
}

// DropPack takes a saved pack away. What was built stays.
func (a *Room) DropPack(ctx context.Context, who access.Actor, id int64) (err error) {
	defer fault.Context(&err, "publish.DropPack(%d)", id)
	return a.onPack(ctx, who, id, "Bỏ bộ báo cáo", func(tx *store.Tx, p *filing.Pack) error {
		ledger.NotePack(tx, "pack_dropped", p.Owner, p.Name, "Bỏ bộ báo cáo “"+p.Name+"”")
		return tx.DropPack(id)
	})
}

func (a *Room) onPack(ctx context.Context, who access.Actor, id int64, reason string, fn func(tx *store.Tx, p *filing.Pack) error) error {
	_, err := a.Write(ctx, store.Change{Account: who.Name, Reason: reason}, func(tx *store.Tx) error {
		c, err := a.Catalogue(&tx.View)
		if err != nil {
			return err
		}
		p, err := tx.Pack(id)
		if err != nil {
			return err
		}
		if err := a.mayPack(c, who, p.Owner); err != nil {
			return err
		}
		return fn(tx, &p)
	})
	return err
}

// The bounds of what is kept of sentences.
const (
	maxSentences = 300
	maxSentence  = 1000
)

// SaveSentences keeps what was decided about the sentences of a pack for a period. What says nothing else than the rule is not kept,
// so that newer figures speak for themselves.
func (a *Room) SaveSentences(ctx context.Context, who access.Actor, id int64, period string, all []filing.Sentence) (err error) {
	defer fault.Context(&err, "publish.SaveSentences(%d)", id)
	p, err := check.ParsePeriodText(period)
	if err != nil {
		return err
	}
	var kept []filing.Sentence
	hand := 0
	for _, s := range all {
		s.Text, s.Generated = vi.Clean(s.Text), vi.Clean(s.Generated)
		switch {
		case !slices.Contains(filing.SentenceKinds(), s.Kind):
			return fault.New(fault.Invalid, "Không có loại câu %q.", s.Kind)
		case len([]rune(s.Text)) > maxSentence:
			return fault.New(fault.Invalid, "Mỗi câu không quá 1.000 ký tự.")
		case strings.HasPrefix(s.Key, report.ByHand):
			if s.Text == "" {
				continue
			}
			hand++
			s.Key, s.Generated = fmt.Sprintf("%s%d", report.ByHand, hand), ""
		case s.Text == s.Generated:
			s.Text = ""
		}
		if s.Text == "" {
			if s.Generated = ""; !s.Out {
				continue
			}
		}
		kept = append(kept, s)
	}
	if len(kept) > maxSentences {
		return fault.New(fault.Invalid, "Quá nhiều câu: mỗi bộ báo cáo không quá %d câu sửa tay.", maxSentences)
	}
	return a.onPack(ctx, who, id, "Chọn, sửa nhận xét của bộ báo cáo", func(tx *store.Tx, have *filing.Pack) error {
		ledger.NotePack(tx, "pack_sentences", have.Owner, have.Name, "Chọn, sửa nhận xét của bộ báo cáo “"+have.Name+"”, "+p.Key)
		return tx.SaveSentences(id, p.Key, kept)
	})
}

// OwnFile is a workbook about an agency, for its own people.
type OwnFile struct {
	Build int64
	filing.BuildFile
}

// packsOf adds to the page of a release its packs: all for the office that makes them, to others the newest one about their own agency.
func (a *Room) packsOf(v *store.View, c *ledger.Catalogue, who access.Actor, out *ReleaseView, office bool) error {
	builds, err := v.Builds(store.BuildQuery{Release: out.ID})
	if err != nil {
		return err
	}
	if office {
		out.Packs, err = buildLines(v, builds)
		return err
	}
	told := map[agency.ID]bool{}
	for _, b := range builds {
		for _, f := range b.Files {
			if f.Agency != "" && !told[f.Agency] && a.MayAt(c, who, access.ReadOwn, f.Agency) == nil {
				told[f.Agency] = true
				out.Own = append(out.Own, OwnFile{b.ID, f})
			}
		}
	}
	return nil
}
