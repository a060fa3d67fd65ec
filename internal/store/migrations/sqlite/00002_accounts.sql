-- +goose Up
-- People: who they are, what they may do, how they sign in, and what was done. A name is written in small letters and never changes.

ALTER TABLE account ADD COLUMN post TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN subject TEXT NOT NULL DEFAULT '';    -- issuer and subject at the single sign-on
ALTER TABLE account ADD COLUMN totp TEXT NOT NULL DEFAULT '';       -- secret of the second factor, '' without one
ALTER TABLE account ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0; -- the last step that was used: no code works twice
ALTER TABLE account ADD COLUMN sample INTEGER NOT NULL DEFAULT 0;    -- made for trying out on this machine

DROP TABLE role_grant;
DROP TABLE session;
DROP TABLE audit;
CREATE TABLE role_grant (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account(id),
  role TEXT NOT NULL,
  agency TEXT NOT NULL,  -- and its subtree
  scope TEXT NOT NULL,   -- regime or pillar that it is narrowed to, '' for all
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL
);
CREATE INDEX role_grant_account ON role_grant (account);
CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  account INTEGER NOT NULL, -- 0 until somebody has signed in
  data BLOB NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE TABLE link (
  token_hash TEXT PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account(id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE recovery_code (
  account INTEGER NOT NULL REFERENCES account(id),
  code_hash TEXT NOT NULL,
  PRIMARY KEY (account, code_hash)
);
CREATE TABLE attempt (
  subject TEXT PRIMARY KEY, -- a name that was typed, or an address
  failures INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  until INTEGER NOT NULL    -- nobody is asked again before
);

-- Two chains, official and access. Each hash covers the row and the hash before it; audit_head keeps the end of a chain, so that
-- cutting it off shows, and since is the last revision from before there was an audit.
CREATE TABLE audit (
  chain TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  account TEXT NOT NULL,
  action TEXT NOT NULL,
  agency TEXT NOT NULL,
  target TEXT NOT NULL,
  detail TEXT NOT NULL,
  revision INTEGER NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_at ON audit (at);
CREATE TABLE audit_head (
  chain TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  since INTEGER NOT NULL
);
INSERT INTO audit_head (chain, seq, hash, since) SELECT 'official', 0, '', COALESCE(MAX(id), 0) FROM revision;
INSERT INTO audit_head (chain, seq, hash, since) VALUES ('access', 0, '', 0);
