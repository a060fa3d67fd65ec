package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"chiso/internal/app"
	"chiso/internal/fault"
	"chiso/internal/web"
	"chiso/static"
)

// memoryLimit makes the collector work harder before reading and marking heavy files takes more; GOMEMLIMIT sets another.
const memoryLimit = 400 << 20

func (p *program) serve(ctx context.Context, args []string) error {
	if err := alone(p.flags("serve"), args); err != nil {
		return err
	}
	s, err := p.settings()
	if err != nil {
		return err
	}
	if s.Proxies, err = p.proxies(s); err != nil {
		return err
	}
	if err := s.spool(); err != nil {
		return err
	}
	if _, err := static.Manifest(); err != nil {
		return fault.Wrap(err, fault.Unready, "Chương trình được dựng thiếu tệp giao diện. Hãy chạy: make assets, rồi make build.")
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(memoryLimit))
	}
	limits := s.Web.over(webLimits())
	limits.Bytes = s.MaxUploadMB << 20
	a, s, done, err := p.open(ctx, limits)
	if err != nil {
		return err
	}
	defer done()
	if err := p.sealSecrets(ctx, a, s); err != nil {
		return err
	}
	srv, err := web.New(web.Config{App: a, Assets: web.Assets{Path: static.Asset, Handler: static.Handler()}, Clock: p.clock,
		Log: s.logger(p.stderr), MaxUpload: s.MaxUploadMB << 20, CacheBytes: s.CacheMB << 20, ListenAddr: s.Listen, Container: s.Container,
		Hosts: s.Hosts, Version: programVersion() + " " + edition(), URL: s.URL, Proxies: s.Proxies, Scan: scanner(s.ScanCommand),
		SSO: web.SSO{Issuer: s.OIDCIssuer, ClientID: s.OIDCClient, Secret: s.OIDCSecret, Claim: s.OIDCClaim, Title: s.OIDCTitle}})
	if err != nil {
		return err
	}
	stop, err := p.jobs(ctx, a)
	if err != nil {
		return err
	}
	defer stop()
	watch, end := context.WithCancel(ctx)
	defer end()
	return srv.Run(ctx, func(addr net.Addr) {
		address := "http://" + s.Listen
		if _, port, err := net.SplitHostPort(addr.String()); err == nil && !s.Container {
			host, _, _ := net.SplitHostPort(s.Listen) // checked with the settings
			address = "http://" + net.JoinHostPort(host, port)
		}
		if s.URL != "" {
			address = s.URL
		}
		fmt.Fprintf(p.stdout, "Chiso đang chạy tại %s. Dừng: Ctrl+C.\n", address)
		p.firstLink(ctx, a, address)
		go p.logHeads(watch, a, s.logger(p.stderr), address)
		if p.ready != nil {
			p.ready(address)
		}
	})
}

// sealSecrets closes the secrets of the second factor that are not closed under the newest key, and says loudly what it cannot.
func (p *program) sealSecrets(ctx context.Context, a *app.App, s settings) error {
	sealed, lost, err := a.SealSecrets(ctx)
	if err != nil {
		return err
	}
	log := s.logger(p.stderr)
	if sealed > 0 {
		log.Info("secrets_sealed", "accounts", sealed)
	}
	if lost > 0 {
		log.Warn(
			"secrets_without_key",
			"accounts",
			lost,
			"hint",
			"CHISO_SECRET_KEY không có khóa đã dùng: những người này vào bằng mã dự phòng hoặc nhờ quản trị đặt lại xác thực hai lớp.",
		)
	}
	if len(s.SecretKeys) == 0 && strings.HasPrefix(s.URL, "https:") {
		log.Warn("secrets_open", "hint", "Chưa đặt CHISO_SECRET_KEY: khóa xác thực hai lớp nằm trong cơ sở dữ liệu ở dạng đọc được.")
	}
	return nil
}

// spool makes files that are being received wait in the data folder of a container, whose /tmp is memory.
func (s settings) spool() error {
	if !s.Container || os.Getenv("TMPDIR") != "" {
		return nil
	}
	dir := filepath.Join(s.Data, "tmp")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Wrap(err, fault.Unready, "Không tạo được thư mục %s để nhận tệp.", dir)
	}
	return os.Setenv("TMPDIR", dir)
}

// noProxies is what CHISO_PROXIES says when nothing stands before the server that would tell who asks.
const noProxies = "none"

// proxies returns the networks of the proxies before the server. Passwords arrive over https, which a proxy ends: whoever names none
// makes all people one address, and thirty wrong passwords of one of them everybody's.
func (p *program) proxies(s settings) ([]string, error) {
	switch {
	case !strings.HasPrefix(s.URL, "https:"):
		return s.Proxies, nil
	case len(s.Proxies) == 0:
		return nil, fault.New(
			fault.Usage,
			"CHISO_URL là https nên trước Chiso có máy chủ trung gian (proxy). Hãy ghi mạng của nó vào CHISO_PROXIES, ví dụ 127.0.0.1/32 hoặc 10.0.0.0/8: không có thì mọi người dùng bị tính chung một địa chỉ. Nếu proxy không gửi X-Forwarded-For, hãy đặt CHISO_PROXIES=%s.",
			noProxies,
		)
	case len(s.Proxies) == 1 && s.Proxies[0] == noProxies:
		s.logger(p.stderr).
			Warn("no_proxies", "hint", "CHISO_PROXIES=none: mọi người dùng bị tính chung một địa chỉ khi đếm số lần đăng nhập sai, nhật ký không biết ai từ đâu.")
		return nil, nil
	}
	return s.Proxies, nil
}

// jobs runs background work until stop is called.
func (p *program) jobs(ctx context.Context, a *app.App) (stop func(), err error) {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	runner, err := a.Jobs(fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text()))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); runner.Run(ctx) }()
	return func() { cancel(); <-done }, nil
}

// healthcheck asks the server on this machine whether it is ready: for containers.
func (p *program) healthcheck(ctx context.Context, args []string) error {
	if err := alone(p.flags("healthcheck"), args); err != nil {
		return err
	}
	s, err := p.settings()
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fault.Wrap(err, fault.Unready, "Máy chủ không trả lời tại %s.", s.Listen)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fault.New(fault.Unready, "Máy chủ chưa sẵn sàng (mã %d).", res.StatusCode)
	}
	return nil
}
