//! Orders: listed, executed, tried again and cancelled.

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::kernel::ids::OrderId;
use tessera_core::storefront::{Fulfilment, LineState, Order, OrderLine};
use tessera_hub::HubError;
use tessera_hub::queries::storefront::OrderPage;

use crate::App;
use crate::auth::caller::Staff;
use crate::console::{PAGE_SIZE, back, chrome, id};
use crate::pages::Tone;
use crate::pages::console::{Cancelled, OrderDetail, OrderLineRow, OrderRow, Orders};
use crate::pages::storefront::State as Shown;
use crate::respond::page::{Answer, PageError, page};
use crate::storefront::state_of;

const PAGE: &str = "/console/orders";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    before: String,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(wanted): Query<ListQuery>,
) -> Answer {
    let before: Option<OrderId> = wanted.before.parse().ok();
    let mut found = app.hub.queries().orders(before, PAGE_SIZE + 1).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let last = found.last().filter(|_| more).map(|order| order.id);
    let row = |order: &Order| OrderRow {
        url: url_of(order.id),
        number: order.number(),
        what: order.lines.iter().map(|it| format!("{} × {}", it.quantity, it.name)).collect::<Vec<_>>().join(", "),
        total: order.total.to_string(),
        state: state_of(order.state()),
        waits: order.waits_for_staff(),
        placed_at: order.placed_at,
    };
    let content =
        Orders { orders: found.iter().map(row).collect(), more_url: last.map(|id| format!("{PAGE}?before={id}")) };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(order): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.queries().order(id(&order)?).await?.ok_or(PageError::NOT_FOUND)?;
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &detail(&found))
}

fn detail(found: &OrderPage) -> OrderDetail {
    let OrderPage { order, account, vendors } = found;
    let url = url_of(order.id);
    let row = |line: &OrderLine| {
        let progress = line.progress.as_ref();
        OrderLineRow {
            name: line.name.clone(),
            vendor: vendors.get(&line.service_manager).cloned().unwrap_or_else(|| "–".to_owned()),
            quantity: line.quantity,
            amount: line.amount().to_string(),
            state: line_state(order, line),
            message: progress.and_then(|progress| progress.message.clone()),
            code: progress.and_then(|progress| progress.code),
            customer_message: progress
                .filter(|progress| !progress.cancelled)
                .and_then(|progress| progress.customer_message.clone()),
            attempts: progress.map(|progress| progress.attempts),
            operation_url: line.operation().map(|operation| format!("/console/operations/{operation}")),
        }
    };
    let state = order.state();
    OrderDetail {
        number: order.number(),
        state: state_of(state),
        placed_at: order.placed_at,
        placed_by: order.placed_by.clone(),
        cancelled: order.cancelled_at.map(|at| Cancelled { at, by: order.cancelled_by.clone().unwrap_or_default() }),
        account: account.as_ref().map_or_else(|| "–".to_owned(), |account| account.profile.name.clone()),
        account_url: format!("/console/marketplace-accounts/{}", order.account),
        total: order.total.to_string(),
        lines: order.lines.iter().map(row).collect(),
        execute_action: order.waits_for_staff().then(|| format!("{url}/execute")),
        retry_action: order.may_be_retried().then(|| format!("{url}/retry")),
        cancel_action: order.may_be_cancelled().then(|| format!("{url}/cancel")),
    }
}

fn line_state(order: &Order, line: &OrderLine) -> Shown {
    match line.state() {
        _ if order.cancelled_at.is_some() => Shown { text: "Cancelled", tone: Tone::Plain },
        LineState::Placed if line.fulfilment == Fulfilment::Waiting => {
            Shown { text: "Waits for staff", tone: Tone::Warn }
        }
        LineState::Placed => Shown { text: "Waiting", tone: Tone::Plain },
        LineState::Provisioning => Shown { text: "Being set up", tone: Tone::Warn },
        LineState::Active => Shown { text: "Active", tone: Tone::Good },
        LineState::Failed => Shown { text: "Not set up", tone: Tone::Bad },
        LineState::Cancelled => Shown { text: "Cancelled", tone: Tone::Plain },
    }
}

pub(super) async fn execute(State(app): State<App>, staff: Staff, Path(order): Path<String>) -> Answer {
    let order: OrderId = id(&order)?;
    done(&app, order, app.hub.execute_order(order, &staff.ctx()).await, "The order is being executed.")
}

pub(super) async fn retry(State(app): State<App>, staff: Staff, Path(order): Path<String>) -> Answer {
    let order: OrderId = id(&order)?;
    done(&app, order, app.hub.retry_order(order, &staff.ctx()).await, "The order is being tried again.")
}

pub(super) async fn cancel(State(app): State<App>, staff: Staff, Path(order): Path<String>) -> Answer {
    let order: OrderId = id(&order)?;
    done(&app, order, app.hub.cancel_order(order, &staff.ctx()).await, "The order is cancelled.")
}

fn done(app: &App, order: OrderId, outcome: Result<(), HubError>, words: &str) -> Answer {
    match outcome {
        Err(HubError::NotFound(_)) => Err(PageError::NOT_FOUND),
        outcome => back(app, &url_of(order), outcome.map(|()| words.to_owned())),
    }
}

fn url_of(id: OrderId) -> String {
    format!("{PAGE}/{id}")
}
