package access

import "testing"

func TestCheckPassword(t *testing.T) {
	for _, p := range []string{"", "ngắn quá", "123456789012", "aaaaaaaaaaaa", "Password1234", "P@ssw0rd2026!", "matkhau12345", "Mật khẩu 2026", "qwertyuiop12", "passwordpassword",
		"nguyen.van.an1", "abcdefghijkl", "0987654321000", "12/10/2026 08:00", "iloveyou2026!!", "VietNam@2026", "chisochiso2026"} {
		if CheckPassword(p, "nguyen.van.an", "Nguyễn Văn An") == nil {
			t.Errorf("%q is taken", p)
		}
	}
	for _, p := range []string{"ngựa đỏ qua cầu", "correct horse battery", "x7Kq-92mv-Tz4p", "mưa tháng bảy vẫn rơi", "Password của tôi ở bếp"} {
		if err := CheckPassword(p, "nguyen.van.an", "Nguyễn Văn An"); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
}

func TestCheckName(t *testing.T) {
	for name, want := range map[string]bool{"a": false, "an": true, "nguyen.van.an": true, "Nguyễn": false, "a b": false, "cli:root": false, "chiso-seed": false, "-an-": false,
		"an@most.gov.vn": true, "<b>an</b>": false, "": false} {
		if got := CheckName(name) == nil; got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestGround_MayGrant(t *testing.T) {
	g := ground()
	unit := Actor{Account: 1, Grants: []Grant{{UnitAdmin, "P34-48", "", 20260101, 20261231}}}
	system := Actor{Account: 2, Grants: []Grant{{SystemAdmin, "VN", "", 20260101, 20261231}}}
	for _, tt := range []struct {
		who  Actor
		give Grant
		want bool
	}{
		{unit, Grant{Role: Reporter, Agency: "SO-48"}, true},
		{unit, Grant{Role: UnitAdmin, Agency: "P34-48"}, true},
		{unit, Grant{Role: Reporter, Agency: "P34-56"}, false},
		{unit, Grant{Role: Reporter, Agency: "VN"}, false},
		{unit, Grant{Role: Office, Agency: "P34-48"}, false},
		{unit, Grant{Role: SystemAdmin, Agency: "P34-48"}, false},
		{system, Grant{Role: Office, Agency: "P34-48"}, true},
		{system, Grant{Role: SystemAdmin, Agency: "VN"}, true},
		{Actor{}, Grant{Role: Committee, Agency: "VN"}, false},
	} {
		if got := g.MayGrant(tt.who, tt.give) == nil; got != tt.want {
			t.Errorf("%v gives %v: %v", tt.who, tt.give, got)
		}
	}
	if g.MayManage(unit, At("SO-48"), []Grant{{Role: SystemAdmin, Agency: "VN", To: 20261231}}) == nil {
		t.Error("a unit's administrator takes over a system administrator")
	}
	if err := g.MayManage(unit, At("SO-48"), []Grant{{Role: Office, Agency: "VN", To: 20261014}}); err != nil {
		t.Errorf("a role that ended is in the way: %v", err)
	}
}
