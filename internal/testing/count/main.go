// Command count runs `go test -json` with its own arguments and prints one line for each package, the whole output of what
// failed, and last "N passed, N failed, N skipped". It fails when go test does, also when a package does not compile.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

func main() {
	code, err := run(os.Args[1:], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "count:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func run(args []string, out io.Writer) (int, error) {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	stream, err := cmd.StdoutPipe()
	if err != nil {
		return 1, err
	}
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	total, err := tally(stream, out)
	if err != nil {
		_, _ = io.Copy(io.Discard, stream) // let go test end
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", total.passed, total.failed, total.skipped)
	ended := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case errors.As(ended, &exit):
		return max(exit.ExitCode(), 1), err
	case ended != nil:
		return 1, errors.Join(err, ended)
	case total.failed > 0:
		return 1, err
	}
	return 0, err
}

// event is one line of `go doc test2json`.
type event struct {
	Action      string
	Package     string
	ImportPath  string
	Test        string
	Elapsed     float64
	Output      string
	FailedBuild string
}

type counts struct{ passed, failed, skipped int }

type key struct{ pkg, test string }

// tally reads events and writes the report. Only tests without subtests of their own are counted: a group is not a test.
func tally(in io.Reader, out io.Writer) (counts, error) {
	var total counts
	perPackage := map[string]*counts{}
	said := map[key][]string{} // output so far, kept only until its test or package has passed
	groups := map[key]bool{}
	var reasons []string

	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var ev event
			if json.Unmarshal(line, &ev) != nil {
				fmt.Fprintf(out, "%s", line) // not ours to understand, but somebody's words
				continue
			}
			if ev.Package == "" {
				ev.Package = ev.ImportPath
			}
			k := key{ev.Package, ev.Test}
			if at := strings.LastIndexByte(ev.Test, '/'); at >= 0 {
				groups[key{ev.Package, ev.Test[:at]}] = true
			}
			c := perPackage[ev.Package]
			if c == nil {
				c = new(counts)
				perPackage[ev.Package] = c
			}
			switch ev.Action {
			case "output", "build-output":
				said[k] = append(said[k], ev.Output)
			case "pass", "fail", "skip":
				if ev.Test != "" {
					finishTest(ev, k, groups[k], c, said, &reasons, out)
					continue
				}
				if ev.Action == "fail" && c.failed == 0 { // did not compile, timed out, or ended outside a test
					c.failed++
					printAll(out, said, ev.Package, ev.FailedBuild)
				}
				if *c != (counts{}) {
					fmt.Fprintf(
						out,
						"%-4s %-40s %d passed, %d failed, %d skipped (%.1fs)\n",
						ev.Action,
						ev.Package,
						c.passed,
						c.failed,
						c.skipped,
						ev.Elapsed,
					)
				}
				total.passed, total.failed, total.skipped = total.passed+c.passed, total.failed+c.failed, total.skipped+c.skipped
				delete(perPackage, ev.Package)
				for k := range said {
					if k.pkg == ev.Package {
						delete(said, k)
					}
				}
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return total, err
		}
	}
	for _, reason := range reasons {
		fmt.Fprintln(out, reason)
	}
	return total, nil
}

func finishTest(ev event, k key, group bool, c *counts, said map[key][]string, reasons *[]string, out io.Writer) {
	output := said[k]
	delete(said, k)
	switch ev.Action {
	case "pass":
		if !group {
			c.passed++
		}
	case "skip":
		c.skipped++
		*reasons = append(*reasons, fmt.Sprintf("skip %s %s: %s", ev.Package, ev.Test, reason(output)))
	case "fail":
		if !group {
			c.failed++
		}
		fmt.Fprintf(out, "FAIL %s %s\n%s", ev.Package, ev.Test, strings.Join(output, ""))
	}
}

// reason is what a skipped test said, without the lines that go test adds.
func reason(output []string) string {
	var own []string
	for _, line := range output {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			own = append(own, line)
		}
	}
	return strings.Join(own, " ")
}

// printAll writes what a package that broke outside its tests, or its failed build, has said.
func printAll(out io.Writer, said map[key][]string, pkgs ...string) {
	var keys []key
	for k := range said {
		if slices.Contains(pkgs, k.pkg) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b key) int { return strings.Compare(a.pkg+" "+a.test, b.pkg+" "+b.test) })
	for _, k := range keys {
		fmt.Fprint(out, strings.Join(said[k], ""))
	}
}
