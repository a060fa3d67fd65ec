package app_test

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/check"
	"chiso/internal/kpi"
	"chiso/internal/testing/siblings"
)

// TestImport_siblings reads the files that people described who have not read the reader, as `chiso import --dry-run` does:
// none may be accepted with a figure that is wrong.
func TestImport_siblings(t *testing.T) {
	f := empty(t, "sqlite")
	if _, err := f.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	open := stillOpen(t)
	for i, c := range siblings.Load(t, siblingDir) {
		if c.Mode != "import" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			faults := f.sibling(t, &c, i%3 == 0) // a good part of them on the office's page too
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
}

var siblingDir = filepath.Join("..", "intake", "testdata", "siblings")

// stillOpen are the cases that are known to be read wrongly; each is to go.
func stillOpen(t *testing.T) map[string]bool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(siblingDir, "open.txt"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out[line] = true
		}
	}
	return out
}

// sibling reads a case as the command does, and as the page does, and returns what is wrong.
func (f *fixture) sibling(t *testing.T, c *siblings.Case, page bool) (faults []string) {
	t.Helper()
	name, data := c.File(t)
	req := receive.Request{Files: []ledger.ImportFile{{Name: name, Data: data}}, Account: "test",
		Period: c.Args.Period, Indicator: c.Args.Indicator, Agency: agency.ID(c.Args.Agency), DryRun: true}
	res, err := f.Import(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("verdict %v: %s%s%s", res.Accepted, c.Kind, rowTexts(res.Files[0].Rows), said(&res.Files[0]))
	faults = judge(c, res.Accepted, &res.Files[0])
	if !page {
		return faults
	}
	req.DryRun = false
	id, err := f.SaveUpload(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	u, err := f.Upload(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	errs := slices.ContainsFunc(u.Result.Findings, func(x check.Finding) bool { return x.Severity == check.Error })
	for _, x := range judge(c, !errs, &u.Result) {
		faults = append(faults, "page: "+x)
	}
	return faults
}

// judge compares what came of a file with what must.
func judge(c *siblings.Case, accepted bool, res *receive.FileResult) (faults []string) {
	switch {
	case !accepted && c.Want.Outcome == "read":
		faults = append(faults, "not read: "+said(res))
	case accepted && c.Want.Outcome == "asked":
		faults = append(faults, "accepted, must be asked: "+rowTexts(res.Rows)+said(res))
	case accepted:
		sets := append([][]siblings.Figure{c.Want.Figures}, c.Want.Or...)
		if !slices.ContainsFunc(sets, func(want []siblings.Figure) bool { return sameFigures(res.Rows, want) }) {
			faults = append(faults, fmt.Sprintf("accepted with: %s\nwant: %+v%s", rowTexts(res.Rows), c.Want.Figures, said(res)))
		}
		loud := slices.ContainsFunc(res.Findings, func(x check.Finding) bool {
			return c.Want.Says == "notice" || x.Severity != check.Info
		})
		if c.Want.Says != "" && !loud {
			faults = append(faults, "accepted without a "+c.Want.Says+": "+said(res))
		}
	}
	return faults
}

func said(res *receive.FileResult) string {
	var b strings.Builder
	for _, x := range res.Findings[:min(len(res.Findings), 8)] {
		b.WriteString("\n  " + string(x.Severity) + " " + x.Sheet + "!" + x.Cell + " " + x.Code + ": " + x.Message)
	}
	return b.String()
}

func rowTexts(rows []receive.RowResult) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString("\n  " + strings.Join([]string{r.Cell, r.Agency, r.Indicator, r.Period, r.Numerator.String(), r.Denominator.String(), r.Value.String(),
			string(r.State), strings.Join(r.Qualifiers, "+")}, " "))
	}
	return b.String()
}

func sameFigures(rows []receive.RowResult, want []siblings.Figure) bool {
	if len(rows) != len(want) {
		return false
	}
	for _, w := range want {
		if !slices.ContainsFunc(rows, func(r receive.RowResult) bool { return sameFigure(&r, &w) }) {
			return false
		}
	}
	return true
}

func sameFigure(r *receive.RowResult, w *siblings.Figure) bool {
	if r.Agency != w.Agency || r.Indicator != w.Indicator || r.Period != w.Period || w.State != "" && string(r.State) != w.State {
		return false
	}
	if (w.Qualifier != "") != (len(r.Qualifiers) > 0 || r.State == kpi.CensoredBelow) {
		return false
	}
	if !sameSide(r, w.QualifierExact) {
		return false
	}
	if r.State != kpi.Value {
		return true
	}
	if w.Num == "" && w.Den == "" {
		value, ok := new(big.Rat).SetString(w.Value)
		return ok && !r.Numerator.Valid && !r.Denominator.Valid && r.Value.Valid &&
			near(r.Value.Rat(), value, big.NewRat(1, 2), r.Decimals)
	}
	num, ok1 := new(big.Rat).SetString(w.Num)
	den, ok2 := new(big.Rat).SetString(w.Den)
	return ok1 && ok2 && r.Numerator.Valid && r.Denominator.Valid && near(r.Numerator.Rat(), num, nil, 0) && near(r.Denominator.Rat(), den, nil, 0)
}

// sideWords are the words that a figure may carry for the direction that a case asks for.
var sideWords = map[string][]string{"gt": {"hơn", "trên"}, "ge": {"hơn", "trên"}, "nearly": {"gần"}, "about": {"khoảng"}}

// sameSide compares to which side of the printed number the true one lies.
func sameSide(r *receive.RowResult, exact string) bool {
	switch exact {
	case "":
		return true
	case "lt", "le":
		return r.State == kpi.CensoredBelow
	default:
		words := sideWords[exact]
		return slices.ContainsFunc(r.Qualifiers, func(title string) bool {
			word, _, _ := strings.Cut(title, " (")
			return slices.Contains(words, word)
		})
	}
}

// near compares two numbers: up to half of the last decimal where one is rounded, else up to a billionth.
func near(a, b, half *big.Rat, decimals int) bool {
	limit := new(big.Rat).Mul(new(big.Rat).Abs(b), big.NewRat(1, 1_000_000_000))
	if half != nil {
		unit := big.NewRat(1, 1)
		for range decimals {
			unit.Mul(unit, big.NewRat(1, 10))
		}
		limit.Add(limit, unit.Mul(unit, half))
	}
	diff := new(big.Rat).Sub(a, b)
	return diff.Abs(diff).Cmp(limit) <= 0
}
