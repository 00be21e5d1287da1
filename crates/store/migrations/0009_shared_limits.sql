-- What all processes on one database share of the limits of outside systems, and of sign-ins. A process alone on SQLite has it in memory.
CREATE TABLE call_systems (
    system TEXT NOT NULL PRIMARY KEY,
    turns BIGINT NOT NULL,
    -- Nobody calls before; at that time one call finds out.
    paused_until BIGINT
);

CREATE TABLE call_spending (
    system TEXT NOT NULL,
    meter TEXT NOT NULL,
    -- A sixtieth of the limit's period.
    slot BIGINT NOT NULL,
    credits BIGINT NOT NULL,
    PRIMARY KEY (system, meter, slot)
);

CREATE TABLE failed_attempts (
    key BYTEA NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL,
    count BIGINT NOT NULL
);
CREATE INDEX failed_attempts_age ON failed_attempts (since);

-- only postgres
ALTER TABLE call_systems SET UNLOGGED;
ALTER TABLE call_spending SET UNLOGGED;
ALTER TABLE failed_attempts SET UNLOGGED;
