-- Sync options that staff put in force in the place of those of the configuration (M01). An empty list: the configuration again.
CREATE TABLE option_sets (
    instance TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    options TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL
);

-- What marketplaces asked and were answered, redacted, the newest of them.
CREATE TABLE marketplace_calls (
    id UUID NOT NULL PRIMARY KEY,
    instance TEXT NOT NULL,
    operation TEXT,
    account_id TEXT,
    at BIGINT NOT NULL,
    micros BIGINT NOT NULL,
    code BIGINT NOT NULL,
    is_test BIGINT NOT NULL
        CONSTRAINT marketplace_calls_is_test_check CHECK (is_test IN (0, 1)),
    request TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX marketplace_calls_instance ON marketplace_calls (instance, id);
CREATE INDEX marketplace_calls_account ON marketplace_calls (instance, account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX marketplace_calls_age ON marketplace_calls (at);

-- Where names meet by which marketplaces correlate, a few thousand rows at most: whoever makes or changes a customer by a name takes its slot
-- at the version read, so that of two at once one plans again.
CREATE TABLE correlation_slots (
    slot BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);
