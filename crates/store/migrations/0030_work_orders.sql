-- Work orders: what technicians do at customers' places.
CREATE TABLE work_orders (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- The kind as it was configured when the work order was made.
    kind TEXT NOT NULL,
    customer_id UUID NOT NULL REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    place_id UUID NOT NULL,
    request_id UUID,
    return_id UUID,
    subject TEXT NOT NULL,
    description TEXT NOT NULL,
    device_system TEXT,
    device_id TEXT,
    device_name TEXT,
    model TEXT,
    starts_at BIGINT,
    ends_at BIGINT,
    -- By what lists are sorted: the appointment, or the end of time.
    due_at BIGINT NOT NULL,
    assignee_id UUID,
    assignee_name TEXT,
    state TEXT NOT NULL
        CONSTRAINT work_orders_state_check CHECK (state IN ('open', 'accepted', 'on_the_way', 'working', 'done', 'refused', 'cancelled')),
    reason TEXT,
    checks TEXT NOT NULL,
    parts TEXT NOT NULL,
    installed TEXT,
    search TEXT NOT NULL,
    files BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX work_orders_number ON work_orders (number);
CREATE INDEX work_orders_due ON work_orders (assignee_id, due_at, id)
    WHERE state IN ('open', 'accepted', 'on_the_way', 'working');
CREATE INDEX work_orders_assignee ON work_orders (assignee_id, id);
CREATE INDEX work_orders_state ON work_orders (state, id);
CREATE INDEX work_orders_customer ON work_orders (customer_id, id);
CREATE INDEX work_orders_request ON work_orders (request_id, id) WHERE request_id IS NOT NULL;

-- Notes and steps, in order.
CREATE TABLE work_order_notes (
    id UUID NOT NULL PRIMARY KEY,
    work_order_id UUID NOT NULL REFERENCES work_orders (id) DEFERRABLE INITIALLY DEFERRED,
    act TEXT NOT NULL,
    text TEXT NOT NULL,
    author TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX work_order_notes_order ON work_order_notes (work_order_id, id);

CREATE TABLE work_order_files (
    id UUID NOT NULL PRIMARY KEY,
    work_order_id UUID NOT NULL REFERENCES work_orders (id) DEFERRABLE INITIALLY DEFERRED,
    note_id UUID NOT NULL REFERENCES work_order_notes (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL
);
CREATE INDEX work_order_files_order ON work_order_files (work_order_id, id);
CREATE INDEX work_order_files_note ON work_order_files (note_id);

-- Parts at the places of the operating company, such as vans. There are never fewer than none.
CREATE TABLE part_stock (
    place_id UUID NOT NULL,
    part TEXT NOT NULL,
    quantity BIGINT NOT NULL
        CONSTRAINT part_stock_quantity_check CHECK (quantity >= 0),
    PRIMARY KEY (place_id, part)
);
