-- +goose Up
-- What a report held each time it was handed up. Its content changes only between two of these, so they also are what was signed,
-- received, returned, withdrawn and corrected.

CREATE TABLE submission_kept (
  submission BIGINT NOT NULL REFERENCES submission(id),
  serial BIGINT NOT NULL,            -- of the event that handed it up
  code TEXT COLLATE "C" NOT NULL,                 -- of the content; '' of what was handed up before contents were kept
  PRIMARY KEY (submission, serial)
);
CREATE TABLE submission_kept_cell (   -- as submission_cell
  submission BIGINT NOT NULL,
  serial BIGINT NOT NULL,
  definition BIGINT NOT NULL,
  version BIGINT NOT NULL,
  num DOUBLE PRECISION,
  den DOUBLE PRECISION,
  value DOUBLE PRECISION,
  state BIGINT NOT NULL,
  bound DOUBLE PRECISION,
  qualifiers BIGINT NOT NULL,
  typed_num TEXT COLLATE "C" NOT NULL,
  typed_den TEXT COLLATE "C" NOT NULL,
  typed_value TEXT COLLATE "C" NOT NULL,
  faults TEXT COLLATE "C" NOT NULL,
  warnings TEXT COLLATE "C" NOT NULL,
  explained TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  returned TEXT COLLATE "C" NOT NULL,
  known_num DOUBLE PRECISION,
  known_den DOUBLE PRECISION,
  known_value DOUBLE PRECISION,
  known_state BIGINT NOT NULL,
  known_source TEXT COLLATE "C" NOT NULL,
  known_period TEXT COLLATE "C" NOT NULL,
  stance TEXT COLLATE "C" NOT NULL,
  dispute TEXT COLLATE "C" NOT NULL,
  upload BIGINT NOT NULL,
  sheet TEXT COLLATE "C" NOT NULL,
  cell TEXT COLLATE "C" NOT NULL,
  account BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (submission, serial, definition),
  FOREIGN KEY (submission, serial) REFERENCES submission_kept(submission, serial)
);
CREATE TABLE submission_kept_text (
  submission BIGINT NOT NULL,
  serial BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,                 -- section, proposal, file
  ord BIGINT NOT NULL,               -- of a section; else the id
  title TEXT COLLATE "C" NOT NULL,                -- of a section; name of a file
  body TEXT COLLATE "C" NOT NULL,                 -- SHA-256 of a file
  PRIMARY KEY (submission, serial, kind, ord),
  FOREIGN KEY (submission, serial) REFERENCES submission_kept(submission, serial)
);
-- What is with the chain or the office now is still what was handed up.
INSERT INTO submission_kept (submission, serial, code)
  SELECT s.id, MAX(e.serial), '' FROM submission s JOIN submission_event e ON e.submission = s.id AND e.step = 'submit'
  WHERE s.state IN ('review', 'sent', 'received') GROUP BY s.id;
INSERT INTO submission_kept_cell (submission, serial, definition, version, num, den, value, state, bound, qualifiers, typed_num, typed_den, typed_value, faults, warnings,
    explained, note, returned, known_num, known_den, known_value, known_state, known_source, known_period, stance, dispute, upload, sheet, cell, account, at)
  SELECT k.submission, k.serial, definition, version, num, den, value, state, bound, qualifiers, typed_num, typed_den, typed_value, faults, warnings,
    explained, note, returned, known_num, known_den, known_value, known_state, known_source, known_period, stance, dispute, upload, sheet, cell, account, at
  FROM submission_kept k JOIN submission_cell c ON c.submission = k.submission;
INSERT INTO submission_kept_text (submission, serial, kind, ord, title, body)
  SELECT k.submission, k.serial, 'section', x.ord, x.title, x.body FROM submission_kept k JOIN submission_section x ON x.submission = k.submission;
INSERT INTO submission_kept_text (submission, serial, kind, ord, title, body)
  SELECT k.submission, k.serial, 'proposal', x.id, '', x.text FROM submission_kept k JOIN submission_proposal x ON x.submission = k.submission;
INSERT INTO submission_kept_text (submission, serial, kind, ord, title, body)
  SELECT k.submission, k.serial, 'file', x.id, x.name, x.sha256 FROM submission_kept k JOIN submission_file x ON x.submission = k.submission;
