-- Accounts of the marketplace that the operator runs: direct customers, resellers and their customers.
CREATE TABLE marketplace_accounts (
    id UUID NOT NULL PRIMARY KEY,
    reseller_id UUID REFERENCES marketplace_accounts (id),
    is_reseller BIGINT NOT NULL
        CONSTRAINT marketplace_accounts_is_reseller_check CHECK (is_reseller IN (0, 1)),
    -- How often a customer was attached: the deletion of a reseller and a new customer of it exclude each other.
    attached BIGINT NOT NULL,
    profile TEXT NOT NULL,
    state TEXT NOT NULL
        CONSTRAINT marketplace_accounts_state_check CHECK (state IN ('active', 'deleting', 'deleted')),
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL
);
CREATE INDEX marketplace_accounts_reseller ON marketplace_accounts (reseller_id, id) WHERE reseller_id IS NOT NULL;

-- Vendors that the marketplace calls. API key and setting fields are encrypted with the secret key of the installation.
CREATE TABLE service_managers (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    settings TEXT NOT NULL,
    sealed TEXT NOT NULL,
    -- The custom fields that the vendor defines, as they were fetched last, and with which version of the settings.
    fields TEXT NOT NULL,
    fetched_at BIGINT,
    fetched_version BIGINT NOT NULL,
    fetch_error TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL
);
CREATE UNIQUE INDEX service_managers_name ON service_managers (name_key);

-- Values of the custom fields of accounts. They stay when a vendor takes a field back.
CREATE TABLE marketplace_account_values (
    account_id UUID NOT NULL REFERENCES marketplace_accounts (id),
    service_manager_id UUID NOT NULL REFERENCES service_managers (id),
    field_id TEXT NOT NULL,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, service_manager_id, field_id)
);
CREATE INDEX marketplace_account_values_field ON marketplace_account_values (service_manager_id, field_id);

-- Which customer an account is at a vendor. A customer of a vendor is one account.
CREATE TABLE vendor_links (
    account_id UUID NOT NULL REFERENCES marketplace_accounts (id),
    service_manager_id UUID NOT NULL REFERENCES service_managers (id),
    external_id TEXT,
    extra TEXT NOT NULL,
    existed BIGINT NOT NULL
        CONSTRAINT vendor_links_existed_check CHECK (existed IN (0, 1)),
    -- Since when a call with an effect is under way, or its answer is lost.
    sent_at BIGINT,
    linked_at BIGINT,
    deleted_at BIGINT,
    PRIMARY KEY (account_id, service_manager_id)
);
CREATE UNIQUE INDEX vendor_links_external_id ON vendor_links (service_manager_id, external_id)
    WHERE deleted_at IS NULL AND external_id IS NOT NULL;

-- What is carried out for an account at its vendors.
CREATE TABLE account_operations (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL
        CONSTRAINT account_operations_kind_check CHECK (kind IN ('synchronize', 'delete')),
    account_id UUID NOT NULL REFERENCES marketplace_accounts (id),
    service_manager_id UUID REFERENCES service_managers (id),
    state TEXT NOT NULL
        CONSTRAINT account_operations_state_check CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    attempts BIGINT NOT NULL,
    external_id TEXT,
    code BIGINT,
    message TEXT,
    customer_message TEXT,
    requested_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX account_operations_account ON account_operations (account_id, id);
CREATE INDEX account_operations_pending ON account_operations (account_id, id) WHERE state IN ('waiting', 'running');
CREATE UNIQUE INDEX account_operations_open ON account_operations (account_id, service_manager_id)
    WHERE kind = 'synchronize' AND state IN ('waiting', 'running');

-- Calls of vendors with their answers, redacted.
CREATE TABLE service_manager_calls (
    id UUID NOT NULL PRIMARY KEY,
    service_manager_id UUID NOT NULL REFERENCES service_managers (id),
    account_id UUID,
    operation_id UUID,
    operation TEXT NOT NULL,
    track_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    micros BIGINT NOT NULL,
    outcome TEXT NOT NULL
        CONSTRAINT service_manager_calls_outcome_check CHECK (outcome IN ('answered', 'unusable', 'not_sent', 'lost')),
    status BIGINT,
    code BIGINT,
    request TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX service_manager_calls_newest ON service_manager_calls (service_manager_id, id);
CREATE INDEX service_manager_calls_age ON service_manager_calls (at);

-- E-mails to new customers that wait to be sent, encrypted: a vendor may have put a password into them.
CREATE TABLE vendor_notifications (
    id UUID NOT NULL PRIMARY KEY,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX vendor_notifications_age ON vendor_notifications (created_at);
