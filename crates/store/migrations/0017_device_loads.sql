-- Tables of devices or assignments: a trial run with its lines, then the writes that a job requests for them.
CREATE TABLE device_loads (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL
        CONSTRAINT device_loads_state_check CHECK (state IN ('planned', 'running', 'finished', 'stopped', 'discarded')),
    line_count BIGINT NOT NULL,
    changes BIGINT NOT NULL,
    wrong BIGINT NOT NULL,
    asked_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    finished_at BIGINT
);
CREATE INDEX device_loads_created ON device_loads (created_at) WHERE state <> 'running';

CREATE TABLE device_load_lines (
    load_id UUID NOT NULL REFERENCES device_loads (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    line BIGINT NOT NULL,
    typed TEXT NOT NULL,
    plan TEXT NOT NULL
        CONSTRAINT device_load_lines_plan_check CHECK (plan IN ('change', 'unchanged', 'wrong')),
    change TEXT,
    note TEXT,
    write_id UUID,
    refused TEXT,
    PRIMARY KEY (load_id, line)
);
CREATE INDEX device_load_lines_left ON device_load_lines (load_id, line) WHERE plan = 'change' AND write_id IS NULL AND refused IS NULL;
