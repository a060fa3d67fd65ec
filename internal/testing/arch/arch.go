// Package arch holds the rules of docs/design.md §2 that a compiler does not: which room may import which, what pure rooms stay
// away from, and which names say nothing. Its test asks `go list` about the whole module.
package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

const module = "chiso/"

// Package is what `go list -json` says about one.
type Package struct {
	ImportPath string
	Dir        string
	Name       string
	GoFiles    []string
	CgoFiles   []string
	Imports    []string // of the program alone: tests may import what they like
}

// foundation may be used by every pure room; the order goes down to fault, which stands on nothing.
var foundation = []string{"internal/agency", "internal/kpi", "internal/vi", "internal/fault"}

var pure = append(
	[]string{"internal/check", "internal/match", "internal/filing", "internal/access", "internal/task", "internal/ranking"},
	foundation...)

// slice is what a part of the pages may import: the frame, and the rooms whose use cases it shows. Never another slice.
func slice(rooms ...string) []string {
	return append(append([]string{"internal/web/frame", "internal/web/route", "internal/app/ledger"}, rooms...), pure...)
}

// may says what each room may import of ours, besides itself. A package below a room belongs to it.
var may = map[string][]string{
	"cmd/chiso": append([]string{"internal/web", "internal/app", "internal/store", "internal/intake", "internal/report", "internal/chart",
		"internal/job", "internal/mail", "internal/backup", "templates", "static", "seed"}, pure...),
	"internal/web": append(
		[]string{"internal/app/ledger", "internal/app/figures", "internal/app/account"},
		pure...), // and all rooms below it
	"internal/web/frame": append(
		[]string{
			"internal/app/ledger",
			"internal/app/figures",
			"internal/app/receive",
			"internal/app/catalogue",
			"internal/chart",
			"templates",
		},
		pure...),
	"internal/web/route":   append([]string{"internal/web/frame"}, pure...),
	"internal/web/figures": slice("internal/app/figures", "internal/chart"),
	"internal/web/receive": slice("internal/app/receive"),
	"internal/web/reporting": slice(
		"internal/app/reporting",
		"internal/app/chase",
		"internal/app/notices",
		"internal/app/receive",
		"internal/app/tasks",
	),
	"internal/web/matching":  slice("internal/app/receive", "internal/app/reporting"),
	"internal/web/tasks":     slice("internal/app/tasks", "internal/app/receive", "internal/app/figures", "internal/chart"),
	"internal/web/publish":   slice("internal/app/publish"),
	"internal/web/catalogue": slice("internal/app/catalogue"),
	"internal/web/account":   slice("internal/app/account", "internal/app/notices"),
	"internal/web/system":    slice("internal/app"),
	"internal/app/ledger":    append([]string{"internal/store", "internal/intake", "internal/job", "internal/mail"}, pure...),
	"internal/app/figures":   append([]string{"internal/app/ledger", "internal/store", "internal/report"}, pure...),
	"internal/app/account":   append([]string{"internal/app/ledger", "internal/store"}, pure...),
	"internal/app/receive":   append([]string{"internal/app/ledger", "internal/app/figures", "internal/store", "internal/intake"}, pure...),
	"internal/app/catalogue": append(
		[]string{"internal/app/ledger", "internal/app/figures", "internal/app/receive", "internal/store", "internal/intake", "seed"},
		pure...),
	"internal/app/notices": append(
		[]string{"internal/app/ledger", "internal/app/account", "internal/store", "internal/job", "internal/mail"},
		pure...),
	"internal/app/chase": append([]string{"internal/app/ledger", "internal/app/figures", "internal/app/reporting", "internal/app/notices",
		"internal/store", "internal/report", "internal/job"}, pure...),
	"internal/app/reporting": append([]string{"internal/app/ledger", "internal/app/figures", "internal/app/receive", "internal/app/account",
		"internal/app/notices", "internal/store", "internal/intake", "internal/report", "internal/job", "internal/mail"}, pure...),
	"internal/app/tasks": append(
		[]string{"internal/app/ledger", "internal/app/figures", "internal/app/receive", "internal/store", "internal/intake"},
		pure...),
	"internal/app/publish": append(
		[]string{"internal/app/ledger", "internal/app/figures", "internal/app/reporting", "internal/app/tasks", "internal/app/notices",
			"internal/store", "internal/report", "internal/job"},
		pure...),
	"internal/app": append(
		[]string{"internal/store", "internal/intake", "internal/report", "internal/job", "internal/mail", "internal/backup", "seed"},
		pure...),
	"internal/store":   pure,
	"internal/chart":   pure,
	"internal/report":  pure,
	"internal/job":     pure,
	"internal/mail":    pure,
	"internal/backup":  pure,
	"internal/intake":  pure,
	"internal/check":   foundation,
	"internal/match":   foundation,
	"internal/filing":  append([]string{"internal/access"}, foundation...),
	"internal/access":  foundation,
	"internal/task":    foundation,
	"internal/ranking": foundation,
	"internal/agency":  {"internal/vi", "internal/fault"},
	"internal/kpi":     {"internal/vi", "internal/fault"},
	"internal/vi":      {"internal/fault"},
	"internal/fault":   {},
	"templates":        {},
	"static":           {},
	"seed":             pure,
}

