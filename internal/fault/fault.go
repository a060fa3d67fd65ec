// Package fault is the one error vocabulary of Chiso: a kind that decides how a caller
// reacts (HTTP status, exit code), a Vietnamese sentence for the person, and the wrapped
// cause for the log. It imports only the standard library. It must not know HTTP.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an error is. One place (web) maps it to an HTTP status,
// one place (cmd/chiso) to an exit code.
type Kind string

// The kinds. Internal is what every error is that was not given another kind.
const (
	Internal   Kind = "internal"   // our failure; the person reads a general sentence
	Invalid    Kind = "invalid"    // the input is wrong and says where
	NotFound   Kind = "not_found"  // the thing asked for does not exist
	Forbidden  Kind = "forbidden"  // the account may not do this
	SignedOut  Kind = "signed_out" // nobody has signed in
	Limited    Kind = "limited"    // asked too often; try again later
	Conflict   Kind = "conflict"   // somebody else changed it meanwhile
	TooLarge   Kind = "too_large"  // over a size limit of the settings
	Usage      Kind = "usage"      // a command was called wrongly
	Unready    Kind = "unready"    // the database is not migrated or assets are missing
	Away       Kind = "away"       // the database does not answer, or not in time
	Unreadable Kind = "unreadable" // a file is not of a kind that can be read
)

// Error carries a kind, a sentence for the person, and optionally the cause.
type Error struct {
	Kind     Kind
	Sentence string // Vietnamese, says what to do; safe to show
	Err      error  // for the log only
}

// Error returns the sentence and, for the log, the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Sentence
	}
	return e.Sentence + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns an error of kind k whose sentence is shown to the person.
func New(k Kind, format string, args ...any) error {
	return &Error{Kind: k, Sentence: fmt.Sprintf(format, args...)}
}

// Wrap gives err a kind and a sentence; nil stays nil.
func Wrap(err error, k Kind, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: k, Sentence: fmt.Sprintf(format, args...), Err: err}
}

// KindOf returns the kind of the outermost *Error in err's chain, Internal when there is
// none or it has no kind, and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) && e != nil && e.Kind != "" {
		return e.Kind
	}
	return Internal
}

// Sentence returns what may be shown to a person: the sentence of the outermost *Error,
// or a general one. Internal text never leaves through it.
func Sentence(err error) string {
	var e *Error
	if KindOf(err) != Internal && errors.As(err, &e) && e.Sentence != "" {
		return e.Sentence
	}
	return "Có lỗi trong hệ thống. Hãy mở lại trang trước để xem việc vừa làm đã được lưu hay chưa; nếu vẫn lỗi, xin báo cơ quan thường trực."
}

// Context adds where an error happened, for the log: defer fault.Context(&err, "store.Figures(%d)", id).
func Context(errp *error, format string, args ...any) {
	if *errp != nil {
		*errp = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *errp)
	}
}

// Flaw is something wrong with a row of a catalogue.
type Flaw struct {
	Table    string   // agencies, indicators, …: as the file of the catalogue is called
	Key      []string // what names the row: the values of its key columns, or the first of them
	Column   string   // that is wrong, "" for the row as a whole
	Sentence string   // Vietnamese, says what to do
}

// Error returns where and what.
func (f *Flaw) Error() string {
	where := f.Table
	for _, k := range f.Key {
		where += " " + k
	}
	return where + ": " + f.Sentence
}

// NewFlaw returns a flaw of a row, in one column or "" for all of it.
func NewFlaw(table string, key []string, column, format string, args ...any) *Flaw {
	return &Flaw{Table: table, Key: key, Column: column, Sentence: fmt.Sprintf(format, args...)}
}
