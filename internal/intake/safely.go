package intake

import (
	"errors"

	"chiso/internal/fault"
)

// safely calls the library, which panics on some broken files, and turns a panic into a refusal.
// Only the library runs inside it, never the caller of Rows.
func safely(what string, call func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = damaged("%s: %v", what, p)
		}
	}()
	var known *fault.Error
	if err = call(); err != nil && !errors.As(err, &known) {
		err = damaged("%s: %w", what, err)
	}
	return err
}
