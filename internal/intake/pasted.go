package intake

import "chiso/internal/vi"

// PastedColumn is what a column of a block copied from a sheet holds, by the text above it.
type PastedColumn string

// The columns of a pasted block. PastedKnown ones are understood and of no use here; PastedOther is not understood.
const (
	PastedOther       PastedColumn = ""
	PastedCode        PastedColumn = "code" // code or name of the indicator
	PastedNumerator   PastedColumn = "numerator"
	PastedDenominator PastedColumn = "denominator"
	PastedValue       PastedColumn = "value"
	PastedNote        PastedColumn = "note"
	PastedKnown       PastedColumn = "known"
)

// pastedBeside are the columns that stand beside the figures in templates and in the grid, folded.
var pastedBeside = []string{
	"ky truoc",
	"cung ky nam truoc",
	"he thong khac, cung ky",
	"muc do chinh xac",
	"cung ky",
	"ke hoach",
	"muc tieu",
}

// PastedColumnOf reads the text above a column by the words that files are read by.
func PastedColumnOf(text string) PastedColumn {
	for _, form := range headerForms(vi.Fold(text)) {
		for _, known := range pastedBeside {
			if form == known {
				return PastedKnown
			}
		}
		switch form {
		case "kiem tra, giai trinh":
			return PastedNote
		case "ty le", "ti le", "ty le %", "ti le %", "ty le (%)", "ti le (%)", "%":
			return PastedValue
		}
		for r, names := range roleNames {
			for _, name := range names {
				if name == form {
					return pastedRole(r)
				}
			}
		}
	}
	return PastedOther
}

func pastedRole(r role) PastedColumn {
	switch r {
	case roleIndicator, roleIndicatorCode:
		return PastedCode
	case roleNumerator:
		return PastedNumerator
	case roleDenominator:
		return PastedDenominator
	case roleValue:
		return PastedValue
	case roleNote:
		return PastedNote
	}
	return PastedKnown
}
