package store

import "context"

// MigrateTo brings a database to an older schema, as the program that landed it did.
func (s *Store) MigrateTo(ctx context.Context, schema int64) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	_, err = p.UpTo(ctx, schema)
	return err
}
