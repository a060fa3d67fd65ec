package frame

import (
	"html/template"
	"net/url"
	"strings"
	"time"

	"chiso/internal/fault"
)

// Volatile marks a page of an open-ended moment as not worth keeping.
func Volatile(doc *Document, err error, asOf time.Time) (*Document, error) {
	if err == nil {
		doc.Volatile = !asOf.IsZero()
	}
	return doc, err
}

func Saved(media, name string, data []byte, err error) (*Document, error) {
	if err != nil {
		return nil, err
	}
	return &Document{Type: media, Name: name, Body: data}, nil
}

// File is a ready file to be saved.
func File(name string, data []byte) *Document {
	return &Document{Type: MediaXLSX, Name: name, Body: data}
}

// Sentence is what a person reads of a refusal, "" for none.
func Sentence(err error) string {
	if err == nil {
		return ""
	}
	return fault.Sentence(err)
}

// Encoded is a query for a link.
func Encoded(q url.Values) template.URL { return template.URL(q.Encode()) } //nolint:gosec // encoded here

const MediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// FileName keeps what is safe in the name of a file on any system.
func FileName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '-'
	}, s)
}
