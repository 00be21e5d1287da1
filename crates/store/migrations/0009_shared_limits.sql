-- Call budgets and circuit breakers of outside systems, and rate limits, shared by all processes. On SQLite they are kept in memory.
CREATE TABLE call_systems (
    system TEXT NOT NULL PRIMARY KEY,
    turns BIGINT NOT NULL,
    -- The system is not called before. At that time, one call probes whether it answers again.
    paused_until BIGINT
);

CREATE TABLE call_spending (
    system TEXT NOT NULL,
    meter TEXT NOT NULL,
    -- One sixtieth of the limit's period.
    slot BIGINT NOT NULL,
    credits BIGINT NOT NULL,
    PRIMARY KEY (system, meter, slot)
);

CREATE TABLE rate_limits (
    key BYTEA NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL,
    count BIGINT NOT NULL
);
CREATE INDEX rate_limits_age ON rate_limits (since);

-- only postgres
ALTER TABLE call_systems SET UNLOGGED;
ALTER TABLE call_spending SET UNLOGGED;
ALTER TABLE rate_limits SET UNLOGGED;
