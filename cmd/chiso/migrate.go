package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"chiso/internal/app"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/store"
	"chiso/internal/vi"
)

func (p *program) migrate(ctx context.Context, args []string) error {
	fs := p.flags("migrate")
	only := fs.Bool("plan", false, "chỉ nói sẽ làm gì và mất bao lâu, không đổi gì")
	path := fs.String(
		"backup",
		"",
		"tệp sao lưu trước khi cập nhật; không ghi thì đặt tên trong CHISO_BACKUP_DIR, hoặc trong thư mục backups của CHISO_DATA",
	)
	without := fs.Bool("no-backup", false, "không sao lưu trước khi cập nhật")
	format := fs.String("format", "table", "table hoặc json, của --plan")
	if err := alone(fs, args); err != nil {
		return err
	}
	if err := oneOf("format", *format, "table", "json"); err != nil {
		return err
	}
	if *without && *path != "" {
		return usagef("migrate nhận một trong --backup, --no-backup.")
	}
	a, s, done, err := p.openAny(ctx, intake.Limits{}, *only)
	if err != nil {
		return err
	}
	defer done()
	plan, err := a.MigrationPlan(ctx)
	switch {
	case err != nil:
		return err
	case *only && *format == "json":
		return printJSON(p.stdout, plan)
	case *only || !plan.Due():
		p.printPlan(plan)
		return nil
	}
	if !*without && plan.From > 0 && plan.Rows > 0 {
		if err := p.backupFirst(ctx, a, s, *path, plan); err != nil {
			return err
		}
	}
	begun := p.clock()
	n, err := a.Migrate(ctx)
	switch took := app.Seconds(p.clock().Sub(begun)); {
	case err != nil:
	case n == 0:
		fmt.Fprintf(p.stdout, "Cơ sở dữ liệu: đã lập mã băm đầu tiên của nội dung đã có, trong %s.\n", took)
	default:
		fmt.Fprintf(p.stdout, "Cơ sở dữ liệu: đã cập nhật %d bước, lên lược đồ %d, trong %s.\n", n, plan.To, took)
	}
	return err
}

// backupFirst makes the backup to which one returns when an upgrade goes wrong. Nothing removes it by itself.
func (p *program) backupFirst(ctx context.Context, a *app.App, s settings, path string, plan *store.MigrationPlan) error {
	if path == "" {
		dir := s.Backup.Dir
		if dir == "" {
			dir = filepath.Join(s.Data, "backups")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return fault.Wrap(
					err,
					fault.Unready,
					"Không tạo được thư mục %s để sao lưu trước khi cập nhật; chưa cập nhật gì. Hãy đặt CHISO_BACKUP_DIR, hoặc chạy với --backup F hay --no-backup.",
					dir,
				)
			}
		}
		path = filepath.Join(dir, fmt.Sprintf("truoc-luoc-do-%d-%s.backup", plan.To, p.clock().UTC().Format("20060102-150405")))
	}
	to, err := s.Backup.recipients(nil, nil)
	if err != nil {
		return err
	}
	res, err := a.Backup(ctx, app.BackupRequest{Path: path, To: to, Account: accountName()})
	if err != nil {
		return fault.Wrap(err, fault.KindOf(err), "Chưa cập nhật gì, vì chưa sao lưu được trước đó. %s", fault.Sentence(err))
	}
	fmt.Fprintf(p.stdout, "Đã sao lưu trước khi cập nhật vào %s (%s byte, %s).\n", res.Path, vi.FormatInt(res.Size), app.Seconds(res.Took))
	return nil
}

// How fast a backup is made, at least: rows and bytes of files a second.
const backupRows, backupBytes = 30_000, 20 << 20

// printPlan prints what Migrate would do.
func (p *program) printPlan(plan *store.MigrationPlan) {
	if !plan.Due() {
		fmt.Fprintf(p.stdout, "Cơ sở dữ liệu đã ở lược đồ mới nhất (%d). Không có gì phải cập nhật.\n", plan.To)
		return
	}
	fmt.Fprintf(
		p.stdout,
		"Cập nhật từ lược đồ %d lên %d: %d bước. Hiện có %s dòng, %s MB tệp.\n",
		plan.From,
		plan.To,
		len(plan.Steps),
		vi.FormatInt(plan.Rows),
		vi.FormatInt(plan.Bytes>>20),
	)
	for _, step := range plan.Steps {
		var takes time.Duration
		for _, c := range step.Changes {
			takes += c.Takes
		}
		fmt.Fprintf(p.stdout, "%3d  %s, đến %s\n", step.Schema, step.Name, app.Seconds(takes))
		for _, c := range step.Changes {
			rows := ""
			if c.Rows > 0 {
				rows = fmt.Sprintf(" (%s dòng)", vi.FormatInt(c.Rows))
			}
			fmt.Fprintf(p.stdout, "       %s%s\n", c.Sentence, rows)
		}
	}
	if b := plan.Baseline; b != nil {
		fmt.Fprintf(p.stdout, "Sau đó: %s (%s dòng), đến %s\n", b.Sentence, vi.FormatInt(b.Rows), app.Seconds(b.Takes))
	}
	backup := time.Duration(
		float64(plan.Rows)/backupRows*float64(time.Second),
	) + time.Duration(
		float64(plan.Bytes)/backupBytes*float64(time.Second),
	)
	fmt.Fprintf(
		p.stdout,
		"Ước tính lâu nhất: sao lưu %s, cập nhật %s. Trong lúc đó trang vẫn xem được. Từ lúc cập nhật, bản chương trình cũ chỉ còn cho xem, không ghi, cho đến khi được thay bằng bản này.\n",
		app.Seconds(backup),
		app.Seconds(plan.Takes()),
	)
}
