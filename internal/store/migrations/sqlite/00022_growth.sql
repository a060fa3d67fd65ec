-- +goose Up
-- How much figures grew since a base period, as somebody published it; and by which rule a definition ranks figures that are a bound.
CREATE TABLE growth (
  indicator TEXT NOT NULL,
  agency TEXT NOT NULL,
  period TEXT NOT NULL, -- key
  base TEXT NOT NULL, -- key of the period that it is compared with
  origin TEXT NOT NULL, -- who published it
  value TEXT NOT NULL, -- a decimal number
  unit TEXT NOT NULL,
  word TEXT NOT NULL, -- that stood before the number, '' for none
  quote TEXT NOT NULL, -- as published
  note TEXT NOT NULL,
  ord INTEGER NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (indicator, agency, period, base, origin, revision)
);
ALTER TABLE definition ADD COLUMN bound_rule TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE definition DROP COLUMN bound_rule;
DROP TABLE growth;
