-- What staff and API keys may do. Those that exist keep doing everything.
ALTER TABLE staff ADD COLUMN roles TEXT NOT NULL DEFAULT 'administrator';
ALTER TABLE staff ADD COLUMN last_sign_in_at BIGINT;

ALTER TABLE api_keys ADD COLUMN scopes TEXT NOT NULL
    DEFAULT 'customers devices requests returns persons community marketplace operations administration';
ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;
ALTER TABLE api_keys ADD COLUMN replaced_at BIGINT;
ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT;
DROP INDEX api_keys_name;
-- One key of each name is the current one; replaced ones may work until they expire.
CREATE UNIQUE INDEX api_keys_name ON api_keys (name) WHERE replaced_at IS NULL;
