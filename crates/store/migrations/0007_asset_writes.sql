-- What is wanted of assets in the service desk, and what came of it (A08, A09). One thing at a time is wanted of one asset.
CREATE TABLE asset_writes (
    id UUID NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    subject TEXT NOT NULL,
    wanted TEXT NOT NULL,
    state TEXT NOT NULL,
    note TEXT,
    asked_by TEXT NOT NULL,
    channel TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    finished_at BIGINT
);
CREATE UNIQUE INDEX asset_writes_wanted ON asset_writes (system, subject) WHERE state = 'wanted';
CREATE INDEX asset_writes_subject ON asset_writes (system, subject, created_at);
