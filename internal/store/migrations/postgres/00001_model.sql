-- +goose Up
-- Times are integer UTC microseconds, days are yyyymmdd with 101 and 99991231 for open ends, flags are 0/1.
-- Numbers are doubles that stand for their 15 significant digits (vi.Decimal).
-- Catalogue rows are never changed: a new version is a new row under a new revision, and the old one
-- gets the revision that superseded it (9223372036854775807 while it holds), so that the catalogue of
-- any revision can be read back.

CREATE TABLE revision (
  id BIGINT PRIMARY KEY,
  at BIGINT NOT NULL UNIQUE,
  account BIGINT NOT NULL,
  reason TEXT NOT NULL,
  catalogue BIGINT NOT NULL DEFAULT 0 -- 1 when agencies, definitions, targets or scorecards changed
);

CREATE TABLE account (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  full_name TEXT NOT NULL DEFAULT '',
  agency TEXT COLLATE "C" NOT NULL DEFAULT '',
  kind TEXT NOT NULL, -- local: the command line of this machine; person
  password TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  disabled_at BIGINT
);
CREATE TABLE role_grant (
  account BIGINT NOT NULL REFERENCES account(id),
  role TEXT NOT NULL,
  agency TEXT COLLATE "C" NOT NULL, -- and its subtree
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  PRIMARY KEY (account, role, agency, from_day)
);
CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  account BIGINT REFERENCES account(id),
  data BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE TABLE audit (
  chain TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  account BIGINT,
  action TEXT NOT NULL,
  detail TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE TABLE job (
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  input TEXT NOT NULL,
  state TEXT NOT NULL,
  progress BIGINT NOT NULL DEFAULT 0,
  attempts BIGINT NOT NULL DEFAULT 0,
  lease_until BIGINT,
  error TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  finished_at BIGINT
);

CREATE TABLE file (
  sha256 TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  media TEXT NOT NULL,
  bytes BYTEA NOT NULL
);
CREATE TABLE upload (
  id BIGINT PRIMARY KEY,
  sha256 TEXT NOT NULL REFERENCES file(sha256),
  name TEXT NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  period TEXT NOT NULL DEFAULT '',    -- as given with the file
  indicator TEXT NOT NULL DEFAULT '',
  agency TEXT COLLATE "C" NOT NULL DEFAULT '',
  system TEXT NOT NULL,
  origin TEXT NOT NULL DEFAULT '',    -- what the file says of where its figures come from
  revision BIGINT                    -- the revision that accepted it, null while it waits
);
CREATE TABLE document (
  id BIGINT PRIMARY KEY,
  number TEXT NOT NULL,
  day BIGINT NOT NULL,
  issuer TEXT NOT NULL,
  signer TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  file TEXT REFERENCES file(sha256)
);

CREATE TABLE agency (id TEXT COLLATE "C" PRIMARY KEY);
CREATE TABLE agency_version (
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  name TEXT NOT NULL,
  short TEXT NOT NULL,
  folded TEXT NOT NULL,
  kind TEXT NOT NULL,
  level TEXT NOT NULL,
  parent TEXT NOT NULL,
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  note TEXT NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (agency, from_day, revision)
);
CREATE TABLE agency_code (
  system TEXT NOT NULL,
  code TEXT NOT NULL,
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  verified TEXT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (system, code, agency, from_day, revision)
);
CREATE TABLE agency_alias (
  text TEXT NOT NULL,
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  kind TEXT NOT NULL,
  note TEXT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (text, agency, from_day, revision)
);
CREATE TABLE succession (
  pred TEXT NOT NULL REFERENCES agency(id),
  succ TEXT NOT NULL REFERENCES agency(id),
  on_day BIGINT NOT NULL,
  extent TEXT NOT NULL,
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (pred, succ, on_day, revision)
);
CREATE TABLE block (
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL REFERENCES agency(id),
  level TEXT NOT NULL,
  parts TEXT NOT NULL,   -- codes of the blocks it is made of, space-separated
  special BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (code, revision)
);
CREATE TABLE block_member (
  block TEXT NOT NULL,
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (block, agency, from_day, revision)
);

CREATE TABLE indicator (
  id BIGINT PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  direction TEXT NOT NULL,
  pillar TEXT NOT NULL
);
CREATE TABLE definition (
  id BIGINT NOT NULL,
  indicator BIGINT NOT NULL REFERENCES indicator(id),
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  numerator TEXT NOT NULL,
  denominator TEXT NOT NULL,
  unit TEXT NOT NULL,
  decimals BIGINT NOT NULL,
  accumulation TEXT NOT NULL,
  frequency TEXT NOT NULL,
  reporter TEXT NOT NULL,
  subset TEXT NOT NULL,
  min_n DOUBLE PRECISION,
  ranking_source TEXT NOT NULL,
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  note TEXT NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE TABLE target (
  indicator TEXT NOT NULL,
  scope TEXT NOT NULL,
  year BIGINT NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  unit TEXT NOT NULL,
  act TEXT NOT NULL,
  verified TEXT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (indicator, scope, year, revision)
);
CREATE TABLE scorecard_version (
  id BIGINT NOT NULL,
  code TEXT NOT NULL,
  version TEXT NOT NULL,
  name TEXT NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  block TEXT NOT NULL,
  decimals BIGINT NOT NULL,
  round_order TEXT NOT NULL,
  silence TEXT NOT NULL,
  basis TEXT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE TABLE component (
  scorecard BIGINT NOT NULL,
  code TEXT NOT NULL,
  parent TEXT NOT NULL,
  max_points DOUBLE PRECISION NOT NULL,
  weight DOUBLE PRECISION,
  rule TEXT NOT NULL,
  cap DOUBLE PRECISION,
  on_missing TEXT NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (scorecard, code, revision)
);

CREATE TABLE source (
  id BIGINT PRIMARY KEY,
  system TEXT NOT NULL,
  origin TEXT NOT NULL,
  UNIQUE (system, origin)
);
CREATE TABLE period (
  id BIGINT PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL
);
CREATE TABLE regime (
  id BIGINT PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  owner TEXT NOT NULL REFERENCES agency(id),
  kind TEXT NOT NULL,      -- dinh_ky, chuyen_de, dot_xuat
  cutoff TEXT NOT NULL     -- the rule of its data windows and due dates
);
CREATE TABLE span (
  regime BIGINT NOT NULL REFERENCES regime(id),
  period BIGINT NOT NULL REFERENCES period(id),
  data_from BIGINT NOT NULL,
  data_to BIGINT NOT NULL,
  due BIGINT NOT NULL,
  PRIMARY KEY (regime, period)
);
CREATE TABLE form (
  id BIGINT PRIMARY KEY,
  regime BIGINT NOT NULL REFERENCES regime(id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL
);
CREATE TABLE form_item (
  form BIGINT NOT NULL REFERENCES form(id),
  ord BIGINT NOT NULL,
  indicator BIGINT NOT NULL REFERENCES indicator(id),
  input TEXT NOT NULL,
  PRIMARY KEY (form, ord)
);
CREATE TABLE round (
  id BIGINT PRIMARY KEY,
  regime BIGINT NOT NULL REFERENCES regime(id),
  period BIGINT NOT NULL REFERENCES period(id),
  block TEXT NOT NULL,
  due BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  locked_at BIGINT
);
CREATE TABLE submission (
  id BIGINT PRIMARY KEY,
  round BIGINT NOT NULL REFERENCES round(id),
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  state TEXT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (round, agency)
);
CREATE TABLE submission_cell (
  submission BIGINT NOT NULL REFERENCES submission(id),
  definition BIGINT NOT NULL,
  num DOUBLE PRECISION,
  den DOUBLE PRECISION,
  value DOUBLE PRECISION,
  state SMALLINT NOT NULL,
  bound DOUBLE PRECISION,
  qualifiers SMALLINT NOT NULL,
  note TEXT NOT NULL,
  upload BIGINT,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  account BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (submission, definition)
);
CREATE TABLE submission_event (
  id BIGINT PRIMARY KEY,
  submission BIGINT NOT NULL REFERENCES submission(id),
  at BIGINT NOT NULL,
  account BIGINT NOT NULL,
  action TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE TABLE task (
  id BIGINT PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  document BIGINT REFERENCES document(id),
  programme TEXT NOT NULL
);
CREATE TABLE assignment (
  id BIGINT PRIMARY KEY,
  task BIGINT NOT NULL REFERENCES task(id),
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  lead BIGINT NOT NULL,
  assigned BIGINT NOT NULL,
  due BIGINT,
  nature TEXT NOT NULL,
  UNIQUE (task, agency)
);
CREATE TABLE task_update (
  id BIGINT PRIMARY KEY,
  assignment BIGINT NOT NULL REFERENCES assignment(id),
  revision BIGINT NOT NULL,
  completed BIGINT,
  progress DOUBLE PRECISION,
  text TEXT NOT NULL
);
CREATE TABLE release (
  id BIGINT PRIMARY KEY,
  period BIGINT NOT NULL REFERENCES period(id),
  scope TEXT NOT NULL,
  kind TEXT NOT NULL,
  revision BIGINT NOT NULL,
  embargo BIGINT,
  frozen BYTEA NOT NULL,
  pack_sha256 TEXT NOT NULL,
  supersedes BIGINT
);

-- The facts. Rows are only ever inserted; a correction is a new row under a later revision.
-- No foreign keys here: they would cost more than the insert itself on a million rows;
-- `chiso check` looks for dangling ids instead.
-- state: 0 value, 1 not_applicable, 2 no_denominator, 3 censored_below, 4 withdrawn.
CREATE TABLE observation (
  id BIGINT PRIMARY KEY,
  revision BIGINT NOT NULL,
  period BIGINT NOT NULL,
  definition BIGINT NOT NULL,
  agency TEXT COLLATE "C" NOT NULL,
  source BIGINT NOT NULL,
  num DOUBLE PRECISION,
  den DOUBLE PRECISION,
  value DOUBLE PRECISION,
  state SMALLINT NOT NULL,
  bound DOUBLE PRECISION,
  qualifiers SMALLINT NOT NULL,
  published_rank INTEGER NOT NULL,
  note TEXT NOT NULL,
  upload BIGINT NOT NULL,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  submission BIGINT
);
CREATE UNIQUE INDEX observation_key ON observation (period, definition, source, agency, revision);

-- The current view: the last row of each key. It can be rebuilt from observation.
CREATE TABLE observation_now (
  period BIGINT NOT NULL,
  definition BIGINT NOT NULL,
  source BIGINT NOT NULL,
  agency TEXT COLLATE "C" NOT NULL,
  num DOUBLE PRECISION,
  den DOUBLE PRECISION,
  value DOUBLE PRECISION,
  state SMALLINT NOT NULL,
  bound DOUBLE PRECISION,
  qualifiers SMALLINT NOT NULL,
  published_rank INTEGER NOT NULL,
  observation BIGINT NOT NULL,
  PRIMARY KEY (period, definition, source, agency)
    INCLUDE (num, den, value, state, bound, qualifiers, published_rank, observation)
);
CREATE INDEX observation_now_agency ON observation_now (agency, definition, source, period);

-- How many keys each period, definition and source holds: what there is to choose from.
CREATE TABLE coverage (
  definition BIGINT NOT NULL,
  source BIGINT NOT NULL,
  period BIGINT NOT NULL,
  figures BIGINT NOT NULL,
  PRIMARY KEY (definition, source, period)
);

-- Totals of scorecards over the current view. Ranks are computed, never stored.
CREATE TABLE score_now (
  period BIGINT NOT NULL,
  version BIGINT NOT NULL,
  source BIGINT NOT NULL,
  agency TEXT COLLATE "C" NOT NULL,
  score DOUBLE PRECISION,
  missing TEXT NOT NULL,
  zeroed TEXT NOT NULL,
  silent BIGINT NOT NULL,
  PRIMARY KEY (period, version, source, agency)
);
