-- +goose Up
-- The reports of agencies and their life. Nothing here is an observation: cells change until they are signed, and take no revision.

DROP TABLE IF EXISTS submission_event;
DROP TABLE IF EXISTS submission_cell;
DROP TABLE IF EXISTS submission;
CREATE TABLE submission (
  id INTEGER PRIMARY KEY,
  round INTEGER NOT NULL,
  agency TEXT NOT NULL REFERENCES agency(id),
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  serial INTEGER NOT NULL,            -- of what happened to the whole: see submission_event
  approved TEXT NOT NULL,             -- accounts of the chain that agreed, space-separated
  sent_at INTEGER NOT NULL,           -- by which its punctuality is judged, 0 while it was not sent
  received INTEGER NOT NULL,          -- the revision that received it last, 0 if none
  UNIQUE (round, agency)
);
CREATE INDEX submission_agency ON submission (agency);
CREATE TABLE submission_event (
  submission INTEGER NOT NULL REFERENCES submission(id),
  serial INTEGER NOT NULL,
  step TEXT NOT NULL,
  version INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  revision INTEGER NOT NULL,          -- that it became, 0 if none
  PRIMARY KEY (submission, serial)
);
-- What the office said of cells when it returned the report; the cells themselves only carry what is still open.
CREATE TABLE submission_remark (
  submission INTEGER NOT NULL REFERENCES submission(id),
  serial INTEGER NOT NULL,
  definition INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (submission, serial, definition)
);
CREATE TABLE submission_cell (
  submission INTEGER NOT NULL REFERENCES submission(id),
  definition INTEGER NOT NULL,
  version INTEGER NOT NULL,
  num REAL,
  den REAL,
  value REAL,
  state INTEGER NOT NULL,             -- -1: no figure
  bound REAL,
  qualifiers INTEGER NOT NULL,
  typed_num TEXT NOT NULL,            -- as written, while it cannot be read
  typed_den TEXT NOT NULL,
  typed_value TEXT NOT NULL,
  faults TEXT NOT NULL,               -- sentences, one a line
  warnings TEXT NOT NULL,
  explained TEXT NOT NULL,
  note TEXT NOT NULL,
  returned TEXT NOT NULL,
  known_num REAL,                     -- the known figure that the officer confirmed or disputed
  known_den REAL,
  known_value REAL,
  known_state INTEGER NOT NULL,
  known_source TEXT NOT NULL,
  known_period TEXT NOT NULL,
  stance TEXT NOT NULL,
  dispute TEXT NOT NULL,
  upload INTEGER NOT NULL,            -- 0: typed
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  PRIMARY KEY (submission, definition)
);
CREATE TABLE submission_section (
  submission INTEGER NOT NULL REFERENCES submission(id),
  ord INTEGER NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  version INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  PRIMARY KEY (submission, ord)
);
CREATE TABLE submission_proposal (
  id INTEGER PRIMARY KEY,
  submission INTEGER NOT NULL REFERENCES submission(id),
  text TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  answer TEXT NOT NULL,
  answered_by INTEGER NOT NULL,       -- account, 0 while it waits
  answered_at INTEGER NOT NULL
);
CREATE INDEX submission_proposal_of ON submission_proposal (submission);
CREATE TABLE submission_file (
  id INTEGER PRIMARY KEY,
  submission INTEGER NOT NULL REFERENCES submission(id),
  definition INTEGER NOT NULL,        -- 0: of the whole report
  sha256 TEXT NOT NULL REFERENCES file(sha256),
  name TEXT NOT NULL,
  media TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL
);
CREATE INDEX submission_file_of ON submission_file (submission);
-- Signed copies: the version code that they carry matched the content when they came.
CREATE TABLE submission_paper (
  id INTEGER PRIMARY KEY,
  submission INTEGER NOT NULL REFERENCES submission(id),
  version INTEGER NOT NULL,
  code TEXT NOT NULL,
  sha256 TEXT NOT NULL REFERENCES file(sha256),
  name TEXT NOT NULL,
  number TEXT NOT NULL,
  day INTEGER NOT NULL,
  signer TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL
);
CREATE INDEX submission_paper_of ON submission_paper (submission);
-- Who must agree before a report of the agency is sent; the last one signs. An agency without a row has one link: whoever may sign.
CREATE TABLE approval_link (
  agency TEXT NOT NULL REFERENCES agency(id),
  ord INTEGER NOT NULL,
  title TEXT NOT NULL,
  account INTEGER NOT NULL,           -- 0: whoever may sign
  PRIMARY KEY (agency, ord)
);
