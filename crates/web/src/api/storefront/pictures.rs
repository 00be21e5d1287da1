//! Pictures of products (`M06`).

use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use tessera_core::kernel::attachment::File;
use tessera_core::kernel::ids::ProductId;
use tessera_core::kernel::rejection::FieldProblem;
use tessera_core::storefront::StorefrontError;
use tessera_hub::HubError;
use utoipa::ToSchema;

use super::products::Product;
use super::{ById, problems};
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path};
use crate::{App, Problem};

/// A picture, and what it shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewPicture {
    /// The file in base64: JPEG, PNG, GIF or WebP, at most 2 MB. Its content decides what it is.
    #[schema(value_type = String, format = Byte)]
    picture: String,
    /// What it shows, for people who do not see it: 1 to 200 characters.
    #[schema(example = "A cloud with a disk")]
    alt: String,
}

/// Set the picture of a product
///
/// Customers see it in the storefront. It replaces the one before, whose path is not served any more.
#[utoipa::path(
    put, path = "/products/{id}/picture", operation_id = "setProductPicture", tag = "Admin", security(("apiKey" = [])),
    params(ById), request_body = NewPicture,
    responses(
        (status = 200, description = "The product", body = Product),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn put(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    Json(new): Json<NewPicture>,
) -> Result<Json<Product>, Problem> {
    let bytes = STANDARD.decode(new.picture.trim()).map_err(|_| {
        let problem = FieldProblem::new("picture", "send the file in base64, with the usual alphabet and padding");
        HubError::from(StorefrontError::Invalid(vec![problem]))
    })?;
    let sent = File::read("picture", bytes);
    Ok(Json(app.hub.put_product_picture(ProductId(id), sent, &new.alt, &machine.ctx()).await?.into()))
}

/// Remove the picture of a product
///
/// A product without a picture stays as it is.
#[utoipa::path(
    delete, path = "/products/{id}/picture", operation_id = "removeProductPicture", tag = "Admin",
    security(("apiKey" = [])), params(ById),
    responses((status = 204, description = "It has none"), problems::Any, problems::NotFound),
)]
pub(in crate::api) async fn remove(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<StatusCode, Problem> {
    app.hub.remove_product_picture(ProductId(id), &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}
