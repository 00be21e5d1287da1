-- Objects of outside systems, as last read there. They stay when the object dies.
CREATE TABLE records (
    system TEXT NOT NULL,
    kind TEXT NOT NULL
        CONSTRAINT records_kind_check CHECK (kind IN ('requester', 'contact', 'asset', 'user', 'account')),
    external_id TEXT NOT NULL,
    title TEXT NOT NULL,
    attributes TEXT NOT NULL,
    raw TEXT NOT NULL,
    content_hash BYTEA NOT NULL,
    holder TEXT,
    updated_at BIGINT,
    first_seen_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    read_at BIGINT NOT NULL,
    gone_at BIGINT,
    -- What outside systems do to people and things.
    -- An object that does not answer by its id is missing first, and gone only after a grace period. One that was merged stands for another.
    missing_since BIGINT,
    misses BIGINT NOT NULL DEFAULT 0,
    merged_into TEXT,
    -- Since when a change of it waits for a decision. No plan that expects the record passes it by.
    held_at BIGINT,
    PRIMARY KEY (system, kind, external_id)
);
CREATE INDEX records_holder ON records (system, holder, external_id) WHERE holder IS NOT NULL;
-- How many objects of a kind are known, without reading them.
CREATE INDEX records_live ON records (system, kind) WHERE gone_at IS NULL;

-- Normalised values by which a record is found.
CREATE TABLE record_handles (
    handle TEXT NOT NULL,
    value TEXT NOT NULL,
    system TEXT NOT NULL,
    kind TEXT NOT NULL,
    external_id TEXT NOT NULL,
    PRIMARY KEY (handle, value, system, kind, external_id)
);
CREATE INDEX record_handles_record ON record_handles (system, kind, external_id);

-- Assets of the device type (A05). Whose a device is follows from its holder's link.
CREATE TABLE devices (
    system TEXT NOT NULL,
    external_id TEXT NOT NULL,
    holder TEXT,
    name TEXT NOT NULL,
    serial TEXT,
    inverter_serial TEXT,
    state TEXT,
    product TEXT,
    vendor TEXT,
    inverter_vendor TEXT,
    assigned_on BIGINT,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (system, external_id)
);
CREATE INDEX devices_holder ON devices (system, holder, external_id) WHERE holder IS NOT NULL;

-- Which devices a customer was told are theirs, since when and until when (A09, A22). It follows the holder's link as soon as that is read.
CREATE TABLE device_assignments (
    customer_id UUID NOT NULL,
    system TEXT NOT NULL,
    external_id TEXT NOT NULL,
    since BIGINT NOT NULL,
    ended_at BIGINT,
    -- What became of it, as JSON.
    leaving TEXT,
    PRIMARY KEY (customer_id, system, external_id, since)
);
CREATE INDEX device_assignments_now ON device_assignments (customer_id, system, external_id) WHERE ended_at IS NULL;
CREATE INDEX device_assignments_newest ON device_assignments (customer_id, since);

-- Where a device is, if not at the home place of whoever has it.
CREATE TABLE device_places (
    system TEXT NOT NULL,
    external_id TEXT NOT NULL,
    place_id UUID NOT NULL,
    PRIMARY KEY (system, external_id)
);
CREATE INDEX device_places_place ON device_places (place_id);

-- Changes of assets in the service desk, and what came of them (A08, A09). One at a time waits for one asset.
CREATE TABLE asset_writes (
    id UUID NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    subject TEXT NOT NULL,
    change TEXT NOT NULL,
    state TEXT NOT NULL
        CONSTRAINT asset_writes_state_check CHECK (state IN ('waiting', 'done', 'failed', 'superseded', 'cancelled')),
    note TEXT,
    asked_by TEXT NOT NULL,
    channel TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    finished_at BIGINT
);
CREATE UNIQUE INDEX asset_writes_waiting ON asset_writes (system, subject) WHERE state = 'waiting';
CREATE INDEX asset_writes_subject ON asset_writes (system, subject, created_at);
