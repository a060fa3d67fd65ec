// Package access says who may do what: roles held for an agency and everything below it, and one table of permissions that
// every page, call and command is checked against. It is pure: no SQL, HTTP, Excel, logging or clock.
package access

import (
	"fmt"
	"slices"
	"strings"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// Role is what somebody does for an agency (vai trò).
type Role string

// The roles. Each holds for an agency and its subtree, from one day to another.
const (
	Committee   Role = "committee"    // xem: member of a steering committee
	Reporter    Role = "reporter"     // lập báo cáo
	Approver    Role = "approver"     // lãnh đạo ký duyệt
	Office      Role = "office"       // cơ quan thường trực, perhaps of one regime or indicator group only
	UnitAdmin   Role = "unit_admin"   // quản trị đơn vị
	SystemAdmin Role = "system_admin" // quản trị hệ thống
)

// Roles lists every role, the one with the least rights first.
func Roles() []Role { return []Role{Committee, Reporter, Approver, Office, UnitAdmin, SystemAdmin} }

// ParseRole returns the role of a code.
func ParseRole(code string) (Role, bool) {
	r := Role(code)
	return r, slices.Contains(Roles(), r)
}

// Title returns the Vietnamese name of the role.
func (r Role) Title() string {
	switch r {
	case Committee:
		return "Thành viên Ban Chỉ đạo (xem)"
	case Reporter:
		return "Lập báo cáo"
	case Approver:
		return "Lãnh đạo ký duyệt"
	case Office:
		return "Cơ quan thường trực"
	case UnitAdmin:
		return "Quản trị đơn vị"
	case SystemAdmin:
		return "Quản trị hệ thống"
	}
	return string(r)
}

// Grant is one role held by an account (phân quyền).
type Grant struct {
	Role     Role
	Agency   agency.ID // and its subtree
	Scope    string    // code of the regime or pillar of the indicators it is narrowed to; "" is all of them
	From, To vi.Date
}

// On reports whether the grant holds on day d.
func (g Grant) On(d vi.Date) bool { return g.From <= d && d <= g.To }

// Actor is who asks. The zero Actor is somebody who has not signed in.
type Actor struct {
	Account  int64  // 0: not signed in, or the machine's own command line
	Name     string // of the account, as revisions and the audit carry it
	FullName string
	Agency   agency.ID // where the person works
	Grants   []Grant
	// LacksFactor says that the settings ask for a second factor of one of the roles and there is none yet: until then only the own
	// account opens.
	LacksFactor bool
	// Machine is the command line of the machine that holds the database: whoever has that may do everything.
	Machine bool
}

// Machine returns the actor of a command line.
func Machine(name string) Actor { return Actor{Name: name, FullName: name, Machine: true} }

// SignedIn reports whether there is somebody.
func (a Actor) SignedIn() bool { return a.Account != 0 || a.Machine }

// Somewhere reports whether the actor may do it for any agency at all, perhaps narrowed to a scope: for pages that list where one may.
func (g Ground) Somewhere(a Actor, act Action) bool {
	return act.AnyAgency() && g.May(a, act, Target{}) || a.Machine || len(g.Reach(a, act, g.Scopes(a, act)...)) > 0
}

// Holds reports whether the actor has the role for any agency on day d.
func (a Actor) Holds(r Role, d vi.Date) bool {
	return a.Machine || slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == r && g.On(d) })
}

// Tree says which agency lies below which; agency.Directory does.
type Tree interface {
	// Inside reports whether id is root or below it on day d.
	Inside(id, root agency.ID, d vi.Date) bool
}

// Target is what an action is done to.
type Target struct {
	Agency agency.ID // whose figures, report, people; the owner of a regime, round, release or catalogue
	Scopes []string  // codes of the regime and pillars concerned; a narrowed grant must name one of them
}

// At is the target that is an agency as a whole.
func At(id agency.ID) Target { return Target{Agency: id} }

// Ground is what a permission is judged on: the tree of agencies and the day.
type Ground struct {
	Tree Tree
	Day  vi.Date
}

// May reports whether the actor may do it.
func (g Ground) May(a Actor, act Action, on Target) bool {
	rule, ok := table[act]
	switch {
	case !ok:
		return false
	case a.Machine, rule.reach == everyone:
		return true
	case rule.reach == signedIn:
		return a.SignedIn()
	}
	return slices.ContainsFunc(a.Grants, func(grant Grant) bool {
		return slices.Contains(rule.roles, grant.Role) && grant.On(g.Day) &&
			(grant.Scope == "" || slices.Contains(on.Scopes, grant.Scope)) && g.Tree.Inside(on.Agency, grant.Agency, g.Day) &&
			(on.Agency == grant.Agency || !slices.Contains(rule.alone, grant.Role))
	})
}

// Check is May with a reason: a fault of kind SignedOut, or of kind Forbidden that says which role is needed.
func (g Ground) Check(a Actor, act Action, on Target) error {
	if g.May(a, act, on) {
		return nil
	}
	rule := table[act]
	if !a.SignedIn() {
		return fault.New(fault.SignedOut, "Hãy đăng nhập để %s.", act.Title())
	}
	var titles []string
	for _, r := range rule.roles {
		titles = append(titles, r.Title())
	}
	return fault.New(
		fault.Forbidden,
		"Tài khoản của bạn không được %s ở đây. Cần vai trò: %s. Hãy liên hệ quản trị đơn vị nếu bạn cần quyền này.",
		act.Title(),
		strings.Join(titles, " hoặc "),
	)
}

// Scopes lists the codes of regimes and pillars to which the actor's right to do it is narrowed somewhere, each once.
func (g Ground) Scopes(a Actor, act Action) (out []string) {
	for _, grant := range a.Grants {
		if grant.Scope != "" && slices.Contains(table[act].roles, grant.Role) && grant.On(g.Day) && !slices.Contains(out, grant.Scope) {
			out = append(out, grant.Scope)
		}
	}
	return out
}

// Reach lists the agencies for which the actor may do it to what concerns one of the scopes, as the roots of subtrees, each once.
// Without scopes a narrowed grant reaches nothing: what is done concerns all regimes and pillars.
func (g Ground) Reach(a Actor, act Action, scopes ...string) []agency.ID {
	rule := table[act]
	if a.Machine {
		return []agency.ID{agency.Nation}
	}
	var out []agency.ID
	for _, grant := range a.Grants {
		if slices.Contains(rule.roles, grant.Role) && grant.On(g.Day) && (grant.Scope == "" || slices.Contains(scopes, grant.Scope)) &&
			!slices.Contains(out, grant.Agency) {
			out = append(out, grant.Agency)
		}
	}
	return out
}

// String names the actor in logs.
func (a Actor) String() string { return fmt.Sprintf("account %d %s", a.Account, a.Name) }
