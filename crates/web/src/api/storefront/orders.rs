//! Orders of the storefront (`M06`, `M14`).

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use tessera_core::kernel::ids::OrderId;
use tessera_core::storefront::{self, LineState, OrderLine};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ById, Page, Price, problems};
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::extract::cursor;
use crate::{App, Problem};

const LIST: &str = "orders";

/// An order of the storefront.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ShopOrder {
    /// Its id.
    id: Uuid,
    /// The number that people read out.
    #[schema(example = "S-7K3F-9QX2")]
    number: String,
    /// The marketplace account that buys.
    account_id: Uuid,
    /// `placed`, `provisioning`, `active`, `failed` or `cancelled`. It follows from the lines.
    #[schema(example = "active")]
    state: &'static str,
    /// Whether something of it waits for staff.
    waits_for_staff: bool,
    /// The total.
    total: Price,
    /// What was ordered.
    lines: Vec<ShopOrderLine>,
    /// When it was placed.
    placed_at: Timestamp,
    /// Who placed it.
    #[schema(example = "person:P-7K3F-9QX2")]
    placed_by: String,
    /// When it was cancelled.
    #[schema(required)]
    cancelled_at: Option<Timestamp>,
}

/// A product in an order, as it was then.
#[derive(Debug, Serialize, ToSchema)]
struct ShopOrderLine {
    /// The product.
    product_id: Uuid,
    /// Its name.
    name: String,
    /// The service manager that provides it.
    service_manager_id: Uuid,
    /// How many.
    quantity: u32,
    /// Price of one.
    price: Price,
    /// `placed`, `provisioning`, `active`, `failed` or `cancelled`.
    #[schema(example = "active")]
    state: &'static str,
    /// The operation that provisions it. `null`: it waits for staff, or the account was a customer of the vendor already.
    #[schema(required)]
    operation_id: Option<Uuid>,
    /// What went wrong, for the customer.
    #[schema(required)]
    customer_message: Option<String>,
}

/// A page of orders.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ShopOrders {
    /// The orders, newest first.
    items: Vec<ShopOrder>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl From<storefront::Order> for ShopOrder {
    fn from(it: storefront::Order) -> Self {
        Self {
            id: it.id.0,
            number: it.number(),
            account_id: it.account.0,
            state: it.state().into(),
            waits_for_staff: it.waits_for_staff(),
            total: it.total.into(),
            placed_at: it.placed_at,
            placed_by: it.placed_by.clone(),
            cancelled_at: it.cancelled_at,
            lines: it.lines.into_iter().map(ShopOrderLine::from).collect(),
        }
    }
}

impl From<OrderLine> for ShopOrderLine {
    fn from(it: OrderLine) -> Self {
        let state = it.state();
        let failed = it.progress.as_ref().filter(|_| state == LineState::Failed);
        Self {
            product_id: it.product.0,
            service_manager_id: it.service_manager.0,
            quantity: it.quantity,
            price: it.price.into(),
            state: state.into(),
            operation_id: it.operation().map(|id| id.0),
            customer_message: failed.and_then(|progress| progress.customer_message.clone()),
            name: it.name,
        }
    }
}

/// List orders
#[utoipa::path(
    get, path = "/orders", operation_id = "listOrders", tag = "Admin", security(("apiKey" = [])), params(Page),
    responses((status = 200, description = "A page of orders", body = ShopOrders), problems::Any),
)]
pub(in crate::api) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(Page { limit, cursor }): Query<Page>,
) -> Result<Json<ShopOrders>, Problem> {
    let size = cursor::page_size(limit)?;
    let before: Option<OrderId> = cursor::read(LIST, cursor.as_deref())?;
    let found = app.hub.queries().orders(before, size + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.id.to_string());
    Ok(Json(ShopOrders { items: found.into_iter().map(ShopOrder::from).collect(), next_cursor }))
}

/// Get an order
#[utoipa::path(
    get, path = "/orders/{id}", operation_id = "getOrder", tag = "Admin", security(("apiKey" = [])), params(ById),
    responses((status = 200, description = "The order", body = ShopOrder), problems::Any, problems::NotFound),
)]
pub(in crate::api) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<ShopOrder>, Problem> {
    let found = app.hub.queries().order(OrderId(id)).await?;
    let none = || Problem::not_found(format!("there is no order {id}"));
    found.map(|found| Json(found.order.into())).ok_or_else(none)
}
