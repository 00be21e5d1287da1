//! Statements about the marketplace's platform.

use super::rows::columns;
use crate::engine::statements;

statements! {
    ACCOUNT_CREATE =
        "INSERT INTO marketplace_accounts (id, reseller_id, is_reseller, attached, profile, state, version, created_at,
            created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    ACCOUNT_UPDATE =
        "UPDATE marketplace_accounts SET profile = $1, reseller_id = $2, version = version + 1
        WHERE id = $3 AND version = $4 AND state = 'active'";
    /// It excludes the deletion of the reseller at the same moment.
    ACCOUNT_ATTACH =
        "UPDATE marketplace_accounts SET is_reseller = 1, attached = attached + 1 WHERE id = $1 AND state = 'active'";
    ACCOUNT_STATE =
        "UPDATE marketplace_accounts SET state = $1, version = version + 1, deleted_at = $6
        WHERE id = $2 AND version = $3 AND state = $4 AND attached = $5";
    ACCOUNT = concat!("SELECT ", columns!(marketplace_accounts), " FROM marketplace_accounts WHERE id = $1");
    MARKETPLACE_ACCOUNTS_AFTER = concat!(
        "SELECT ", columns!(marketplace_accounts), " FROM marketplace_accounts WHERE id > $1 ORDER BY id LIMIT $2"
    );
    ACCOUNTS_OF_RESELLER = concat!(
        "SELECT ", columns!(marketplace_accounts), " FROM marketplace_accounts
        WHERE reseller_id = $1 AND id > $2 ORDER BY id LIMIT $3"
    );
    ACCOUNT_CUSTOMERS =
        "SELECT id FROM marketplace_accounts WHERE reseller_id = $1 AND state <> 'deleted' ORDER BY id LIMIT 1";
    ACCOUNT_VALUE_PUT =
        "INSERT INTO marketplace_account_values (account_id, service_manager_id, field_id, value, changed_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (account_id, service_manager_id, field_id) DO UPDATE SET value = excluded.value,
            changed_at = excluded.changed_at";
    ACCOUNT_VALUE_REMOVE =
        "DELETE FROM marketplace_account_values WHERE account_id = $1 AND service_manager_id = $2 AND field_id = $3";
    ACCOUNT_VALUES =
        "SELECT service_manager_id, field_id, value FROM marketplace_account_values
        WHERE account_id = $1 ORDER BY service_manager_id, field_id LIMIT $2";
    FIELD_VALUES =
        "SELECT count(*) AS entered FROM marketplace_account_values WHERE service_manager_id = $1 AND field_id = $2";
    SERVICE_MANAGER_CREATE =
        "INSERT INTO service_managers (id, name, name_key, settings, sealed, fields, fetched_version, version,
            created_at, changed_at, changed_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    SERVICE_MANAGER_SAVE =
        "UPDATE service_managers SET name = $1, name_key = $2, settings = $3, sealed = $4, version = $5, changed_at = $6,
            changed_by = $7
        WHERE id = $8 AND version = $9";
    SERVICE_MANAGER_FIELDS =
        "UPDATE service_managers SET fields = $1, fetched_at = $2, fetched_version = $3, fetch_error = NULL
        WHERE id = $4 AND version = $3";
    SERVICE_MANAGER_FETCH_ERROR = "UPDATE service_managers SET fetch_error = $1 WHERE id = $2 AND version = $3";
    /// It excludes the deletion of the service manager at the same moment.
    SERVICE_MANAGER_STAYS = "UPDATE service_managers SET version = version WHERE id = $1";
    /// The first step of its deletion. Whatever refers to it newly waits for the end of it.
    SERVICE_MANAGER_GOES = "UPDATE service_managers SET version = version + 1 WHERE id = $1 AND version = $2";
    SERVICE_MANAGER_DELETE =
        "DELETE FROM service_managers
        WHERE id = $1
          AND NOT EXISTS (SELECT 1 FROM vendor_links WHERE service_manager_id = $1)
          AND NOT EXISTS (SELECT 1 FROM account_operations WHERE service_manager_id = $1)";
    VALUES_DELETE = "DELETE FROM marketplace_account_values WHERE service_manager_id = $1";
    VENDOR_LINKS_DELETE =
        "DELETE FROM vendor_links
        WHERE service_manager_id = $1 AND sent_at IS NULL AND (deleted_at IS NOT NULL OR external_id IS NULL)";
    OPERATIONS_DELETE =
        "DELETE FROM account_operations WHERE service_manager_id = $1 AND state IN ('done', 'failed')";
    SERVICE_MANAGER_CALLS_DELETE = "DELETE FROM service_manager_calls WHERE service_manager_id = $1";
    /// Accounts that are at a vendor, or may be there.
    VENDOR_LINKED =
        "SELECT count(*) AS linked FROM vendor_links
        WHERE service_manager_id = $1 AND (sent_at IS NOT NULL OR (external_id IS NOT NULL AND deleted_at IS NULL))";
    VENDOR_PENDING =
        "SELECT id FROM account_operations
        WHERE service_manager_id = $1 AND state IN ('waiting', 'running') ORDER BY id LIMIT 1";
    SERVICE_MANAGER = concat!("SELECT ", columns!(service_managers), " FROM service_managers WHERE id = $1");
    SERVICE_MANAGER_NAMED = "SELECT id FROM service_managers WHERE name_key = $1";
    SERVICE_MANAGERS = concat!(
        "SELECT ", columns!(service_managers), " FROM service_managers WHERE id > $1 ORDER BY id LIMIT $2"
    );
    /// It excludes the end of the operation at the same moment.
    OPERATION_GOES_ON =
        "UPDATE account_operations SET attempts = attempts WHERE id = $1 AND state IN ('waiting', 'running')";
    /// It excludes the deletion of the account, and its cancellation, at the same moment.
    ACCOUNT_STAYS = "UPDATE marketplace_accounts SET state = state WHERE id = $1 AND state = $2";
    VENDOR_LINK_SENT =
        "INSERT INTO vendor_links (account_id, service_manager_id, extra, existed, sent_at)
        VALUES ($1, $2, '{}', 0, $3)
        ON CONFLICT (account_id, service_manager_id) DO UPDATE SET sent_at = excluded.sent_at
        WHERE vendor_links.sent_at IS NOT DISTINCT FROM $4";
    VENDOR_LINK_PUT =
        "INSERT INTO vendor_links (account_id, service_manager_id, external_id, extra, existed, sent_at, linked_at,
            deleted_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account_id, service_manager_id) DO UPDATE SET external_id = excluded.external_id,
            extra = excluded.extra, existed = excluded.existed, sent_at = excluded.sent_at,
            linked_at = excluded.linked_at, deleted_at = excluded.deleted_at
        WHERE vendor_links.sent_at IS NOT DISTINCT FROM $9";
    VENDOR_LINK_END =
        "UPDATE vendor_links SET deleted_at = $1, sent_at = NULL
        WHERE account_id = $2 AND service_manager_id = $3 AND sent_at IS NOT DISTINCT FROM $4";
    VENDOR_LINK = concat!(
        "SELECT ", columns!(vendor_links), " FROM vendor_links WHERE account_id = $1 AND service_manager_id = $2"
    );
    VENDOR_LINKS = concat!(
        "SELECT ", columns!(vendor_links), " FROM vendor_links WHERE account_id = $1 ORDER BY service_manager_id LIMIT $2"
    );
    VENDOR_LINK_NAMED = concat!(
        "SELECT ", columns!(vendor_links), " FROM vendor_links
        WHERE service_manager_id = $1 AND external_id = $2 AND deleted_at IS NULL"
    );
    OPERATION_REQUEST =
        "INSERT INTO account_operations (id, kind, account_id, service_manager_id, state, attempts, requested_by,
            created_at)
        VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $6)";
    OPERATION_BEGIN =
        "UPDATE account_operations SET state = 'running', attempts = attempts + 1
        WHERE id = $1 AND state IN ('waiting', 'running')";
    OPERATION_AWAIT =
        "UPDATE account_operations SET state = 'waiting', code = $1, message = $2
        WHERE id = $3 AND state IN ('waiting', 'running')";
    OPERATION_END =
        "UPDATE account_operations SET state = $1, code = $2, message = $3, customer_message = $4, external_id = $5,
            cancelled = $6, finished_at = $7
        WHERE id = $8 AND state IN ('waiting', 'running')";
    OPERATION_RETRY =
        "UPDATE account_operations SET state = 'waiting', cancelled = 0, customer_message = NULL, finished_at = NULL
        WHERE id = $1 AND state = 'failed'";
    OPERATION = concat!("SELECT ", columns!(account_operations), " FROM account_operations WHERE id = $1");
    OPERATIONS_OF_ACCOUNT = concat!(
        "SELECT ", columns!(account_operations), " FROM account_operations WHERE account_id = $1 ORDER BY id DESC LIMIT $2"
    );
    OPERATIONS_PENDING = concat!(
        "SELECT ", columns!(account_operations), " FROM account_operations
        WHERE account_id = $1 AND state IN ('waiting', 'running') ORDER BY id LIMIT $2"
    );
    NOTIFICATION_KEEP = "INSERT INTO vendor_notifications (id, sealed, created_at) VALUES ($1, $2, $3)";
    NOTIFICATION_DROP = "DELETE FROM vendor_notifications WHERE id = $1";
    NOTIFICATION = "SELECT sealed FROM vendor_notifications WHERE id = $1";
    SERVICE_MANAGER_CALL_KEEP =
        "INSERT INTO service_manager_calls (id, service_manager_id, account_id, operation_id, operation, track_id, at,
            micros, outcome, status, code, request, answer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    SERVICE_MANAGER_CALLS = concat!(
        "SELECT ", columns!(service_manager_calls), " FROM service_manager_calls
        WHERE service_manager_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    );
}
