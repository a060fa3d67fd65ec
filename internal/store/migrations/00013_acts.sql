-- +goose Up
-- Acts that definitions cite, with what took their place: the law may change under a definition that stays as it is.
CREATE TABLE act (
  number TEXT COLLATE "C" NOT NULL,
  title TEXT COLLATE "C" NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  successor TEXT COLLATE "C" NOT NULL, -- number of the act that took its place, '' for none known
  ended_by TEXT COLLATE "C" NOT NULL,
  verified TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (number, revision)
);

-- +goose Down
DROP TABLE act;
