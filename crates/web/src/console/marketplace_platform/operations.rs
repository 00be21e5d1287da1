//! Operations at vendors: the list, and the page of one that follows it.

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::kernel::ids::AccountOperationId;
use tessera_core::marketplace_platform::OperationState;

use super::super::{PAGE_SIZE, chrome, id};
use super::calls::calls_about;
use super::presenter::{back, for_staff, operation, operation_row, operation_state};
use super::{OPERATIONS, account_url, manager_url, operation_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::presenter;
use crate::pages::console::marketplace_platform::Link;
use crate::pages::console::marketplace_platform::operations::{OperationPage, Operations};
use crate::pages::returns::Choice;
use crate::respond::page::{Answer, PageError, page};

/// The filter of operations that were cancelled.
const CANCELLED: &str = "cancelled";

/// Filter and paging of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    state: String,
    before: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(ListQuery { state, before }): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let before = before.as_deref().map(id::<AccountOperationId>).transpose()?;
    let filter = (state == CANCELLED).then_some((OperationState::Failed, true));
    let filter = filter.or_else(|| Some((state.parse().ok()?, false)));
    let mut found = app.hub.queries().operations_page(filter, before, PAGE_SIZE + 1).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let states = [
        ("", "All"),
        ("failed", "Failed"),
        ("waiting", "Waiting"),
        ("running", "Running"),
        ("done", "Done"),
        (CANCELLED, "Cancelled"),
    ];
    let chosen = filter.map(|(state, cancelled)| if cancelled { CANCELLED } else { state.into() }).unwrap_or_default();
    let narrowed = if chosen.is_empty() { String::new() } else { format!("state={chosen}&") };
    let content = Operations {
        shown: states.map(|(value, label)| Choice::new(value, label, value == chosen)).into(),
        more_url: found
            .last()
            .filter(|_| more)
            .map(|last| format!("{OPERATIONS}?{narrowed}before={}", last.operation.id)),
        rows: found.iter().map(operation_row).collect(),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(operation): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.queries().operation_detail(id(&operation)?).await?.ok_or(PageError::NOT_FOUND)?;
    let it = &found.operation;
    let vendor = it.service_manager.zip(found.service_manager.as_ref());
    let url = operation_url(it.id);
    let content = OperationPage {
        what: self::operation(it.kind, found.service_manager.as_deref()),
        account: Link::new(&found.account, account_url(it.account)),
        manager: vendor.map(|(id, name)| Link::new(name, manager_url(id))),
        state: if it.cancelled { CANCELLED } else { it.state.into() },
        standing: operation_state(it),
        attempts: it.attempts,
        external_id: it.external_id.clone(),
        code: it.code,
        message: it.message.as_deref().map(for_staff),
        customer_message: it.customer_message.clone().filter(|_| !it.cancelled),
        asked: presenter::done(&app, it.created_at, &it.requested_by),
        finished_at: it.finished_at,
        next_at: found.next_at.filter(|_| it.state == OperationState::Waiting),
        calls_url: it.service_manager.map(|manager| calls_about(manager, it.account)),
        retry_action: (it.state == OperationState::Failed).then(|| format!("{url}/retry")),
        cancel_action: (!it.has_ended()).then(|| format!("{url}/cancel")),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn retry(State(app): State<App>, staff: Staff, Path(operation): Path<String>) -> Answer {
    let operation: AccountOperationId = id(&operation)?;
    let outcome = app.hub.retry_account_operation(operation, &staff.ctx()).await;
    back(&app, &operation_url(operation), outcome.map(|_| "It is tried again. This page shows the outcome.".to_owned()))
}

pub(super) async fn cancel(State(app): State<App>, staff: Staff, Path(operation): Path<String>) -> Answer {
    let operation: AccountOperationId = id(&operation)?;
    let outcome = app.hub.cancel_account_operation(operation, &staff.ctx()).await;
    let told = "Cancelled. What the vendor has done already stays.";
    back(&app, &operation_url(operation), outcome.map(|_| told.to_owned()))
}
