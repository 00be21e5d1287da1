-- When each hook was last used, and what it last could not use. One row a hook.
CREATE TABLE hook_deliveries (
    hook TEXT NOT NULL PRIMARY KEY,
    good BIGINT NOT NULL,
    last_good_at BIGINT,
    unusable BIGINT NOT NULL,
    last_unusable_at BIGINT,
    last_unusable_why TEXT,
    last_unusable_excerpt TEXT
);
