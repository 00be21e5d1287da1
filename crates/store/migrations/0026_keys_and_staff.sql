-- The secrets of authenticator apps, encrypted with a secret key of the installation. NULL: an earlier version added the app, and
-- its secret is derived from that version's secret key.
ALTER TABLE credentials ADD COLUMN factor_sealed TEXT;
CREATE INDEX credentials_factor ON credentials (person_id) WHERE factor_key IS NOT NULL;

-- Who signs in to the console at the company's identity provider: the account follows the groups there.
ALTER TABLE staff ADD COLUMN issuer TEXT;
ALTER TABLE staff ADD COLUMN subject TEXT;
CREATE UNIQUE INDEX staff_identity ON staff (issuer, subject) WHERE issuer IS NOT NULL;
