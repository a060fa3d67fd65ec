package store

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"

	"chiso/internal/fault"
)

// Restore fills an empty database with what Export wrote, of either engine: it brings the schema to the number of the snapshot and
// loads every row in one transaction, so that a run that is killed leaves an empty schema, into which the next one may go. It refuses
// a database that holds anything, and text that is cut short, altered, or knows other tables than the schema. Migrate comes after it.
func (s *Store) Restore(ctx context.Context, snap Snapshot, text io.Reader) (err error) {
	defer fault.Context(&err, "store.Restore")
	if err := s.prepare(ctx, snap.Schema); err != nil {
		return err
	}
	db, err := s.write.DB()
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	sqlTx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = sqlTx.Rollback() }() // does nothing once committed
	if s.pg {
		_, err = sqlTx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", advisoryLock)
	} else {
		_, err = sqlTx.ExecContext(ctx, "PRAGMA defer_foreign_keys = 1") // a row may come before the one of its own table that it refers to
	}
	if err != nil {
		return err
	}
	if err := s.empty(ctx, sqlTx); err != nil { // again, under the lock
		return err
	}
	tables, err := s.shapes(ctx, sqlTx)
	if err != nil {
		return err
	}
	for _, t := range slices.Backward(tables) { // a migration may have put rows there
		if _, err := sqlTx.ExecContext(ctx, "DELETE FROM "+t.Name); err != nil { //nolint:gosec // the name is the schema's own
			return err
		}
	}
	l := &loader{tx: &Tx{View: View{s: s, db: session(s.write, ctx, sqlTx)}, conn: conn}, text: newExportReader(text)}
	if err := l.load(ctx, tables, snap); err != nil {
		return err
	}
	return sqlTx.Commit()
}

// prepare brings an empty database to a schema.
func (s *Store) prepare(ctx context.Context, schema int64) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	steps := p.ListSources()
	if newest := steps[len(steps)-1].Version; schema > newest || schema < 1 {
		return fault.New(
			fault.Unready,
			"Bản sao lưu có lược đồ %d, chương trình này chỉ biết đến lược đồ %d. Hãy dùng bản chương trình mới hơn.",
			schema,
			newest,
		)
	}
	db, err := s.write.DB()
	if err != nil {
		return err
	}
	if err := s.empty(ctx, db); err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, schema); err != nil {
		return err
	}
	have, err := schemaOf(ctx, db)
	if err == nil && have != schema {
		err = fault.New(
			fault.Conflict,
			"Cơ sở dữ liệu đích đã có lược đồ %d, bản sao lưu có lược đồ %d. Chưa khôi phục gì. Hãy dùng cơ sở dữ liệu chưa có bảng nào.",
			have,
			schema,
		)
	}
	return err
}

// empty refuses a database that holds anything besides what migrations put there.
func (s *Store) empty(ctx context.Context, q querier) error {
	tables, err := s.shapes(ctx, q)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if !slices.Contains([]string{"revision", "account", "file", "job"}, t.Name) {
			continue
		}
		var n int64
		if err := q.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+t.Name).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return fault.New(
				fault.Conflict,
				"%s đã có dữ liệu (bảng %s: %d dòng). Chưa khôi phục gì. Hãy khôi phục vào cơ sở dữ liệu trống.",
				s.location,
				t.Name,
				n,
			)
		}
	}
	return nil
}

// loader puts the text of an export into the tables.
type loader struct {
	tx   *Tx
	text *exportReader
}

var errText = errors.New("store: the text of the backup is broken")

// broken says that the text is not what Export wrote, and where.
func broken(format string, args ...any) error {
	return fault.Wrap(errText, fault.Unreadable, "Bản sao lưu hỏng: %s. Chưa khôi phục gì. Hãy dùng bản khác.", fmt.Sprintf(format, args...))
}

