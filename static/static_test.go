package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"
)

// built skips a test when the assets are not there, except where everything must be (CI).
func built(t *testing.T) map[string]string {
	t.Helper()
	m, err := Manifest()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return m
}

func TestManifestNamesWhatPagesNeed(t *testing.T) {
	m := built(t)
	for _, name := range []string{"theme.js", "app.js", "chart.js", "grid.js", "bench.js", "chiso.css", "favicon.svg", "LICENSES.txt",
		"inter-latin-wght-normal.woff2", "inter-latin-ext-wght-normal.woff2", "inter-vietnamese-wght-normal.woff2"} {
		if m[name] == "" {
			t.Errorf("manifest.json has no %s", name)
		}
		url, err := Asset(name)
		if err != nil || url != Prefix+m[name] {
			t.Errorf("Asset(%q) = %q, %v", name, url, err)
		}
	}
	if _, err := Asset("jquery.js"); err == nil {
		t.Error("Asset gave a path for a file that is not there")
	}
}

// The stock ECharts file carries a polygon of the nine-dash line. No byte of it may reach a page of a Vietnamese authority,
// used or not; nor may anything that needs 'unsafe-eval', an inline handler's style attribute, or another host.
func TestBundlesCarryNothingForbidden(t *testing.T) {
	built(t)
	forbidden := map[string][]string{
		".js":  {"南海", `\u5357\u6d77`, "nanhai", "new Function(", "eval(", "nine-dash", "Biều", "//cdn.", "jsdelivr", "unpkg"},
		".css": {"@import", "http://fonts", "https://"},
	}
	seen := 0
	err := fs.WalkDir(FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(FS(), name)
		if err != nil {
			return err
		}
		if strings.HasSuffix(name, ".gz") {
			return sameUnpacked(t, name, raw)
		}
		for _, word := range forbidden[path.Ext(name)] {
			seen++
			if bytes.Contains(bytes.ToLower(raw), bytes.ToLower([]byte(word))) {
				t.Errorf("%s contains %q", name, word)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Error("no script or style sheet was examined")
	}
}

func sameUnpacked(t *testing.T, name string, packed []byte) error {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	got, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	want, err := fs.ReadFile(FS(), strings.TrimSuffix(name, ".gz"))
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s does not unpack to its file", name)
	}
	return nil
}

func TestDarkRulesAreForScreensOnly(t *testing.T) {
	m := built(t)
	css, err := fs.ReadFile(FS(), m["chiso.css"])
	if err != nil {
		t.Fatal(err)
	}
	// A dark rule is fine only while a brace of @media screen{ is still open.
	var depth, screen int
	text := string(css)
	for i := range text {
		switch {
		case strings.HasPrefix(text[i:], "@media screen{") && screen == 0:
			screen = depth + 1
		case text[i] == '{':
			depth++
		case text[i] == '}':
			if depth == screen {
				screen = 0
			}
			depth--
		case strings.HasPrefix(text[i:], "[data-bs-theme=dark]") && screen == 0:
			t.Fatalf("a dark rule would reach paper: …%s", text[i:min(len(text), i+80)])
		}
	}
}

// The lock pins contents by hash; where they are fetched from is everyone's own setting.
func TestLockNamesNoRegistry(t *testing.T) {
	raw, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{`"resolved"`, "registry.", ".tgz"} {
		if bytes.Contains(raw, []byte(word)) {
			t.Errorf("package-lock.json contains %s: write it again with static/.npmrc in force", word)
		}
	}
	if !bytes.Contains(raw, []byte(`"integrity"`)) {
		t.Error("package-lock.json pins nothing")
	}
}

func TestMissingAssetsSayWhatToDo(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"nothing built": {".gitkeep": {}},
		"damaged":       {"manifest.json": {Data: []byte("{")}},
		"incomplete":    {"manifest.json": {Data: []byte(`{"app.js":"app-1.js"}`)}},
	} {
		if _, err := readManifest(files); err == nil || !strings.Contains(err.Error(), "make assets") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHandler(t *testing.T) {
	m := built(t)
	for _, tt := range []struct {
		method, path, accept string
		status               int
		encoding             string
	}{
		{"GET", Prefix + m["app.js"], "gzip, br", 200, "gzip"},
		{"GET", Prefix + m["app.js"], "br, gzip;q=0", 200, ""},
		{"GET", Prefix + m["app.js"], "", 200, ""},
		{"HEAD", Prefix + m["chiso.css"], "gzip", 200, "gzip"},
		{"GET", Prefix + m["inter-latin-wght-normal.woff2"], "gzip", 200, ""},
		{"GET", Prefix + m["app.js"] + ".gz", "gzip", 404, ""},
		{"GET", Prefix + "manifest.json", "", 404, ""},
		{"GET", Prefix, "", 404, ""},
		{"GET", Prefix + "../static.go", "", 404, ""},
		{"POST", Prefix + m["app.js"], "", 405, ""},
	} {
		r := httptest.NewRequest(tt.method, "http://chiso.test/", nil)
		r.URL.Path = tt.path
		r.Header.Set("Accept-Encoding", tt.accept)
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, r)
		if w.Code != tt.status || w.Header().Get("Content-Encoding") != tt.encoding {
			t.Errorf("%s %s (%s): %d %q", tt.method, tt.path, tt.accept, w.Code, w.Header().Get("Content-Encoding"))
		}
		if tt.status == http.StatusOK && !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s may not be kept", tt.path)
		}
		if tt.method == http.MethodHead && w.Body.Len() != 0 {
			t.Errorf("HEAD %s has a body", tt.path)
		}
	}
}
