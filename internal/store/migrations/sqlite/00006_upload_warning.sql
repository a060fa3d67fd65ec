-- +goose Up
-- The warnings with which a file was accepted, and what was said to them.
CREATE TABLE upload_warning (
  upload INTEGER NOT NULL REFERENCES upload(id),
  seq INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  figure TEXT NOT NULL,      -- the cell of the figure that it is about, '' when it is about none
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  explanation TEXT NOT NULL, -- '' when nobody said why: published tables by the command line
  PRIMARY KEY (upload, seq)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE upload_warning;
