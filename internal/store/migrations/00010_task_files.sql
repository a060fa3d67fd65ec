-- +goose Up
-- The file that proves what an update or a request says: its SHA-256 in table file, '' for none, and the name under which it came.
ALTER TABLE task_update ADD COLUMN file TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE task_update ADD COLUMN file_name TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE task_request ADD COLUMN file TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE task_request ADD COLUMN file_name TEXT COLLATE "C" NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE task_update DROP COLUMN file;
ALTER TABLE task_update DROP COLUMN file_name;
ALTER TABLE task_request DROP COLUMN file;
ALTER TABLE task_request DROP COLUMN file_name;
