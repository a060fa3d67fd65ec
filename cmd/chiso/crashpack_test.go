package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/publish"
	"chiso/internal/store"
	"chiso/seed"
)

// The program is killed again and again while it builds the workbooks of all provinces and ministries. Whoever is started next goes
// on where it stood: in the end each file is there once, under its own hash, and equal to the one built at one go.
func TestKilledWhileBuildingPacks(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			v := &victim{shell: newShell(t, engine)}
			v.config = store.Config{Clock: time.Now, Path: filepath.Join(v.setting("CHISO_DATA"), "chiso.db"), URL: v.setting("CHISO_DATABASE_URL")}
			office := access.Machine("cli")
			query := publish.PackQuery{Name: "agency", Period: "2026-Q3"}
			v.must("import", v.file("q3.csv", everybody(t)))
			var build int64
			v.open(func(a *app.App, _ *store.Store) (err error) {
				build, err = a.BuildPack(t.Context(), office, query)
				return err
			})
			random := rand.New(rand.NewPCG(20261126, 7))
			for kill, files := 0, 0; kill < 3; kill++ {
				v.start()
				files = v.builtAtLeast(build, files+4+random.IntN(14))
				v.program.kill()
				v.orphaned()
				t.Logf("killed at %d files", files)
			}
			v.start()
			defer v.program.kill()
			total := v.builtAtLeast(build, 1<<30)
			v.program.kill()
			v.open(func(a *app.App, _ *store.Store) error {
				b, err := a.Build(t.Context(), office, build)
				if err != nil {
					return err
				}
				if total != 56 || len(b.Files) != total || !b.Finished() {
					t.Errorf("%d files of %d", len(b.Files), b.Total)
				}
				for i, f := range b.Files {
					_, data, err := a.BuildFile(t.Context(), office, build, f.Ord)
					if err != nil || f.Ord != i+1 || f.SHA256 != store.SHA256(data) {
						t.Errorf("file %d, %s: number %d, %v", i+1, f.Name, f.Ord, err)
					}
				}
				whole, err := a.PackWorkbooks(t.Context(), office, query, b.Files[total/2].Agency)
				if err == nil && store.SHA256(whole[0].Data) != b.Files[total/2].SHA256 {
					t.Errorf("%s differs from the one built at one go", whole[0].Name)
				}
				return err
			})
			if code, out, errs := v.run("check"); code != exitDone {
				t.Errorf("chiso check says\n%s%s", out, errs)
			}
		})
	}
}

// everybody is a file in which every province and ministry reports one figure of a quarter.
func everybody(t *testing.T) string {
	t.Helper()
	c, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		t.Fatal(err)
	}
	d := agency.NewDirectory(c.Agencies)
	out := tidy
	for _, block := range []string{"provinces", "ministries"} {
		for i, m := range d.Members(block, 20260930) {
			out += fmt.Sprintf("%s,CPS18,2026-Q3,%d,100,,\n", m.Agency, 40+i)
		}
	}
	return out
}

// setting is a variable of the shell's environment, "" when it is not set.
func (s *shell) setting(name string) string {
	for _, e := range s.environ {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value
		}
	}
	return ""
}

// builtAtLeast waits until a building has so many files, or all of them, and returns how many it has.
func (v *victim) builtAtLeast(build int64, least int) (files int) {
	v.t.Helper()
	s, err := store.Open(v.t.Context(), v.config)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		finished := false
		if err := s.Read(v.t.Context(), time.Time{}, func(view *store.View) error {
			b, err := view.Build(build)
			files, finished = len(b.Files), b.Total > 0 && len(b.Files) == b.Total
			return err
		}); err != nil {
			v.t.Fatal(err)
		}
		if files >= least || finished {
			return files
		}
		time.Sleep(20 * time.Millisecond) //nolint:forbidigo // another process works
	}
	v.t.Fatalf("%d files are there, and no more come: %s", files, &v.program.stderr)
	return files
}

// orphaned lets the lease of the killed program run out, which takes it two minutes otherwise.
func (v *victim) orphaned() {
	v.t.Helper()
	driver, dsn := "sqlite", "file:"+v.config.Path+"?_pragma=busy_timeout(10000)"
	if v.config.URL != "" {
		driver, dsn = "pgx", v.config.URL
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(v.t.Context(), "UPDATE job SET lease_until = 0 WHERE state = 'running'"); err != nil {
		v.t.Fatal(err)
	}
}