func (l *loader) load(ctx context.Context, tables []tableShape, snap Snapshot) error {
	loaded := map[string]bool{}
	var rows int64
	for {
		before := l.text.hash()
		line, err := l.text.line()
		if err != nil {
			return broken("thiếu phần cuối")
		}
		var head struct {
			tableShape
			exportEnd
		}
		if err := json.Unmarshal(line, &head); err != nil {
			return broken("không đọc được dòng đầu của bảng thứ %d", len(loaded)+1)
		}
		if head.End {
			return l.finish(tables, loaded, rows, before, head.exportEnd)
		}
		i := slices.IndexFunc(tables, func(t tableShape) bool { return t.Name == head.Name })
		if i < 0 || !tables[i].carried() || loaded[head.Name] || !slices.Equal(tables[i].Columns, head.Columns) {
			return broken("bảng “%s” không đúng lược đồ %d", head.Name, snap.Schema)
		}
		n, err := l.rows(ctx, tables[i])
		if err != nil {
			return fmt.Errorf("%s: %w", head.Name, err)
		}
		if n != snap.Rows[head.Name] {
			return broken("bảng “%s” có %d dòng, bản kê ghi %d", head.Name, n, snap.Rows[head.Name])
		}
		loaded[head.Name] = true
		rows += n
	}
}

// finish compares what was loaded with the last line and with the schema.
func (l *loader) finish(tables []tableShape, loaded map[string]bool, rows int64, sum string, end exportEnd) error {
	if end.Tables != len(loaded) || end.Rows != rows || end.SHA256 != sum {
		return broken("nội dung không khớp mã kiểm tra")
	}
	for _, t := range tables {
		if t.carried() && !loaded[t.Name] {
			return broken("thiếu bảng “%s”", t.Name)
		}
	}
	if _, err := l.text.line(); !errors.Is(err, io.EOF) {
		return broken("còn nội dung sau dòng cuối")
	}
	return nil
}

// rows loads the rows of one table and returns how many there were.
func (l *loader) rows(ctx context.Context, t tableShape) (int64, error) {
	if !l.tx.s.pg {
		return l.insertRows(t)
	}
	body := &tableText{from: l.text, start: true}
	err := l.tx.conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("copy: driver connection is %T", driver)
		}
		_, err := c.Conn().PgConn().CopyFrom(ctx, body, "COPY "+t.Name+" ("+t.columnList()+") FROM STDIN")
		return err
	})
	if err == nil && !body.ended {
		err = broken("bảng “%s” bị cắt ngắn", t.Name)
	}
	return body.rows, err
}

// Rows are inserted in batches of at most so many rows, or bytes of files.
const (
	batchRows  = 40 * perStatement
	batchBytes = 1 << 20
)

