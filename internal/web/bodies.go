package web

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"

	"chiso/internal/access"
	"chiso/internal/fault"
	"chiso/internal/web/route"
)

// What bodies with files may cost. They are received onto the disk, a few at a time of each account, and are read into memory as far
// as there is room for them: small files do not wait for one another, large ones do.
const (
	bodiesAtOnce  = 64
	bodiesOfOne   = 3
	filesInMemory = 96 << 20 // of all files that are being read
	fileWait      = 6 * time.Second
	formTime      = 30 * time.Second // for the body of a form without files
	scanTime      = time.Minute
)

// Scanner looks at a file before anybody can open it; a fault of kind Invalid refuses it.
type Scanner func(ctx context.Context, file io.Reader) error

// bodies bounds what bodies with files cost.
type bodies struct {
	room   *semaphore.Weighted // bytes in memory
	all    *semaphore.Weighted // bodies that are being received
	mu     sync.Mutex
	byWhom map[int64]int
}

func newBodies() *bodies {
	return &bodies{room: semaphore.NewWeighted(filesInMemory), all: semaphore.NewWeighted(bodiesAtOnce), byWhom: map[int64]int{}}
}

// enter takes a place for a body of an account; leave gives it back.
func (b *bodies) enter(ctx context.Context, account int64) (leave func(), err error) {
	b.mu.Lock()
	full := b.byWhom[account] >= bodiesOfOne
	if !full {
		b.byWhom[account]++
	}
	b.mu.Unlock()
	if full {
		return nil, fault.New(fault.Limited, "Tài khoản này đang gửi %d tệp cùng lúc. Hãy đợi các tệp đó gửi xong rồi gửi tệp này.", bodiesOfOne)
	}
	one := func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.byWhom[account]--; b.byWhom[account] == 0 {
			delete(b.byWhom, account)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, fileWait)
	defer cancel()
	if err := b.all.Acquire(ctx, 1); err != nil {
		one()
		return nil, fault.Wrap(err, fault.Unready, "Máy chủ đang nhận nhiều tệp khác. Tệp này chưa được lưu; hãy gửi lại sau ít phút.")
	}
	return func() { b.all.Release(1); one() }, nil
}

// read waits until there is room for a number of bytes.
func (b *bodies) read(ctx context.Context, size int64) (leave func(), err error) {
	size = min(max(size, 1), filesInMemory)
	ctx, cancel := context.WithTimeout(ctx, fileWait)
	defer cancel()
	if err := b.room.Acquire(ctx, size); err != nil {
		return nil, fault.Wrap(err, fault.Unready, "Máy chủ đang đọc nhiều tệp lớn khác. Tệp này chưa được lưu; hãy nộp lại sau ít phút.")
	}
	return func() { b.room.Release(size) }, nil
}

// withFiles runs the handler of a form that may bring files: after its body was received onto the disk, within the quota of the account,
// when there is room to read it.
func (s *Server) withFiles(r route.Route, c echo.Context, who access.Actor) error {
	req := c.Request()
	handle := func() error { return within(c, fileTime, func() error { return r.Handler(c) }) }
	kind, params, _ := mime.ParseMediaType(req.Header.Get(echo.HeaderContentType))
	if kind != echo.MIMEMultipartForm {
		return handle()
	}
	if r.Before != nil { // whoever may not is told so before anything is received
		if err := within(c, judgeTime, func() error { return r.Before(c) }); err != nil {
			return err
		}
	}
	limit := 4*s.cfg.MaxUpload + route.MaxTexts
	if c.Response().Committed || req.ContentLength > limit { // the handler says how large a file may be
		return handle()
	}
	leave, err := s.bodies.enter(req.Context(), who.Account)
	if err != nil {
		return err
	}
	body, size, err := receiveBody(req.Body, limit)
	leave()
	if err != nil {
		return err
	}
	defer body.remove(s.cfg.Log)
	done, err := s.bodies.read(req.Context(), 2*size)
	if err != nil {
		return err
	}
	defer done()
	if err := s.inspect(req.Context(), multipart.NewReader(body, params["boundary"])); err != nil {
		return err
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return err
	}
	req.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(body, req.Body), req.Body}
	c.SetRequest(req)
	return handle()
}

// received is a body on the disk.
type received struct{ *os.File }

// receiveBody takes a body up to a limit; what comes after stays where it is. A body that breaks off ends there.
func receiveBody(from io.Reader, limit int64) (received, int64, error) {
	f, err := os.CreateTemp("", "chiso-body-*")
	if err != nil {
		return received{}, 0, fault.Wrap(err, fault.Unready, "Máy chủ không có chỗ nhận tệp. Tệp chưa được lưu; hãy báo quản trị hệ thống.")
	}
	n, err := io.Copy(f, io.LimitReader(from, limit))
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = errors.Join(f.Close(), os.Remove(f.Name()))
		return received{}, 0, fault.Wrap(err, fault.Invalid, "Tệp gửi lên bị đứt giữa chừng nên chưa được lưu. Hãy gửi lại.")
	}
	return received{f}, n, nil
}

func (r received) remove(log *slog.Logger) {
	if err := errors.Join(r.Close(), os.Remove(r.Name())); err != nil {
		log.Warn("body_not_removed", "error", err)
	}
}

// inspect counts the files of a form and lets the scanner of the settings look at them. What it could not look at is not taken; what is
// no form at all is left to the handler.
func (s *Server) inspect(ctx context.Context, form *multipart.Reader) error {
	ctx, cancel := context.WithTimeout(ctx, scanTime)
	defer cancel()
	for {
		part, err := form.NextPart()
		if err != nil { // the end, or the handler says what is wrong
			return nil
		}
		if part.FormName() == "" { // nothing reads such a part: a file would be left out without a word
			return fault.New(
				fault.Invalid,
				"Tên tệp gửi lên viết sai nên không nhận ra tệp. Chưa lưu gì; hãy đổi tên tệp (bỏ dấu ngoặc kép, khoảng trắng) rồi gửi lại.",
			)
		}
		file := bufio.NewReader(part)
		if _, err := file.Peek(1); part.FileName() == "" || err != nil {
			continue
		}
		if err := s.cfg.App.TakeFile(ctx); err != nil {
			return err
		}
		if s.cfg.Scan == nil {
			continue
		}
		err = s.cfg.Scan(ctx, file)
		if fault.KindOf(err) == fault.Invalid {
			s.cfg.Log.Warn("file_refused_by_scanner", "account", access.From(ctx).Name)
			return err
		}
		if err != nil {
			return fault.Wrap(
				err,
				fault.Unready,
				"Phần mềm quét mã độc của máy chủ không chạy được nên tệp chưa được nhận. Hãy báo quản trị hệ thống.",
			)
		}
	}
}

// hurry gives the body of a form without files its time: a connection that sends a letter a minute holds nothing for long.
func hurry(c echo.Context) {
	_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(formTime)) // not every connection has one
}
