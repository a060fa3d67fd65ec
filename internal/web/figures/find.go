package figures

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"chiso/internal/app/figures"
	"chiso/internal/vi"
	"chiso/internal/web/frame"
)

// findPage is what a search found, by kind.
type findPage struct {
	frame.Shell
	Q       string
	Groups  []foundGroup
	More    bool
	Code    string // the address of what a code on paper stands for, "" where the words are none
	InTasks string // the same search in the register, for whom the navigation leads there
}

type foundGroup struct {
	Title string
	Lines []foundLine
}

type foundLine struct{ Name, Detail, URL string }

// Find makes the page of a search.
func (p *Pages) Find(ctx context.Context, in frame.Input) (*frame.Document, error) {
	page := findPage{Shell: in.Shell("Tìm", "find"), Q: vi.Clean(in.Query.Get("q"))}
	f, err := p.app.Find(ctx, page.Q)
	if err != nil {
		return nil, err
	}
	page.More = f.More
	for _, kind := range []struct {
		kind        figures.FoundKind
		title, path string
	}{
		{figures.FoundAgency, "Đơn vị", "/agency/"}, {figures.FoundScorecard, "Bộ chỉ số", "/ranking/"}, {figures.FoundIndicator, "Chỉ tiêu", "/ranking/"},
	} {
		g := foundGroup{Title: kind.title}
		for _, x := range f.Found {
			if x.Kind == kind.kind {
				g.Lines = append(g.Lines, foundLine{Name: x.Name, Detail: x.Detail, URL: kind.path + url.PathEscape(x.Code)})
			}
		}
		if len(g.Lines) > 0 {
			page.Groups = append(page.Groups, g)
		}
	}
	if strings.HasPrefix(strings.ToUpper(page.Q), "CHISO-") {
		page.Code = "/code?" + url.Values{"c": {page.Q}}.Encode()
	}
	if page.Q != "" && slices.ContainsFunc(in.Links, func(l frame.Link) bool { return l.Path == "/tasks" }) {
		page.InTasks = "/tasks?" + url.Values{"q": {page.Q}}.Encode()
	}
	return p.HTML("figures/find.html", page, f.Revision)
}
