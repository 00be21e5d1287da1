//! Customers: the unified records (`A01`).

mod contact;
pub(super) mod domains;
pub(super) mod links;
pub(super) mod timeline;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::customer::{self as kernel, Customer as Kept};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::RecordKey;
use tessera_hub::queries::customers::CustomerDetail;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use self::contact::CrmContact;
use self::domains::Domain;
use self::links::Link;
use super::devices::Device;
use super::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query, bad_parameter};
use crate::extract::cursor;
use crate::{App, Problem};

const LIST: &str = "customers";

/// A customer, as listed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CustomerSummary {
    /// The customer's id. It never changes.
    id: Uuid,
    /// The name, as in the service desk.
    #[schema(example = "Ada Example")]
    name: String,
    /// The known address: the requester's primary e-mail.
    #[schema(required, example = "ada@example.com")]
    email: Option<String>,
    /// The requester's mobile number, or else the work number, as entered in the service desk.
    #[schema(required, example = "+27 11 555 0100")]
    phone: Option<String>,
    /// When the record was created.
    created_at: Timestamp,
    /// When the record last changed.
    updated_at: Timestamp,
    /// Version number, incremented by every change and whenever the customer's records are read again.
    #[schema(example = 3)]
    version: i64,
}

/// A page of customers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Customers {
    /// The customers, in the order of their creation.
    items: Vec<CustomerSummary>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A customer with everything linked to it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Customer {
    /// The customer's id. It never changes.
    id: Uuid,
    /// The name, as in the service desk.
    #[schema(example = "Ada Example")]
    name: String,
    /// The known address: the requester's primary e-mail.
    #[schema(required, example = "ada@example.com")]
    email: Option<String>,
    /// The requester's mobile number, or else the work number, as entered in the service desk.
    #[schema(required, example = "+27 11 555 0100")]
    phone: Option<String>,
    /// When the record was created.
    created_at: Timestamp,
    /// When the record last changed.
    updated_at: Timestamp,
    /// Version number, incremented by every change and whenever the customer's records are read again.
    #[schema(example = 3)]
    version: i64,
    /// The active links to records in outside systems.
    links: Vec<Link>,
    /// The ended links, with the reason why each ended.
    ended_links: Vec<Link>,
    /// The customer's devices.
    devices: Vec<Device>,
    /// When the complete list of devices was last read from the service desk.
    #[schema(required)]
    devices_as_of: Option<Timestamp>,
    /// The linked contact of the CRM, with its deals (`A02`); `null` if none is linked, or it has not been read.
    #[schema(required)]
    contact: Option<CrmContact>,
    /// The domains by which marketplaces find the customer.
    domains: Vec<Domain>,
}

impl From<Kept> for CustomerSummary {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.id.0,
            name: kept.name,
            email: kept.email,
            phone: kept.phone,
            created_at: kept.created_at,
            updated_at: kept.updated_at,
            version: kept.version,
        }
    }
}

/// Filter and paging of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Only the customer linked to this record, given as `system:kind:id`. The kinds are `requester`, `contact` and
    /// `user`. If the record was merged into another one, the customer linked to that one is returned.
    #[param(example = "freshservice:requester:21000418006")]
    record: Option<String>,
    /// Only customers whose requester has this primary e-mail.
    #[param(example = "ada@example.com")]
    email: Option<String>,
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

/// Find or list customers
///
/// Finds customers by record or by e-mail address, or lists all of them in pages.
#[utoipa::path(
    get, path = "/customers", operation_id = "listCustomers", tag = "Admin", security(("apiKey" = [])),
    params(Filter),
    responses((status = 200, description = "The customers", body = Customers), problems::Any),
)]
pub(super) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(filter): Query<Filter>,
) -> Result<Json<Customers>, Problem> {
    let size = cursor::page_size(filter.limit)?;
    let after = cursor::read::<CustomerId>(LIST, filter.cursor.as_deref())?;
    let queries = app.hub.queries();
    let found: Vec<Kept> = match (&filter.record, &filter.email) {
        (Some(_), Some(_)) => return Err(bad_parameter("`record` and `email` cannot be combined: send one of them")),
        (Some(record), None) => {
            let record: RecordKey = record.parse().map_err(|error| bad_parameter(format!("`record`: {error}")))?;
            queries.customer_of_current(&record).await?.into_iter().collect()
        }
        (None, Some(email)) => {
            let email = normalise::email(email).ok_or_else(|| bad_parameter("`email` is no e-mail address"))?;
            queries.customers_by_email(&email).await?
        }
        (None, None) => queries.customers_after(after, size + 1).await?,
    };
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.id.to_string());
    Ok(Json(Customers { items: found.into_iter().map(CustomerSummary::from).collect(), next_cursor }))
}

/// The customer in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The customer's id.
    id: Uuid,
}

/// Get a customer
///
/// Includes the links, with their evidence, and the devices.
#[utoipa::path(
    get, path = "/customers/{id}", operation_id = "getCustomer", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses(
        (status = 200, description = "The customer", body = Customer,
            headers(("etag" = String, description = "The record's version"))),
        problems::Any, problems::NotFound,
    ),
)]
pub(super) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Response, Problem> {
    let found = app.hub.queries().customer_detail(CustomerId(id)).await?.ok_or_else(|| none(id))?;
    let CustomerDetail { customer: kept, links, devices, contact, domains } = found;
    let (active, ended): (Vec<_>, Vec<_>) = links.into_iter().partition(kernel::Link::is_active);
    let version = kept.version;
    let customer = Customer {
        id: kept.id.0,
        name: kept.name,
        email: kept.email,
        phone: kept.phone,
        created_at: kept.created_at,
        updated_at: kept.updated_at,
        version,
        links: active.into_iter().map(Link::from).collect(),
        ended_links: ended.into_iter().map(Link::from).collect(),
        devices: devices.into_iter().map(Device::from).collect(),
        devices_as_of: kept.devices_as_of,
        contact: contact.and_then(|record| CrmContact::of(&app, record)),
        domains: domains.into_iter().map(Domain::from).collect(),
    };
    let mut response = Json(customer).into_response();
    // Weak, because a device that is read again changes the response slightly, but not the record's version.
    if let Ok(tag) = HeaderValue::from_str(&format!("W/\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// Read a customer's records again
///
/// Schedules a read in the background. What it changes is recorded on the timeline.
#[utoipa::path(
    post, path = "/customers/{id}/refresh", operation_id = "refreshCustomer", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 202, description = "The refresh is scheduled"), problems::Any, problems::NotFound),
)]
pub(super) async fn refresh(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<StatusCode, Problem> {
    let customer = app.hub.queries().customer(CustomerId(id)).await?.ok_or_else(|| none(id))?;
    app.hub.request_refresh(customer.id, &machine.ctx()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The problem for an unknown customer id.
fn none(id: Uuid) -> Problem {
    Problem::not_found(format!("there is no customer {id}"))
}
