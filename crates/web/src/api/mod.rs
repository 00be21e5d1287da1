//! The API below `/api/v1`, for the app of the customers and for the company's other systems.
//!
//! One file per resource, with its operations and their JSON types. The caller is authenticated before anything else is
//! read, so an unauthenticated request never learns whether something exists. The description at `openapi.json` is
//! generated from the code that serves the operations.

pub mod access;
mod activation;
pub(crate) mod contacts;
mod customers;
mod device_loads;
mod device_writes;
mod devices;
pub mod doctor;
mod idempotency_key;
mod identities;
mod inventory;
mod invitations;
pub mod jobs;
mod marketplace_platform;
mod me;
mod messages;
pub(crate) mod persons;
pub(crate) mod places;
mod privacy;
mod problems;
mod records;
mod returns;
mod reviews;
mod staff;
mod storefront;
pub(crate) mod sweeps;
mod systems;
mod tickets;
pub mod why;
mod work_orders;

use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use serde_json::{Value, json};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use self::idempotency_key::MAX_KEY_LENGTH;
#[cfg(feature = "fuzzing")]
pub(crate) use self::messages::read as read_message;
use crate::auth::route_access::{API_KEY, BEARER, MESSAGE_KEY, Routes, Rule, get};
use crate::extract::cursor;
use crate::extract::limits::MAX_PICTURE_FORM;
use crate::{App, Problem};

/// The base path of the API.
const BASE: &str = "/api/v1";

/// The parts of the API's description that do not belong to an operation.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tessera",
        version = "1",
        description = "The customer account hub. Times are RFC 3339 in UTC; ids of outside systems are text. Every error is a problem \
                       (RFC 9457) whose `code` is for programs and whose `detail` is for people. Fields may be added at any time; \
                       existing ones keep their meaning.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "App", description = "For the customer app: data of the signed-in user. The token is issued by a configured identity provider."),
        (name = "Messages", description = "For the own machine of a person with a MESSAGE licence. Staff issue its key on the person's page."),
        (name = "Admin", description = "For the company's other systems. Create a key with `tessera api-key NAME`."),
    ),
    servers((url = "/", description = "The hub that serves this description")),
    components(schemas(Problem)),
    modifiers(&Schemes),
)]
struct Document;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = |format: &str, description: &str| {
            let http = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format);
            SecurityScheme::Http(http.description(Some(description)).build())
        };
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme(API_KEY, bearer("opaque", "An API key of the hub"));
        components.add_security_scheme(MESSAGE_KEY, bearer("opaque", "A message key of a person"));
        components.add_security_scheme(BEARER, bearer("JWT", "An access token of a configured identity provider"));
    }
}

/// The API's routes, relative to `/api/v1`.
pub(crate) fn routes() -> Routes {
    let (router, mut described) = described().split_for_parts();
    describe_scopes(&mut described);
    let operations = Routes::described(router, &described);
    // Written when it is asked for, because that takes longer than everything else at the start.
    let document = Arc::new(LazyLock::new(move || written(described)));
    let description = async move || ([(header::CONTENT_TYPE, "application/json")], Bytes::clone(&document));
    Routes::of(Rule::Anyone)
        .route("/openapi.json", get(description))
        .route("/message-types", get(messages::schemas::list))
        .route("/message-types/{type}", get(messages::schemas::show))
        .merge(operations)
}

/// The description as JSON.
fn written(described: utoipa::openapi::OpenApi) -> Bytes {
    // Serialising plain data that was just built cannot fail.
    let mut document = serde_json::to_value(Document::openapi().nest(BASE, described)).unwrap_or_default();
    describe_common_parameters(&mut document);
    Bytes::from(format!("{document:#}"))
}

/// Adds the bounds of the parameters that many operations have: `limit`, which [`cursor::page_size`] checks, `cursor`, and the
/// key of a request that may be sent again.
fn describe_common_parameters(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    let operations = paths.values_mut().filter_map(Value::as_object_mut).flat_map(|path| path.values_mut());
    let parameters = operations.filter_map(|operation| operation.get_mut("parameters")?.as_array_mut()).flatten();
    for parameter in parameters {
        let bounds = match parameter["name"].as_str() {
            Some("limit") => json!({ "minimum": 1, "maximum": cursor::MAX_PAGE_SIZE }),
            Some("cursor") => json!({ "minLength": 1 }),
            Some("idempotency-key") => json!({ "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": r"\S" }),
            _ => continue,
        };
        let (Some(schema), Value::Object(bounds)) = (parameter["schema"].as_object_mut(), bounds) else { continue };
        schema.extend(bounds);
    }
}

