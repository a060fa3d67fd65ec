package frame

import (
	"html/template"
	"net/url"
	"slices"
	"strings"

	"chiso/internal/vi"
)

// Sorting says by which column a table stands, and where a click on another leads: a plain link, so that it works without
// script and can be sent to somebody.
type Sorting struct {
	path  string
	query url.Values
	Key   string
	Desc  bool
}

// NewSorting reads "name" or "-name".
func NewSorting(path string, query url.Values, q, key string) Sorting {
	s := Sorting{path: path, query: query}
	s.Key, s.Desc = strings.CutPrefix(key, "-")
	if q != "" {
		s.query.Set("q", q)
	}
	return s
}

// SortHead is the head of one column.
type SortHead struct {
	Title, Class string
	URL          template.URL
	Aria         string // ascending, descending; "" when the table stands by another column
}

// Head makes the head of a column; a second click turns the order around.
func (s Sorting) Head(key, title, class string) SortHead {
	h := SortHead{Title: title, Class: class}
	next := key
	if s.Key == key {
		h.Aria = "descending"
		if !s.Desc {
			h.Aria, next = "ascending", "-"+key
		}
	}
	q := url.Values{}
	for k, v := range s.query {
		q[k] = v
	}
	q.Set("sort", next)
	h.URL = template.URL(s.path + "?" + q.Encode()) //nolint:gosec // encoded here
	return h
}

// SortRows orders rows by the chosen column; the others keep their order. by holds what each column compares by.
func SortRows[T any](s Sorting, rows []T, by map[string]func(a, b T) int) {
	compare, ok := by[s.Key]
	if !ok {
		return
	}
	slices.SortStableFunc(rows, func(a, b T) int {
		if s.Desc {
			return compare(b, a)
		}
		return compare(a, b)
	})
}

// ByName compares by Vietnamese collation.
func ByName[T any](name func(T) string) func(a, b T) int {
	collator := vi.NewCollator()
	return func(a, b T) int { return collator.Compare(name(a), name(b)) }
}
