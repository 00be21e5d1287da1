//! The history of the calls of a service manager.

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use tessera_core::kernel::ids::{MarketplaceAccountId, ServiceManagerCallId, ServiceManagerId};
use tessera_core::marketplace::Operation;
use tessera_core::marketplace_platform::{AccountState, ServiceManagerCall};

use super::super::{PAGE_SIZE, chrome, id};
use super::presenter::{answered, back, link, meaning, took};
use super::{account_url, manager_url, operation_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::pages::console::marketplace_platform::Link;
use crate::pages::console::marketplace_platform::service_managers::{ManagerCall, ManagerCallRow, ManagerCalls};
use crate::respond::page::{Answer, PageError, page};

/// Filter and paging of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    account: Option<String>,
    before: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Path(manager): Path<String>,
    Query(ListQuery { account, before }): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let manager: ServiceManagerId = id(&manager)?;
    let account = account.as_deref().filter(|it| !it.is_empty()).map(id::<MarketplaceAccountId>).transpose()?;
    let before = before.as_deref().map(id::<ServiceManagerCallId>).transpose()?;
    let found = app.hub.queries().calls_page(manager, account, before, PAGE_SIZE + 1).await?;
    let (it, mut calls) = found.ok_or(PageError::NOT_FOUND)?;
    let more = calls.len() > PAGE_SIZE;
    calls.truncate(PAGE_SIZE);
    let url = calls_url(manager);
    let of_account = match account {
        Some(account) => {
            let found = app.hub.queries().platform_account(account).await?.ok_or(PageError::NOT_FOUND)?;
            Some(link(&found.account))
        }
        None => None,
    };
    let filter = account.map(|account| format!("account={account}&")).unwrap_or_default();
    let content = ManagerCalls {
        manager: Link::new(it.name, manager_url(manager)),
        more_url: calls.last().filter(|_| more).map(|(last, _)| format!("{url}?{filter}before={}", last.id)),
        rows: calls.into_iter().map(|(call, name)| row(&call, name)).collect(),
        account: of_account,
        url,
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) fn calls_url(manager: ServiceManagerId) -> String {
    format!("{}/calls", manager_url(manager))
}

/// URL of the calls about an account.
pub(super) fn calls_about(manager: ServiceManagerId, account: MarketplaceAccountId) -> String {
    format!("{}?account={account}", calls_url(manager))
}

fn row(call: &ServiceManagerCall, account: Option<String>) -> ManagerCallRow {
    ManagerCallRow {
        url: format!("{}/{}", calls_url(call.service_manager), call.id),
        operation: call.operation.as_str().to_owned(),
        account: call.account.zip(account).map(|(id, name)| Link::new(name, calls_about(call.service_manager, id))),
        outcome: answered(call),
        took: took(call),
        at: call.at,
    }
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path((manager, call)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let manager: ServiceManagerId = id(&manager)?;
    let found = app.hub.queries().call_detail(manager, id(&call)?).await?;
    let (it, call, account) = found.ok_or(PageError::NOT_FOUND)?;
    let here = format!("{}/{}", calls_url(manager), call.id);
    let active = account.as_ref().filter(|account| account.state == AccountState::Active);
    let readable = |text: &str| {
        let json = serde_json::from_str::<Value>(text).ok();
        json.and_then(|json| serde_json::to_string_pretty(&json).ok()).unwrap_or_else(|| text.to_owned())
    };
    let only_asks =
        call.operation == Operation::SyncOptions || (call.operation == Operation::Exists && account.is_some());
    let content = ManagerCall {
        manager: Link::new(it.name, manager_url(manager)),
        calls_url: calls_url(manager),
        operation: call.operation.as_str().to_owned(),
        account: account.as_ref().map(link),
        operation_url: call.operation_id.map(operation_url),
        outcome: answered(&call),
        meaning: meaning(&call).to_owned(),
        took: took(&call),
        at: call.at,
        track_id: call.track_id.clone(),
        request: readable(&call.request),
        answer: readable(&call.answer),
        repeat_action: only_asks.then(|| format!("{here}/repeat")),
        again_action: active
            .filter(|_| call.operation == Operation::Synchronize)
            .map(|account| format!("{}/synchronize/{manager}/again", account_url(account.id))),
        delete_url: active
            .filter(|_| call.operation == Operation::Delete)
            .map(|account| format!("{}/delete", account_url(account.id))),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

/// Makes a call again that changes nothing.
pub(super) async fn repeat(
    State(app): State<App>,
    _staff: Staff,
    Path((manager, call)): Path<(String, String)>,
) -> Answer {
    let (manager, call): (ServiceManagerId, ServiceManagerCallId) = (id(&manager)?, id(&call)?);
    let found = app.hub.queries().call_detail(manager, call).await?.ok_or(PageError::NOT_FOUND)?;
    let to = found.1.account.map_or_else(|| calls_url(manager), |account| calls_about(manager, account));
    let outcome = app.hub.repeat_vendor_call(manager, call).await;
    back(&app, &to, outcome.map(|()| "The vendor was asked again. The new call is the first in the list.".to_owned()))
}
