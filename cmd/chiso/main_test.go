package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/internal/testing/browser"
	"chiso/internal/testing/pgtest"
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" { // started by TestKilledAtAnyMoment
		main()
	}
	code := m.Run()
	browser.Stop()
	if err := pgtest.Stop(); err != nil && code == 0 {
		code = 1
	}
	os.Exit(code)
}

// shell runs commands against one database, as a person would.
type shell struct {
	t       *testing.T
	environ []string
}

// newShell gives a shell over a fresh, seeded database.
func newShell(t *testing.T, engine string) *shell {
	t.Helper()
	s := &shell{t, []string{"CHISO_DATA=" + t.TempDir(), "CHISO_LISTEN=localhost:0", "CHISO_LOG_LEVEL=warn"}}
	if engine == "postgres" {
		s.environ = append(s.environ, "CHISO_DATABASE_URL="+pgtest.Database(t))
	}
	s.must("migrate")
	s.must("seed")
	return s
}

func (s *shell) run(args ...string) (code int, stdout, stderr string) {
	s.t.Helper()
	var out, errs bytes.Buffer
	p := &program{args: args, stdout: &out, stderr: &errs, environ: s.environ, clock: time.Now}
	code = p.run(s.t.Context())
	return code, out.String(), errs.String()
}

func (s *shell) must(args ...string) string {
	s.t.Helper()
	code, out, errs := s.run(args...)
	if code != exitDone {
		s.t.Fatalf("chiso %q: exit %d\n%s%s", args, code, out, errs)
	}
	return out
}

// json runs a command and decodes what it prints.
func (s *shell) json(want int, args ...string) map[string]any {
	s.t.Helper()
	code, out, errs := s.run(args...)
	if code != want {
		s.t.Fatalf("chiso %q: exit %d, want %d\n%s%s", args, code, want, out, errs)
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		s.t.Fatalf("chiso %q prints no JSON: %v\n%s", args, err, out)
	}
	return v
}

func (s *shell) file(name, content string) string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

func keys(m map[string]any) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func want[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func both(t *testing.T, fn func(t *testing.T, s *shell)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { fn(t, newShell(t, engine)) })
	}
}

const tidy = "agency,indicator,period,numerator,denominator,value,note\n"

func TestImportContract(t *testing.T) {
	both(t, func(t *testing.T, s *shell) {
		good := s.file("q3.csv", tidy+"P-01,CPS18,2026-Q3,80,100,,\nHuế,CPS18,2026-Q3,70,90,,\n")
		dry := s.json(exitDone, "import", "--dry-run", "--format", "json", good)
		want(t, "keys", strings.Join(keys(dry), " "), "accepted dry_run files revision")
		want(t, "dry_run", dry["dry_run"], any(true))
		want(t, "revision of a dry run", dry["revision"], nil)
		file := dry["files"].([]any)[0].(map[string]any)
		want(t, "keys of a file", strings.Join(keys(file), " "), "accepted file findings observations rows sha256")
		first := file["rows"].([]any)[0].(map[string]any)
		want(t, "keys of a row", strings.Join(keys(first), " "), "agency cell denominator indicator numerator period sheet state value")
		want(t, "value", first["value"], any(80.0))
		want(t, "agency", first["agency"], any("P-01"))

		done := s.json(exitDone, "import", "--format", "json", good)
		want(t, "accepted", done["accepted"], any(true))
		if done["revision"] == nil {
			t.Error("an import that changes something has no revision")
		}
		counts := done["files"].([]any)[0].(map[string]any)["observations"].(map[string]any)
		want(t, "new", counts["new"], any(2.0))
		again := s.json(exitDone, "import", good, "--format", "json") // flags may come last
		want(t, "revision when nothing changes", again["revision"], nil)

		other := s.json(exitRefused, "import", "--agency", "P-46", "--format", "json", good)
		want(t, "accepted for another agency", other["accepted"], any(false))
		finding := other["files"].([]any)[0].(map[string]any)["findings"].([]any)[0].(map[string]any)
		want(t, "keys of a finding", strings.Join(keys(finding), " "), "cell code message severity sheet")
		want(t, "cell", finding["cell"], any("A2"))

		loose := s.file("loose.csv", "Đơn vị,Tử số,Mẫu số\nTP. Hồ Chí Minh,1,3\n")
		s.json(exitDone, "import", "--period", "2026-Q3", "--indicator", "CPS18", "--format", "json", loose)
		r := s.json(exitDone, "rank", "CPS18", "--period", "2026-Q3", "--format", "json")
		want(t, "ranked", len(r["ranked"].([]any)), 3)
		if said := s.must("check"); !strings.Contains(said, "\nĐạt: ") || strings.Contains(said, "KHÔNG ĐẠT") {
			t.Errorf("check says %s", said)
		}
	})
}

