package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"chiso/internal/app"
	"chiso/internal/backup"
	"chiso/internal/fault"
	"chiso/internal/filing"
	"chiso/internal/intake"
	"chiso/internal/store"
	"chiso/internal/vi"
)

// backupSettings say where scheduled backups go, who can open them and how many are kept.
type backupSettings struct {
	Dir            string   `env:"DIR"`
	Recipients     []string `env:"RECIPIENTS"`
	RecipientsFile string   `env:"RECIPIENTS_FILE"`
	Identity       string   `env:"IDENTITY"` // file of the secret key, for restore and drill
	Hour           int      `env:"HOUR"            envDefault:"2"`
	Keep           string   `env:"KEEP"            envDefault:"7/4/12"`
	Unencrypted    bool     `env:"UNENCRYPTED"`
}

// plan returns what the settings say of scheduled backups.
func (s backupSettings) plan() (p app.BackupPlan, err error) {
	p.Dir, p.Hour = s.Dir, s.Hour
	if p.Keep, err = backup.ParseKeeping(s.Keep); err != nil {
		return p, fault.Wrap(
			err,
			fault.Usage,
			"CHISO_BACKUP_KEEP phải có dạng 7/4/12: số bản giữ theo ngày, tuần, tháng; đang là %q.",
			s.Keep,
		)
	}
	if s.Hour < 0 || s.Hour > 23 {
		return p, fault.New(fault.Usage, "CHISO_BACKUP_HOUR phải từ 0 đến 23, đang là %d.", s.Hour)
	}
	if p.To, err = s.recipients(nil, nil); err != nil {
		return p, err
	}
	switch {
	case s.Dir != "" && len(p.To) == 0 && !s.Unencrypted:
		return p, fault.New(
			fault.Usage,
			"CHISO_BACKUP_DIR cần khóa công khai trong CHISO_BACKUP_RECIPIENTS (tạo khóa: chiso backup key -o khoa.txt), hoặc CHISO_BACKUP_UNENCRYPTED=true.",
		)
	case len(p.To) > 0 && s.Unencrypted:
		return p, fault.New(fault.Usage, "CHISO_BACKUP_UNENCRYPTED=true và CHISO_BACKUP_RECIPIENTS loại trừ nhau. Hãy bỏ một trong hai.")
	}
	return p, nil
}

// recipients reads the public keys of the settings, and more of the command line.
func (s backupSettings) recipients(keys, files []string) ([]backup.Recipient, error) {
	if s.RecipientsFile != "" {
		files = append(files, s.RecipientsFile)
	}
	return backup.Recipients(append(keys, s.Recipients...), files...)
}

// identities reads the secret keys of the settings, and more of the command line.
func (s backupSettings) identities(files []string) ([]backup.Identity, error) {
	if s.Identity != "" {
		files = append(files, s.Identity)
	}
	return backup.Identities(files...)
}

func (p *program) backup(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == "key" {
		return p.backupKey(args[1:])
	}
	if len(args) > 0 && args[0] == "show" {
		return p.backupShow(args[1:])
	}
	fs := p.flags("backup")
	var recipients, files list
	var req app.BackupRequest
	fs.StringVar(&req.Path, "o", "", "tệp sao lưu; không ghi thì đặt tên theo giờ trong CHISO_BACKUP_DIR")
	fs.Var(&recipients, "recipient", "khóa công khai age1… của người được mở (lặp lại được)")
	fs.Var(&files, "recipients-file", "tệp khóa công khai, mỗi dòng một khóa (lặp lại được)")
	unencrypted := fs.Bool("unencrypted", false, "không mã hóa: tệp chứa toàn bộ dữ liệu và mật khẩu đã băm")
	fs.BoolVar(&req.Plain, "text", false, "không mã hóa, không nén, để đọc bằng mắt")
	format := fs.String("format", "table", "table hoặc json")
	if err := alone(fs, args); err != nil {
		return err
	}
	if err := oneOf("format", *format, "table", "json"); err != nil {
		return err
	}
	a, s, done, err := p.openAny(ctx, intake.Limits{}, true) // also before an upgrade
	if err != nil {
		return err
	}
	defer done()
	if !*unencrypted && !req.Plain && (!s.Backup.Unencrypted || len(recipients)+len(files) > 0) {
		if req.To, err = s.Backup.recipients(recipients, files); err != nil {
			return err
		}
		if len(req.To) == 0 {
			return usagef(
				"Chưa có khóa công khai của người được mở bản sao lưu. Hãy ghi --recipient age1… hoặc đặt CHISO_BACKUP_RECIPIENTS " +
					"(tạo khóa: chiso backup key -o khoa.txt), hoặc ghi rõ --unencrypted.",
			)
		}
	}
	if req.Path == "" {
		if s.Backup.Dir == "" {
			return usagef("backup cần -o TỆP, hoặc đặt CHISO_BACKUP_DIR.")
		}
		req.Path = filepath.Join(s.Backup.Dir, backup.Name(p.clock()))
	}
	req.Account = accountName()
	res, err := a.Backup(ctx, req)
	if err != nil {
		return err
	}
	if *format == "json" {
		return printJSON(p.stdout, res)
	}
	fmt.Fprintf(p.stdout, "Đã sao lưu vào %s trong %s.\n", res.Path, app.Seconds(res.Took))
	p.printManifest(res)
	return nil
}

