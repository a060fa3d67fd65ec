package store

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
)

const (
	observationColumns = "id, revision, period, definition, agency, source, " + figureColumns + ", note, upload, sheet, cell, submission"
	nowColumns         = "period, definition, source, agency, " + figureColumns + ", observation"
)

// lookup returns the current figures of keys.
func (v *View) lookup(keys []key) (map[key]figureRow, error) {
	have := make(map[key]figureRow, len(keys))
	if len(keys) == 0 {
		return have, nil
	}
	if v.s.pg {
		return have, v.lookupPostgres(keys, have)
	}
	const query = "SELECT " + figureColumns + " FROM observation_now WHERE period = ? AND definition = ? AND source = ? AND agency = ?"
	stmt, err := v.db.Statement.ConnPool.PrepareContext(v.db.Statement.Context, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = stmt.Close() }()
	for _, k := range keys {
		var r figureRow
		err := stmt.QueryRowContext(v.db.Statement.Context, k.period, k.definition, k.source, k.agency).Scan(r.dest()...)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return nil, err
		default:
			have[k] = r
		}
	}
	return have, nil
}

// keyArrays splits keys into parallel arrays for unnest.
func keyArrays(keys []key) (periods, definitions, sources []int64, agencies []string) {
	for _, k := range keys {
		periods, definitions = append(periods, k.period), append(definitions, k.definition)
		sources, agencies = append(sources, k.source), append(agencies, k.agency)
	}
	return periods, definitions, sources, agencies
}

const unnestKeys = `unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) AS k (period, definition, source, agency)`

func (v *View) lookupPostgres(keys []key, have map[key]figureRow) error {
	p, d, s, a := keyArrays(keys)
	rows, err := v.db.Statement.ConnPool.QueryContext(v.db.Statement.Context,
		`SELECT k.period, k.definition, k.source, k.agency, `+figureColumns+` FROM `+unnestKeys+`
		JOIN observation_now n ON n.period = k.period AND n.definition = k.definition AND n.source = k.source
			AND n.agency = k.agency`, p, d, s, a)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var k key
		var r figureRow
		if err := rows.Scan(append([]any{&k.period, &k.definition, &k.source, &k.agency}, r.dest()...)...); err != nil {
			return err
		}
		have[k] = r
	}
	return rows.Err()
}

// removeNow takes keys out of the current view, before their corrections go in.
func (tx *Tx) removeNow(keys []key) error {
	if len(keys) == 0 {
		return nil
	}
	pool := tx.db.Statement.ConnPool
	if tx.s.pg {
		p, d, s, a := keyArrays(keys)
		_, err := pool.ExecContext(tx.ctx(), `DELETE FROM observation_now n USING `+unnestKeys+`
			WHERE n.period = k.period AND n.definition = k.definition AND n.source = k.source AND n.agency = k.agency`, p, d, s, a)
		return err
	}
	stmt, err := pool.PrepareContext(tx.ctx(), "DELETE FROM observation_now WHERE period = ? AND definition = ? AND source = ? AND agency = ?")
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }()
	for _, k := range keys {
		if _, err := stmt.ExecContext(tx.ctx(), k.period, k.definition, k.source, k.agency); err != nil {
			return err
		}
	}
	return nil
}

// insert appends rows to observation and puts them into the current view.
func (tx *Tx) insert(rows []observationRow) error {
	if tx.observed == nil && !tx.s.without.Digests {
		tx.observed = newObservationDigest()
	}
	if tx.s.pg {
		return tx.copyIn(rows)
	}
	for i := range rows {
		tx.observed.add(&rows[i])
	}
	if err := insertMany(tx, "observation", observationColumns, rows, func(r *observationRow, a []any) []any {
		a = append(a, r.id, r.revision, r.period, r.definition, r.agency, r.source)
		a = append(a, r.num, r.den, r.value, r.state, r.bound, r.qualifiers, r.publishedRank)
		return append(a, r.note, r.upload, r.sheet, r.cell, nullInt(r.submission))
	}); err != nil {
		return err
	}
	return insertMany(tx, "observation_now", nowColumns, rows, func(r *observationRow, a []any) []any {
		a = append(a, r.period, r.definition, r.source, r.agency)
		return append(a, r.num, r.den, r.value, r.state, r.bound, r.qualifiers, r.publishedRank, r.id)
	})
}

// perStatement keeps the number of parameters small: binding costs the SQLite driver the square of it.
const perStatement = 24

