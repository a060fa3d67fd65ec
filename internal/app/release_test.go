package app_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/app/receive"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/vi"
)

// holder is somebody with a role at an agency.
func holder(name string, account int64, role access.Role, at agency.ID) access.Actor {
	return access.Actor{Account: account, Name: name, FullName: name, Agency: at,
		Grants: []access.Grant{{Role: role, Agency: at, From: vi.OpenFrom, To: vi.OpenTo}}}
}

const (
	secret = "73.19" // a figure that nobody has published, as JSON and CSV print it …
	hidden = "73,19" // … and people
)

// everything asks every use case that gives figures away for everything it has, in a view, and returns the answers as text.
func everything(t *testing.T, f *fixture, view ledger.View) map[string]string {
	t.Helper()
	ctx := t.Context()
	out := map[string]string{}
	keep := func(name string, v any, err error) {
		if err != nil {
			out[name] = fault.Sentence(err)
			return
		}
		out[name] = dumped(reflect.ValueOf(v), 0)
	}
	for _, source := range []string{"", "reported", "appraised"} {
		q := figures.RankingQuery{Code: "CPS18", Period: "2026-Q3", Source: source, View: view}
		r, err := f.Ranking(ctx, q)
		keep("ranking "+source, r, err)
		var b bytes.Buffer
		err = f.Report(ctx, publish.ReportQuery{Period: "2026-Q3", Codes: []string{"CPS18"}, Source: source, View: view}, &b)
		keep("report "+source, sheets(t, b.Bytes()), err)
		heat, err := f.Heat(ctx, q)
		keep("heat "+source, heat, err)
		deltas, err := f.Deltas(ctx, q)
		keep("deltas "+source, deltas, err)
		next := figures.RankingQuery{Code: "CPS18", Period: "2026-Q4", Source: source, View: view}
		r, err = f.Ranking(ctx, next)
		keep("the ranking after "+source, r, err)
		analysis, err := f.Analyse(ctx, figures.AnalysisQuery{RankingQuery: q, Agency: "P-01"})
		keep("analysis "+source, analysis, err)
	}
	r, err := f.Ranking(ctx, figures.RankingQuery{Code: "CPS18", View: view})
	keep("latest ranking", r, err)
	var b bytes.Buffer
	err = f.Report(ctx, publish.ReportQuery{Period: "2026-Q3", View: view}, &b)
	keep("whole report", sheets(t, b.Bytes()), err)
	o, err := f.Overview(ctx, figures.OverviewQuery{View: view})
	keep("overview", o, err)
	for _, id := range []agency.ID{"P-01", "P34-48"} {
		v, err := f.Agency(ctx, figures.AgencyQuery{Agency: id, View: view})
		keep("agency "+string(id), v, err)
		sheet, err := f.Sheet(ctx, figures.SheetQuery{Agency: id, View: view})
		keep("sheet "+string(id), sheet, err)
		trend, err := f.Trend(ctx, figures.TrendQuery{Agency: id, Code: "CPS18", View: view})
		keep("trend "+string(id), trend, err)
		_, across, err := f.Across(ctx, id, view)
		keep("across "+string(id), across, err)
	}
	live, err := f.Agency(ctx, figures.AgencyQuery{Agency: "P-01", View: ledger.Live})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range live.Series {
		for _, p := range s.Points {
			if p.Period.Key == "2026-Q3" {
				e, err := f.Evidence(ctx, p.Observation, view)
				keep(fmt.Sprint("evidence ", s.Source), e, err)
			}
		}
	}
	return out
}

// sheets returns the text of every cell of a workbook.
func sheets(t *testing.T, data []byte) string {
	t.Helper()
	if len(data) == 0 {
		return ""
	}
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	var b strings.Builder
	for _, sheet := range x.GetSheetList() {
		rows, err := x.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			b.WriteString(strings.Join(r, "\t") + "\n")
		}
	}
	return b.String()
}

