package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/caarlos0/env/v11"

	"chiso/internal/access"
	"chiso/internal/app"
	"chiso/internal/fault"
	"chiso/internal/intake"
	"chiso/internal/mail"
	"chiso/internal/store"
)

// settings are read once from the environment and validated at start. The README lists them.
type settings struct {
	DatabaseURL string   `env:"CHISO_DATABASE_URL"`
	Data        string   `env:"CHISO_DATA"          envDefault:"data"`
	Listen      string   `env:"CHISO_LISTEN"        envDefault:"localhost:8080"`
	Container   bool     `env:"CHISO_CONTAINER"`
	Hosts       []string `env:"CHISO_HOSTS"`
	URL         string   `env:"CHISO_URL"`
	Proxies     []string `env:"CHISO_PROXIES"`
	OIDCIssuer  string   `env:"CHISO_OIDC_ISSUER"`
	OIDCClient  string   `env:"CHISO_OIDC_CLIENT"`
	OIDCSecret  string   `env:"CHISO_OIDC_SECRET"`
	OIDCClaim   string   `env:"CHISO_OIDC_CLAIM"`
	OIDCTitle   string   `env:"CHISO_OIDC_TITLE"`
	MaxUploadMB int64    `env:"CHISO_MAX_UPLOAD_MB" envDefault:"20"`
	CacheMB     int64    `env:"CHISO_CACHE_MB"      envDefault:"64"`
	LogLevel    string   `env:"CHISO_LOG_LEVEL"     envDefault:"info"`

	ScanCommand  string   `env:"CHISO_SCAN_COMMAND"`
	FilesADay    int      `env:"CHISO_FILES_PER_DAY"`
	SecretKeys   []string `env:"CHISO_SECRET_KEY"`
	SecondFactor []string `env:"CHISO_REQUIRE_SECOND_FACTOR"`

	SMTPHost     string `env:"CHISO_SMTP_HOST"`
	SMTPPort     int    `env:"CHISO_SMTP_PORT"     envDefault:"587"`
	SMTPUser     string `env:"CHISO_SMTP_USER"`
	SMTPPassword string `env:"CHISO_SMTP_PASSWORD"`
	SMTPFrom     string `env:"CHISO_SMTP_FROM"`
	SMTPSecurity string `env:"CHISO_SMTP_SECURITY" envDefault:"starttls"`

	Backup backupSettings `envPrefix:"CHISO_BACKUP_"`

	Web    limitSettings `envPrefix:"CHISO_WEB_MAX_"`    // of files that come through a page
	Import limitSettings `envPrefix:"CHISO_IMPORT_MAX_"` // of files on the command line
}

// settings reads and validates the environment.
func (p *program) settings() (settings, error) {
	var s settings
	environ := env.ToMap(p.environ)
	if err := checkNames(environ); err != nil {
		return s, err
	}
	if err := env.ParseWithOptions(&s, env.Options{Environment: environ}); err != nil {
		return s, fault.New(fault.Usage, "Biến môi trường CHISO_* không hợp lệ: %v", err)
	}
	if _, _, err := net.SplitHostPort(s.Listen); err != nil {
		return s, fault.New(fault.Usage, "CHISO_LISTEN phải có dạng localhost:8080, đang là %q.", s.Listen)
	}
	if s.MaxUploadMB < 1 || s.MaxUploadMB > 256 {
		return s, fault.New(fault.Usage, "CHISO_MAX_UPLOAD_MB phải từ 1 đến 256, đang là %d.", s.MaxUploadMB)
	}
	if s.CacheMB < 1 {
		return s, fault.New(fault.Usage, "CHISO_CACHE_MB phải lớn hơn 0.")
	}
	if u, err := url.Parse(s.URL); s.URL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return s, fault.New(fault.Usage, "CHISO_URL phải là địa chỉ mở Chiso, ví dụ https://chiso.don-vi.gov.vn, đang là %q.", s.URL)
	}
	if err := cmp.Or(s.Web.valid("CHISO_WEB_MAX_"), s.Import.valid("CHISO_IMPORT_MAX_")); err != nil {
		return s, err
	}
	if s.Web.FileMB != 0 {
		return s, fault.New(fault.Usage, "Cỡ tệp nộp qua trang đặt bằng CHISO_MAX_UPLOAD_MB, không phải CHISO_WEB_MAX_FILE_MB.")
	}
	if s.FilesADay < 0 {
		return s, fault.New(fault.Usage, "CHISO_FILES_PER_DAY phải từ 0 (mặc định 300) trở lên, đang là %d.", s.FilesADay)
	}
	for _, code := range s.SecondFactor {
		if _, ok := access.ParseRole(strings.TrimSpace(code)); !ok {
			return s, fault.New(
				fault.Usage,
				"CHISO_REQUIRE_SECOND_FACTOR không có vai trò %q. Các vai trò: committee, reporter, approver, office, unit_admin, system_admin.",
				code,
			)
		}
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		return s, fault.New(fault.Usage, "CHISO_LOG_LEVEL phải là debug, info, warn hoặc error, đang là %q.", s.LogLevel)
	}
	return s, nil
}

