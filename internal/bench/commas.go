package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"chiso/internal/intake"
	"chiso/internal/web"
	"chiso/static"
)

// Twelve people send a file of 19 MB each that is one line of commas, at once, while others read: what it may cost the server.
const (
	commaFiles  = 12
	commaBytes  = 19 << 20
	commaPages  = 100
	commaMemory = 512 << 20
	commaWait   = time.Second     // of the slowest but one of the pages meanwhile
	heapLimit   = 400 << 20       // as chiso serve sets it
	pageTime    = 6 * time.Second // for a file on a page, as chiso serve sets it
	pageRows    = 100_000
	pageColumns = 512
)

// hostileCommas measures the memory of the process, which holds the senders too, and the pages of others.
func hostileCommas(ctx context.Context, b *bench) (out []result, err error) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(heapLimit))
	for _, e := range []engine{sqlite, postgres} {
		if b.skips(e) {
			continue
		}
		config, err := b.config(ctx, e)
		if err != nil {
			return nil, err
		}
		config.Clock = loadClock()
		s, err := b.migrated(ctx, config)
		if err != nil {
			return nil, err
		}
		limits := intake.DefaultLimits()
		limits.Bytes, limits.Time, limits.Rows, limits.Columns, limits.Cells = 20<<20, pageTime, pageRows, pageColumns, 1_000_000
		l := &rush{
			store:    s,
			clock:    config.Clock,
			agencies: commaFiles,
			viewers:  1,
			limits:   limits,
			assets:   web.Assets{Path: static.Asset, Handler: static.Handler()},
		}
		if err := l.prepare(ctx); err != nil {
			return nil, fmt.Errorf("prepare: %w", err)
		}
		var took time.Duration
		var peak uint64
		if err := l.serve(ctx, func(ctx context.Context) (err error) {
			took, peak, err = l.commas(ctx)
			return err
		}); err != nil {
			return nil, fmt.Errorf("%s: %w", e, err)
		}
		pages := l.took.all[askRanking]
		slices.Sort(pages)
		p99 := pages[len(pages)*99/100]
		out = append(
			out,
			result{work: fmt.Sprintf("%s: %d files of 19 MB of commas at once (%.1f s): memory", e, commaFiles, took.Seconds()), floor: "512 MB",
				ours: fmt.Sprintf("%.0f MB", float64(peak)/(1<<20)), ratio: float64(peak) / commaMemory, budget: 1, atMost: true},
			result{
				work:   fmt.Sprintf("%s: p99 of %d pages of others meanwhile", e, len(pages)),
				floor:  "1000 ms",
				ours:   fmt.Sprintf("%.0f ms", ms(p99)),
				ratio:  p99.Seconds() / commaWait.Seconds(),
				budget: 1,
				atMost: true,
			},
		)
	}
	return out, nil
}

// commas sends the files and reads meanwhile, at least as many pages as are to be judged.
func (l *rush) commas(ctx context.Context) (took time.Duration, peak uint64, err error) {
	for _, r := range l.reports {
		if err := r.reporter.signIn(ctx, l); err != nil {
			return 0, 0, err
		}
	}
	reader := l.readers[0]
	if err := reader.signIn(ctx, l); err != nil {
		return 0, 0, err
	}
	return measured(func() error {
		errs := make([]error, len(l.reports))
		var sending sync.WaitGroup
		for i, r := range l.reports {
			sending.Go(func() { errs[i] = r.sendCommas(ctx, l) })
		}
		done := make(chan struct{})
		go func() { sending.Wait(); close(done) }()
		for n := 0; ; n++ {
			if _, err := reader.page(ctx, askRanking, fmt.Sprintf("/ranking/CPS07?period=%s&at=%d", loadBefore, n%10)); err != nil {
				return err
			}
			select {
			case <-done:
				if n >= commaPages {
					return someOf(errs)
				}
			default:
			}
		}
	})
}

// sendCommas sends the file without holding it, and wants it refused in words.
func (r *filer) sendCommas(ctx context.Context, l *rush) error {
	const head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"
	file := io.LimitReader(endless("a,"), commaBytes)
	body := io.MultiReader(strings.NewReader(head), file, strings.NewReader("\r\n--b--\r\n"))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("%s/desk/%d/%s/upload", l.base, l.round, r.agency), body)
	if err != nil {
		return err
	}
	req.ContentLength = int64(len(head) + commaBytes + len("\r\n--b--\r\n"))
	req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("X-Forwarded-For", r.reporter.address)
	req.AddCookie(&http.Cookie{Name: "chiso", Value: r.reporter.cookie})
	res, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	said, err := io.ReadAll(res.Body)
	if err == nil && (res.StatusCode < 400 || res.StatusCode >= 500 && res.StatusCode != http.StatusServiceUnavailable) {
		err = fmt.Errorf("a file of commas: %d %s", res.StatusCode, says(said))
	}
	return err
}

// endless repeats a text.
type endless string

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e[i%len(e)]
	}
	return len(p), nil
}
