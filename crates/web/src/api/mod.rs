//! The API below `/api/v1`, for the app of the customers and for the company's other systems.
//!
//! One file per resource, with its operations and their JSON types. The caller is authenticated before anything else is
//! read, so an unauthenticated request never learns whether something exists. The description at `openapi.json` is
//! generated from the code that serves the operations.

pub mod access;
mod activation;
mod bounds;
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

use axum::Extension;
use axum::body::Bytes;
use axum::http::header;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi as OpenApiDocument;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

#[cfg(feature = "fuzzing")]
pub(crate) use self::messages::read as read_message;
use crate::auth::route_access::{API_KEY, BEARER, MESSAGE_KEY, Routes, Rule, at_most, get, operations};
use crate::extract::bounds::Described;
use crate::extract::cursor;
use crate::extract::limits::MAX_PICTURE_BODY;
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
    fn modify(&self, openapi: &mut OpenApiDocument) {
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
    bounds::describe(&mut described);
    let described = Arc::new(described);
    let router = router.layer(Extension(Described::new(BASE, Arc::clone(&described))));
    let operations = Routes::described(router, &described);
    // Written when it is asked for, because that takes longer than everything else at the start.
    let document = Arc::new(LazyLock::new(move || written(OpenApiDocument::clone(&described))));
    let description = async move || ([(header::CONTENT_TYPE, "application/json")], Bytes::clone(&document));
    Routes::of(Rule::Anyone)
        .route("/openapi.json", get(description))
        .route("/message-types", get(messages::schemas::list))
        .route("/message-types/{type}", get(messages::schemas::show))
        .merge(operations)
}

/// The description as JSON.
fn written(described: OpenApiDocument) -> Bytes {
    // Serialising plain data that was just built cannot fail.
    let mut document = serde_json::to_value(Document::openapi().nest(BASE, described)).unwrap_or_default();
    describe_common_parameters(&mut document);
    Bytes::from(format!("{document:#}"))
}

/// Adds the lower bounds of the parameters that many operations have: `limit`, which [`cursor::page_size`] checks, `cursor`, and
/// the key of a request that may be sent again.
fn describe_common_parameters(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    let operations = paths.values_mut().filter_map(Value::as_object_mut).flat_map(|path| path.values_mut());
    let parameters = operations.filter_map(|operation| operation.get_mut("parameters")?.as_array_mut()).flatten();
    for parameter in parameters {
        let bounds = match parameter["name"].as_str() {
            Some("limit") => json!({ "minimum": 1, "maximum": cursor::MAX_PAGE_SIZE }),
            Some("cursor") => json!({ "minLength": 1 }),
            Some("idempotency-key") => json!({ "minLength": 1, "pattern": r"\S" }),
            _ => continue,
        };
        let (Some(schema), Value::Object(bounds)) = (parameter["schema"].as_object_mut(), bounds) else { continue };
        schema.extend(bounds);
    }
}

