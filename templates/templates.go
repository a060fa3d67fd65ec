// Package templates holds the HTML of every page, embedded in the program. It must not know what the pages show:
// internal/web/frame parses the files at start, the slices fill them: each has the folder of its name.
package templates

import "embed"

// FS holds layout.html, which frames every page and keeps the parts they share, and the pages of no slice; each slice of internal/web has a folder.
//
//go:embed *.html */*.html
var FS embed.FS
