-- +goose Up
-- People: who they are, what they may do, how they sign in, and what was done. A name is written in small letters and never changes.

ALTER TABLE account ADD COLUMN post TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN phone TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN email TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN subject TEXT COLLATE "C" NOT NULL DEFAULT '';    -- issuer and subject at the single sign-on
ALTER TABLE account ADD COLUMN totp TEXT COLLATE "C" NOT NULL DEFAULT '';       -- secret of the second factor, '' without one
ALTER TABLE account ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0; -- the last step that was used: no code works twice
ALTER TABLE account ADD COLUMN sample BIGINT NOT NULL DEFAULT 0;    -- made for trying out on this machine

DROP TABLE role_grant;
DROP TABLE session;
DROP TABLE audit;
CREATE TABLE role_grant (
  id BIGINT PRIMARY KEY,
  account BIGINT NOT NULL REFERENCES account(id),
  role TEXT COLLATE "C" NOT NULL,
  agency TEXT COLLATE "C" NOT NULL,  -- and its subtree
  scope TEXT COLLATE "C" NOT NULL,   -- regime or pillar that it is narrowed to, '' for all
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL
);
CREATE INDEX role_grant_account ON role_grant (account);
CREATE TABLE session (
  token_hash TEXT COLLATE "C" PRIMARY KEY,
  account BIGINT NOT NULL, -- 0 until somebody has signed in
  data BYTEA NOT NULL,
  address TEXT COLLATE "C" NOT NULL,
  agent TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE TABLE link (
  token_hash TEXT COLLATE "C" PRIMARY KEY,
  account BIGINT NOT NULL REFERENCES account(id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE recovery_code (
  account BIGINT NOT NULL REFERENCES account(id),
  code_hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (account, code_hash)
);
CREATE TABLE attempt (
  subject TEXT COLLATE "C" PRIMARY KEY, -- a name that was typed, or an address
  failures BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  until BIGINT NOT NULL    -- nobody is asked again before
);

-- Two chains, official and access. Each hash covers the row and the hash before it; audit_head keeps the end of a chain, so that
-- cutting it off shows, and since is the last revision from before there was an audit.
CREATE TABLE audit (
  chain TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  account TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  agency TEXT COLLATE "C" NOT NULL,
  target TEXT COLLATE "C" NOT NULL,
  detail TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  prev_hash TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_at ON audit (at);
CREATE TABLE audit_head (
  chain TEXT COLLATE "C" PRIMARY KEY,
  seq BIGINT NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  since BIGINT NOT NULL
);
INSERT INTO audit_head (chain, seq, hash, since) SELECT 'official', 0, '', COALESCE(MAX(id), 0) FROM revision;
INSERT INTO audit_head (chain, seq, hash, since) VALUES ('access', 0, '', 0);
