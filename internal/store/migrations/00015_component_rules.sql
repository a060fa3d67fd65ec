-- +goose Up
-- What 0 of 0 earns ('', full, zero), whom a component does not judge, and where its rule is from.
ALTER TABLE component ADD COLUMN on_zero TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE component ADD COLUMN not_for TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE component ADD COLUMN rule_basis TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE component ADD COLUMN observed BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE component DROP COLUMN on_zero;
ALTER TABLE component DROP COLUMN not_for;
ALTER TABLE component DROP COLUMN rule_basis;
ALTER TABLE component DROP COLUMN observed;
