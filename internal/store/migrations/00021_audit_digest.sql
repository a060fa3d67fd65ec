-- +goose Up
-- What the rows were that a line of the audit is about: the digests of a line are covered by its own hash. `chiso migrate` writes the
-- first ones of what is there already.
ALTER TABLE audit ADD COLUMN digest TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE TABLE audit_digest (
  chain TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  object TEXT COLLATE "C" NOT NULL,
  digest TEXT COLLATE "C" NOT NULL,   -- '' of what is gone
  PRIMARY KEY (chain, seq, object)
);
CREATE INDEX audit_digest_object ON audit_digest (object, seq);
CREATE INDEX audit_revision ON audit (revision);
CREATE INDEX task_version_superseded ON task_version (superseded);
CREATE INDEX assignment_version_superseded ON assignment_version (superseded);
CREATE INDEX assignment_change_revision ON assignment_change (revision);
CREATE INDEX assignment_change_superseded ON assignment_change (superseded);
CREATE INDEX task_update_revision ON task_update (revision);
CREATE INDEX task_request_revision ON task_request (revision);
CREATE INDEX task_decision_revision ON task_decision (revision);
CREATE INDEX round_event_revision ON round_event (revision);

-- +goose Down
DROP INDEX round_event_revision;
DROP INDEX task_decision_revision;
DROP INDEX task_request_revision;
DROP INDEX task_update_revision;
DROP INDEX assignment_change_superseded;
DROP INDEX assignment_change_revision;
DROP INDEX assignment_version_superseded;
DROP INDEX task_version_superseded;
DROP INDEX audit_revision;
DROP TABLE audit_digest;
ALTER TABLE audit DROP COLUMN digest;
