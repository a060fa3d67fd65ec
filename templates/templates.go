// Package templates holds the HTML of every page, embedded in the program. It must not know what the pages show:
// internal/web/page parses the files at start and fills them.
package templates

import "embed"

// FS holds layout.html, which frames every page and keeps the parts they share, and one file a page.
//
//go:embed *.html
var FS embed.FS
