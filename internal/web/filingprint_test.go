package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"chiso/internal/access"
	"chiso/internal/app"
	"chiso/internal/app/ledger"
	"chiso/internal/app/publish"
	"chiso/internal/web"
	"chiso/internal/web/reporting"
)

// cellState is something that an officer gives a cell, what its inputs show then, and what every paper prints: numerator|denominator|value.
type cellState struct{ name, num, den, val, inputs, print string }

const none = "Không phát sinh"

var ratioStates = []cellState{
	{"blank", "", "", "", "||", "||–"},
	{"fraction", "20", "25", "", "20|25|", "20|25|80,00 %"},
	{"lone numerator", "20", "", "", "20||", "20||–"},
	{"numerator beside a rate", "20", "", "80", "20||80", "20||80"},
	{"bare rate", "", "", "80 %", "||80", "||80,00 %"},
	{"nothing occurred", "-", "", "", none + "||", "||" + none},
	{"0 of 0", "0", "0", "", "0|0|", "0|0|mẫu số bằng 0"},
	{"about", "khoảng 80", "100", "", "khoảng 80|100|", "khoảng 80|100|khoảng 80,00 %"},
	{"estimated", "80 (ước)", "100", "", "80 (ước)|100|", "80|100|80,00 % (ước)"},
	{"a rate of more than", "", "", "hơn 80 %", "||hơn 80", "||hơn 80 %"},
	{"unreadable", "abc", "25", "", "abc|25|", "abc|25|–"},
}

var countStates = []cellState{
	{"blank", "", "", "", "||", "||–"},
	{"count", "", "", "1.300", "||1.300", "||1.300"},
	{"about", "", "", "khoảng 1.300", "||khoảng 1.300", "||khoảng 1.300"},
	{"estimated", "", "", "1.300 (ước)", "||1.300 (ước)", "||1.300 (ước)"},
	{"estimated at about", "", "", "khoảng 1.300 (ước)", "||khoảng 1.300 (ước)", "||khoảng 1.300 (ước)"},
	{"rounded", "", "", "1.300 (làm tròn)", "||1.300 (làm tròn)", "||1.300 (làm tròn)"},
	{"below", "", "", "dưới 10", "||<10", "||dưới 10"},
	{"nothing occurred", "", "", "-", "||" + none, "||" + none},
	{"unreadable", "", "", "abc", "||abc", "||abc"},
}

// plainText is a text with ordinary spaces.
func plainText(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), " ")
}

// prints reads numerator|denominator|value of the lines of a table, which begin at a column.
func prints(t *testing.T, h http.Handler, who, path, rows string, column int) (out []string) {
	t.Helper()
	w := open(h, who, path)
	doc, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil || w.Code != 200 {
		t.Fatalf("%s: %d %v", path, w.Code, err)
	}
	doc.Find(rows).Each(func(_ int, r *goquery.Selection) {
		var cells []string
		for i := range 3 {
			cells = append(cells, strings.TrimSuffix(plainText(r.Find("td").Eq(column+i).Text()), " (chưa đọc được)"))
		}
		out = append(out, strings.Join(cells, "|"))
	})
	if len(out) == 0 {
		t.Fatalf("%s prints no line", path)
	}
	return out
}

// gridInputs is what the inputs of a row hold on a fresh page, as num|den|val, with the text beside them.
func gridInputs(t *testing.T, h http.Handler, id string) (inputs, version, shown string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(open(h, "reporter", report).Body)
	if err != nil {
		t.Fatal(err)
	}
	value := func(name string) string { return doc.Find(`[name="`+name+`-`+id+`"]`).AttrOr("value", "") }
	return strings.Join([]string{value("num"), value("den"), value("val")}, "|"), value("seen"), plainText(doc.Find("#cell-" + id + " [data-shown]").Text())
}

