-- Tables of marketplace accounts: a trial run with its lines, then what a job made of them.
CREATE TABLE account_imports (
    id UUID NOT NULL PRIMARY KEY,
    state TEXT NOT NULL
        CONSTRAINT account_imports_state_check CHECK (state IN ('planned', 'running', 'finished', 'stopped', 'discarded')),
    line_count BIGINT NOT NULL,
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    asked_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    finished_at BIGINT
);
CREATE INDEX account_imports_created ON account_imports (created_at) WHERE state <> 'running';

CREATE TABLE account_import_lines (
    import_id UUID NOT NULL REFERENCES account_imports (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    line BIGINT NOT NULL,
    cells TEXT NOT NULL,
    plan TEXT NOT NULL
        CONSTRAINT account_import_lines_plan_check CHECK (plan IN ('add', 'change', 'unchanged', 'refused')),
    note TEXT,
    account_id UUID,
    -- Whether it was carried out.
    done BIGINT NOT NULL
        CONSTRAINT account_import_lines_done_check CHECK (done IN (0, 1)),
    left_out TEXT,
    PRIMARY KEY (import_id, line)
);
CREATE INDEX account_import_lines_waiting ON account_import_lines (import_id, line)
    WHERE plan IN ('add', 'change') AND done = 0 AND left_out IS NULL;

-- Pages of the console: the calls about an account, and operations by state.
CREATE INDEX service_manager_calls_account ON service_manager_calls (service_manager_id, account_id, id)
    WHERE account_id IS NOT NULL;
CREATE INDEX account_operations_state ON account_operations (state, id);
CREATE INDEX marketplace_accounts_direct ON marketplace_accounts (id) WHERE reseller_id IS NULL;