/// Adds the answer to a key without the needed scope to every operation of the admin API.
fn describe_scopes(document: &mut utoipa::openapi::OpenApi) {
    let refused = problems::Scope::responses();
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        if operation.security.as_deref() == Some(&[SecurityRequirement::new(API_KEY, Vec::<String>::new())]) {
            for (status, answer) in &refused {
                operation.responses.responses.entry(status.clone()).or_insert_with(|| answer.clone());
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch]
        .into_iter()
        .filter_map(Option::as_mut)
}

fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(me::show))
        .routes(routes!(me::devices))
        .routes(routes!(me::device))
        .routes(routes!(activation::show))
        .routes(routes!(identities::list))
        .routes(routes!(identities::remove))
        .routes(routes!(invitations::create, invitations::list, invitations::withdraw))
        .routes(routes!(invitations::show))
        .routes(routes!(customers::list))
        .routes(routes!(customers::show))
        .routes(routes!(customers::timeline::show))
        .routes(routes!(customers::links::end))
        .routes(routes!(customers::domains::add))
        .routes(routes!(customers::domains::remove))
        .routes(routes!(customers::refresh))
        .routes(routes!(records::show))
        .routes(routes!(tickets::list))
        .routes(routes!(devices::find, device_writes::create))
        .routes(routes!(device_writes::form))
        .routes(routes!(inventory::list))
        .routes(routes!(device_loads::plan, device_loads::list))
        .routes(routes!(device_loads::show, device_loads::end))
        .routes(routes!(device_loads::lines))
        .routes(routes!(device_loads::start))
        .routes(routes!(device_writes::hand))
        .routes(routes!(device_writes::show, device_writes::cancel))
        .routes(routes!(returns::list, returns::open))
        .routes(routes!(returns::show))
        .routes(routes!(returns::step))
        .routes(routes!(work_orders::list, work_orders::make))
        .routes(routes!(work_orders::show))
        .routes(routes!(work_orders::step))
        .routes(routes!(reviews::list))
        .routes(routes!(reviews::show))
        .routes(routes!(reviews::decide))
        .routes(routes!(systems::show))
        .routes(routes!(sweeps::list, sweeps::start))
        .routes(routes!(sweeps::show))
        .routes(routes!(sweeps::changes))
        .routes(routes!(sweeps::export))
        .routes(routes!(sweeps::apply))
        .routes(routes!(sweeps::discard))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::retry_group))
        .routes(routes!(jobs::retry))
        .routes(routes!(jobs::dismiss))
        .routes(routes!(jobs::systems))
        .routes(routes!(jobs::pause))
        .routes(routes!(jobs::resume))
        .routes(routes!(why::explain))
        .routes(routes!(persons::create, persons::list))
        .routes(routes!(persons::show, persons::change))
        .routes(routes!(persons::send_password_link))
        .routes(routes!(privacy::export))
        .routes(routes!(privacy::erase))
        .routes(routes!(access::explain))
        .routes(routes!(places::create, places::list))
        .routes(routes!(places::show, places::change))
        .routes(routes!(places::place_device))
        .routes(routes!(contacts::create, contacts::list))
        .routes(routes!(contacts::show))
        .routes(routes!(staff::accounts::list, staff::accounts::create))
        .routes(routes!(staff::accounts::change, staff::accounts::remove))
        .routes(routes!(staff::keys::list, staff::keys::issue))
        .routes(routes!(staff::keys::revoke))
        .routes(routes!(doctor::examine))
        .routes(routes!(marketplace_platform::service_managers::create, marketplace_platform::service_managers::list))
        .routes(routes!(
            marketplace_platform::service_managers::show,
            marketplace_platform::service_managers::save,
            marketplace_platform::service_managers::delete
        ))
        .routes(routes!(marketplace_platform::service_managers::refresh))
        .routes(routes!(marketplace_platform::calls::list))
        .routes(routes!(marketplace_platform::accounts::create, marketplace_platform::accounts::list))
        .routes(routes!(
            marketplace_platform::accounts::show,
            marketplace_platform::accounts::change,
            marketplace_platform::accounts::delete
        ))
        .routes(routes!(marketplace_platform::imports::plan, marketplace_platform::imports::list))
        .routes(routes!(marketplace_platform::imports::show, marketplace_platform::imports::end))
        .routes(routes!(marketplace_platform::imports::lines))
        .routes(routes!(marketplace_platform::imports::start))
        .routes(routes!(marketplace_platform::operations::synchronize))
        .routes(routes!(marketplace_platform::operations::show))
        .routes(routes!(marketplace_platform::operations::retry))
        .routes(routes!(marketplace_platform::operations::cancel))
        .routes(routes!(storefront::products::create, storefront::products::list))
        .routes(routes!(storefront::products::show, storefront::products::change, storefront::products::delete))
        .routes(
            routes!(storefront::pictures::put, storefront::pictures::remove)
                .layer(DefaultBodyLimit::max(MAX_PICTURE_FORM)),
        )
        .routes(routes!(storefront::orders::list))
        .routes(routes!(storefront::orders::show))
        .routes(routes!(messages::send::send))
        .routes(routes!(messages::status::show))
}
