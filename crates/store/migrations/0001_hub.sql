-- One schema for both databases. Ids are UUIDs, times are microseconds since 1970 UTC, JSON is text, yes/no is 1/0.
-- Text compares by bytes on both (PostgreSQL gets COLLATE "C"). No foreign key crosses a customer's border, so that the tables can be
-- spread over several databases by their keys.

-- The unified record (A01).
CREATE TABLE customers (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    devices_as_of BIGINT,
    head_length BIGINT NOT NULL,
    head_hash BYTEA NOT NULL
);

-- Everything that happened to a customer, hash-chained (H05).
CREATE TABLE timeline (
    customer_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    channel TEXT NOT NULL,
    event TEXT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (customer_id, seq)
);

-- Objects of outside systems, as last read there. They stay when the object dies.
CREATE TABLE records (
    system TEXT NOT NULL,
    kind TEXT NOT NULL,
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
    PRIMARY KEY (system, kind, external_id)
);
CREATE INDEX records_holder ON records (system, holder, external_id) WHERE holder IS NOT NULL;

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

-- Which record is whose, how that came about and on what evidence (H01). Ended links stay.
CREATE TABLE links (
    id UUID NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    kind TEXT NOT NULL,
    external_id TEXT NOT NULL,
    customer_id UUID NOT NULL,
    origin TEXT NOT NULL,
    actor TEXT NOT NULL,
    evidence TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_by TEXT,
    ended_why TEXT
);
CREATE UNIQUE INDEX links_active ON links (system, kind, external_id) WHERE ended_at IS NULL;
CREATE INDEX links_customer ON links (customer_id);

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

-- Who signs in for a customer (P02), and with which identities: issuer and subject, never an e-mail.
CREATE TABLE persons (
    id UUID NOT NULL PRIMARY KEY,
    customer_id UUID NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX persons_customer ON persons (customer_id);
CREATE TABLE identities (
    id UUID NOT NULL PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    sign_in TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX identities_subject ON identities (issuer, subject);
CREATE INDEX identities_customer ON identities (customer_id);

-- Invitations (A11). Only the token's hash is kept.
CREATE TABLE invitations (
    id UUID NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    requester_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    opened_at BIGINT,
    claimed_issuer TEXT,
    claimed_subject TEXT,
    claimed_as TEXT,
    claimed_at BIGINT,
    consumed_at BIGINT,
    revoked_at BIGINT,
    revoked_why TEXT
);
CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);
CREATE INDEX invitations_requester ON invitations (system, requester_id);

-- Sign-ins through an invitation, and how far their background steps are (A13).
CREATE TABLE activations (
    id UUID NOT NULL PRIMARY KEY,
    invitation_id UUID NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    sign_in TEXT NOT NULL,
    state TEXT NOT NULL,
    refusal TEXT,
    progress TEXT NOT NULL,
    customer_id UUID,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX activations_invitation ON activations (invitation_id, created_at);
CREATE INDEX activations_subject ON activations (issuer, subject, created_at);

-- Questions only a person may decide (H03).
CREATE TABLE reviews (
    id UUID NOT NULL PRIMARY KEY,
    customer_id UUID NOT NULL,
    question TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT,
    decision TEXT
);
CREATE UNIQUE INDEX reviews_open_question ON reviews (customer_id, question) WHERE decided_at IS NULL;
CREATE INDEX reviews_customer ON reviews (customer_id);
CREATE INDEX reviews_open ON reviews (created_at) WHERE decided_at IS NULL;

-- Effects waiting to happen. Two equal tasks that both wait are one.
CREATE TABLE jobs (
    id UUID NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,
    task TEXT NOT NULL,
    lane BIGINT NOT NULL,
    state TEXT NOT NULL,
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

-- Signed-in browsers. Only the token's hash is kept.
CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    who TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_owner ON sessions (owner);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Sign-ins under way at an identity provider, each bound to the browser that began it.
CREATE TABLE sign_ins (
    state_hash BYTEA NOT NULL PRIMARY KEY,
    browser_hash BYTEA NOT NULL,
    provider TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    purpose TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);

CREATE TABLE staff (
    id UUID NOT NULL PRIMARY KEY,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX staff_login ON staff (login);

CREATE TABLE api_keys (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    key_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX api_keys_hash ON api_keys (key_hash);
CREATE UNIQUE INDEX api_keys_name ON api_keys (name);

-- Answers to requests with an Idempotency-Key, so that a repetition gets the first answer.
CREATE TABLE idempotency_keys (
    key TEXT NOT NULL PRIMARY KEY,
    request_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Complete readings of an outside system: when the last one began, and what it saw.
CREATE TABLE sweeps (
    system TEXT NOT NULL,
    kind TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    seen BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    error TEXT,
    PRIMARY KEY (system, kind)
);
