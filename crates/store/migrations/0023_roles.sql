-- What staff and API keys may do. Those that exist keep doing everything.
ALTER TABLE staff ADD COLUMN roles TEXT NOT NULL DEFAULT 'administrator';
ALTER TABLE staff ADD COLUMN last_sign_in_at BIGINT;
-- A person of the operating company, who signs in as in the portals. Without one, the account is a local one with a password.
ALTER TABLE staff ADD COLUMN person_id UUID;
CREATE UNIQUE INDEX staff_person ON staff (person_id) WHERE person_id IS NOT NULL;

ALTER TABLE api_keys ADD COLUMN scopes TEXT NOT NULL
    DEFAULT 'customers devices requests returns persons community marketplace operations administration';
ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;
ALTER TABLE api_keys ADD COLUMN replaced_at BIGINT;
ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT;
DROP INDEX api_keys_name;
-- One key of each name is the current one; replaced ones may work until they expire.
CREATE UNIQUE INDEX api_keys_name ON api_keys (name) WHERE replaced_at IS NULL;
