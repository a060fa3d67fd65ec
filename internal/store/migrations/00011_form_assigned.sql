-- +goose Up
-- Whose business an item of a form is (blocks and agencies, '' for everybody) and the act that says so, '' where none is known.
ALTER TABLE form_item ADD COLUMN assigned TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE form_item ADD COLUMN act TEXT COLLATE "C" NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE form_item DROP COLUMN assigned;
ALTER TABLE form_item DROP COLUMN act;
