package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/kpi"
	"chiso/internal/store"
	"chiso/internal/vi"
)

func differences(diffs []store.Diff) (out []store.Difference) {
	for _, d := range diffs {
		out = append(out, d.Difference)
	}
	return out
}

func TestAcceptNewUnchangedSuperseded(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		a, b := e.fact("QA", "2026-Q1", "a-2", "1"), e.fact("QA", "2026-Q1", "b", "2")
		diffs, first := e.accept(a, b)
		if diff := cmpDiff([]store.Diff{{}, {}}, diffs); diff != "" {
			t.Error(diff)
		}
		changed, other := e.fact("QA", "2026-Q1", "b", "3"), e.fact("QA", "2026-Q1", "a-10", "4")
		a.Note, a.Sheet = "nơi khác", "Sheet2" // an unchanged figure keeps where it came from
		diffs, second := e.accept(changed, a, other)
		want := []store.Diff{{Difference: store.Superseded, Before: b.Figure}, {Difference: store.Unchanged, Before: a.Figure}, {}}
		if diff := cmpDiff(want, diffs); diff != "" {
			t.Error(diff)
		}
		e.read(time.Time{}, func(v *store.View) error {
			obs, err := v.Observations(a.Period, a.Definition, sourceID(t, v, a.System, ""))
			if err != nil {
				return err
			}
			got := map[agency.ID]store.Revision{}
			for _, o := range obs {
				got[o.Agency] = o.Revision
				if o.Note != "" || o.Sheet != "" {
					t.Errorf("%s: note %q, sheet %q", o.Agency, o.Note, o.Sheet)
				}
			}
			if diff := cmpDiff(map[agency.ID]store.Revision{"a-2": first, "b": second, "a-10": second}, got); diff != "" {
				t.Error(diff)
			}
			return nil
		})
		clean(e)
	})
}

func TestBackToTheFirstFigure(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		for _, value := range []string{"1", "2", "1"} {
			e.clock.Add(time.Hour)
			e.accept(e.fact("QA", "2026-Q1", "a-2", value))
		}
		a := e.fact("QA", "2026-Q1", "a-2", "1")
		item := e.figures(time.Time{}, a)["a-2"]
		if item.Figure != a.Figure || item.Observation != 3 {
			t.Errorf("current: %+v", item)
		}
		e.read(time.Time{}, func(v *store.View) error {
			for id := int64(1); id <= 3; id++ {
				history, err := v.History(id)
				if err != nil {
					return err
				}
				got := ""
				for _, o := range history {
					got += fmt.Sprintf("%d:%s@%d by %s for %s; ", o.ID, o.Figure.Value, o.Revision.ID, o.Account, o.Reason)
				}
				if want := "3:1@4 by tester for kiểm thử; 2:2@3 by tester for kiểm thử; 1:1@2 by tester for kiểm thử; "; got != want {
					t.Errorf("history of %d: %s", id, got)
				}
			}
			if _, err := v.History(4); fault.KindOf(err) != fault.NotFound {
				t.Errorf("history of nothing: %v", err)
			}
			return nil
		})
		clean(e)
	})
}

// TestFiguresAreKeptExactly stores every state, every combination of absent parts, numbers of 15 digits
// and text that COPY must escape.
func TestFiguresAreKeptExactly(t *testing.T) {
	figures := []kpi.Figure{
		{State: kpi.Value, Value: dec("0")},
		{State: kpi.Value, Value: dec("999999999999999")},
		{State: kpi.Value, Value: dec("-123456789012.345")},
		{State: kpi.Value, Value: dec("0.123456789012345"), Qualifiers: kpi.Rounded | kpi.Estimated | kpi.Provisional},
		{State: kpi.Value, Value: dec("0.000000000000001")},
		{State: kpi.Value, Num: dec("1"), Den: dec("3"), PublishedRank: 34},
		{State: kpi.Value, Num: dec("5"), Value: dec("57.51"), Qualifiers: kpi.Provisional},
		{State: kpi.NotApplicable},
		{State: kpi.NoDenominator, Num: dec("0"), Den: dec("0")},
		{State: kpi.CensoredBelow, Bound: dec("10"), PublishedRank: 63},
		{State: kpi.Withdrawn},
	}
	notes := []string{"", "một\thai", "ba\nbốn\r\nnăm", `C:\tệp\N`, `\.`, `\N`, "Chuyển đổi số — “Đề án 06” 🇻🇳", `"a","b";'c'`, "'; DROP TABLE observation; --", `\\`, "?$1%s"}
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		var facts []store.Fact
		for i, f := range figures {
			fact := e.fact("QA", fmt.Sprintf("20%d", 10+i), "a-2", "0")
			fact.Figure, fact.Note, fact.Sheet, fact.Cell = f, notes[i], "Biểu 01\tb", fmt.Sprintf("D%d", i+1)
			facts = append(facts, fact)
		}
		e.accept(facts...)
		for i, fact := range facts {
			if got := e.figures(time.Time{}, fact)["a-2"].Figure; got != fact.Figure {
				t.Errorf("current view: stored %+v, read %+v", fact.Figure, got)
			}
			e.read(time.Time{}, func(v *store.View) error {
				h, err := v.History(int64(i + 1))
				if err != nil {
					return err
				}
				if o := h[0]; len(h) != 1 || o.Figure != fact.Figure || o.Note != fact.Note || o.Sheet != fact.Sheet || o.Cell != fact.Cell || o.Period != fact.Period {
					t.Errorf("stored %+v, read %+v", fact, h)
				}
				return nil
			})
		}
		diffs, rev := e.accept(facts...)
		if rev.ID != 0 {
			t.Errorf("the same figures again: revision %d, %v", rev.ID, differences(diffs))
		}
		clean(e)
	})
}

