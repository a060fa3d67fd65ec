package main

import (
	"bytes"
	"maps"
	"path/filepath"
	"testing"

	"chiso/internal/app/receive"
	"chiso/internal/match"
)

func TestChosenColumns(t *testing.T) {
	c := chosenColumns{}
	for _, s := range []string{"E=CPS08.num, f = CPS08.den", "Trang 1!g=CPS08", "H=-"} {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	want := chosenColumns{"E": {Code: "CPS08", Part: match.Numerator}, "F": {Code: "CPS08", Part: match.Denominator}, "Trang 1!G": {Code: "CPS08"}, "H": {}}
	if !maps.Equal(c, want) {
		t.Errorf("%v, want %v", c, want)
	}
	for _, s := range []string{"", "E", "E=", "=CPS08", "E5=CPS08", "ABCD=CPS08"} {
		if err := c.Set(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}

func TestPrintOpenColumns(t *testing.T) {
	var out bytes.Buffer
	p := &program{stdout: &out}
	p.printOpenColumns([]receive.ColumnResult{
		{Column: "C", Reads: &receive.ColumnTarget{Indicator: "CPS08", Part: "numerator"}},
		{Column: "D", Reads: &receive.ColumnTarget{Indicator: "CPS08", Part: "denominator"}, Sure: true},
		{Column: "E", Reads: &receive.ColumnTarget{Indicator: "CPS25", Part: "value"}},
		{Column: "F"},
	})
	want := "  Nếu đúng như vậy: --match 'C=CPS08.num'; nếu không đọc cột này: --match 'C=-'\n" +
		"  Nếu đúng như vậy: --match 'E=CPS25'; nếu không đọc cột này: --match 'E=-'\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

// What --write-match wrote, --match-file takes: the columns of the next file are read as they were.
func TestImport_matchFile(t *testing.T) {
	both(t, func(t *testing.T, s *shell) {
		const head = "Địa phương,Hồ sơ phải trả,Đã trả đúng hẹn\n"
		kept := filepath.Join(t.TempDir(), "ghep.csv")
		first := s.file("q3.csv", head+"P-01,60,55\n")
		if out := s.json(exitRefused, "import", "--period", "2026-09", "--format", "json", first); out["accepted"] != any(false) {
			t.Errorf("columns of unknown headings are read: %v", out)
		}
		s.json(exitDone, "import", "--period", "2026-09", "--format", "json", "--match", "B=CPS08.den", "--match", "C=CPS08.num", "--write-match", kept, first)
		done := s.json(exitDone, "import", "--period", "2026-08", "--format", "json", "--match-file", kept, s.file("q4.csv", head+"P-01,70,66\n"))
		counts := done["files"].([]any)[0].(map[string]any)["observations"].(map[string]any)
		want(t, "new", counts["new"], any(1.0))
		s.json(exitRefused, "import", "--period", "2026-07", "--format", "json", "--match-file", kept, s.file("q5.csv", head+"P-01,70,166\n"))
	})
}
