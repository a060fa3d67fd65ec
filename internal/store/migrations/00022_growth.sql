-- +goose Up
-- How much figures grew since a base period, as somebody published it; and by which rule a definition ranks figures that are a bound.
CREATE TABLE growth (
  indicator TEXT COLLATE "C" NOT NULL,
  agency TEXT COLLATE "C" NOT NULL,
  period TEXT COLLATE "C" NOT NULL, -- key
  base TEXT COLLATE "C" NOT NULL, -- key of the period that it is compared with
  origin TEXT COLLATE "C" NOT NULL, -- who published it
  value TEXT COLLATE "C" NOT NULL, -- a decimal number
  unit TEXT COLLATE "C" NOT NULL,
  word TEXT COLLATE "C" NOT NULL, -- that stood before the number, '' for none
  quote TEXT COLLATE "C" NOT NULL, -- as published
  note TEXT COLLATE "C" NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (indicator, agency, period, base, origin, revision)
);
ALTER TABLE definition ADD COLUMN bound_rule TEXT COLLATE "C" NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE definition DROP COLUMN bound_rule;
DROP TABLE growth;
