-- What people chose for their pages and e-mails: a language tag (BCP 47), and the name of a time zone. NULL: nothing.
ALTER TABLE profiles ADD COLUMN language TEXT;
ALTER TABLE profiles ADD COLUMN time_zone TEXT;

-- The person of a session from before its identity was linked, by the session's owner.
CREATE INDEX identities_owner ON identities ((issuer || ' ' || subject));
