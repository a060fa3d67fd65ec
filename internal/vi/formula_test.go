package vi_test

import (
	"testing"

	"chiso/internal/vi"
)

func TestUnformula(t *testing.T) {
	for in, want := range map[string]string{"": "", "Hà Nội": "Hà Nội", "=1": "'=1", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x", "@x": "'@x", "\tx": "'\tx",
		"-5": "-5", "+5": "+5", "-1.234,5": "-1.234,5", "-5+1": "'-5+1", "-": "'-", "- không có": "'- không có"} {
		if got := vi.Unformula(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
