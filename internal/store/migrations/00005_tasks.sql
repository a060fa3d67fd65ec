-- +goose Up
-- The task register. A task and an assignment are an identity; what is known about them are versions: never
-- changed, the old one gets the revision that superseded it, so that the register of any revision can be read
-- back. An assignment that differs in anything, also in its changes, gets a new version. Updates, requests and
-- decisions are only ever added. Days are yyyymmdd, 0 where none is known.
DROP TABLE task_update;
DROP TABLE assignment;
DROP TABLE task;

ALTER TABLE document ADD COLUMN level TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE task (
  id BIGINT PRIMARY KEY,
  code TEXT COLLATE "C" NOT NULL UNIQUE
);
CREATE TABLE task_version (
  task BIGINT NOT NULL REFERENCES task(id),
  title TEXT COLLATE "C" NOT NULL,
  programme TEXT COLLATE "C" NOT NULL,
  owner TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  document BIGINT REFERENCES document(id),
  product TEXT COLLATE "C" NOT NULL,
  indicators TEXT COLLATE "C" NOT NULL, -- codes, space-separated
  note TEXT COLLATE "C" NOT NULL,
  upload BIGINT NOT NULL,
  sheet TEXT COLLATE "C" NOT NULL,
  cell TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (task, revision)
);
CREATE INDEX task_version_revision ON task_version (revision);
CREATE TABLE assignment (
  id BIGINT PRIMARY KEY,
  task BIGINT NOT NULL REFERENCES task(id),
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id)
);
CREATE INDEX assignment_task ON assignment (task);
CREATE TABLE assignment_version (
  assignment BIGINT NOT NULL REFERENCES assignment(id),
  lead BIGINT NOT NULL,
  person TEXT COLLATE "C" NOT NULL,
  post TEXT COLLATE "C" NOT NULL,
  assigned BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  nature TEXT COLLATE "C" NOT NULL,
  due BIGINT NOT NULL,      -- as first given
  due_text TEXT COLLATE "C" NOT NULL,
  completed BIGINT NOT NULL,
  upload BIGINT NOT NULL,
  sheet TEXT COLLATE "C" NOT NULL,
  cell TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (assignment, revision)
);
CREATE INDEX assignment_version_revision ON assignment_version (revision);
CREATE TABLE assignment_change (
  assignment BIGINT NOT NULL REFERENCES assignment(id),
  ord BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,        -- extension, pause, handover
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  nature TEXT COLLATE "C" NOT NULL,
  due BIGINT NOT NULL,
  due_text TEXT COLLATE "C" NOT NULL,
  agency TEXT COLLATE "C" REFERENCES agency(id),
  document BIGINT REFERENCES document(id),
  reason TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (assignment, ord, revision)
);
CREATE TABLE task_update (
  id BIGINT PRIMARY KEY,
  assignment BIGINT NOT NULL REFERENCES assignment(id),
  revision BIGINT NOT NULL,
  at BIGINT NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  day BIGINT NOT NULL,
  percent DOUBLE PRECISION,
  text TEXT COLLATE "C" NOT NULL,
  obstacle TEXT COLLATE "C" NOT NULL,
  proposal TEXT COLLATE "C" NOT NULL,
  evidence TEXT COLLATE "C" NOT NULL,
  upload BIGINT NOT NULL,
  sheet TEXT COLLATE "C" NOT NULL,
  cell TEXT COLLATE "C" NOT NULL
);
CREATE INDEX task_update_assignment ON task_update (assignment, id);
CREATE TABLE task_request (
  id BIGINT PRIMARY KEY,
  assignment BIGINT NOT NULL REFERENCES assignment(id),
  revision BIGINT NOT NULL,
  at BIGINT NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  kind TEXT COLLATE "C" NOT NULL,        -- extension, completion, return
  due BIGINT NOT NULL,
  due_text TEXT COLLATE "C" NOT NULL,
  completed BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  evidence TEXT COLLATE "C" NOT NULL
);
CREATE INDEX task_request_assignment ON task_request (assignment, id);
CREATE TABLE task_decision (
  request BIGINT PRIMARY KEY REFERENCES task_request(id),
  revision BIGINT NOT NULL,
  at BIGINT NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  accepted BIGINT NOT NULL,
  day BIGINT NOT NULL,
  document BIGINT REFERENCES document(id),
  reason TEXT COLLATE "C" NOT NULL
);
