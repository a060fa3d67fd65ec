package app_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"chiso/internal/agency"
	"chiso/internal/app/catalogue"
	"chiso/internal/app/ledger"
	"chiso/internal/app/receive"
	"chiso/internal/store"
	"chiso/internal/vi"
	"chiso/seed"
)

func seedCatalogue(t *testing.T) store.Catalogue {
	t.Helper()
	c, err := catalogue.LoadCatalogue(seed.Files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Every name, short name, code and alias of the catalogue means its agency on the days of its own, in
// every spelling: capitals, without diacritics, decomposed, with the kind of body before it, with a
// number of a list.
func TestCatalogue_spellings(t *testing.T) {
	c := seedCatalogue(t)
	dir := agency.NewDirectory(c.Agencies)
	check := func(text string, want agency.ID, from, to vi.Date) {
		t.Helper()
		for _, d := range []vi.Date{from, to} {
			if d.IsOpen() {
				d = 20260930
			}
			if d < from || d > to {
				continue
			}
			if _, alive := dir.On(want, d); !alive {
				continue
			}
			m := dir.Resolve(text, d)
			if m.Agency != want && len(m.Ambiguous) == 0 {
				t.Errorf("%q on %s: got %+v, want %s", text, d, m, want)
			}
		}
	}
	forms := func(text string) []string {
		return []string{text, strings.ToUpper(text), vi.Fold(text), norm.NFD.String(text), "  " + strings.ReplaceAll(text, " ", "\u00a0 "),
			"12. " + text, "- " + text, strings.ReplaceAll(text, "Đ", "Ð")}
	}
	for _, v := range c.Agencies.Versions {
		if v.Level == agency.Aggregate {
			continue
		}
		for _, name := range []string{v.Name, v.Short} {
			for _, text := range forms(name) {
				check(text, v.Agency, v.From, v.To)
			}
		}
		if v.Level == agency.Province {
			for _, text := range forms("UBND " + strings.ToLower(v.Name[:1]) + v.Name[1:]) {
				check(text, v.Agency, v.From, v.To)
			}
			check("Ủy ban nhân dân "+v.Name, v.Agency, v.From, v.To)
		}
	}
	for _, a := range c.Agencies.Aliases {
		for _, text := range forms(a.Text) {
			check(text, a.Agency, a.From, a.To)
		}
	}
	for _, x := range c.Agencies.Codes {
		check(x.Code, x.Agency, x.From, x.To)
	}
}

// Names and codes that changed their meaning on 01/07/2025 mean another agency before and after.
func TestCatalogue_changedMeaning(t *testing.T) {
	dir := agency.NewDirectory(seedCatalogue(t).Agencies)
	names := 0
	for _, name := range []string{"Tuyên Quang", "Lào Cai", "Thái Nguyên", "Phú Thọ", "Bắc Ninh", "Hưng Yên", "Ninh Bình", "Quảng Trị", "Quảng Ngãi", "Gia Lai",
		"Khánh Hòa", "Lâm Đồng", "Đắk Lắk", "Đồng Nai", "Tây Ninh", "Vĩnh Long", "Đồng Tháp", "Cà Mau", "An Giang", "Hải Phòng", "Đà Nẵng", "TP.HCM", "Cần Thơ"} {
		before, after := dir.Resolve(name, 20250630), dir.Resolve(name, 20250701)
		if !before.Found() || !after.Found() || before.Agency == after.Agency {
			t.Errorf("%s: %+v before, %+v after", name, before, after)
		}
		names++
	}
	for _, code := range []string{"15", "24", "44", "52", "80", "82", "91"} {
		before, after := dir.Resolve(code, 20250630), dir.Resolve(code, 20250701)
		if !before.Found() || !after.Found() || dir.Name(before.Agency, 20250630) == dir.Name(after.Agency, 20250701) {
			t.Errorf("code %s: %+v before, %+v after", code, before, after)
		}
	}
	if names != 23 {
		t.Errorf("%d names", names)
	}
}

// What was reported before, and the totals of scorecards, are checked when a file is accepted.
func TestImport_history(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		codes := func(data string) string {
			t.Helper()
			res, err := f.Import(t.Context(), receive.Request{Account: "an", Files: []ledger.ImportFile{{Name: "a.csv", Data: []byte(data)}}})
			if err != nil || !res.Accepted {
				t.Fatalf("%+v, %v", res, err)
			}
			var out []string
			for _, x := range res.Files[0].Findings {
				out = append(out, x.Code+"@"+x.Cell)
			}
			return strings.Join(out, " ")
		}
		head := "agency,indicator,period,value\n"
		if got := codes(head + "Hà Nội,CPS20B,2026-Q1,2398\nHà Nội,CPS16,2026-Q1,1488\n"); got != "" {
			t.Errorf("first report: %s", got)
		}
		if got := codes(head + "Hà Nội,CPS20B,2026-Q2,2087\nHà Nội,CPS16,2026-Q2,1500000\n"); got != "cumulative_fall@D2 factor_jump@D3" {
			t.Errorf("second report: %s", got)
		}
		groups := "Sơn La,Q766_1,2026-08,10\nSơn La,Q766_2,2026-08,15\nSơn La,Q766_3,2026-08,8\nSơn La,Q766_4,2026-08,9\nSơn La,Q766_5,2026-08,16\nSơn La,Q766_6,2026-08,20\n"
		if got := codes(head + groups + "Sơn La,Q766_0,2026-08,\"78,03\"\n"); got != "" {
			t.Errorf("within the tolerance: %s", got)
		}
		if got := codes(head + groups + "Sơn La,Q766_0,2026-08,83.63\n"); got != "sum_mismatch@D8" {
			t.Errorf("beyond it: %s", got)
		}
	})
}
