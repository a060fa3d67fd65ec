package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"chiso/internal/agency"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
)

func TestPacks(t *testing.T) {
	damage := map[string]struct{ sql, repair, says string }{
		"a building of no release":    {"UPDATE pack_build SET release = 7", "UPDATE pack_build SET release = 0", "lần dựng bộ báo cáo"},
		"a file of another size":      {"UPDATE pack_file SET size = size + 1", "UPDATE pack_file SET size = size - 1", "tệp của bộ báo cáo"},
		"more files than there are":   {"UPDATE pack_build SET total = 1", "UPDATE pack_build SET total = 2", "tệp của bộ báo cáo"},
		"a sentence of no known kind": {"UPDATE pack_sentence SET kind = 'song' WHERE kind = 'praise'", "UPDATE pack_sentence SET kind = 'praise' WHERE kind = 'song'", "câu nhận xét"},
		"accepted by who explained":   {"UPDATE reconciliation SET accepted_by = account, accepted_gap = '1'", "UPDATE reconciliation SET accepted_by = 0, accepted_gap = ''", "giải trình chênh lệch"},
	}
	onBoth(t, func(t *testing.T, e *env) {
		e.seed()
		p := filing.Pack{Owner: agency.Nation, Name: "Họp Ban Chỉ đạo", Spec: filing.PackSpec{Kind: filing.NationalPack, Sections: []string{"summary"}, Auto: true}}
		said := []filing.Sentence{{Kind: filing.Remark, Key: "targets", Out: true}, {Kind: filing.Praise, Key: "hand:1", Text: "Tốt."}}
		b := filing.Build{Owner: agency.Nation, Name: p.Name, Spec: p.Spec, Sentences: said, Period: "2026-Q3", Revision: 1, Program: "1", Total: 2}
		e.write(func(tx *store.Tx) error {
			return tx.SavePack(&p)
		})
		refused := func(what string, fn func(tx *store.Tx) error) {
			t.Helper()
			if _, err := e.Write(t.Context(), store.Change{Account: "tester", Reason: "test"}, fn); fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s: %v", what, err)
			}
		}
		refused("two packs of one name", func(tx *store.Tx) error { return tx.SavePack(&filing.Pack{Owner: p.Owner, Name: p.Name}) })
		e.write(func(tx *store.Tx) error {
			b.Pack = p.ID
			if err := tx.SaveSentences(p.ID, "2026-Q3", said); err != nil {
				return err
			}
			if err := tx.SaveGapNote(agency.Nation, "2026-Q3", filing.GapNote{Code: "QA", Block: "g", Explanation: "vì sao", Responsible: "Vụ A"}); err != nil {
				return err
			}
			return tx.AddBuild(&b)
		})
		for range 2 { // begun again, each file is there once
			for ord, text := range []string{"một", "hai"} {
				e.write(func(tx *store.Tx) error {
					return tx.AddBuildFile(b.ID, filing.BuildFile{Ord: ord + 1, Name: text + ".xlsx"}, []byte(text))
				})
			}
		}
		e.write(func(tx *store.Tx) error {
			return tx.SaveOwnTable(store.OwnTable{Owner: agency.Nation, Name: "Bảng", Query: "top=5"})
		})
		refused("who explained a gap accepts it", func(tx *store.Tx) error { return tx.AcceptGap(agency.Nation, "2026-Q3", "QA", "g", "18") })
		e.read(time.Time{}, func(v *store.View) error {
			saved, err := v.Pack(p.ID)
			if err != nil || saved.Name != p.Name || !saved.Spec.Auto || saved.Version != 1 {
				t.Errorf("pack %+v, %v", saved, err)
			}
			decided, err := v.Sentences(p.ID, "2026-Q3")
			if d := cmp.Diff(said, decided); err != nil || d != "" {
				t.Errorf("sentences %v %s", err, d)
			}
			got, err := v.Build(b.ID)
			b.Files = []filing.BuildFile{{Ord: 1, Name: "một.xlsx", SHA256: store.SHA256([]byte("một")), Size: 5}, {Ord: 2, Name: "hai.xlsx", SHA256: store.SHA256([]byte("hai")), Size: 3}}
			if d := cmp.Diff(b, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(filing.BuildFile{}, "At"), cmpopts.IgnoreFields(filing.Build{}, "By")); err != nil || d != "" {
				t.Errorf("building %v %s", err, d)
			}
			if found, err := v.Builds(store.BuildQuery{SHA256: store.SHA256([]byte("hai"))}); err != nil || len(found) != 1 {
				t.Errorf("by file: %+v, %v", found, err)
			}
			notes, err := v.GapNotes(agency.Nation, "2026-Q3")
			if err != nil || len(notes) != 1 || notes[0].Responsible != "Vụ A" || notes[0].AcceptedGap != "" {
				t.Errorf("notes %+v, %v", notes, err)
			}
			tables, err := v.OwnTables(agency.Nation)
			if err != nil || len(tables) != 1 || tables[0].Query != "top=5" {
				t.Errorf("tables %+v, %v", tables, err)
			}
			return nil
		})
		clean(e)
		for name, d := range damage {
			e.exec(d.sql)
			if got := strings.Join(problems(e), " "); !strings.Contains(got, d.says) {
				t.Errorf("%s: Verify says %q", name, got)
			}
			e.exec(d.repair)
		}
		clean(e)
	})
}
