-- Passkeys (P03). Each is an identity of its own; what is kept is its public half.
CREATE TABLE passkeys (
    identity_id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL,
    credential_id BYTEA NOT NULL,
    passkey TEXT NOT NULL,
    counter BIGINT NOT NULL
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id);
CREATE INDEX passkeys_person ON passkeys (person_id);
-- What a device was asked to sign, until it comes back: once, to the browser that asked.
CREATE TABLE passkey_ceremonies (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    bound_to BYTEA NOT NULL,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_ceremonies_expiry ON passkey_ceremonies (expires_at);
