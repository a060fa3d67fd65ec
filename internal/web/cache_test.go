package web_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"chiso/internal/web"
)

const scorePage = "/ranking/Q766_0?period=2026-09-26"

func gzipGet(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	return do(h, request("GET", path, append([]string{"Accept-Encoding", "gzip, deflate, br"}, header...)...))
}

func TestCache_oneFinishedGzip(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f)
	first, second := gzipGet(s, scorePage), gzipGet(s, scorePage)
	if f.calls.Load() != 1 || !bytes.Equal(first.Body.Bytes(), second.Body.Bytes()) {
		t.Errorf("made %d times", f.calls.Load())
	}
	h := second.Header()
	if h.Get("Content-Encoding") != "gzip" || h.Get("Vary") != "Accept-Encoding" || h.Get("Cache-Control") != "private, no-cache" || h.Get("Content-Length") != fmt.Sprint(second.Body.Len()) {
		t.Errorf("headers %v", h)
	}
	if !strings.HasPrefix(h.Get("ETag"), `"17-`) {
		t.Errorf("ETag %s", h.Get("ETag"))
	}
	raw := bytes.NewReader(second.Body.Bytes())
	z, err := gzip.NewReader(raw)
	if err != nil {
		t.Fatal(err)
	}
	z.Multistream(false)
	unpacked, err := io.ReadAll(z)
	if err != nil || raw.Len() != 0 {
		t.Fatalf("more than one member: %d bytes left, %v", raw.Len(), err)
	}
	plain := do(s, request("GET", scorePage))
	if plain.Header().Get("Content-Encoding") != "" || !bytes.Equal(plain.Body.Bytes(), unpacked) || f.calls.Load() != 1 {
		t.Error("a client without gzip gets another page")
	}
	if plain.Header().Get("ETag") == h.Get("ETag") {
		t.Error("two representations share a strong tag")
	}
	head := do(s, request("HEAD", scorePage, "Accept-Encoding", "gzip"))
	if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("ETag") != h.Get("ETag") {
		t.Errorf("HEAD: %d %d", head.Code, head.Body.Len())
	}
}

func TestCache_notModified(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f)
	tag := gzipGet(s, scorePage).Header().Get("ETag")
	fresh := newServer(t, f) // has made nothing yet
	for _, match := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
		w := gzipGet(fresh, scorePage, "If-None-Match", match)
		if w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag || w.Header().Get("Cache-Control") != "private, no-cache" || w.Header().Get("Vary") == "" {
			t.Errorf("If-None-Match %s: %d %v", match, w.Code, w.Header())
		}
	}
	if f.calls.Load() != 1 {
		t.Error("a page was made to answer 304")
	}
	if w := gzipGet(newServer(t, f, func(c *web.Config) { c.Version = "next" }), scorePage, "If-None-Match", tag); w.Code != 200 {
		t.Error("a new program trusts old pages")
	}
	if w := gzipGet(s, "/ranking/CPS08", "If-None-Match", tag); w.Code != 200 {
		t.Error("the tag of another page is taken")
	}
}

func TestCache_newRevisionAndNewDay(t *testing.T) {
	f := newFake(t)
	c := &clock{time.Date(2026, 9, 26, 16, 59, 59, 0, time.UTC)} // 23:59:59 in Viet Nam
	s := newServer(t, f, func(cfg *web.Config) { cfg.Clock = c.Now })
	tags := map[string]bool{}
	step := func(made int64) {
		t.Helper()
		w := gzipGet(s, scorePage)
		tags[w.Header().Get("ETag")] = true
		if f.calls.Load() != made {
			t.Errorf("made %d times, want %d", f.calls.Load(), made)
		}
	}
	step(1)
	step(1)
	f.rev.Add(1)
	step(2)
	c.now = c.now.Add(time.Second) // midnight in Viet Nam
	step(3)
	step(3)
	if len(tags) != 3 {
		t.Errorf("tags %v", tags)
	}
}

