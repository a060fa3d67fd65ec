package app_test

import (
	"slices"
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/chase"
	"chiso/internal/app/reporting"
	"chiso/internal/fault"
	"chiso/internal/filing"
)

func TestApp_ChaseLetter(t *testing.T) {
	d := newDesk(t, "sqlite")
	const most, works = agency.ID("BKHCN"), agency.ID("BXD")
	round := d.open("2026-Q3", 20261016, daNang, most, works)
	lan, minh := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang)
	office, own := d.as("thuong-truc", access.Office, agency.Nation), d.as("khcn", access.Reporter, most)

	l, err := d.ChaseLetter(office, chase.LetterQuery{Round: round})
	if err != nil {
		t.Fatal(err)
	}
	if l.Issuer != "Bộ Khoa học và Công nghệ" || l.Above != "" || l.Place != "Hà Nội" || l.Query.Post != "BỘ TRƯỞNG" || !strings.HasPrefix(l.Committee, "Ban Chỉ đạo của Chính phủ") {
		t.Errorf("the letter is from %+v", l)
	}
	if want := []string{"Ủy ban nhân dân thành phố Đà Nẵng", "Bộ Xây dựng"}; !slices.Equal(l.To, want) || l.ByKind || l.Missing != 2 || l.Overdue != 0 {
		t.Errorf("to %q, missing %d, overdue %d: the office does not write to itself", l.To, l.Missing, l.Overdue)
	}
	if l.Query.Until != 20261014 { // 10/10/2026 is a Saturday
		t.Errorf("asks for the reports by %s, want three working days", l.Query.Until)
	}
	if c, err := d.SigningCopy(own, round, most); err != nil || c.To != l.Committee {
		t.Errorf("the office's own report goes to %q, want the committee: %v", c.To, err)
	}
	if c, err := d.SigningCopy(lan, round, daNang); err != nil || c.To != l.Issuer {
		t.Errorf("a report goes to %q: %v", c.To, err)
	}

	d.fill(lan, round, daNang)
	d.must(lan, round, daNang, filing.Submit)
	d.must(minh, round, daNang, filing.Sign)
	if l, err = d.ChaseLetter(office, chase.LetterQuery{Round: round, Number: " 12/BKHCN ", Until: 20261020}); err != nil || len(l.Rows) != 1 || l.Query.Number != "12/BKHCN" || l.Query.Until != 20261020 {
		t.Errorf("once a report is sent: %+v, %v", l, err)
	}
	d.must(office, round, daNang, filing.Return, func(r *reporting.ReportStep) { r.Reason = "Sai mẫu số" })
	if l, err = d.ChaseLetter(office, chase.LetterQuery{Round: round}); err != nil || l.ReturnedBack != 1 || l.Missing != 1 {
		t.Errorf("once it is returned: %+v, %v", l, err)
	}
	_, err = d.ChaseLetter(lan, chase.LetterQuery{Round: round})
	says(t, err, fault.Forbidden, "tiếp nhận hoặc trả lại")
	_, err = d.ChaseLetter(office, chase.LetterQuery{Round: round, Post: strings.Repeat("x", 121)})
	says(t, err, fault.Invalid, "quá dài")
}

// Many agencies are addressed by kind, and the office of a regime is that of the one group of its indicators.
func TestApp_ChaseLetter_many(t *testing.T) {
	d := newDesk(t, "sqlite")
	office := d.as("thuong-truc", access.Office, agency.Nation)
	id, err := d.OpenRound(office, reporting.RoundRequest{Regime: "DA06_M", Period: "2026-09"})
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.ChaseLetter(office, chase.LetterQuery{Round: id})
	if err != nil || l.Issuer != "Bộ Công an" || !l.ByKind || len(l.To) != 2 || !strings.HasPrefix(l.To[0], "Các bộ") {
		t.Fatalf("%+v, %v", l, err)
	}
	if l.Overdue != l.Missing || l.Missing != len(l.Rows) || l.Missing < 40 {
		t.Errorf("%d missing, %d overdue, %d rows", l.Missing, l.Overdue, len(l.Rows))
	}
}
