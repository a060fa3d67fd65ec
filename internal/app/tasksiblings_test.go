package app_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app"
	"chiso/internal/app/figures"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/app/tasks"
	"chiso/internal/check"
	"chiso/internal/store"
	"chiso/internal/testing/siblings"
	"chiso/internal/vi"
)

// siblingTask is a task as a register must be read.
type siblingTask struct {
	Code, Title, Lead, Due, Done, Status string
	Co, Assigned                         *string // nil is not compared
}

// TestTasks_siblings reads the registers that people described who have not read the reader: none may be taken with a task that is
// wrong.
func TestTasks_siblings(t *testing.T) {
	dry := seeded(t)
	image := seededImage(t)
	open := stillOpen(t)
	n := 0
	for _, c := range siblings.Load(t, siblingDir) {
		if c.Mode != "tasks" {
			continue
		}
		n++
		t.Run(c.Name, func(t *testing.T) {
			faults := taskSibling(t, dry, image, &c)
			if open[c.Name] {
				if len(faults) == 0 {
					t.Error("is right now; take it off the list of open cases")
				}
				return
			}
			for _, x := range faults {
				t.Errorf("%s\n%s", &c, x)
			}
		})
	}
	if n < 75 {
		t.Errorf("only %d registers", n)
	}
}

// seededImage is a database with the catalogue and nothing else, to be copied.
func seededImage(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "image.db")
	s, err := store.Open(t.Context(), store.Config{Path: path, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Store: s, Clock: time.Now, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// fromImage opens a copy of a database.
func fromImage(t *testing.T, image []byte) *app.App {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chiso.db")
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatal(err)
	}
	c := &clock{now: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	s, err := store.Open(t.Context(), store.Config{Path: path, Clock: c.read})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	a, err := app.New(app.Config{Store: s, Clock: c.read, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// taskSibling takes a register as `chiso tasks import` does, and returns what is wrong.
func taskSibling(t *testing.T, dry *fixture, image []byte, c *siblings.Case) (faults []string) {
	t.Helper()
	name, data := c.File(t)
	programme := c.Args.Programme
	if programme == "" {
		programme = "sib"
	}
	office := actor(t, "office", access.Office, agency.Nation)
	req := tasks.ImportRequest{Files: []ledger.ImportFile{{Name: name, Data: data}}, Programme: programme, DryRun: true}
	res, err := dry.ImportTasks(office, req)
	if err != nil {
		t.Fatal(err)
	}
	file := &receive.FileResult{Findings: res.Files[0].Findings}
	t.Logf("verdict %v: %s%s", res.Files[0].Accepted, c.Kind, said(file))
	switch {
	case !res.Files[0].Accepted && c.Want.Outcome == "read":
		return []string{"not read:" + said(file)}
	case !res.Files[0].Accepted:
		return nil
	case c.Want.Outcome == "asked":
		faults = append(faults, "accepted, must be asked")
	}
	a := fromImage(t, image)
	req.DryRun = false
	if res, err = a.ImportTasks(office, req); err != nil || !res.Accepted {
		t.Fatalf("accepted in a dry run only: %+v, %v", res, err)
	}
	list, err := a.Tasks(office, tasks.Query{At: c.Args.AsOf})
	if err != nil {
		t.Fatal(err)
	}
	sets := make([][]siblingTask, 1)
	if err := json.Unmarshal(c.Want.Tasks, &sets[0]); err != nil && c.Want.Outcome != "asked" {
		t.Fatal(err)
	}
	if len(c.Want.OrTasks) > 0 {
		var more [][]siblingTask
		if err := json.Unmarshal(c.Want.OrTasks, &more); err != nil {
			t.Fatal(err)
		}
		sets = append(sets, more...)
	}
	if len(faults) > 0 || !slices.ContainsFunc(sets, func(want []siblingTask) bool { return sameTasks(list.Lines, want) }) {
		faults = append(faults, "taken: "+taskText(list.Lines)+"\nwant: "+string(c.Want.Tasks)+said(file))
	}
	loud := slices.ContainsFunc(res.Files[0].Findings, func(x check.Finding) bool { return c.Want.Says == "notice" || x.Severity != check.Info })
	if c.Want.Says != "" && !loud {
		faults = append(faults, "taken without a "+c.Want.Says+":"+said(file))
	}
	return faults
}

func sameTasks(lines []figures.TaskLine, want []siblingTask) bool {
	return len(lines) == len(want) && !slices.ContainsFunc(want, func(w siblingTask) bool {
		return !slices.ContainsFunc(lines, func(l figures.TaskLine) bool { return sameTask(&l, &w) })
	})
}

func sameTask(l *figures.TaskLine, w *siblingTask) bool {
	return (w.Code == "" || l.Code == w.Code) && vi.Clean(l.Title) == vi.Clean(w.Title) && sameParties(l.Holders, w.Lead) &&
		isoDay(l.Due) == w.Due && isoDay(l.Completed) == w.Done && (w.Status == "" || string(l.Status) == w.Status) &&
		(w.Co == nil || sameParties(l.Others, *w.Co)) && (w.Assigned == nil || isoDay(l.Assigned) == *w.Assigned)
}

func sameParties(got []figures.TaskParty, want string) bool {
	var ids []string
	for _, p := range got {
		ids = append(ids, string(p.Agency))
	}
	slices.Sort(ids)
	all := strings.FieldsFunc(want, func(r rune) bool { return r == ';' })
	slices.Sort(all)
	return slices.Equal(ids, all)
}

func isoDay(d vi.Date) string {
	if d == 0 || d.IsOpen() {
		return ""
	}
	return d.ISO()
}

func taskText(lines []figures.TaskLine) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString("\n  " + l.Code + " | " + l.Title + " | ")
		for _, p := range l.Holders {
			b.WriteString(string(p.Agency) + ";")
		}
		b.WriteString(" | ")
		for _, p := range l.Others {
			b.WriteString(string(p.Agency) + ";")
		}
		b.WriteString(" | " + isoDay(l.Assigned) + " | " + isoDay(l.Due) + " | " + isoDay(l.Completed) + " | " + string(l.Status))
	}
	return b.String()
}
