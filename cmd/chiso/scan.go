package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"

	"chiso/internal/fault"
	"chiso/internal/web"
)

// scanner runs the command of the settings over each file that comes through a page, as clamdscan and its like are run: the file is its
// input, exit 0 lets it in, 1 refuses it, anything else is no answer.
func scanner(command string) web.Scanner {
	words := strings.Fields(command)
	if len(words) == 0 {
		return nil
	}
	return func(ctx context.Context, file io.Reader) error {
		var said bytes.Buffer
		cmd := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // what the operator has set
		cmd.Stdin, cmd.Stdout, cmd.Stderr = file, &said, &said
		err := cmd.Run()
		if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == 1 {
			return fault.Wrap(
				err,
				fault.Invalid,
				"Phần mềm quét mã độc của máy chủ từ chối tệp này. Hãy quét máy của bạn, làm lại tệp rồi gửi lại; tệp chưa được lưu.",
			)
		}
		if err != nil {
			return fmt.Errorf("%w: %.200s", err, said.String())
		}
		return nil
	}
}
