package figures

import "strings"

// Article is a newspaper article that published figures were taken from. "" is what it does not say.
type Article struct {
	Label, Title, Publisher, Author, Day, Address, Occasion string
}

// text names an article as a note does: newspaper, title, day, address; what it does not give is said to be missing.
func (x Article) text() string {
	or := func(s, missing string) string {
		if s == "" {
			return missing
		}
		return s
	}
	publisher := or(x.Publisher, "không ghi tên báo")
	if x.Author != "" {
		publisher += " (" + x.Author + ")"
	}
	day := or(x.Day, "không ghi ngày")
	if x.Day == "" && x.Occasion != "" {
		day += " (" + x.Occasion + ")"
	}
	return strings.Join([]string{publisher, "“" + x.Title + "”", day, or(x.Address, "không ghi địa chỉ")}, ", ")
}

// Origin is how the origin of a published figure is printed: an article by its name, everything else as it was given.
func (r *References) Origin(label string) string {
	if x, ok := r.Articles[label]; ok {
		return x.text()
	}
	return label
}
