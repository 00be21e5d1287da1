-- Comparisons with outside systems: what each found, and what became of it (H04, H06).
CREATE TABLE sweeps (
    id UUID NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    -- requesters, contacts, assets; or single: changes that came one by one and were held together.
    kind TEXT NOT NULL,
    mode TEXT NOT NULL,
    dry BIGINT NOT NULL
        CONSTRAINT sweeps_dry_check CHECK (dry IN (0, 1)),
    state TEXT NOT NULL
        CONSTRAINT sweeps_state_check CHECK (state IN (
            'waiting', 'running', 'paused', 'finished', 'failed', 'held', 'planned', 'applying', 'applied', 'discarded'
        )),
    asked_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    -- Pages read.
    page BIGINT NOT NULL,
    -- Objects that will be seen, as far as that can be told.
    expected BIGINT,
    seen BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    takes_away BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    first_forecast_at BIGINT,
    forecast_at BIGINT,
    -- Where an incremental sweep stops.
    since BIGINT,
    error TEXT,
    decided_by TEXT,
    -- How many of its changes a person had applied, and what these took from customers.
    applied BIGINT NOT NULL DEFAULT 0,
    took BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX sweeps_open ON sweeps (system, kind, dry) WHERE state IN ('waiting', 'running', 'paused');
CREATE INDEX sweeps_kind ON sweeps (system, kind, id);
-- Changes that came one by one are held together.
CREATE UNIQUE INDEX sweeps_single ON sweeps (system) WHERE kind = 'single' AND state IN ('held', 'applying');

-- What waits for a decision: put aside by a sweep or held by the brake (dry = 0, once per record, and records.held_at says so), or planned by
-- a dry run (dry = 1).
CREATE TABLE held_changes (
    id UUID NOT NULL PRIMARY KEY,
    run_id UUID NOT NULL,
    -- The sweep that read it last, which may have met it in the hold of another.
    read_by UUID,
    dry BIGINT NOT NULL
        CONSTRAINT held_changes_dry_check CHECK (dry IN (0, 1)),
    -- Whether a person has decided that it be applied.
    -- 1: it is to be applied. 2: it is being decided about, within that transaction.
    chosen BIGINT NOT NULL DEFAULT 0
        CONSTRAINT held_changes_chosen_check CHECK (chosen IN (0, 1, 2)),
    system TEXT NOT NULL,
    kind TEXT NOT NULL,
    external_id TEXT NOT NULL,
    title TEXT NOT NULL,
    before_text TEXT NOT NULL,
    after_text TEXT NOT NULL,
    -- Devices and links that it takes from customers.
    takes BIGINT NOT NULL,
    -- What was read; of an object that is gone (gone = 1), the one it was merged into, if any.
    gone BIGINT NOT NULL,
    attributes TEXT,
    raw TEXT,
    updated_at BIGINT,
    read_at BIGINT NOT NULL,
    merge_target_id TEXT,
    merge_target_read_at BIGINT,
    held_at BIGINT NOT NULL,
    -- The record's content when the change was planned; none: it was not known.
    before_hash BYTEA,
    after_hash BYTEA NOT NULL,
    -- Who would have what a held change is about: a customer who waits for a device asks why it is not there.
    holder TEXT
);
CREATE UNIQUE INDEX held_changes_record ON held_changes (system, kind, external_id) WHERE dry = 0;
CREATE UNIQUE INDEX held_changes_planned ON held_changes (run_id, kind, external_id) WHERE dry = 1;
CREATE INDEX held_changes_run ON held_changes (run_id, id);
CREATE INDEX held_changes_read_by ON held_changes (read_by) WHERE read_by IS NOT NULL;
CREATE INDEX held_changes_holder ON held_changes (system, holder) WHERE dry = 0 AND holder IS NOT NULL;

-- A row for each system whose brake was touched. Whoever changes what is taken or held there changes this row first, so that they follow one
-- another.
CREATE TABLE brakes (
    system TEXT NOT NULL PRIMARY KEY,
    changes BIGINT NOT NULL
);

-- What was taken from customers lately, and nobody had decided.
CREATE TABLE takings (
    id UUID NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    at BIGINT NOT NULL,
    takes BIGINT NOT NULL
);
CREATE INDEX takings_at ON takings (system, at);
CREATE INDEX takings_age ON takings (at);

-- What somebody has to look at, and since when.
CREATE TABLE alarms (
    system TEXT NOT NULL,
    code TEXT NOT NULL,
    about TEXT NOT NULL,
    since BIGINT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (system, code, about)
);
