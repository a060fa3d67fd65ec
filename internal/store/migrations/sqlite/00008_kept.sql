-- +goose Up
-- What a report held each time it was handed up. Its content changes only between two of these, so they also are what was signed,
-- received, returned, withdrawn and corrected.

CREATE TABLE submission_kept (
  submission INTEGER NOT NULL REFERENCES submission(id),
  serial INTEGER NOT NULL,            -- of the event that handed it up
  code TEXT NOT NULL,                 -- of the content; '' of what was handed up before contents were kept
  PRIMARY KEY (submission, serial)
);
CREATE TABLE submission_kept_cell (   -- as submission_cell
  submission INTEGER NOT NULL,
  serial INTEGER NOT NULL,
  definition INTEGER NOT NULL,
  version INTEGER NOT NULL,
  num REAL,
  den REAL,
  value REAL,
  state INTEGER NOT NULL,
  bound REAL,
  qualifiers INTEGER NOT NULL,
  typed_num TEXT NOT NULL,
  typed_den TEXT NOT NULL,
  typed_value TEXT NOT NULL,
  faults TEXT NOT NULL,
  warnings TEXT NOT NULL,
  explained TEXT NOT NULL,
  note TEXT NOT NULL,
  returned TEXT NOT NULL,
  known_num REAL,
  known_den REAL,
  known_value REAL,
  known_state INTEGER NOT NULL,
  known_source TEXT NOT NULL,
  known_period TEXT NOT NULL,
  stance TEXT NOT NULL,
  dispute TEXT NOT NULL,
  upload INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  account INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (submission, serial, definition),
  FOREIGN KEY (submission, serial) REFERENCES submission_kept(submission, serial)
);
CREATE TABLE submission_kept_text (
  submission INTEGER NOT NULL,
  serial INTEGER NOT NULL,
  kind TEXT NOT NULL,                 -- section, proposal, file
  ord INTEGER NOT NULL,               -- of a section; else the id
  title TEXT NOT NULL,                -- of a section; name of a file
  body TEXT NOT NULL,                 -- SHA-256 of a file
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