func TestRankContract(t *testing.T) {
	both(t, func(t *testing.T, s *shell) {
		r := s.json(exitDone, "rank", "Q766_0", "--period", "2026-09-26", "--format", "json")
		want(t, "keys", strings.Join(keys(r), " "), "as_of block code decimals name not_ranked period pooled published ranked revision source")
		want(t, "source", r["source"], any("dvcqg"))
		want(t, "block", r["block"], any("provinces"))
		pooled := r["pooled"].(map[string]any)
		want(t, "keys of pooled", strings.Join(keys(pooled), " "), "covered denominator expected method numerator scope value")
		want(t, "pooled score", pooled["value"], nil)
		line := r["ranked"].([]any)[31].(map[string]any)
		want(t, "keys of a rank", strings.Join(keys(line), " "), "agency change denominator name numerator previous_rank published_rank rank value")
		want(t, "rank after two on 30", line["rank"], any(32.0))
		tied := r["ranked"].([]any)[30].(map[string]any)
		want(t, "shared rank", tied["rank"], any(30.0))
		want(t, "its published rank", tied["published_rank"], any(31.0))
		if _, err := time.Parse(time.RFC3339, r["as_of"].(string)); err != nil {
			t.Error(err)
		}
		reasons := map[any]any{}
		for _, n := range s.json(exitDone, "rank", "CPS33", "--period", "2026-10-10", "--format", "json")["not_ranked"].([]any) {
			n := n.(map[string]any)
			want(t, "keys of not ranked", strings.Join(keys(n), " "), "agency detail name reason")
			reasons[n["agency"]] = n["reason"]
		}
		want(t, "Sơn La's 0/0", reasons["P-14"], any("no_denominator"))
		if csv := s.must("rank", "CPS08", "--format", "csv"); strings.Count(csv, "\n") != 35 {
			t.Errorf("CSV of 34 provinces:\n%s", csv)
		}
		if table := s.must("rank", "CPS08"); !strings.Contains(table, "86,64") {
			t.Errorf("table without the pooled figure:\n%s", table)
		}
	})
}

