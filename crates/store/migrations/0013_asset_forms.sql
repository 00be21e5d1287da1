-- The form for a new asset as it was read last: a device can be entered while the service desk is not available.
CREATE TABLE asset_forms (
    system TEXT NOT NULL PRIMARY KEY,
    form TEXT NOT NULL,
    read_at BIGINT NOT NULL
);
