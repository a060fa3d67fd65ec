package web

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"fmt"
	"io"
	"strconv"
	"sync"

	"golang.org/x/sync/singleflight"

	"chiso/internal/vi"
	"chiso/internal/web/frame"
	"chiso/internal/web/route"
)

// generation is what all kept pages share: when the data or the day changes, all of them are stale.
type generation struct {
	rev int64
	day vi.Date
}

// newer reports whether g follows o.
func (g generation) newer(o generation) bool {
	return g.rev > o.rev || (g.rev == o.rev && g.day > o.day)
}

// entry is one finished page: a gzip of one member and the header values that go with it.
type entry struct {
	gz          []byte
	contentType []string
	length      []string
	disposition []string // nil shows the page
	key         string
}

// size is what an entry weighs, bookkeeping included.
func (e *entry) size() int64 { return int64(len(e.gz)+2*len(e.key)) + 512 }

// cache keeps finished pages of the latest generation, the least recently used go first. It is safe for concurrent use.
type cache struct {
	limit  int64
	flight singleflight.Group

	mu    sync.Mutex
	gen   generation
	byKey map[string]*list.Element // of *entry
	used  *list.List               // most recent first
	bytes int64
}

func newCache(limit int64) *cache {
	return &cache{limit: limit, byKey: map[string]*list.Element{}, used: list.New()}
}

// get returns a kept page. A newer generation empties the cache.
func (c *cache) get(gen generation, key string) (*entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if gen != c.gen {
		if !gen.newer(c.gen) {
			return nil, false
		}
		c.gen, c.bytes = gen, 0
		clear(c.byKey)
		c.used.Init()
	}
	el, ok := c.byKey[key]
	if !ok {
		return nil, false
	}
	c.used.MoveToFront(el)
	return el.Value.(*entry), true
}

// put keeps a page unless a newer generation has begun meanwhile.
func (c *cache) put(gen generation, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if gen != c.gen || e.size() > c.limit {
		return
	}
	if old, ok := c.byKey[e.key]; ok {
		c.drop(old)
	}
	c.byKey[e.key] = c.used.PushFront(e)
	c.bytes += e.size()
	for c.bytes > c.limit {
		c.drop(c.used.Back())
	}
}

func (c *cache) drop(el *list.Element) {
	e := c.used.Remove(el).(*entry)
	delete(c.byKey, e.key)
	c.bytes -= e.size()
}

// once makes a page one time however many ask for it at the same moment, and keeps it.
func (c *cache) once(gen generation, key string, build func() (*frame.Document, error)) (*entry, error) {
	flight := strconv.FormatInt(gen.rev, 10) + "|" + strconv.Itoa(int(gen.day)) + "|" + key
	v, err, _ := c.flight.Do(flight, func() (any, error) {
		doc, err := build()
		if err != nil {
			return nil, err
		}
		e, err := newEntry(key, doc)
		if err != nil {
			return nil, err
		}
		// A change committed while the page was made: it shows newer figures than its key says, so it is served but not kept.
		if !doc.Volatile && (doc.Revision == 0 || doc.Revision == gen.rev) {
			c.put(gen, e)
		}
		return e, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*entry), nil
}

// packers are reused: a gzip writer of level 6 weighs 800 KB.
var packers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, 6) // the level is valid
	return w
}}

func newEntry(key string, doc *frame.Document) (*entry, error) {
	var b bytes.Buffer
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&b)
	if _, err := w.Write(doc.Body); err != nil {
		return nil, fmt.Errorf("web: gzip: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("web: gzip: %w", err)
	}
	e := &entry{gz: bytes.Clone(b.Bytes()), contentType: []string{doc.Type}, length: []string{strconv.Itoa(b.Len())}, key: key}
	if doc.Name != "" {
		e.disposition = []string{route.Attachment(doc.Name)}
	}
	return e, nil
}

// plain unpacks a page for a client that takes no gzip.
func (e *entry) plain() ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(e.gz))
	if err != nil {
		return nil, fmt.Errorf("web: gzip: %w", err)
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("web: gzip: %w", err)
	}
	return body, nil
}
