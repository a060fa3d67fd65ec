-- +goose Up
-- Times are integer UTC microseconds, days are yyyymmdd with 101 and 99991231 for open ends, flags are 0/1.
-- Numbers are doubles that stand for their 15 significant digits (vi.Decimal).
-- Catalogue rows are never changed: a new version is a new row under a new revision, and the old one
-- gets the revision that superseded it (9223372036854775807 while it holds), so that the catalogue of
-- any revision can be read back.

CREATE TABLE revision (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL UNIQUE,
  account INTEGER NOT NULL,
  reason TEXT NOT NULL,
  catalogue INTEGER NOT NULL,   -- 1 when agencies, definitions, targets or scorecards changed
  last_observation INTEGER NOT NULL -- the highest observation id given so far: ids are never given twice
);

CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  full_name TEXT NOT NULL DEFAULT '',
  agency TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL, -- local: the command line of this machine; person
  password TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  disabled_at INTEGER
);
CREATE TABLE role_grant (
  account INTEGER NOT NULL REFERENCES account(id),
  role TEXT NOT NULL,
  agency TEXT NOT NULL, -- and its subtree
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  PRIMARY KEY (account, role, agency, from_day)
);
CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  account INTEGER REFERENCES account(id),
  data BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE TABLE audit (
  chain TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  account INTEGER,
  action TEXT NOT NULL,
  detail TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  input TEXT NOT NULL,
  state TEXT NOT NULL,
  progress INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER,
  error TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  finished_at INTEGER
);

CREATE TABLE file (
  sha256 TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  media TEXT NOT NULL,
  bytes BLOB NOT NULL
);
CREATE TABLE upload (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL REFERENCES file(sha256),
  name TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  at INTEGER NOT NULL,
  period TEXT NOT NULL DEFAULT '',    -- as given with the file
  indicator TEXT NOT NULL DEFAULT '',
  agency TEXT NOT NULL DEFAULT '',
  system TEXT NOT NULL,
  origin TEXT NOT NULL DEFAULT '',    -- what the file says of where its figures come from
  fresh INTEGER NOT NULL DEFAULT 0,   -- what accepting it did: figures that were new, replaced others, were the same
  superseded INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  revision INTEGER                    -- the revision that accepted it, null while it waits
);
CREATE TABLE document (
  id INTEGER PRIMARY KEY,
  number TEXT NOT NULL,
  day INTEGER NOT NULL,
  issuer TEXT NOT NULL,
  signer TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  file TEXT REFERENCES file(sha256)
);

CREATE TABLE agency (id TEXT PRIMARY KEY);
CREATE TABLE agency_version (
  agency TEXT NOT NULL REFERENCES agency(id),
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  name TEXT NOT NULL,
  short TEXT NOT NULL,
  folded TEXT NOT NULL,
  kind TEXT NOT NULL,
  level TEXT NOT NULL,
  parent TEXT NOT NULL,
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  note TEXT NOT NULL,
  ord INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (agency, from_day, revision)
);
CREATE TABLE agency_code (
  system TEXT NOT NULL,
  code TEXT NOT NULL,
  agency TEXT NOT NULL REFERENCES agency(id),
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  verified TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (system, code, agency, from_day, revision)
);
CREATE TABLE agency_alias (
  text TEXT NOT NULL,
  agency TEXT NOT NULL REFERENCES agency(id),
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  kind TEXT NOT NULL,
  note TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (text, agency, from_day, revision)
);
CREATE TABLE succession (
  pred TEXT NOT NULL REFERENCES agency(id),
  succ TEXT NOT NULL REFERENCES agency(id),
  on_day INTEGER NOT NULL,
  extent TEXT NOT NULL,
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (pred, succ, on_day, revision)
);
CREATE TABLE block (
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL REFERENCES agency(id),
  level TEXT NOT NULL,
  parts TEXT NOT NULL,   -- codes of the blocks it is made of, space-separated
  special INTEGER NOT NULL,
  ord INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (code, revision)
);
CREATE TABLE block_member (
  block TEXT NOT NULL,
  agency TEXT NOT NULL REFERENCES agency(id),
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (block, agency, from_day, revision)
);

