package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/internal/intake"
)

func TestLimitSettings(t *testing.T) {
	web, line := webLimits(), intake.DefaultLimits()
	if web.Bytes >= line.Bytes || web.Rows >= line.Rows || web.Cells >= line.Cells || web.Inflated >= line.Inflated || web.Time >= line.Time {
		t.Errorf("a page takes as much as the command line: %+v, %+v", web, line)
	}
	got := limitSettings{Rows: 7, PartMB: 3, Letters: 100, Seconds: 4}.over(web)
	web.Rows, web.Part, web.Text, web.Time = 7, 3<<20, 400, 4*time.Second
	if got != web {
		t.Errorf("got %+v, want %+v", got, web)
	}
}

// The limits of the settings hold for the command line; senseless ones are refused at the start.
func TestLimitsOfCommands(t *testing.T) {
	s := newShell(t, "sqlite")
	file := s.file("a.csv", tidy+strings.Repeat("P-01,CPS08,2026-Q3,1,2,,\n", 20))
	if code, out, _ := s.run("import", "--dry-run", file); code != exitDone {
		t.Fatalf("exit %d: %s", code, out)
	}
	small := &shell{t, append(slices.Clone(s.environ), "CHISO_IMPORT_MAX_ROWS=10")}
	if code, out, _ := small.run("import", "--dry-run", file); code != exitRefused || !strings.Contains(out, "10") {
		t.Errorf("21 rows of 10: exit %d, %s", code, out)
	}
	for _, set := range []string{"CHISO_WEB_MAX_ROWS=-1", "CHISO_IMPORT_MAX_COLUMNS=20000", "CHISO_WEB_MAX_SECONDS=x", "CHISO_WEB_MAX_FILE_MB=5"} {
		bad := &shell{t, append(slices.Clone(s.environ), set)}
		name, _, _ := strings.Cut(set, "=")
		if code, _, errs := bad.run("rank", "CPS08"); code != exitUsage || !strings.Contains(errs, name) && !strings.Contains(errs, "CHISO_*") {
			t.Errorf("%s: exit %d, %s", set, code, errs)
		}
	}
}
