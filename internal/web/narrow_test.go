package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// An office that is narrowed to one group of indicators runs and chases its own round, and reads nothing of the packs, gaps, tasks and
// notices of the others.
func TestNarrowOffice(t *testing.T) {
	h := anOffice(t)
	const who = "de-an-06"
	for _, path := range []string{"/rounds", "/rounds/1", "/rounds/1/workbench", "/rounds/1/chase", "/rounds/1/letter", "/rounds/1/board", "/rounds/1/board.xlsx", "/rounds/1/board.csv",
		"/releases", "/tasks?programme=de_an_06"} {
		if w := visit(t, h, who, path, nil); w.Code != 200 {
			t.Errorf("its own %s: %d", path, w.Code)
		}
	}
	for path, form := range map[string]url.Values{
		"/reconcile?period=2026-Q3": nil,
		"/reconcile":                {"period": {"2026-Q3"}, "code": {"CPS18"}, "block": {"provinces"}, "explanation": {"hijack"}, "responsible": {"x"}},
		"/packs":                    nil,
		"/upload":                   nil,
		"/catalogue":                nil,
	} {
		if w := visit(t, h, who, path, form); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d %.300s", path, w.Code, w.Body)
		}
	}
	menu := visit(t, h, who, "/about", nil).Body.String()
	for path, want := range map[string]bool{"/rounds": true, "/tasks": true, "/releases": true, "/packs": false, "/upload": false, "/catalogue": false, "/notices": false} {
		if strings.Contains(menu, `href="`+path+`"`) != want {
			t.Errorf("the navigation offers %s: want %t", path, want)
		}
	}
	if body := visit(t, h, who, "/notices", nil).Body.String(); strings.Contains(body, "Hà Nội") {
		t.Error("it reads the notices of others")
	}
}

// The block that a page shows is read once: who asks in two spellings is judged by the one that the page follows, and nobody else
// finds another owner for it afterwards.
func TestBlockOwner_oneReading(t *testing.T) {
	h := anOffice(t)
	const mine = "/ranking/CPS18?period=2026-Q3&view=live&block=provinces"
	for path, other := range map[string]int{ // what the office of Hà Nội, which owns ha_noi, is answered
		"/ranking/CPS18?bl%6Fck=ha_noi&block=provinces": 200, "/ranking/CPS18?block=provinces&bl%6Fck=ha_noi": 403, "/ranking/CPS18?block=&block=provinces": 403,
		"/ranking/CPS18?block=%20ha_noi&block=provinces": 200, "/ranking/CPS18?block=provinces%20": 403, "/ranking/CPS18?block=khong-co": 403,
	} {
		visit(t, h, "danang", path, nil)
		if w := visit(t, h, "lan", mine, nil); w.Code != 200 || !strings.Contains(w.Body.String(), "73,19") {
			t.Errorf("after %s the office reads %d", path, w.Code)
		}
		if w := visit(t, h, "hanoi", path+"&view=live&period=2026-Q3", nil); w.Code != other || strings.Contains(w.Body.String(), "73,19") {
			t.Errorf("%s by the office of another block: %d, want %d", path, w.Code, other)
		}
	}
}

// What is not released stays in no browser's cache.
func TestUnreleased_isNotKept(t *testing.T) {
	h := anOffice(t)
	for path, who := range map[string]string{"/ranking/CPS18?period=2026-Q3&view=live": "lan", "/agency/P34-48": "danang", "/agency/P34-48?view=live": "lan"} {
		if w := visit(t, h, who, path, nil); w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %q", path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
	if w := visit(t, h, "", "/about", nil); w.Header().Get("Cache-Control") == "no-store" {
		t.Error("what everybody may read is not kept")
	}
}
