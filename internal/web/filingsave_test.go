package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// pressed sends the form of a report as a browser without scripts does: everything that stands in it, then the button. typed replaces what
// stands in fields; files name a field, a name and a content each.
func pressed(t *testing.T, page *httptest.ResponseRecorder, button string, typed map[string]string, files ...[3]string) (action string, body *bytes.Buffer, media string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(page.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	b := doc.Find(button).First()
	if b.Length() == 0 {
		t.Fatalf("there is no %s", button)
	}
	form := b.Closest("form")
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	field := func(name, value string) {
		if v, ok := typed[name]; ok {
			value = v
		}
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", "")
		switch {
		case s.Is("[type=file]"):
			for _, f := range files {
				if f[0] == name {
					part, _ := w.CreateFormFile(f[0], f[1])
					_, _ = part.Write([]byte(f[2]))
					return
				}
			}
			_, _ = w.CreateFormFile(name, "")
		case s.Is("[type=checkbox]"):
		case s.Is("select"):
			value, _ := s.Find("option[selected]").Attr("value")
			field(name, value)
		case s.Is("textarea"):
			field(name, s.Text())
		default:
			field(name, s.AttrOr("value", ""))
		}
	})
	if name, ok := b.Attr("name"); ok {
		_ = w.WriteField(name, b.AttrOr("value", ""))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	action, ok := b.Attr("formaction")
	if !ok {
		action = form.AttrOr("action", "")
	}
	action, _, _ = strings.Cut(action, "#")
	return action, body, w.FormDataContentType()
}

// Without scripts: whatever button is pressed, everything that was typed anywhere on the page is saved, also when the button is refused.
func TestFiling_everyButtonSavesAll(t *testing.T) {
	for _, c := range []struct {
		name, button string
		files        [][3]string
		want         int
	}{
		{name: "save", button: `button[type=submit]`, want: 303},
		{name: "the button of one text", button: `button[formaction$="/cells#texts"]`, want: 303},
		{name: "a proposal", button: `button[formaction$="/cells#proposals"]`, want: 303},
		{name: "nothing occurred", button: `button[formaction$="/none"]`, want: 303},
		{name: "a block that is empty", button: `button[formaction$="/paste"]`, want: 422},
		{name: "an upload without a file", button: `button[formaction$="/upload"]`, want: 422},
		{name: "an upload that is no table", button: `button[formaction$="/upload"]`, files: [][3]string{{"file", "a.xlsx", "no"}}, want: 303},
		{name: "an upload that is too large", button: `button[formaction$="/upload"]`, files: [][3]string{{"file", "a.xlsx", strings.Repeat("x", 2<<20)}}, want: 413},
		{name: "evidence", button: `button[formaction$="/attach"]`, files: [][3]string{{"proof", "a.pdf", "%PDF-1.4"}}, want: 303},
		{name: "evidence that is none", button: `button[formaction$="/attach"]`, want: 422},
		{name: "the print", button: `button[formaction$="/copy"]`, want: 303},
		{name: "a step that is not possible yet", button: `.move-form button[value=submit]`, want: 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newFiling(t)
			ids := definitions(t, h)
			typed := map[string]string{"text-1": "Một <b>đoạn</b>\r\nhai dòng", "proposal-new": "Xin thêm máy", "num-" + ids[0]: "45", "den-" + ids[0]: "60", "note-" + ids[1]: "Sổ giấy"}
			action, body, media := pressed(t, open(h, "reporter", report), c.button, typed, c.files...)
			r := as("reporter", httptest.NewRequest("POST", action, body))
			r.Host = "localhost:8080"
			r.Header.Set("Content-Type", media)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			w := do(h, r)
			if w.Code != c.want {
				t.Errorf("%d, want %d: %.400s", w.Code, c.want, w.Body)
			}
			got := open(h, "reporter", report).Body.String()
			for _, want := range []string{"Một &lt;b&gt;đoạn&lt;/b&gt;\nhai dòng</textarea>", "Xin thêm máy</textarea>", `value="45"`, `value="60"`, `value="Sổ giấy"`} {
				if !strings.Contains(got, want) {
					t.Errorf("%q is lost", want)
				}
			}
		})
	}
}

// What somebody did not touch is not sent on: another's newer figure and text stay, and nobody is told of a conflict that is none.
func TestFiling_onlyWhatWasTouched(t *testing.T) {
	h := newFiling(t)
	ids := definitions(t, h)
	seen := open(h, "reporter", report)
	sendForm(h, "reporter", report+"/cells", cell(ids[0], "0", "num", "1", "den", "2"))
	sendForm(h, "reporter", report+"/cells", url.Values{"text-2": {"Của người khác"}, "textseen-2": {"0"}})
	action, body, media := pressed(t, seen, "button[type=submit]", map[string]string{"text-1": "Của tôi"})
	r := as("reporter", httptest.NewRequest("POST", action, body))
	r.Host = "localhost:8080"
	r.Header.Set("Content-Type", media)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if w := do(h, r); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	got := open(h, "reporter", report).Body.String()
	for _, want := range []string{"Của tôi</textarea>", "Của người khác</textarea>", `value="1"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is lost", want)
		}
	}
}

// Typed by somebody else than who is signed in by now: refused, and still there.
func TestFiling_anotherAccount(t *testing.T) {
	h := newFiling(t)
	w := sendForm(h, "reporter", report+"/cells", url.Values{"account": {"nguoi-khac"}, "text-1": {"Của người kia"}, "textseen-1": {"0"}})
	if w.Code != 409 || !strings.Contains(w.Body.String(), "Của người kia</textarea>") || !strings.Contains(w.Body.String(), "do tài khoản nguoi-khac mở") {
		t.Errorf("%d %.600s", w.Code, w.Body)
	}
	if got := open(h, "reporter", report).Body.String(); strings.Contains(got, "Của người kia") {
		t.Error("one account writes what another typed")
	}
}
