-- A sign-in at a provider is kept when it is used, so that a browser that opens its callback again is known.
ALTER TABLE sign_ins ADD COLUMN used_at BIGINT;
