package app_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/publish"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/job"
	"chiso/internal/kpi"
	"chiso/internal/store"
)

// meeting loads a quarter of two indicators for some agencies and a register of tasks, and returns who makes and who approves releases.
func meeting(t *testing.T, f *fixture) (lan, minh access.Actor) {
	t.Helper()
	f.load(t, tidy+"Hà Nội,CPS18,2026-Q3,80,100\nHuế,CPS18,2026-Q3,70,100\nĐà Nẵng,CPS18,2026-Q3,1,2\nBộ Tư pháp,CPS18,2026-Q3,9,10\nBộ Y tế,CPS18,2026-Q3,8,10\n"+
		"Hà Nội,CPS02,2026-Q3,50,100\nHuế,CPS02,2026-Q3,60,100\nĐà Nẵng,CPS02,2026-Q3,55,100\n")
	return holder("lan", 101, access.Office, agency.Nation), holder("minh", 102, access.Office, agency.Nation)
}

func first(t *testing.T, f *fixture, lan, minh access.Actor) int64 {
	t.Helper()
	return f.release(t, lan, minh, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Provisional, Number: "12/TB", Day: 20261121})
}

func (f *fixture) packed(t *testing.T, who access.Actor, q publish.PackQuery) []publish.PackWorkbook {
	t.Helper()
	all, err := f.PackWorkbooks(t.Context(), who, q, "")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The packs of a release are the same bytes on both engines. What is corrected later changes nothing in them, and the pack of the
// next release lists exactly what was corrected.
func TestPack_sameBytes(t *testing.T) {
	sums := map[string]string{}
	onBoth(t, func(t *testing.T, f *fixture) {
		lan, minh := meeting(t, f)
		one := first(t, f, lan, minh)
		before := map[string]string{}
		keep := func(when string, check func(name, sum string)) {
			two := &filing.PackSpec{Kind: filing.AgencyPack, Agencies: []agency.ID{"P-01", "P-46"}, Issuer: "Bộ Khoa học và Công nghệ"}
			for _, q := range []publish.PackQuery{{Name: "national", Release: one}, {Spec: two, Release: one}} {
				for _, w := range f.packed(t, lan, q) {
					check(w.Name, store.SHA256(w.Data))
				}
			}
		}
		keep("at once", func(name, sum string) {
			before[name] = sum
			if other, ok := sums[name]; ok && other != sum {
				t.Errorf("%s differs between the engines", name)
			}
			sums[name] = sum
		})
		if len(before) != 3 {
			t.Errorf("workbooks %v", before)
		}
		f.load(t, tidy+"Huế,CPS18,2026-Q3,95,100\n")
		two := f.release(t, lan, minh, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Final, Number: "15/TB", Day: 20261122})
		keep("after a correction", func(name, sum string) {
			if before[name] != sum {
				t.Errorf("%s changed after a correction", name)
			}
		})
		rows := sheetOf(t, f.packed(t, lan, publish.PackQuery{Name: "national", Release: two})[0].Data, "Thay đổi")
		var got []string
		for _, r := range rows {
			if len(r) > 7 && r[0] != "" && r[0] != "TT" {
				got = append(got, strings.Join(r[2:], "|"))
			}
		}
		if want := []string{"Hà Nội|80|1|80|2|Chỉ thay đổi hạng", "Huế|70|2|95|1|Số liệu"}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("differences %q, want %q", got, want)
		}
	})
}

