package store

import (
	"context"
	"regexp"
)

var (
	tableName  = regexp.MustCompile(`(?:^|JOIN )([a-z_]+)(?: ([a-z])\b)?`)
	columnName = regexp.MustCompile(`(?:\b([a-z])\.)?\b([a-z_]+[0-9]*)\b`)
)

// CoveredColumns returns the columns of each table that digests cover.
func CoveredColumns() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, r := range coveredRows() {
		aliases, first := map[string]string{}, ""
		for _, m := range tableName.FindAllStringSubmatch(r.from, -1) {
			aliases[m[2]] = m[1]
			if first == "" {
				first = m[1]
			}
		}
		for _, m := range columnName.FindAllStringSubmatch(r.key+", "+r.columns+", "+r.when+", "+r.from, -1) {
			table := first
			if aliases[m[1]] != "" {
				table = aliases[m[1]]
			}
			if out[table] == nil {
				out[table] = map[string]bool{}
			}
			out[table][m[2]] = true
		}
	}
	return out
}

// MigrateTo brings a database to an older schema, as the program that landed it did.
func (s *Store) MigrateTo(ctx context.Context, schema int64) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	_, err = p.UpTo(ctx, schema)
	return err
}
