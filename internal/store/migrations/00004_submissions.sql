-- +goose Up
-- The reports of agencies and their life. Nothing here is an observation: cells change until they are signed, and take no revision.

DROP TABLE IF EXISTS submission_event;
DROP TABLE IF EXISTS submission_cell;
DROP TABLE IF EXISTS submission;
CREATE TABLE submission (
  id BIGINT PRIMARY KEY,
  round BIGINT NOT NULL,
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  state TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  serial BIGINT NOT NULL,            -- of what happened to the whole: see submission_event
  approved TEXT COLLATE "C" NOT NULL,             -- accounts of the chain that agreed, space-separated
  sent_at BIGINT NOT NULL,           -- by which its punctuality is judged, 0 while it was not sent
  received BIGINT NOT NULL,          -- the revision that received it last, 0 if none
  UNIQUE (round, agency)
);
CREATE INDEX submission_agency ON submission (agency);
CREATE TABLE submission_event (
  submission BIGINT NOT NULL REFERENCES submission(id),
  serial BIGINT NOT NULL,
  step TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,          -- that it became, 0 if none
  PRIMARY KEY (submission, serial)
);
-- What the office said of cells when it returned the report; the cells themselves only carry what is still open.
CREATE TABLE submission_remark (
  submission BIGINT NOT NULL REFERENCES submission(id),
  serial BIGINT NOT NULL,
  definition BIGINT NOT NULL,
  text TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (submission, serial, definition)
);
CREATE TABLE submission_cell (
  submission BIGINT NOT NULL REFERENCES submission(id),
  definition BIGINT NOT NULL,
  version BIGINT NOT NULL,
  num DOUBLE PRECISION,
  den DOUBLE PRECISION,
  value DOUBLE PRECISION,
  state BIGINT NOT NULL,             -- -1: no figure
  bound DOUBLE PRECISION,
  qualifiers BIGINT NOT NULL,
  typed_num TEXT COLLATE "C" NOT NULL,            -- as written, while it cannot be read
  typed_den TEXT COLLATE "C" NOT NULL,
  typed_value TEXT COLLATE "C" NOT NULL,
  faults TEXT COLLATE "C" NOT NULL,               -- sentences, one a line
  warnings TEXT COLLATE "C" NOT NULL,
  explained TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  returned TEXT COLLATE "C" NOT NULL,
  known_num DOUBLE PRECISION,                     -- the known figure that the officer confirmed or disputed
  known_den DOUBLE PRECISION,
  known_value DOUBLE PRECISION,
  known_state BIGINT NOT NULL,
  known_source TEXT COLLATE "C" NOT NULL,
  known_period TEXT COLLATE "C" NOT NULL,
  stance TEXT COLLATE "C" NOT NULL,
  dispute TEXT COLLATE "C" NOT NULL,
  upload BIGINT NOT NULL,            -- 0: typed
  sheet TEXT COLLATE "C" NOT NULL,
  cell TEXT COLLATE "C" NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  PRIMARY KEY (submission, definition)
);
CREATE TABLE submission_section (
  submission BIGINT NOT NULL REFERENCES submission(id),
  ord BIGINT NOT NULL,
  title TEXT COLLATE "C" NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  PRIMARY KEY (submission, ord)
);
CREATE TABLE submission_proposal (
  id BIGINT PRIMARY KEY,
  submission BIGINT NOT NULL REFERENCES submission(id),
  text TEXT COLLATE "C" NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  answer TEXT COLLATE "C" NOT NULL,
  answered_by BIGINT NOT NULL,       -- account, 0 while it waits
  answered_at BIGINT NOT NULL
);
CREATE INDEX submission_proposal_of ON submission_proposal (submission);
CREATE TABLE submission_file (
  id BIGINT PRIMARY KEY,
  submission BIGINT NOT NULL REFERENCES submission(id),
  definition BIGINT NOT NULL,        -- 0: of the whole report
  sha256 TEXT COLLATE "C" NOT NULL REFERENCES file(sha256),
  name TEXT COLLATE "C" NOT NULL,
  media TEXT COLLATE "C" NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL
);
CREATE INDEX submission_file_of ON submission_file (submission);
-- Signed copies: the version code that they carry matched the content when they came.
CREATE TABLE submission_paper (
  id BIGINT PRIMARY KEY,
  submission BIGINT NOT NULL REFERENCES submission(id),
  version BIGINT NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL REFERENCES file(sha256),
  name TEXT COLLATE "C" NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  day BIGINT NOT NULL,
  signer TEXT COLLATE "C" NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL
);
CREATE INDEX submission_paper_of ON submission_paper (submission);
-- Who must agree before a report of the agency is sent; the last one signs. An agency without a row has one link: whoever may sign.
CREATE TABLE approval_link (
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  ord BIGINT NOT NULL,
  title TEXT COLLATE "C" NOT NULL,
  account BIGINT NOT NULL,           -- 0: whoever may sign
  PRIMARY KEY (agency, ord)
);
