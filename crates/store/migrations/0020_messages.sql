-- Credentials with which a person's machine sends messages (P17). Only the hash of a key is kept.
CREATE TABLE message_credentials (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL,
    name TEXT NOT NULL,
    key_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT,
    revoked_by TEXT
);
CREATE UNIQUE INDEX message_credentials_hash ON message_credentials (key_hash);
CREATE INDEX message_credentials_person ON message_credentials (person_id, created_at);

-- Messages, and what came of them. The sender's id is unique for the person.
CREATE TABLE messages (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL,
    external_id TEXT NOT NULL,
    credential_id UUID NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    digest BYTEA NOT NULL,
    received_at BIGINT NOT NULL,
    finished_at BIGINT,
    -- What was made or changed.
    result_kind TEXT,
    result_id TEXT,
    -- Why it was rejected.
    reason_code TEXT,
    reason TEXT
);
CREATE UNIQUE INDEX messages_external_id ON messages (person_id, external_id);
CREATE INDEX messages_person ON messages (person_id, id);
CREATE INDEX messages_finished ON messages (finished_at) WHERE finished_at IS NOT NULL;

-- Readings of devices, reported by messages.
CREATE TABLE device_readings (
    id UUID NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    external_id TEXT NOT NULL,
    measure TEXT NOT NULL,
    measured_at BIGINT NOT NULL,
    value TEXT NOT NULL,
    unit TEXT,
    message_id UUID NOT NULL
);
CREATE UNIQUE INDEX device_readings_one ON device_readings (system, external_id, measure, measured_at);
CREATE INDEX device_readings_device ON device_readings (system, external_id, measured_at);
CREATE INDEX device_readings_age ON device_readings (measured_at);
