package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
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
	Releases  []Choice // that a pack may be built from, the newest first
	Blocks    []Choice
	Agencies  []Choice // of the blocks, for agency packs
	Release   int64    // whose buildings are listed; 0: all
}

// PackView is one saved pack with the sentences that it has for a release or period.
type PackView struct {
	PackList
	Pack      filing.Pack
	Sections  []Choice // in the order of the pack, then those that it leaves out
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
func (a *App) packOwner(c *catalogue, who access.Actor) (agency.ID, error) {
	ground := access.Ground{Tree: c.agencies, Day: a.today()}
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
func (a *App) Packs(ctx context.Context, who access.Actor, release int64) (out *PackList, err error) {
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.catalogue(v)
		if err != nil {
			return err
		}
		out, err = a.packList(v, c, who, release)
		return err
	})
	return out, err
}

func (a *App) packList(v *store.View, c *catalogue, who access.Actor, release int64) (*PackList, error) {
	const listed = 30
	owner, err := a.packOwner(c, who)
	if err != nil {
		return nil, err
	}
	out := &PackList{Owner: owner, OwnerName: c.agencies.Name(owner, a.today()), Release: release}
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
			out.Releases = append(out.Releases, Choice{fmt.Sprint(r.ID), fmt.Sprintf("Số %d, %s (%s)", r.ID, r.Title, strings.ToLower(r.State.Title())), r.ID == release})
		}
	}
	for _, b := range c.agencies.Blocks() {
		if b.Owner != owner {
			continue
		}
		out.Blocks = append(out.Blocks, Choice{Code: b.Code, Title: b.Name})
		for _, m := range c.agencies.Members(b.Code, a.today()) {
			if !slices.ContainsFunc(out.Agencies, func(x Choice) bool { return x.Code == string(m.Agency) }) {
				out.Agencies = append(out.Agencies, Choice{Code: string(m.Agency), Title: m.Name})
			}
		}
	}
	return out, nil
}

// PackView returns a saved pack with its sentences for a release, or for a period from the newest figures. Without either it takes the
// newest release.
func (a *App) PackView(ctx context.Context, who access.Actor, id int64, from PackQuery) (out *PackView, err error) {
	err = a.store.Read(ctx, time.Time{}, func(v *store.View) error {
		c, err := a.catalogue(v)
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
		out.Sections = append(out.Sections, Choice{code, report.Section(code).Title(), true})
	}
	for _, s := range report.Sections() {
		if !slices.Contains(chosen, string(s)) {
			out.Sections = append(out.Sections, Choice{string(s), s.Title(), false})
		}
	}
}

// sentences gathers what the figures say now with what was decided about it.
func (a *App) sentences(v *store.View, c *catalogue, out *PackView) error {
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

func (a *App) suggested(v *store.View, b *filing.Build, rel *filing.Release) ([]filing.Sentence, error) {
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
func (a *App) SavePack(ctx context.Context, who access.Actor, p filing.Pack) (int64, error) {
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
	_, err := a.write(ctx, store.Change{Account: who.Name, Reason: "Lưu bộ báo cáo"}, func(tx *store.Tx) error {
		c, err := a.catalogue(&tx.View)
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
			if _, ok := c.agencies.Block(code); !ok {
				return fault.New(fault.NotFound, "Không có khối %q.", code)
			}
		}
		for _, code := range p.Spec.Codes {
			_, known := c.definition(code)
			if _, isCard := c.scorecard(code, a.today()); !known && !isCard {
				return fault.New(fault.NotFound, "Không có chỉ tiêu hay bộ chỉ số nào mang mã %q.", code)
			}
		}
		notePack(tx, "pack_saved", p.Owner, p.Name, "Lưu bộ báo cáo “"+p.Name+"”")
		return tx.SavePack(&p)
	})
	return p.ID, err
}

// DropPack takes a saved pack away. What was built stays.
func (a *App) DropPack(ctx context.Context, who access.Actor, id int64) error {
	return a.onPack(ctx, who, id, "Bỏ bộ báo cáo", func(tx *store.Tx, p *filing.Pack) error {
		notePack(tx, "pack_dropped", p.Owner, p.Name, "Bỏ bộ báo cáo “"+p.Name+"”")
		return tx.DropPack(id)
	})
}

func (a *App) onPack(ctx context.Context, who access.Actor, id int64, reason string, fn func(tx *store.Tx, p *filing.Pack) error) error {
	_, err := a.write(ctx, store.Change{Account: who.Name, Reason: reason}, func(tx *store.Tx) error {
		c, err := a.catalogue(&tx.View)
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
func (a *App) SaveSentences(ctx context.Context, who access.Actor, id int64, period string, all []filing.Sentence) error {
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
		notePack(tx, "pack_sentences", have.Owner, have.Name, "Chọn, sửa nhận xét của bộ báo cáo “"+have.Name+"”, "+p.Key)
		return tx.SaveSentences(id, p.Key, kept)
	})
}

// OwnFile is a workbook about an agency, for its own people.
type OwnFile struct {
	Build int64
	filing.BuildFile
}

// packsOf adds to the page of a release its packs: all for the office that makes them, to others the newest one about their own agency.
func (a *App) packsOf(v *store.View, c *catalogue, who access.Actor, out *ReleaseView, office bool) error {
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
			if f.Agency != "" && !told[f.Agency] && a.mayAt(c, who, access.ReadOwn, f.Agency) == nil {
				told[f.Agency] = true
				out.Own = append(out.Own, OwnFile{b.ID, f})
			}
		}
	}
	return nil
}
