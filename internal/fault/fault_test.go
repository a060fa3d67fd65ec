package fault_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"chiso/internal/fault"
)

const secret = "pq: password authentication failed for user chiso"

func TestKindOfAndSentence(t *testing.T) {
	cause := errors.New(secret)
	invalid := fault.New(fault.Invalid, "Kỳ %q sai.", "2026-Q5")
	located := fault.Wrap(cause, fault.Conflict, "Có người vừa sửa.")
	fault.Context(&located, "store.Accept(%d)", 7)
	general := fault.Sentence(cause)

	for _, tt := range []struct {
		name     string
		err      error
		kind     fault.Kind
		sentence string
	}{
		{"given a kind", invalid, fault.Invalid, `Kỳ "2026-Q5" sai.`},
		{"wrapped cause", fault.Wrap(cause, fault.NotFound, "Không có trang này."), fault.NotFound, "Không có trang này."},
		{"context around it", located, fault.Conflict, "Có người vừa sửa."},
		{"outermost wins", fault.Wrap(invalid, fault.TooLarge, "Tệp quá lớn."), fault.TooLarge, "Tệp quá lớn."},
		{"joined", errors.Join(cause, invalid), fault.Invalid, `Kỳ "2026-Q5" sai.`},
		{"no kind at all", cause, fault.Internal, general},
		{"plain wrap of a plain error", fmt.Errorf("store: %w", cause), fault.Internal, general},
		{"internal hides its sentence", fault.Wrap(cause, fault.Internal, secret), fault.Internal, general},
		{"internal around invalid hides it", fault.Wrap(invalid, fault.Internal, "x"), fault.Internal, general},
		{"kind forgotten", &fault.Error{Sentence: secret}, fault.Internal, general},
		{"sentence forgotten", &fault.Error{Kind: fault.Invalid, Err: cause}, fault.Invalid, general},
		{"nil pointer in an error", (*fault.Error)(nil), fault.Internal, general},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := fault.KindOf(tt.err); got != tt.kind {
				t.Errorf("KindOf = %q, want %q", got, tt.kind)
			}
			got := fault.Sentence(tt.err)
			if got != tt.sentence {
				t.Errorf("Sentence = %q, want %q", got, tt.sentence)
			}
			if strings.Contains(got, secret) || strings.Contains(got, "store") {
				t.Errorf("Sentence leaks internal text: %q", got)
			}
		})
	}
	if got := fault.KindOf(nil); got != "" {
		t.Errorf("KindOf(nil) = %q", got)
	}
}

func TestWrap(t *testing.T) {
	t.Run("nil stays nil", func(t *testing.T) {
		if err := fault.Wrap(nil, fault.Invalid, "x"); err != nil {
			t.Errorf("Wrap(nil) = %v", err)
		}
		var err error
		fault.Context(&err, "nowhere")
		if err != nil {
			t.Errorf("Context made %v of nil", err)
		}
	})
	t.Run("the log keeps the cause", func(t *testing.T) {
		err := fault.Wrap(io.ErrUnexpectedEOF, fault.Unreadable, "Tệp hỏng.")
		fault.Context(&err, "intake.Read(%s)", "a.xlsx")
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Error("cause is lost")
		}
		if want := "intake.Read(a.xlsx): Tệp hỏng.: unexpected EOF"; err.Error() != want {
			t.Errorf("Error() = %q, want %q", err.Error(), want)
		}
	})
}
