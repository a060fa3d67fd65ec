package match

import (
	"slices"
	"strings"
	"testing"
)

const small = `kind,text,means,from,to,source
abbreviation,hs,hồ sơ,,,
abbreviation,nt,nộp tiền,,2025-12-31,
same,trước hạn,đúng hạn,,,
phrase,hồ sơ,,,,
phrase,đúng hạn,,,,
opposite,đúng hạn,quá hạn,,,
stop,của,,,,
`

func TestLexicon_tokens(t *testing.T) {
	l, err := ParseLexicon(strings.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"Số HS trước hạn":           "so|ho so|dung han",
		"HỒ SƠ của tỉnh (đúng hạn)": "ho so|tinh|dung han",
		"NT":                        "nt",
		"80%":                       "80|%",
		"":                          "",
	} {
		if got := strings.Join(l.on(20260101).tokens(text), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := l.on(20250101).tokens("NT"); !slices.Equal(got, []string{"nop", "tien"}) {
		t.Errorf("a word that ended in 2025 is %q on a day before", got)
	}
}

func TestParseLexicon_refused(t *testing.T) {
	for _, line := range []string{"phrase,,,,,", "abbreviation,hs,,,,", "stop,của,các,,,", "word,hs,,,,", "phrase,hồ sơ,,2025-13-01,,", "phrase,hồ sơ"} {
		if _, err := ParseLexicon(strings.NewReader("kind,text,means,from,to,source\n" + line + "\n")); err == nil {
			t.Errorf("%q is taken", line)
		}
	}
	if _, err := ParseLexicon(strings.NewReader("")); err == nil {
		t.Error("an empty list is taken")
	}
}