// Whatever stands in a cell of a draft: the answer to the script, the grid, the preview and the signing copy say the same of it, and what the
// inputs say is read back as the same.
func TestFiling_onePrintOfADraft(t *testing.T) {
	h := newFiling(t)
	ids := definitions(t, h)
	for row, states := range map[int][]cellState{2: ratioStates, 3: countStates} {
		id := ids[row]
		save := func(num, den, val, note string) reporting.CellJSON {
			t.Helper()
			_, version, _ := gridInputs(t, h, id)
			w := sendForm(h, "reporter", report+"/cells", cell(id, version, "num", num, "den", den, "val", val, "note", note), "Accept", "application/json")
			var saved reporting.SavedJSON
			if err := json.Unmarshal(w.Body.Bytes(), &saved); err != nil || len(saved.Cells) != 1 || saved.Cells[0].Conflict != "" {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			return saved.Cells[0]
		}
		for _, s := range states {
			save("", "", "", "trống")
			looks := func(when string, answer reporting.CellJSON) {
				t.Helper()
				inputs, _, shown := gridInputs(t, h, id)
				if got := strings.Join([]string{answer.Numerator, answer.Denominator, answer.Value}, "|"); got != inputs || inputs != s.inputs {
					t.Errorf("%s, %s: the answer says %s, the grid %s, want %s", s.name, when, got, inputs, s.inputs)
				}
				if got := plainText(answer.Shown); row == 2 && got != shown {
					t.Errorf("%s, %s: the answer shows %s, the grid %s", s.name, when, got, shown)
				}
				copied := prints(t, h, "reporter", report+"/copy", ".paper-form tbody tr", 2)[row]
				if copied != s.print {
					t.Errorf("%s, %s: the signing copy prints %s, want %s", s.name, when, copied, s.print)
				}
				if value := copied[strings.LastIndex(copied, "|")+1:]; shown != "" && !strings.HasPrefix(value, shown) {
					t.Errorf("%s, %s: the copy prints %s, the grid shows %s", s.name, when, value, shown)
				}
			}
			looks("typed", save(s.num, s.den, s.val, ""))
			in := strings.Split(s.inputs, "|")
			if s.name != "blank" {
				looks("with a note", save(in[0], in[1], in[2], "đã rà"))
				save("", "", "", "trống")
				looks("read back", save(in[0], in[1], in[2], ""))
			}
		}
	}
}

// A report on its way: drafted, waiting for a signature, sent, returned, sent again, received and corrected. The page, the signing copy, what was
// handed up and the workbench print one thing at every step; the workbook of what was received says the same.
func TestFiling_onePrintOnItsWay(t *testing.T) {
	uses, clock := filingUses(t)
	h := newServer(t, newFake(t), func(c *web.Config) { c.App, c.Clock = filingApp{&fakePeople{}, realApp{uses}}, clock })
	ids, all := definitions(t, h), url.Values{}
	want := []string{"81.200|102.341|79,34 %", "||hơn 80 %", "||" + none, "||khoảng 1.300", "||9.300"}
	for _, form := range []url.Values{
		cell(ids[0], "0", "num", "81.200", "den", "102.341", "stance", "disputed", "dispute", "Thiếu hồ sơ giấy", "why", "Đã đối chiếu"),
		cell(ids[1], "0", "val", "hơn 80 %", "why", "Chưa tách được tử số"),
		cell(ids[2], "0", "num", "-"),
		cell(ids[3], "0", "val", "khoảng 1.300", "why", "Chưa chốt sổ"),
		cell(ids[4], "0", "val", "9.300", "why", "Đợt rà soát", "note", "theo sổ"),
	} {
		for k, v := range form {
			all[k] = v
		}
	}
	if w := sendForm(h, "reporter", report+"/cells", all); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	same := func(when string, got []string) {
		t.Helper()
		for i := range want {
			if len(got) != len(want) || got[i] != want[i] {
				t.Errorf("%s: line %d prints %q, want %q", when, i+1, got, want[i])
			}
		}
	}
	kept := 0
	looks := func(when string, editable bool) {
		t.Helper()
		same(when+", signing copy", prints(t, h, "reporter", report+"/copy", ".paper-form tbody tr", 2))
		if kept > 0 {
			same(when+", handed up", prints(t, h, "reporter", report+"/kept/"+string(rune('0'+kept)), "[aria-labelledby=figures] tbody tr", 1))
		}
		if !editable {
			same(when+", page", prints(t, h, "reporter", report, "tr[data-cell]", 4))
			return
		}
		for i, id := range ids {
			_, _, shown := gridInputs(t, h, id)
			if value := want[i][strings.LastIndex(want[i], "|")+1:]; shown != "" && !strings.HasPrefix(value, shown) {
				t.Errorf("%s, grid: line %d shows %q, want %q", when, i+1, shown, value)
			}
		}
	}
	serial := 1
	step := func(who, name string, more ...string) {
		t.Helper()
		form := url.Values{"step": {name}, "seen": {string(rune('0' + serial))}, "reason": {"Xem lại"}}
		for i := 0; i+1 < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		if w := sendForm(h, who, report+"/step", form); w.Code != 303 {
			t.Fatalf("%s: %d %s", name, w.Code, w.Body)
		}
		serial++
	}
	looks("draft", true)
	if copied := plainText(open(h, "reporter", report+"/copy").Body.String()); !regexp.MustCompile(`Không đồng ý với số liệu đã có[^<]*: Thiếu hồ sơ giấy`).MatchString(copied) {
		t.Error("the leader signs without reading the dispute")
	}
	step("reporter", "submit")
	kept++
	looks("waiting for a signature", false)
	step("approver", "sign")
	looks("sent", false)
	body := plainText(open(h, "office", bench).Body.String())
	for _, w := range []string{"79,34 % (81.200/102.341)", "hơn 80 %", none, "khoảng 1.300", "9.300"} {
		if !strings.Contains(body, w) {
			t.Errorf("the workbench does not print %q", w)
		}
	}
	if w := sendForm(h, "office", bench, url.Values{"of": {string(own)}, "seen": {string(rune('0' + serial))}, "step": {"return"}, "remark-CPS17": {"Xem lại"}}); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	serial++
	looks("returned", true)
	_, version, _ := gridInputs(t, h, ids[4])
	if w := sendForm(h, "reporter", report+"/cells", cell(ids[4], version, "val", "9.200", "why", "Đã trừ hồ sơ trùng")); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	before := want[4]
	want[4] = "||9.200"
	stays := func() { // what was handed up before
		t.Helper()
		if got := prints(t, h, "reporter", report+"/kept/1", "[aria-labelledby=figures] tbody tr", 1); got[4] != before {
			t.Errorf("what was handed up prints %q by now", got[4])
		}
	}
	step("reporter", "submit")
	kept++
	looks("handed up again", false)
	stays()
	step("approver", "sign")
	step("office", "receive")
	looks("received", false)
	inWorkbook(t, uses, []string{"CPS07", "CPS08", "CPS03", "CPS17"}, []string{"| 81,200 | 102,341 | 79.34 |", "| hơn 80 | % | hơn (số làm tròn); thiếu tử/mẫu số", "| khoảng 1,300 | DVC | khoảng (số làm tròn)", "| 9,200 |"})
	step("reporter", "correct")
	looks("corrected", true)
}

// inWorkbook looks for the agency's figures in the workbook of the period.
func inWorkbook(t *testing.T, a *app.App, codes, want []string) {
	t.Helper()
	ctx := access.With(t.Context(), access.Machine("cli"))
	for i, code := range codes {
		var b bytes.Buffer
		if err := a.Report(ctx, publish.ReportQuery{Period: "2026-Q3", Codes: []string{code}, Source: "reported", View: ledger.Live}, &b); err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		x, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, sheet := range x.GetSheetList() {
			rows, err := x.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if line := plainText(strings.Join(r, " | ")); strings.Contains(line, "Đồng Tháp") {
					lines = append(lines, sheet+": "+line)
				}
			}
		}
		_ = x.Close()
		if !strings.Contains(strings.Join(lines, "\n"), want[i]) {
			t.Errorf("the workbook says of %s\n%s\nwant %s", code, strings.Join(lines, "\n"), want[i])
		}
	}
}
