-- +goose Up
-- How the tables of an agency are read: what a heading, or the name of a line, was taken for by somebody. No official change: no figure
-- follows from it alone.
CREATE TABLE heading_match (
  id BIGINT PRIMARY KEY,
  agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id),
  kind TEXT COLLATE "C" NOT NULL,        -- column, line
  heading TEXT COLLATE "C" NOT NULL,     -- folded
  shown TEXT COLLATE "C" NOT NULL,       -- as the table has it
  fingerprint TEXT COLLATE "C" NOT NULL, -- SHA-256 of the folded headings of the table
  reads TEXT COLLATE "C" NOT NULL,       -- CPS08.num; '' when it is not to be read
  file TEXT COLLATE "C" NOT NULL,        -- name of the file where it was confirmed
  account BIGINT NOT NULL REFERENCES account(id),
  at BIGINT NOT NULL,
  revision BIGINT NOT NULL,              -- of the data at that moment
  revoked_at BIGINT NOT NULL DEFAULT 0,  -- 0 while it holds
  revoked_by BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX heading_match_of ON heading_match (agency, revoked_at);
CREATE INDEX heading_match_like ON heading_match (heading, revoked_at);
-- What the one who gave a file said of its columns and lines, a line each.
ALTER TABLE upload ADD COLUMN choices TEXT COLLATE "C" NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE upload DROP COLUMN choices;
DROP TABLE heading_match;