// dumped prints everything that can be reached from a value.
func dumped(v reflect.Value, depth int) string {
	if depth > 12 || !v.IsValid() {
		return ""
	}
	if v.CanInterface() {
		switch x := v.Interface().(type) {
		case vi.NullDecimal:
			return x.String() + " "
		case time.Time:
			return ""
		case fmt.Stringer:
			return x.String() + " "
		}
	}
	var b strings.Builder
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			b.WriteString(dumped(v.Elem(), depth+1))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			b.WriteString(dumped(v.Field(i), depth+1))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			b.WriteString(dumped(v.Index(i), depth+1))
		}
	case reflect.Map:
		var entries []string
		for _, k := range v.MapKeys() {
			entries = append(entries, dumped(k, depth+1)+dumped(v.MapIndex(k), depth+1))
		}
		slices.Sort(entries) // a map has no order
		b.WriteString(strings.Join(entries, ""))
	case reflect.String:
		return v.String() + " "
	}
	return b.String()
}

func leaks(answers map[string]string, texts ...string) (out []string) {
	for name, text := range answers {
		for _, s := range texts {
			if strings.Contains(text, s) {
				out = append(out, name+": "+s)
			}
		}
	}
	return out
}

// Nothing that an agency reported can be read before it is released, whichever way somebody asks; all of it can after; and what is
// corrected afterwards waits for the next release.
func TestRelease(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		lan, minh := holder("lan", 101, access.Office, agency.Nation), holder("minh", 102, access.Office, agency.Nation)
		empty := everything(t, f, ledger.Released)
		f.load(t, tidy+"Hà Nội,CPS18,2026-Q3,7319,10000\nĐà Nẵng,CPS18,2026-Q3,1,2\n", named("bi-mat.csv"))
		if got := leaks(everything(t, f, ledger.Live), secret, "bi-mat.csv"); len(got) < 8 {
			t.Errorf("seen live only in %q", got)
		}
		before := everything(t, f, ledger.Released)
		if got := leaks(before, secret, hidden, "bi-mat.csv", "7319"); len(got) > 0 {
			t.Errorf("leaked before the release: %q", got)
		}
		for name, text := range empty { // nor whether there is anything
			if before[name] != text {
				t.Errorf("%s tells that something was reported:\nwithout %.300s\nwith    %.300s", name, text, before[name])
			}
		}
		if got := leaks(everything(t, f, ledger.LiveOf("P34-48")), secret, hidden, "7319"); len(got) > 0 {
			t.Errorf("the office of a province sees of the nation's blocks %q", got)
		}
		own := everything(t, f, ledger.Own("P-01"))
		if got := leaks(own, secret); len(got) == 0 {
			t.Error("an agency does not see its own figures")
		}
		if got := leaks(everything(t, f, ledger.Own("P34-48")), secret, "7319"); len(got) > 0 {
			t.Errorf("a neighbour sees %q", got)
		}

		first := f.release(t, lan, minh, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Provisional, Number: "12/TB-BKHCN", Day: 20261121})
		after := everything(t, f, ledger.Released)
		if got := leaks(after, secret); len(got) < 8 {
			t.Errorf("seen after the release only in %q", got)
		}
		shown, err := f.Ranking(ctx, figures.RankingQuery{Code: "CPS18", Period: "2026-Q3"})
		if err != nil || shown.Table.Release == nil || shown.Table.Release.Number != "12/TB-BKHCN" || shown.Table.Release.Final || len(shown.Table.Rows) != 2 {
			t.Fatalf("%+v %v", shown, err)
		}

		f.load(t, tidy+"Hà Nội,CPS18,2026-Q3,7455,10000\nHuế,CPS18,2026-Q3,99,100\n", named("dinh-chinh.csv"))
		if got := leaks(everything(t, f, ledger.Released), "74.55", "7455", "dinh-chinh.csv"); len(got) > 0 {
			t.Errorf("a correction leaked before the next release: %q", got)
		}
		second := f.release(t, lan, minh, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Final, Number: "15/TB-BKHCN", Day: 20261122})
		v, err := f.Release(ctx, lan, second)
		if err != nil || v.Supersedes != first || !v.Shown || len(v.Differences) != 3 {
			t.Fatalf("%+v %v", v, err)
		}
		corrected := 0
		for _, d := range v.Differences {
			if d.AgencyName == "Hà Nội" && d.Before.Value.String() == secret && d.After.Value.String() == "74.55" && d.Before.Rank == 1 && d.After.Rank == 2 && d.Figure {
				corrected++
			}
		}
		if corrected != 1 {
			t.Errorf("differences %+v", v.Differences)
		}
		old, err := f.Release(ctx, lan, first)
		if err != nil || old.Shown || len(leaks(map[string]string{"frozen": dumped(reflect.ValueOf(old.Tables), 0)}, "74.55")) > 0 {
			t.Errorf("the first release changed: %+v %v", old, err)
		}
		if got := leaks(everything(t, f, ledger.Released), "74.55"); len(got) < 8 {
			t.Errorf("the correction is seen only in %q", got)
		}
		asOf := f.rank(t, figures.RankingQuery{Code: "CPS18", Period: "2026-Q3", View: ledger.Released, AsOf: old.Since().Add(time.Microsecond)})
		if asOf.Release == nil || asOf.Release.ID != first || row(t, asOf, "Hà Nội").Value.String() != secret {
			t.Errorf("as of the first release: %+v", asOf.Release)
		}
	})
}