func TestCache_unknownParametersShareOnePage(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f)
	for i := range 50 {
		gzipGet(s, fmt.Sprintf("%s&utm=%d&block=&x%d=1", scorePage, i, i))
	}
	gzipGet(s, "/ranking/Q766_0?source=&period=2026-09-26")
	if f.calls.Load() != 1 {
		t.Errorf("made %d times", f.calls.Load())
	}
	// Any instant may be asked for, so such pages are made each time and not kept.
	gzipGet(s, scorePage+"&as_of=2026-09-26T10:00")
	gzipGet(s, scorePage+"&as_of=2026-09-26T10:00")
	if f.calls.Load() != 3 {
		t.Errorf("as_of: made %d times", f.calls.Load())
	}
}

func TestCache_sharedFlight(t *testing.T) {
	f := newFake(t)
	release := make(chan struct{})
	asked := make(chan struct{}, 20)
	f.rankingIn = func() { asked <- struct{}{}; <-release }
	s := newServer(t, f)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if w := gzipGet(s, scorePage); w.Code != 200 {
				t.Errorf("status %d", w.Code)
			}
		})
	}
	<-asked
	close(release)
	wg.Wait()
	if n := f.calls.Load(); n > 2 { // one flight; a goroutine that came late may find the page kept
		t.Errorf("made %d times", n)
	}
}

func TestCache_changeWhileMaking(t *testing.T) {
	f := newFake(t)
	f.rankingIn = func() {
		if f.calls.Load() == 1 {
			f.rev.Add(1)
		}
	}
	s := newServer(t, f)
	gzipGet(s, scorePage)
	gzipGet(s, scorePage)
	gzipGet(s, scorePage)
	if f.calls.Load() != 2 {
		t.Errorf("made %d times: a page of a newer revision was kept under the older, or not kept at all", f.calls.Load())
	}
}

func TestCache_errorsAreNotKept(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f)
	gzipGet(s, "/ranking/NOPE")
	gzipGet(s, "/ranking/NOPE")
	if f.calls.Load() != 2 {
		t.Errorf("asked %d times", f.calls.Load())
	}
}

func TestCache_bytesAreCapped(t *testing.T) {
	f := newFake(t)
	s := newServer(t, f, func(c *web.Config) { c.CacheBytes = 20 << 10 })
	for range 2 {
		for i := range 10 {
			gzipGet(s, fmt.Sprintf("/ranking/Q766_0?period=2026-%02d", i+1))
		}
	}
	if n := f.calls.Load(); n != 20 {
		t.Errorf("made %d times: ten pages do not fit, so the oldest must go", n)
	}
}

// sink is a ResponseWriter that costs nothing.
type sink struct{ h http.Header }

func (s *sink) Header() http.Header         { return s.h }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(int)             {}

func serve(b *testing.B, h http.Handler, r *http.Request) {
	b.Helper()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		w := &sink{http.Header{}}
		for pb.Next() {
			clear(w.h)
			h.ServeHTTP(w, r)
		}
	})
}

// The floor of the budgets: an Echo handler that returns the same bytes from memory.
func BenchmarkPage(b *testing.B) {
	s := newServer(b, newFake(b))
	warm := gzipGet(s, scorePage)
	body := warm.Body.Bytes()
	bare := echo.New()
	bare.GET("/ranking/:code", func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Encoding", "gzip")
		return c.Blob(http.StatusOK, "text/html; charset=utf-8", body)
	})
	hit := request("GET", scorePage, "Accept-Encoding", "gzip, deflate, br")
	b.Run("bare", func(b *testing.B) { serve(b, bare, hit) })
	b.Run("hit", func(b *testing.B) { serve(b, s, hit) })
	match := request("GET", scorePage, "Accept-Encoding", "gzip, deflate, br", "If-None-Match", warm.Header().Get("ETag"))
	b.Run("304", func(b *testing.B) { serve(b, s, match) })
	b.Run("made", func(b *testing.B) {
		b.ReportAllocs()
		f := newFake(b)
		s := newServer(b, f)
		for b.Loop() {
			f.rev.Add(1)
			gzipGet(s, scorePage)
		}
	})
}