// factorRoles are the roles whose holders must have a second factor.
func (s settings) factorRoles() (out []access.Role) {
	for _, code := range s.SecondFactor {
		if r, ok := access.ParseRole(strings.TrimSpace(code)); ok { // checked with the settings
			out = append(out, r)
		}
	}
	return out
}

// mail returns the sender that the settings describe, nil for none.
func (s settings) mail() (*mail.Sender, error) {
	return mail.New(mail.Settings{Host: s.SMTPHost, Port: s.SMTPPort, User: s.SMTPUser, Password: s.SMTPPassword, From: s.SMTPFrom,
		Security: mail.Security(s.SMTPSecurity)})
}

// logger writes to w at the level of the settings.
func (s settings) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // validated at start
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

// open opens the store and the use cases over it, and refuses a database whose schema is not the one of this program. limits bound
// the files that are read; the zero Limits are those of the command line.
func (p *program) open(ctx context.Context, limits intake.Limits) (*app.App, settings, func(), error) {
	a, s, done, err := p.openAny(ctx, limits, true)
	if err != nil {
		return nil, s, nil, err
	}
	if err := a.Ready(ctx); err != nil {
		done()
		return nil, s, nil, err
	}
	return a, s, done, nil
}

// openAny is open for a database of any schema: for migrate, backup and restore. Migrate and restore may also make one where none exists.
func (p *program) openAny(ctx context.Context, limits intake.Limits, existing bool) (*app.App, settings, func(), error) {
	s, err := p.settings()
	if err != nil {
		return nil, s, nil, err
	}
	sender, err := s.mail()
	if err != nil {
		return nil, s, nil, err
	}
	plan, err := s.Backup.plan()
	if err != nil {
		return nil, s, nil, err
	}
	if limits == (intake.Limits{}) {
		limits = s.Import.over(intake.DefaultLimits())
	}
	st, err := store.Open(ctx, store.Config{URL: s.DatabaseURL, Path: filepath.Join(s.Data, "chiso.db"), Clock: p.clock, Existing: existing})
	if err != nil {
		return nil, s, nil, err
	}
	a, err := app.New(
		app.Config{
			Store:        st,
			Clock:        p.clock,
			Log:          s.logger(p.stderr),
			Limits:       limits,
			Version:      programVersion(),
			Mail:         sender,
			URL:          s.URL,
			Backups:      plan,
			FilesADay:    s.FilesADay,
			SecretKeys:   s.SecretKeys,
			SecondFactor: s.factorRoles(),
		},
	)
	if err != nil {
		_ = st.Close()
		return nil, s, nil, err
	}
	return a, s, func() { _ = st.Close() }, nil
}

// flags returns a flag set that prints to the program's own stderr.
func (p *program) flags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet("chiso "+name, flag.ContinueOnError)
	fs.SetOutput(p.stderr)
	fs.Usage = func() {
		for _, c := range commands() {
			if c.name == name {
				fmt.Fprintf(p.stderr, "chiso %s: %s\n", c.name, c.help)
			}
		}
		fs.PrintDefaults()
	}
	return fs
}

// alone parses a command that takes no arguments.
func alone(fs *flag.FlagSet, args []string) error {
	rest, err := parse(fs, args)
	if err == nil && len(rest) > 0 {
		return usagef("%s không nhận đối số %q.", fs.Name(), rest[0])
	}
	return err
}

// parse reads flags wherever they stand, before or after the arguments, and returns the arguments.
func parse(fs *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, errHelp
		} else if err != nil {
			return nil, errUsage
		}
		args = fs.Args()
		if len(args) == 0 {
			return rest, nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// list is a flag that may be repeated or hold several values with commas.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(s string) error {
	for _, v := range strings.Split(s, ",") {
		if v = strings.TrimSpace(v); v != "" {
			*l = append(*l, v)
		}
	}
	return nil
}

// oneOf checks a flag with a closed list of values.
func oneOf(name, value string, allowed ...string) error {
	for _, a := range allowed {
		if a == value {
			return nil
		}
	}
	return fault.New(fault.Usage, "--%s phải là %s, đang là %q.", name, strings.Join(allowed, ", "), value)
}

func usagef(format string, args ...any) error {
	return fault.New(fault.Usage, "%s", fmt.Sprintf(format, args...))
}
