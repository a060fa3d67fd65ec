-- +goose Up
-- Acts that definitions cite, with what took their place: the law may change under a definition that stays as it is.
CREATE TABLE act (
  number TEXT NOT NULL,
  title TEXT NOT NULL,
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  successor TEXT NOT NULL, -- number of the act that took its place, '' for none known
  ended_by TEXT NOT NULL,
  verified TEXT NOT NULL,
  note TEXT NOT NULL,
  ord INTEGER NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (number, revision)
);

-- +goose Down
DROP TABLE act;