func TestAcceptRefuses(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		e.accept(e.fact("QA", "2026-Q1", "b", "1"), e.fact("QC", "2026-Q1", "b", "1"))
		before := dump(e)
		ok, same, other := e.fact("QC", "2026-Q1", "b", "5"), e.fact("QA", "2026-Q1", "b", "1"), e.fact("QA", "2026-Q1", "b", "2")
		fresh, fresh2 := e.fact("QA", "2026-Q2", "b", "1"), e.fact("QA", "2026-Q2", "b", "2")
		nul, latin := fresh, fresh
		nul.Note, latin.Cell = "a\x00b", "\xe9"
		unknown := fresh
		unknown.Figure.State = "lost"
		for name, f := range map[string][]store.Fact{
			"the same new figure twice":     {ok, fresh, fresh},
			"two new figures":               {ok, fresh, fresh2},
			"the current figure twice":      {ok, same, same},
			"the current and another":       {ok, same, other},
			"another and the current":       {ok, other, same},
			"two changes":                   {ok, other, other},
			"a NUL":                         {ok, nul},
			"text that is not UTF-8":        {ok, latin},
			"a state that is not in rule 3": {ok, unknown},
		} {
			_, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(tx *store.Tx) error {
				_, err := tx.Accept(f)
				return err
			})
			if err == nil || name != "a state that is not in rule 3" && fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
			if diff := cmpDiff(before, dump(e)); diff != "" {
				t.Fatalf("%s: stored:\n%s", name, diff)
			}
			e.read(time.Time{}, func(v *store.View) error {
				if _, err := v.Compare(f); err == nil {
					t.Errorf("%s: Compare took it", name)
				}
				return nil
			})
		}
		// Two calls of one Write may agree, not differ.
		for _, second := range []store.Fact{fresh, fresh2} {
			_, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(tx *store.Tx) error {
				if _, err := tx.Accept([]store.Fact{fresh}); err != nil {
					return err
				}
				diffs, err := tx.Accept([]store.Fact{second})
				if err == nil && diffs[0].Difference != store.Unchanged {
					t.Errorf("the second call: %v", diffs)
				}
				return err
			})
			if (err == nil) != (second.Figure == fresh.Figure) {
				t.Errorf("second call with %v: %v", second.Figure, err)
			}
		}
		clean(e)
	})
}

func TestSourcesNeverOverwriteEachOther(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		var facts []store.Fact
		for i, s := range []kpi.Source{{System: kpi.Reported}, {System: kpi.DVCQG}, {System: kpi.Published, Origin: "Báo Chính phủ"},
			{System: kpi.Published, Origin: "Báo Nhân Dân"}, {System: kpi.Published}} {
			f := e.fact("QA", "2026-Q1", "a-2", fmt.Sprint(i))
			f.System, f.Origin = s.System, s.Origin
			facts = append(facts, f)
		}
		if diffs, _ := e.accept(facts...); len(diffs) != 5 {
			t.Fatal(diffs)
		}
		for _, f := range facts {
			if got := e.figures(time.Time{}, f); len(got) != 1 || got["a-2"].Figure != f.Figure {
				t.Errorf("%s %s: %v", f.System, f.Origin, got)
			}
		}
		facts[3].Figure.Value = dec("99")
		if diffs, _ := e.accept(facts...); !slices.Equal(differences(diffs), []store.Difference{1, 1, 1, 2, 1}) {
			t.Errorf("%v", diffs)
		}
		if got := e.figures(time.Time{}, facts[2])["a-2"].Figure; got != facts[2].Figure {
			t.Errorf("the other publisher's figure became %v", got)
		}
		clean(e)
	})
}

