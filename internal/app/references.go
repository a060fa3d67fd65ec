package app

import (
	"errors"
	"fmt"
	"io/fs"

	"chiso/internal/agency"
	"chiso/internal/ranking"
	"chiso/internal/vi"
)

// references are the dated tables that explain and group what is ranked, and that nobody enters: classes of
// scores, regions, the tile grid. They come with the program.
type references struct {
	bands   []ranking.Bands
	regions []region
	tiles   []gridTile

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

func loadReferences(files fs.FS) (references, error) {
	l := newLoader()
	for _, spec := range []catTable{
		{name: "bands", title: "Xếp loại", columns: words("code from to band low high basis verified")},
		{name: "regions", title: "Vùng", columns: words("region name agency_id from to basis verified")},
		{name: "tilegrid", title: "Lưới ô", columns: words("code name col row")},
		{name: "articles", title: "Bài báo", columns: words("label title publisher author day address occasion")},
	} {
		if err := l.readFile(files, spec); err != nil {
			return references{}, err
		}
	}
	r := references{bands: l.bands(), regions: l.regions(), tiles: l.tiles(), articles: l.articles()}
	err := l.err()
	for i := range r.bands {
		err = errors.Join(err, errors.Join(r.bands[i].Validate()...))
	}
	for i, a := range r.regions {
		for _, b := range r.regions[:i] {
			if a.agency == b.agency && a.from <= b.to && b.from <= a.to {
				err = errors.Join(err, fmt.Errorf("regions.csv: %s is in %s and %s at the same time", a.agency, b.code, a.code))
			}
		}
	}
	return r, err
}

// bands reads the classes; rows of one code and first day are one version, best first.
func (l *loader) bands() []ranking.Bands {
	var out []ranking.Bands
	l.each("bands", func(r row) {
		code, from := r.text("code"), r.from("from")
		if n := len(out); n == 0 || out[n-1].Code != code || out[n-1].From != from {
			out = append(out, ranking.Bands{Code: code, From: from, To: r.to("to"), Basis: r.text("basis"), Verified: r.text("verified")})
		}
		b := &out[len(out)-1]
		b.Bands = append(b.Bands, ranking.Band{Name: r.text("band"), Low: r.number("low"), High: r.number("high")})
	})
	return out
}

func (l *loader) regions() []region {
	var out []region
	l.each("regions", func(r row) {
		out = append(out, region{r.text("region"), r.text("name"), agency.ID(r.text("agency_id")), r.from("from"), r.to("to"), r.text("basis"), r.text("verified")})
	})
	return out
}

func (l *loader) tiles() []gridTile {
	var out []gridTile
	l.each("tilegrid", func(r row) {
		out = append(out, gridTile{r.text("code"), r.text("name"), r.int("col"), r.int("row")})
	})
	return out
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
