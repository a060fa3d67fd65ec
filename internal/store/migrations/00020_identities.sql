-- +goose Up
-- Relations that figures of one agency and period must fulfil: a total and its parts, a part and its whole, a rate and its counts.
CREATE TABLE identity (
  code TEXT COLLATE "C" NOT NULL,
  form TEXT COLLATE "C" NOT NULL, -- a form with numbered columns, '' for identities of indicators
  rule TEXT COLLATE "C" NOT NULL, -- sum, at_most, share
  total TEXT COLLATE "C" NOT NULL,
  parts TEXT COLLATE "C" NOT NULL, -- separated by blanks
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  tolerance TEXT COLLATE "C" NOT NULL, -- a decimal number
  basis TEXT COLLATE "C" NOT NULL,
  verified TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (code, revision)
);

-- +goose Down
DROP TABLE identity;