// insertRows reads the rows of a table field by field and inserts them: SQLite has no COPY.
func (l *loader) insertRows(t tableShape) (n int64, err error) {
	var batch [][]any
	size := 0
	flush := func() error {
		err := insertMany(l.tx, t.Name, t.columnList(), batch, func(r *[]any, a []any) []any { return append(a, *r...) })
		batch, size = batch[:0], 0
		return err
	}
	for {
		row, bytes, err := l.text.row(t.Columns)
		if err != nil {
			return n, err
		}
		if row == nil {
			return n, flush()
		}
		n++
		batch, size = append(batch, row), size+bytes
		if len(batch) == batchRows || size > batchBytes {
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
}

// exportReader reads the text of an export and sums it.
type exportReader struct {
	r    *bufio.Reader
	sum  hash.Hash
	buf  []byte // of a field whose end was not reached
	file []byte // the bytes of such a field; nil outside one
}

func newExportReader(r io.Reader) *exportReader {
	return &exportReader{r: bufio.NewReaderSize(r, 256<<10), sum: sha256.New()}
}

func (e *exportReader) hash() string { return hex.EncodeToString(e.sum.Sum(nil)) }

// longestHead bounds a line of JSON.
const longestHead = 128 << 10

// line reads a line of JSON.
func (e *exportReader) line() ([]byte, error) {
	line, err := e.r.ReadSlice('\n')
	if err != nil || len(line) > longestHead {
		return nil, cmp.Or(err, errText)
	}
	e.sum.Write(line)
	return line, nil
}

// piece reads up to a whole line; more says that the line goes on.
func (e *exportReader) piece() (p []byte, more bool, err error) {
	p, err = e.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		more, err = true, nil
	}
	e.sum.Write(p)
	return p, more, err
}

// row reads one row; nil at the end of the table. bytes is about how much memory it takes.
func (e *exportReader) row(columns []tableColumn) (row []any, bytes int, err error) {
	row = make([]any, 0, len(columns))
	e.buf, e.file = e.buf[:0], nil
	for {
		p, more, err := e.piece()
		if err != nil {
			return nil, 0, broken("thiếu phần cuối")
		}
		if len(row) == 0 && len(e.buf) == 0 && string(p) == endOfRows+"\n" {
			return nil, 0, nil
		}
		bytes += len(p)
		if row, err = e.fields(row, columns, p); err != nil {
			return nil, 0, err
		}
		if !more {
			break
		}
	}
	if len(row) != len(columns) {
		return nil, 0, broken("một dòng có %d cột thay vì %d", len(row), len(columns))
	}
	return row, bytes, nil
}

// fields cuts a piece of a line into fields; what has no end yet waits in buf.
func (e *exportReader) fields(row []any, columns []tableColumn, p []byte) ([]any, error) {
	for len(p) > 0 {
		if len(row) == len(columns) {
			return nil, broken("một dòng thừa cột")
		}
		c := columns[len(row)]
		i := bytes.IndexAny(p, "\t\n")
		end := i >= 0
		if !end {
			i = len(p)
		}
		if e.buf = append(e.buf, p[:i]...); c.Kind == kindBytes && string(e.buf) != `\N` {
			if !e.unpack(end) {
				return nil, broken("cột “%s” không đọc được", c.Name)
			}
		}
		if !end {
			return row, nil
		}
		v, err := e.value(c.Kind)
		if err != nil {
			return nil, broken("cột “%s” không đọc được", c.Name)
		}
		row, p, e.buf = append(row, v), p[i+1:], e.buf[:0]
	}
	return row, nil
}

// unpack moves the digits in buf to the file that is being read, so that a large one is not in memory as digits too.
func (e *exportReader) unpack(end bool) bool {
	if e.file == nil {
		digits, ok := bytes.CutPrefix(e.buf, []byte(`\\x`))
		if !ok {
			return !end && len(e.buf) < len(`\\x`)
		}
		e.buf, e.file = e.buf[:copy(e.buf, digits)], []byte{}
	}
	whole := len(e.buf) &^ 1
	var err error
	e.file, err = hex.AppendDecode(e.file, e.buf[:whole])
	e.buf = e.buf[:copy(e.buf, e.buf[whole:])]
	return err == nil && (!end || len(e.buf) == 0)
}

// value is the field that was read.
func (e *exportReader) value(kind columnKind) (any, error) {
	if string(e.buf) == `\N` {
		return nil, nil
	}
	switch kind {
	case kindInt:
		return strconv.ParseInt(string(e.buf), 10, 64)
	case kindReal:
		return strconv.ParseFloat(string(e.buf), 64)
	case kindBytes:
		file := e.file
		e.file = nil
		return file, nil
	}
	if bytes.IndexByte(e.buf, '\\') < 0 {
		return string(e.buf), nil
	}
	return copyUnescapes.Replace(string(e.buf)), nil
}

var copyUnescapes = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r")

// tableText gives the rows of one table as they stand, for COPY.
type tableText struct {
	from  *exportReader
	rest  []byte
	start bool // the next piece begins a line
	ended bool
	rows  int64
}

// Read returns the next bytes of the rows.
func (t *tableText) Read(p []byte) (int, error) {
	if len(t.rest) == 0 {
		if t.ended {
			return 0, io.EOF
		}
		piece, more, err := t.from.piece()
		if err != nil {
			return 0, broken("thiếu phần cuối")
		}
		if t.start && string(piece) == endOfRows+"\n" {
			t.ended = true
			return 0, io.EOF
		}
		if t.start = !more; t.start {
			t.rows++
		}
		t.rest = piece
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}
