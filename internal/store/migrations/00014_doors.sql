-- +goose Up
-- Browsers at which somebody has signed in to an account: failures elsewhere do not keep them out. Of what the browser keeps, the hash.
CREATE TABLE device (
  token_hash TEXT COLLATE "C" NOT NULL,
  account BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (token_hash, account)
);
CREATE INDEX device_account ON device (account);
-- Whose password was right and whose code has to follow, 0 for none: a new password ends such a session too.
ALTER TABLE session ADD COLUMN pending BIGINT NOT NULL DEFAULT 0;
-- Subjects have other names now.
DELETE FROM attempt;

-- +goose Down
ALTER TABLE session DROP COLUMN pending;
DROP TABLE device;
