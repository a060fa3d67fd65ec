package store

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// PlannedStep is a migration that a database has not had yet.
type PlannedStep struct {
	Schema  int64           `json:"schema"`
	Name    string          `json:"name"` // of its file
	Changes []PlannedChange `json:"changes"`
}

// PlannedChange is one thing that a migration does.
type PlannedChange struct {
	Sentence string        `json:"sentence"` // Vietnamese
	Rows     int64         `json:"rows"`     // that it goes through, as many as there are now
	Takes    time.Duration `json:"takes"`    // about, at most; nanoseconds
}

// MigrationPlan is what Migrate would do.
type MigrationPlan struct {
	From  int64         `json:"from"` // schema now, 0 for an empty database
	To    int64         `json:"to"`
	Rows  int64         `json:"rows"`  // in all tables
	Bytes int64         `json:"bytes"` // of kept files
	Steps []PlannedStep `json:"steps"`

	Baseline *PlannedChange `json:"baseline,omitempty"` // the first digests of what was there before them; nil when there are some
}

// Due reports whether Migrate would do anything.
func (p *MigrationPlan) Due() bool { return len(p.Steps) > 0 || p.Baseline != nil }

// Takes is about how long the steps take, at most.
func (p *MigrationPlan) Takes() (d time.Duration) {
	for _, s := range p.Steps {
		for _, c := range s.Changes {
			d += c.Takes
		}
	}
	if p.Baseline != nil {
		d += p.Baseline.Takes
	}
	return d
}

// How long work on one row takes at most, on a slow machine with two processors under load: measured on a million rows, and doubled.
const (
	perCopied  = 20 * time.Microsecond // inserted or updated, with its indexes
	perIndexed = 6 * time.Microsecond
	perRebuilt = 10 * time.Microsecond // SQLite rewrites a table to drop a column
	perRemoved = 2 * time.Microsecond
	perHashed  = 90 * time.Microsecond // read and put into the first digests
	perStep    = 150 * time.Millisecond
)

// Plan says what Migrate would do, without doing anything.
func (s *Store) Plan(ctx context.Context) (*MigrationPlan, error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	plan := &MigrationPlan{}
	if plan.From, err = s.Schema(ctx); err != nil {
		return nil, err
	}
	if plan.To, err = s.Needed(); err != nil {
		return nil, err
	}
	if plan.From > plan.To {
		return nil, newer(plan.From, plan.To)
	}
	rows, err := s.countRows(ctx, plan)
	if err != nil {
		return nil, err
	}
	if plan.Baseline, err = s.plannedBaseline(ctx, rows); err != nil {
		return nil, err
	}
	files, err := s.steps()
	if err != nil {
		return nil, err
	}
	for _, src := range p.ListSources() {
		if src.Version <= plan.From {
			continue
		}
		step := PlannedStep{Schema: src.Version, Name: src.Path}
		for _, stmt := range statements(string(files[src.Path])) {
			c := s.planned(stmt, rows)
			if n := len(step.Changes); n > 0 && c.Rows == 0 && step.Changes[n-1].Rows == 0 {
				step.Changes[n-1].Sentence = joined(step.Changes[n-1].Sentence, c.Sentence)
				continue
			}
			step.Changes = append(step.Changes, c)
		}
		if len(step.Changes) > 0 {
			step.Changes[0].Takes += perStep
		}
		plan.Steps = append(plan.Steps, step)
	}
	return plan, nil
}

// plannedBaseline says what the first digests go through; nil when there are some already or nothing is stored. A run that was killed
// between the last step and these leaves them to the next one.
func (s *Store) plannedBaseline(ctx context.Context, rows map[string]int64) (*PlannedChange, error) {
	due := rows["revision"] > 0 || rows["account"] > 0
	if _, kept := rows["audit_digest"]; kept {
		db := s.read.WithContext(ctx)
		official, err := baselineDue(db, Official)
		if err != nil {
			return nil, err
		}
		access, err := baselineDue(db, Access)
		if err != nil {
			return nil, err
		}
		due = official || access
	}
	if !due {
		return nil, nil //nolint:nilnil // nothing is due and nothing is wrong
	}
	var n int64
	for table, count := range rows {
		if !slices.Contains([]string{"observation_now", "score_now", "coverage"}, table) { // computed from the rest
			n += count
		}
	}
	return &PlannedChange{Sentence: "lập mã băm đầu tiên của nội dung đã có", Rows: n, Takes: perStep + time.Duration(n)*perHashed}, nil
}

// joined adds what a statement does to what those before it do: "lập bảng a, b; thêm cột a.c".
func joined(before, next string) string {
	i, j := strings.LastIndexByte(before, ';')+1, strings.LastIndexByte(next, ' ')
	if j > 0 && strings.HasPrefix(strings.TrimSpace(before[i:]), next[:j+1]) {
		return before + ", " + next[j+1:]
	}
	return before + "; " + next
}

