package catalogue

import (
	"errors"
	"fmt"
	"io/fs"

	"chiso/internal/agency"
	"chiso/internal/app/figures"
	"chiso/internal/match"
	"chiso/internal/ranking"
)

func LoadReferences(files fs.FS) (figures.References, error) {
	l := newLoader()
	for _, spec := range []catTable{
		{name: "bands", title: "Xếp loại", columns: words("code from to band low high basis verified")},
		{name: "regions", title: "Vùng", columns: words("region name agency_id from to basis verified")},
		{name: "tilegrid", title: "Lưới ô", columns: words("code name col row")},
		{name: "articles", title: "Bài báo", columns: words("label title publisher author day address occasion")},
	} {
		if err := l.readFile(files, spec); err != nil {
			return figures.References{}, err
		}
	}
	r := figures.References{Bands: l.bands(), Regions: l.regions(), Tiles: l.tiles(), Articles: l.articles()}
	err := l.err()
	list, open := files.Open("heading_words.csv")
	if open != nil {
		return figures.References{}, open
	}
	defer func() { _ = list.Close() }()
	var bad error
	r.Words, bad = match.ParseLexicon(list)
	err = errors.Join(err, bad)
	for i := range r.Bands {
		err = errors.Join(err, errors.Join(r.Bands[i].Validate()...))
	}
	for i, a := range r.Regions {
		for _, b := range r.Regions[:i] {
			if a.Agency == b.Agency && a.From <= b.To && b.From <= a.To {
				err = errors.Join(err, fmt.Errorf("regions.csv: %s is in %s and %s at the same time", a.Agency, b.Code, a.Code))
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

func (l *loader) regions() []figures.Region {
	var out []figures.Region
	l.each("regions", func(r row) {
		out = append(
			out,
			figures.Region{
				Code:     r.text("region"),
				Name:     r.text("name"),
				Agency:   agency.ID(r.text("agency_id")),
				From:     r.from("from"),
				To:       r.to("to"),
				Basis:    r.text("basis"),
				Verified: r.text("verified"),
			},
		)
	})
	return out
}

func (l *loader) tiles() []figures.GridTile {
	var out []figures.GridTile
	l.each("tilegrid", func(r row) {
		out = append(out, figures.GridTile{Code: r.text("code"), Name: r.text("name"), Col: r.int("col"), Row: r.int("row")})
	})
	return out
}

func (l *loader) articles() map[string]figures.Article {
	out := map[string]figures.Article{}
	l.each("articles", func(r row) {
		out[r.text("label")] = figures.Article{
			Label:     r.text("label"),
			Title:     r.text("title"),
			Publisher: r.text("publisher"),
			Author:    r.text("author"),
			Day:       r.text("day"),
			Address:   r.text("address"),
			Occasion:  r.text("occasion"),
		}
	})
	return out
}