// exempt rooms are no part of the program.
var exempt = []string{"internal/testing", "internal/bench"}

// keepers says which rooms alone may import other people's modules (by path prefix).
var keepers = map[string][]string{
	"github.com/labstack/":        {"internal/web"},
	"github.com/alexedwards/scs":  {"internal/web"},
	"github.com/coreos/go-oidc":   {"internal/web"},
	"database/sql":                {"internal/store"},
	"gorm.io/":                    {"internal/store"},
	"github.com/glebarez/":        {"internal/store"},
	"modernc.org/":                {"internal/store"},
	"github.com/jackc/":           {"internal/store"},
	"github.com/pressly/goose":    {"internal/store"},
	"github.com/xuri/excelize":    {"internal/intake", "internal/report"},
	"github.com/go-echarts/":      {"internal/chart"},
	"github.com/wneessen/go-mail": {"internal/mail"},
	"filippo.io/age":              {"internal/backup"},
	"github.com/klauspost/":       {"internal/backup"},
	"github.com/chromedp/":        {},
	"github.com/compose-spec/":    {},
	"testing":                     {},
}

// impure is what a pure room must not import.
var impure = []string{
	"database/sql",
	"database/sql/driver",
	"net",
	"net/http",
	"log",
	"log/slog",
	"os",
	"os/exec",
	"os/signal",
	"html/template",
}

// empty names say nothing about what is inside.
var empty = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "misc", "shared", "base"}

// Faults gives a sentence for every rule that the packages break.
func Faults(packages []Package) []string {
	var faults []string
	for _, p := range packages {
		rel := strings.TrimPrefix(p.ImportPath, module)
		fault := func(format string, args ...any) {
			faults = append(faults, rel+": "+fmt.Sprintf(format, args...))
		}
		if slices.Contains(empty, p.Name) || slices.Contains(empty, path.Base(rel)) {
			fault("the name %q says nothing; name the package after what it does", path.Base(rel))
		}
		if within(rel, exempt...) {
			continue
		}
		room := roomOf(rel)
		if room == "" {
			fault("belongs to no room of docs/design.md §2")
			continue
		}
		for _, imp := range p.Imports {
			own, ours := strings.CutPrefix(imp, module)
			switch {
			case ours && !within(own, append([]string{room}, may[room]...)...):
				fault("must not import %s", own)
			case ours:
				continue
			case room == "internal/fault" && strings.Contains(strings.Split(imp, "/")[0], "."):
				fault("stands on the standard library alone, not on %s", imp)
			case slices.Contains(pure, room) && slices.Contains(impure, imp):
				fault("is pure and must not import %s", imp)
			}
			for prefix, rooms := range keepers {
				if (imp == prefix || strings.HasPrefix(imp, prefix) && prefix != "testing") && !within(rel, rooms...) {
					fault("must not import %s: only %s may", imp, strings.Join(append(slices.Clone(rooms), "tests"), ", "))
				}
			}
		}
		for _, file := range append(slices.Clone(p.GoFiles), p.CgoFiles...) {
			for _, f := range inFile(filepath.Join(p.Dir, file), slices.Contains(pure, room)) {
				fault("%s: %s", file, f)
			}
		}
	}
	slices.Sort(faults)
	return faults
}

// inFile looks for func init, and in pure rooms for the clock.
func inFile(name string, isPure bool) []string {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
	if err != nil {
		return []string{err.Error()}
	}
	var faults []string
	clock := ""
	for _, imp := range f.Imports {
		if imp.Path.Value == `"time"` {
			clock = "time"
			if imp.Name != nil {
				clock = imp.Name.Name
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				faults = append(faults, fmt.Sprintf("line %d: func init acts before main has said anything", fset.Position(n.Pos()).Line))
			}
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if isPure && ok && clock != "" && x.Name == clock && slices.Contains([]string{"Now", "Since", "Until", "After", "Tick"}, n.Sel.Name) {
				faults = append(faults, fmt.Sprintf("line %d: time.%s in a pure room; take the time as an argument", fset.Position(n.Pos()).Line, n.Sel.Name))
			}
		}
		return true
	})
	return faults
}

// roomOf gives the room that a package lies in: the smallest, for rooms have rooms.
func roomOf(rel string) (found string) {
	for room := range may {
		if within(rel, room) && len(room) > len(found) {
			found = room
		}
	}
	return found
}

func within(rel string, rooms ...string) bool {
	return slices.ContainsFunc(rooms, func(room string) bool { return rel == room || strings.HasPrefix(rel, room+"/") })
}