func TestCompareSaysWhatAcceptDoes(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		e.accept(e.fact("QA", "2026-Q1", "a-2", "1"), e.fact("QA", "2026-Q1", "b", "2"))
		published := e.fact("QA", "2026-Q1", "a-2", "1")
		published.System, published.Origin = kpi.Published, "Báo"
		facts := []store.Fact{
			e.fact("QA", "2026-Q1", "b", "3"), e.fact("QA", "2026-Q1", "a-2", "1"), e.fact("QA", "2026-Q1", "a-10", "1"), published,
			e.fact("QA", "2027", "a-2", "1"), e.fact("QA", "2028", "a-2", "1"), e.ratio("QB", "2026-Q1", "a-2", "1", "2"),
		}
		before := dump(e)
		var compared []store.Diff
		e.read(time.Time{}, func(v *store.View) (err error) {
			compared, err = v.Compare(facts)
			return err
		})
		if diff := cmpDiff(before, dump(e)); diff != "" {
			t.Errorf("Compare changed:\n%s", diff)
		}
		accepted, _ := e.accept(facts...)
		if diff := cmpDiff(compared, accepted); diff != "" {
			t.Errorf("Compare (-), Accept (+):\n%s", diff)
		}
		if !slices.Equal(differences(accepted), []store.Difference{2, 1, 0, 0, 0, 0, 0}) {
			t.Errorf("%v", accepted)
		}
	})
}

// TestChunks crosses the border between two parts of one Accept, with changes on both sides of it.
func TestChunks(t *testing.T) {
	const n = 20_003
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		facts := make([]store.Fact, n)
		for i := range facts {
			facts[i] = e.fact("QA", "2026-Q1", agency.ID(fmt.Sprintf("x%06d", i)), fmt.Sprint(i))
		}
		if diffs, rev := e.accept(facts...); len(diffs) != n || rev.ID != 2 {
			t.Fatalf("%d diffs, %v", len(diffs), rev)
		}
		for _, i := range []int{0, 19_999, 20_000, n - 1} {
			facts[i].Figure.Value = vi.Some(vi.Int(int64(-i - 1)))
		}
		diffs, _ := e.accept(facts...)
		changed := 0
		for i, d := range diffs {
			if d.Difference == store.Superseded {
				changed++
				if d.Before.Value != vi.Some(vi.Int(int64(i))) {
					t.Errorf("before %d: %v", i, d.Before)
				}
			}
		}
		if changed != 4 || len(diffs) != n {
			t.Errorf("%d changed of %d", changed, len(diffs))
		}
		for _, value := range []string{"-1", "7"} { // the first part has it unchanged
			_, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(tx *store.Tx) error {
				_, err := tx.Accept(append(facts[:n:n], e.fact("QA", "2026-Q1", facts[0].Agency, value)))
				return err
			})
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("a key in both parts, %s: %v", value, err)
			}
		}
		for name, more := range map[string]store.Fact{"the same": facts[0], "another": e.fact("QA", "2026-Q1", facts[0].Agency, "7")} {
			_, err := e.Write(t.Context(), store.Change{Account: "tester"}, func(tx *store.Tx) error {
				first := e.fact("QA", "2026-Q3", facts[0].Agency, "1")
				first.Figure = facts[0].Figure
				part := append([]store.Fact{first}, facts[1:]...)
				for i := range part {
					part[i].Period = kpi.MustPeriod("2026-Q3")
				}
				more.Period = kpi.MustPeriod("2026-Q3")
				_, err := tx.Accept(append(part, more))
				return err
			})
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("a key in both parts, %s figure: %v", name, err)
			}
			for i := range facts {
				facts[i].Period = kpi.MustPeriod("2026-Q1")
			}
		}
		if got := e.figures(time.Time{}, facts[0]); len(got) != n || got[facts[n-1].Agency].Figure != facts[n-1].Figure {
			t.Errorf("%d figures", len(got))
		}
		if v := e.count("SELECT COUNT(*) FROM observation"); v != n+4 {
			t.Errorf("%d observations", v)
		}
	})
}
