package figures

import (
	"chiso/internal/agency"
	"chiso/internal/match"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// References are the dated tables that explain and group what is ranked, and that nobody enters: classes of
// scores, regions, the tile grid. They come with the program.
type References struct {
	Bands   []ranking.Bands
	Regions []Region
	Tiles   []GridTile

	Words    *match.Lexicon     // of headings
	Articles map[string]Article // by the label that published figures carry
}

// Region is one agency's dated place in a region.
type Region struct {
	Code, Name string
	Agency     agency.ID
	From, To   vi.Date
	Basis      string
	Verified   string
}

// GridTile is a place on the tile grid; the code is statistical, or that of a special zone within a province: "48-HS".
type GridTile struct {
	Code, Name string
	Col, Row   int
}

// regionOf returns the region of an agency on day d.
func (r *References) regionOf(id agency.ID, d vi.Date) (Region, bool) {
	for _, x := range r.Regions {
		if x.Agency == id && x.From <= d && d <= x.To {
			return x, true
		}
	}
	return Region{}, false
}
