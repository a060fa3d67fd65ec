package filing

import (
	"slices"
	"strings"
	"testing"

	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/vi"
)

func TestComplete(t *testing.T) {
	value := kpi.Figure{State: kpi.Value, Value: vi.Some(vi.Int(3))}
	cells := []Cell{
		{Definition: 1, Figure: value},
		{Definition: 2, Figure: kpi.Figure{State: kpi.NotApplicable}},
		{Definition: 3, Figure: value, Warnings: []string{"Tăng 900 %"}},
		{Definition: 4, Typed: Typed{Value: "abc"}, Faults: []string{"Không hiểu số"}},
		{Definition: 5},
		{Definition: 6, Figure: value, Returned: "Kiểm tra mẫu số"},
	}
	got := Complete(cells)
	if want := (Completeness{Filled: 4, Owed: 6, Blank: 1, Faulty: 1, Unexplained: 1, Returned: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got.Percent() != 66 {
		t.Errorf("%d %%", got.Percent())
	}
	for _, want := range []string{"1 ô có lỗi", "1 ô trống", "1 cảnh báo chưa có giải trình", "1 ô bị trả lại"} {
		if !strings.Contains(fault.Sentence(got.Ready()), want) {
			t.Errorf("%q does not say %q", fault.Sentence(got.Ready()), want)
		}
	}
	if err := Complete(cells[:2]).Ready(); err != nil {
		t.Error(err)
	}
	if got := Blank(cells); !slices.Equal(got, []int64{5}) {
		t.Errorf("blank: %v", got)
	}
	if (Completeness{}).Percent() != 0 {
		t.Error("nothing owed is not complete")
	}
}

func TestPaper_Code(t *testing.T) {
	base := func() Paper {
		return Paper{Agency: "P", Round: 1, Version: 1, Figures: []PaperFigure{{Code: "CPS01", Figure: kpi.Figure{State: kpi.Value, Num: vi.Some(vi.Int(1)), Den: vi.Some(vi.Int(2))}}},
			Narrative: []string{"Kết quả"}, Evidence: []string{"aa"}}
	}
	code := base().Code()
	if !looksLikeCode(code) || code != base().Code() {
		t.Fatalf("code %q", code)
	}
	for name, change := range map[string]func(*Paper){
		"a figure":    func(p *Paper) { p.Figures[0].Figure.Den = vi.Some(vi.Int(3)) },
		"its state":   func(p *Paper) { p.Figures[0].Figure = kpi.Figure{State: kpi.NotApplicable} },
		"a sentence":  func(p *Paper) { p.Narrative[0] = "Kết quả." },
		"where it is": func(p *Paper) { p.Narrative, p.Proposals = nil, p.Narrative },
		"the version": func(p *Paper) { p.Version = 2 },
		"evidence":    func(p *Paper) { p.Evidence = nil },
	} {
		p := base()
		change(&p)
		if p.Code() == code {
			t.Errorf("%s changes and the code stays", name)
		}
	}
	typed := strings.ToLower(strings.ReplaceAll(code, "-", " "))
	if !SameCode(code, typed) || SameCode(code, "AAAA-AAAA-AAAA") || SameCode("", "") {
		t.Error("SameCode")
	}
	if got := FindCodes("Mã phiên bản: " + code + ". Số 12/BC-UBND, " + code); !slices.Equal(got, []string{code}) {
		t.Errorf("found %q", got)
	}
	if got := FindCodes("H01-2026-0001 không có mã"); len(got) != 0 {
		t.Errorf("found %q", got)
	}
}
