-- +goose Up
-- Packs of workbooks for a meeting: what stands in them, what is said in them, each building with its files; tables of one's own
-- choice; sums beside what others published. None of it is an official change.

CREATE TABLE pack (
  id BIGINT PRIMARY KEY,
  owner TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  name TEXT COLLATE "C" NOT NULL,
  spec TEXT COLLATE "C" NOT NULL,          -- what stands in it, as JSON
  version BIGINT NOT NULL,    -- goes up with every change
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  UNIQUE (owner, name)
);
CREATE TABLE pack_sentence (   -- what was decided about a sentence: left out, worded by hand, added
  pack BIGINT NOT NULL REFERENCES pack(id),
  period TEXT COLLATE "C" NOT NULL,        -- key
  kind TEXT COLLATE "C" NOT NULL,          -- remark, praise, criticism
  key TEXT COLLATE "C" NOT NULL,           -- of the rule that generates it, hand:… for one that was added
  ord BIGINT NOT NULL,
  generated TEXT COLLATE "C" NOT NULL,     -- what the rule said when it was worded by hand
  text TEXT COLLATE "C" NOT NULL,          -- instead; '' leaves what the rule says
  left_out BIGINT NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  PRIMARY KEY (pack, period, kind, key)
);
CREATE TABLE pack_build (
  id BIGINT PRIMARY KEY,
  pack BIGINT NOT NULL,       -- 0 for one that was not saved
  owner TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  name TEXT COLLATE "C" NOT NULL,
  input TEXT COLLATE "C" NOT NULL,         -- what stands in it and what is said in it, as it was then, as JSON
  release BIGINT NOT NULL,    -- 0: from the newest figures
  period TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL REFERENCES revision(id),
  program TEXT COLLATE "C" NOT NULL,       -- version
  total BIGINT NOT NULL,      -- files that it is to have, 0 while it is not known
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL
);
CREATE INDEX pack_build_release ON pack_build (release);
CREATE TABLE pack_file (
  build BIGINT NOT NULL REFERENCES pack_build(id),
  ord BIGINT NOT NULL,        -- from 1
  agency TEXT COLLATE "C" NOT NULL,        -- '' for one about whole blocks
  name TEXT COLLATE "C" NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL REFERENCES file(sha256),
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (build, ord)
);
CREATE INDEX pack_file_sha256 ON pack_file (sha256);
CREATE TABLE own_table (       -- bảng tùy chọn
  id BIGINT PRIMARY KEY,
  owner TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  name TEXT COLLATE "C" NOT NULL,
  query TEXT COLLATE "C" NOT NULL,         -- what it shows, as the query of its address
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  UNIQUE (owner, name)
);
CREATE TABLE reconciliation (  -- what is said about the gap between the sum of the agencies and a published figure
  owner TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  period TEXT COLLATE "C" NOT NULL,        -- key
  code TEXT COLLATE "C" NOT NULL,          -- of the indicator
  block TEXT COLLATE "C" NOT NULL,
  explanation TEXT COLLATE "C" NOT NULL,
  responsible TEXT COLLATE "C" NOT NULL,   -- who answers for it, in words
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  accepted_gap TEXT COLLATE "C" NOT NULL,  -- the gap with which a leader lets the figures go out, as printed; '' while nobody does
  accepted_by BIGINT NOT NULL,
  accepted_at BIGINT NOT NULL,
  PRIMARY KEY (owner, period, code, block)
);
