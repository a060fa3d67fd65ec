package vi_test

import (
	"strings"
	"testing"

	"chiso/internal/vi"
)

func TestFileName(t *testing.T) {
	for in, want := range map[string]string{
		`C:\Báo cáo\quý 3.xlsx`: "quý 3.xlsx", "../../etc/passwd": "passwd", strings.Repeat("ế", 400) + ".pdf": strings.Repeat("ế", 145) + "….pdf",
		strings.Repeat("a", 400): strings.Repeat("a", 149) + "…", strings.Repeat("b", 150): strings.Repeat("b", 150),
	} {
		if got := vi.FileName(in); got != want {
			t.Errorf("%.20q…: %q, want %q", in, got, want)
		}
	}
}
