-- Whose share of a process's places a job takes: each vendor that the marketplace calls has one.
ALTER TABLE jobs ADD COLUMN share UUID;
CREATE INDEX jobs_share ON jobs (share, lane, run_at, id) WHERE state = 'waiting' AND share IS NOT NULL;

-- When an account was deleted. Its rows are kept for a while.
ALTER TABLE marketplace_accounts ADD COLUMN deleted_at BIGINT;
UPDATE marketplace_accounts
SET deleted_at = COALESCE((SELECT max(o.finished_at) FROM account_operations o WHERE o.account_id = marketplace_accounts.id), created_at)
WHERE state = 'deleted';
CREATE INDEX marketplace_accounts_deleted ON marketplace_accounts (deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX account_operations_age ON account_operations (finished_at) WHERE finished_at IS NOT NULL;

-- What refers to a service manager, which can be deleted if nothing needs it.
CREATE INDEX account_operations_vendor ON account_operations (service_manager_id, id) WHERE service_manager_id IS NOT NULL;
CREATE INDEX vendor_links_vendor ON vendor_links (service_manager_id);
