package store_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"chiso/internal/kpi"
	"chiso/internal/ranking"
	"chiso/internal/store"
)

// write makes the dumps of landed schemas that are missing: go test ./internal/store -run TestUpgrade -write
var write = flag.Bool("write", false, "write the missing dumps of landed schemas")

// row is one row of an older database: what is not named is 0 or empty, and columns that its schema lacks are left out.
type row struct {
	table string
	since int64 // the schema from which on the table had this meaning
	cells map[string]any
}

const never = int64(9223372036854775807) // a catalogue row that holds

// past is what a small database held: two agencies with a figure each, one of them corrected, a file, people and a task.
func past() []row {
	const day, file = 20260901, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // of "abc"
	at := dawn.UnixMicro()
	rows := []row{
		{"account", 1, map[string]any{"id": 1, "name": "cli:root", "kind": "local", "created_at": at, "disabled_at": nil}},
		{"account", 1, map[string]any{"id": 2, "name": "lan", "full_name": "Nguyễn Thị Lan", "kind": "person", "password": "$argon2id$…", "agency": "A", "created_at": at, "disabled_at": nil}},
		{"revision", 1, map[string]any{"id": 1, "at": at, "account": 1, "reason": "danh mục", "catalogue": 1}},
		{"revision", 1, map[string]any{"id": 2, "at": at + 1, "account": 2, "reason": "số liệu\tquý III", "last_observation": 2}},
		{"revision", 1, map[string]any{"id": 3, "at": at + 2, "account": 2, "reason": "đính chính", "last_observation": 3}},
		{"file", 1, map[string]any{"sha256": file, "size": 3, "media": "text/csv", "bytes": []byte("abc")}},
		{"upload", 1, map[string]any{"id": 1, "sha256": file, "name": "quý 3.csv", "account": 2, "at": at, "system": "reported", "fresh": 2, "revision": 2}},
		{"document", 1, map[string]any{"id": 1, "number": "12/TB-VPCP", "day": day, "issuer": "Văn phòng Chính phủ", "file": nil}},
		{"indicator", 1, map[string]any{"id": 1, "code": "DOCS", "kind": "count", "direction": "higher"}},
		{"definition", 1, map[string]any{"id": 1, "indicator": 1, "from_day": 101, "to_day": 99991231, "name": "Số văn bản", "unit": "văn bản", "accumulation": "in_period",
			"frequency": "quarterly", "ranking_source": "reported", "revision": 1, "superseded": never}},
		{"block", 1, map[string]any{"code": "provinces", "name": "Khối địa phương", "owner": "A", "level": "province", "revision": 1, "superseded": never}},
		{"source", 1, map[string]any{"id": 1, "system": "reported"}},
		{"period", 1, map[string]any{"id": 1, "key": "2026-Q3", "kind": "quarter", "from_day": 20260701, "to_day": 20260930}},
		{"coverage", 1, map[string]any{"definition": 1, "source": 1, "period": 1, "figures": 2}},
		{"task", 5, map[string]any{"id": 1, "code": "123/TB-01"}},
		{"task_version", 5, map[string]any{"task": 1, "title": "Hoàn thành kết nối", "owner": "A", "programme": "NQ57", "document": 1, "revision": 1, "superseded": never}},
		{"job", 7, map[string]any{"id": 1, "kind": "remind", "key": "2026-09-01T08", "state": "done", "created_at": at, "finished_at": at}},
	}
	for i, id := range []string{"A", "B"} {
		rows = append(rows,
			row{"agency", 1, map[string]any{"id": id}},
			row{"agency_version", 1, map[string]any{"agency": id, "from_day": 101, "to_day": 99991231, "name": "Tỉnh " + id, "short": id, "folded": strings.ToLower(id), "kind": "tinh",
				"level": "province", "ord": i, "revision": 1, "superseded": never}},
			row{"observation", 1, map[string]any{"id": i + 1, "revision": 2, "period": 1, "definition": 1, "agency": id, "source": 1, "value": 10.5 + float64(i), "upload": 1, "sheet": "I", "cell": "C3", "submission": nil}})
	}
	rows = append(rows, row{"observation", 1, map[string]any{"id": 3, "revision": 3, "period": 1, "definition": 1, "agency": "B", "source": 1, "value": 12.25, "note": "sai \"dấu\"", "submission": nil}})
	for id, now := range map[string]row{"A": {"", 1, map[string]any{"value": 10.5, "observation": 1}}, "B": {"", 1, map[string]any{"value": 12.25, "observation": 3}}} {
		now.table, now.cells["agency"], now.cells["period"], now.cells["definition"], now.cells["source"] = "observation_now", id, 1, 1, 1
		rows = append(rows, now)
	}
	return rows
}

