package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"chiso/internal/fault"
	"chiso/internal/web/route"
)

// errHost answers a request for a name that this server does not go by.
var errHost = fault.New(fault.Forbidden, "Máy chủ này không trả lời cho tên miền đó. Hãy mở bằng http://localhost.")

// asFault gives what Echo itself refuses a sentence of ours.
func asFault(err error) (int, error) {
	var he *echo.HTTPError
	if !errors.As(err, &he) {
		return route.StatusOf(err), err
	}
	switch {
	case he.Code == http.StatusNotFound:
		return he.Code, fault.New(fault.NotFound, "Không có trang này. Địa chỉ có thể đã gõ sai hoặc trang đã đổi chỗ.")
	case he.Code == http.StatusMethodNotAllowed:
		return he.Code, fault.New(fault.Usage, "Trang này không nhận kiểu yêu cầu đó. Hãy mở lại từ đầu.")
	case he.Code < http.StatusInternalServerError:
		return he.Code, fault.New(fault.Usage, "Máy chủ không nhận yêu cầu này.")
	}
	return he.Code, err
}

// titleOf heads the page of a failure.
func titleOf(status int) string {
	switch status {
	case http.StatusNotFound:
		return "Không tìm thấy"
	case http.StatusForbidden:
		return "Không được phép"
	case http.StatusUnauthorized:
		return "Chưa đăng nhập"
	case http.StatusTooManyRequests:
		return "Hãy thử lại sau"
	case http.StatusConflict:
		return "Số liệu vừa được thay đổi"
	case http.StatusRequestEntityTooLarge:
		return "Tệp quá lớn"
	case http.StatusServiceUnavailable:
		return "Chưa sẵn sàng"
	}
	if status < http.StatusInternalServerError {
		return "Yêu cầu chưa đúng"
	}
	return "Có lỗi"
}

// fail answers a failed request with a page that never shows an internal text; the log gets the cause.
func (s *Server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	ctx := c.Request().Context()
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		c.Response().WriteHeader(http.StatusServiceUnavailable) // nobody is listening any more
		return
	}
	if script := strings.Contains(c.Request().Header.Get("Accept"), echo.MIMEApplicationJSON); script &&
		fault.KindOf(err) == fault.SignedOut &&
		c.Request().Method == http.MethodPost {
		c.Response().Header()["Cache-Control"] = route.HeaderNoStore
		if err := c.JSON(http.StatusUnauthorized, map[string]string{"sentence": fault.Sentence(err)}); err != nil {
			s.cfg.Log.LogAttrs(ctx, slog.LevelDebug, "answer_lost", slog.Any("error", err))
		}
		return
	}
	if fault.KindOf(err) == fault.SignedOut && !strings.HasPrefix(c.Request().URL.Path, "/api/") {
		s.toSignIn(c)
		return
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = late(err)
	}
	status, err := asFault(err)
	if status >= http.StatusInternalServerError {
		s.cfg.Log.LogAttrs(ctx, slog.LevelError, "request_failed", slog.String("method", c.Request().Method),
			slog.String("route", c.Path()), slog.Int("status", status), slog.Any("error", err))
	}
	h := c.Response().Header()
	for _, name := range []string{"ETag", "Content-Type", "Content-Encoding", "Content-Length", "Content-Disposition"} {
		h.Del(name)
	}
	h["Cache-Control"] = route.HeaderNoStore
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", retryAfter)
	}
	body, rerr := s.pages.Error(status, titleOf(status), fault.Sentence(err))
	if rerr != nil {
		s.cfg.Log.LogAttrs(ctx, slog.LevelError, "error_page", slog.Any("error", rerr))
		body = []byte(fault.Sentence(err))
	}
	if c.Request().Method == http.MethodHead {
		body = nil
	}
	if err := c.Blob(status, echo.MIMETextHTMLCharsetUTF8, body); err != nil {
		s.cfg.Log.LogAttrs(ctx, slog.LevelDebug, "answer_lost", slog.Any("error", err))
	}
}
