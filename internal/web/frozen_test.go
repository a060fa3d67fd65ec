package web_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/app/receive"
	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// What leads elsewhere may offer more than before; all else of a page of a release may not change by a byte.
var navigation = regexp.MustCompile(`(?s)<nav.*?</nav>|<form.*?</form>|<details class="choose.*?</details>|<header class="site-header">.*?</header>|data-revision="\d+"`)

// content is what an answer says, without what leads elsewhere; of a workbook every cell.
func content(t *testing.T, body []byte) string {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		return navigation.ReplaceAllString(string(body), "")
	}
	x, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	var b strings.Builder
	for _, sheet := range x.GetSheetList() {
		rows, err := x.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range rows {
			fmt.Fprintf(&b, "%s!%d %q\n", sheet, i+1, r)
		}
	}
	return b.String()
}

// firstDifference shows where two texts part.
func firstDifference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, min(i, len(s))-80):min(len(s), i+120)] }
	return fmt.Sprintf("\nbefore …%s…\nafter  …%s…", cut(a), cut(b))
}

// cutShort ends the definition of a code on a day.
func cutShort(c *store.Catalogue, code string, last vi.Date) *kpi.Definition {
	for i := range c.Definitions {
		if d := &c.Definitions[i]; d.Indicator.Code == code {
			d.To = last
			return d
		}
	}
	panic("no definition of " + code)
}

// leave ends the membership of an agency in a block.
func leave(c *store.Catalogue, block string, id agency.ID, last vi.Date) {
	for i := range c.Agencies.Members {
		if m := &c.Agencies.Members[i]; m.Block == block && m.Agency == id && m.To > last {
			m.To = last
		}
	}
}

// catalogueChanges are ten kinds of change of the catalogue, each of which reaches over the period that was released.
var catalogueChanges = []struct {
	name string
	do   func(c *store.Catalogue)
}{
	{"a target", func(c *store.Catalogue) {
		c.Targets = slices.DeleteFunc(c.Targets, func(t kpi.Target) bool { return t.Indicator == "CPS18" })
		c.Targets = append(c.Targets, kpi.Target{Indicator: "CPS18", Scope: "all", Year: 2026, Value: vi.Int(41), Unit: "%", Act: "QĐ 99/QĐ-TTg"})
	}},
	{"the name, unit and decimals of a definition", func(c *store.Catalogue) {
		for i := range c.Definitions {
			if d := &c.Definitions[i]; d.Indicator.Code == "CPS18" {
				d.Name, d.Decimals, d.Basis = "Tên mới của chỉ tiêu", 0, "QĐ 98/QĐ-TTg"
			}
		}
	}},
	{"the smallest denominator that is ranked", func(c *store.Catalogue) {
		for i := range c.Definitions {
			if d := &c.Definitions[i]; d.Indicator.Code == "CPS18" {
				d.MinN = vi.NullDecimal{Decimal: vi.Int(1000), Valid: true}
			}
		}
	}},
	{"the source that an indicator is ranked by", func(c *store.Catalogue) {
		for i := range c.Definitions {
			if d := &c.Definitions[i]; d.Indicator.Code == "CPS18" {
				d.RankingSource = kpi.Appraised
			}
		}
	}},
	{"the name of an agency", func(c *store.Catalogue) {
		for i := range c.Agencies.Versions {
			if v := &c.Agencies.Versions[i]; v.Agency == "P34-48" {
				v.Name, v.Short = "Thành phố Tên Mới", "Tên Mới"
			}
		}
	}},
	{"the name of a block", func(c *store.Catalogue) {
		for i := range c.Agencies.Blocks {
			if b := &c.Agencies.Blocks[i]; b.Code == "provinces" {
				b.Name = "Khối tên mới"
			}
		}
	}},
	{"the points of a scorecard", func(c *store.Catalogue) {
		for i := range c.Scorecards {
			if s := &c.Scorecards[i]; s.Code == "DO" {
				for j := range s.Components {
					s.Components[j].Max = vi.Int(50)
				}
			}
		}
	}},
	{"the members of a block", func(c *store.Catalogue) { leave(c, "provinces", "P-46", 20260831) }},
	{"an agency that ends", func(c *store.Catalogue) {
		for i := range c.Agencies.Versions {
			if v := &c.Agencies.Versions[i]; v.Agency == "P34-48" && v.To > 20260831 {
				v.To = 20260831
			}
		}
		leave(c, "provinces", "P34-48", 20260831)
	}},
	{"a definition that ends", func(c *store.Catalogue) { cutShort(c, "CPS18", 20260630) }},
	{"a definition that cuts the old one short", func(c *store.Catalogue) {
		anew := *cutShort(c, "CPS18", 20260630)
		anew.ID, anew.From, anew.To, anew.Name = 0, 20260701, vi.OpenTo, "Định nghĩa mới"
		c.Definitions = append(c.Definitions, anew)
	}},
}

