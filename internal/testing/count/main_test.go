package main

import (
	"strings"
	"testing"
)

func TestTally(t *testing.T) {
	in := strings.Join([]string{
		`{"Action":"output","Package":"a","Test":"TestX","Output":"said before\n"}`,
		`{"Action":"pass","Package":"a","Test":"TestX","Elapsed":0.1}`,
		`{"Action":"run","Package":"a","Test":"TestG"}`,
		`{"Action":"output","Package":"a","Test":"TestG/one","Output":"    a_test.go:7: got 1\n"}`,
		`{"Action":"fail","Package":"a","Test":"TestG/one"}`,
		`{"Action":"pass","Package":"a","Test":"TestG/two"}`,
		`{"Action":"fail","Package":"a","Test":"TestG"}`,
		`{"Action":"output","Package":"a","Test":"TestS","Output":"    a_test.go:9: no PostgreSQL: make deps\n"}`,
		`{"Action":"skip","Package":"a","Test":"TestS"}`,
		`{"Action":"fail","Package":"a","Elapsed":1.5}`,
		`{"Action":"skip","Package":"empty"}`,
		`{"ImportPath":"b [b.test]","Action":"build-output","Output":"b.go:3: undefined: x\n"}`,
		`{"ImportPath":"b [b.test]","Action":"build-fail"}`,
		`{"Action":"output","Package":"b","Output":"FAIL b [build failed]\n"}`,
		`{"Action":"fail","Package":"b","FailedBuild":"b [b.test]"}`,
		`{"Action":"output","Package":"c","Test":"TestHang","Output":"panic: test timed out\n"}`,
		`{"Action":"fail","Package":"c","Elapsed":9}`,
	}, "\n")
	var out strings.Builder
	got, err := tally(strings.NewReader(in), &out)
	if err != nil {
		t.Fatal(err)
	}
	if want := (counts{passed: 2, failed: 3, skipped: 1}); got != want {
		t.Errorf("counts %+v, want %+v", got, want)
	}
	for _, want := range []string{"got 1", "b.go:3: undefined: x", "test timed out", "make deps", "2 passed, 1 failed, 1 skipped"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, &out)
		}
	}
	for _, not := range []string{"said before", "empty"} {
		if strings.Contains(out.String(), not) {
			t.Errorf("the report has %q:\n%s", not, &out)
		}
	}
}

func TestExitCode(t *testing.T) {
	var out strings.Builder
	code, err := run([]string{"./no-such-package"}, &out)
	if err != nil || code == 0 {
		t.Errorf("code %d, %v, for a package that is not there", code, err)
	}
}
