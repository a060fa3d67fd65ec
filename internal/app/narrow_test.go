package app_test

import (
	"context"
	"strings"
	"testing"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/tasks"
	"chiso/internal/fault"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// An office that is narrowed to a programme sees and decides the tasks of that programme, and no other's.
func TestTasks_narrowOffice(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.register(t, registerHead+
		"A,Việc của đề án,Đề án 06,Bộ Y tế,Hà Nội,Nguyễn Văn A,01/4/2025,30/6/2025,30/6/2025,\n"+
		"B,Việc của nghị quyết,NQ 71,Bộ Tư pháp,,Trần Thị B,01/4/2025,30/6/2026,30/6/2026,\n")
	narrow := access.With(t.Context(), access.Actor{Account: 9, Name: "bca", Agency: "BCA", Grants: []access.Grant{
		{Role: access.Office, Agency: agency.Nation, Scope: "de_an_06", From: vi.OpenFrom, To: vi.OpenTo}}})
	office := actor(t, "office", access.Office, agency.Nation)
	for _, q := range []tasks.Query{{}, {Programmes: []string{"nq_71"}}, {Programmes: []string{"ket_luan"}}} {
		list, err := f.Tasks(narrow, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list.Lines {
			if l.Code != "A" {
				t.Errorf("%v: it reads %s", q, l.Code)
			}
		}
		if len(q.Programmes) == 0 && len(list.Lines) != 1 {
			t.Errorf("its own: %+v", list.Lines)
		}
	}
	_, err := f.TaskTimeline(narrow, "B", tasks.Query{})
	kind(t, "the task of another programme", err, fault.NotFound)
	for code, want := range map[string]fault.Kind{"A": "", "B": fault.Forbidden} {
		line, err := f.TaskTimeline(office, code, tasks.Query{})
		if err != nil {
			t.Fatal(err)
		}
		kind(t, "deciding "+code, f.UndoCompletion(narrow, line.Parts[0].ID, "Chưa đạt"), want)
	}
	late, err := f.OverdueTasks(narrow, tasks.Query{})
	if err != nil || len(late.Lines) != 1 || late.Lines[0].Code != "A" {
		t.Errorf("what is late: %+v %v", late, err)
	}
}

// A unit's administrator does not make himself the one who prepares and signs, and moves no seat of the office.
func TestUnitAdmin_noWayUp(t *testing.T) {
	f := seeded(t)
	unit, self := f.person(t, "qt", agency.Nation, access.UnitAdmin)
	for _, role := range []access.Role{access.Reporter, access.Approver} {
		err := f.AddGrant(unit, self, access.Grant{Role: role, Agency: agency.Nation, From: 20260101, To: vi.OpenTo})
		if kind(t, "a role for oneself", err, fault.Forbidden); err != nil && !strings.Contains(fault.Sentence(err), "tự giao") {
			t.Error(err)
		}
	}
	_, office := f.person(t, "van-phong", agency.Nation, access.Office)
	_, friend := f.person(t, "ban", agency.Nation, access.Reporter)
	f.OnHandOver(func(context.Context, *store.Tx, int64, int64) (int, error) { return 1, nil })
	for _, pair := range [][2]int64{{office, self}, {office, friend}, {friend, office}} {
		_, err := f.HandOver(unit, pair[0], pair[1], "x")
		kind(t, "the office's seats", err, fault.Forbidden)
	}
	if _, err := f.HandOver(unit, friend, self, "Chuyển công tác"); err != nil {
		t.Error(err)
	}
}
