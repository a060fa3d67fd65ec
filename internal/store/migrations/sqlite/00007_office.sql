-- +goose Up
-- Work that outlives a request; releases and who objected to them; notices, mail and calls.
-- The tables of 00001 that nothing used yet are made anew.

DROP TABLE job;
DROP TABLE release;

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,           -- of one kind each key is queued once, ever
  input TEXT NOT NULL,
  state TEXT NOT NULL,         -- waiting, running, done, failed
  attempts INTEGER NOT NULL,   -- begun so far
  due INTEGER NOT NULL,        -- not before
  owner TEXT NOT NULL,         -- the copy of the program that holds the lease
  lease_until INTEGER NOT NULL,
  progress INTEGER NOT NULL,
  total INTEGER NOT NULL,
  note TEXT NOT NULL,
  problem TEXT NOT NULL,       -- sentence of the last failure
  created_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL, -- 0 while it is not
  UNIQUE (kind, key)
);
CREATE INDEX job_open ON job (state, due);

CREATE TABLE release (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL REFERENCES agency(id), -- of the blocks whose figures it releases
  period TEXT NOT NULL,        -- key
  kind TEXT NOT NULL,          -- provisional, final
  title TEXT NOT NULL,
  state TEXT NOT NULL,         -- draft, approved, withdrawn
  version INTEGER NOT NULL,    -- goes up with every change: who decides says which one was seen
  revision INTEGER NOT NULL,   -- the figures are those of this revision
  number TEXT NOT NULL,        -- of the document by which it is released
  day INTEGER NOT NULL,        -- of the document; 0 while there is none
  document TEXT NOT NULL,      -- its file, by SHA-256
  embargo INTEGER NOT NULL,    -- not shown before; 0 is at once
  objections_until INTEGER NOT NULL, -- the last day on which agencies may object; 0 while the draft was not shown to them
  supersedes INTEGER NOT NULL, -- the release that it corrects, 0 for the first
  note TEXT NOT NULL,
  frozen TEXT NOT NULL,        -- its tables as a file, by SHA-256
  pack TEXT NOT NULL,          -- its workbook as a file, by SHA-256; made when it is approved
  made_by INTEGER NOT NULL REFERENCES account(id),
  made_at INTEGER NOT NULL,
  decided_by INTEGER NOT NULL, -- who approved or withdrew it, 0 while nobody did
  decided_at INTEGER NOT NULL,
  decided_in INTEGER NOT NULL  -- the revision of the approval
);
CREATE INDEX release_owner ON release (owner, period);
CREATE TABLE release_item (
  release INTEGER NOT NULL REFERENCES release(id),
  code TEXT NOT NULL,          -- of an indicator or scorecard
  PRIMARY KEY (release, code)
);
CREATE TABLE objection (
  id INTEGER PRIMARY KEY,
  release INTEGER NOT NULL REFERENCES release(id),
  agency TEXT NOT NULL REFERENCES agency(id),
  code TEXT NOT NULL,          -- of the indicator or scorecard, may be empty
  text TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  verdict TEXT NOT NULL,       -- accepted, refused; empty while open
  answer TEXT NOT NULL,
  answered_by INTEGER NOT NULL,
  answered_at INTEGER NOT NULL
);
CREATE INDEX objection_release ON objection (release, agency);

CREATE TABLE notice (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,          -- before, due, overdue, returned, draft_release, …
  key TEXT NOT NULL,           -- of one kind and agency each key is said once, ever
  agency TEXT NOT NULL REFERENCES agency(id),
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  link TEXT NOT NULL,          -- path of the page where something can be done about it
  at INTEGER NOT NULL,
  UNIQUE (kind, key, agency)
);
CREATE INDEX notice_agency ON notice (agency, id);
CREATE TABLE notice_seen (
  notice INTEGER NOT NULL REFERENCES notice(id),
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  PRIMARY KEY (notice, account)
);
CREATE TABLE mail (
  id INTEGER PRIMARY KEY,
  notice INTEGER NOT NULL REFERENCES notice(id),
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,         -- kept: there was no server; waiting, sent, failed
  problem TEXT NOT NULL,
  at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  UNIQUE (notice, address)
);

CREATE TABLE phone_call (
  id INTEGER PRIMARY KEY,
  agency TEXT NOT NULL REFERENCES agency(id),
  round INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  person TEXT NOT NULL,        -- who was spoken to
  result TEXT NOT NULL,
  promised INTEGER NOT NULL    -- the day that was promised, 0 for none
);
CREATE INDEX phone_call_round ON phone_call (round, agency);
