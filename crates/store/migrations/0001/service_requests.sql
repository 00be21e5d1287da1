-- Service requests (P09, P15). Who sees the place sees the request.
CREATE TABLE requests (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    -- What the service desk gives back with the ticket, so that one whose answer was lost is recognised.
    mark TEXT NOT NULL,
    customer_id UUID NOT NULL REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    place_id UUID NOT NULL,
    -- Who opened it; none: somebody at the service desk.
    person_id UUID,
    person_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    description TEXT NOT NULL,
    device_system TEXT,
    device_id TEXT,
    device_name TEXT,
    answers TEXT NOT NULL,
    status TEXT NOT NULL
        CONSTRAINT requests_status_check CHECK (status IN ('approval', 'declined', 'received', 'open', 'pending', 'resolved', 'closed', 'other')),
    desk_status BIGINT,
    mirror TEXT NOT NULL
        CONSTRAINT requests_mirror_check CHECK (mirror IN ('held', 'waiting', 'unlinked', 'ticket', 'refused', 'lost')),
    ticket_id TEXT,
    mirror_note TEXT,
    sent_at BIGINT,
    read_at BIGINT,
    -- The customer's own steps, as they were when the request began.
    run TEXT NOT NULL,
    awaited UUID,
    search TEXT NOT NULL,
    files BIGINT NOT NULL DEFAULT 0,
    -- Which job is sending it, so that everything goes in order.
    held_by UUID,
    held_until BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX requests_mark ON requests (mark);
CREATE UNIQUE INDEX requests_ticket ON requests (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX requests_place ON requests (place_id, id);
CREATE INDEX requests_customer ON requests (customer_id, id);
CREATE INDEX requests_device ON requests (device_system, device_id, id) WHERE device_id IS NOT NULL;
CREATE INDEX requests_awaited ON requests (awaited, id) WHERE awaited IS NOT NULL;
CREATE INDEX requests_trouble ON requests (id) WHERE mirror IN ('unlinked', 'refused', 'lost');
CREATE INDEX requests_unlinked ON requests (id) WHERE mirror = 'unlinked';

-- What was said and done on a request, from either side, once.
CREATE TABLE request_remarks (
    id UUID NOT NULL PRIMARY KEY,
    request_id UUID NOT NULL REFERENCES requests (id) DEFERRABLE INITIALLY DEFERRED,
    act TEXT NOT NULL,
    text TEXT NOT NULL,
    author TEXT NOT NULL,
    way TEXT NOT NULL
        CONSTRAINT request_remarks_way_check CHECK (way IN ('waiting', 'sent', 'refused', 'desk', 'withdrawn')),
    -- The entry at the service desk.
    entry TEXT,
    sent_at BIGINT,
    note TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX request_remarks_request ON request_remarks (request_id, id);
CREATE UNIQUE INDEX request_remarks_entry ON request_remarks (request_id, entry) WHERE entry IS NOT NULL;

CREATE TABLE request_files (
    id UUID NOT NULL PRIMARY KEY,
    request_id UUID NOT NULL REFERENCES requests (id) DEFERRABLE INITIALLY DEFERRED,
    remark_id UUID REFERENCES request_remarks (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL
);
CREATE INDEX request_files_request ON request_files (request_id, id);

-- The steps a customer's requests of one kind take before they are sent.
CREATE TABLE workflows (
    customer_id UUID NOT NULL REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    steps TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (customer_id, kind)
);

-- How far the service desk's tickets were read.
CREATE TABLE ticket_readings (
    system TEXT NOT NULL PRIMARY KEY,
    -- When the last complete reading began; the next one looks from a little before.
    since BIGINT,
    asked_at BIGINT NOT NULL,
    finished_at BIGINT,
    seen BIGINT NOT NULL
);
