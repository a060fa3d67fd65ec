package frame

import (
	"net/url"
	"slices"

	"chiso/internal/app/ledger"
	"chiso/internal/fault"
	"chiso/internal/vi"
)

// FormDate reads a day of a form, as browsers send it or as people write it; blank is 0.
func FormDate(text string) (vi.Date, error) {
	if text = vi.Clean(text); text == "" {
		return 0, nil
	}
	d, err := vi.ParseDay(text)
	return d, fault.Wrap(err, fault.Invalid, "Ngày “%s” không đọc được. Hãy ghi như 30/09/2026.", text)
}

func DocumentOf(v url.Values) (d ledger.Document, err error) {
	d = ledger.Document{Number: vi.Clean(v.Get("number")), Issuer: vi.Clean(v.Get("issuer"))}
	d.Day, err = FormDate(v.Get("day"))
	if err == nil && d.Number == "" && (d.Issuer != "" || d.Day != 0) {
		err = fault.New(fault.Invalid, "Hãy ghi số của văn bản làm căn cứ.")
	}
	return d, err
}

// Chosen leaves out the empty choice.
func Chosen(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "" })
}

// DocumentFields are the number, day and issuer of a document as a form asks for them, with what was typed.
type DocumentFields struct {
	ID                  string // stands before the ids of the fields, for several on one page
	Number, Day, Issuer string
	Optional            bool
}

func documentFields(id, number, day, issuer string, optional ...bool) DocumentFields {
	return DocumentFields{ID: id, Number: number, Day: day, Issuer: issuer, Optional: len(optional) > 0 && optional[0]}
}
