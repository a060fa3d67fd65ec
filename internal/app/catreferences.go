package app

import (
	"errors"
	"fmt"
	"io/fs"

	"chiso/internal/agency"
	"chiso/internal/match"
	"chiso/internal/ranking"
)

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
	list, open := files.Open("heading_words.csv")
	if open != nil {
		return references{}, open
	}
	defer func() { _ = list.Close() }()
	var bad error
	r.words, bad = match.ParseLexicon(list)
	err = errors.Join(err, bad)
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

func (l *loader) articles() map[string]article {
	out := map[string]article{}
	l.each("articles", func(r row) {
		out[r.text("label")] = article{label: r.text("label"), title: r.text("title"), publisher: r.text("publisher"), author: r.text("author"), day: r.text("day"),
			address: r.text("address"), occasion: r.text("occasion")}
	})
	return out
}
