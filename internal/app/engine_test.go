package app

import (
	"context"
	"errors"
	"time"

	"chiso/internal/store"
	"chiso/internal/testing/pgtest"
)

// Migrated is a PostgreSQL database with every table, of which each test gets a copy.
var Migrated = pgtest.Model{Fill: func(ctx context.Context, dsn string) error {
	s, err := store.Open(ctx, store.Config{URL: dsn, Clock: time.Now})
	if err != nil {
		return err
	}
	_, err = s.Migrate(ctx)
	return errors.Join(err, s.Close())
}}
