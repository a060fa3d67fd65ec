package publish

import (
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// packFields are the fields of the form of a pack, as a form holds them.
type packFields struct {
	Name                                                          string
	Kind                                                          string
	Codes, Title, Issuer, Appendix, Letter, Day, Preparer, Leader string
	Unsigned, Auto                                                bool
	Version                                                       int64
	Sections                                                      []packSection
	Blocks, Agencies                                              []ledger.Choice
}

type packSection struct {
	ledger.Choice
	Order string // "" leaves it out
}

type packsPage struct {
	frame.Shell
	*publish.PackList
	Form    packFields
	Refused string
}

// Kinds are the kinds of packs.
func (packsPage) Kinds() []filing.PackKind { return filing.PackKinds() }

// Kinds are the kinds of packs.
func (packPage) Kinds() []filing.PackKind { return filing.PackKinds() }

func newPackFields(p filing.Pack, sections, blocks, agencies []ledger.Choice) packFields {
	s := p.Spec
	f := packFields{
		Name:     p.Name,
		Kind:     string(s.Kind),
		Codes:    strings.Join(s.Codes, " "),
		Title:    s.Title,
		Issuer:   s.Issuer,
		Appendix: s.Appendix,
		Letter:   s.Letter,
		Preparer: s.Preparer,
		Leader:   s.Leader,
		Unsigned: s.Unsigned,
		Auto:     s.Auto,
		Version:  p.Version,
		Blocks:   blocks,
		Agencies: agencies,
	}
	if s.Day != 0 {
		f.Day = s.Day.ISO()
	}
	for i, c := range sections {
		x := packSection{Choice: c}
		if c.Selected {
			x.Order = strconv.Itoa(i + 1)
		}
		f.Sections = append(f.Sections, x)
	}
	return f
}

// Packs makes the list of packs and of what was built, with the form of a new one.
func (p *Pages) Packs(ctx context.Context, release int64, typed *filing.Pack, refused error) (*frame.Document, error) {
	list, err := p.app.Packs(ctx, access.From(ctx), release)
	if err != nil {
		return nil, err
	}
	if typed == nil {
		typed = &filing.Pack{Spec: filing.PackSpec{Kind: filing.NationalPack, Appendix: "I"}}
	}
	return p.HTML(
		"publish/packs.html",
		packsPage{
			Shell:    p.Top(ctx, "Bộ báo cáo phục vụ cuộc họp", "packs"),
			PackList: list,
			Form:     newPackFields(*typed, publish.PackSections(), list.Blocks, list.Agencies),
			Refused:  frame.Sentence(refused),
		},
		0,
	)
}

type packPage struct {
	frame.Shell
	*publish.PackView
	Form    packFields
	Refused string
}

// sentenceGroup is the sentences of one kind, with room for one more.
type sentenceGroup struct {
	Kind  filing.SentenceKind
	Lines []publish.SentenceLine
}

// Groups parts the sentences by kind.
func (v packPage) Groups() (out []sentenceGroup) {
	for _, k := range filing.SentenceKinds() {
		g := sentenceGroup{Kind: k}
		for _, l := range v.Sentences {
			if l.Kind == k {
				g.Lines = append(g.Lines, l)
			}
		}
		out = append(out, g)
	}
	return out
}

// Pack makes the page of one pack: what stands in it, what is said in it.
func (p *Pages) Pack(ctx context.Context, id int64, from publish.PackQuery, typed *filing.Pack, refused error) (*frame.Document, error) {
	v, err := p.app.PackView(ctx, access.From(ctx), id, from)
	if err != nil {
		return nil, err
	}
	show := v.Pack
	if typed != nil {
		show = *typed
	}
	return p.HTML(
		"publish/pack.html",
		packPage{
			Shell:    p.Top(ctx, v.Pack.Name, "packs"),
			PackView: v,
			Form:     newPackFields(show, v.Sections, v.Blocks, v.Agencies),
			Refused:  frame.Sentence(refused),
		},
		0,
	)
}

type buildPage struct {
	frame.Shell
	*publish.BuildLine
}

// Build makes the page of one building: how far it is, and its files.
func (p *Pages) Build(ctx context.Context, id int64) (doc *frame.Document, finished bool, err error) {
	l, err := p.app.Build(ctx, access.From(ctx), id)
	if err != nil {
		return nil, false, err
	}
	doc, err = p.HTML("publish/pack_build.html", buildPage{p.Top(ctx, "Dựng: "+l.Name, "packs"), l}, 0)
	return doc, l.Finished() || l.Problem != "", err
}

// PackForm reads the form of a pack.
func PackForm(form url.Values) (p filing.Pack, err error) {
	get := func(name string) string { return vi.Clean(form.Get(name)) }
	p = filing.Pack{
		Name: get("name"),
		Spec: filing.PackSpec{
			Kind:   filing.PackKind(get("kind")),
			Blocks: frame.Chosen(form["block"]),
			Title:  get("title"),
			Issuer: get("issuer"),
			Appendix: get(
				"appendix",
			),
			Letter:   get("letter"),
			Preparer: get("preparer"),
			Leader:   get("leader"),
			Unsigned: form.Get("unsigned") != "",
			Auto:     form.Get("auto") != "",
		},
	}
	p.Version, _ = strconv.ParseInt(form.Get("version"), 10, 64) // nonsense is a version that nobody saw
	p.Spec.Codes = strings.Fields(strings.ToUpper(strings.NewReplacer(",", " ", ";", " ").Replace(get("codes"))))
	for _, id := range frame.Chosen(form["agency"]) {
		p.Spec.Agencies = append(p.Spec.Agencies, agency.ID(id))
	}
	if day := get("day"); day != "" {
		if p.Spec.Day, err = vi.ParseISODate(day); err != nil {
			return p, fault.Wrap(err, fault.Invalid, "Không hiểu ngày báo cáo “%s”.", day)
		}
	}
	type place struct {
		code  string
		order int
	}
	var places []place
	for _, s := range publish.PackSections() {
		text := get("order-" + s.Code)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return p, fault.New(fault.Invalid, "Thứ tự “%s” của phần “%s” phải là một số.", text, s.Title)
		}
		places = append(places, place{s.Code, n})
	}
	slices.SortStableFunc(places, func(a, b place) int { return a.order - b.order })
	for _, x := range places {
		p.Spec.Sections = append(p.Spec.Sections, x.code)
	}
	return p, nil
}

// PackSource reads from what a pack is built.
func PackSource(form url.Values) (q publish.PackQuery) {
	q.Release, _ = strconv.ParseInt(form.Get("release"), 10, 64) // nonsense is none
	q.Pack, _ = strconv.ParseInt(form.Get("pack"), 10, 64)
	q.Name = vi.Clean(form.Get("kind"))
	if q.Release == 0 {
		q.Period = vi.Clean(form.Get("period"))
	}
	return q
}

// SentenceForm reads what was decided about the sentences of a pack.
func SentenceForm(form url.Values) (out []filing.Sentence) {
	for _, id := range form["sentence"] {
		kind, key, ok := strings.Cut(id, "|")
		if !ok {
			continue
		}
		s := filing.Sentence{
			Kind:      filing.SentenceKind(kind),
			Key:       key,
			Generated: form.Get("generated|" + id),
			Text:      form.Get("text|" + id),
			Out:       form.Get("in|"+id) == "",
		}
		out = append(out, s)
	}
	return out
}

// Funcs are what templates of the slice call.
func Funcs() template.FuncMap { return template.FuncMap{"frozen": frozenCell} }
