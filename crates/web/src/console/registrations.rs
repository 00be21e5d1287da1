//! Who asks to be let in (`P12`): the queue, and deciding.

use axum::extract::{Form, OriginalUri, Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::id::{ContactId, PlaceId, RegistrationId};
use tessera_core::licence::LicenceType;
use tessera_core::normalise;
use tessera_core::registration::{Registration, RegistrationState};
use tessera_hub::Approving;

use super::{CHANNEL, MOST, back, chrome, id, security, words};
use crate::App;
use crate::access::Staff;
use crate::page::{Answer, PageError, page, redirect_with};
use crate::view::Flash;
use crate::view::console::door::{self as view, DecidedPart, PlaceChoice, RegistrationRow};

const QUEUE: &str = "/console/registrations";

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let waiting = app.hub.store.registrations_waiting(MOST).await?;
    let content = view::Registrations {
        waiting: waiting
            .into_iter()
            .map(|it| RegistrationRow { url: url(it.id), name: it.name, email: it.email, since: it.created_at })
            .collect(),
        closed: !app.hub.config.self_registration,
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

fn url(id: RegistrationId) -> String {
    format!("{QUEUE}/{id}")
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(registration): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let (registration, person) = app.hub.registration_at_hand(id(&registration)?).await?;
    let decided = registration.decided_at.zip(registration.decided_by.as_deref()).map(|(at, by)| DecidedPart {
        approved: registration.state == RegistrationState::Approved,
        done: words::done(&app, at, by),
        reason: registration.reason.clone(),
        security_url: security::url(person.id),
    });
    let url = url(registration.id);
    let content = view::Registration {
        places: if decided.is_none() { suggested(&app, &registration).await? } else { Vec::new() },
        name: registration.name,
        email: registration.email,
        message: registration.message,
        since: registration.created_at,
        person_id: person.person_id,
        decided,
        approve_action: format!("{url}/approve"),
        refuse_action: format!("{url}/refuse"),
        licences: LicenceType::ALL.map(LicenceType::as_str).to_vec(),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

/// The places of customers known by the same address.
async fn suggested(app: &App, registration: &Registration) -> Result<Vec<PlaceChoice>, PageError> {
    let Some(email) = normalise::email(&registration.email) else { return Ok(Vec::new()) };
    let store = &app.hub.store;
    let mut choices = Vec::new();
    for owner in store.customers_by_requester_email(&email).await?.into_iter().take(5) {
        let Some(customer) = store.customer(owner).await? else { continue };
        let places = store.places_of(owner).await?.into_iter().filter(|place| place.active).take(10);
        choices.extend(places.map(|place| PlaceChoice {
            id: place.id.to_string(),
            name: place.name,
            owner: customer.name.clone(),
        }));
    }
    Ok(choices)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Given {
    licence: String,
    suggested: Option<String>,
    place: String,
    contact: String,
    reason: String,
}

/// What the form says, or what is wrong with it.
fn approving(given: &Given) -> Result<Approving, String> {
    let licence = LicenceType::parse(&given.licence).ok_or_else(|| {
        format!("{} is no licence type; did you mean {}?", given.licence, LicenceType::nearest(&given.licence).as_str())
    })?;
    // What is typed wins: somebody typed it after they chose.
    let place = Some(given.place.trim()).filter(|typed| !typed.is_empty()).or(given.suggested.as_deref());
    let place: Option<PlaceId> =
        place.map(str::parse).transpose().map_err(|_| "The place is no id of a place or a customer.".to_owned())?;
    let contact = Some(given.contact.trim()).filter(|typed| !typed.is_empty());
    let contact: Option<ContactId> =
        contact.map(str::parse).transpose().map_err(|_| "The contact is no id of a contact.".to_owned())?;
    Ok(Approving { licence, place, contact })
}

pub(super) async fn approve(
    State(app): State<App>,
    staff: Staff,
    Path(registration): Path<String>,
    Form(given): Form<Given>,
) -> Answer {
    let registration: RegistrationId = id(&registration)?;
    let approving = match approving(&given) {
        Ok(approving) => approving,
        Err(wrong) => return Ok(redirect_with(&app, &url(registration), Some(&Flash::failed(wrong)))),
    };
    let outcome = app.hub.approve_registration(registration, &approving, &staff.actor(), CHANNEL).await;
    back(&app, &url(registration), outcome.map(|()| "Approved. The applicant gets an e-mail.".to_owned()))
}

pub(super) async fn refuse(
    State(app): State<App>,
    staff: Staff,
    Path(registration): Path<String>,
    Form(given): Form<Given>,
) -> Answer {
    let registration: RegistrationId = id(&registration)?;
    let outcome = app.hub.refuse_registration(registration, &given.reason, &staff.actor(), CHANNEL).await;
    back(&app, &url(registration), outcome.map(|()| "Refused. The applicant gets an e-mail.".to_owned()))
}
