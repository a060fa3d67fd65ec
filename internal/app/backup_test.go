package app_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/publish"
	"chiso/internal/backup"
	"chiso/internal/filing"
	"chiso/internal/job"
)

// officeWork is a database with two releases, a correction between them and a pack of two agencies, and the file that it is in.
func officeWork(t *testing.T) (f *fixture, path string) {
	t.Helper()
	f = empty(t, "sqlite")
	path = f.path
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	lan, minh := meeting(t, f)
	one := first(t, f, lan, minh)
	spec := &filing.PackSpec{Kind: filing.AgencyPack, Agencies: []agency.ID{"P-01", "P-46"}, Issuer: "Bộ Khoa học và Công nghệ"}
	for _, q := range []publish.PackQuery{{Spec: spec, Release: one}, {Name: "national", Release: one}} {
		build, err := f.BuildPack(t.Context(), lan, q)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.RunPack(t.Context(), build, func(job.Progress) {}); err != nil {
			t.Fatal(err)
		}
	}
	f.load(t, tidy+"Huế,CPS18,2026-Q3,95,100\n")
	f.release(t, lan, minh, publish.ReleaseRequest{Period: "2026-Q3", Kind: filing.Final, Number: "15/TB", Day: 20261122})
	return f, path
}

func backedUp(t *testing.T, f *fixture) (path string, keys []backup.Identity) {
	t.Helper()
	dir := t.TempDir()
	secret, public, err := backup.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "khoa.txt"), []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	to, err := backup.Recipients([]string{public})
	if err != nil {
		t.Fatal(err)
	}
	if keys, err = backup.Identities(filepath.Join(dir, "khoa.txt")); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "a.backup")
	res, err := f.Backup(t.Context(), app.BackupRequest{Path: path, To: to, Account: "cli"})
	if err != nil {
		t.Fatal(err)
	}
	if m := res.Manifest; len(m.Releases) != 2 || len(m.Heads) != 2 || m.Rows["observation"] == 0 {
		t.Errorf("manifest %+v", m)
	}
	return path, keys
}

// A backup of SQLite that is restored into PostgreSQL passes every check, and gives every release and pack again byte for byte.
func TestDrill_passes(t *testing.T) {
	f, _ := officeWork(t)
	path, keys := backedUp(t, f)
	other := empty(t, "postgres")
	other.Version = "a later one" // after an upgrade everything is the same byte for byte as well, with the version that stands in it
	d, err := other.RunDrill(t.Context(), path, keys)
	if err != nil {
		t.Fatal(err)
	}
	two, three := app.Remade{Files: 2, Equal: 2}, app.Remade{Files: 3, Equal: 3}
	if !d.Passed() || d.Tables != two || d.Workbooks != two || d.Packs != three {
		t.Errorf("tables %+v, workbooks %+v, packs %+v; %q %q", d.Tables, d.Workbooks, d.Packs, d.Problems, d.Differs)
	}
	var out bytes.Buffer
	if err := d.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"KẾT LUẬN: ĐẠT", "3/3 trùng từng byte", "SQLite, lược đồ", "có mã hóa", "Mốc nhật ký     O15-"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the record does not say %q", want)
		}
	}
	if n := strings.Count(out.String(), "\n"); n > 55 {
		t.Errorf("the record has %d lines, more than a page", n)
	}
}

// A figure that was changed in both tables of the database is named by the release and the packs that show it.
func TestDrill_findsAnotherFigure(t *testing.T) {
	f, file := officeWork(t)
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	plant := func(now, before int) {
		for _, table := range []string{"observation", "observation_now"} {
			if _, err := db.ExecContext(t.Context(), "UPDATE "+table+" SET num = ? WHERE agency = 'P-01' AND num = ? AND den = 100", now, before); err != nil {
				t.Fatal(err)
			}
		}
	}
	plant(81, 80)
	defer plant(80, 81) // what is checked when a test is over finds such a change
	path, keys := backedUp(t, f)
	d, err := unchecked(t, "sqlite").RunDrill(t.Context(), path, keys)
	if err != nil {
		t.Fatal(err)
	}
	if d.Passed() || d.Tables.Equal != 0 || d.Packs.Equal == d.Packs.Files || !strings.Contains(strings.Join(d.Differs, "\n"), "Bảng số liệu của bản công bố số 1 lập lại khác bản đã lưu") {
		t.Errorf("tables %+v, packs %+v, %q", d.Tables, d.Packs, d.Differs)
	}
	var out bytes.Buffer
	if err := d.Print(&out); err != nil || !strings.Contains(out.String(), "KHÔNG ĐẠT") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
