package store_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"chiso/internal/fault"
)

func TestPlanSaysWhatMigrateWillDo(t *testing.T) {
	onBoth(t, func(t *testing.T, ready *env) {
		if p, err := ready.Plan(t.Context()); err != nil || len(p.Steps) != 0 || p.From != p.To || p.Takes() != 0 {
			t.Errorf("nothing to do: %+v, %v", p, err)
		}
		c := sqliteConfig(t)
		if ready.Postgres() {
			c = postgresConfig(t)
		}
		e := opened(t, c)
		if p, err := e.Plan(t.Context()); err != nil || p.From != 0 || p.Rows != 0 || len(p.Steps) != len(landedSchemas(t)) {
			t.Errorf("an empty database: %+v, %v", p, err)
		}
		text, err := os.ReadFile(dumpPath(9))
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Restore(t.Context(), snapshotOf(t, 9, text), bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		before, err := e.Plan(t.Context())
		if err != nil || before.From != 9 || before.Bytes != 3 || before.Steps[0].Schema != 10 {
			t.Fatalf("%+v, %v", before, err)
		}
		if got := before.Steps[0].Changes[0].Sentence; !strings.HasPrefix(got, "thêm cột task_update.file, task_update.file_name, task_request.file") {
			t.Errorf("step 10: %q", got)
		}
		for _, s := range before.Steps {
			for _, c := range s.Changes {
				if strings.Contains(c.Sentence, "lệnh khác") {
					t.Errorf("step %d is not understood: %s", s.Schema, c.Sentence)
				}
			}
		}
		begun := time.Now()
		if n, err := e.Migrate(t.Context()); err != nil || n != len(before.Steps) {
			t.Errorf("Migrate = %d, %v", n, err)
		}
		t.Logf("planned at most %v, took %v", before.Takes(), time.Since(begun))
		e.exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, " + map[bool]string{true: "true", false: "1"}[e.Postgres()] + ")")
		if _, err := e.Plan(t.Context()); fault.KindOf(err) != fault.Unready {
			t.Errorf("a newer schema: %v", err)
		}
	})
}

// An upgrade that is killed between its last step and the first digests leaves these to the next run, which the plan says too: what
// was stored before would never be vouched for.
func TestPlanKnowsTheFirstDigests(t *testing.T) {
	onBoth(t, func(t *testing.T, ready *env) {
		c := sqliteConfig(t)
		if ready.Postgres() {
			c = postgresConfig(t)
		}
		e, landed := opened(t, c), landedSchemas(t)
		if err := e.MigrateTo(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		fillPast(e, 1)
		if p, err := e.Plan(t.Context()); err != nil || p.Baseline == nil || p.Baseline.Rows < 10 {
			t.Errorf("before: %+v, %v", p, err)
		}
		if err := e.MigrateTo(t.Context(), landed[len(landed)-1]); err != nil {
			t.Fatal(err)
		}
		p, err := e.Plan(t.Context())
		if err != nil || len(p.Steps) != 0 || p.Baseline == nil || !p.Due() || p.Takes() < p.Baseline.Takes {
			t.Fatalf("killed: %+v, %v", p, err)
		}
		if _, err := e.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p, err := e.Plan(t.Context()); err != nil || p.Due() {
			t.Errorf("after: %+v, %v", p, err)
		}
		clean(e)
	})
}

// No step may hold up writes for as long as it takes to go through the figures: on a country's tables that is minutes. A step that must
// change them does so in batches, by a job.
func TestNoStepGoesThroughTheFigures(t *testing.T) {
	e := opened(t, sqliteConfig(t))
	if err := e.MigrateTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	fillPast(e, 1)
	p, err := e.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range p.Steps {
		for _, c := range s.Changes {
			if c.Rows > 0 && (strings.Contains(c.Sentence, "observation") || strings.Contains(c.Sentence, "score_now")) {
				t.Errorf("step %d: %s", s.Schema, c.Sentence)
			}
		}
	}
}
