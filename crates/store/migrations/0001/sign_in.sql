-- Signed-in browsers. Only the token's hash is kept.
CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    who TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- Whose a session is, when it is a person's.
    person_id UUID,
    -- When whoever has a session last proved who they are, and where it is used from.
    proved_at BIGINT,
    last_used_at BIGINT,
    device TEXT,
    place TEXT
);
CREATE INDEX sessions_owner ON sessions (owner);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_person ON sessions (person_id) WHERE person_id IS NOT NULL;

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

-- The last sign-in in vain with each login that was typed, known here or not, by its keyed hash: what was typed is not kept (P13).
CREATE TABLE failed_logins (
    login_mark BYTEA NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE INDEX failed_logins_age ON failed_logins (at);

-- What a device was asked to sign, until it comes back: once, to the browser that asked.
CREATE TABLE passkey_ceremonies (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    bound_to BYTEA NOT NULL,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_ceremonies_expiry ON passkey_ceremonies (expires_at);
