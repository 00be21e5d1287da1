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
