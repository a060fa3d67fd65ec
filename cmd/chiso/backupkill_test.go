package main

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A backup that is killed at any moment leaves the last good one where it stood, whole: it is restored after every kill.
func TestBackupKilledAtAnyMoment(t *testing.T) {
	kills := 10
	if testing.Short() {
		kills = 2
	}
	s := newShell(t, "sqlite")
	s.must("seed")
	file := filepath.Join(t.TempDir(), "a.backup")
	s.must("backup", "-o", file, "--unencrypted")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	start := func() *exec.Cmd {
		c := exec.Command(self, "backup", "-o", file, "--unencrypted") // killed, not cancelled
		c.Env = append(slices.Clone(s.environ), asProgram+"=1")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	begun := time.Now()
	if err := start().Wait(); err != nil {
		t.Fatal(err)
	}
	took := time.Since(begun)
	moments := rand.New(rand.NewPCG(14, 20261201))
	stopped := 0
	for range kills {
		before, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := start()
		time.Sleep(time.Duration(moments.Int64N(int64(took)))) //nolint:forbidigo // the kill comes at any moment
		_ = c.Process.Kill()
		if c.Wait() != nil {
			stopped++
		}
		after, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("the last good one is gone: %v", err)
		}
		if !slices.Equal(before, after) {
			t.Log("this one was finished before it was killed")
		}
		if out := s.elsewhere("sqlite").must("restore", file); !strings.Contains(out, "Đạt") {
			t.Errorf("restore after a kill: %s", out)
		}
	}
	if stopped < kills/2 {
		t.Errorf("only %d of %d were killed while they ran", stopped, kills)
	}
}
