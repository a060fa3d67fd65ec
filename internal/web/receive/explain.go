package receive

import (
	"net/url"
	"strings"

	"chiso/internal/check"
	"chiso/internal/web/frame"
)

// warningAsk asks for one line to all warnings of a kind that nobody explained yet.
type warningAsk struct {
	Code           string
	Message, Place string // of the first
	More           int    // further ones
	Others         string // where the next of them stand
	Said           string // what was typed already
	Max            int
}

// maxOthers is how many further cells a question names.
const maxOthers = 8

// explainField is the name of a form's field behind which the code of the warning stands.
const explainField = "explain."

// Explanations reads what a form says to the warnings of a file.
func Explanations(form url.Values) check.Explanations {
	said := check.Explanations{}
	for name, values := range form {
		if code, ok := strings.CutPrefix(name, explainField); ok && code != check.AnyCode && len(values) > 0 {
			said[code] = values[0]
		}
	}
	return said
}

// warningAsks makes one question for each kind of warning, in the order of the file.
func warningAsks(fs []check.Finding, said check.Explanations) []warningAsk {
	var out []warningAsk
	at := map[string]int{}
	named := map[string]int{}
	for _, f := range fs {
		if f.Severity != check.Warning || f.Explanation != "" {
			continue
		}
		i, ok := at[f.Code]
		if !ok {
			at[f.Code] = len(out)
			out = append(out, warningAsk{Code: f.Code, Message: f.Message, Place: frame.CellPlace(f), Said: said[f.Code], Max: check.MaxExplanation})
			continue
		}
		ask := &out[i]
		ask.More++
		switch n := named[f.Code]; {
		case f.Cell == "" || n > maxOthers:
		case n == maxOthers:
			ask.Others += "…"
			named[f.Code]++
		default:
			if n > 0 {
				ask.Others += ", "
			}
			ask.Others += frame.CellPlace(f)
			named[f.Code]++
		}
	}
	return out
}
