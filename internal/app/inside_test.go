package app_test

import (
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/filing"
)

// Who has reported and how: on the owner's page all of a round, on an agency's page each of its rounds; what moves without a revision
// moves the number under which such pages are kept.
func TestInside_reports(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		round := d.open("2026-Q3", 20261016, daNang, "P-01", "P-22")
		lan, minh, office := d.as("lan", access.Reporter, daNang), d.as("minh", access.Approver, daNang), d.as("thuong-truc", access.Office, agency.Nation)
		serial := func() int64 {
			n, err := d.FilingSerial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		inside := func() figures.RoundDigest {
			o, err := d.Overview(t.Context(), figures.OverviewQuery{Inside: true})
			if err != nil || o.Inside == nil || len(o.Inside.Rounds) != 1 {
				t.Fatalf("%+v %v", o, err)
			}
			return o.Inside.Rounds[0]
		}
		mark := func(id agency.ID) figures.RoundMark {
			v, err := d.Agency(t.Context(), figures.AgencyQuery{Agency: id, Inside: true})
			if err != nil || v.Inside == nil || len(v.Inside.Marks) != 1 {
				t.Fatalf("%+v %v", v, err)
			}
			return v.Inside.Marks[0]
		}
		if r := inside(); r.Owes != 3 || r.Sent() != 0 || len(r.Missing) != 3 || r.Passed {
			t.Errorf("at first %+v", r)
		}
		before := serial()
		d.fill(lan, round, daNang)
		d.must(lan, round, daNang, filing.Submit)
		d.must(minh, round, daNang, filing.Sign)
		if after := serial(); after <= before {
			t.Errorf("serial %d after sending, was %d", after, before)
		}
		if r := inside(); r.OnTime != 1 || r.Late != 0 || len(r.Missing) != 2 {
			t.Errorf("one has sent: %+v", r)
		}
		d.must(office, round, daNang, filing.Return, because("Thiếu thuyết minh"))
		d.clock.now = time.Date(2026, 10, 20, 2, 0, 0, 0, time.UTC)
		if r := inside(); r.Returned != 1 || r.OnTime != 1 || len(r.Missing) != 2 || !r.Passed {
			t.Errorf("given back, after the deadline: %+v", r)
		}
		if m := mark(daNang); !m.OnTime || m.Returned != 1 {
			t.Errorf("Đà Nẵng sent in time and got it back once: %+v", m)
		}
		if m := mark("P-01"); m.OnTime || !m.Sent.IsZero() || m.DaysLate == 0 {
			t.Errorf("Hà Nội has not sent: %+v", m)
		}
		if o, err := d.Overview(t.Context(), figures.OverviewQuery{}); err != nil || o.Inside != nil {
			t.Errorf("outsiders see %+v, %v", o.Inside, err)
		}
	})
}
