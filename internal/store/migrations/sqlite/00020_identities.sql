-- +goose Up
-- Relations that figures of one agency and period must fulfil: a total and its parts, a part and its whole, a rate and its counts.
CREATE TABLE identity (
  code TEXT NOT NULL,
  form TEXT NOT NULL, -- a form with numbered columns, '' for identities of indicators
  rule TEXT NOT NULL, -- sum, at_most, share
  total TEXT NOT NULL,
  parts TEXT NOT NULL, -- separated by blanks
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  tolerance TEXT NOT NULL, -- a decimal number
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  note TEXT NOT NULL,
  ord INTEGER NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (code, revision)
);

-- +goose Down
DROP TABLE identity;
