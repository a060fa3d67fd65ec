-- +goose Up
-- Changes of many cells of a report at once (a paste, a file, "không phát sinh"), so that one press takes them back.
CREATE TABLE report_batch (
  id BIGINT PRIMARY KEY,
  submission BIGINT NOT NULL REFERENCES submission(id),
  kind TEXT COLLATE "C" NOT NULL,          -- paste, file, none
  upload BIGINT NOT NULL,     -- the file, 0 for none
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  said TEXT COLLATE "C" NOT NULL,          -- what it did, in a sentence
  listed TEXT COLLATE "C" NOT NULL,        -- what found no place, a line each
  cells TEXT COLLATE "C" NOT NULL,         -- JSON: the cells that it changed, as they were before
  undone_at BIGINT NOT NULL   -- 0 while it holds
);
CREATE INDEX report_batch_of ON report_batch (submission, id);
-- What a file said of a cell and was refused, until the cell is saved again. It is kept by round and agency: a file may come before anything is saved.
CREATE TABLE report_refused (
  round BIGINT NOT NULL,
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  definition BIGINT NOT NULL,
  upload BIGINT NOT NULL,
  sheet TEXT COLLATE "C" NOT NULL,
  cell TEXT COLLATE "C" NOT NULL,
  numerator TEXT COLLATE "C" NOT NULL,
  denominator TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  message TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (round, agency, definition)
);
-- Denominators that a definition fixes as of a day: "2022-01-06:25 | 2022-04-04:53", '' for none.
ALTER TABLE definition ADD COLUMN fixed_denominator TEXT COLLATE "C" NOT NULL DEFAULT '';

-- +goose Down
DROP TABLE report_batch;
DROP TABLE report_refused;
ALTER TABLE definition DROP COLUMN fixed_denominator;