// fillPast puts the past into a database of an older schema.
func fillPast(e *env, schema int64) {
	e.t.Helper()
	text, _ := exported(e)
	names, columns := tablesOf(e.t, text)
	for _, table := range names { // parents first
		for _, r := range past() {
			if r.table != table || r.since > schema {
				continue
			}
			var cols, marks []string
			var args []any
			for _, c := range columns[table] {
				v, named := r.cells[c.Name]
				if !named {
					v = map[string]any{"int": 0, "text": "", "real": nil, "bytes": []byte{}}[c.Kind]
				}
				cols, marks, args = append(cols, c.Name), append(marks, "?"), append(args, v)
			}
			if e.Postgres() {
				for i := range marks {
					marks[i] = fmt.Sprintf("$%d", i+1)
				}
			}
			q := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(cols, ", "), strings.Join(marks, ", "))
			if _, err := e.sql.ExecContext(e.t.Context(), q, args...); err != nil {
				e.t.Fatalf("schema %d: %s: %v", schema, q, err)
			}
		}
	}
	if schema >= 2 { // what came before the audit has no line in it
		e.exec("UPDATE audit_head SET since = 3 WHERE chain = 'official'")
	}
}

func dumpPath(schema int64) string {
	return filepath.Join("testdata", "schemas", fmt.Sprintf("%05d.txt", schema))
}

// landedSchemas are the numbers of the migrations.
func landedSchemas(t *testing.T) (out []int64) {
	t.Helper()
	files, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		n, err := strconv.ParseInt(f.Name()[:5], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

// writeDumps makes the dumps that are missing.
func writeDumps(t *testing.T, landed []int64) {
	t.Helper()
	for _, schema := range landed {
		if _, err := os.Stat(dumpPath(schema)); err == nil {
			continue
		}
		e := opened(t, sqliteConfig(t))
		if err := e.MigrateTo(t.Context(), schema); err != nil {
			t.Fatal(err)
		}
		fillPast(e, schema)
		text, _ := exported(e)
		if err := os.MkdirAll(filepath.Dir(dumpPath(schema)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dumpPath(schema), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// snapshotOf counts the rows of a dump, as its manifest would.
func snapshotOf(t *testing.T, schema int64, text []byte) store.Snapshot {
	t.Helper()
	snap := store.Snapshot{Schema: schema, Rows: map[string]int64{}}
	names, _ := tablesOf(t, text)
	table := -1
	for line := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(line, `{"table"`):
			table++
		case line == "\\.\n", strings.HasPrefix(line, `{"end"`):
		default:
			snap.Rows[names[table]]++
		}
	}
	return snap
}

// A database that any landed schema left behind comes up to the newest one, on either engine, with everything that was in it.
func TestUpgradeFromEveryLandedSchema(t *testing.T) {
	landed := landedSchemas(t)
	if *write {
		writeDumps(t, landed)
	}
	dumps, err := filepath.Glob(filepath.Join("testdata", "schemas", "*.txt"))
	if err != nil || len(dumps) < 10 {
		t.Fatalf("%d dumps, %v", len(dumps), err)
	}
	for _, schema := range landed[:len(dumps)] {
		text, err := os.ReadFile(dumpPath(schema)) // there are no holes
		if err != nil {
			t.Fatal(err)
		}
		for engine, config := range map[string]store.Config{"sqlite": sqliteConfig(t), "postgres": postgresConfig(t)} {
			t.Run(fmt.Sprint(schema, " ", engine), func(t *testing.T) {
				e := opened(t, config)
				if err := e.Restore(t.Context(), snapshotOf(t, schema, text), bytes.NewReader(text)); err != nil {
					t.Fatal(err)
				}
				if _, err := e.Migrate(t.Context()); err != nil {
					t.Fatal(err)
				}
				checkPast(t, e)
			})
		}
	}
}

// checkPast asks an upgraded database for what it held.
func checkPast(t *testing.T, e *env) {
	t.Helper()
	if err := e.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	clean(e)
	e.defs["DOCS"] = 1
	for asOf, want := range map[time.Time]string{{}: "12.25", dawn.Add(time.Microsecond): "11.5"} {
		var out ranking.Figures
		e.read(asOf, func(v *store.View) (err error) {
			out, err = v.Figures(kpi.MustPeriod("2026-Q3"), 1, 1)
			return err
		})
		if got := out["B"].Figure.Value.String(); len(out) != 2 || out["A"].Figure.Value.String() != "10.5" || got != want {
			t.Errorf("as of %s: %+v, want %s for B", asOf, out, want)
		}
	}
	if got := e.rows("SELECT reason FROM revision ORDER BY id"); strings.Join(got, "|") != "reason=danh mục |reason=số liệu\tquý III |reason=đính chính " {
		t.Errorf("reasons %q", got)
	}
	e.read(time.Time{}, func(v *store.View) error {
		data, err := v.File("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
		if string(data) != "abc" {
			t.Errorf("file %q", data)
		}
		return err
	})
	e.accept(e.fact("DOCS", "2026-Q3", "A", "99")) // and goes on
	clean(e)
}
