package main

import (
	"context"
	"encoding/json"
	"fmt"

	"chiso/internal/access"
	"chiso/internal/intake"
)

// code says what a code that stands on paper stands for.
func (p *program) code(ctx context.Context, args []string) error {
	fs := p.flags("code")
	var account, format string
	fs.StringVar(&account, "account", accountName(), "tài khoản thực hiện")
	fs.StringVar(&format, "format", "table", "table hoặc json")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := oneOf("format", format, "table", "json"); err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("code cần đúng một mã, ví dụ: chiso code CHISO-CB3-1A2B3C")
	}
	a, _, done, err := p.open(ctx, intake.Limits{})
	if err != nil {
		return err
	}
	defer done()
	found, err := a.PaperCode(ctx, access.Machine(account), rest[0])
	if err != nil {
		return err
	}
	if format == "json" {
		return json.NewEncoder(p.stdout).Encode(found)
	}
	_, err = fmt.Fprintf(p.stdout, "%s: %s\nTrang: %s\n", found.Code, found.Title, found.Path)
	return err
}