func TestExitCodes(t *testing.T) {
	s := newShell(t, "sqlite")
	bad := s.file("bad.csv", tidy+"Hà Nam,CPS18,2026-Q3,1,2,,\n")
	for _, c := range []struct {
		name string
		code int
		args []string
	}{
		{"no command", exitUsage, nil},
		{"unknown command", exitUsage, []string{"frobnicate"}},
		{"help", exitDone, []string{"help"}},
		{"unknown flag", exitUsage, []string{"rank", "--frobnicate"}},
		{"no code", exitUsage, []string{"rank"}},
		{"unknown format", exitUsage, []string{"rank", "CPS08", "--format", "xml"}},
		{"unknown indicator", exitRefused, []string{"rank", "CPS999", "--period", "2026-Q3"}},
		{"bad period", exitRefused, []string{"rank", "CPS08", "--period", "2026-Q5"}},
		{"unknown block", exitRefused, []string{"rank", "CPS08", "--block", "communes"}},
		{"help of a command", exitDone, []string{"rank", "--help"}},
		{"argument of check", exitUsage, []string{"check", "x"}},
		{"unknown source", exitUsage, []string{"rank", "CPS08", "--source", "rumour"}},
		{"bad as-of", exitUsage, []string{"rank", "CPS08", "--as-of", "yesterday"}},
		{"no file", exitUsage, []string{"import"}},
		{"missing file", exitRefused, []string{"import", "/does/not/exist.csv"}},
		{"refused file", exitRefused, []string{"import", bad}},
		{"unknown source of import", exitUsage, []string{"import", "--source", "rumour", bad}},
		{"report without period", exitUsage, []string{"report", "-o", "x.xlsx"}},
		{"report of nothing", exitRefused, []string{"report", "--period", "2019-Q1", "-o", filepath.Join(t.TempDir(), "x.xlsx")}},
		{"both seeds", exitUsage, []string{"seed", "--illustrative", "--remove-illustrative"}},
		{"healthcheck of nobody", exitRefused, []string{"healthcheck"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := s.run(c.args...)
			want(t, "exit code", code, c.code)
			if code != exitDone && out+errs == "" {
				t.Error("it fails without a word")
			}
			if strings.Contains(out+errs, "panic") || strings.Contains(out+errs, "SQL") {
				t.Errorf("internal text is shown: %s%s", out, errs)
			}
		})
	}
	other := &shell{t, []string{"CHISO_DATA=" + t.TempDir()}}
	if code, _, errs := other.run("rank", "CPS08"); code != exitRefused || !strings.Contains(errs, "chiso migrate") {
		t.Errorf("an empty database: exit %d, %s", code, errs)
	}
	open := &shell{t, append(slices.Clone(s.environ), "CHISO_LISTEN=0.0.0.0:0")}
	if code, _, errs := open.run("serve"); code != exitUsage || !strings.Contains(errs, "máy cục bộ") {
		t.Errorf("listening to the world: exit %d, %s", code, errs)
	}
	nobody := &shell{t, append(slices.Clone(s.environ), "CHISO_URL=https://chiso.example.gov.vn", "CHISO_LISTEN=localhost:0")}
	if code, _, errs := nobody.run("serve"); code != exitUsage || !strings.Contains(errs, "CHISO_PROXIES") {
		t.Errorf("https without a word on the proxy: exit %d, %s", code, errs)
	}
}

func TestAsOfAndReport(t *testing.T) {
	both(t, func(t *testing.T, s *shell) {
		s.must("import", s.file("a.csv", tidy+"P-01,CPS18,2026-Q3,80,100,,\n"))
		before := s.json(exitDone, "rank", "CPS18", "--period", "2026-Q3", "--format", "json")["as_of"].(string)
		s.must("import", s.file("b.csv", tidy+"P-01,CPS18,2026-Q3,90,100,,\n"))
		value := func(args ...string) any {
			r := s.json(exitDone, append([]string{"rank", "CPS18", "--period", "2026-Q3", "--format", "json"}, args...)...)
			return r["ranked"].([]any)[0].(map[string]any)["value"]
		}
		want(t, "now", value(), any(90.0))
		want(t, "as of before the correction", value("--as-of", before), any(80.0))

		report := func(name string, args ...string) []byte {
			path := filepath.Join(t.TempDir(), name)
			s.must(append([]string{"report", "--period", "2026-Q3", "-o", path}, args...)...)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
		first, second := report("1.xlsx"), report("2.xlsx")
		if !bytes.Equal(first, second) {
			t.Error("the same revision gives two different workbooks")
		}
		if old := report("3.xlsx", "--as-of", before, "--code", "CPS18"); bytes.Equal(first, old) {
			t.Error("the report before the correction equals the one after it")
		}
	})
}
