-- How a person proves who they are here (P03). The app's secret of a second factor is derived from its key's id and the installation's
-- secret key, which is not in the database.
CREATE TABLE credentials (
    person_id UUID NOT NULL PRIMARY KEY REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
    password_hash TEXT,
    password_set_at BIGINT,
    factor_key UUID,
    factor_since BIGINT,
    factor_step BIGINT
);

-- Keyed hashes of recovery codes that are left.
CREATE TABLE recovery_codes (
    person_id UUID NOT NULL REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (person_id, code_hash)
);

-- Links to set a password. Only the token's hash is kept.
CREATE TABLE one_time_links (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
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

-- Passkeys (P03). Each is an identity of its own; what is kept is its public half.
CREATE TABLE passkeys (
    identity_id UUID NOT NULL PRIMARY KEY REFERENCES identities (id) DEFERRABLE INITIALLY DEFERRED,
    person_id UUID NOT NULL REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
    credential_id BYTEA NOT NULL,
    passkey TEXT NOT NULL,
    counter BIGINT NOT NULL
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id);
CREATE INDEX passkeys_person ON passkeys (person_id);
