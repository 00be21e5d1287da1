-- The order of readings goes on above this after a restart, and in every process, whatever the wall clock shows: the latest stamp that is
-- known, and the end of what was reserved. Both only grow.
CREATE TABLE reading_clock (
    id BIGINT NOT NULL PRIMARY KEY
        CONSTRAINT reading_clock_id_check CHECK (id = 1),
    latest BIGINT NOT NULL,
    reserved BIGINT NOT NULL
);
INSERT INTO reading_clock (id, latest, reserved)
SELECT 1, COALESCE(max(read_at), 0), COALESCE(max(read_at), 0) FROM records;

-- When a sweep began in the order of readings, and by the clock of the system that it reads.
ALTER TABLE sweeps ADD COLUMN read_from BIGINT;
ALTER TABLE sweeps ADD COLUMN began_there BIGINT;
UPDATE sweeps SET read_from = started_at;
