-- +goose Up
-- The warnings with which a file was accepted, and what was said to them.
CREATE TABLE upload_warning (
  upload BIGINT NOT NULL REFERENCES upload(id),
  seq BIGINT NOT NULL,
  sheet TEXT COLLATE "C" NOT NULL,
  cell TEXT COLLATE "C" NOT NULL,
  figure TEXT COLLATE "C" NOT NULL,      -- the cell of the figure that it is about, '' when it is about none
  code TEXT COLLATE "C" NOT NULL,
  message TEXT COLLATE "C" NOT NULL,
  explanation TEXT COLLATE "C" NOT NULL, -- '' when nobody said why: published tables by the command line
  PRIMARY KEY (upload, seq)
) /*sqlite: WITHOUT ROWID*/;

-- +goose Down
DROP TABLE upload_warning;
