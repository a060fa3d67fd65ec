package main

import (
	"context"
	"debug/elf"
	"fmt"
	"hash/fnv"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// version is set by the linker: make and the Dockerfile pass what git says, or VERSION.
//
//nolint:gochecknoglobals // the linker sets nothing else
var version string

// programVersion names the program in workbooks, on pages and in the log: what the linker was told, else what the Go tool noted.
func programVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "dev"
	}
	return noted(info)
}

// noted is the version by what the Go tool noted of the module and its repository, "dev" when it noted nothing.
func noted(info *debug.BuildInfo) string {
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	rev := set["vcs.revision"]
	if rev == "" {
		return "dev"
	}
	if set["vcs.modified"] == "true" {
		return "dev-" + rev[:min(12, len(rev))] + "+"
	}
	return "dev-" + rev[:min(12, len(rev))]
}

// edition tells two builds apart, also of one version: pages that a browser keeps are those of one build. It is the content hash that
// the Go linker leaves in the executable, else its size and time.
func edition() string {
	f := fnv.New64a()
	_, _ = f.Write([]byte(programVersion()))
	if path, err := os.Executable(); err == nil {
		_, _ = f.Write([]byte(buildID(path)))
		if i, err := os.Stat(path); err == nil {
			_, _ = fmt.Fprintf(f, "%d %d", i.Size(), i.ModTime().UnixNano())
		}
	}
	return strconv.FormatUint(f.Sum64(), 36)
}

func buildID(path string) string {
	x, err := elf.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = x.Close() }()
	s := x.Section(".note.go.buildid")
	if s == nil {
		return ""
	}
	note, err := s.Data()
	if err != nil {
		return ""
	}
	return string(note)
}

// printVersion prints the version, and what else somebody is asked for who reports a fault.
func (p *program) printVersion(_ context.Context, args []string) error {
	if err := alone(p.flags("version"), args); err != nil {
		return err
	}
	_, err := fmt.Fprintf(
		p.stdout,
		"chiso %s\n%s %s/%s\n",
		programVersion(),
		strings.Replace(runtime.Version(), "go", "Go ", 1),
		runtime.GOOS,
		runtime.GOARCH,
	)
	return err
}
