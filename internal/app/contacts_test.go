package app_test

import (
	"slices"
	"testing"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/filing"
)

func TestContacts(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang)
		admin, lan, office := d.as("quan-tri", access.UnitAdmin, daNang), d.as("lan", access.Reporter, daNang), d.as("thuong-truc", access.Office, agency.Nation)
		list := []filing.Contact{{Name: " Nguyễn  Văn An ", Phone: "0912 345 678", Position: "Chuyên viên"}, {}, {Name: "Trần Thị Bình", Email: "Binh@danang.gov.vn", Deputy: true}}
		if err := d.SetContacts(admin, daNang, list); err != nil {
			t.Fatal(err)
		}
		v, err := d.Contacts(lan, daNang)
		if err != nil || len(v.Contacts) != 2 || v.Contacts[0].Name != "Nguyễn Văn An" || v.Contacts[1].Email != "binh@danang.gov.vn" || !v.Contacts[1].Deputy || v.ByUnit || v.ByOffice {
			t.Errorf("%+v, %v", v, err)
		}
		says(t, d.SetContacts(lan, daNang, list), fault.Forbidden, "")
		says(t, d.SetContacts(admin, "P-01", list), fault.Forbidden, "")
		if _, err := d.Contacts(lan, "P-01"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("somebody else's: %v", err)
		}
		if chase, err := d.Chase(office, round); err != nil || len(chase.Rows) != 1 || len(chase.Rows[0].Contacts) != 2 {
			t.Errorf("%+v, %v", chase, err)
		}
		if err := d.SetContacts(office, daNang, list[:1]); err != nil {
			t.Error(err)
		}
		if v, err := d.Contacts(office, daNang); err != nil || len(v.Contacts) != 1 || !v.ByOffice || !slices.ContainsFunc(v.Agencies, func(c ledger.Choice) bool { return c.Code == "P-01" }) {
			t.Errorf("%+v, %v", v, err)
		}
		for name, bad := range map[string]filing.Contact{"Hãy ghi họ tên": {Phone: "0912345678"}, "điện thoại hoặc thư": {Name: "A"}, "không đúng": {Name: "A", Phone: "gọi sau"},
			"Thư điện tử": {Name: "A", Email: "a@"}, "dự phòng": {Name: "A", Phone: "0912345678", Deputy: true}} {
			says(t, d.SetContacts(admin, daNang, []filing.Contact{bad}), fault.Invalid, name)
		}
	})
}
