-- +goose Up
-- Work that outlives a request; releases and who objected to them; notices, mail and calls.
-- The tables of 00001 that nothing used yet are made anew.

DROP TABLE job;
DROP TABLE release;

CREATE TABLE job (
  id BIGINT PRIMARY KEY,
  kind TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,           -- of one kind each key is queued once, ever
  input TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,         -- waiting, running, done, failed
  attempts BIGINT NOT NULL,   -- begun so far
  due BIGINT NOT NULL,        -- not before
  owner TEXT COLLATE "C" NOT NULL,         -- the copy of the program that holds the lease
  lease_until BIGINT NOT NULL,
  progress BIGINT NOT NULL,
  total BIGINT NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  problem TEXT COLLATE "C" NOT NULL,       -- sentence of the last failure
  created_at BIGINT NOT NULL,
  finished_at BIGINT NOT NULL, -- 0 while it is not
  UNIQUE (kind, key)
);
CREATE INDEX job_open ON job (state, due);

CREATE TABLE release (
  id BIGINT PRIMARY KEY,
  owner TEXT COLLATE "C" NOT NULL REFERENCES agency(id), -- of the blocks whose figures it releases
  period TEXT COLLATE "C" NOT NULL,        -- key
  kind TEXT COLLATE "C" NOT NULL,          -- provisional, final
  title TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,         -- draft, approved, withdrawn
  version BIGINT NOT NULL,    -- goes up with every change: who decides says which one was seen
  revision BIGINT NOT NULL,   -- the figures are those of this revision
  number TEXT COLLATE "C" NOT NULL,        -- of the document by which it is released
  day BIGINT NOT NULL,        -- of the document; 0 while there is none
  document TEXT COLLATE "C" NOT NULL,      -- its file, by SHA-256
  embargo BIGINT NOT NULL,    -- not shown before; 0 is at once
  objections_until BIGINT NOT NULL, -- the last day on which agencies may object; 0 while the draft was not shown to them
  supersedes BIGINT NOT NULL, -- the release that it corrects, 0 for the first
  note TEXT COLLATE "C" NOT NULL,
  frozen TEXT COLLATE "C" NOT NULL,        -- its tables as a file, by SHA-256
  pack TEXT COLLATE "C" NOT NULL,          -- its workbook as a file, by SHA-256; made when it is approved
  made_by BIGINT NOT NULL REFERENCES account(id),
  made_at BIGINT NOT NULL,
  decided_by BIGINT NOT NULL, -- who approved or withdrew it, 0 while nobody did
  decided_at BIGINT NOT NULL,
  decided_in BIGINT NOT NULL  -- the revision of the approval
);
CREATE INDEX release_owner ON release (owner, period);
CREATE TABLE release_item (
  release BIGINT NOT NULL REFERENCES release(id),
  code TEXT COLLATE "C" NOT NULL,          -- of an indicator or scorecard
  PRIMARY KEY (release, code)
);
CREATE TABLE objection (
  id BIGINT PRIMARY KEY,
  release BIGINT NOT NULL REFERENCES release(id),
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  code TEXT COLLATE "C" NOT NULL,          -- of the indicator or scorecard, may be empty
  text TEXT COLLATE "C" NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  verdict TEXT COLLATE "C" NOT NULL,       -- accepted, refused; empty while open
  answer TEXT COLLATE "C" NOT NULL,
  answered_by BIGINT NOT NULL,
  answered_at BIGINT NOT NULL
);
CREATE INDEX objection_release ON objection (release, agency);

CREATE TABLE notice (
  id BIGINT PRIMARY KEY,
  kind TEXT COLLATE "C" NOT NULL,          -- before, due, overdue, returned, draft_release, …
  key TEXT COLLATE "C" NOT NULL,           -- of one kind and agency each key is said once, ever
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  subject TEXT COLLATE "C" NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  link TEXT COLLATE "C" NOT NULL,          -- path of the page where something can be done about it
  at BIGINT NOT NULL,
  UNIQUE (kind, key, agency)
);
CREATE INDEX notice_agency ON notice (agency, id);
CREATE TABLE notice_seen (
  notice BIGINT NOT NULL REFERENCES notice(id),
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  PRIMARY KEY (notice, account)
);
CREATE TABLE mail (
  id BIGINT PRIMARY KEY,
  notice BIGINT NOT NULL REFERENCES notice(id),
  address TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,         -- kept: there was no server; waiting, sent, failed
  problem TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  UNIQUE (notice, address)
);

CREATE TABLE phone_call (
  id BIGINT PRIMARY KEY,
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  round BIGINT NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  person TEXT COLLATE "C" NOT NULL,        -- who was spoken to
  result TEXT COLLATE "C" NOT NULL,
  promised BIGINT NOT NULL    -- the day that was promised, 0 for none
);
CREATE INDEX phone_call_round ON phone_call (round, agency);
