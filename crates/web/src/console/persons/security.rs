//! The security tab of a person (`P03`): staff send links, and view and end sign-in methods and sessions. They neither
//! see nor set passwords.

use axum::extract::{OriginalUri, Path, State};
use axum::http::HeaderMap;
use tessera_core::credentials::{OneTimeLink, OneTimeLinkState, passkey_of};
use tessera_core::kernel::ids::{IdentityId, PersonId};
use tessera_core::kernel::mask;
use tessera_core::persons::Person;
use tessera_hub::queries::credentials::SecurityPage;

use crate::App;
use crate::auth::caller::Staff;
use crate::auth::sessions::how;
use crate::console::{back, chrome, customer_url, id, presenter};
use crate::pages::console::auth::{FactorRow, LinkRow, MethodRow, Security, StaffSessionRow};
use crate::respond::page::{Answer, PageError, page};

pub(crate) fn url(person: PersonId) -> String {
    format!("/console/persons/{person}/security")
}

pub(crate) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(person): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let SecurityPage { known, links, sessions, email_as_login } = app.hub.queries().security_page(id(&person)?).await?;
    let (person, credentials, url) = (&known.person, &known.credentials, url(known.person.id));
    let address = known.address().map(ToOwned::to_owned);
    let active = person.inactive.is_none();
    let content = Security {
        name: person.name.clone(),
        person_id: Some(person.person_id.clone()).filter(|shown| *shown != person.id.to_string()),
        inactive: !active,
        password_since: credentials.password_set_at,
        send_action: (active && address.is_some()).then(|| format!("{url}/send-link")),
        address,
        links: links.iter().map(|link| row(&app, link, person)).collect(),
        factor: credentials
            .second_factor
            .as_ref()
            .map(|factor| FactorRow { since: factor.since, remove_action: format!("{url}/remove-factor") }),
        passkeys: u32::try_from(credentials.passkeys).unwrap_or_default(),
        codes_left: u32::try_from(credentials.codes_left).unwrap_or_default(),
        methods: known
            .identities
            .iter()
            .map(|identity| MethodRow {
                how: how(&app, &identity.sign_in),
                since: identity.created_at,
                last_used_at: identity.last_used_at,
                remove_action: passkey_of(&identity.sign_in.identity)
                    .map(|passkey| format!("{url}/passkeys/{passkey}/remove")),
            })
            .collect(),
        sessions: sessions
            .into_iter()
            .map(|line| StaffSessionRow {
                device: line.device.unwrap_or_else(|| "Unknown browser".to_owned()),
                how: how(&app, &line.sign_in),
                since: line.since,
                last_used_at: line.last_used_at,
                place: line.place.filter(|place| !place.is_empty()).unwrap_or_else(|| "not known".to_owned()),
                end_action: format!("{url}/sessions/{}/end", line.handle),
            })
            .collect(),
        end_all_action: format!("{url}/sign-out"),
        person_url: crate::console::persons::person::url(person.id),
        customer_url: customer_url(known.customer.id),
        customer: known.customer.name.clone(),
        email_as_login,
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

fn row(app: &App, link: &OneTimeLink, person: &Person) -> LinkRow {
    LinkRow {
        sent_to: mask::email(&link.email),
        sent: presenter::done(app, link.created_at, &link.created_by),
        expires_at: link.expires_at,
        state: match link.state(person, app.hub.env.now()) {
            OneTimeLinkState::Open => "open",
            OneTimeLinkState::Used => "used",
            OneTimeLinkState::Expired => "expired",
            OneTimeLinkState::Dead => "no longer works",
        },
    }
}

pub(crate) async fn send_link(State(app): State<App>, staff: Staff, Path(person): Path<String>) -> Answer {
    let person: PersonId = id(&person)?;
    let outcome = app.hub.send_password_link(person, &staff.ctx()).await;
    back(&app, &url(person), outcome.map(|()| "Sent. The link works once and for three days.".to_owned()))
}

pub(crate) async fn remove_factor(State(app): State<App>, staff: Staff, Path(person): Path<String>) -> Answer {
    let person: PersonId = id(&person)?;
    let outcome = app.hub.remove_second_factor(person, None, &staff.ctx()).await;
    back(&app, &url(person), outcome.map(|()| "The app is off. The person was notified by e-mail.".to_owned()))
}

pub(crate) async fn remove_passkey(
    State(app): State<App>,
    staff: Staff,
    Path((person, passkey)): Path<(String, String)>,
) -> Answer {
    let person: PersonId = id(&person)?;
    let passkey: IdentityId = id(&passkey)?;
    let outcome = app.hub.remove_passkey(person, passkey, &staff.ctx()).await;
    back(&app, &url(person), outcome.map(|()| "The passkey was removed. The person was notified by e-mail.".to_owned()))
}

pub(crate) async fn sign_out(State(app): State<App>, staff: Staff, Path(person): Path<String>) -> Answer {
    let person: PersonId = id(&person)?;
    let outcome = app.hub.end_sessions_of(person, None, &staff.ctx()).await;
    back(&app, &url(person), outcome.map(|()| "Signed out everywhere.".to_owned()))
}

pub(crate) async fn end_session(
    State(app): State<App>,
    _staff: Staff,
    Path((person, handle)): Path<(String, String)>,
) -> Answer {
    let person: PersonId = id(&person)?;
    if !app.hub.end_session_of(person, &handle).await? {
        return Err(PageError::NOT_FOUND);
    }
    back(&app, &url(person), Ok("The session ended.".to_owned()))
}
