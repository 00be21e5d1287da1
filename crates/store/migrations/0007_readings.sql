-- The hybrid logical clock that orders readings: the latest timestamp of any process, and the end of the reserved range. Both only grow.
CREATE TABLE reading_clock (
    id BIGINT NOT NULL PRIMARY KEY
        CONSTRAINT reading_clock_id_check CHECK (id = 1),
    latest BIGINT NOT NULL,
    reserved BIGINT NOT NULL
);
INSERT INTO reading_clock (id, latest, reserved)
SELECT 1, COALESCE(max(read_at), 0), COALESCE(max(read_at), 0) FROM records;

-- Start of a sweep by the reading clock, and by the clock of the outside system.
ALTER TABLE sweeps ADD COLUMN read_from BIGINT;
ALTER TABLE sweeps ADD COLUMN began_there BIGINT;
UPDATE sweeps SET read_from = started_at;

-- Since when the ticket of a request is not found in the service desk.
ALTER TABLE requests ADD COLUMN missing_since BIGINT;
