package frame

import (
	"context"
	"slices"
	"strconv"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/vi"
)

// Viewer is who looks at a page. On a page that is kept for everybody of the same roles it has no name.
type Viewer struct {
	Name   string
	Links  []Link
	Unseen string // how many notices were not seen, "" for none
}

// Entries are what the navigation offers beside rankings and agencies: to those without a role, and to nobody known, the rules.
func (v *Viewer) Entries() []Link {
	if v == nil || len(v.Links) == 0 {
		return []Link{{"/about", "Cách tính"}}
	}
	return v.Links
}

// Opens reports whether the entry of a path stands in the navigation: links to what it opens are for its readers only.
func (v *Viewer) Opens(path string) bool {
	return v != nil && slices.ContainsFunc(v.Links, func(l Link) bool { return l.Path == path })
}

// Reads reports whether a page that explains something is of use to who reads it: to everybody who is not known, else to those who have one
// of the entries.
func (v *Viewer) Reads(paths ...string) bool {
	return v == nil || len(v.Links) == 0 || slices.ContainsFunc(paths, v.Opens)
}

// Link is an entry of the navigation that only some have.
type Link struct{ Path, Title string }

// Top is the shell of a page made for the actor of ctx: with the name, and links to what the roles allow.
func (p *Pages) Top(ctx context.Context, title, nav string) Shell {
	who := access.From(ctx)
	s := Shell{Title: title, Nav: nav}
	if who.SignedIn() {
		s.Who = &Viewer{Name: who.FullName, Links: p.Links(who)}
		if n, err := p.App.Unseen(ctx); err == nil && n > 0 { // a page is worth more than the count on it
			if s.Who.Unseen = strconv.Itoa(n); n > 99 {
				s.Who.Unseen = "99+"
			}
		}
	}
	return s
}

// Links are the entries of the navigation that an actor's roles open today. A new page for some roles gets its line here.
func (p *Pages) Links(who access.Actor) (out []Link) {
	today := vi.DateOf(p.Clock().In(p.Location))
	ground := access.Ground{Day: today}
	for _, l := range []struct {
		Link
		act access.Action
	}{
		{Link{"/desk", "Báo cáo phải nộp"}, access.EditReport},
		{Link{"/desk", "Báo cáo phải nộp"}, access.SignReport},
		{Link{"/tasks", "Nhiệm vụ"}, access.ReadTasks},
		{Link{"/upload", "Nộp tệp"}, access.ImportTable},
		{Link{"/template", "Biểu mẫu"}, access.ReadOwn},
		{Link{"/rounds", "Đợt báo cáo"}, access.RunRound},
		{Link{"/catalogue", "Danh mục"}, access.EditCatalog},
		{Link{"/releases", "Công bố"}, access.ReadOwn},
		{Link{"/packs", "Bộ báo cáo"}, access.EditRelease},
		{Link{"/notices", "Thông báo"}, access.ReadOwn},
		{Link{"/people", "Quản lý tài khoản"}, access.ManageUnit},
		{Link{"/chain", "Chuỗi duyệt"}, access.ManageUnit},
		{Link{"/audit", "Nhật ký"}, access.ReadAudit},
		{Link{"/system", "Tác vụ và thư"}, access.RunSystem},
	} {
		reach := ground.Reach(who, l.act)
		switch l.Path {
		case "/upload", "/catalogue", "/system": // tables, the catalogue and the program are the nation's
			if !slices.Contains(reach, agency.Nation) {
				continue
			}
		case "/rounds", "/releases", "/tasks", "/desk", "/template": // what is narrowed to a regime or pillar is on them too
			reach = ground.Reach(who, l.act, ground.Scopes(who, l.act)...)
		}
		if len(reach) > 0 && !slices.Contains(out, l.Link) {
			out = append(out, l.Link)
		}
	}
	return out
}

func (p *Pages) Today() vi.Date { return vi.DateOf(p.Clock().In(p.Location)) }
