package web_test

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chiso/internal/access"
	"chiso/internal/agency"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/app/receive"
	"chiso/internal/kpi"
)

// drawn are the points of a line.
var drawn = regexp.MustCompile(`points="[^"]*"`)

// shown is the text of a page, or what the cells of a workbook show.
func shown(t *testing.T, body []byte) string {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		return html.UnescapeString(drawn.ReplaceAllString(navigation.ReplaceAllString(string(body), ""), ""))
	}
	x, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = x.Close() }()
	var b strings.Builder
	for _, sheet := range x.GetSheetList() {
		rows, err := x.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range rows {
			fmt.Fprintf(&b, "%s!%d %s\n", sheet, i+1, strings.Join(r, " | "))
		}
	}
	return regexp.MustCompile(`(\d)\.(\d)`).ReplaceAllString(b.String(), "$1,$2") // the library shows numbers as in English
}

// The provinces' figures were all printed as “gần …,3 %” (those of the quarter before “…,9 %”) and the nation's as “hơn 96 %”: whatever page,
// chart, picture, letter or workbook shows one shows the word before it, and no digit that was not published.
func TestSides_Walk(t *testing.T) {
	h, a, _ := anOfficeOver(t)
	cli := access.With(t.Context(), access.Machine("cli"))
	give := func(text, period string, source kpi.System) {
		res, err := a.Import(cli, receive.Request{Files: []ledger.ImportFile{{Name: period + string(source) + ".csv", Data: []byte(text)}}, Account: "cli",
			Period: period, Indicator: "CPS08", Source: source})
		if err != nil || !res.Accepted {
			t.Fatalf("%+v %v", res, err)
		}
	}
	places := []string{"Hà Nội", "Huế", "Cao Bằng", "Lào Cai", "Sơn La", "Nghệ An", "Đà Nẵng", "Cần Thơ", "Lai Châu", "Điện Biên", "Lạng Sơn", "Quảng Ninh", "Thanh Hóa", "Hà Tĩnh",
		"Tuyên Quang", "Thái Nguyên", "Phú Thọ", "Bắc Ninh", "Hưng Yên", "Hải Phòng", "Ninh Bình", "Quảng Trị", "Quảng Ngãi", "Gia Lai", "Khánh Hòa", "Lâm Đồng", "Đắk Lắk",
		"TP. Hồ Chí Minh", "Đồng Nai", "Tây Ninh", "Đồng Tháp", "Vĩnh Long", "An Giang", "Cà Mau"}
	for i, period := range []string{"2026-Q2", "2026-Q3"} {
		text := "Đơn vị;Giá trị\n"
		for n, name := range places {
			text += fmt.Sprintf("%s;gần %d,%s%%\n", name, 40+(n*7+3*i)%34, []string{"9", "3"}[i])
		}
		give(text, period, kpi.Reported)
		give("Đơn vị;Giá trị\nCả nước;hơn 96%\n", period, kpi.Published)
	}
	visit(t, h, "lan", "/releases", url.Values{"period": {"2026-Q3"}, "kind": {"final"}, "number": {"12/TB"}, "day": {"2026-11-25"}})
	if w := visit(t, h, "minh", "/release/1/approve", url.Values{"version": {"1"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	number := regexp.MustCompile(`(?:[4-7][0-9],[39]|\b96)(?:0+\b|0*[ \x{a0}]?%|\b)`)
	read := func(where, text string, least int) {
		t.Helper()
		words := 0
		for _, at := range number.FindAllStringIndex(text, -1) {
			before, figure := strings.ReplaceAll(text[max(0, at[0]-24):at[0]], "\u00a0", " "), strings.TrimRight(text[at[0]:at[1]], "% \u00a0")
			word := "gần "
			if strings.HasPrefix(figure, "96") {
				word = "hơn "
				if !strings.Contains(text[at[0]:at[1]], "%") {
					continue // a number of something else
				}
			}
			if strings.ContainsAny(before[max(0, len(before)-1):], "0123456789,.") {
				continue // the end of another number
			}
			if strings.HasSuffix(before, "Cần đạt ít nhất ") {
				continue // not a figure of anybody
			}
			if words++; !strings.HasSuffix(before, word) || strings.HasSuffix(figure, "0") {
				t.Errorf("%s: …%s…", where, text[max(0, at[0]-110):min(len(text), at[1]+40)])
				return
			}
		}
		if words < least {
			t.Errorf("%s shows %d of the figures", where, words)
		}
	}
	q := "period=2026-Q3&block=provinces"
	for path, least := range map[string]int{
		"/": 1, "/indicator/CPS08?period=2026-Q3": 36, "/ranking/CPS08?" + q: 34, "/ranking/CPS08.svg?" + q: 34, "/heat/CPS08?" + q: 34, "/heat/CPS08.svg?" + q: 0,
		"/map/CPS08?" + q: 34, "/map/CPS08.svg?" + q: 10, "/delta/CPS08?view=live&" + q: 68, "/compare/CPS08?" + q + "&agency=P-01&agency=P-04": 2, "/compare/CPS08.svg?" + q + "&agency=P-01&agency=P-04": 2,
		"/analysis/P-01?code=CPS08&" + q: 1, "/agency/P-01": 1, "/agency/VN": 1, "/a4/P-01": 0, "/a4": 0, "/trend/P-01?view=live&source=reported&code=CPS08": 2, "/trend/P-01.svg?view=live&source=reported&code=CPS08": 2,
		"/report.xlsx?code=CPS08&" + q: 34, "/report.xlsx?period=2026-Q3": 34, "/release/1/pack.xlsx": 34,
	} {
		w := visit(t, h, "lan", path, nil)
		if w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
			continue
		}
		read(path, shown(t, w.Body.Bytes()), least)
	}
	for kind, who := range map[string]agency.ID{"national": "", "agency": "P-01"} {
		packs, err := a.PackWorkbooks(t.Context(), access.Machine("cli"), publish.PackQuery{Name: kind, Release: 1}, who)
		if err != nil || len(packs) == 0 {
			t.Fatal(kind, len(packs), err)
		}
		read("pack "+kind, shown(t, packs[0].Data), 34)
	}
}
