// Package frame is what every page has in common: the layout and its navigation, forms with files, words of numbers and days, finished
// documents. Pages work as a plain link and form first. It decides layout and wording only: numbers arrive rounded, ranks arrive made. It must
// not know how pages are kept, and never touches the store.
package frame

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"chiso/internal/access"
	"chiso/internal/app/ledger"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/templates"
)

// App is what the layout of every page asks of the use cases.
type App interface {
	LinkOwner(ctx context.Context, secret string) (name string, fullName string, err error)
	Overtaken() bool
	Unseen(ctx context.Context) (n int, err error)
}

// Config is what New needs.
type Config struct {
	App       App
	Asset     func(name string) (string, error) // "app.js" → its path with the content's hash
	MaxUpload int64                             // bytes of one file
	Clock     func() time.Time
	Location  *time.Location   // where times are shown
	Funcs     template.FuncMap // that the templates of the slices call, beside those of all
}

// Pages makes pages. It is safe for concurrent use.
type Pages struct {
	Config

	Templates map[string]*template.Template
}

// Document is one finished page or file.
type Document struct {
	Type     string // media type
	Name     string // name to save it under; "" shows it
	Body     []byte
	Revision int64 // of the figures in it; 0: they do not depend on one
	Volatile bool  // asked for with an open-ended parameter: not worth keeping
}

// Input is one request in its canonical form: known parameters only.
type Input struct {
	Path  string // the parameter of the path: a code or an id
	Query url.Values
	Now   time.Time
	View  ledger.View // whose eyes the page is for: part of the key under which it is kept
	// MayLive says that who asks may also have the newest figures, and so is offered them: part of the key, too.
	MayLive bool
	// Inside says that who asks may see tasks and reports of the agencies that the page is about.
	Inside bool
	Links  []Link // entries of the navigation that the roles of who asks open, nil when signed out: part of the key, too
	Here   string // path of the page
}

// Shell is what the layout needs of a kept page: whoever opens it finds the same navigation as everywhere else.
func (in Input) Shell(title, nav string) Shell {
	s := Shell{Title: title, Nav: nav}
	if a := in.Query.Get("a"); PlainID(a) {
		s.Mark = a
	}
	if in.Links != nil {
		s.Who = &Viewer{Links: in.Links}
	}
	return s
}

