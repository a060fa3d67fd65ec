package app

import (
	"chiso/internal/agency"
	"chiso/internal/match"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// references are the dated tables that explain and group what is ranked, and that nobody enters: classes of
// scores, regions, the tile grid. They come with the program.
type references struct {
	bands   []ranking.Bands
	regions []region
	tiles   []gridTile

	words    *match.Lexicon     // of headings
	articles map[string]article // by the label that published figures carry
}

// region is one agency's dated place in a region.
type region struct {
	code, name string
	agency     agency.ID
	from, to   vi.Date
	basis      string
	verified   string
}

// gridTile is a place on the tile grid; the code is statistical, or that of a special zone within a province: "48-HS".
type gridTile struct {
	code, name string
	col, row   int
}

// regionOf returns the region of an agency on day d.
func (r *references) regionOf(id agency.ID, d vi.Date) (region, bool) {
	for _, x := range r.regions {
		if x.agency == id && x.from <= d && d <= x.to {
			return x, true
		}
	}
	return region{}, false
}
