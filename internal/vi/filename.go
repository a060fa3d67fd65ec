package vi

import (
	"path"
	"strings"
)

// maxFileName is how many letters of a file's name are kept: longer ones cannot be saved everywhere.
const maxFileName = 150

// FileName is the bare name of a file that somebody sends: without folders, in NFC, cut in its middle so that its ending stays.
func FileName(s string) string {
	name := Clean(path.Base(strings.ReplaceAll(s, `\`, "/")))
	letters := []rune(name)
	if len(letters) <= maxFileName {
		return name
	}
	end := []rune(path.Ext(name))
	if len(end) > 10 {
		end = nil
	}
	return strings.TrimSpace(string(letters[:maxFileName-len(end)-1])) + "…" + string(end)
}
