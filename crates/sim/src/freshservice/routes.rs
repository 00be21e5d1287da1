//! The endpoints of the API, each with the query parameters that it knows. Like the real API, it rejects others.

use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use super::answer::{FieldError, Refusal};
use super::{
    Freshservice, account, agents, asset_lists, assets, catalog, conversations, history, merge, related,
    requester_lists, requesters, ticket_lists, tickets,
};
use crate::endpoint::Endpoint;

type Route = Endpoint<Freshservice>;
type Parameters = &'static [&'static str];

const NONE: Parameters = &[];
const PAGE: Parameters = &["page", "per_page"];
/// Of lists that are the same for every account here.
const SCOPED_PAGE: Parameters = &["page", "per_page", "workspace_id"];
const REQUESTERS: Parameters =
    &["page", "per_page", "email", "mobile_phone_number", "work_phone_number", "active", "include_agents", "query"];
const AGENTS: Parameters =
    &["page", "per_page", "email", "mobile_phone_number", "work_phone_number", "active", "state", "query"];
const ASSETS: Parameters =
    &["page", "per_page", "include", "order_by", "order_type", "workspace_id", "trashed", "filter", "search"];
const TICKETS: Parameters = &[
    "page",
    "per_page",
    "include",
    "order_type",
    "workspace_id",
    "filter",
    "email",
    "requester_id",
    "type",
    "updated_since",
];
/// Of changes, problems and releases. Unlike tickets, they have no `include`.
const RECORDS: Parameters =
    &["page", "per_page", "workspace_id", "filter", "filter_name", "email", "requester_id", "updated_since"];

/// All endpoints, with paths below [`ROOT`](super::call::ROOT).
pub fn endpoints() -> Vec<Route> {
    [of_people(), of_assets(), of_tickets(), of_the_account()].into_iter().flatten().collect()
}

fn of_people() -> Vec<Route> {
    vec![
        get("/requesters", REQUESTERS, requester_lists::list),
        post("/requesters", requesters::create),
        get("/requesters/{id}", NONE, requesters::show),
        put("/requesters/{id}", requesters::update),
        delete("/requesters/{id}", requesters::deactivate),
        put("/requesters/{id}/reactivate", requesters::reactivate),
        delete("/requesters/{id}/forget", requesters::forget),
        put("/requesters/{id}/convert_to_agent", agents::convert),
        knowing(&["secondary_requesters"], Endpoint::put("/requesters/{id}/merge", merge::merge)),
        get("/requester_fields", PAGE, catalog::requester_fields),
        get("/agents", AGENTS, agents::list),
        get("/agents/me", NONE, agents::show_own),
        get("/agents/{id}", NONE, agents::show),
    ]
}

fn of_assets() -> Vec<Route> {
    vec![
        get("/assets", ASSETS, asset_lists::list),
        post("/assets", assets::create),
        get("/assets/{display_id}", &["include"], assets::show),
        put("/assets/{display_id}", assets::update),
        delete("/assets/{display_id}", assets::trash),
        put("/assets/{display_id}/restore", assets::restore),
        put("/assets/{display_id}/delete_forever", assets::delete_forever),
        put("/assets/{display_id}/move_workspace", assets::move_workspace),
        get("/assets/{display_id}/assignment-history", PAGE, history::of_asset),
        get("/assets/{display_id}/requests", PAGE, related::requests_of_asset),
        get("/assets/{display_id}/contracts", PAGE, related::contracts_of_asset),
        get("/assets/{display_id}/components", PAGE, related::components_of_asset),
        get("/assets/{display_id}/applications", PAGE, related::applications_of_asset),
        get("/users/{id}/assignment-history", PAGE, history::of_user),
        get("/asset_types", SCOPED_PAGE, catalog::asset_types),
        get("/asset_types/{id}", NONE, catalog::asset_type),
        get("/asset_types/{id}/fields", NONE, catalog::asset_type_fields),
        get("/products", PAGE, catalog::products),
        get("/products/{id}", NONE, catalog::product),
        get("/vendors", PAGE, catalog::vendors),
        get("/vendors/{id}", NONE, catalog::vendor),
    ]
}

fn of_tickets() -> Vec<Route> {
    vec![
        get("/tickets", TICKETS, ticket_lists::list),
        post("/tickets", tickets::create),
        get("/tickets/filter", &["page", "per_page", "query", "include", "workspace_id"], ticket_lists::filter),
        get("/tickets/{id}", &["include"], tickets::show),
        put("/tickets/{id}", tickets::update),
        delete("/tickets/{id}", tickets::delete),
        get("/tickets/{id}/conversations", PAGE, conversations::list),
        post("/tickets/{id}/notes", conversations::note),
        post("/tickets/{id}/reply", conversations::reply),
        get("/tickets/{id}/activities", PAGE, related::activities_of_ticket),
        get("/tickets/{id}/time_entries", PAGE, related::time_entries_of_ticket),
        get("/tickets/{id}/tasks", PAGE, related::tasks_of_ticket),
        get("/ticket_form_fields", SCOPED_PAGE, account::ticket_form_fields),
        get("/changes", RECORDS, related::changes),
        get("/problems", RECORDS, related::problems),
        get("/releases", RECORDS, related::releases),
    ]
}

fn of_the_account() -> Vec<Route> {
    vec![
        get("/groups", SCOPED_PAGE, account::groups),
        get("/groups/{id}", NONE, account::group),
        get("/requester_groups", PAGE, account::requester_groups),
        get("/roles", PAGE, account::roles),
        get("/roles/{id}", NONE, account::role),
        get("/workspaces", PAGE, account::workspaces),
        get("/workspaces/{id}", NONE, account::workspace),
        get("/departments", PAGE, account::departments),
        get("/locations", PAGE, account::locations),
        get("/business_hours", SCOPED_PAGE, account::business_hours),
        get("/applications", SCOPED_PAGE, account::applications),
        get("/purchase_orders", SCOPED_PAGE, account::purchase_orders),
    ]
}

fn get<T: 'static>(path: &'static str, parameters: Parameters, handler: impl Handler<T, Freshservice>) -> Route {
    knowing(parameters, Endpoint::get(path, handler))
}

fn post<T: 'static>(path: &'static str, handler: impl Handler<T, Freshservice>) -> Route {
    knowing(NONE, Endpoint::post(path, handler))
}

fn put<T: 'static>(path: &'static str, handler: impl Handler<T, Freshservice>) -> Route {
    knowing(NONE, Endpoint::put(path, handler))
}

fn delete<T: 'static>(path: &'static str, handler: impl Handler<T, Freshservice>) -> Route {
    knowing(NONE, Endpoint::delete(path, handler))
}

fn knowing(parameters: Parameters, endpoint: Route) -> Route {
    endpoint.map(|handler| handler.route_layer(from_fn_with_state(parameters, refuse_unknown)))
}

async fn refuse_unknown(State(known): State<Parameters>, request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let names = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
    let unknown = names.filter(|name| !known.contains(&name.as_ref())).map(FieldError::unexpected);
    match Refusal::unless_empty(unknown.collect()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}
