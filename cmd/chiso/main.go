// Command chiso is the whole of Chiso in one program: it serves the pages, imports files, prints
// rankings and reports, and keeps the database. `chiso help` lists its commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // Asia/Ho_Chi_Minh, also where the machine has no time zones

	"chiso/internal/fault"
)

// The exit codes of every command.
const (
	exitDone    = 0
	exitRefused = 1 // nothing was stored
	exitUsage   = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{args: os.Args[1:], stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ(), clock: time.Now}
	code := p.run(ctx)
	stop()
	os.Exit(code)
}

// program is one run of a command, with everything it needs from outside, so that tests run the real
// thing.
type program struct {
	args    []string
	stdout  io.Writer
	stderr  io.Writer
	environ []string
	clock   func() time.Time
	ready   func(address string) // told when serve listens; nil outside tests
}

// command is one of the subcommands.
type command struct {
	name string
	help string // Vietnamese, one line
	run  func(p *program, ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"serve", "chạy trang web", (*program).serve},
		{
			"import",
			"nạp tệp Excel hoặc CSV: import [--period P] [--indicator CODE] [--agency ID] [--source S] [--dry-run] [--marked DIR] [--format json] FILE…",
			(*program).importFiles,
		},
		{
			"rank",
			"in bảng xếp hạng: rank CODE [--period P] [--block B] [--source S] [--as-of T] [--format table|csv|json]",
			(*program).rank,
		},
		{
			"report",
			"ghi báo cáo Excel: report --period P [--code C…] [--block B] [--source S] [--as-of T] -o F.xlsx; report --release R --pack NAME -o F; report verify F.xlsx",
			(*program).report,
		},
		{
			"template",
			"ghi biểu mẫu Excel cho một đơn vị: template --agency ID --period P [--pillar N] [--code C…] -o F.xlsx",
			(*program).template,
		},
		{
			"catalogue",
			"tải danh mục về hoặc nộp danh mục: catalogue export [BẢNG…] -o F.xlsx | import [--dry-run] --number SỐ --day NGÀY --issuer CƠ_QUAN F",
			(*program).catalogue,
		},
		{
			"tasks",
			"sổ nhiệm vụ: tasks import|list|summary|board|template|record [--at D] [--programme P] [--agency ID] [--unit task|assignment] [--format table|csv|json] …",
			(*program).tasks,
		},
		{
			"release",
			"công bố số liệu: release create --period P [--kind provisional|final] [--regime R|--code C…] [--number N --day D] [--embargo T] | list | show ID [-o F.xlsx] | diff ID | approve ID --version V --account A | withdraw ID --version V",
			(*program).release,
		},
		{"seed", "nạp danh mục và số liệu mẫu: seed [--catalogue|--illustrative|--remove-illustrative|--sample-accounts]", (*program).seed},
		{"user", "tài khoản: user add|list|grant|revoke|link|disable|enable …", (*program).user},
		{
			"migrate",
			"cập nhật cấu trúc cơ sở dữ liệu, sao lưu trước khi cập nhật: migrate [--plan] [--backup F|--no-backup]",
			(*program).migrate,
		},
		{
			"backup",
			"sao lưu khi đang chạy: backup [-o F] [--recipient age1…]… [--recipients-file F] [--unencrypted]; backup key -o KHÓA; backup show F",
			(*program).backup,
		},
		{"restore", "khôi phục vào cơ sở dữ liệu trống, loại nào cũng được: restore [--identity KHÓA] F", (*program).restore},
		{
			"drill",
			"diễn tập khôi phục: khôi phục vào cơ sở dữ liệu tạm, kiểm tra, lập lại bản công bố và bộ báo cáo: drill [--identity KHÓA] F",
			(*program).drill,
		},
		{"code", "mở một mã in trên giấy: bản công bố, phiên bản số liệu, báo cáo đã trình", (*program).code},
		{"check", "kiểm tra số liệu, điểm số, tệp khớp nhau và khớp nhật ký: check [--head MỐC…] [--format table|json]", (*program).check},
		{"healthcheck", "hỏi máy chủ đang chạy trên máy này có sẵn sàng không", (*program).healthcheck},
		{"version", "in phiên bản chương trình", (*program).printVersion},
	}
}

// errHelp ends a command that was only asked what it does.
var errHelp = errors.New("help")

// errUsage marks an error whose message was already printed by the flag package.
var errUsage = errors.New("usage")

// run executes the command named by the first argument and returns the exit code.
func (p *program) run(ctx context.Context) int {
	if len(p.args) > 0 && p.args[0] == "--version" {
		return p.exitCode(p.printVersion(ctx, nil))
	}
	if len(p.args) == 0 || p.args[0] == "help" || p.args[0] == "-h" || p.args[0] == "--help" {
		p.usage()
		if len(p.args) == 0 {
			return exitUsage
		}
		return exitDone
	}
	for _, c := range commands() {
		if c.name != p.args[0] {
			continue
		}
		return p.exitCode(c.run(p, ctx, p.args[1:]))
	}
	fmt.Fprintf(p.stderr, "chiso: không có lệnh %q\n", p.args[0])
	p.usage()
	return exitUsage
}

func (p *program) usage() {
	fmt.Fprintln(p.stderr, "Chiso: theo dõi chỉ tiêu chuyển đổi số. Các lệnh:")
	for _, c := range commands() {
		fmt.Fprintf(p.stderr, "  chiso %-12s %s\n", c.name, c.help)
	}
	fmt.Fprintln(p.stderr, "Cài đặt qua biến môi trường CHISO_*, xem README.")
}

// errRefused ends a command that stored nothing and has said why.
var errRefused = errors.New("refused")

func (p *program) exitCode(err error) int {
	switch {
	case err == nil, errors.Is(err, errHelp):
		return exitDone
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.Is(err, errRefused):
		return exitRefused
	}
	kind := fault.KindOf(err)
	if kind == fault.Internal {
		fmt.Fprintln(p.stderr, "chiso:", err) // the person at the command line is the one who reads logs
		return exitRefused
	}
	fmt.Fprintln(p.stderr, "chiso:", fault.Sentence(err))
	if kind == fault.Usage {
		return exitUsage
	}
	return exitRefused
}
