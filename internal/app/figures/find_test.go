package figures

import (
	"fmt"
	"testing"
	"time"

	"chiso/internal/vi"
)

// A search over 3,400 agencies answers within 50 ms (it takes about one).
func TestFindIndex_quick(t *testing.T) {
	x := &findIndex{}
	for i := range 3400 {
		name := fmt.Sprintf("Ủy ban nhân dân phường Hòa Hiệp Bắc %d", i)
		x.entries = append(x.entries, findEntry{Found: Found{Kind: FoundAgency, Code: fmt.Sprint(i), Name: name}, folded: vi.Fold(name), order: i})
	}
	begun := time.Now()
	out, more, err := x.search(vi.Fold("hoa hiep 33"), nil)
	if err != nil || len(out) != mostFound || !more {
		t.Errorf("%d found, more %v, %v", len(out), more, err)
	}
	if took := time.Since(begun); took > 50*time.Millisecond {
		t.Errorf("took %v", took)
	}
}

func TestNearness(t *testing.T) {
	for text, want := range map[string]int{"da nang p34-48": 0, "thanh pho da nang": 1, "xa hoada nang": 2, "ha noi": -1} {
		if got := nearness(text, "da nang", []string{"da", "nang"}); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
