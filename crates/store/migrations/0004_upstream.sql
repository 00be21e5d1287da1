-- What outside systems do to people and things.

-- An object that does not answer by its id is missing first, and gone only after a grace period. One that was merged stands for another.
ALTER TABLE records ADD COLUMN missing_since BIGINT;
ALTER TABLE records ADD COLUMN misses BIGINT NOT NULL DEFAULT 0;
ALTER TABLE records ADD COLUMN merged_into TEXT;

-- A link that rests shows nothing, and resumes by itself.
ALTER TABLE links ADD COLUMN suspended_why TEXT;