CREATE TABLE indicator (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  direction TEXT NOT NULL
);
CREATE TABLE definition (
  id INTEGER NOT NULL,
  indicator INTEGER NOT NULL REFERENCES indicator(id),
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  pillar TEXT NOT NULL,
  numerator TEXT NOT NULL,
  denominator TEXT NOT NULL,
  unit TEXT NOT NULL,
  decimals INTEGER NOT NULL,
  accumulation TEXT NOT NULL,
  frequency TEXT NOT NULL,
  reporter TEXT NOT NULL,
  subset TEXT NOT NULL,
  max_value REAL,        -- largest possible value of a score
  signed INTEGER NOT NULL,   -- growth rates may be below 0
  min_n REAL,
  ranking_source TEXT NOT NULL,
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  note TEXT NOT NULL,
  ord INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE TABLE target (
  indicator TEXT NOT NULL,
  scope TEXT NOT NULL,
  year INTEGER NOT NULL,
  value REAL NOT NULL,
  unit TEXT NOT NULL,
  act TEXT NOT NULL,
  verified TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (indicator, scope, year, revision)
);
CREATE TABLE scorecard_version (
  id INTEGER NOT NULL,
  code TEXT NOT NULL,
  version TEXT NOT NULL,
  name TEXT NOT NULL,
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  block TEXT NOT NULL,
  decimals INTEGER NOT NULL,
  round_order TEXT NOT NULL,
  silence TEXT NOT NULL,
  basis TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE TABLE component (
  scorecard INTEGER NOT NULL,
  code TEXT NOT NULL,
  parent TEXT NOT NULL,
  max_points REAL NOT NULL,
  weight REAL,
  rule TEXT NOT NULL,
  cap REAL,
  on_missing TEXT NOT NULL,
  ord INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (scorecard, code, revision)
);

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  system TEXT NOT NULL,
  origin TEXT NOT NULL,
  UNIQUE (system, origin)
);
CREATE TABLE period (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL
);
CREATE TABLE regime (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  owner TEXT NOT NULL REFERENCES agency(id),
  kind TEXT NOT NULL,      -- dinh_ky, chuyen_de, dot_xuat
  cutoff TEXT NOT NULL     -- the rule of its data windows and due dates
);
CREATE TABLE span (
  regime INTEGER NOT NULL REFERENCES regime(id),
  period INTEGER NOT NULL REFERENCES period(id),
  data_from INTEGER NOT NULL,
  data_to INTEGER NOT NULL,
  due INTEGER NOT NULL,
  PRIMARY KEY (regime, period)
);
CREATE TABLE form (
  id INTEGER PRIMARY KEY,
  regime INTEGER NOT NULL REFERENCES regime(id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL
);
CREATE TABLE form_item (
  form INTEGER NOT NULL REFERENCES form(id),
  ord INTEGER NOT NULL,
  indicator INTEGER NOT NULL REFERENCES indicator(id),
  input TEXT NOT NULL,
  PRIMARY KEY (form, ord)
);
CREATE TABLE round (
  id INTEGER PRIMARY KEY,
  regime INTEGER NOT NULL REFERENCES regime(id),
  period INTEGER NOT NULL REFERENCES period(id),
  block TEXT NOT NULL,
  due INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  locked_at INTEGER
);
CREATE TABLE submission (
  id INTEGER PRIMARY KEY,
  round INTEGER NOT NULL REFERENCES round(id),
  agency TEXT NOT NULL REFERENCES agency(id),
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (round, agency)
);
CREATE TABLE submission_cell (
  submission INTEGER NOT NULL REFERENCES submission(id),
  definition INTEGER NOT NULL,
  num REAL,
  den REAL,
  value REAL,
  state INTEGER NOT NULL,
  bound REAL,
  qualifiers INTEGER NOT NULL,
  note TEXT NOT NULL,
  upload INTEGER,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  account INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (submission, definition)
);
CREATE TABLE submission_event (
  id INTEGER PRIMARY KEY,
  submission INTEGER NOT NULL REFERENCES submission(id),
  at INTEGER NOT NULL,
  account INTEGER NOT NULL,
  action TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE TABLE task (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  document INTEGER REFERENCES document(id),
  programme TEXT NOT NULL
);
CREATE TABLE assignment (
  id INTEGER PRIMARY KEY,
  task INTEGER NOT NULL REFERENCES task(id),
  agency TEXT NOT NULL REFERENCES agency(id),
  lead INTEGER NOT NULL,
  assigned INTEGER NOT NULL,
  due INTEGER,
  nature TEXT NOT NULL,
  UNIQUE (task, agency)
);
CREATE TABLE task_update (
  id INTEGER PRIMARY KEY,
  assignment INTEGER NOT NULL REFERENCES assignment(id),
  revision INTEGER NOT NULL,
  completed INTEGER,
  progress REAL,
  text TEXT NOT NULL
);
CREATE TABLE release (
  id INTEGER PRIMARY KEY,
  period INTEGER NOT NULL REFERENCES period(id),
  scope TEXT NOT NULL,
  kind TEXT NOT NULL,
  revision INTEGER NOT NULL,
  embargo INTEGER,
  frozen BLOB NOT NULL,
  pack_sha256 TEXT NOT NULL,
  supersedes INTEGER
);

-- The facts. Rows are only ever inserted; a correction is a new row under a later revision.
-- No foreign keys here: they would cost more than the insert itself on a million rows;
-- `chiso check` looks for dangling ids instead.
-- state: 0 value, 1 not_applicable, 2 no_denominator, 3 censored_below, 4 withdrawn.
CREATE TABLE observation (
  id INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  period INTEGER NOT NULL,
  definition INTEGER NOT NULL,
  agency TEXT NOT NULL,
  source INTEGER NOT NULL,
  num REAL,
  den REAL,
  value REAL,
  state INTEGER NOT NULL,
  bound REAL,
  qualifiers INTEGER NOT NULL,
  published_rank INTEGER NOT NULL,
  note TEXT NOT NULL,
  upload INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  submission INTEGER
);
CREATE UNIQUE INDEX observation_key ON observation (period, definition, source, agency, revision);

-- The current view: the last row of each key. It can be rebuilt from observation.
CREATE TABLE observation_now (
  period INTEGER NOT NULL,
  definition INTEGER NOT NULL,
  source INTEGER NOT NULL,
  agency TEXT NOT NULL,
  num REAL,
  den REAL,
  value REAL,
  state INTEGER NOT NULL,
  bound REAL,
  qualifiers INTEGER NOT NULL,
  published_rank INTEGER NOT NULL,
  observation INTEGER NOT NULL,
  PRIMARY KEY (period, definition, source, agency)
) WITHOUT ROWID;
CREATE INDEX observation_now_agency ON observation_now (agency, definition, source, period);

-- How many keys each period, definition and source holds: what there is to choose from.
CREATE TABLE coverage (
  definition INTEGER NOT NULL,
  source INTEGER NOT NULL,
  period INTEGER NOT NULL,
  figures INTEGER NOT NULL,
  PRIMARY KEY (definition, source, period)
) WITHOUT ROWID;

-- Totals of scorecards over the current view. Ranks are computed, never stored.
CREATE TABLE score_now (
  period INTEGER NOT NULL,
  version INTEGER NOT NULL,
  source INTEGER NOT NULL,
  agency TEXT NOT NULL,
  score REAL,
  missing TEXT NOT NULL,
  zeroed TEXT NOT NULL,
  silent INTEGER NOT NULL,
  PRIMARY KEY (period, version, source, agency)
) WITHOUT ROWID;
