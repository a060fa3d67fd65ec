package main

import (
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// A slip of the pen must not be a setting that silently is not made.
func TestSettingsThatNothingReads(t *testing.T) {
	for setting, says := range map[string]string{
		"CHISO_DATABASE_UR=postgres://x": "CHISO_DATABASE_URL", "CHISO_SMTP_HOTS=mail": "CHISO_SMTP_HOST", "CHISO_LISTN=:1": "CHISO_LISTEN",
		"CHISO_LOG_LEVL=debug": "CHISO_LOG_LEVEL", "CHISO_IMPORT_MAX_ROW=5": "CHISO_IMPORT_MAX_ROWS", "CHISO_MAX_UPLOAD_MB=hai": "CHISO_MAX_UPLOAD_MB phải là số nguyên",
		"CHISO_CONTAINER=yes": "CHISO_CONTAINER phải là true hoặc false", "CHISO_WEB_MAX_ROWS=1e3": "CHISO_WEB_MAX_ROWS phải là số nguyên",
	} {
		s := &shell{t, []string{"CHISO_DATA=" + t.TempDir(), setting}}
		code, out, errs := s.run("migrate")
		if code != exitUsage || out != "" || !strings.Contains(errs, says) || strings.Contains(errs, "strconv") {
			t.Errorf("%s: exit %d, %s%s", setting, code, out, errs)
		}
	}
	quiet := &shell{t, []string{"CHISO_DATA=" + t.TempDir(), "CHISO_DB_PASSWORD=x", "CHISO_URL=", "CHISO_MAX_UPLOAD_MB="}}
	quiet.must("migrate")
}

func TestSeedCatalogueHasNoFigures(t *testing.T) {
	s := &shell{t, []string{"CHISO_DATA=" + t.TempDir(), "CHISO_LISTEN=localhost:0"}}
	s.must("migrate")
	if code, out, errs := s.run("check"); code != exitRefused || !strings.Contains(errs, "chưa có phiên bản dữ liệu nào") {
		t.Errorf("a database without a revision: exit %d, %s%s", code, out, errs)
	}
	s.must("seed", "--catalogue")
	if out := s.must("check"); !strings.Contains(out, " 0 số liệu;") || !strings.Contains(out, "Đạt") {
		t.Error(out)
	}
}

func TestVersionIsWhatTheBuildNotes(t *testing.T) {
	vcs := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "true"}}
	for want, info := range map[string]*debug.BuildInfo{
		"v1.2.3":            {Main: debug.Module{Version: "v1.2.3"}, Settings: vcs},
		"dev-0123456789ab+": {Main: debug.Module{Version: "(devel)"}, Settings: vcs},
		"dev":               {Main: debug.Module{Version: "(devel)"}},
	} {
		if got := noted(info); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Every setting that the program knows stands in the README, and reaches the program through docker-compose.yml.
func TestSettingsAreListed(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	compose, readme := read("docker-compose.yml"), read("README.md")
	elsewhere := []string{"CHISO_BACKUP_IDENTITY"} // is not to be on the server
	for _, f := range settingFields(reflect.TypeFor[settings](), "") {
		limit := strings.HasPrefix(f.name, "CHISO_WEB_MAX_") || strings.HasPrefix(f.name, "CHISO_IMPORT_MAX_") // from .env as a whole
		if !limit && !slices.Contains(elsewhere, f.name) && !strings.Contains(compose, "      "+f.name+": ") {
			t.Errorf("docker-compose.yml does not pass %s", f.name)
		}
		short := f.name
		for _, prefix := range []string{"CHISO_WEB_MAX_", "CHISO_IMPORT_MAX_"} {
			short = strings.TrimPrefix(short, prefix)
		}
		if !strings.Contains(readme, "`"+short+"`") {
			t.Errorf("the README does not list %s", f.name)
		}
	}
}
