-- +goose Up
-- Changes of many cells of a report at once (a paste, a file, "không phát sinh"), so that one press takes them back.
CREATE TABLE report_batch (
  id INTEGER PRIMARY KEY,
  submission INTEGER NOT NULL REFERENCES submission(id),
  kind TEXT NOT NULL,          -- paste, file, none
  upload INTEGER NOT NULL,     -- the file, 0 for none
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  said TEXT NOT NULL,          -- what it did, in a sentence
  listed TEXT NOT NULL,        -- what found no place, a line each
  cells TEXT NOT NULL,         -- JSON: the cells that it changed, as they were before
  undone_at INTEGER NOT NULL   -- 0 while it holds
);
CREATE INDEX report_batch_of ON report_batch (submission, id);
-- What a file said of a cell and was refused, until the cell is saved again. It is kept by round and agency: a file may come before anything is saved.
CREATE TABLE report_refused (
  round INTEGER NOT NULL,
  agency TEXT NOT NULL REFERENCES agency(id),
  definition INTEGER NOT NULL,
  upload INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  numerator TEXT NOT NULL,
  denominator TEXT NOT NULL,
  value TEXT NOT NULL,
  message TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (round, agency, definition)
);
-- Denominators that a definition fixes as of a day: "2022-01-06:25 | 2022-04-04:53", '' for none.
ALTER TABLE definition ADD COLUMN fixed_denominator TEXT NOT NULL DEFAULT '';

-- +goose Down
DROP TABLE report_batch;
DROP TABLE report_refused;
ALTER TABLE definition DROP COLUMN fixed_denominator;
