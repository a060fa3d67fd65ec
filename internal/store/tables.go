package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// columnKind is what a column holds, on either engine.
type columnKind string

// The kinds of columns that there are.
const (
	kindInt   columnKind = "int"
	kindReal  columnKind = "real"
	kindText  columnKind = "text"
	kindBytes columnKind = "bytes"
)

// kinds names the kind of each type that a migration may declare, in the words of both engines. A column of another type makes a
// backup fail: better than one that leaves it out or turns it into something else.
var kinds = map[string]columnKind{
	"integer": kindInt, "bigint": kindInt, "smallint": kindInt,
	"real": kindReal, "double precision": kindReal,
	"text": kindText,
	"blob": kindBytes, "bytea": kindBytes,
}

// tableColumn is one column of a table.
type tableColumn struct {
	Name string     `json:"name"`
	Kind columnKind `json:"kind"`
}

// tableShape is one table of the schema as a backup sees it.
type tableShape struct {
	Name    string        `json:"table"`
	Columns []tableColumn `json:"columns"`
	key     []string      // the columns of the primary key
	parents []string      // tables that it refers to
}

// bookkeeping is kept by goose and by the engines; the schema number goes into the manifest instead.
var bookkeeping = []string{"goose_db_version"}

// passing tables are of the moment: sessions, one-time links and counts of failed sign-ins. A restored database must not open a
// session that has ended since, nor a link that was used; everybody signs in anew. Every other table is carried.
var passing = []string{"attempt", "link", "session"}

// carried reports whether the rows of a table are in a backup.
func (t tableShape) carried() bool { return !slices.Contains(passing, t.Name) }

// order is the ORDER BY under which both engines give the rows in one order.
func (t tableShape) order() string {
	if len(t.key) > 0 {
		return strings.Join(t.key, ", ")
	}
	return t.columnList()
}

func (t tableShape) columnList() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

// blob is the column of bytes, -1 for none. There may be one.
func (t tableShape) blob() int {
	return slices.IndexFunc(t.Columns, func(c tableColumn) bool { return c.Kind == kindBytes })
}

// querier is a transaction or a connection.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// The questions about the schema; each answers in rows of text.
const (
	sqliteColumns = `SELECT m.name, c.name, lower(c.type), c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY m.name, c.cid`
	sqliteParents = `SELECT DISTINCT m.name, f."table" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1, 2`
	// Columns that were added later stand at the end on both engines, so their order is the same.
	postgresColumns = `SELECT c.table_name::text, c.column_name::text, c.data_type::text, COALESCE((
			SELECT array_position(i.indkey::int2[], a.attnum) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = c.column_name
			WHERE i.indisprimary AND i.indrelid = format('%I.%I', c.table_schema, c.table_name)::regclass AND a.attnum = ANY (i.indkey)), -1) + 1
		FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name::text COLLATE "C", c.ordinal_position`
	postgresParents = `SELECT DISTINCT c.conrelid::regclass::text, c.confrelid::regclass::text FROM pg_constraint c
		WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace ORDER BY 1, 2`
)

// shapes reads the tables of the schema, each after those that it refers to and otherwise by name, so that both engines give one order.
func (s *Store) shapes(ctx context.Context, q querier) ([]tableShape, error) {
	columns, parents := sqliteColumns, sqliteParents
	if s.pg {
		columns, parents = postgresColumns, postgresParents
	}
	tables, err := readColumns(ctx, q, columns)
	if err != nil {
		return nil, err
	}
	rows, err := q.QueryContext(ctx, parents)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var child, parent string
		if err := rows.Scan(&child, &parent); err != nil {
			return nil, err
		}
		if t := tables[child]; t != nil && child != parent {
			t.parents = append(t.parents, parent)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return parentsFirst(tables)
}

func readColumns(ctx context.Context, q querier, query string) (map[string]*tableShape, error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	tables := map[string]*tableShape{}
	keys := map[string]map[int]string{}
	for rows.Next() {
		var table, column, declared string
		var place int // in the primary key, from 1; 0 for none
		if err := rows.Scan(&table, &column, &declared, &place); err != nil {
			return nil, err
		}
		if slices.Contains(bookkeeping, table) {
			continue
		}
		kind, known := kinds[declared]
		if !known {
			return nil, fmt.Errorf("store: column %s.%s has the type %q, which a backup does not carry", table, column, declared)
		}
		if tables[table] == nil {
			tables[table], keys[table] = &tableShape{Name: table}, map[int]string{}
		}
		tables[table].Columns = append(tables[table].Columns, tableColumn{column, kind})
		if place > 0 {
			keys[table][place] = column
		}
	}
	for name, t := range tables {
		for _, place := range slices.Sorted(maps.Keys(keys[name])) {
			t.key = append(t.key, keys[name][place])
		}
		if t.blob() >= 0 && len(t.key) == 0 {
			return nil, fmt.Errorf("store: table %s has bytes and no primary key", name)
		}
	}
	return tables, rows.Err()
}

// parentsFirst sorts tables so that each comes after those that it refers to.
func parentsFirst(tables map[string]*tableShape) ([]tableShape, error) {
	var out []tableShape
	done := map[string]bool{}
	for len(out) < len(tables) {
		before := len(out)
		for _, name := range slices.Sorted(maps.Keys(tables)) {
			t := tables[name]
			if !done[name] && !slices.ContainsFunc(t.parents, func(p string) bool { return !done[p] }) {
				out, done[name] = append(out, *t), true
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("store: tables refer to each other in a circle")
		}
	}
	return out, nil
}