func named(name string) func(*receive.Request) {
	return func(r *receive.Request) { r.Files[0].Name = name }
}

// release drafts and approves a release.
func (f *fixture) release(t *testing.T, maker, approver access.Actor, req publish.ReleaseRequest) int64 {
	t.Helper()
	id, err := f.MakeRelease(t.Context(), maker, req)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.ApproveRelease(t.Context(), maker, id, 1); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("who made it approved it: %v", err)
	}
	if err := f.ApproveRelease(t.Context(), approver, id, 1); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestRelease_Embargo(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	lan, minh := holder("lan", 101, access.Office, agency.Nation), holder("minh", 102, access.Office, agency.Nation)
	f.load(t, tidy+"Hà Nội,CPS18,2026-Q3,7319,10000\n")
	end := f.clock.now.Add(24 * time.Hour)
	id := f.release(t, lan, minh, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Final, Number: "1/TB", Day: 20261121, Embargo: end})
	if got := leaks(everything(t, f, ledger.Released), secret); len(got) > 0 {
		t.Errorf("leaked under the embargo: %q", got)
	}
	viewer := holder("xem", 103, access.Committee, "P34-48")
	if _, err := f.Release(t.Context(), viewer, id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the release itself is seen under the embargo: %v", err)
	}
	if all, err := f.Releases(t.Context(), viewer); err != nil || len(all) != 0 {
		t.Errorf("… and listed: %v %v", all, err)
	}
	jobs, err := f.JobList(t.Context(), 5)
	if err != nil || len(jobs) != 1 || !jobs[0].Due.Equal(end) {
		t.Errorf("nothing will empty the kept pages: %+v %v", jobs, err)
	}
	f.clock.now = end
	if got := leaks(everything(t, f, ledger.Released), secret); len(got) < 8 {
		t.Errorf("after the embargo seen only in %q", got)
	}
	if v, err := f.Release(t.Context(), viewer, id); err != nil || v.Made.Name != "" || v.MayEdit || v.MaySign {
		t.Errorf("%+v %v", v, err)
	}
}

