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

ALTER TABLE revision ADD COLUMN document BIGINT NOT NULL DEFAULT 0; -- the act that ordered the change

CREATE TABLE regime (
  code TEXT COLLATE "C" NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  owner TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  kind TEXT COLLATE "C" NOT NULL,      -- dinh_ky, chuyen_de, dot_xuat
  frequency TEXT COLLATE "C" NOT NULL, -- kind of period, '' for any
  cutoff TEXT COLLATE "C" NOT NULL,    -- the rules of its data windows …
  due TEXT COLLATE "C" NOT NULL,       -- … and due dates
  blocks TEXT COLLATE "C" NOT NULL,    -- who usually reports, space-separated
  outline TEXT COLLATE "C" NOT NULL,   -- narrative sections, one a line
  basis TEXT COLLATE "C" NOT NULL,
  verified TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (code, from_day, revision)
);
CREATE TABLE form (
  id BIGINT NOT NULL,
  regime TEXT COLLATE "C" NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  round BIGINT NOT NULL, -- the ad hoc round it was made for, 0 for a form of the regime
  basis TEXT COLLATE "C" NOT NULL,
  ord BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (id, revision)
);
CREATE TABLE form_item (
  form BIGINT NOT NULL,
  indicator TEXT COLLATE "C" NOT NULL,
  ord BIGINT NOT NULL,
  input TEXT COLLATE "C" NOT NULL,
  optional BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (form, indicator, revision)
);
CREATE TABLE holiday (
  day BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL, -- holiday, substitute, swap_off, swap_work
  name TEXT COLLATE "C" NOT NULL,
  basis TEXT COLLATE "C" NOT NULL,
  verified TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (day, revision)
);
CREATE TABLE body (
  role TEXT COLLATE "C" NOT NULL, -- committee, office
  owner TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  scope TEXT COLLATE "C" NOT NULL, -- regime or pillar it is narrowed to, '' for all
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  short TEXT COLLATE "C" NOT NULL,
  agency TEXT COLLATE "C" NOT NULL, -- that is the office, '' for a committee
  basis TEXT COLLATE "C" NOT NULL,
  verified TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  PRIMARY KEY (role, owner, scope, from_day, revision)
);

CREATE TABLE contact (
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  ord BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  position TEXT COLLATE "C" NOT NULL,
  phone TEXT COLLATE "C" NOT NULL,
  email TEXT COLLATE "C" NOT NULL,
  deputy BIGINT NOT NULL,
  PRIMARY KEY (agency, ord)
);

CREATE TABLE round (
  id BIGINT PRIMARY KEY,
  regime TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  period BIGINT NOT NULL REFERENCES period(id),
  blocks TEXT COLLATE "C" NOT NULL, -- who owes, space-separated; '' when round_agency says
  data_from BIGINT NOT NULL,
  data_to BIGINT NOT NULL,
  due_day BIGINT NOT NULL,
  due_minute BIGINT NOT NULL, -- after midnight in Viet Nam, 0 for the end of the day
  opened_at BIGINT NOT NULL,
  locked_at BIGINT NOT NULL,  -- 0 while it is open
  document BIGINT NOT NULL    -- that asks for it, 0 for none
);
CREATE TABLE round_agency (
  round BIGINT NOT NULL REFERENCES round(id),
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  PRIMARY KEY (round, agency)
);
CREATE TABLE round_event (
  id BIGINT PRIMARY KEY,
  round BIGINT NOT NULL REFERENCES round(id),
  revision BIGINT NOT NULL,
  account BIGINT NOT NULL REFERENCES account(id),
  action TEXT COLLATE "C" NOT NULL, -- opened, changed, extended, locked, unlocked
  agency TEXT COLLATE "C" NOT NULL, -- of an extension
  data_from BIGINT NOT NULL,
  data_to BIGINT NOT NULL,
  due_day BIGINT NOT NULL,
  due_minute BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  document BIGINT NOT NULL
);
CREATE INDEX round_event_round ON round_event (round);
