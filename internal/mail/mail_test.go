package mail_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chiso/internal/fault"
	"chiso/internal/mail"
	"chiso/internal/testing/smtptest"
)

func sender(t *testing.T, s mail.Settings) *mail.Sender {
	t.Helper()
	if s.From == "" {
		s.From = "Hệ thống Chiso <chiso@example.gov.vn>"
	}
	s.Host, s.Timeout = "127.0.0.1", 5*time.Second
	out, err := mail.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var message = mail.Message{ID: "nhac-12-P34-48", To: "cds@danang.example.gov.vn", Name: "Nguyễn Thị Hồng", Subject: "Nhắc nộp báo cáo quý III/2026: còn 3 ngày",
	Text: "Kính gửi đơn vị,\n\nCòn 3 ngày.\n.\nĐường dẫn: https://chiso.example.gov.vn/desk\n", At: time.Date(2026, 10, 15, 1, 2, 3, 0, time.UTC)}

func TestSender_Send(t *testing.T) {
	server := smtptest.Start(t, smtptest.Options{})
	if err := sender(t, mail.Settings{Port: server.Port, Security: mail.Plain}).Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	got := server.Mails()
	if len(got) != 1 {
		t.Fatalf("%d mails", len(got))
	}
	m := got[0]
	if m.From != "chiso@example.gov.vn" || m.To != message.To || m.Subject != message.Subject || m.Body != message.Text {
		t.Errorf("%+v\n%s", m, m.Raw)
	}
	if id := m.Header.Get("Message-Id"); id != "<nhac-12-P34-48@example.gov.vn>" {
		t.Errorf("Message-Id %q", id)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || to[0].Name != message.Name {
		t.Errorf("To: %v %v", to, err)
	}
	if at, err := m.Header.Date(); err != nil || !at.Equal(message.At) {
		t.Errorf("Date: %v %v", at, err)
	}
}

// What people type into names and titles must not become headers.
func TestSender_SendKeepsHeaders(t *testing.T) {
	server := smtptest.Start(t, smtptest.Options{})
	m := message
	m.Name, m.Subject, m.ID = "A\r\nBcc: x@example.com", "Tiêu đề\r\nBcc: x@example.com\n\nxin chào", "id\r\nBcc: x@example.com"
	if err := sender(t, mail.Settings{Port: server.Port, Security: mail.Plain}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := server.Mails()[0]
	if got.Header.Get("Bcc") != "" || got.Body != message.Text || got.Subject != "Tiêu đề Bcc: x@example.com xin chào" {
		t.Errorf("%s", got.Raw)
	}
}

func TestSender_SendEncryptedAndSignedIn(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	server := smtptest.Start(t, smtptest.Options{TLS: &tls.Config{Certificates: web.TLS.Certificates}, User: "chiso", Password: "mật khẩu"})
	good := mail.Settings{Port: server.Port, Security: mail.StartTLS, User: "chiso", Password: "mật khẩu", Roots: roots}
	if err := sender(t, good).Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	wrong, strange := good, good
	wrong.Password = "sai"
	strange.Roots = x509.NewCertPool()
	for name, s := range map[string]mail.Settings{"a wrong password": wrong, "a certificate of nobody we know": strange} {
		if err := sender(t, s).Send(t.Context(), message); fault.KindOf(err) != fault.Unready || strings.Contains(fault.Sentence(err), "sai") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(server.Mails()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

func TestSender_SendRefused(t *testing.T) {
	server := smtptest.Start(t, smtptest.Options{Refuse: func(to string) error {
		switch {
		case strings.HasPrefix(to, "gone"):
			return smtptest.Refuse(550, "no such user")
		case strings.HasPrefix(to, "busy"):
			return smtptest.Refuse(451, "later")
		}
		return nil
	}})
	for _, tt := range []struct {
		to       string
		security mail.Security
		want     fault.Kind
	}{
		{"gone@example.gov.vn", mail.Plain, fault.Invalid},
		{"busy@example.gov.vn", mail.Plain, fault.Unready},
		{"không phải địa chỉ", mail.Plain, fault.Invalid},
		{"a@example.gov.vn, b@example.gov.vn", mail.Plain, fault.Invalid},
		{"ok@example.gov.vn", mail.StartTLS, fault.Unready}, // the server offers none: nothing goes in the clear
	} {
		m := message
		m.To = tt.to
		if err := sender(t, mail.Settings{Port: server.Port, Security: tt.security}).Send(t.Context(), m); fault.KindOf(err) != tt.want {
			t.Errorf("%s: %v, want %s", tt.to, err, tt.want)
		}
	}
	if n := len(server.Mails()); n != 0 {
		t.Errorf("%d mails", n)
	}
}

func TestNew(t *testing.T) {
	if s, err := mail.New(mail.Settings{}); s != nil || err != nil {
		t.Errorf("no server: %v %v", s, err)
	}
	good := mail.Settings{Host: "mail.example.gov.vn", Port: 587, From: "chiso@example.gov.vn", Security: mail.StartTLS}
	for name, change := range map[string]func(*mail.Settings){
		"CHISO_SMTP_PORT":     func(s *mail.Settings) { s.Port = 0 },
		"CHISO_SMTP_FROM":     func(s *mail.Settings) { s.From = "Chiso" },
		"CHISO_SMTP_SECURITY": func(s *mail.Settings) { s.Security = "ssl" },
		"chưa mã hóa":         func(s *mail.Settings) { s.Security, s.User = mail.Plain, "chiso" },
	} {
		s := good
		change(&s)
		if _, err := mail.New(s); fault.KindOf(err) != fault.Usage || !strings.Contains(fault.Sentence(err), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := mail.New(good); err != nil {
		t.Error(err)
	}
}
