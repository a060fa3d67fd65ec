-- +goose Up
-- The task register. A task and an assignment are an identity; what is known about them are versions: never
-- changed, the old one gets the revision that superseded it, so that the register of any revision can be read
-- back. An assignment that differs in anything, also in its changes, gets a new version. Updates, requests and
-- decisions are only ever added. Days are yyyymmdd, 0 where none is known.
DROP TABLE task_update;
DROP TABLE assignment;
DROP TABLE task;

ALTER TABLE document ADD COLUMN level TEXT NOT NULL DEFAULT '';

CREATE TABLE task (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE
);
CREATE TABLE task_version (
  task INTEGER NOT NULL REFERENCES task(id),
  title TEXT NOT NULL,
  programme TEXT NOT NULL,
  owner TEXT NOT NULL REFERENCES agency(id),
  document INTEGER REFERENCES document(id),
  product TEXT NOT NULL,
  indicators TEXT NOT NULL, -- codes, space-separated
  note TEXT NOT NULL,
  upload INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (task, revision)
);
CREATE INDEX task_version_revision ON task_version (revision);
CREATE TABLE assignment (
  id INTEGER PRIMARY KEY,
  task INTEGER NOT NULL REFERENCES task(id),
  agency TEXT NOT NULL REFERENCES agency(id)
);
CREATE INDEX assignment_task ON assignment (task);
CREATE TABLE assignment_version (
  assignment INTEGER NOT NULL REFERENCES assignment(id),
  lead INTEGER NOT NULL,
  person TEXT NOT NULL,
  post TEXT NOT NULL,
  assigned INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  nature TEXT NOT NULL,
  due INTEGER NOT NULL,      -- as first given
  due_text TEXT NOT NULL,
  completed INTEGER NOT NULL,
  upload INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (assignment, revision)
);
CREATE INDEX assignment_version_revision ON assignment_version (revision);
CREATE TABLE assignment_change (
  assignment INTEGER NOT NULL REFERENCES assignment(id),
  ord INTEGER NOT NULL,
  kind TEXT NOT NULL,        -- extension, pause, handover
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  nature TEXT NOT NULL,
  due INTEGER NOT NULL,
  due_text TEXT NOT NULL,
  agency TEXT REFERENCES agency(id),
  document INTEGER REFERENCES document(id),
  reason TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (assignment, ord, revision)
);
CREATE TABLE task_update (
  id INTEGER PRIMARY KEY,
  assignment INTEGER NOT NULL REFERENCES assignment(id),
  revision INTEGER NOT NULL,
  at INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  day INTEGER NOT NULL,
  percent REAL,
  text TEXT NOT NULL,
  obstacle TEXT NOT NULL,
  proposal TEXT NOT NULL,
  evidence TEXT NOT NULL,
  upload INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL
);
CREATE INDEX task_update_assignment ON task_update (assignment, id);
CREATE TABLE task_request (
  id INTEGER PRIMARY KEY,
  assignment INTEGER NOT NULL REFERENCES assignment(id),
  revision INTEGER NOT NULL,
  at INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  kind TEXT NOT NULL,        -- extension, completion, return
  due INTEGER NOT NULL,
  due_text TEXT NOT NULL,
  completed INTEGER NOT NULL,
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL
);
CREATE INDEX task_request_assignment ON task_request (assignment, id);
CREATE TABLE task_decision (
  request INTEGER PRIMARY KEY REFERENCES task_request(id),
  revision INTEGER NOT NULL,
  at INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  accepted INTEGER NOT NULL,
  day INTEGER NOT NULL,
  document INTEGER REFERENCES document(id),
  reason TEXT NOT NULL
);
