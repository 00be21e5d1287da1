-- Processes that run jobs. A beat that stands still is a process that died.
CREATE TABLE workers (
    id UUID NOT NULL PRIMARY KEY,
    -- The same again after a restart, so that a process finds the jobs of its predecessor.
    name TEXT NOT NULL,
    process TEXT NOT NULL,
    beat BIGINT NOT NULL,
    started_at BIGINT NOT NULL
);

-- Outside systems that staff have paused: their jobs wait.
CREATE TABLE paused_systems (
    system TEXT NOT NULL PRIMARY KEY
        CONSTRAINT paused_systems_system_check CHECK (system IN ('service_desk', 'crm', 'mail', 'invoices')),
    since BIGINT NOT NULL,
    paused_by TEXT NOT NULL
);

-- The worker in whose hands a job is; how often it failed; since when it waits; the outside systems that it depends on.
DROP INDEX jobs_leased;
DROP INDEX jobs_due;
ALTER TABLE jobs DROP COLUMN leased_until;
ALTER TABLE jobs ADD COLUMN worker UUID;
ALTER TABLE jobs ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN waiting_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN pool BIGINT NOT NULL DEFAULT 1;
UPDATE jobs SET waiting_since = created_at;
UPDATE jobs SET failures = attempt WHERE state = 'waiting' AND error IS NOT NULL;
UPDATE jobs SET pool = CASE
    WHEN key LIKE 'mail%' THEN 4
    WHEN key LIKE 'read_invoices%' THEN 5
    WHEN key LIKE 'apply_sweep%' OR key LIKE 'notify_followers%' OR key LIKE 'send_one_time_link%' THEN 0
    WHEN key LIKE 'run_activation%' OR key LIKE 'refresh%' OR key LIKE 'confirm_absence%' THEN 3
    WHEN key LIKE 'fetch_record:contact%' OR (key LIKE 'sweep%' AND task LIKE '%"what":"contacts"%') THEN 2
    ELSE 1
END;
CREATE INDEX jobs_due ON jobs (lane, pool, run_at) WHERE state = 'waiting';
CREATE INDEX jobs_since ON jobs (waiting_since) WHERE state = 'waiting';
CREATE INDEX jobs_worker ON jobs (worker) WHERE state = 'running';

-- A request is in the hands of a job for as long as that job runs.
ALTER TABLE requests DROP COLUMN held_until;
