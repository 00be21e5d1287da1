//! The marketplace that the operator runs: its accounts, the vendors that it calls, and the operations at them
//! (`M02`–`M20`).

mod account;
mod account_form;
mod accounts;
mod calls;
mod imports;
mod notification;
mod operations;
mod presenter;
mod service_managers;
mod synchronization;

use tessera_core::kernel::ids::{AccountOperationId, MarketplaceAccountId, ServiceManagerId};

use crate::auth::route_access::{Routes, Rule, get, post};

/// URL of the list of accounts.
pub(super) const ACCOUNTS: &str = "/console/marketplace-accounts";
/// URL of the list of service managers.
const MANAGERS: &str = "/console/service-managers";
/// URL of the list of operations.
const OPERATIONS: &str = "/console/operations";

/// The routes, relative to `/console`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::Staff)
        .route("/service-managers", get(service_managers::list).post(service_managers::create))
        .route("/service-managers/new", get(service_managers::fresh))
        .route("/service-managers/{id}", get(service_managers::show).post(service_managers::save))
        .route("/service-managers/{id}/edit", get(service_managers::edit))
        .route("/service-managers/{id}/test", post(service_managers::test))
        .route("/service-managers/{id}/refresh", post(service_managers::preview_refresh))
        .route("/service-managers/{id}/refresh/apply", post(service_managers::apply_refresh))
        .route("/service-managers/{id}/calls", get(calls::list))
        .route("/service-managers/{id}/calls/{call}", get(calls::show))
        .route("/service-managers/{id}/calls/{call}/repeat", post(calls::repeat))
        .route("/service-managers/{id}/notification", get(notification::show).post(notification::act))
        .route("/marketplace-accounts", get(accounts::list).post(account_form::create))
        .route("/marketplace-accounts/new", get(account_form::fresh))
        .route("/marketplace-accounts/import", get(imports::list).post(imports::plan))
        .route("/marketplace-accounts/import/{import}", get(imports::show))
        .route("/marketplace-accounts/import/{import}/start", post(imports::start))
        .route("/marketplace-accounts/import/{import}/end", post(imports::end))
        .route("/marketplace-accounts/{id}", get(account::show).post(account_form::save))
        .route("/marketplace-accounts/{id}/edit", get(account_form::edit))
        .route("/marketplace-accounts/{id}/move", post(account::change_reseller))
        .route("/marketplace-accounts/{id}/delete", get(account::preview_deletion).post(account::delete))
        .route(
            "/marketplace-accounts/{id}/synchronize/{manager}",
            get(synchronization::form).post(synchronization::act),
        )
        .route("/marketplace-accounts/{id}/synchronize/{manager}/again", post(synchronization::again))
        .route("/operations", get(operations::list))
        .route("/operations/{id}", get(operations::show))
        .route("/operations/{id}/retry", post(operations::retry))
        .route("/operations/{id}/cancel", post(operations::cancel))
}

fn account_url(id: MarketplaceAccountId) -> String {
    format!("{ACCOUNTS}/{id}")
}

fn manager_url(id: ServiceManagerId) -> String {
    format!("{MANAGERS}/{id}")
}

fn operation_url(id: AccountOperationId) -> String {
    format!("{OPERATIONS}/{id}")
}
