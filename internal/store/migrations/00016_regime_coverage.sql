-- +goose Up
-- The share of those asked, in percent, from which rankings of a regime speak of their block; 0 takes the usual one.
ALTER TABLE regime ADD COLUMN coverage INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE regime DROP COLUMN coverage;
