-- How a person proves who they are here (P03). The app's secret of a second factor is derived from its key's id and the installation's
-- secret key, which is not in the database.
CREATE TABLE credentials (
    person_id UUID NOT NULL PRIMARY KEY,
    password_hash TEXT,
    password_set_at BIGINT,
    factor_key UUID,
    factor_since BIGINT,
    factor_step BIGINT
);
-- Keyed hashes of recovery codes that are left.
CREATE TABLE recovery_codes (
    person_id UUID NOT NULL,
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (person_id, code_hash)
);
-- Links to set a password. Only the token's hash is kept.
CREATE TABLE one_time_links (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL,
    person_version BIGINT NOT NULL,
    email TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX one_time_links_token ON one_time_links (token_hash);
CREATE INDEX one_time_links_person ON one_time_links (person_id, created_at);
CREATE INDEX one_time_links_age ON one_time_links (created_at);
-- The last sign-in in vain with each login that was typed, known here or not, by its keyed hash: what was typed is not kept (P13).
CREATE TABLE failed_logins (
    login_mark BYTEA NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE INDEX failed_logins_age ON failed_logins (at);
-- Sign-ins with the right password whose second factor is still asked for.
CREATE TABLE half_sign_ins (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL,
    return_to TEXT NOT NULL,
    tries BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX half_sign_ins_expiry ON half_sign_ins (expires_at);
CREATE INDEX half_sign_ins_person ON half_sign_ins (person_id);
-- When whoever has a session last proved who they are, and where it is used from.
ALTER TABLE sessions ADD COLUMN proved_at BIGINT;
ALTER TABLE sessions ADD COLUMN last_used_at BIGINT;
ALTER TABLE sessions ADD COLUMN device TEXT;
ALTER TABLE sessions ADD COLUMN place TEXT;
-- Who asks to be let in (P12).
CREATE TABLE registrations (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    message TEXT,
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    person_id UUID,
    decided_by TEXT,
    decided_at BIGINT,
    reason TEXT
);
CREATE UNIQUE INDEX registrations_token ON registrations (token_hash);
CREATE INDEX registrations_waiting ON registrations (created_at) WHERE state = 'waiting';
CREATE INDEX registrations_unconfirmed ON registrations (expires_at) WHERE state = 'unconfirmed';
