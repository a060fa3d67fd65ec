-- +goose Up
-- Who reports what by when. Regimes, forms, days off and names of committees are catalogue rows like those of 00001; rounds are
-- rows that change, and every change of one is a row of round_event.

DROP TABLE IF EXISTS submission_event;
DROP TABLE IF EXISTS submission_cell;
DROP TABLE IF EXISTS submission;
DROP TABLE round;
DROP TABLE form_item;
DROP TABLE form;
DROP TABLE span;
DROP TABLE regime;

ALTER TABLE revision ADD COLUMN document INTEGER NOT NULL DEFAULT 0; -- the act that ordered the change

CREATE TABLE regime (
  code TEXT NOT NULL,
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL REFERENCES agency(id),
  kind TEXT NOT NULL,      -- dinh_ky, chuyen_de, dot_xuat
  frequency TEXT NOT NULL, -- kind of period, '' for any
  cutoff TEXT NOT NULL,    -- the rules of its data windows …
  due TEXT NOT NULL,       -- … and due dates
  blocks TEXT NOT NULL,    -- who usually reports, space-separated
  outline TEXT NOT NULL,   -- narrative sections, one a line
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  note TEXT NOT NULL,
  ord INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (code, from_day, revision)
);
CREATE TABLE form (
  id INTEGER NOT NULL,
  regime TEXT NOT NULL,
  code TEXT NOT NULL,
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  name TEXT NOT NULL,
  round INTEGER NOT NULL, -- the ad hoc round it was made for, 0 for a form of the regime
  basis TEXT NOT NULL,
  ord INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE TABLE form_item (
  form INTEGER NOT NULL,
  indicator TEXT NOT NULL,
  ord INTEGER NOT NULL,
  input TEXT NOT NULL,
  optional INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (form, indicator, revision)
);
CREATE TABLE holiday (
  day INTEGER NOT NULL,
  kind TEXT NOT NULL, -- holiday, substitute, swap_off, swap_work
  name TEXT NOT NULL,
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (day, revision)
);
CREATE TABLE body (
  role TEXT NOT NULL, -- committee, office
  owner TEXT NOT NULL REFERENCES agency(id),
  scope TEXT NOT NULL, -- regime or pillar it is narrowed to, '' for all
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  name TEXT NOT NULL,
  short TEXT NOT NULL,
  agency TEXT NOT NULL, -- that is the office, '' for a committee
  basis TEXT NOT NULL,
  verified TEXT NOT NULL,
  revision INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (role, owner, scope, from_day, revision)
);

CREATE TABLE contact (
  agency TEXT NOT NULL REFERENCES agency(id),
  ord INTEGER NOT NULL,
  name TEXT NOT NULL,
  position TEXT NOT NULL,
  phone TEXT NOT NULL,
  email TEXT NOT NULL,
  deputy INTEGER NOT NULL,
  PRIMARY KEY (agency, ord)
);

CREATE TABLE round (
  id INTEGER PRIMARY KEY,
  regime TEXT NOT NULL,
  name TEXT NOT NULL,
  period INTEGER NOT NULL REFERENCES period(id),
  blocks TEXT NOT NULL, -- who owes, space-separated; '' when round_agency says
  data_from INTEGER NOT NULL,
  data_to INTEGER NOT NULL,
  due_day INTEGER NOT NULL,
  due_minute INTEGER NOT NULL, -- after midnight in Viet Nam, 0 for the end of the day
  opened_at INTEGER NOT NULL,
  locked_at INTEGER NOT NULL,  -- 0 while it is open
  document INTEGER NOT NULL    -- that asks for it, 0 for none
);
CREATE TABLE round_agency (
  round INTEGER NOT NULL REFERENCES round(id),
  agency TEXT NOT NULL REFERENCES agency(id),
  PRIMARY KEY (round, agency)
);
CREATE TABLE round_event (
  id INTEGER PRIMARY KEY,
  round INTEGER NOT NULL REFERENCES round(id),
  revision INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account(id),
  action TEXT NOT NULL, -- opened, changed, extended, locked, unlocked
  agency TEXT NOT NULL, -- of an extension
  data_from INTEGER NOT NULL,
  data_to INTEGER NOT NULL,
  due_day INTEGER NOT NULL,
  due_minute INTEGER NOT NULL,
  reason TEXT NOT NULL,
  document INTEGER NOT NULL
);
CREATE INDEX round_event_round ON round_event (round);
