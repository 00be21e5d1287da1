-- Effects waiting to happen. Two equal tasks that both wait are one.
CREATE TABLE jobs (
    id UUID NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,
    task TEXT NOT NULL,
    lane BIGINT NOT NULL,
    state TEXT NOT NULL
        CONSTRAINT jobs_state_check CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    run_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    leased_until BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE UNIQUE INDEX jobs_key ON jobs (key) WHERE state = 'waiting';
CREATE INDEX jobs_due ON jobs (lane, run_at) WHERE state = 'waiting';
CREATE INDEX jobs_leased ON jobs (leased_until) WHERE state = 'running';
CREATE INDEX jobs_running ON jobs (key) WHERE state = 'running';
CREATE INDEX jobs_done ON jobs (finished_at) WHERE state = 'done';
CREATE INDEX jobs_failed ON jobs (finished_at) WHERE state = 'failed';
-- What was given up about one thing.
CREATE INDEX jobs_failed_key ON jobs (key) WHERE state = 'failed';

-- Answers to requests with an Idempotency-Key, so that a repetition gets the first answer.
CREATE TABLE idempotency_keys (
    key TEXT NOT NULL PRIMARY KEY,
    request_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

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
