-- A row that is written to find out whether the database takes writes.
CREATE TABLE write_probe (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    probed_at BIGINT NOT NULL
);
