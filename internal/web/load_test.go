package web_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

// BenchmarkLoad is the budget of a ranking page: 50 connections over loopback, against an Echo handler that returns the same
// bytes from memory. It reports requests per second, the 99th percentile and, for pages, the share of the bare handler.
func BenchmarkLoad(b *testing.B) {
	s := newServer(b, newFake(b))
	warm := gzipGet(s, scorePage)
	body := warm.Body.Bytes()
	bare := echo.New()
	bare.GET("/ranking/:code", func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		return c.Blob(http.StatusOK, "text/html; charset=utf-8", body)
	})
	floor := 0.0
	for _, bb := range []struct {
		name, header string
		h            http.Handler
	}{
		{"bare", "", bare},
		{"hit", "", s},
		{"304", "If-None-Match: " + warm.Header().Get("ETag") + "\r\n", s},
	} {
		b.Run(bb.name, func(b *testing.B) {
			rate := load(b, bb.h, "GET "+scorePage+" HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"+bb.header+"\r\n")
			if bb.name == "bare" {
				floor = rate
			} else if floor > 0 {
				b.ReportMetric(rate/floor, "of-bare")
			}
		})
	}
}

// load sends the same request over 50 connections until b.N are answered and returns requests per second.
func load(b *testing.B, h http.Handler, request string) float64 {
	b.Helper()
	const connections = 50
	srv := httptest.NewServer(h)
	defer srv.Close()
	var left atomic.Int64
	left.Store(int64(b.N))
	took := make([][]time.Duration, connections)
	var wg sync.WaitGroup
	b.ResetTimer()
	for i := range connections {
		wg.Go(func() {
			var err error
			if took[i], err = askUntil(srv.Listener.Addr().String(), []byte(request), &left); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	all := slices.Concat(took...)
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	rate := float64(len(all)) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "req/s")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	return rate
}

// askUntil is a client so small that the server is what is measured.
func askUntil(addr string, request []byte, left *atomic.Int64) ([]time.Duration, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	r := bufio.NewReaderSize(conn, 64<<10)
	var took []time.Duration
	for left.Add(-1) >= 0 {
		start := time.Now()
		if _, err := conn.Write(request); err != nil {
			return nil, err
		}
		if err := readAnswer(r); err != nil {
			return nil, err
		}
		took = append(took, time.Since(start))
	}
	return took, nil
}

func readAnswer(r *bufio.Reader) error {
	status, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.Contains(status, []byte(" 200 ")) && !bytes.Contains(status, []byte(" 304 ")) {
		return fmt.Errorf("answer %q", status)
	}
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(strings.TrimSpace(string(v))); err != nil {
				return err
			}
		}
	}
	if n, err := r.Discard(length); err != nil || n != length {
		return errors.Join(io.ErrUnexpectedEOF, err)
	}
	return nil
}
