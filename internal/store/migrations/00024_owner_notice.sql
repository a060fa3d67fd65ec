-- +goose Up
-- What one person alone is told: what was done to the own account.
ALTER TABLE notice ADD COLUMN account BIGINT NOT NULL DEFAULT 0; -- 0: everybody who reads the agency's figures
CREATE INDEX notice_account ON notice (account, id);

-- +goose Down
DROP INDEX notice_account;
ALTER TABLE notice DROP COLUMN account;