// backupKey makes a key pair.
func (p *program) backupKey(args []string) error {
	fs := p.flags("backup")
	path := fs.String("o", "", "tệp khóa bí mật")
	if err := alone(fs, args); err != nil {
		return err
	}
	if *path == "" {
		return usagef("backup key cần -o TỆP.")
	}
	secret, public, err := backup.NewKey()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(*path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // never over another key
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Không tạo được tệp khóa %s: tệp đã có hoặc không ghi được.", *path)
	}
	defer f.Close()
	if _, err := f.WriteString(secret); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	fmt.Fprintf(
		p.stderr,
		"Đã ghi khóa bí mật vào %s. Hãy cất ở nơi khác máy chủ; mất khóa là không mở được bản sao lưu. Khóa công khai, để đặt CHISO_BACKUP_RECIPIENTS:\n",
		*path,
	)
	_, err = fmt.Fprintln(p.stdout, public)
	return err
}

// backupShow prints what a backup holds.
func (p *program) backupShow(args []string) error {
	fs := p.flags("backup")
	format := fs.String("format", "table", "table hoặc json")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := oneOf("format", *format, "table", "json"); err != nil {
		return err
	}
	if len(files) != 1 {
		return usagef("backup show cần một tệp.")
	}
	res, err := app.ReadManifest(files[0])
	if err != nil {
		return err
	}
	if *format == "json" {
		return printJSON(p.stdout, res)
	}
	p.printManifest(res)
	return nil
}

func (p *program) restore(ctx context.Context, args []string) error {
	fs := p.flags("restore")
	var keys list
	fs.Var(&keys, "identity", "tệp khóa bí mật (lặp lại được); hoặc đặt CHISO_BACKUP_IDENTITY")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return usagef("restore cần một tệp sao lưu.")
	}
	a, s, done, err := p.openAny(ctx, intake.Limits{}, false)
	if err != nil {
		return err
	}
	defer done()
	ids, err := s.Backup.identities(keys)
	if err != nil {
		return err
	}
	res, err := a.Restore(ctx, files[0], ids, accountName())
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Đã khôi phục từ %s trong %s. Mọi người đăng nhập lại.\n", res.Path, app.Seconds(res.Took))
	p.printManifest(res)
	return p.verify(ctx, a, "table")
}

// printManifest prints what a backup holds.
func (p *program) printManifest(res *app.BackupResult) {
	m := res.Manifest
	locked := "không mã hóa"
	if res.Encrypted {
		locked = "có mã hóa"
	}
	fmt.Fprintf(p.stdout, "Tệp: %s byte, %s, SHA-256 %s.\n", vi.FormatInt(res.Size), locked, res.SHA256)
	fmt.Fprintf(p.stdout, "Lúc %s; chương trình %s; lược đồ %d (%s).\n", p.local(m.At), m.Program, m.Schema, m.Engine)
	fmt.Fprintf(
		p.stdout,
		"Phiên bản dữ liệu %d lúc %s; %s dòng trong %d bảng: %s số liệu, %s tệp, %s tài khoản; %d bản công bố đã phê duyệt.\n",
		m.Revision,
		p.local(m.RevisionAt),
		vi.FormatInt(
			m.Total(),
		),
		len(m.Rows),
		vi.FormatInt(m.Rows["observation"]),
		vi.FormatInt(m.Rows["file"]),
		vi.FormatInt(m.Rows["account"]),
		len(m.Releases),
	)
	if heads := m.HeadTexts(); len(heads) > 0 {
		fmt.Fprintf(
			p.stdout,
			"Mốc nhật ký lúc sao lưu: %s. Giữ lại để so sau khi khôi phục: chiso check --head MỐC.\n",
			strings.Join(heads, ", "),
		)
	}
}

// local prints a time for people.
func (p *program) local(t time.Time) string {
	return t.In(filing.Zone()).Format("15:04 02/01/2006")
}

// drill restores a backup into a temporary database and prints how that went.
func (p *program) drill(ctx context.Context, args []string) error {
	fs := p.flags("drill")
	var keys list
	fs.Var(&keys, "identity", "tệp khóa bí mật (lặp lại được); hoặc đặt CHISO_BACKUP_IDENTITY")
	format := fs.String("format", "table", "table hoặc json")
	files, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return usagef("drill cần một tệp sao lưu.")
	}
	if err := oneOf("format", *format, "table", "json"); err != nil {
		return err
	}
	s, err := p.settings()
	if err != nil {
		return err
	}
	ids, err := s.Backup.identities(keys)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "chiso-drill-")
	if err != nil {
		return fault.Wrap(err, fault.Unready, "Không tạo được thư mục tạm để diễn tập.")
	}
	defer func() { _ = os.RemoveAll(dir) }()
	st, err := store.Open(ctx, store.Config{Path: filepath.Join(dir, "chiso.db"), Clock: p.clock})
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	a, err := app.New(app.Config{Store: st, Clock: p.clock, Log: s.logger(p.stderr), Version: programVersion()})
	if err != nil {
		return err
	}
	d, err := a.RunDrill(ctx, files[0], ids)
	if err != nil {
		return err
	}
	if *format == "json" {
		err = printJSON(p.stdout, d)
	} else {
		err = d.Print(p.stdout)
	}
	if err == nil && !d.Passed() {
		err = errRefused
	}
	return err
}
