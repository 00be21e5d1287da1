-- Returns (P09): what customers send back. The lines stand together: they change together.
CREATE TABLE returns (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    version BIGINT NOT NULL,
    customer_id UUID NOT NULL REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    place_id UUID NOT NULL,
    person_id UUID,
    email TEXT,
    status TEXT NOT NULL
        CONSTRAINT returns_status_check CHECK (status IN ('new', 'in_progress', 'on_hold', 'closed', 'cancelled')),
    asks BIGINT NOT NULL,
    lines TEXT NOT NULL,
    search TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX returns_number ON returns (number);
CREATE INDEX returns_place ON returns (place_id, id);
CREATE INDEX returns_status ON returns (status, id);
CREATE INDEX returns_customer ON returns (customer_id, id);

-- The units of open returns. That the key is the primary one is the promise that a unit is on one open return.
CREATE TABLE return_units (
    unit_key TEXT NOT NULL PRIMARY KEY,
    rma_id UUID NOT NULL REFERENCES returns (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX return_units_rma ON return_units (rma_id);

-- By what staff find returns: number, serial numbers, models, in their comparable form.
CREATE TABLE return_words (
    word TEXT NOT NULL,
    rma_id UUID NOT NULL REFERENCES returns (id),
    PRIMARY KEY (word, rma_id)
);
