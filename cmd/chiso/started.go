package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"chiso/internal/app"
)

// firstLink prints the link by which the first system administrator gets a password, once the port is ours: a copy that cannot listen
// must not end the link that another one printed.
func (p *program) firstLink(ctx context.Context, a *app.App, address string) {
	first, err := a.FirstLink(ctx, console(p.stdout))
	switch {
	case err != nil:
		fmt.Fprintf(
			p.stderr,
			"Chưa lập được đường dẫn cho quản trị hệ thống đầu tiên (%v). Hãy chạy: chiso user link %s\n",
			err,
			app.FirstName,
		)
	case first.Wanted:
		fmt.Fprintf(
			p.stdout,
			"Chưa có quản trị hệ thống. Lấy đường dẫn đặt mật khẩu cho “%s” bằng lệnh này, trên máy này: chiso user link %s\n",
			app.FirstName,
			app.FirstName,
		)
	case first.Secret != "":
		fmt.Fprintf(
			p.stdout,
			"Chưa có quản trị hệ thống. Mở đường dẫn này (dùng một lần, trong 72 giờ) để đặt mật khẩu cho “%s”:\n  %s/link/%s\n",
			app.FirstName,
			address,
			first.Secret,
		)
	case !first.Until.IsZero():
		fmt.Fprintf(
			p.stdout,
			"Chưa có quản trị hệ thống. Đường dẫn đã in trước đây còn dùng được đến %s. In đường dẫn khác: chiso user link %s\n",
			first.Until.Format("15:04 ngày 02/01/2006"),
			app.FirstName,
		)
	}
}

// console reports whether somebody looks at what is printed: not a file, a pipe or the log of a container.
func console(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// headsEvery is how often the ends of the audit go to the log, which the operator keeps outside the database.
const headsEvery = 24 * time.Hour

// logHeads writes at start, and then daily, what runs and the heads of the audit: chiso check --head compares them later.
func (p *program) logHeads(ctx context.Context, a *app.App, log *slog.Logger, address string) {
	say := func(what string) {
		x, err := a.About(ctx)
		if err != nil {
			if ctx.Err() == nil {
				log.Warn("heads_not_read", "when", what, "error", err)
			}
			return
		}
		if behind := x.At.Sub(p.clock()); behind > time.Hour {
			log.Warn("clock_behind_last_revision", "by", behind.Round(time.Minute).String())
		}
		log.Info(
			"running",
			"when",
			what,
			"version",
			x.Version,
			"schema",
			x.Schema,
			"database",
			x.Database,
			"url",
			address,
			"revision",
			x.Revision,
			"heads",
			strings.Join(x.Heads, ","),
		)
	}
	say("started")
	tick := time.NewTicker(headsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			say("audit_heads")
		}
	}
}
