//! Pages for a person in the service desk: search requesters, assign assets, complete an installation.

use axum::Form;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use minijinja::Environment;
use minijinja::value::Serde;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::assets::hand_over;
use super::call::Call;
use super::id::Id;
use super::model::{Asset, Desk, Requester, Ticket};
use super::requesters::{assets_of, tickets_of};
use super::versions::Versioned;
use super::workflow::Event;
use super::{Freshservice, seed, tickets};

/// Maximum number of requesters listed.
const SHOWN: usize = 50;

/// The asset selected in a form.
#[derive(Debug, Deserialize)]
pub struct ChosenAsset {
    display_id: u64,
}

/// `GET /?search=`
pub async fn requesters(State(desk): State<Freshservice>, call: Call) -> Response {
    let search = call.get("search").unwrap_or_default().trim().to_lowercase();
    let state = desk.desk();
    let fits = |person: &&Requester| {
        let name = state.user_name(person.id).unwrap_or_default().to_lowercase();
        let email = person.primary_email.as_deref().unwrap_or_default().to_lowercase();
        name.contains(&search) || email.contains(&search) || person.id.to_string().contains(&search)
    };
    let mut found: Vec<&Requester> =
        state.requesters.values().map(|row| &row.current().requester).filter(fits).collect();
    found.sort_by_cached_key(|person| state.user_name(person.id).unwrap_or_default().to_lowercase());
    let rows: Vec<Value> = found.iter().take(SHOWN).map(|person| row(&state, person)).collect();
    render("requesters.html", &json!({ "search": search, "rows": rows, "total": found.len() }))
}

/// `GET /people/{id}`
pub async fn person(State(desk): State<Freshservice>, Id(id): Id, call: Call) -> Result<Response, Refusal> {
    let state = desk.desk();
    let person = state.requester(id).ok_or(Refusal::NotFound)?;
    let asset = |asset: &Asset| {
        let kind = state.asset_types.iter().find(|kind| kind.id == asset.asset_type_id);
        json!({ "display_id": asset.display_id, "name": asset.name, "type": kind.map(|kind| &kind.name),
            "serial": asset.type_field("serial_number"), "state": asset.type_field("asset_state") })
    };
    let shown = |display_id: &u64| state.assets.get(display_id).map(|row| asset(&row.current().asset));
    let own: Vec<Value> = assets_of(&state, id).iter().filter_map(shown).collect();
    let in_stock = state.assets.values().map(Versioned::current);
    let in_stock = in_stock.filter(|row| !row.trashed && row.asset.user_id.is_none()).map(|row| asset(&row.asset));
    let ticket = open_installation(&state, id);
    let values = json!({
        "person": row(&state, person),
        "assets": own,
        "stock": in_stock.take(SHOWN).collect::<Vec<_>>(),
        "ticket": ticket.map(|ticket| json!({ "id": ticket.id, "subject": ticket.subject })),
        "notice": call.get("done"),
    });
    Ok(render("person.html", &values))
}

/// `POST /people/{id}/assign`
pub async fn assign(State(desk): State<Freshservice>, Id(id): Id, Form(chosen): Form<ChosenAsset>) -> Response {
    if desk.desk().requester(id).is_none() {
        return Refusal::NotFound.into_response();
    }
    change_user(&desk, chosen.display_id, Some(id));
    back(id, "assigned")
}

/// `POST /people/{id}/unassign`
pub async fn unassign(State(desk): State<Freshservice>, Id(id): Id, Form(chosen): Form<ChosenAsset>) -> Response {
    change_user(&desk, chosen.display_id, None);
    back(id, "unassigned")
}

/// `POST /people/{id}/installed`: resolves the installation ticket, which triggers the workflow automator (`A11`).
pub async fn installed(State(desk): State<Freshservice>, Id(id): Id) -> Result<Response, Refusal> {
    let (now, lag, workspace) = (desk.now(), desk.lag(), desk.primary_workspace());
    let ticket = desk.change(|state| {
        state.requester(id).ok_or(Refusal::NotFound)?;
        let ticket = match open_installation(state, id) {
            Some(ticket) => ticket,
            None => tickets::add(state, seed::installation(id, "Installation", workspace, now)),
        };
        Ok::<_, Refusal>(tickets::store(state, Ticket { status: tickets::RESOLVED, ..ticket }, now, lag))
    })?;
    desk.announce(&Event::TicketUpdated(ticket.id), &["status"]);
    Ok(back(id, "installed"))
}

fn change_user(desk: &Freshservice, display_id: u64, user: Option<u64>) {
    let (now, lag) = (desk.now(), desk.lag());
    desk.change(|state| hand_over(state, display_id, user, now, lag));
    desk.announce(&Event::AssetUpdated(display_id), &["user_id", "asset_state"]);
}

fn open_installation(state: &Desk, requester: u64) -> Option<Ticket> {
    let own = tickets_of(state, requester);
    let mut own = own.iter().filter_map(|id| state.tickets.get(id)).map(Versioned::current);
    own.find(|ticket| ticket.kind == "Installation" && ticket.status < tickets::RESOLVED && !ticket.deleted).cloned()
}

fn row(state: &Desk, person: &Requester) -> Value {
    json!({ "id": person.id, "name": state.user_name(person.id), "email": person.primary_email,
        "phone": person.mobile_phone_number, "active": person.active, "assets": assets_of(state, person.id).len() })
}

fn back(person: u64, done: &str) -> Response {
    Redirect::to(&format!("/people/{person}?done={done}")).into_response()
}

fn render(template: &str, values: &Value) -> Response {
    let mut pages = Environment::new();
    let sources = [
        ("layout.html", include_str!("pages/layout.html")),
        ("requesters.html", include_str!("pages/requesters.html")),
        ("person.html", include_str!("pages/person.html")),
    ];
    let page = sources
        .into_iter()
        .try_for_each(|(name, source)| pages.add_template(name, source))
        .and_then(|()| pages.get_template(template)?.render(Serde(values)));
    match page {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
