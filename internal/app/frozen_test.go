package app_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/publish"
	"chiso/internal/check"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// A definition that cuts an old one short over received figures is refused, and the preview says which figures it would lose; one that
// begins after them is taken.
func TestCatalogueOrphans(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		f.load(t, tidy+"Bộ Tư pháp,CPS18,2026-Q3,1,2\nBộ Y tế,CPS18,2026-Q3,1,4\nBộ Nội vụ,CPS18,2026-Q3,3,4\nHà Nội,CPS18,2026-Q3,3,5\n")
		cut := func(last, first string) *catalogue.Result {
			return importCatalogue(t, f, catalogue.Request{Document: act, File: edited(t, f, func(x *excelize.File) {
				old, anew := line(t, x, "indicators", "CPS18"), end(t, x, "indicators")
				if err := x.DuplicateRowTo("indicators", old, anew); err != nil {
					t.Fatal(err)
				}
				put(t, x, "indicators", anew, map[string]any{"from": first, "name_vi": "Tên theo văn bản mới"})
				put(t, x, "indicators", old, map[string]any{"to": last})
			}, "indicators")})
		}
		res := cut("30/06/2026", "01/07/2026")
		const says = "4 số đã nhận của Quý III/2026 sẽ không còn thuộc định nghĩa nào"
		if res.Accepted || !slices.ContainsFunc(res.Findings, finding(says)) {
			t.Errorf("want %q, got %+v", says, res.Findings)
		}
		for name, edit := range map[string]func(x *excelize.File){
			"4 số đã nhận của Quý III/2026 sẽ không còn thuộc định nghĩa nào": func(x *excelize.File) {
				put(t, x, "indicators", line(t, x, "indicators", "CPS18"), map[string]any{"to": "31/08/2026"})
			},
			"1 số đã nhận của Quý III/2026 sẽ không còn thuộc khối nào": func(x *excelize.File) {
				put(t, x, "block_members", line(t, x, "block_members", "BYT"), map[string]any{"to": "31/08/2026"})
			},
		} {
			table := "indicators"
			if strings.HasPrefix(name, "1") {
				table = "block_members"
			}
			res := importCatalogue(t, f, catalogue.Request{Document: act, File: edited(t, f, edit, table)})
			if res.Accepted || !slices.ContainsFunc(res.Findings, finding(name)) {
				t.Errorf("want %q, got %+v", name, res.Findings)
			}
		}
		if res = cut("30/09/2026", "01/10/2026"); !res.Accepted {
			t.Errorf("a definition from the next quarter on: %+v", res.Findings)
		}
	})
}

func finding(says string) func(f check.Finding) bool {
	return func(f check.Finding) bool { return strings.Contains(f.Message, says) }
}

// check computes each approved release again: a figure that is changed below the program is found, with the release and the agency.
func TestVerify_release(t *testing.T) {
	f, path := emptyAt(t)
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.load(t, tidy+"Hà Nội,CPS18,2026-Q3,7319,10000\nĐà Nẵng,CPS18,2026-Q3,1,2\n")
	id := f.release(t, holder("lan", 101, access.Office, agency.Nation), holder("minh", 102, access.Office, agency.Nation),
		publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Final, Number: "12/TB", Day: 20261121})
	if problems, err := f.Verify(t.Context()); err != nil || len(problems) > 0 {
		t.Fatalf("%q %v", problems, err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, table := range []string{"observation", "observation_now"} { // consistently, as somebody with the file would
		if _, err := db.ExecContext(t.Context(), "UPDATE "+table+" SET num = 6000 WHERE num = 7319"); err != nil {
			t.Fatal(err)
		}
	}
	problems, err := f.Verify(t.Context())
	want := fmt.Sprintf("Bản công bố số %d", id)
	if err != nil || !slices.ContainsFunc(problems, func(p string) bool {
		return strings.HasPrefix(p, want) && strings.Contains(p, "Hà Nội: đã chốt hạng 1, giá trị 73.19; tính lại hạng 1, giá trị 60")
	}) {
		t.Errorf("%q %v", problems, err)
	}
}

// emptyAt is empty on SQLite, and where its database stands.
func emptyAt(t *testing.T) (*fixture, string) {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	path := filepath.Join(t.TempDir(), "chiso.db")
	s, err := store.Open(t.Context(), store.Config{Path: path, Clock: c.read})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Store: s, Clock: c.read, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{App: a, clock: c}, path
}

// The catalogue that comes with a newer program is held to the same rule as one that somebody uploads.
func TestSeed_Orphans(t *testing.T) {
	f, path := emptyAt(t)
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Config{Path: path, Clock: func() time.Time { return f.clock.now }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(t.Context(), store.Change{Account: catalogue.SeedAccount, Reason: "danh mục của bản trước"}, func(tx *store.Tx) error {
		c, err := tx.Catalogue()
		if err != nil {
			return err
		}
		for i := range c.Definitions {
			if d := &c.Definitions[i]; d.Indicator.Code == "CPS37" { // the seed ends it on 31/12/2023
				d.To = vi.OpenTo
			}
		}
		return tx.SaveCatalogue(c)
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f.load(t, "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Giá trị\nBộ Tư pháp,CPS37,2026-H1,12\n")
	if _, err := f.Seed(t.Context()); fault.KindOf(err) != fault.Conflict || !strings.Contains(fault.Sentence(err), "1 số đã nhận của 6T đầu/2026 sẽ không còn thuộc định nghĩa nào") {
		t.Errorf("the seed ends a definition over received figures: %v", err)
	}
}
