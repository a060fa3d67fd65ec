package app_test

import (
	"strings"
	"testing"

	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/fault"
)

const warned = "Đơn vị,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số,Tỷ lệ,Ghi chú\n" +
	"Hà Nội,CPS18,2026-Q3,1,2,52,\n" +
	"Huế,CPS18,2026-Q3,1,4,27,số làm tròn theo văn bản\n" +
	"Đà Nẵng,CPS18,2026-Q3,3,4,75,\n" +
	"Cần Thơ,CPS18,2026-Q3,,,,\n"

// evidenceOf returns what stands behind the newest figure of an agency.
func evidenceOf(t *testing.T, f *fixture, agency, indicator string) figures.EvidenceLine {
	t.Helper()
	v, err := f.Ranking(t.Context(), figures.RankingQuery{Code: indicator, Period: "2026-Q3", Source: "reported", View: ledger.Live})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range v.Table.Rows {
		if string(r.Agency) != agency {
			continue
		}
		e, err := f.Evidence(t.Context(), r.Observation, ledger.Live)
		if err != nil {
			t.Fatal(err)
		}
		return e.History[0]
	}
	t.Fatalf("%s is not ranked", agency)
	return figures.EvidenceLine{}
}

// Warnings are confirmed with a line for each kind, kept and shown behind the figure. A note of the
// row is a line already.
func TestConfirmUpload_explanations(t *testing.T) {
	f := seeded(t)
	id := upload(t, f, "a.csv", []byte(warned))
	v, err := f.Upload(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if n, kinds := check.Unexplained(v.Result.Findings); n != 2 || kinds != 2 {
		t.Fatalf("%d warnings of %d kinds: %+v", n, kinds, v.Result.Findings)
	}
	for _, said := range []check.Explanations{nil, {check.RateMismatch: "sai"}, {check.RateMismatch: "sai", check.MissingFigure: " . "}} {
		_, err := f.ConfirmUpload(t.Context(), id, "can-bo", v.Token, said)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(fault.Sentence(err), "giải trình") {
			t.Fatalf("%v: %v", said, err)
		}
	}
	if _, err := f.ConfirmUpload(t.Context(), id, "can-bo", v.Token, check.Explanations{check.RateMismatch: strings.Repeat("a", 501)}); fault.KindOf(err) != fault.Invalid {
		t.Fatalf("too long: %v", err)
	}
	said := check.Explanations{check.RateMismatch: "Tỷ lệ cũ, tử mẫu đã rà soát", check.MissingFigure: "Cần Thơ báo cáo sau"}
	done, err := f.ConfirmUpload(t.Context(), id, "can-bo", v.Token, said)
	if err != nil || !done.Accepted || done.Result.Observations.New != 3 {
		t.Fatalf("%+v %v", done, err)
	}
	if n, _ := check.Unexplained(done.Result.Findings); n != 0 || len(done.Result.Findings) != 3 {
		t.Errorf("the accepted file: %+v", done.Result.Findings)
	}
	for agency, want := range map[string]string{
		"P-01":   "F2 Tỷ lệ cũ, tử mẫu đã rà soát",
		"P-46":   "F3 số làm tròn theo văn bản",
		"P34-48": "",
	} {
		var got []string
		for _, w := range evidenceOf(t, f, agency, "CPS18").Warnings {
			if !w.Whole {
				got = append(got, w.Cell+" "+w.Explanation)
			}
		}
		if s := strings.Join(got, ";"); s != want {
			t.Errorf("%s: %q, want %q", agency, s, want)
		}
	}
}

// The command line takes warnings without a word, or with one for all of them.
func TestImport_explain(t *testing.T) {
	f := seeded(t)
	req := receive.Request{Account: "cli", Explain: "bảng đã công bố", Files: []ledger.ImportFile{{Name: "a.csv", Data: []byte(warned)}}}
	res, err := f.Import(t.Context(), req)
	if err != nil || !res.Accepted {
		t.Fatalf("%+v %v", res, err)
	}
	if w := evidenceOf(t, f, "P-01", "CPS18").Warnings; len(w) == 0 || w[len(w)-1].Explanation != "bảng đã công bố" {
		t.Errorf("%+v", w)
	}
	req.Explain = ""
	req.Files[0].Data = []byte(strings.Replace(warned, "Nội,CPS18,2026-Q3,1,2", "Nội,CPS18,2026-Q3,2,3", 1))
	if res, err = f.Import(t.Context(), req); err != nil || !res.Accepted {
		t.Fatalf("%+v %v", res, err)
	}
	if w := evidenceOf(t, f, "P-01", "CPS18").Warnings; len(w) == 0 || w[len(w)-1].Explanation != "" || w[len(w)-1].Cell != "F2" {
		t.Errorf("%+v", w)
	}
}
