package app

import "strings"

// article is a newspaper article that published figures were taken from. "" is what it does not say.
type article struct {
	label, title, publisher, author, day, address, occasion string
}

// text names an article as a note does: newspaper, title, day, address; what it does not give is said to be missing.
func (x article) text() string {
	or := func(s, missing string) string {
		if s == "" {
			return missing
		}
		return s
	}
	publisher := or(x.publisher, "không ghi tên báo")
	if x.author != "" {
		publisher += " (" + x.author + ")"
	}
	day := or(x.day, "không ghi ngày")
	if x.day == "" && x.occasion != "" {
		day += " (" + x.occasion + ")"
	}
	return strings.Join([]string{publisher, "“" + x.title + "”", day, or(x.address, "không ghi địa chỉ")}, ", ")
}

// origin is how the origin of a published figure is printed: an article by its name, everything else as it was given.
func (r *references) origin(label string) string {
	if x, ok := r.articles[label]; ok {
		return x.text()
	}
	return label
}
