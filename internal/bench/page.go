package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"chiso/internal/app"
	"chiso/internal/web"
	"chiso/static"
)

const (
	connections = 50
	requests    = 60_000
)

// rankingPage compares the ranking page over 1.36 million observations with an Echo handler that returns the same
// gzipped bytes from memory: 50 connections over loopback, the client on the same cores.
func rankingPage(ctx context.Context, b *bench) (out []result, err error) {
	for _, e := range []engine{sqlite, postgres} {
		if b.skips(e) {
			continue
		}
		d, err := b.readings(ctx, e)
		if err != nil {
			return nil, err
		}
		rows, err := d.page(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func (d *database) page(ctx context.Context) ([]result, error) {
	a, err := app.New(app.Config{Store: d.Store, Clock: time.Now})
	if err != nil {
		return nil, err
	}
	server, err := web.New(web.Config{App: a, Assets: web.Assets{Path: static.Asset, Handler: static.Handler()}, Clock: time.Now,
		Log: slog.New(slog.DiscardHandler), Version: "bench"})
	if err != nil {
		return nil, err
	}
	path := "/ranking/" + d.world.definitions[0].Indicator.Code + "?period=" + period(
		0,
	).Key + "&block=" + few + "&view=live" // nothing is released there
	token, err := signIn(ctx, a, server)
	if err != nil {
		return nil, err
	}
	first, took, err := ask(ctx, server, path, token)
	if err != nil {
		return nil, err
	}
	body := first.Body.Bytes()
	bare := echo.New()
	bare.GET("/ranking/:code", func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		return c.Blob(http.StatusOK, "text/html; charset=utf-8", body)
	})
	request := "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nCookie: chiso=" + token + "\r\n"
	var floor, hit, fresh load
	for range 3 { // turn by turn, so that all meet the same neighbours; the best counts
		for _, l := range []struct {
			best    *load
			handler http.Handler
			header  string
		}{{&floor, bare, ""}, {&hit, server, ""}, {&fresh, server, "If-None-Match: " + first.Header().Get("ETag") + "\r\n"}} {
			got, err := run(l.handler, request+l.header+"\r\n")
			if err != nil {
				return nil, err
			}
			if got.rate > l.best.rate {
				*l.best = got
			}
		}
	}
	name := fmt.Sprintf("%s: ranking page over %.2f million, ", d.engine, float64(d.next)/1e6)
	bareText := fmt.Sprintf("Echo from memory, %.0f/s", floor.rate)
	return []result{
		{work: name + "first", floor: "–", ours: fmt.Sprintf("%.1f ms", ms(took)), ratio: 0},
		{work: name + "again", floor: bareText, ours: fmt.Sprintf("%.0f/s", hit.rate), ratio: hit.rate / floor.rate, budget: 0.25},
		{work: name + "304", floor: bareText, ours: fmt.Sprintf("%.0f/s", fresh.rate), ratio: fresh.rate / floor.rate, budget: 0.5},
		{work: name + "p99", floor: "50 ms", ours: fmt.Sprintf("%.1f ms", ms(hit.p99)), ratio: hit.p99.Seconds() / 0.05, budget: 1, atMost: true},
	}, nil
}

// signIn signs one of the sample accounts in through the page and returns the token of its session.
func signIn(ctx context.Context, a *app.App, h http.Handler) (string, error) {
	samples, err := a.SampleAccounts(ctx)
	if err != nil {
		return "", err
	}
	form := url.Values{"name": {samples[0].Name}, "password": {samples[0].Password}}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/signin", strings.NewReader(form.Encode()))
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.Name == "chiso" {
			return c.Value, nil
		}
	}
	return "", fmt.Errorf("sign-in: status %d", w.Code)
}

// ask requests a page once and says how long it took to make.
func ask(ctx context.Context, h http.Handler, path, token string) (*httptest.ResponseRecorder, time.Duration, error) {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	r.Host = "localhost"
	r.Header.Set("Accept-Encoding", "gzip")
	r.AddCookie(&http.Cookie{Name: "chiso", Value: token})
	w := httptest.NewRecorder()
	start := time.Now()
	h.ServeHTTP(w, r)
	took := time.Since(start)
	if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" {
		return nil, 0, fmt.Errorf("%s: status %d, %q", path, w.Code, w.Header().Get("Content-Encoding"))
	}
	return w, took, nil
}

// load is how a server did under 50 connections.
type load struct {
	rate float64 // requests per second
	p99  time.Duration
}

func run(h http.Handler, request string) (load, error) {
	srv := httptest.NewServer(h)
	defer srv.Close()
	var left atomic.Int64
	left.Store(requests)
	took := make([][]time.Duration, connections)
	errs := make([]error, connections)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range connections {
		wg.Go(func() { took[i], errs[i] = askUntil(srv.Listener.Addr().String(), []byte(request), &left) })
	}
	wg.Wait()
	total := time.Since(start)
	all := slices.Concat(took...)
	if err := errors.Join(errs...); err != nil || len(all) == 0 {
		return load{}, err
	}
	slices.Sort(all)
	return load{float64(len(all)) / total.Seconds(), all[len(all)*99/100]}, nil
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