// withCard adds a scorecard over the released indicator, so that the release has one.
func withCard(c *store.Catalogue) {
	c.Scorecards = append(c.Scorecards, ranking.Scorecard{Code: "DO", Version: "1", Name: "Bộ chỉ số đo thử", From: 20250701, To: vi.OpenTo, Block: "provinces",
		Silence: ranking.Unranked, Decimals: 2, RoundOrder: ranking.RoundThenSum, Components: []ranking.Component{
			{Code: "DO", Max: vi.Int(100), Rule: ranking.SumRule, OnMissing: ranking.Incomplete},
			{Code: "CPS18", Parent: "DO", Max: vi.Int(100), Rule: ranking.Linear, OnMissing: ranking.Incomplete}}})
}

// A release is frozen: whatever changes in the catalogue afterwards, each address that shows its figures says the same.
func TestReleaseFrozen(t *testing.T) {
	h, a, s := anOfficeOver(t)
	csv := "Cơ quan,Chỉ tiêu,Kỳ báo cáo,Tử số,Mẫu số\nBộ Tư pháp,CPS18,2026-Q3,7319,10000\nBộ Y tế,CPS18,2026-Q3,61,100\n"
	if res, err := a.Import(access.With(t.Context(), access.Machine("cli")), receive.Request{Files: []ledger.ImportFile{{Name: "b.csv", Data: []byte(csv)}}, Account: "cli"}); err != nil || !res.Accepted {
		t.Fatalf("%+v %v", res, err)
	}
	change := func(name string, do func(c *store.Catalogue)) {
		if _, err := s.Write(t.Context(), store.Change{Account: "lan", Reason: name}, func(tx *store.Tx) error {
			c, err := tx.Catalogue()
			if err != nil {
				return err
			}
			do(&c)
			return tx.SaveCatalogue(c)
		}); err != nil {
			t.Fatal(err)
		}
	}
	change("a scorecard", withCard)
	evidence := evidenceOf(t, visit(t, h, "lan", "/ranking/CPS18?period=2026-Q3&view=live", nil).Body.String(), "Đà Nẵng")
	visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"final"}, "number": {"12/TB"}, "day": {"2026-11-25"}})
	if w := visit(t, h, "minh", "/release/1/approve", url.Values{"version": {"1"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	paths := []string{"/ranking/DO?period=2026-Q3", "/ranking/DO.csv?period=2026-Q3", "/heat/DO?period=2026-Q3", "/a4/BTP", "/agency/BTP", "/trend/BTP?code=CPS18", "/analysis/P34-48?code=CPS18&period=2026-Q3"}
	for _, r := range h.Routes() {
		if r.Method == http.MethodGet && r.Action == access.ReadRelease {
			paths = append(paths, slices.DeleteFunc(sights(r, evidence), func(p string) bool { return strings.Contains(p, "view=live") })...)
		}
	}
	before := map[string]string{}
	for _, p := range paths {
		w := visit(t, h, "xem-hanoi", p, nil)
		if _, known := before[p]; !known && w.Code == 200 && (tells(t, w.Body.Bytes()) || strings.Contains(p, "/DO")) {
			before[p] = content(t, w.Body.Bytes())
		}
	}
	shown := slices.Collect(maps.Keys(before))
	for _, must := range []string{"/ranking/CPS18", "/ranking/CPS18.csv", "/ranking/DO", "/heat/CPS18", "/map/CPS18", "/compare/CPS18", "/merger/CPS18", "/agency/P34-48", "/analysis/P34-48",
		"/trend/P34-48", "/trend/BTP", "/a4/BTP", "/agency/BTP", evidence, "/release/1", "/release/1/pack.xlsx", "/report.xlsx", "/table"} {
		if !slices.ContainsFunc(shown, func(p string) bool { return strings.SplitN(p, "?", 2)[0] == must }) {
			t.Errorf("%s does not show the figure: %q", must, shown)
		}
	}
	packs := func() map[string]string {
		out := map[string]string{}
		for _, kind := range []string{"national", "agency"} {
			books, err := a.PackWorkbooks(t.Context(), access.Machine("cli"), publish.PackQuery{Name: kind, Release: 1}, map[string]agency.ID{"agency": "P34-48"}[kind])
			if err != nil || len(books) != 1 || !tells(t, books[0].Data) {
				t.Fatalf("%s: %d workbooks, or without the figure: %v", kind, len(books), err)
			}
			out[kind] = content(t, books[0].Data)
		}
		return out
	}
	built := packs()
	for _, c := range catalogueChanges {
		change(c.name, c.do)
		for kind, now := range packs() {
			if now != built[kind] {
				t.Errorf("after a change of %s: the %s pack%s", c.name, kind, firstDifference(built[kind], now))
				built[kind] = now // said once
			}
		}
		for _, p := range paths {
			was, shown := before[p]
			if !shown {
				continue
			}
			w := visit(t, h, "xem-hanoi", p, nil)
			if now := content(t, w.Body.Bytes()); w.Code != 200 || now != was {
				t.Errorf("after a change of %s: %s: %d%s", c.name, p, w.Code, firstDifference(was, now))
				before[p] = now // said once
			}
		}
	}
}