// PlainID reports whether a text may be the id of an agency in a selector of a style sheet: letters, digits and what joins them.
func PlainID(s string) bool {
	return s != "" && len(s) <= maxID && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

const maxID = 40

// With adds what a page with figures says of them; t is its table, nil where it has none.
func (s Shell) With(in Input, t *ranking.Table) Shell {
	s.Standing = in.Standing(t)
	s.Illustrative = t != nil && t.Illustrative()
	return s
}

// View makes a document that is the same for everyone who may see it, from its input and the data's revision alone, so
// that it can be kept.
type View func(ctx context.Context, in Input) (*Document, error)

// Route is a kept page: its path, the query parameters that it understands, and what makes it.
type Route struct {
	Path   string
	Param  string // name of the path's parameter, "" if none
	Params []string
	Action access.Action
	Live   bool // may be asked for with ?view=live
	Own    bool // the path's parameter is an agency, whose own people see more
	Units  bool // the path's parameter owns the units that the page is about
	Inside bool // shows tasks and reports to those who may see them
	View   View
}

// New parses every template, so that a broken one fails the start and not a request.
func New(cfg Config) (*Pages, error) {
	if cfg.App == nil || cfg.Asset == nil || cfg.Location == nil || cfg.Clock == nil {
		return nil, errors.New("page: App, Asset, Clock and Location are needed")
	}
	p := &Pages{Config: cfg, Templates: map[string]*template.Template{}}
	assets := map[string]string{}
	for _, name := range []string{"chiso.css", "theme.js", "app.js", "chart.js", "grid.js", "bench.js", "favicon.svg"} {
		path, err := cfg.Asset(name)
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		assets[name] = path
	}
	layout, err := template.New("layout.html").Funcs(p.funcs(assets)).Funcs(cfg.Funcs).ParseFS(templates.FS, layoutFiles...)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	var files []string
	for _, pattern := range []string{"*.html", "*/*.html"} { // of all pages, and of a slice
		found, err := fs.Glob(templates.FS, pattern)
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		files = append(files, found...)
	}
	for _, file := range slices.DeleteFunc(files, func(f string) bool { return slices.Contains(layoutFiles, f) }) {
		t, err := template.Must(layout.Clone()).ParseFS(templates.FS, file)
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		p.Templates[file] = t
	}
	return p, nil
}

// layoutFiles are the templates that every page has at hand.
var layoutFiles = []string{"layout.html", "parts.html", "inside.html"}

// Shell is what the layout needs of every page.
type Shell struct {
	Title        string
	Nav          string // the entry of the navigation that is open
	Illustrative bool   // figures on this page are illustrative
	Chart        bool   // the page has an interactive chart
	Plain        bool   // for people who have not signed in: without the navigation
	Who          *Viewer
	Standing     standing     // which release a kept page shows
	Mark         string       // the agency that the address asks to mark; "" takes that of who looks
	Fixed        template.URL // the page as it stands now, whatever comes later; "" for none
}

// standing says on a kept page which release it shows, with the switch between that and the newest figures for those who may.
type standing struct {
	Release *ranking.Release
	Live    bool
	Other   template.URL // the other view, "" for those who have no choice
}

// Standing says how the figures of a page stand; t is its table, nil where it has none.
func (in Input) Standing(t *ranking.Table) (s standing) {
	if t != nil {
		s.Release = t.Release
	}
	s.Live = in.View.Unreleased()
	if !in.MayLive && !s.Live {
		return s
	}
	q := url.Values{}
	for k, v := range in.Query {
		q[k] = v
	}
	if !s.Live {
		q.Set("view", "live")
	}
	s.Other = template.URL((&url.URL{Path: in.Here, RawQuery: q.Encode()}).String()) //nolint:gosec // encoded here
	return s
}

const mediaHTML = "text/html; charset=utf-8"

// render fills a template into a buffer: an error never leaves half a page.
func (p *Pages) render(file string, data any) ([]byte, error) {
	t, ok := p.Templates[file]
	if !ok {
		return nil, fmt.Errorf("page: no template %s", file)
	}
	var b bytes.Buffer
	b.Grow(32 << 10)
	if err := t.ExecuteTemplate(&b, "layout.html", data); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return b.Bytes(), nil
}

func (p *Pages) HTML(file string, data any, revision int64) (*Document, error) {
	body, err := p.render(file, data)
	if err != nil {
		return nil, err
	}
	return &Document{Type: mediaHTML, Body: body, Revision: revision}, nil
}

// Fixed is the address of the page as of a revision's moment.
func (in Input) Fixed(at time.Time) template.URL {
	q := url.Values{}
	for k, v := range in.Query {
		q[k] = v
	}
	if in.View == ledger.Live {
		q.Set("view", string(ledger.Live))
	}
	q.Set("as_of", at.UTC().Format(time.RFC3339Nano))
	return template.URL((&url.URL{Path: in.Here, RawQuery: q.Encode()}).String()) //nolint:gosec // encoded here
}

// Pinned is html for a page that somebody may ask for as of a past moment: such a page is made anew each time.
func (p *Pages) Pinned(file string, data any, revision int64, asOf time.Time) (*Document, error) {
	doc, err := p.HTML(file, data, revision)
	return Volatile(doc, err, asOf)
}

// aboutPage is the page of the rules.
type aboutPage struct {
	Shell
	Systems []kpi.System
}

// About says by which rules figures are pooled, ranked and shown.
func (p *Pages) About(_ context.Context, in Input) (*Document, error) {
	return p.HTML("about.html", aboutPage{in.Shell("Cách tính và nguồn số liệu", "about"),
		append(kpi.Systems(), kpi.Illustrative)}, 0)
}

// errorPage is what is shown instead of a page.
type errorPage struct {
	Shell
	Status   int
	Sentence string
	Live     string // where the figures stand that are not released, "" for those who may not know
}

// Unreleased makes the page of figures that are not released for those who may read them nevertheless: live is where.
func (p *Pages) Unreleased(links []Link, sentence, live string) (*Document, error) {
	return p.HTML(
		"error.html",
		errorPage{
			Shell:    Shell{Title: "Chưa công bố", Nav: "ranking", Who: &Viewer{Links: links}},
			Status:   http.StatusNotFound,
			Sentence: sentence,
			Live:     live,
		},
		0,
	)
}

// Error renders the page of a failure. The sentence must be fit for a person.
func (p *Pages) Error(status int, title, sentence string) ([]byte, error) {
	return p.render("error.html", errorPage{Shell: Shell{Title: title}, Status: status, Sentence: sentence, Live: ""})
}
