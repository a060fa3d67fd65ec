// Package static holds what browsers load: style sheets, scripts, fonts and icons, built by `make assets` from static/js,
// static/css, static/img and the npm packages into static/dist, and embedded in the program. Every file but the manifest is
// named by its content, so that a browser may keep it for ever. README.md lists the hooks a template can use.
package static

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// Prefix is where the pages expect Handler.
const Prefix = "/static/"

//go:embed all:dist
var dist embed.FS

// The embedded files never change while the program runs, so the manifest is read once.
var manifest = sync.OnceValues(func() (map[string]string, error) { return readManifest(FS()) })

// FS gives the built files by the names that browsers ask for.
func FS() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return dist // cannot happen: "dist" is a valid path
	}
	return sub
}

// Manifest maps the name a template writes ("app.js") to the name of the built file ("app-HFYI4U7G.js"). A program compiled
// without assets gets an error that says what to do; callers ask once, at start, and serve nothing when it fails.
func Manifest() (map[string]string, error) {
	return manifest()
}

// Asset gives the URL path of a built file: Asset("app.js") is "/static/app-HFYI4U7G.js".
func Asset(name string) (string, error) {
	m, err := Manifest()
	if err != nil {
		return "", err
	}
	built, ok := m[name]
	if !ok {
		return "", fmt.Errorf("static: no asset is called %q", name)
	}
	return Prefix + built, nil
}

func readManifest(files fs.FS) (map[string]string, error) {
	raw, err := fs.ReadFile(files, "manifest.json")
	if err != nil {
		return nil, fmt.Errorf("static: the browser assets were not built into this program; run `make assets` and build it again: %w", err)
	}
	var m map[string]string
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("static: manifest.json is damaged; run `make assets` and build again: %w", err)
	}
	for name, built := range m {
		if _, err := fs.Stat(files, built); err != nil {
			return nil, fmt.Errorf("static: %s is missing; run `make assets` and build again: %w", name, err)
		}
	}
	return m, nil
}

// Handler serves the built files under Prefix, gzipped as they were at build time for every browser that takes it. Only
// whole names are served: no listing, no manifest.
func Handler() http.Handler {
	files := FS()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, Prefix)
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		if !named(name) {
			http.NotFound(w, r)
			return
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", contentType(name))
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		if packed, err := fs.ReadFile(files, name+".gz"); err == nil {
			h.Set("Vary", "Accept-Encoding")
			if acceptsGzip(r.Header.Get("Accept-Encoding")) {
				h.Set("Content-Encoding", "gzip")
				body = packed
			}
		}
		h.Set("Content-Length", fmt.Sprint(len(body)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(body) //nolint:gosec // G705: a file of this program; a browser that went away is nobody's error
		}
	})
}

// named says whether a path is one of the manifest's built files.
func named(name string) bool {
	m, err := Manifest()
	if err != nil {
		return false
	}
	for _, built := range m {
		if built == name {
			return true
		}
	}
	return false
}

// contentType does not ask the machine's MIME tables, which differ.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		coding = strings.TrimSpace(coding)
		if coding != "gzip" && coding != "*" {
			continue
		}
		q := strings.ReplaceAll(params, " ", "")
		return q != "q=0" && !strings.HasPrefix(q, "q=0.000") && q != "q=0.0" && q != "q=0.00"
	}
	return false
}
