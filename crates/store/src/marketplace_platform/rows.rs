//! Rows of the marketplace's platform.

use tessera_core::marketplace::Operation;
use tessera_core::marketplace_platform::{
    AccountOperation, MarketplaceAccount, ServiceManager, ServiceManagerCall, VendorLink,
};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table.
macro_rules! columns {
    (marketplace_accounts) => {
        "id, reseller_id, is_reseller, attached, profile, state, version, created_at, created_by"
    };
    (service_managers) => {
        "id, name, settings, sealed, fields, fetched_at, fetched_version, fetch_error, version, created_at, changed_at, \
        changed_by"
    };
    (vendor_links) => {
        "account_id, service_manager_id, external_id, extra, existed, sent_at, linked_at, deleted_at"
    };
    (account_operations) => {
        "id, kind, account_id, service_manager_id, state, cancelled, attempts, external_id, code, message, \
        customer_message, requested_by, created_at, finished_at"
    };
    (service_manager_calls) => {
        "id, service_manager_id, account_id, operation_id, operation, track_id, at, micros, outcome, status, code, \
        request, answer"
    };
}
pub(super) use columns;

pub(super) fn account(row: &Row) -> Result<MarketplaceAccount, Undecodable> {
    Ok(MarketplaceAccount {
        id: row.id("id")?,
        reseller: row.optional_id("reseller_id")?,
        is_reseller: row.get("is_reseller")?,
        attached: row.get("attached")?,
        profile: row.json("profile")?,
        state: row.text("state", |text| text.parse().ok())?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
    })
}

pub(super) fn service_manager(row: &Row) -> Result<ServiceManager, Undecodable> {
    Ok(ServiceManager {
        id: row.id("id")?,
        name: row.get("name")?,
        settings: row.json("settings")?,
        sealed: row.get("sealed")?,
        fields: row.json("fields")?,
        fetched_at: row.get("fetched_at")?,
        fetched_version: row.get("fetched_version")?,
        fetch_error: row.get("fetch_error")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        changed_at: row.get("changed_at")?,
        changed_by: row.get("changed_by")?,
    })
}

pub(super) fn link(row: &Row) -> Result<VendorLink, Undecodable> {
    Ok(VendorLink {
        account: row.id("account_id")?,
        service_manager: row.id("service_manager_id")?,
        external_id: row.get("external_id")?,
        extra: row.json("extra")?,
        existed: row.get("existed")?,
        sent_at: row.get("sent_at")?,
        linked_at: row.get("linked_at")?,
        deleted_at: row.get("deleted_at")?,
    })
}

pub(super) fn operation(row: &Row) -> Result<AccountOperation, Undecodable> {
    Ok(AccountOperation {
        id: row.id("id")?,
        kind: row.text("kind", |text| text.parse().ok())?,
        account: row.id("account_id")?,
        service_manager: row.optional_id("service_manager_id")?,
        state: row.text("state", |text| text.parse().ok())?,
        cancelled: row.get("cancelled")?,
        attempts: row.get("attempts")?,
        external_id: row.get("external_id")?,
        code: row.get("code")?,
        message: row.get("message")?,
        customer_message: row.get("customer_message")?,
        requested_by: row.get("requested_by")?,
        created_at: row.get("created_at")?,
        finished_at: row.get("finished_at")?,
    })
}

pub(super) fn call(row: &Row) -> Result<ServiceManagerCall, Undecodable> {
    Ok(ServiceManagerCall {
        id: row.id("id")?,
        service_manager: row.id("service_manager_id")?,
        account: row.optional_id("account_id")?,
        operation_id: row.optional_id("operation_id")?,
        operation: row.text("operation", Operation::parse)?,
        track_id: row.get("track_id")?,
        at: row.get("at")?,
        micros: row.get("micros")?,
        outcome: row.text("outcome", |text| text.parse().ok())?,
        status: row.get("status")?,
        code: row.get("code")?,
        request: row.get("request")?,
        answer: row.get("answer")?,
    })
}
