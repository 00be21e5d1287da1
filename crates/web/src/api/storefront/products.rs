//! Products of the storefront (`M06`).

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::{ProductId, ServiceManagerId};
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::kernel::rejection::FieldProblem;
use tessera_core::storefront::{self, ProductDraft, StorefrontError};
use tessera_hub::HubError;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ById, Page, Price, problems};
use crate::api::BASE;
use crate::api::idempotency_key::idempotency_key;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::extract::cursor;
use crate::storefront::picture_of;
use crate::{App, Problem};

const LIST: &str = "products";

/// A product to create, or as it is from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewProduct {
    /// Name.
    #[schema(example = "Cloud backup")]
    name: String,
    /// Description, in Markdown.
    #[serde(default)]
    description: String,
    /// Price of one.
    price: NewPrice,
    /// The service manager that provides it.
    service_manager_id: Uuid,
    /// Whether customers see it; yes by default.
    #[serde(default = "yes")]
    visible: bool,
}

/// A price.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewPrice {
    /// A decimal number with a point.
    #[schema(example = "12.50")]
    amount: String,
    /// The currency's code.
    #[schema(example = "EUR")]
    currency: String,
}

/// A product of the storefront.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Product {
    /// Its id.
    id: Uuid,
    /// Name.
    name: String,
    /// Description, in Markdown.
    description: String,
    /// Price of one.
    price: Price,
    /// The service manager that provides it.
    service_manager_id: Uuid,
    /// Whether customers see it.
    visible: bool,
    /// Its picture, if it has one.
    #[schema(required)]
    picture: Option<Picture>,
    /// Number of changes, from 1.
    version: i64,
    /// When it was created.
    created_at: Timestamp,
    /// When it was last changed.
    changed_at: Timestamp,
    /// Who changed it last.
    #[schema(example = "api_key:shop")]
    changed_by: String,
}

/// The picture of a product.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Picture {
    /// Its path at the storefront's host. It changes with the picture.
    #[schema(example = "/shop/products/0192f3a0-0000-7000-8000-000000000001/pictures/2")]
    path: String,
    /// What it shows.
    #[schema(example = "A cloud with a disk")]
    alt: String,
}

/// A page of products.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Products {
    /// The products, in the order of their creation.
    items: Vec<Product>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

const fn yes() -> bool {
    true
}

impl From<storefront::Product> for Product {
    fn from(it: storefront::Product) -> Self {
        let picture = picture_of(&it).map(|(path, alt)| Picture { path, alt });
        Self {
            picture,
            id: it.id.0,
            name: it.draft.name,
            description: it.draft.description,
            price: it.draft.price.into(),
            service_manager_id: it.draft.service_manager.0,
            visible: it.draft.visible,
            version: it.version,
            created_at: it.created_at,
            changed_at: it.changed_at,
            changed_by: it.changed_by,
        }
    }
}

impl NewProduct {
    fn draft(self) -> Result<ProductDraft, HubError> {
        let invalid = |field: &str, text: String| StorefrontError::Invalid(vec![FieldProblem::new(field, text)]);
        let currency = Currency::try_from(self.price.currency).map_err(|text| invalid("price.currency", text))?;
        let price = Money::parse(&self.price.amount, '.', currency);
        Ok(ProductDraft {
            service_manager: ServiceManagerId(self.service_manager_id),
            name: self.name,
            description: self.description,
            price: price.map_err(|error| invalid("price.amount", error.to_string()))?,
            visible: self.visible,
        })
    }
}

/// Create a product
///
/// Customers see it in the storefront, unless `visible` is false.
#[utoipa::path(
    post, path = "/products", operation_id = "createProduct", tag = "Admin", security(("apiKey" = [])),
    params(("idempotency-key" = Option<String>, Header, description = "A new value for each request, at most 255 characters; a repeated request gets the first answer")),
    request_body = NewProduct,
    responses(
        (status = 201, description = "The product", body = Product, headers(("location" = String, description = "The product"))),
        problems::Any, problems::Refused,
    ),
)]
pub(in crate::api) async fn create(
    State(app): State<App>,
    machine: Machine,
    headers: HeaderMap,
    Json(new): Json<NewProduct>,
) -> Result<Response, Problem> {
    let ctx = machine.ctx_with(idempotency_key(&headers)?, StatusCode::CREATED);
    let made = app.hub.create_product(new.draft()?, &ctx).await?;
    let id = made.id;
    let mut response = (StatusCode::CREATED, Json(Product::from(made))).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("{BASE}/{LIST}/{id}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// List products
#[utoipa::path(
    get, path = "/products", operation_id = "listProducts", tag = "Admin", security(("apiKey" = [])), params(Page),
    responses((status = 200, description = "A page of products", body = Products), problems::Any),
)]
pub(in crate::api) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(Page { limit, cursor }): Query<Page>,
) -> Result<Json<Products>, Problem> {
    let size = cursor::page_size(limit)?;
    let after: Option<ProductId> = cursor::read(LIST, cursor.as_deref())?;
    let found = app.hub.queries().products(false, after, size + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.id.to_string());
    Ok(Json(Products { items: found.into_iter().map(Product::from).collect(), next_cursor }))
}

/// Get a product
#[utoipa::path(
    get, path = "/products/{id}", operation_id = "getProduct", tag = "Admin", security(("apiKey" = [])), params(ById),
    responses((status = 200, description = "The product", body = Product), problems::Any, problems::NotFound),
)]
pub(in crate::api) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Product>, Problem> {
    let found = app.hub.queries().product(ProductId(id)).await?;
    found.map(|found| Json(found.into())).ok_or_else(|| Problem::not_found(format!("there is no product {id}")))
}

/// Change a product
///
/// Orders keep name and price as they were.
#[utoipa::path(
    put, path = "/products/{id}", operation_id = "changeProduct", tag = "Admin", security(("apiKey" = [])),
    params(ById), request_body = NewProduct,
    responses(
        (status = 200, description = "The product", body = Product),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn change(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    Json(changed): Json<NewProduct>,
) -> Result<Json<Product>, Problem> {
    Ok(Json(app.hub.change_product(ProductId(id), None, changed.draft()?, &machine.ctx()).await?.into()))
}

/// Delete a product
///
/// Orders keep what they were.
#[utoipa::path(
    delete, path = "/products/{id}", operation_id = "deleteProduct", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 204, description = "It is deleted"), problems::Any, problems::NotFound),
)]
pub(in crate::api) async fn delete(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<StatusCode, Problem> {
    app.hub.delete_product(ProductId(id), &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}
