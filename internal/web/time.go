package web

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/singleflight"

	"chiso/internal/fault"
	"chiso/internal/web/route"
)

// How long the parts of a request may take. Who asks, and whether that may be, is found out soon or the database is away; what is
// done then waits for whoever writes at the moment, and a file takes its time.
const (
	judgeTime = 20 * time.Second
	readTime  = 20 * time.Second
	writeTime = 30 * time.Second
	fileTime  = 4 * time.Minute
	noteTime  = 2 * time.Second // for what is only noted: nobody waits for it longer
)

// retryAfter is what an answer says that the database could not give, in seconds.
const retryAfter = "20"

// handleTime bounds a handler.
func handleTime(r route.Route) time.Duration {
	switch {
	case r.Large:
		return fileTime
	case r.Method == http.MethodGet:
		return readTime
	}
	return writeTime
}

// within runs a part of a request within its time. What is still running then is called off, and the person is told no more than is
// known.
func within(c echo.Context, limit time.Duration, do func() error) error {
	r := c.Request()
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	defer cancel()
	c.SetRequest(r.WithContext(ctx))
	err := do()
	c.SetRequest(c.Request().WithContext(r.Context()))
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return late(err)
	}
	return err
}

// late gives the failure of what took too long its kind.
func late(err error) error {
	if fault.KindOf(err) != fault.Internal {
		return err
	}
	return fault.Wrap(err, fault.Away, "Máy chủ không trả lời kịp. Hãy thử lại sau ít phút, rồi xem việc vừa làm đã được lưu hay chưa.")
}

// readyTime bounds the answer whether the program is ready; writtenFor is how long it is not tried again whether it can store.
const (
	readyTime  = 1800 * time.Millisecond
	writtenFor = time.Second
)

// readiness looks whether the program can do its work, once for however many ask.
type readiness struct {
	flight singleflight.Group
	mu     sync.Mutex
	tried  time.Time // whether something can be stored
	err    error
}

func (r *readiness) ask(a App) error {
	v := r.flight.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.Background(), readyTime)
		defer cancel()
		if err := a.Ready(ctx); err != nil {
			return nil, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if time.Since(r.tried) > writtenFor {
			r.err, r.tried = a.Writable(ctx), time.Now()
		}
		return nil, r.err
	})
	select {
	case got := <-v:
		return got.Err
	case <-time.After(readyTime):
		return fault.New(fault.Away, "Máy chủ dữ liệu không trả lời trong thời gian chờ.")
	}
}

// readyz says that the program can do its work: read, and store.
func (s *Server) readyz(c echo.Context) error {
	err := s.ready.ask(s.cfg.App)
	if err == nil {
		return route.Answer(c, http.StatusOK, "ok\n")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = late(err)
	}
	s.cfg.Log.Warn("not_ready", "error", err)
	c.Response().Header().Set("Retry-After", retryAfter)
	return route.Answer(c, http.StatusServiceUnavailable, fault.Sentence(err)+"\n")
}
