package route

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/web/frame"
)

// Send answers with a document that nobody may keep.
func Send(c echo.Context, status int, doc *frame.Document) error {
	h := c.Response().Header()
	h["Cache-Control"] = HeaderNoStore
	if doc.Name != "" {
		h.Set("Content-Disposition", Attachment(doc.Name))
	}
	return Blob(c, status, doc.Type, doc.Body)
}

// Blob answers with a body, of which HEAD gets the size only.
func Blob(c echo.Context, status int, media string, body []byte) error {
	if c.Request().Method != http.MethodHead {
		return c.Blob(status, media, body)
	}
	h := c.Response().Header()
	h.Set("Content-Type", media)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Response().WriteHeader(status)
	return nil
}

func Answer(c echo.Context, status int, text string) error {
	c.Response().Header()["Cache-Control"] = HeaderNoStore
	return Blob(c, status, echo.MIMETextPlainCharsetUTF8, []byte(text))
}

// ByID makes a handler of a page that is asked for by number.
func ByID(c echo.Context, make func(ctx context.Context, id int64) (*frame.Document, error)) error {
	id, err := Number(c)
	if err != nil {
		return err
	}
	doc, err := make(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return Send(c, http.StatusOK, doc)
}

func Number(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, echo.ErrNotFound
	}
	return id, nil
}

// StatusOf is the one place where a kind of failure becomes an HTTP status.
func StatusOf(err error) int {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Unreadable:
		return http.StatusUnprocessableEntity
	case fault.Usage:
		return http.StatusBadRequest
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.SignedOut:
		return http.StatusUnauthorized
	case fault.Limited:
		return http.StatusTooManyRequests
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Unready, fault.Away:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// Again shows a form once more with the reason why it was not taken; what is no fault of the person goes on as an error.
func Again(c echo.Context, refused error, form func() (*frame.Document, error)) error {
	status := StatusOf(refused)
	if status >= http.StatusInternalServerError {
		return refused
	}
	doc, err := form()
	if err != nil {
		return err
	}
	return Send(c, status, doc)
}

// Shown answers with a page or why there is none.
func Shown(c echo.Context, doc *frame.Document, err error) error {
	if err != nil {
		return err
	}
	return Send(c, http.StatusOK, doc)
}

func Actor(c echo.Context) access.Actor { return access.From(c.Request().Context()) }

// Attachment is the Content-Disposition that saves a file under its name, Vietnamese letters included.
func Attachment(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\/%;`, r) {
			return '_'
		}
		return r
	}, name)
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, ascii, url.PathEscape(name))
}

// HeaderNoStore forbids to keep an answer.
var HeaderNoStore = []string{"no-store"}

// UnreadableForm is the answer to a form that is none.
func UnreadableForm(err error) error {
	return fault.Wrap(err, fault.Invalid, "Biểu mẫu gửi lên không đọc được. Hãy tải lại trang rồi thử lại.")
}
