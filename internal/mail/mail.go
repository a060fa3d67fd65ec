// Package mail hands messages to an SMTP server. It decides nothing about whom to write to, and keeps nothing.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"chiso/internal/fault"
)

// Security says how the connection to the server is protected.
type Security string

// The protections.
const (
	StartTLS Security = "starttls" // begins in the clear, goes on encrypted or not at all
	TLS      Security = "tls"      // encrypted from the first byte
	Plain    Security = "none"     // for a relay on the same machine or network
)

// Settings are those of CHISO_SMTP_*.
type Settings struct {
	Host     string // "" sends nothing
	Port     int
	User     string // "" signs in nowhere
	Password string
	From     string // address, perhaps with a name: Chiso <chiso@example.gov.vn>
	Security Security
	Timeout  time.Duration  // of one message; 0 takes 30 s
	Roots    *x509.CertPool // who may vouch for the server; nil takes the machine's
}

// Message is one mail to one person.
type Message struct {
	ID      string // the same for every attempt, so that a server or reader can drop a second copy
	To      string // address
	Name    string // of the person, may be empty
	Subject string
	Text    string
	At      time.Time
}

// Sender sends mail. It is safe for concurrent use.
type Sender struct {
	settings Settings
	from     *netmail.Address
}

// New checks the settings and returns a sender; nil when no server is set.
func New(s Settings) (*Sender, error) {
	if s.Host == "" {
		return nil, nil
	}
	if s.Port < 1 || s.Port > 65535 {
		return nil, fault.New(fault.Usage, "CHISO_SMTP_PORT phải từ 1 đến 65535, đang là %d.", s.Port)
	}
	switch s.Security {
	case StartTLS, TLS, Plain:
	default:
		return nil, fault.New(fault.Usage, "CHISO_SMTP_SECURITY phải là starttls, tls hoặc none, đang là %q.", s.Security)
	}
	if s.User != "" && s.Security == Plain && !loopback(s.Host) {
		return nil, fault.New(fault.Usage, "Mật khẩu SMTP không được gửi khi chưa mã hóa. Hãy đặt CHISO_SMTP_SECURITY là starttls hoặc tls.")
	}
	from, err := netmail.ParseAddress(s.From)
	if err != nil {
		return nil, fault.Wrap(
			err,
			fault.Usage,
			"CHISO_SMTP_FROM phải là một địa chỉ thư, ví dụ: Chiso <chiso@don-vi.gov.vn>. Đang là %q.",
			s.From,
		)
	}
	if s.Timeout <= 0 {
		s.Timeout = 30 * time.Second
	}
	return &Sender{settings: s, from: from}, nil
}

func loopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

// Address checks one mail address and returns it without a name.
func Address(text string) (string, error) {
	a, err := netmail.ParseAddress(strings.TrimSpace(text))
	if err != nil || a.Name != "" || !strings.Contains(a.Address, ".") {
		return "", fault.New(fault.Invalid, "%q không phải địa chỉ thư. Hãy ghi dạng ten@don-vi.gov.vn.", text)
	}
	return a.Address, nil
}

// Send hands one message over. A fault of kind Invalid means that sending it again cannot help: the server refuses the
// address or the content for good.
func (s *Sender) Send(ctx context.Context, m Message) error {
	msg, err := s.message(m)
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.settings.Host, s.options()...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.settings.Timeout)
	defer cancel()
	err = client.DialAndSendWithContext(ctx, msg)
	var refused *gomail.SendError
	if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		return fault.Wrap(err, fault.Invalid, "Máy chủ thư không nhận thư gửi tới %s (mã %d). Hãy kiểm tra địa chỉ.", m.To, refused.ErrorCode())
	}
	if err != nil {
		return fault.Wrap(err, fault.Unready, "Chưa gửi được thư qua máy chủ %s. Sẽ gửi lại sau.", s.settings.Host)
	}
	return nil
}

func (s *Sender) message(m Message) (*gomail.Msg, error) {
	to, err := Address(m.To)
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	msg.ToMailAddress(&netmail.Address{Name: oneLine(m.Name), Address: to})
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(m.At)
	if m.ID != "" {
		_, domain, _ := strings.Cut(s.from.Address, "@")
		msg.SetMessageIDWithValue(oneLine(m.ID) + "@" + domain)
	} else {
		msg.SetMessageID()
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // no holiday answers, please
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	return msg, nil
}

// oneLine keeps a header a header.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
}

func (s *Sender) options() []gomail.Option {
	o := []gomail.Option{gomail.WithPort(s.settings.Port), gomail.WithTimeout(s.settings.Timeout)}
	if s.settings.Security != Plain {
		o = append(o, gomail.WithTLSConfig(&tls.Config{ServerName: s.settings.Host, RootCAs: s.settings.Roots, MinVersion: tls.VersionTLS12}))
	}
	switch s.settings.Security {
	case TLS:
		o = append(o, gomail.WithSSL())
	case StartTLS:
		o = append(o, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Plain:
		o = append(o, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.settings.User != "" {
		auth := gomail.SMTPAuthAutoDiscover
		if s.settings.Security == Plain {
			auth = gomail.SMTPAuthPlainNoEnc // to this machine only, see New
		}
		o = append(o, gomail.WithSMTPAuth(auth), gomail.WithUsername(s.settings.User), gomail.WithPassword(s.settings.Password))
	}
	return o
}
