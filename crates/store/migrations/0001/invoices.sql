-- Invoices as their source says they are (P09). They are kept when it does not name them any more.
CREATE TABLE invoices (
    id UUID NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    number TEXT NOT NULL,
    bill TEXT NOT NULL,
    hash BYTEA NOT NULL,
    customer_id UUID REFERENCES customers (id),
    place_id UUID,
    unmatched TEXT
        CONSTRAINT invoices_unmatched_check CHECK (unmatched IN ('no_customer', 'several_customers', 'unknown_place', 'foreign_place')),
    status TEXT NOT NULL
        CONSTRAINT invoices_status_check CHECK (status IN ('open', 'paid', 'credited')),
    -- The due date; without one, a day that never comes.
    due TEXT NOT NULL,
    -- Date and id: the order of lists.
    sorted TEXT NOT NULL,
    search TEXT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    missing_since BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invoices_number ON invoices (source, number);
CREATE INDEX invoices_found ON invoices (number);
CREATE INDEX invoices_place ON invoices (place_id, sorted) WHERE place_id IS NOT NULL;
CREATE INDEX invoices_unmatched ON invoices (sorted) WHERE unmatched IS NOT NULL;
CREATE INDEX invoices_confirmed ON invoices (source, confirmed_at) WHERE missing_since IS NULL;

-- How the last reading of a source went. One row a source.
CREATE TABLE invoice_feeds (
    source TEXT NOT NULL PRIMARY KEY,
    etag TEXT,
    began_at BIGINT NOT NULL,
    ended_at BIGINT,
    rows_read BIGINT NOT NULL,
    bad TEXT NOT NULL,
    error TEXT
);
