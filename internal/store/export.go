package store

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"chiso/internal/fault"
)

// Snapshot says what a database holds at the moment of an export.
type Snapshot struct {
	Schema     int64            `json:"schema"`
	Engine     string           `json:"engine"` // sqlite or postgres
	Revision   int64            `json:"revision"`
	RevisionAt time.Time        `json:"revision_at"`
	Heads      []AuditHead      `json:"heads"`    // of the chains of the audit
	Releases   []ReleasedFile   `json:"releases"` // every approved one
	Rows       map[string]int64 `json:"rows"`     // of each table that is carried
}

// HeadTexts are the heads as they are printed and compared by chiso check --head, the official one first; none of a chain without a line.
func (s Snapshot) HeadTexts() (out []string) {
	for _, h := range slices.Backward(s.Heads) {
		if text := (Head{Chain(h.Chain), h.Seq, h.Hash}).String(); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// AuditHead is the end of a chain of the audit.
type AuditHead struct {
	Chain string `json:"chain"`
	Seq   int64  `json:"seq"`
	Hash  string `json:"hash"`
}

// ReleasedFile names the files of an approved release by their SHA-256: its tables and its workbook.
type ReleasedFile struct {
	Release int64  `json:"release"`
	Tables  string `json:"tables_sha256"`
	Pack    string `json:"pack_sha256"`
}

// exportEnd is the last line of an export.
type exportEnd struct {
	End    bool   `json:"end"`
	Tables int    `json:"tables"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"` // of everything before this line
}

// endOfRows ends the rows of a table, as in PostgreSQL's own text form.
const endOfRows = `\.`

// Export writes every carried row as text that belongs to no engine: for each table a line of JSON with its columns, its rows in the
// text form of PostgreSQL's COPY, and `\.`; at the end a line with the number of rows and the SHA-256 of all before it. Both engines
// write the same bytes for the same data. It reads one snapshot and holds up nobody: begin is told what is in it and returns where
// the text goes. The schema need not be the one of this program.
func (s *Store) Export(ctx context.Context, begin func(Snapshot) (io.Writer, error)) (err error) {
	defer fault.Context(&err, "store.Export")
	db, err := s.read.DB()
	if err != nil {
		return err
	}
	opts := &sql.TxOptions{ReadOnly: true}
	if s.pg {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing to keep
	schema, err := schemaOf(ctx, tx)
	if err != nil {
		return fault.Wrap(err, fault.Unready, "Không đọc được phiên bản cơ sở dữ liệu, chưa có gì để sao lưu.")
	}
	tables, err := s.shapes(ctx, tx)
	if err != nil {
		return err
	}
	snap, err := s.snapshot(ctx, tx, schema, tables)
	if err != nil {
		return err
	}
	out, err := begin(snap)
	if err != nil {
		return err
	}
	x := newExporter(s.pg, tx, out)
	for _, t := range tables {
		if !t.carried() {
			continue
		}
		if err := x.table(ctx, t, snap.Rows[t.Name]); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	return x.end()
}

func schemaOf(ctx context.Context, q querier) (n int64, err error) {
	err = q.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version").Scan(&n)
	return n, err
}

// snapshot reads what a manifest says. Tables and columns that an older schema lacks are left out of it.
func (s *Store) snapshot(ctx context.Context, tx *sql.Tx, schema int64, tables []tableShape) (snap Snapshot, err error) {
	snap = Snapshot{Schema: schema, Engine: "sqlite", Rows: map[string]int64{}}
	if s.pg {
		snap.Engine = "postgres"
	}
	var at int64
	err = tx.QueryRowContext(ctx, "SELECT id, at FROM revision ORDER BY id DESC LIMIT 1").Scan(&snap.Revision, &at)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	if err != nil {
		return snap, err
	}
	snap.RevisionAt = time.UnixMicro(at).UTC()
	for _, t := range tables {
		if !t.carried() {
			continue
		}
		var n int64
		if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+t.Name).Scan(&n); err != nil {
			return snap, err
		}
		snap.Rows[t.Name] = n
		switch {
		case t.Name == "audit_head":
			err = eachRow(ctx, tx, "SELECT chain, seq, hash FROM audit_head ORDER BY chain", func(rows *sql.Rows) error {
				var h AuditHead
				err := rows.Scan(&h.Chain, &h.Seq, &h.Hash)
				snap.Heads = append(snap.Heads, h)
				return err
			})
		case t.Name == "release" && strings.Contains(t.columnList(), "frozen, pack, "):
			err = eachRow(ctx, tx, "SELECT id, frozen, pack FROM release WHERE state = 'approved' ORDER BY id", func(rows *sql.Rows) error {
				var r ReleasedFile
				err := rows.Scan(&r.Release, &r.Tables, &r.Pack)
				snap.Releases = append(snap.Releases, r)
				return err
			})
		}
		if err != nil {
			return snap, err
		}
	}
	return snap, nil
}

func eachRow(ctx context.Context, q querier, query string, fn func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// exporter writes the text of an export.
type exporter struct {
	pg   bool
	tx   *sql.Tx
	out  *bufio.Writer
	sum  hash.Hash
	line bytes.Buffer
	done exportEnd
}

func newExporter(pg bool, tx *sql.Tx, w io.Writer) *exporter {
	x := &exporter{pg: pg, tx: tx, sum: sha256.New()}
	x.out = bufio.NewWriterSize(io.MultiWriter(w, x.sum), 256<<10)
	return x
}

// table writes one table, which has want rows.
func (x *exporter) table(ctx context.Context, t tableShape, want int64) error {
	head, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if _, err := x.out.Write(append(head, '\n')); err != nil {
		return err
	}
	before := x.done.Rows
	if t.blob() >= 0 {
		err = x.blobRows(ctx, t)
	} else {
		err = x.rows(ctx, t, "SELECT "+t.columnList()+" FROM "+t.Name+" ORDER BY "+t.order())
	}
	if err != nil {
		return err
	}
	if got := x.done.Rows - before; got != want {
		return fmt.Errorf("read %d rows of %d in one snapshot", got, want)
	}
	x.done.Tables++
	_, err = x.out.WriteString(endOfRows + "\n")
	return err
}

func (x *exporter) rows(ctx context.Context, t tableShape, query string) error {
	values, dest := scanned(len(t.Columns))
	return eachRow(ctx, x.tx, query, func(rows *sql.Rows) error {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i, c := range t.Columns {
			if err := x.field(c, values[i]); err != nil {
				return err
			}
		}
		return x.endRow()
	})
}

func scanned(n int) (values, dest []any) {
	values, dest = make([]any, n), make([]any, n)
	for i := range values {
		dest[i] = &values[i]
	}
	return values, dest
}

// field appends one value to the line. A value of another kind than its column, which SQLite would keep, is refused.
func (x *exporter) field(c tableColumn, value any) error {
	switch v := value.(type) {
	case nil:
		x.line.WriteString("\\N\t")
		return nil
	case int64:
		if c.Kind == kindInt {
			copyInts(&x.line, v)
			return nil
		}
	case float64:
		if c.Kind == kindReal {
			x.line.Write(strconv.AppendFloat(x.line.AvailableBuffer(), v, 'g', -1, 64))
			x.line.WriteByte('\t')
			return nil
		}
	case string:
		if c.Kind == kindText {
			copyText(&x.line, v)
			return nil
		}
	}
	return fmt.Errorf("column %s (%s) holds a %T", c.Name, c.Kind, value)
}

// placeholder is the n-th of a query's parameters, from 1.
func placeholder(pg bool, n int) string {
	if pg {
		return "$" + strconv.Itoa(n)
	}
	return "?"
}

func (x *exporter) endRow() error {
	endLine(&x.line)
	_, err := x.out.Write(x.line.Bytes())
	x.line.Reset()
	x.done.Rows++
	return err
}

// blobChunk is how many bytes of a file are read at once.
const blobChunk = 4 << 20

// blobRows writes a table with files in it: its keys first, then each file in pieces, for PostgreSQL answers one question at a time.
func (x *exporter) blobRows(ctx context.Context, t tableShape) error {
	var keys [][]any
	if err := eachRow(ctx, x.tx, "SELECT "+t.order()+" FROM "+t.Name+" ORDER BY "+t.order(), func(rows *sql.Rows) error {
		values, dest := scanned(len(t.key))
		keys = append(keys, values)
		return rows.Scan(dest...)
	}); err != nil {
		return err
	}
	blob := t.blob()
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		if names[i] = c.Name; i == blob {
			names[i] = "length(" + c.Name + ")"
		}
	}
	where := func(first int) string {
		var equal []string
		for i, k := range t.key {
			equal = append(equal, k+" = "+placeholder(x.pg, first+i))
		}
		return " FROM " + t.Name + " WHERE " + strings.Join(equal, " AND ")
	}
	row := "SELECT " + strings.Join(names, ", ") + where(1)
	piece := fmt.Sprintf("SELECT substr(%s, %s, %d)", t.Columns[blob].Name, placeholder(x.pg, 1), blobChunk) + where(2)
	for _, key := range keys {
		values, dest := scanned(len(t.Columns))
		if err := x.tx.QueryRowContext(ctx, row, key...).Scan(dest...); err != nil {
			return err
		}
		for i, c := range t.Columns {
			var err error
			if i == blob {
				err = x.blob(ctx, piece, key, values[i])
			} else {
				err = x.field(c, values[i])
			}
			if err != nil {
				return err
			}
		}
		if err := x.endRow(); err != nil {
			return err
		}
	}
	return nil
}

// blob writes bytes as PostgreSQL prints them, in pieces.
func (x *exporter) blob(ctx context.Context, piece string, key []any, size any) error {
	length, ok := size.(int64)
	if size == nil || !ok {
		return fmt.Errorf("no size of bytes: %T", size)
	}
	x.line.WriteString(`\\x`)
	for at := int64(0); at < length; at += blobChunk {
		var data []byte
		if err := x.tx.QueryRowContext(ctx, piece, append([]any{at + 1}, key...)...).Scan(&data); err != nil {
			return err
		}
		if int64(len(data)) != min(blobChunk, length-at) {
			return fmt.Errorf("read %d bytes of a file at %d of %d", len(data), at, length)
		}
		x.line.Write(hex.AppendEncode(x.line.AvailableBuffer(), data))
		if _, err := x.out.Write(x.line.Bytes()); err != nil {
			return err
		}
		x.line.Reset()
	}
	x.line.WriteByte('\t')
	return nil
}

// end writes the last line.
func (x *exporter) end() error {
	if err := x.out.Flush(); err != nil {
		return err
	}
	x.done.End, x.done.SHA256 = true, hex.EncodeToString(x.sum.Sum(nil))
	last, err := json.Marshal(x.done)
	if err != nil {
		return err
	}
	if _, err := x.out.Write(append(last, '\n')); err != nil {
		return err
	}
	return x.out.Flush()
}
