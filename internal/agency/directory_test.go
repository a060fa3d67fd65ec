package agency_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chiso/internal/agency"
	"chiso/internal/vi"
)

func TestDirectory_OnItsDays(t *testing.T) {
	dir := agency.NewDirectory(catalogue())
	for _, tt := range []struct {
		name  string
		id    agency.ID
		on    vi.Date
		short string // "" when it does not exist
	}{
		{"last day as a province", "P-46", hue.AddDays(-1), "Thừa Thiên Huế"},
		{"first day as a city", "P-46", hue, "Huế"},
		{"last day before the merger", "P63-10", merger.AddDays(-1), "Lào Cai"},
		{"gone with the merger", "P63-10", merger, ""},
		{"made by the merger", "P34-15", merger, "Lào Cai"},
		{"not before it", "P34-15", merger.AddDays(-1), ""},
		{"since ever", "P-01", vi.OpenFrom, "Hà Nội"},
		{"still", "P-01", vi.OpenTo, "Hà Nội"},
		{"never", "Z", merger, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, ok := dir.On(tt.id, tt.on)
			if ok != (tt.short != "") || v.Short != tt.short {
				t.Errorf("On = %q, %v", v.Short, ok)
			}
		})
	}
	if got := dir.Name("P63-10", 20260101); got != "Lào Cai" {
		t.Errorf("name after its end = %q, want the last known", got)
	}
	if got := dir.Name("Z", merger); got != "Z" {
		t.Errorf("name of nobody = %q", got)
	}
	if dir.Known("Z") || !dir.Known("P63-10") || len(dir.Versions("P-22")) != 2 {
		t.Error("Known or Versions")
	}
	if first, last := dir.Order("P-01"), dir.Order("Z"); first >= last {
		t.Error("an unknown agency comes last")
	}
}

func TestDirectory_Members(t *testing.T) {
	dir := agency.NewDirectory(catalogue())
	for _, tt := range []struct {
		name, block string
		on          vi.Date
		want        []agency.Place
	}{
		{"the day before the merger", "provinces", merger.AddDays(-1), []agency.Place{{Agency: "P-01", Name: "Hà Nội"}, {Agency: "P63-10", Name: "Lào Cai"},
			{Agency: "P63-15", Name: "Yên Bái"}, {Agency: "P-22", Name: "Quảng Ninh"}, {Agency: "P-46", Name: "Huế"}, {Agency: "P63-48", Name: "Đà Nẵng"},
			{Agency: "P63-49", Name: "Quảng Nam"}, {Agency: "P63-77", Name: "Bà Rịa - Vũng Tàu"}, {Agency: "P63-79", Name: "Hồ Chí Minh"}}},
		{"the day of the merger", "provinces", merger, []agency.Place{{Agency: "P-01", Name: "Hà Nội"}, {Agency: "P-22", Name: "Quảng Ninh"},
			{Agency: "P-46", Name: "Huế"}, {Agency: "P34-15", Name: "Lào Cai"}, {Agency: "P34-48", Name: "Đà Nẵng"}, {Agency: "P34-79", Name: "Hồ Chí Minh"}}},
		{"a union with its special part", "ministries", ministry, []agency.Place{{Agency: "BYT", Name: "Bộ Y tế"},
			{Agency: "BCA", Name: "Bộ Công an", Special: true}, {Agency: "BTC", Name: "Bộ Tài chính"}}},
		{"no such block", "z", merger, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, dir.Members(tt.block, tt.on)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestDirectory_MembersOfOverlappingParts(t *testing.T) {
	d := catalogue()
	d.Blocks = append(d.Blocks, agency.Block{Code: "both", Owner: "VN", Union: []string{"provinces", "cities"}})
	places := agency.NewDirectory(d).Members("both", merger)
	n := 0
	for _, p := range places {
		if p.Agency == "P-01" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("Hà Nội sits %d times in the union", n)
	}
}

func TestDirectory_SameSet(t *testing.T) {
	dir := agency.NewDirectory(catalogue())
	for _, tt := range []struct {
		name, block string
		a, b        vi.Date
		want        bool
	}{
		{"across the merger", "provinces", 20250630, 20250701, false},
		{"before it", "provinces", 20240101, 20250630, true},
		{"after it", "provinces", 20250701, 20261231, true},
		{"a province that became a city is the same", "provinces", 20260831, 20260901, true},
		{"ministries across 01/03/2025", "ministries", 20250228, 20250301, false},
		{"ministries across the merger of provinces", "ministries", 20250630, 20250701, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if dir.SameSet(tt.block, tt.a, tt.b) != tt.want || dir.SameSet(tt.block, tt.b, tt.a) != tt.want {
				t.Errorf("want %v", tt.want)
			}
		})
	}
}

func TestDirectory_BlocksAndSuccession(t *testing.T) {
	dir := agency.NewDirectory(catalogue())
	if b, ok := dir.Block("special"); !ok || !b.Special {
		t.Error("block special")
	}
	if got := dir.BlockOf("BCA", merger); got != "special" {
		t.Errorf("block of BCA = %q", got)
	}
	if got := dir.BlockOf("P63-10", merger); got != "" {
		t.Errorf("block of an ended province = %q", got)
	}
	var preds []agency.ID
	for _, s := range dir.Predecessors("P34-15") {
		preds = append(preds, s.Pred)
	}
	if !slices.Equal(preds, []agency.ID{"P63-10", "P63-15"}) {
		t.Errorf("predecessors of Lào Cai = %v", preds)
	}
	if s := dir.Successors("P63-15"); len(s) != 1 || s[0].Succ != "P34-15" {
		t.Errorf("successors of Yên Bái = %v", s)
	}
}

func TestDirectory_Inside(t *testing.T) {
	dir := agency.NewDirectory(agency.Data{Versions: []agency.Version{
		{Agency: "VN", From: vi.OpenFrom, To: vi.OpenTo},
		{Agency: "OLD", From: vi.OpenFrom, To: 20250630, Parent: "VN"},
		{Agency: "SO", From: 20200101, To: 20250630, Parent: "OLD"},
		{Agency: "SO", From: 20250701, To: vi.OpenTo, Parent: "NEW"},
		{Agency: "NEW", From: 20250701, To: vi.OpenTo, Parent: "VN"},
		{Agency: "A", From: vi.OpenFrom, To: vi.OpenTo, Parent: "B"},
		{Agency: "B", From: vi.OpenFrom, To: vi.OpenTo, Parent: "A"},
	}})
	for _, tt := range []struct {
		id, root agency.ID
		d        vi.Date
		want     bool
	}{
		{"SO", "SO", 20260101, true},
		{"SO", "NEW", 20260101, true},
		{"SO", "OLD", 20260101, false},
		{"SO", "OLD", 20250101, true},
		{"SO", "VN", 20260101, true},
		{"OLD", "VN", 20260101, true}, // gone, but its papers have not
		{"NEW", "SO", 20260101, false},
		{"X", "VN", 20260101, false},
		{"", "", 20260101, false},
		{"A", "VN", 20260101, false}, // a circle ends
	} {
		if got := dir.Inside(tt.id, tt.root, tt.d); got != tt.want {
			t.Errorf("Inside(%q, %q, %s) = %v", tt.id, tt.root, tt.d, got)
		}
	}
}
