-- +goose Up
-- Times are integer UTC microseconds, days are yyyymmdd with 101 and 99991231 for open ends, flags are 0/1.
-- Text is compared by its bytes, whatever the database's own collation, as SQLite does.
-- Numbers are doubles that stand for their 15 significant digits (vi.Decimal).
-- Catalogue rows are never changed: a new version is a new row under a new revision, and the old one
-- gets the revision that superseded it (9223372036854775807 while it holds), so that the catalogue of
-- any revision can be read back.

CREATE TABLE revision (
  id BIGINT PRIMARY KEY,
  at BIGINT NOT NULL UNIQUE,
  account BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  catalogue BIGINT NOT NULL,   -- 1 when agencies, definitions, targets or scorecards changed
  last_observation BIGINT NOT NULL -- the highest observation id given so far: ids are never given twice
);

CREATE TABLE account (
  id BIGINT PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL UNIQUE,
  full_name TEXT COLLATE "C" NOT NULL DEFAULT '',
  agency TEXT COLLATE "C" NOT NULL DEFAULT '',
  kind TEXT COLLATE "C" NOT NULL, -- local: the command line of this machine; person
  password TEXT COLLATE "C" NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  disabled_at BIGINT
);
CREATE TABLE role_grant (
  account BIGINT NOT NULL REFERENCES account(id),
  role TEXT COLLATE "C" NOT NULL,
  agency TEXT COLLATE "C" NOT NULL, -- and its subtree
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  PRIMARY KEY (account, role, agency, from_day)
);
CREATE TABLE session (
  token_hash TEXT COLLATE "C" PRIMARY KEY,
  account BIGINT REFERENCES account(id),
  data BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE TABLE audit (
  chain TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  account BIGINT,
  action TEXT COLLATE "C" NOT NULL,
  detail TEXT COLLATE "C" NOT NULL,
  prev_hash TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE TABLE job (
  id BIGINT PRIMARY KEY,
  kind TEXT COLLATE "C" NOT NULL,
  input TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  progress BIGINT NOT NULL DEFAULT 0,
  attempts BIGINT NOT NULL DEFAULT 0,
  lease_until BIGINT,
  error TEXT COLLATE "C" NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  finished_at BIGINT
);

CREATE TABLE file (
  sha256 TEXT COLLATE "C" PRIMARY KEY,
  size BIGINT NOT NULL,
  media TEXT COLLATE "C" NOT NULL,
  bytes BYTEA NOT NULL
);
CREATE TABLE upload (
  id BIGINT PRIMARY KEY,
  sha256 TEXT COLLATE "C" NOT NULL REFERENCES file(sha256),
  name TEXT COLLATE "C" NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  period TEXT COLLATE "C" NOT NULL DEFAULT '',    -- as given with the file
  indicator TEXT COLLATE "C" NOT NULL DEFAULT '',
  agency TEXT COLLATE "C" NOT NULL DEFAULT '',
  system TEXT COLLATE "C" NOT NULL,
  origin TEXT COLLATE "C" NOT NULL DEFAULT '',    -- what the file says of where its figures come from
  fresh BIGINT NOT NULL DEFAULT 0,   -- what accepting it did: figures that were new, replaced others, were the same
  superseded BIGINT NOT NULL DEFAULT 0,
  unchanged BIGINT NOT NULL DEFAULT 0,
  revision BIGINT                    -- the revision that accepted it, null while it waits
);
CREATE TABLE document (
  id BIGINT PRIMARY KEY,
  number TEXT COLLATE "C" NOT NULL,
  day BIGINT NOT NULL,
  issuer TEXT COLLATE "C" NOT NULL,
  signer TEXT COLLATE "C" NOT NULL DEFAULT '',
  title TEXT COLLATE "C" NOT NULL DEFAULT '',
  file TEXT COLLATE "C" REFERENCES file(sha256)
);

CREATE TABLE agency (id TEXT COLLATE "C" PRIMARY KEY);
CREATE TABLE agency_version (
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  short TEXT COLLATE "C" NOT NULL,
  folded TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  level TEXT COLLATE "C" NOT NULL,
  parent TEXT COLLATE "C" NOT NULL,
  basis TEXT COLLATE "C" NOT NULL,
  verified TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (agency, from_day, revision)
);
CREATE TABLE agency_code (
  system TEXT COLLATE "C" NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  verified TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (system, code, agency, from_day, revision)
);
CREATE TABLE agency_alias (
  text TEXT COLLATE "C" NOT NULL,
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (text, agency, from_day, revision)
);
CREATE TABLE succession (
  pred TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  succ TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  on_day BIGINT NOT NULL,
  extent TEXT COLLATE "C" NOT NULL,
  basis TEXT COLLATE "C" NOT NULL,
  verified TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (pred, succ, on_day, revision)
);
CREATE TABLE block (
  code TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  owner TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  level TEXT COLLATE "C" NOT NULL,
  parts TEXT COLLATE "C" NOT NULL,   -- codes of the blocks it is made of, space-separated
  special BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (code, revision)
);
CREATE TABLE block_member (
  block TEXT COLLATE "C" NOT NULL,
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  basis TEXT COLLATE "C" NOT NULL,
  verified TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (block, agency, from_day, revision)
);

CREATE TABLE indicator (
  id BIGINT PRIMARY KEY,
  code TEXT COLLATE "C" NOT NULL UNIQUE,
  kind TEXT COLLATE "C" NOT NULL,
  direction TEXT COLLATE "C" NOT NULL
);
CREATE TABLE definition (
  id BIGINT NOT NULL,
  indicator BIGINT NOT NULL REFERENCES indicator(id),
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  name_en TEXT COLLATE "C" NOT NULL,
  pillar TEXT COLLATE "C" NOT NULL,
  numerator TEXT COLLATE "C" NOT NULL,
  denominator TEXT COLLATE "C" NOT NULL,
  unit TEXT COLLATE "C" NOT NULL,
  decimals BIGINT NOT NULL,
  accumulation TEXT COLLATE "C" NOT NULL,
  frequency TEXT COLLATE "C" NOT NULL,
  reporter TEXT COLLATE "C" NOT NULL,
  subset TEXT COLLATE "C" NOT NULL,
  max_value DOUBLE PRECISION,        -- largest possible value of a score
  signed BIGINT NOT NULL,   -- growth rates may be below 0
  min_n DOUBLE PRECISION,
  ranking_source TEXT COLLATE "C" NOT NULL,
  basis TEXT COLLATE "C" NOT NULL,
  verified TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE TABLE target (
  indicator TEXT COLLATE "C" NOT NULL,
  scope TEXT COLLATE "C" NOT NULL,
  year BIGINT NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  unit TEXT COLLATE "C" NOT NULL,
  act TEXT COLLATE "C" NOT NULL,
  verified TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (indicator, scope, year, revision)
);
CREATE TABLE scorecard_version (
  id BIGINT NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  version TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  block TEXT COLLATE "C" NOT NULL,
  decimals BIGINT NOT NULL,
  round_order TEXT COLLATE "C" NOT NULL,
  silence TEXT COLLATE "C" NOT NULL,
  basis TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE TABLE component (
  scorecard BIGINT NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  parent TEXT COLLATE "C" NOT NULL,
  max_points DOUBLE PRECISION NOT NULL,
  weight DOUBLE PRECISION,
  rule TEXT COLLATE "C" NOT NULL,
  cap DOUBLE PRECISION,
  on_missing TEXT COLLATE "C" NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (scorecard, code, revision)
);

CREATE TABLE source (
  id BIGINT PRIMARY KEY,
  system TEXT COLLATE "C" NOT NULL,
  origin TEXT COLLATE "C" NOT NULL,
  UNIQUE (system, origin)
);
CREATE TABLE period (
  id BIGINT PRIMARY KEY,
  key TEXT COLLATE "C" NOT NULL UNIQUE,
  kind TEXT COLLATE "C" NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL
);
CREATE TABLE regime (
  id BIGINT PRIMARY KEY,
  code TEXT COLLATE "C" NOT NULL UNIQUE,
  name TEXT COLLATE "C" NOT NULL,
  owner TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  kind TEXT COLLATE "C" NOT NULL,      -- dinh_ky, chuyen_de, dot_xuat
  cutoff TEXT COLLATE "C" NOT NULL     -- the rule of its data windows and due dates
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
  code TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL
);
CREATE TABLE form_item (
  form BIGINT NOT NULL REFERENCES form(id),
  ord BIGINT NOT NULL,
  indicator BIGINT NOT NULL REFERENCES indicator(id),
  input TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (form, ord)
);
CREATE TABLE round (
  id BIGINT PRIMARY KEY,
  regime BIGINT NOT NULL REFERENCES regime(id),
  period BIGINT NOT NULL REFERENCES period(id),
  block TEXT COLLATE "C" NOT NULL,
  due BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  locked_at BIGINT
);
CREATE TABLE submission (
  id BIGINT PRIMARY KEY,
  round BIGINT NOT NULL REFERENCES round(id),
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  state TEXT COLLATE "C" NOT NULL,
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
  note TEXT COLLATE "C" NOT NULL,
  upload BIGINT,
  sheet TEXT COLLATE "C" NOT NULL,
  cell TEXT COLLATE "C" NOT NULL,
  account BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (submission, definition)
);
CREATE TABLE submission_event (
  id BIGINT PRIMARY KEY,
  submission BIGINT NOT NULL REFERENCES submission(id),
  at BIGINT NOT NULL,
  account BIGINT NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL
);
CREATE TABLE task (
  id BIGINT PRIMARY KEY,
  code TEXT COLLATE "C" NOT NULL UNIQUE,
  title TEXT COLLATE "C" NOT NULL,
  document BIGINT REFERENCES document(id),
  programme TEXT COLLATE "C" NOT NULL
);
CREATE TABLE assignment (
  id BIGINT PRIMARY KEY,
  task BIGINT NOT NULL REFERENCES task(id),
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  lead BIGINT NOT NULL,
  assigned BIGINT NOT NULL,
  due BIGINT,
  nature TEXT COLLATE "C" NOT NULL,
  UNIQUE (task, agency)
);
CREATE TABLE task_update (
  id BIGINT PRIMARY KEY,
  assignment BIGINT NOT NULL REFERENCES assignment(id),
  revision BIGINT NOT NULL,
  completed BIGINT,
  progress DOUBLE PRECISION,
  text TEXT COLLATE "C" NOT NULL
);
CREATE TABLE release (
  id BIGINT PRIMARY KEY,
  period BIGINT NOT NULL REFERENCES period(id),
  scope TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  embargo BIGINT,
  frozen BYTEA NOT NULL,
  pack_sha256 TEXT COLLATE "C" NOT NULL,
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
  note TEXT COLLATE "C" NOT NULL,
  upload BIGINT NOT NULL,
  sheet TEXT COLLATE "C" NOT NULL,
  cell TEXT COLLATE "C" NOT NULL,
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
    /*postgres: INCLUDE (num, den, value, state, bound, qualifiers, published_rank, observation)*/
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX observation_now_agency ON observation_now (agency, definition, source, period);

-- How many keys each period, definition and source holds: what there is to choose from.
CREATE TABLE coverage (
  definition BIGINT NOT NULL,
  source BIGINT NOT NULL,
  period BIGINT NOT NULL,
  figures BIGINT NOT NULL,
  PRIMARY KEY (definition, source, period)
) /*sqlite: WITHOUT ROWID*/;

-- Totals of scorecards over the current view. Ranks are computed, never stored.
CREATE TABLE score_now (
  period BIGINT NOT NULL,
  version BIGINT NOT NULL,
  source BIGINT NOT NULL,
  agency TEXT COLLATE "C" NOT NULL,
  score DOUBLE PRECISION,
  missing TEXT COLLATE "C" NOT NULL,
  zeroed TEXT COLLATE "C" NOT NULL,
  silent BIGINT NOT NULL,
  PRIMARY KEY (period, version, source, agency)
) /*sqlite: WITHOUT ROWID*/;
