-- +goose Up
-- Packs of workbooks for a meeting: what stands in them, what is said in them, each building with its files; tables of one's own
-- choice; sums beside what others published. None of it is an official change.

CREATE TABLE pack (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL REFERENCES agency(id),
  name TEXT NOT NULL,
  spec TEXT NOT NULL,          -- what stands in it, as JSON
  version INTEGER NOT NULL,    -- goes up with every change
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  UNIQUE (owner, name)
);
CREATE TABLE pack_sentence (   -- what was decided about a sentence: left out, worded by hand, added
  pack INTEGER NOT NULL REFERENCES pack(id),
  period TEXT NOT NULL,        -- key
  kind TEXT NOT NULL,          -- remark, praise, criticism
  key TEXT NOT NULL,           -- of the rule that generates it, hand:… for one that was added
  ord INTEGER NOT NULL,
  generated TEXT NOT NULL,     -- what the rule said when it was worded by hand
  text TEXT NOT NULL,          -- instead; '' leaves what the rule says
  left_out INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  PRIMARY KEY (pack, period, kind, key)
);
CREATE TABLE pack_build (
  id INTEGER PRIMARY KEY,
  pack INTEGER NOT NULL,       -- 0 for one that was not saved
  owner TEXT NOT NULL REFERENCES agency(id),
  name TEXT NOT NULL,
  input TEXT NOT NULL,         -- what stands in it and what is said in it, as it was then, as JSON
  release INTEGER NOT NULL,    -- 0: from the newest figures
  period TEXT NOT NULL,
  revision INTEGER NOT NULL REFERENCES revision(id),
  program TEXT NOT NULL,       -- version
  total INTEGER NOT NULL,      -- files that it is to have, 0 while it is not known
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL
);
CREATE INDEX pack_build_release ON pack_build (release);
CREATE TABLE pack_file (
  build INTEGER NOT NULL REFERENCES pack_build(id),
  ord INTEGER NOT NULL,        -- from 1
  agency TEXT NOT NULL,        -- '' for one about whole blocks
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL REFERENCES file(sha256),
  size INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (build, ord)
);
CREATE INDEX pack_file_sha256 ON pack_file (sha256);
CREATE TABLE own_table (       -- bảng tùy chọn
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL REFERENCES agency(id),
  name TEXT NOT NULL,
  query TEXT NOT NULL,         -- what it shows, as the query of its address
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  UNIQUE (owner, name)
);
CREATE TABLE reconciliation (  -- what is said about the gap between the sum of the agencies and a published figure
  owner TEXT NOT NULL REFERENCES agency(id),
  period TEXT NOT NULL,        -- key
  code TEXT NOT NULL,          -- of the indicator
  block TEXT NOT NULL,
  explanation TEXT NOT NULL,
  responsible TEXT NOT NULL,   -- who answers for it, in words
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  accepted_gap TEXT NOT NULL,  -- the gap with which a leader lets the figures go out, as printed; '' while nobody does
  accepted_by INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  PRIMARY KEY (owner, period, code, block)
);
