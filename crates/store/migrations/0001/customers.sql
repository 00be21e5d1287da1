-- One schema for both databases. Ids are UUIDs, times are microseconds since 1970 UTC, JSON is text, yes/no is 1/0.
-- Text compares by bytes on both (PostgreSQL gets COLLATE "C"). No foreign key crosses a customer's border, so that the tables can be
-- spread over several databases by their keys. Within it they are deferred, so that a plan's statements may come in any order; not those
-- of columns without an index, whose early children SQLite would have to look for at each new parent.

-- The unified record (A01).
CREATE TABLE customers (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    devices_as_of BIGINT,
    -- What was last found when the customer was looked for in the CRM (A04), as long as no contact was linked or unlinked since.
    contact_finding TEXT,
    head_length BIGINT NOT NULL,
    head_hash BYTEA NOT NULL
);

-- Everything that happened to a customer, hash-chained (H05).
CREATE TABLE timeline (
    customer_id UUID NOT NULL REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    channel TEXT NOT NULL,
    event TEXT NOT NULL,
    -- Names, addresses and free text of the event, and a salt. Erasing empties both; the commitment to them stays in the chain.
    personal TEXT,
    salt BYTEA,
    commitment BYTEA,
    hash BYTEA NOT NULL,
    PRIMARY KEY (customer_id, seq)
);

-- Which record is whose, how that came about and on what evidence (H01). Ended links stay.
CREATE TABLE links (
    id UUID NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    kind TEXT NOT NULL
        CONSTRAINT links_kind_check CHECK (kind IN ('requester', 'contact', 'asset', 'user', 'account')),
    external_id TEXT NOT NULL,
    customer_id UUID NOT NULL REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    origin TEXT NOT NULL
        CONSTRAINT links_origin_check CHECK (origin IN ('activation', 'email', 'staff', 'customer', 'merge', 'marketplace')),
    actor TEXT NOT NULL,
    evidence TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_by TEXT,
    -- The reason with its fields, as JSON.
    ended_why TEXT,
    -- A link that rests shows nothing, and resumes by itself.
    suspended_why TEXT
);
CREATE UNIQUE INDEX links_active ON links (system, kind, external_id) WHERE ended_at IS NULL;
CREATE INDEX links_customer ON links (customer_id);
-- Whose a record was, when it is nobody's now.
CREATE INDEX links_ended ON links (system, kind, external_id, ended_at) WHERE ended_at IS NOT NULL;
-- Whose a record was before its link ended (M20).
CREATE INDEX links_record ON links (system, kind, external_id, created_at);
-- Whose requesters were linked lately: their tickets from before are read once.
CREATE INDEX links_created ON links (created_at);

-- A question may be about a sign-in that is nobody's yet (A20): then it has no customer, and names the identity (issuer, blank, subject).
CREATE TABLE reviews (
    id UUID NOT NULL PRIMARY KEY,
    customer_id UUID REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    identity TEXT,
    question TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT,
    decision TEXT,
    note TEXT
);
CREATE UNIQUE INDEX reviews_open_question ON reviews (customer_id, question) WHERE decided_at IS NULL;
CREATE UNIQUE INDEX reviews_open_sign_in ON reviews (identity, question) WHERE decided_at IS NULL AND identity IS NOT NULL;
CREATE INDEX reviews_customer ON reviews (customer_id);
CREATE INDEX reviews_identity ON reviews (identity) WHERE identity IS NOT NULL;
CREATE INDEX reviews_open ON reviews (created_at) WHERE decided_at IS NULL;
