package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
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
		{name: "nothing occurred", button: `button[formaction$="/blank"]`, want: 303},
		{name: "a block that is empty", button: `button[formaction$="/paste"]`, want: 422},
		{name: "an upload without a file", button: `button[formaction$="/upload"]`, want: 422},
		{name: "an upload that is no table", button: `button[formaction$="/upload"]`, files: [][3]string{{"file", "a.xlsx", "no"}}, want: 303},
		{name: "an upload that is too large", button: `button[formaction$="/upload"]`, files: [][3]string{{"file", "a.xlsx", strings.Repeat("x", 2<<20)}}, want: 413},
		{name: "evidence", button: `button[formaction$="/attach"]`, files: [][3]string{{"proof", "a.pdf", "%PDF-1.4"}}, want: 303},
		{name: "evidence that is none", button: `button[formaction$="/attach"]`, want: 422},
		{name: "the print", button: `button[formaction$="/copy"]`, want: 303},
		{name: "the look before handing up", button: `button[formaction$="/review"]`, want: 303},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newFiling(t)
			ids := definitions(t, h)
			typed := map[string]string{"text-1": "Một <b>đoạn</b>\r\nhai dòng", "proposal-new": "Xin thêm máy", "num-" + ids[0]: "45", "den-" + ids[0]: "60", "note-" + ids[1]: "Sổ giấy"}
			action, body, media := pressed(t, open(h, "reporter", report), c.button, typed, c.files...)
			r := as("reporter", httptest.NewRequest(http.MethodPost, action, body))
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
	r := as("reporter", httptest.NewRequest(http.MethodPost, action, body))
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

// Before handing up and signing somebody looks at what has changed, what was warned of and what stays blank; then a receipt says what happened.
func TestFiling_reviewAndReceipt(t *testing.T) {
	h := newFiling(t)
	ids := definitions(t, h)
	wants(t, "the review of a draft with blanks", open(h, "reporter", report+"/review"), 200, "Chưa trình được: còn 5", report+"#cell-"+ids[0])
	all := url.Values{"text-1": {"Kết quả"}, "textseen-1": {"0"}}
	for i, id := range ids {
		form := cell(id, "0", "num", "81.200", "den", "102.340")
		switch i {
		case 1:
			form = cell(id, "0", "num", "8", "den", "100", "why", "Đợt rà soát bổ sung")
		case 2:
			form = cell(id, "0", "num", "-")
		}
		if i >= 3 {
			form = cell(id, "0", "val", "9.300")
		}
		for k, v := range form {
			all[k] = v
		}
	}
	if w := sendForm(h, "reporter", report+"/cells", all); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	review := open(h, "reporter", report+"/review")
	wants(t, "the review", review, 200, "Thay đổi so với kỳ trước", "1.250", "9.300", "tăng", "1\u00a0ô giữ nguyên", "Không phát sinh:", "Trình lãnh đạo</button>", "Đợt rà soát bổ sung")
	code := func(w *httptest.ResponseRecorder) string {
		doc, err := goquery.NewDocumentFromReader(bytes.NewReader(w.Body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		return doc.Find("input[name=reviewed]").AttrOr("value", "")
	}
	stale := code(review)
	sendForm(h, "reporter", report+"/cells", url.Values{"text-2": {"Thêm"}, "textseen-2": {"0"}})
	w := sendForm(h, "reporter", report+"/step", url.Values{"step": {"submit"}, "seen": {"1"}, "reviewed": {stale}})
	wants(t, "handing up what was changed after the look", w, 409, "vừa thay đổi sau khi bạn xem lại")
	w = sendForm(h, "reporter", report+"/step", url.Values{"step": {"submit"}, "seen": {"1"}, "reviewed": {code(open(h, "reporter", report+"/review"))}})
	if w.Code != 303 || w.Header().Get("Location") != report+"/receipt" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	wants(t, "the receipt of what was handed up", open(h, "reporter", report+"/receipt"), 200, "Đã trình lãnh đạo", "Chờ lãnh đạo ký")
	wants(t, "the approver's desk", open(h, "approver", "/desk"), 200, "Chờ lãnh đạo ký", "Bạn")
	wants(t, "a review by who has nothing to do", open(h, "reporter", report+"/review"), 409)
	w = sendForm(h, "approver", report+"/step", url.Values{"step": {"sign"}, "seen": {"2"}, "reviewed": {code(open(h, "approver", report+"/review"))}})
	if w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	wants(t, "the receipt", open(h, "approver", report+"/receipt"), 200, "Đã ký và gửi", "Mã phiên bản", "Việc tiếp theo", "đúng hạn", "In biên nhận")
}

// Without scripts: what is sent after the session has ended is carried through signing in and written by one press, for the same account alone.
func TestFiling_sessionEnded(t *testing.T) {
	h := newFiling(t)
	w := sendForm(h, "", report+"/step", url.Values{"step": {"submit"}, "seen": {"1"}, "account": {"reporter"}, "text-1": {"Hai\r\ndòng <b>"}, "textseen-1": {"0"}},
		"Referer", "http://localhost:8080"+report)
	doc, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	kept := doc.Find("input[name=kept]").AttrOr("value", "")
	if w.Code != 401 || kept == "" || doc.Find("input[name=next]").AttrOr("value", "") != report || !strings.Contains(text(doc.Find("[role=alert]")), "được giữ lại") {
		t.Fatalf("%d: nothing is kept", w.Code)
	}
	if w := sendForm(h, "", report+"/cells", url.Values{"text-1": {"Hai"}}, "Accept", "application/json"); w.Code != 401 || !strings.Contains(w.Body.String(), "sentence") {
		t.Errorf("a script is told %d %s", w.Code, w.Body)
	}
	if w := sendForm(h, "", "/upload", url.Values{}, "Referer", "http://localhost:8080/upload?x=1"); w.Code != 303 || w.Header().Get("Location") != "/signin?next=%2Fupload%3Fx%3D1" {
		t.Errorf("another form leads to %q", w.Header().Get("Location"))
	}
	if w := sendForm(h, "", "/upload", url.Values{}, "Referer", "http://evil.example/upload"); w.Header().Get("Location") != "/signin" {
		t.Errorf("another site leads to %q", w.Header().Get("Location"))
	}
}
