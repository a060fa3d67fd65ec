package app_test

import (
	"slices"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/publish"
	"chiso/internal/app/receive"
	"chiso/internal/app/tasks"
	"chiso/internal/fault"
	"chiso/internal/filing"
)

// What a newcomer does to finish a release: press twice, write the number in afterwards, and stop what was found wrong in time.
func TestRelease_FinishedByANewcomer(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		lan, minh := meeting(t, f)
		f.load(t, "Đơn vị,Mã chỉ tiêu,Tử số,Mẫu số\nHà Nội,CPS01,60,100\nHuế,CPS01,70,100\n", func(req *receive.Request) { req.Period = "2026-Q3" })
		req := publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Provisional, Codes: []string{"CPS01"}, Embargo: f.clock.now.Add(6 * time.Hour)}
		id, err := f.MakeRelease(t.Context(), lan, req)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := f.MakeRelease(t.Context(), lan, req); err != nil || again != id {
			t.Errorf("two clicks made drafts %d and %d, %v", id, again, err)
		}
		v := show(t, f, lan, id)
		if len(v.Lacks) != 2 || v.Lacks[0] != "số văn bản" || v.Lacks[1] != "ngày văn bản" {
			t.Errorf("the draft says that it lacks %q", v.Lacks)
		}
		req.Title, req.Number, req.Day = v.Title, "15/TB-VPCP", 20261121
		if err := f.ChangeRelease(t.Context(), minh, id, v.Version, req); err != nil {
			t.Fatal(err)
		}
		v = show(t, f, minh, id)
		if v.Made.Name != lan.Name || v.Number != "15/TB-VPCP" || len(v.Lacks) != 0 || !v.MaySign {
			t.Errorf("number and day made their writer the maker: made by %s, may sign %v, lacks %q", v.Made.Name, v.MaySign, v.Lacks)
		}
		if err := f.ApproveRelease(t.Context(), minh, id, v.Version); err != nil {
			t.Fatal(err)
		}
		v = show(t, f, lan, id)
		if !v.MayWithdraw {
			t.Error("a release under embargo cannot be withdrawn")
		}
		for _, tt := range []struct {
			who    access.Actor
			reason string
			want   fault.Kind
		}{{minh, "Sai số liệu của Huế", fault.Forbidden}, {lan, " ", fault.Invalid}} {
			if err := f.WithdrawRelease(t.Context(), tt.who, id, v.Version, tt.reason); fault.KindOf(err) != tt.want {
				t.Errorf("withdrawn by %s with reason %q: %v", tt.who.Name, tt.reason, err)
			}
		}
		if err := f.WithdrawRelease(t.Context(), lan, id, v.Version, "Sai số liệu của Huế"); err != nil {
			t.Fatal(err)
		}
		f.clock.now = f.clock.now.Add(7 * time.Hour) // the hour at which it would have been shown
		_, err = f.Ranking(t.Context(), figures.RankingQuery{Code: "CPS01", Period: "2026-Q3"})
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("shown after it was withdrawn: %v", err)
		}
	})
}

// A release that is shown stays: what stood at any time can be read back.
func TestRelease_ShownIsNotWithdrawn(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		lan, minh := meeting(t, f)
		f.load(t, "Đơn vị,Mã chỉ tiêu,Tử số,Mẫu số\nHà Nội,CPS01,60,100\n", func(req *receive.Request) { req.Period = "2026-Q3" })
		id := f.release(t, lan, minh, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Provisional, Codes: []string{"CPS01"}, Number: "1/TB", Day: 20261121})
		if err := f.WithdrawRelease(t.Context(), lan, id, show(t, f, lan, id).Version, "Sai"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("withdrawn though shown: %v", err)
		}
	})
}

func show(t *testing.T, f *fixture, who access.Actor, id int64) *publish.ReleaseView {
	t.Helper()
	v, err := f.Release(t.Context(), who, id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Task figures that were recorded after a release are said on it: they are counted at a cut-off of their own.
func TestRelease_TasksNewer(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	lan, minh := holder("lan", 101, access.Office, agency.Nation), holder("minh", 102, access.Office, agency.Nation)
	f.register(t, registerHead+"DA06-1,Nhiệm vụ một,Đề án 06,Bộ Y tế,,,06/01/2022,30/9/2026,,\n")
	record := func() {
		t.Helper()
		if _, err := f.RecordTasks(access.With(t.Context(), lan), agency.Nation, "2026-Q3"); err != nil {
			t.Fatal(err)
		}
	}
	record()
	id := f.release(t, lan, minh, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Provisional, Number: "1/TB", Day: 20261121})
	if n := show(t, f, lan, id).NewerTasks; n != 0 {
		t.Errorf("%d task figures are newer than the release that was just made", n)
	}
	f.register(t, registerHead+"DA06-1,Nhiệm vụ một,Đề án 06,Bộ Y tế,,,06/01/2022,30/9/2026,29/9/2026,\n")
	if n := show(t, f, lan, id).NewerTasks; n != 0 {
		t.Errorf("%d figures are newer though nobody recorded the quarter again", n)
	}
	record()
	if n := show(t, f, lan, id).NewerTasks; n == 0 {
		t.Error("the release does not say that task figures are newer")
	}
	if n := show(t, f, holder("xem", 103, access.Committee, agency.Nation), id).NewerTasks; n != 0 {
		t.Errorf("a reader is told of %d figures that are not released", n)
	}
	if rows, err := f.TasksRecorded(access.With(t.Context(), lan)); err != nil || len(rows) == 0 || !slices.ContainsFunc(rows, func(r tasks.RecordedTasks) bool { return r.Period.Key == "2026-Q3" && r.Figures > 0 }) {
		t.Errorf("recorded periods: %+v, %v", rows, err)
	}
	if _, err := f.TasksRecorded(actor(t, "r", access.Reporter, "BYT")); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a reporter: %v", err)
	}
}
