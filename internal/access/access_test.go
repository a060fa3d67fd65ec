package access

import (
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

func ground() Ground {
	dir := agency.NewDirectory(agency.Data{Versions: []agency.Version{
		{Agency: "VN", From: vi.OpenFrom, To: vi.OpenTo, Level: agency.National},
		{Agency: "P34-48", From: 20250701, To: vi.OpenTo, Level: agency.Province, Parent: "VN"},
		{Agency: "P34-56", From: 20250701, To: vi.OpenTo, Level: agency.Province, Parent: "VN"},
		{Agency: "SO-48", From: 20250701, To: vi.OpenTo, Level: agency.Department, Parent: "P34-48"},
	}})
	return Ground{dir, 20261015}
}

func TestGround_May(t *testing.T) {
	g := ground()
	holds := func(r Role, id agency.ID, scope string) Actor {
		return Actor{Account: 1, Grants: []Grant{{r, id, scope, 20260101, 20261231}}}
	}
	past := Actor{Account: 1, Grants: []Grant{{Reporter, "P34-48", "", 20250701, 20261014}}}
	for _, tt := range []struct {
		name string
		who  Actor
		act  Action
		on   Target
		want bool
	}{
		{"anyone signs in", Actor{}, UsePublic, Target{}, true},
		{"signed out reads nothing", Actor{}, ReadRelease, At("VN"), false},
		{"whoever signed in reads releases", Actor{Account: 1}, ReadRelease, At("VN"), true},
		{"a reporter reports for the own agency", holds(Reporter, "P34-48", ""), EditReport, At("P34-48"), true},
		{"and for those below", holds(Reporter, "P34-48", ""), EditReport, At("SO-48"), true},
		{"not for those above", holds(Reporter, "SO-48", ""), EditReport, At("P34-48"), false},
		{"not for a neighbour", holds(Reporter, "P34-48", ""), EditReport, At("P34-56"), false},
		{"a reporter does not sign", holds(Reporter, "P34-48", ""), SignReport, At("P34-48"), false},
		{"a role that ended yesterday is none", past, EditReport, At("P34-48"), false},
		{"the national office receives everywhere", holds(Office, "VN", ""), JudgeReport, At("P34-48"), true},
		{"a provincial office not the neighbour's", holds(Office, "P34-48", ""), JudgeReport, At("P34-56"), false},
		{"a narrowed office inside its group", holds(Office, "VN", "de_an_06"), JudgeReport, Target{"P34-48", []string{"de_an_06"}}, true},
		{"a narrowed office outside its group", holds(Office, "VN", "de_an_06"), JudgeReport, Target{"P34-48", []string{"kinh_te_so"}}, false},
		{"a system admin reads no unreleased figure", holds(SystemAdmin, "VN", ""), ReadLive, At("VN"), false},
		{"the machine may", Machine("cli"), RunSystem, At("VN"), true},
		{"an action that is not in the table", holds(SystemAdmin, "VN", ""), "nonsense", At("VN"), false},
	} {
		if got := g.May(tt.who, tt.act, tt.on); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
		err := g.Check(tt.who, tt.act, tt.on)
		if kind := map[bool]fault.Kind{true: fault.Forbidden, false: fault.SignedOut}[tt.who.SignedIn()]; (err == nil) != tt.want || (err != nil && fault.KindOf(err) != kind) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestTable(t *testing.T) {
	if len(table) != len(Actions()) {
		t.Errorf("the table has %d actions, the list %d", len(table), len(Actions()))
	}
	for _, a := range Actions() {
		r, ok := table[a]
		if !ok || r.title == "" || (r.reach == byRole) != (len(r.roles) > 0) {
			t.Errorf("%s: %+v", a, r)
		}
	}
	for _, r := range Roles() {
		if r.Title() == string(r) {
			t.Errorf("role %s has no Vietnamese name", r)
		}
	}
	err := ground().Check(Actor{Account: 1}, SignReport, At("P34-48"))
	if want := "Cần vai trò: Lãnh đạo ký duyệt"; !strings.Contains(fault.Sentence(err), want) {
		t.Errorf("%q does not say %q", fault.Sentence(err), want)
	}
}
