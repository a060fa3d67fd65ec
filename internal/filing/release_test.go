package filing

import (
	"strings"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

var noon = time.Date(2026, 10, 20, 5, 0, 0, 0, time.UTC)

func draft() Release {
	return Release{ID: 1, Owner: "VN", Period: kpi.MustPeriod("2026-Q3"), Kind: Provisional, Codes: []string{"CPS18"}, State: ReleaseDraft, Version: 3, Revision: 7,
		Number: "12/TB-BKHCN", Day: 20261020, Made: Decision{Account: 1, Name: "lan"}}
}

func TestRelease_Approve(t *testing.T) {
	by := Decision{Account: 2, Name: "minh", At: noon}
	answered := []Objection{{ID: 1, Verdict: Rejected}}
	for name, tt := range map[string]struct {
		change     func(*Release)
		by         Decision
		seen       int64
		objections []Objection
		want       fault.Kind
		says       string
	}{
		"by another person":            {nil, by, 3, answered, "", ""},
		"by who made it":               {nil, Decision{Account: 1, Name: "lan", At: noon}, 3, nil, fault.Forbidden, "không được tự phê duyệt"},
		"by the same name":             {nil, Decision{Account: 9, Name: "lan", At: noon}, 3, nil, fault.Forbidden, "không được tự phê duyệt"},
		"another version was seen":     {nil, by, 2, nil, fault.Conflict, "đã thay đổi"},
		"without a number":             {func(r *Release) { r.Number = " " }, by, 3, nil, fault.Invalid, "thiếu số văn bản"},
		"without a day":                {func(r *Release) { r.Day = 0 }, by, 3, nil, fault.Invalid, "thiếu ngày văn bản"},
		"while agencies may object":    {func(r *Release) { r.ObjectionsUntil = 20261020 }, by, 3, nil, fault.Conflict, "đến hết ngày 20/10/2026"},
		"when that is over":            {func(r *Release) { r.ObjectionsUntil = 20261019 }, by, 3, answered, "", ""},
		"with an unanswered objection": {nil, by, 3, []Objection{{ID: 1}, answered[0]}, fault.Conflict, "1 ý kiến chưa trả lời"},
		"twice":                        {func(r *Release) { r.State = ReleaseApproved }, by, 3, nil, fault.Conflict, "không sửa được"},
		"after it was withdrawn":       {func(r *Release) { r.State = ReleaseWithdrawn }, by, 3, nil, fault.Conflict, "không sửa được"},
	} {
		r := draft()
		if tt.change != nil {
			tt.change(&r)
		}
		next, err := r.Approve(tt.by, tt.seen, tt.objections)
		if fault.KindOf(err) != tt.want || !strings.Contains(fault.Sentence(err), tt.says) && tt.want != "" {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && (next.State != ReleaseApproved || next.Version != 4 || next.Decided != tt.by || !next.Effective(noon)) {
			t.Errorf("%s: %+v", name, next)
		}
	}
}

func TestRelease_Withdraw(t *testing.T) {
	r := draft()
	next, err := r.Withdraw(Decision{Account: 1, Name: "lan", At: noon}, 3, "")
	if err != nil || next.State != ReleaseWithdrawn || next.Effective(noon) {
		t.Errorf("%+v %v", next, err)
	}
	if _, err := next.Withdraw(Decision{}, next.Version, ""); fault.KindOf(err) != fault.Conflict {
		t.Errorf("twice: %v", err)
	}
}

func TestLatest(t *testing.T) {
	approved := func(id int64, at time.Time, embargo time.Time, codes ...string) Release {
		r := draft()
		r.ID, r.State, r.Decided, r.Embargo, r.Codes = id, ReleaseApproved, Decision{Account: 2, At: at}, embargo, codes
		return r
	}
	all := []Release{
		approved(1, noon, time.Time{}, "A", "B"),
		approved(2, noon.Add(time.Hour), noon.Add(48*time.Hour), "A", "B", "C"),
		approved(3, noon.Add(2*time.Hour), time.Time{}, "A"),
		draft(),
	}
	for _, tt := range []struct {
		name  string
		owner agency.ID
		codes []string
		at    time.Time
		want  int64
	}{
		{"before any", "VN", []string{"A"}, noon.Add(-time.Second), 0},
		{"at the very moment", "VN", []string{"A"}, noon, 1},
		{"an embargo holds", "VN", []string{"C"}, noon.Add(47 * time.Hour), 0},
		{"and ends", "VN", []string{"C"}, noon.Add(48 * time.Hour), 2},
		{"the later one of two", "VN", []string{"A"}, noon.Add(3 * time.Hour), 3},
		{"an older one whose embargo ends later does not come back", "VN", []string{"A"}, noon.Add(49 * time.Hour), 3},
		{"one release must have them all", "VN", []string{"A", "B"}, noon.Add(3 * time.Hour), 1},
		{"another owner", "P34-48", []string{"A"}, noon.Add(3 * time.Hour), 0},
		{"a draft is none", "VN", []string{"CPS18"}, noon.Add(99 * time.Hour), 0},
		{"no codes", "VN", nil, noon.Add(99 * time.Hour), 0},
	} {
		got := int64(0)
		if r := Latest(all, tt.owner, tt.codes, "2026-Q3", tt.at); r != nil {
			got = r.ID
		}
		if got != tt.want {
			t.Errorf("%s: release %d, want %d", tt.name, got, tt.want)
		}
	}
	if r := Latest(all, "VN", []string{"A"}, "2026-Q2", noon.Add(99*time.Hour)); r != nil {
		t.Errorf("another period: %d", r.ID)
	}
}

func TestRelease_MayObject(t *testing.T) {
	r := draft()
	if err := r.MayObject(20261020); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a draft that was not shown: %v", err)
	}
	r.ObjectionsUntil = 20261020
	if err := r.MayObject(20261020); err != nil {
		t.Error(err)
	}
	if err := r.MayObject(20261021); fault.KindOf(err) != fault.Conflict {
		t.Errorf("too late: %v", err)
	}
}

func TestDifferences(t *testing.T) {
	row := func(id agency.ID, rank int, value int64) FrozenRow {
		return FrozenRow{Agency: id, Name: "Tỉnh " + string(id), Rank: rank, Value: vi.Some(vi.Int(value))}
	}
	table := func(code string, rows ...FrozenRow) FrozenTable {
		return FrozenTable{Code: code, Name: code, Block: "provinces", Source: "reported", Rows: rows}
	}
	silent := FrozenRow{Agency: "d", Name: "Tỉnh d", Reason: "Chưa báo cáo"}
	before := []FrozenTable{table("A", row("a", 1, 90), row("b", 2, 80), row("c", 3, 70), silent), table("GONE", row("a", 1, 5))}
	after := []FrozenTable{table("A", row("b", 1, 95), row("a", 2, 90), row("c", 3, 70), row("d", 4, 10)), table("NEW", row("a", 1, 6))}
	var got []string
	for _, d := range Differences(before, after) {
		kind := "rank"
		if d.Figure {
			kind = "figure"
		}
		got = append(got, strings.Join([]string{d.Code, string(d.Agency), kind}, " "))
		if d.Agency == "b" && d.Code == "A" && (d.Before.Value.String() != "80" || d.After.Value.String() != "95" || d.Before.Rank != 2 || d.After.Rank != 1) {
			t.Errorf("%+v", d)
		}
	}
	want := "A a rank, A b figure, A d figure, NEW a figure, GONE a figure"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	if d := Differences(before, before); len(d) != 0 {
		t.Errorf("the same against itself: %v", d)
	}
}