func TestRelease_Objections(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	lan, minh := holder("lan", 101, access.Office, agency.Nation), holder("minh", 102, access.Office, agency.Nation)
	hanoi, danang := holder("ha-noi", 103, access.Reporter, "P-01"), holder("da-nang", 104, access.Reporter, "P34-48")
	f.load(t, tidy+"Hà Nội,CPS18,2026-Q3,7319,10000\nĐà Nẵng,CPS18,2026-Q3,1,2\n")
	id, err := f.MakeRelease(ctx, lan, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Final, Codes: []string{"CPS18"}, Number: "1/TB", Day: 20261121})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.DraftScores(ctx, hanoi, id, "P-01"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a draft that was not shown: %v", err)
	}
	if err := f.OpenObjections(ctx, lan, id, 1, 3); err != nil {
		t.Fatal(err)
	}
	d, err := f.DraftScores(ctx, hanoi, id, "P-01")
	if err != nil || len(d.Lines) != 1 || d.Lines[0].Rank != 1 || d.Lines[0].Of != 2 || d.MayObject != nil {
		t.Fatalf("%+v %v", d, err)
	}
	if _, err := f.DraftScores(ctx, hanoi, id, "P34-48"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the neighbour's draft: %v", err)
	}
	for name, tt := range map[string]struct {
		who  access.Actor
		o    filing.Objection
		want fault.Kind
	}{
		"for the neighbour":    {danang, filing.Objection{Release: id, Agency: "P-01", Text: "sai"}, fault.Forbidden},
		"nothing":              {hanoi, filing.Objection{Release: id, Agency: "P-01", Text: " \u00a0"}, fault.Invalid},
		"another indicator":    {hanoi, filing.Objection{Release: id, Agency: "P-01", Code: "CPS08", Text: "sai"}, fault.Invalid},
		"a viewer does not":    {holder("xem", 105, access.Committee, "P-01"), filing.Objection{Release: id, Agency: "P-01", Text: "sai"}, fault.Forbidden},
		"the agency's own one": {hanoi, filing.Objection{Release: id, Agency: "P-01", Code: "CPS18", Text: "Thiếu 120 hồ sơ <b>của</b> quý III"}, ""},
	} {
		if err := f.ObjectTo(ctx, tt.who, tt.o); fault.KindOf(err) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	v, err := f.Release(ctx, minh, id)
	if err != nil || len(v.Objections) != 1 || v.Objections[0].AgencyName != "Hà Nội" || !v.MaySign {
		t.Fatalf("%+v %v", v, err)
	}
	if err := f.ApproveRelease(ctx, minh, id, v.Version); fault.KindOf(err) != fault.Conflict || !strings.Contains(fault.Sentence(err), "còn được nêu ý kiến") {
		t.Errorf("approved while agencies may object: %v", err)
	}
	f.clock.now = f.clock.now.Add(4 * 24 * time.Hour)
	if err := f.ObjectTo(ctx, hanoi, filing.Objection{Release: id, Agency: "P-01", Text: "muộn"}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("objected too late: %v", err)
	}
	if err := f.ApproveRelease(ctx, minh, id, v.Version); fault.KindOf(err) != fault.Conflict || !strings.Contains(fault.Sentence(err), "1 ý kiến") {
		t.Errorf("approved without an answer: %v", err)
	}
	if err := f.AnswerObjection(ctx, hanoi, id, v.Objections[0].ID, filing.Accepted, "vâng"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an agency answered: %v", err)
	}
	if err := f.AnswerObjection(ctx, lan, id, v.Objections[0].ID, filing.Rejected, "Hồ sơ thuộc quý IV"); err != nil {
		t.Fatal(err)
	}
	if err := f.AnswerObjection(ctx, minh, id, v.Objections[0].ID, filing.Accepted, "vâng"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("answered twice: %v", err)
	}
	if err := f.ApproveRelease(ctx, minh, id, v.Version); err != nil {
		t.Error(err)
	}
	notices, err := f.Notices(context.WithoutCancel(ctx), []agency.ID{"P-01"}, 103, 10)
	if err != nil || len(notices) != 2 || notices[0].Kind != "objection_answered" || notices[1].Kind != "draft_release" {
		t.Errorf("%+v %v", notices, err)
	}
	if problems, err := f.Verify(ctx); err != nil || len(problems) > 0 {
		t.Errorf("%q %v", problems, err)
	}
}