func sheetOf(t *testing.T, data []byte, name string) [][]string {
	t.Helper()
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	rows, err := x.GetRows(name, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A release's pack shows what the release shows: nothing that is not in it, and nothing to whom it is not for.
func TestPack_guarded(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	lan, minh := meeting(t, f)
	id := f.release(t, lan, minh, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Provisional, Number: "12/TB", Day: 20261121, Codes: []string{"CPS02"}})
	f.load(t, tidy+"Huế,CPS02,2026-Q3,7319,10000\n")
	own := &filing.PackSpec{Kind: filing.AgencyPack, Agencies: []agency.ID{"P-46"}}
	for _, q := range []publish.PackQuery{{Name: "national", Release: id}, {Spec: own, Release: id}} {
		for _, w := range f.packed(t, lan, q) {
			if text := sheets(t, w.Data); strings.Contains(text, "CPS18") || strings.Contains(text, secret) {
				t.Errorf("%s shows what was not released", w.Name)
			}
		}
	}
	one := f.packed(t, lan, publish.PackQuery{Spec: &filing.PackSpec{Kind: filing.IndicatorPack, Codes: []string{"CPS02"}}, Release: id})
	if len(one) != 1 || len(sheetOf(t, one[0].Data, "CPS02")) < 5 || strings.Contains(sheets(t, one[0].Data), secret) {
		t.Errorf("the pack of one indicator: %d workbooks", len(one))
	}
	hanoi := holder("an", 103, access.Reporter, "P-01")
	for name, try := range map[string]func() error{
		"pack": func() error {
			_, err := f.PackWorkbooks(t.Context(), hanoi, publish.PackQuery{Name: "national", Release: id}, "")
			return err
		},
		"build": func() error {
			_, err := f.BuildPack(t.Context(), hanoi, publish.PackQuery{Name: "national", Release: id})
			return err
		},
		"list": func() error { _, err := f.Builds(t.Context(), hanoi, "", 0); return err },
	} {
		if err := try(); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s by an agency: %v", name, err)
		}
	}
	for want, q := range map[fault.Kind]publish.PackQuery{
		fault.NotFound: {Name: "không có", Release: id}, fault.Invalid: {Name: "national"}} {
		if _, err := f.PackWorkbooks(t.Context(), lan, q, ""); fault.KindOf(err) != want {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

// A building that is killed in the middle goes on where it stood: each file once, the same bytes as at one go; and a file can be told
// from a changed one.
func TestPack_resumed(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	lan, minh := meeting(t, f)
	id := first(t, f, lan, minh)
	build, err := f.BuildPack(t.Context(), lan, publish.PackQuery{Name: "agency", Release: id})
	if err != nil {
		t.Fatal(err)
	}
	run, kill := context.WithCancel(t.Context())
	stopped := 0
	err = f.RunPack(run, build, func(p job.Progress) {
		if p.Done == 20 {
			stopped = p.Total
			kill()
		}
	})
	half, herr := f.Build(t.Context(), lan, build)
	if err == nil || herr != nil || stopped != 56 || len(half.Files) != 20 || half.Finished() {
		t.Fatalf("killed: %v; %d of %d files, %v", err, len(half.Files), stopped, herr)
	}
	if _, _, err := f.BuildZip(t.Context(), lan, build); fault.KindOf(err) != fault.Conflict {
		t.Errorf("half an archive: %v", err)
	}
	f.load(t, tidy+"Huế,CPS18,2026-Q3,95,100\n") // meanwhile
	begun := 0
	if err := f.RunPack(t.Context(), build, func(p job.Progress) { begun++ }); err != nil {
		t.Fatal(err)
	}
	whole, err := f.Build(t.Context(), lan, build)
	if err != nil || begun != 36 || !whole.Finished() || len(whole.Files) != 56 {
		t.Fatalf("%d files made again, %d there, %v", begun, len(whole.Files), err)
	}
	for _, ord := range []int{1, 20, 21, 56} {
		x := whole.Files[ord-1]
		all, err := f.PackWorkbooks(t.Context(), lan, publish.PackQuery{Name: "agency", Release: id}, x.Agency)
		if err != nil || len(all) != 1 || x.Ord != ord || x.SHA256 != store.SHA256(all[0].Data) {
			t.Errorf("file %d: %+v, at one go %v", ord, x, err)
		}
	}
	checkFiles(t, f, lan, whole)
}

func checkFiles(t *testing.T, f *fixture, lan access.Actor, l *publish.BuildLine) {
	t.Helper()
	name, data, err := f.BuildFile(t.Context(), lan, l.ID, 1)
	if err != nil || name != l.Files[0].Name {
		t.Fatal(name, err)
	}
	c, err := f.VerifyFile(t.Context(), data)
	if err != nil || !c.Known || !c.Equal || c.Release != l.Release || c.Program != "test" || c.Revision != l.Revision {
		t.Errorf("a kept file: %+v, %v", c, err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	if err := x.SetCellValue("Mục lục", "B9", "khác"); err != nil {
		t.Fatal(err)
	}
	b, err := x.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	if c, err = f.VerifyFile(t.Context(), b.Bytes()); err != nil || c.Known || c.Equal || len(c.Differs) != 1 || c.Kept != name {
		t.Errorf("a changed file: %+v, %v", c, err)
	}
	own := holder("an", 104, access.Reporter, l.Files[0].Agency)
	if _, _, err := f.BuildFile(t.Context(), own, l.ID, 1); err != nil {
		t.Errorf("the agency cannot read its own pack: %v", err)
	}
	if _, _, err := f.BuildFile(t.Context(), own, l.ID, 2); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an agency reads the pack of another: %v", err)
	}
	if _, zipped, err := f.BuildZip(t.Context(), lan, l.ID); err != nil || !bytes.HasPrefix(zipped, []byte("PK")) {
		t.Errorf("archive: %v", err)
	}
}

// The sum of the agencies stands beside a published figure; who explains a gap does not agree to it; what is agreed to is printed, until
// the gap is another one.
func TestReconcile(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	lan, minh := meeting(t, f)
	const counts = "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Giá trị\n"
	f.load(t, counts+"Hà Nội,CPS03,2026-Q3,500\nHuế,CPS03,2026-Q3,400\nBộ Y tế,CPS03,2026-Q3,120\n")
	f.load(t, counts+"Cả nước,CPS03,2026-Q3,1002\n", func(r *receive.Request) { r.Source = kpi.Published })
	line := func() publish.GapLine {
		t.Helper()
		r, err := f.Reconcile(t.Context(), lan, 0, "2026-Q3")
		if err != nil || len(r.Lines) != 1 {
			t.Fatalf("%+v, %v", r, err)
		}
		return r.Lines[0]
	}
	l := line()
	if l.Printed != "18" || l.Counted != 3 || l.Of != 56 || l.Share.String() != "1.8" || len(l.Contributors) != 3 {
		t.Errorf("gap %+v", l)
	}
	note := filing.GapNote{Code: "CPS03", Block: "provinces", Explanation: "Hai tỉnh tính cả dịch vụ đã dừng.", Responsible: "Vụ A"}
	accept := func(who access.Actor, seen string) error {
		return f.AcceptGap(t.Context(), who, 0, "2026-Q3", "CPS03", "provinces", seen)
	}
	if err := accept(minh, "18"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("agreed without an explanation: %v", err)
	}
	if err := f.ExplainGap(t.Context(), lan, "2026-Q3", note); err != nil {
		t.Fatal(err)
	}
	if err := accept(lan, "18"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("agreed to by who explained it: %v", err)
	}
	if err := accept(minh, "17"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("agreed to another gap: %v", err)
	}
	if err := accept(minh, "18"); err != nil {
		t.Fatal(err)
	}
	printed := func() string {
		t.Helper()
		return fmt.Sprint(sheetOf(t, f.packed(t, lan, publish.PackQuery{Spec: &filing.PackSpec{Kind: filing.NationalPack, Sections: []string{"reconciliation"}}, Period: "2026-Q3"})[0].Data, "Đối chiếu"))
	}
	if got := printed(); !strings.Contains(got, "minh đồng ý công bố kèm chênh lệch") || !strings.Contains(got, "Vụ A") || !strings.Contains(got, "Hai tỉnh") {
		t.Errorf("printed %s", got)
	}
	f.load(t, counts+"Huế,CPS03,2026-Q3,410\n")
	if l := line(); !l.Stale || l.Printed != "28" || strings.Contains(printed(), "đồng ý công bố") {
		t.Errorf("agreed to still, though the gap is %s: %+v", l.Printed, l.Note)
	}
	if _, err := f.Reconcile(t.Context(), holder("an", 103, access.Reporter, "P-01"), 0, "2026-Q3"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("by an agency: %v", err)
	}
}
