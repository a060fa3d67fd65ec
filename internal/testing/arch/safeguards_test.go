package arch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Nothing but a measurement leaves a safeguard of the store out.
func TestSafeguardsStayOn(t *testing.T) {
	for _, dir := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join("..", "..", "..", dir), func(path string, e os.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			inside := strings.Contains(path, "/internal/store/") || strings.Contains(path, "/internal/bench/")
			if !inside && strings.Contains(string(text), "Without{") || !inside && strings.Contains(string(text), ".Without =") {
				t.Errorf("%s leaves a safeguard out", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