// countRows counts what the database holds, by table.
func (s *Store) countRows(ctx context.Context, plan *MigrationPlan) (map[string]int64, error) {
	rows := map[string]int64{}
	if plan.From == 0 {
		return rows, nil
	}
	db, err := s.read.DB()
	if err != nil {
		return nil, err
	}
	tables, err := s.shapes(ctx, db)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		var n int64
		if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+t.Name).Scan(&n); err != nil {
			return nil, err
		}
		rows[t.Name] = n
		plan.Rows += n
	}
	err = db.QueryRowContext(ctx, "SELECT COALESCE(SUM(size), 0) FROM file").Scan(&plan.Bytes)
	return rows, err
}

// statements cuts the Up part of a migration into its statements, without comments.
func statements(text string) (out []string) {
	_, up, _ := strings.Cut(text, "-- +goose Up")
	up, _, _ = strings.Cut(up, "-- +goose Down")
	var b strings.Builder
	whole := false // inside StatementBegin … StatementEnd
	flush := func() {
		if s := strings.Join(strings.Fields(b.String()), " "); s != "" {
			out = append(out, s)
		}
		b.Reset()
	}
	for line := range strings.Lines(up) {
		switch strings.TrimSpace(line) {
		case "-- +goose StatementBegin":
			whole = true
		case "-- +goose StatementEnd":
			whole = false
			flush()
		}
		line, _, _ = strings.Cut(line, "--")
		b.WriteString(line)
		if !whole && strings.HasSuffix(strings.TrimSpace(line), ";") {
			flush()
		}
	}
	flush()
	return out
}

// The statements that migrations are made of.
//
//nolint:gochecknoglobals // constant: nothing writes to them
var (
	creates  = regexp.MustCompile(`(?i)^CREATE TABLE (?:IF NOT EXISTS )?(\w+)`)
	indexes  = regexp.MustCompile(`(?i)^CREATE (?:UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?\w+ ON (\w+)`)
	adds     = regexp.MustCompile(`(?i)^ALTER TABLE (\w+) ADD COLUMN (?:IF NOT EXISTS )?(\w+)`)
	dropsCol = regexp.MustCompile(`(?i)^ALTER TABLE (\w+) DROP COLUMN (?:IF EXISTS )?(\w+)`)
	renames  = regexp.MustCompile(`(?i)^ALTER TABLE (\w+) RENAME`)
	drops    = regexp.MustCompile(`(?i)^DROP TABLE (?:IF EXISTS )?(\w+)`)
	copies   = regexp.MustCompile(`(?i)^INSERT INTO (\w+)`)
	sources  = regexp.MustCompile(`(?i)(?:FROM|JOIN) (\w+)`)
	updates  = regexp.MustCompile(`(?i)^UPDATE (\w+)`)
	deletes  = regexp.MustCompile(`(?i)^DELETE FROM (\w+)`)
)

// planned says what a statement does to tables that hold so many rows.
func (s *Store) planned(stmt string, rows map[string]int64) PlannedChange {
	change := func(n int64, per time.Duration, format string, args ...any) PlannedChange {
		return PlannedChange{Sentence: fmt.Sprintf(format, args...), Rows: n, Takes: time.Duration(n) * per}
	}
	if m := creates.FindStringSubmatch(stmt); m != nil {
		return change(0, 0, "lập bảng %s", m[1])
	}
	if m := indexes.FindStringSubmatch(stmt); m != nil {
		return change(rows[m[1]], perIndexed, "lập chỉ mục của bảng %s", m[1])
	}
	if m := adds.FindStringSubmatch(stmt); m != nil {
		return change(0, 0, "thêm cột %s.%s", m[1], m[2])
	}
	if m := dropsCol.FindStringSubmatch(stmt); m != nil {
		if s.pg {
			return change(0, 0, "bỏ cột %s.%s", m[1], m[2])
		}
		return change(rows[m[1]], perRebuilt, "bỏ cột %s.%s", m[1], m[2])
	}
	if m := renames.FindStringSubmatch(stmt); m != nil {
		return change(0, 0, "đổi tên trong bảng %s", m[1])
	}
	if m := drops.FindStringSubmatch(stmt); m != nil {
		return change(rows[m[1]], perRemoved, "bỏ bảng %s", m[1])
	}
	if m := copies.FindStringSubmatch(stmt); m != nil {
		most := int64(0)
		for _, from := range sources.FindAllStringSubmatch(stmt, -1) {
			most = max(most, rows[from[1]])
		}
		return change(most, perCopied, "ghi vào bảng %s", m[1])
	}
	if m := updates.FindStringSubmatch(stmt); m != nil {
		return change(rows[m[1]], perCopied, "sửa bảng %s", m[1])
	}
	if m := deletes.FindStringSubmatch(stmt); m != nil {
		return change(rows[m[1]], perRemoved, "xóa dòng của bảng %s", m[1])
	}
	return change(0, 0, "lệnh khác: %.60s", stmt)
}
