-- How many sign-ins with a login were in vain since a moment, so that its owner is told of many, once a day.
ALTER TABLE failed_logins ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE failed_logins ADD COLUMN counted_since BIGINT NOT NULL DEFAULT 0;

-- Hash of issuer and session at the identity provider, so that a sign-out there ends this session.
ALTER TABLE sessions ADD COLUMN provider_session BYTEA;
CREATE INDEX sessions_provider_session ON sessions (provider_session) WHERE provider_session IS NOT NULL;
