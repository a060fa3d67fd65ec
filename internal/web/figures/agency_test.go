package figures

import "testing"

func TestSectionID(t *testing.T) {
	for code, want := range map[string]string{"Q766_0": "bo-Q766", "DTI_P.NT": "bo-DTI", "CPS08": "bo-CPS08"} {
		if got := sectionID(code); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
