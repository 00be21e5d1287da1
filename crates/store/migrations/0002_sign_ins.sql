-- A question may be about a sign-in that is nobody's yet (A20): then it has no customer, and names the identity (issuer, blank, subject).
-- SQLite cannot make a column nullable, so the table is made anew.
CREATE TABLE reviews_of_all (
    id UUID NOT NULL PRIMARY KEY,
    customer_id UUID,
    identity TEXT,
    question TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT,
    decision TEXT
);
INSERT INTO reviews_of_all (id, customer_id, question, created_at, decided_at, decided_by, decision)
    SELECT id, customer_id, question, created_at, decided_at, decided_by, decision FROM reviews;
DROP TABLE reviews;
ALTER TABLE reviews_of_all RENAME TO reviews;
CREATE UNIQUE INDEX reviews_open_question ON reviews (customer_id, question) WHERE decided_at IS NULL;
CREATE UNIQUE INDEX reviews_open_sign_in ON reviews (identity, question) WHERE decided_at IS NULL AND identity IS NOT NULL;
CREATE INDEX reviews_customer ON reviews (customer_id);
CREATE INDEX reviews_identity ON reviews (identity) WHERE identity IS NOT NULL;
CREATE INDEX reviews_open ON reviews (created_at) WHERE decided_at IS NULL;

-- What entitles whoever signs in through an invitation, when it is not the token that was mailed (A20).
ALTER TABLE invitations ADD COLUMN ground TEXT;

-- When an identity last signed in to the portal (A23).
ALTER TABLE identities ADD COLUMN last_used_at BIGINT;
