package intake_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chiso/internal/check"
	"chiso/internal/intake"
	"chiso/internal/match"
)

// headingWords is the list that Chiso starts with.
func headingWords(t testing.TB) *match.Lexicon {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "seed", "heading_words.csv"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := match.ParseLexicon(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// choices reads what somebody says of columns: B:CPS08.num,D:-
func choices(text string) map[string]match.Target {
	out := map[string]match.Target{}
	for _, s := range strings.Split(text, ",") {
		column, target, _ := strings.Cut(s, ":")
		x, _ := match.ParseTarget(target)
		if target == "-" {
			x = match.Target{}
		}
		out[column] = x
	}
	return out
}

// TestRows_matched reads the workbooks of testdata/matched, in the form of testdata/cases, with the words of headings.
func TestRows_matched(t *testing.T) {
	words := headingWords(t)
	files, err := filepath.Glob(filepath.Join("testdata", "matched", "*.txt"))
	if err != nil || len(files) < 9 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			describe, want, _ := strings.Cut(string(data), "---\n")
			b := &builder{t: t}
			golden(t, file, describe+"---\n", want, outcomeText(run(t, "a.xlsx", b.build(describe), b.rules, func(_ *check.Rules, o *intake.Options) { o.Words = words })))
		})
	}
}

// TestRows_matchedAlike reads the files of testdata/cases with and without the words of headings: what the catalogue names is
// read alike.
func TestRows_matchedAlike(t *testing.T) {
	words := headingWords(t)
	files, err := filepath.Glob(filepath.Join("testdata", "cases", "*.txt"))
	if err != nil || len(files) < 45 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		describe, _, _ := strings.Cut(string(data), "---\n")
		b := &builder{t: t}
		book := b.build(describe)
		without := run(t, "a.xlsx", book, b.rules)
		with := run(t, "a.xlsx", book, b.rules, func(_ *check.Rules, o *intake.Options) { o.Words = words })
		for _, e := range without.entries {
			if !strings.Contains(strings.Join(with.entries, "\n"), e) {
				t.Errorf("%s: %s is lost", filepath.Base(file), e)
			}
		}
		if a, b := outcomeText(without), outcomeText(with); a != b {
			t.Logf("%s:\n%s\nwith words:\n%s", filepath.Base(file), a, b)
		}
	}
}
