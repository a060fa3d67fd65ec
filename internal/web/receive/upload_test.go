package receive

import "testing"

func TestPeriodText(t *testing.T) {
	for key, want := range map[string]string{"2026-Q3": "Quý III năm 2026", "kỳ nào đó": "kỳ nào đó"} {
		if got := periodText(key); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