func TestRelease_Refused(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	lan := holder("lan", 101, access.Office, agency.Nation)
	f.load(t, tidy+"Hà Nội,CPS18,2026-Q3,7319,10000\n")
	good := publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Final, Codes: []string{"CPS18"}}
	for name, tt := range map[string]struct {
		who    access.Actor
		change func(*publish.ReleaseRequest)
		want   fault.Kind
	}{
		"nobody":              {access.Actor{}, nil, ""},
		"a reporter":          {holder("r", 1, access.Reporter, agency.Nation), nil, fault.Forbidden},
		"a provincial office": {holder("p", 2, access.Office, "P-01"), nil, fault.Forbidden},
		"no period":           {lan, func(r *publish.ReleaseRequest) { r.Period = "" }, fault.Invalid},
		"an empty period":     {lan, func(r *publish.ReleaseRequest) { r.Period, r.Codes = "2026-Q1", nil }, fault.Invalid},
		"no kind":             {lan, func(r *publish.ReleaseRequest) { r.Kind = "" }, fault.Invalid},
		"an unknown code":     {lan, func(r *publish.ReleaseRequest) { r.Codes = []string{"NONE"} }, fault.NotFound},
		"an unknown regime":   {lan, func(r *publish.ReleaseRequest) { r.Codes, r.Regime = nil, "none" }, fault.NotFound},
		"an unknown owner":    {lan, func(r *publish.ReleaseRequest) { r.Owner = "none" }, fault.NotFound},
	} {
		req := good
		if tt.change != nil {
			tt.change(&req)
		}
		_, err := f.MakeRelease(t.Context(), tt.who, req)
		if tt.want == "" && err == nil || tt.want != "" && fault.KindOf(err) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	id, err := f.MakeRelease(t.Context(), lan, good)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.ChangeRelease(t.Context(), lan, id, 9, good); fault.KindOf(err) != fault.Conflict {
		t.Errorf("changed what was not seen: %v", err)
	}
	if err := f.ChangeRelease(t.Context(), lan, id, 1, good); err != nil {
		t.Error(err)
	}
	if err := f.WithdrawRelease(t.Context(), lan, id, 2, ""); err != nil {
		t.Error(err)
	}
	if err := f.ApproveRelease(t.Context(), holder("minh", 102, access.Office, agency.Nation), id, 3); fault.KindOf(err) != fault.Conflict {
		t.Errorf("approved what was withdrawn: %v", err)
	}
}

// An office that is narrowed to a regime drafts, opens and reads releases of what that regime asks for, and of nothing else.
func TestRelease_narrowOffice(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.load(t, tidy+"Huế,CPS18,2026-Q3,95,100,,\nĐà Nẵng,CPS18,2026-Q3,90,100,,\n")
	narrow := func(scope string) access.Actor {
		a := holder(scope, 7, access.Office, agency.Nation)
		a.Grants[0].Scope = scope
		return a
	}
	quarterly, other := narrow("CDS_Q"), narrow("DA06_M")
	ask := publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Provisional, Regime: "CDS_Q", Number: "1/TB", Day: 20261120}
	id, err := f.MakeRelease(t.Context(), quarterly, ask)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := f.Release(t.Context(), quarterly, id); err != nil || !v.MayEdit {
		t.Errorf("its own release: %v", err)
	}
	if mine, err := f.Releases(t.Context(), quarterly); err != nil || len(mine) != 1 {
		t.Errorf("%d releases, %v", len(mine), err)
	}
	_, err = f.Release(t.Context(), other, id)
	kind(t, "the draft of another office", err, fault.NotFound)
	ask.Codes, ask.Regime = []string{"CPS18"}, "DA06_M"
	_, err = f.MakeRelease(t.Context(), other, ask)
	kind(t, "an indicator of another regime", err, fault.Forbidden)
}