// placeholders returns the VALUES part of an insert of size rows of width columns.
func placeholders(pg bool, size, width int) string {
	var b strings.Builder
	for n := range size * width {
		switch {
		case n == 0:
			b.WriteByte('(')
		case n%width == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		if pg {
			fmt.Fprintf(&b, "$%d", n+1)
		} else {
			b.WriteByte('?')
		}
	}
	return b.String() + ")"
}

func insertMany[T any](tx *Tx, table, columns string, rows []T, values func(*T, []any) []any) error {
	return insertOr(tx, table, columns, "", rows, values)
}

// insertOr is insertMany with what is done about rows that are there already.
func insertOr[T any](tx *Tx, table, columns, conflict string, rows []T, values func(*T, []any) []any) error {
	ctx := tx.ctx()
	run := func(rows []T, size int) error {
		stmt, err := tx.db.Statement.ConnPool.PrepareContext(ctx, fmt.Sprintf("INSERT INTO %s (%s) VALUES %s %s", table, columns,
			placeholders(tx.s.pg, size, strings.Count(columns, ",")+1), conflict))
		if err != nil {
			return err
		}
		defer func() { _ = stmt.Close() }()
		args := make([]any, 0, size*20)
		for i := 0; i < len(rows); i += size {
			args = args[:0]
			for j := range size {
				args = values(&rows[i+j], args)
			}
			if _, err := stmt.ExecContext(ctx, args...); err != nil {
				return err
			}
		}
		return nil
	}
	whole := len(rows) / perStatement * perStatement
	if whole > 0 {
		if err := run(rows[:whole], perStatement); err != nil {
			return err
		}
	}
	if whole < len(rows) {
		return run(rows[whole:], 1)
	}
	return nil
}

// copyIn streams rows into both tables by COPY, in its text form: on a million rows it costs a third
// of what boxing every value for the binary form does.
func (tx *Tx) copyIn(rows []observationRow) error {
	return tx.conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("copy: driver connection is %T", driver)
		}
		var b bytes.Buffer
		b.Grow(len(rows) * 96)
		for i := range rows {
			rows[i].appendObservation(&b)
			tx.observed.note(&rows[i])
		}
		tx.observed.lines(b.Bytes())
		pg := c.Conn().PgConn()
		if _, err := pg.CopyFrom(tx.ctx(), &b, "COPY observation ("+observationColumns+") FROM STDIN"); err != nil {
			return err
		}
		b.Reset()
		for i := range rows {
			rows[i].appendNow(&b)
		}
		_, err := pg.CopyFrom(tx.ctx(), &b, "COPY observation_now ("+nowColumns+") FROM STDIN")
		return err
	})
}

func (r *observationRow) appendObservation(b *bytes.Buffer) {
	copyInts(b, r.id, r.revision, r.period, r.definition)
	copyText(b, r.agency)
	copyInts(b, r.source)
	r.appendFigure(b)
	copyText(b, r.note)
	copyInts(b, r.upload)
	copyText(b, r.sheet)
	copyText(b, r.cell)
	if r.submission != 0 {
		copyInts(b, r.submission)
	} else {
		b.WriteString("\\N\t")
	}
	endLine(b)
}

func (r *observationRow) appendNow(b *bytes.Buffer) {
	copyInts(b, r.period, r.definition, r.source)
	copyText(b, r.agency)
	r.appendFigure(b)
	copyInts(b, r.id)
	endLine(b)
}

func (r *observationRow) appendFigure(b *bytes.Buffer) {
	copyFloat(b, r.num)
	copyFloat(b, r.den)
	copyFloat(b, r.value)
	copyInts(b, r.state)
	copyFloat(b, r.bound)
	copyInts(b, r.qualifiers, r.publishedRank)
}

func copyInts(b *bytes.Buffer, ns ...int64) {
	for _, n := range ns {
		b.Write(strconv.AppendInt(b.AvailableBuffer(), n, 10))
		b.WriteByte('\t')
	}
}

func copyFloat(b *bytes.Buffer, f sql.NullFloat64) {
	if f.Valid {
		b.Write(strconv.AppendFloat(b.AvailableBuffer(), f.Float64, 'g', -1, 64))
		b.WriteByte('\t')
		return
	}
	b.WriteString("\\N\t")
}

var copyEscapes = strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n", "\r", "\\r")

func copyText(b *bytes.Buffer, s string) {
	if strings.ContainsAny(s, "\\\t\n\r") {
		s = copyEscapes.Replace(s)
	}
	b.WriteString(s)
	b.WriteByte('\t')
}

// endLine turns the tab after the last column into the end of the line.
func endLine(b *bytes.Buffer) {
	b.Truncate(b.Len() - 1)
	b.WriteByte('\n')
}
