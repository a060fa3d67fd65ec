package compose

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// registry is a docker that answers as a registry with these digests would: one letter, repeated.
const registry = `#!/usr/bin/env bash
[[ "$1 $2 $3" == "buildx imagetools inspect" ]] || exit 9
case "$4" in *node:*) l=a ;; *golang:*) l=b ;; *postgres:*) l="${LETTER:-c}" ;; *) exit 1 ;; esac
[[ "$l" == x ]] && { echo "no such image"; exit 0; }
printf 'sha256:'; printf "$l%.0s" {1..64}; echo
`

// Digests are asked of the registry, written beside the versions, and compared with it later.
func TestPin(t *testing.T) {
	dir := t.TempDir()
	copied := func(name string) string {
		data, err := os.ReadFile(root + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, name)
	}
	dockerfile, compose := copied("Dockerfile"), copied("docker-compose.yml")
	if err := os.WriteFile(filepath.Join(dir, "docker"), []byte(registry), 0o755); err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs(root + "scripts/pin.sh")
	if err != nil {
		t.Fatal(err)
	}
	pin := func(letter, mode string) (string, error) {
		c := exec.CommandContext(t.Context(), script, mode, dir)
		c.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "LETTER="+letter)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	if out, err := pin("x", ""); err == nil || !strings.Contains(out, "no digest") {
		t.Errorf("a registry that says nonsense: %v %s", err, out)
	}
	if out, err := pin("c", ""); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	for file, want := range map[string][]string{
		dockerfile: {"node:20.20.2-bookworm-slim@sha256:" + strings.Repeat("a", 64) + " AS assets", "golang:1.26.8-bookworm@sha256:" + strings.Repeat("b", 64) + " AS program"},
		compose:    {"postgres:15.18-bookworm@sha256:" + strings.Repeat("c", 64) + "\n"},
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if strings.Count(string(text), w) != 1 {
				t.Errorf("%s lacks %q", filepath.Base(file), w)
			}
		}
	}
	if out, err := pin("c", "--check"); err != nil || strings.Count(out, "stands as it is") != 3 {
		t.Errorf("the same: %v %s", err, out)
	}
	if out, err := pin("d", "--check"); err == nil || !strings.Contains(out, "postgres") {
		t.Errorf("another image under the same version: %v %s", err, out)
	}
	if out, err := pin("d", ""); err != nil || !strings.Contains(out, strings.Repeat("d", 64)) {
		t.Errorf("again: %v %s", err, out)
	}
}
