//! Registration requests (`P12`): the queue, and decisions.

use axum::extract::{Form, OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::{ContactId, PlaceId, RegistrationId};
use tessera_core::kernel::normalise;
use tessera_core::persons::contact::Contact;
use tessera_core::persons::place::Place;
use tessera_core::persons::registration::RegistrationState;
use tessera_hub::Approving;
use tessera_hub::queries::search::OfferedCustomer;
use url::form_urlencoded;

use super::security;
use crate::App;
use crate::auth::caller::Staff;
use crate::console::search::choose;
use crate::console::{PAGE_SIZE, back, chrome, id, presenter};
use crate::pages::Flash;
use crate::pages::console::auth as view;
use crate::pages::console::auth::{ContactChoice, DecidedPart, PlaceChoice, RegistrationRow};
use crate::respond::page::{Answer, page, redirect_with};

const QUEUE: &str = "/console/registrations";

pub(crate) async fn list(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let waiting = app.hub.queries().registrations_waiting(PAGE_SIZE).await?;
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

/// Query: the customer to search for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Looked {
    q: String,
}

pub(crate) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(registration): Path<String>,
    Query(Looked { q }): Query<Looked>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let (registration, person) = app.hub.registration_at_hand(id(&registration)?).await?;
    let decided = registration.decided_at.zip(registration.decided_by.as_deref()).map(|(at, by)| DecidedPart {
        approved: registration.state == RegistrationState::Approved,
        done: presenter::done(&app, at, by),
        reason: registration.reason.clone(),
        security_url: security::url(person.id),
    });
    let query = choose::query(&q);
    let (offered, more) = match decided {
        None => app.hub.queries().customers_offered(&registration.email, &query, PAGE_SIZE).await?,
        Some(_) => (Vec::new(), false),
    };
    let url = url(registration.id);
    let content = view::Registration {
        places: places(&offered),
        contacts: contacts(&offered, &registration.email),
        more,
        query,
        name: registration.name,
        email: registration.email,
        message: registration.message,
        since: registration.created_at,
        person_id: person.person_id,
        decided,
        approve_action: format!("{url}/approve"),
        refuse_action: format!("{url}/refuse"),
        find_url: url,
        licences: LicenceType::ALL.map(LicenceType::as_str).to_vec(),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

/// The places to choose from. If there is only one, it is preselected.
fn places(offered: &[OfferedCustomer]) -> Vec<PlaceChoice> {
    let all = || offered.iter().flat_map(|of| of.places.iter().map(move |place| (place, of)));
    let only = all().count() == 1;
    let choice = |(place, of): (&Place, &OfferedCustomer)| PlaceChoice {
        id: place.id.to_string(),
        name: place.name.clone(),
        owner: of.name.clone(),
        chosen: only,
    };
    all().map(choice).collect()
}

/// The contacts to choose from. The one with the applicant's address is preselected.
fn contacts(offered: &[OfferedCustomer], email: &str) -> Vec<ContactChoice> {
    let address = normalise::email(email);
    let of_owner = |of: &OfferedCustomer| {
        let choice = |contact: &Contact| ContactChoice {
            id: contact.id.to_string(),
            label: format!("{}, {}", contact.name, of.name),
            chosen: address.is_some() && contact.email.as_deref().and_then(normalise::email) == address,
        };
        of.contacts.iter().map(choice).collect::<Vec<_>>()
    };
    offered.iter().flat_map(of_owner).collect()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    licence: String,
    place: String,
    contact: String,
    reason: String,
    /// The search query, so that a rejected form can show the same choices again.
    q: String,
}

/// Parses the form, or returns the error.
fn approving(given: &Given) -> Result<Approving, String> {
    let licence = LicenceType::parse(&given.licence).ok_or_else(|| {
        format!("{} is no licence type; did you mean {}?", given.licence, LicenceType::nearest(&given.licence).as_str())
    })?;
    let place = Some(given.place.trim()).filter(|chosen| !chosen.is_empty());
    let place: Option<PlaceId> =
        place.map(str::parse).transpose().map_err(|_| "Choose one of the places that are shown.".to_owned())?;
    let contact = Some(given.contact.trim()).filter(|chosen| !chosen.is_empty());
    let contact: Option<ContactId> =
        contact.map(str::parse).transpose().map_err(|_| "Choose one of the contacts that are shown.".to_owned())?;
    Ok(Approving { licence, place, contact })
}

pub(crate) async fn approve(
    State(app): State<App>,
    staff: Staff,
    Path(registration): Path<String>,
    Form(given): Form<Given>,
) -> Answer {
    let registration: RegistrationId = id(&registration)?;
    let looked = form_urlencoded::Serializer::new(String::new()).append_pair("q", &choose::query(&given.q)).finish();
    let here = format!("{}?{looked}", url(registration));
    let approving = match approving(&given) {
        Ok(approving) => approving,
        Err(wrong) => return Ok(redirect_with(&app, &here, Some(&Flash::failed(wrong)))),
    };
    let outcome = app.hub.approve_registration(registration, &approving, &staff.ctx()).await;
    back(&app, &here, outcome.map(|()| "Approved. The applicant gets an e-mail.".to_owned()))
}

pub(crate) async fn refuse(
    State(app): State<App>,
    staff: Staff,
    Path(registration): Path<String>,
    Form(given): Form<Given>,
) -> Answer {
    let registration: RegistrationId = id(&registration)?;
    let outcome = app.hub.refuse_registration(registration, &given.reason, &staff.ctx()).await;
    back(&app, &url(registration), outcome.map(|()| "Refused. The applicant gets an e-mail.".to_owned()))
}
