package pgtest_test

import (
	"errors"
	"os"
	"testing"

	"chiso/internal/testing/pgtest"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestDatabasesAreEmptyAndApart(t *testing.T) {
	for _, name := range []string{"first", "second"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := pgx.Connect(t.Context(), pgtest.Database(t))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(t.Context())
			if _, err := conn.Exec(t.Context(), "CREATE TABLE agency (name text)"); err != nil {
				t.Fatal(err)
			}
			var encoding, got string
			if err := conn.QueryRow(t.Context(), "SHOW server_encoding").Scan(&encoding); err != nil || encoding != "UTF8" {
				t.Errorf("encoding %q, %v", encoding, err)
			}
			if err := conn.QueryRow(t.Context(), "SELECT lower('ĐẮK LẮK' COLLATE \"vi-x-icu\")").Scan(&got); err != nil || got != "đắk lắk" {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestStopLeavesNothing(t *testing.T) {
	t.Setenv("CHISO_TEST_POSTGRES", "") // a server of our own, whatever the other tests use
	srv, err := pgtest.Start(t.Context())
	if errors.Is(err, pgtest.ErrNotFound) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	dsn := srv.NewDatabase(t)
	for range 2 {
		if err := srv.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if conn, err := pgx.Connect(t.Context(), dsn); err == nil {
		_ = conn.Close(t.Context())
		t.Error("the server still answers")
	}
}