/// Adds the answer to a key without the needed scope to every operation of the admin API.
fn describe_scopes(document: &mut OpenApiDocument) {
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
        .routes(operations!(me::show))
        .routes(operations!(me::devices))
        .routes(operations!(me::device))
        .routes(operations!(activation::show))
        .routes(operations!(identities::list))
        .routes(operations!(identities::remove))
        .routes(operations!(invitations::create, invitations::list, invitations::withdraw))
        .routes(operations!(invitations::show))
        .routes(operations!(customers::list))
        .routes(operations!(customers::show))
        .routes(operations!(customers::timeline::show))
        .routes(operations!(customers::links::end))
        .routes(operations!(customers::domains::add))
        .routes(operations!(customers::domains::remove))
        .routes(operations!(customers::refresh))
        .routes(operations!(records::show))
        .routes(operations!(tickets::list))
        .routes(operations!(devices::find, device_writes::create))
        .routes(operations!(device_writes::form))
        .routes(operations!(inventory::list))
        .routes(operations!(device_loads::plan, device_loads::list))
        .routes(operations!(device_loads::show, device_loads::end))
        .routes(operations!(device_loads::lines))
        .routes(operations!(device_loads::start))
        .routes(operations!(device_writes::hand))
        .routes(operations!(device_writes::show, device_writes::cancel))
        .routes(operations!(returns::list, returns::open))
        .routes(operations!(returns::show))
        .routes(operations!(returns::step))
        .routes(operations!(work_orders::list, work_orders::make))
        .routes(operations!(work_orders::show))
        .routes(operations!(work_orders::step))
        .routes(operations!(reviews::list))
        .routes(operations!(reviews::show))
        .routes(operations!(reviews::decide))
        .routes(operations!(systems::show))
        .routes(operations!(sweeps::list, sweeps::start))
        .routes(operations!(sweeps::show))
        .routes(operations!(sweeps::changes))
        .routes(operations!(sweeps::export))
        .routes(operations!(sweeps::apply))
        .routes(operations!(sweeps::discard))
        .routes(operations!(jobs::list))
        .routes(operations!(jobs::retry_group))
        .routes(operations!(jobs::retry))
        .routes(operations!(jobs::dismiss))
        .routes(operations!(jobs::systems))
        .routes(operations!(jobs::pause))
        .routes(operations!(jobs::resume))
        .routes(operations!(why::explain))
        .routes(operations!(persons::create, persons::list))
        .routes(operations!(persons::show, persons::change))
        .routes(operations!(persons::send_password_link))
        .routes(operations!(privacy::export))
        .routes(operations!(privacy::erase))
        .routes(operations!(access::explain))
        .routes(operations!(places::create, places::list))
        .routes(operations!(places::show, places::change))
        .routes(operations!(places::place_device))
        .routes(operations!(contacts::create, contacts::list))
        .routes(operations!(contacts::show))
        .routes(operations!(staff::accounts::list, staff::accounts::create))
        .routes(operations!(staff::accounts::change, staff::accounts::remove))
        .routes(operations!(staff::keys::list, staff::keys::issue))
        .routes(operations!(staff::keys::revoke))
        .routes(operations!(doctor::examine))
        .routes(operations!(
            marketplace_platform::service_managers::create,
            marketplace_platform::service_managers::list
        ))
        .routes(operations!(
            marketplace_platform::service_managers::show,
            marketplace_platform::service_managers::save,
            marketplace_platform::service_managers::delete
        ))
        .routes(operations!(marketplace_platform::service_managers::refresh))
        .routes(operations!(marketplace_platform::calls::list))
        .routes(operations!(marketplace_platform::accounts::create, marketplace_platform::accounts::list))
        .routes(operations!(
            marketplace_platform::accounts::show,
            marketplace_platform::accounts::change,
            marketplace_platform::accounts::delete
        ))
        .routes(operations!(marketplace_platform::imports::plan, marketplace_platform::imports::list))
        .routes(operations!(marketplace_platform::imports::show, marketplace_platform::imports::end))
        .routes(operations!(marketplace_platform::imports::lines))
        .routes(operations!(marketplace_platform::imports::start))
        .routes(operations!(marketplace_platform::operations::synchronize))
        .routes(operations!(marketplace_platform::operations::show))
        .routes(operations!(marketplace_platform::operations::retry))
        .routes(operations!(marketplace_platform::operations::cancel))
        .routes(operations!(storefront::products::create, storefront::products::list))
        .routes(operations!(storefront::products::show, storefront::products::change, storefront::products::delete))
        .routes(at_most(operations!(storefront::pictures::put, storefront::pictures::remove), MAX_PICTURE_BODY))
        .routes(operations!(storefront::orders::list))
        .routes(operations!(storefront::orders::show))
        .routes(operations!(messages::send::send))
        .routes(operations!(messages::status::show))
}
