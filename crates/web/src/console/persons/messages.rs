//! The message keys of a person with a MESSAGE licence, and what their machine sent (`P17`).

use axum::extract::{Form, OriginalUri, Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::MessageCredentialId;
use tessera_core::messages::{Message, MessageCredential, MessageType, Outcome, Reference, Referred};
use tessera_core::persons::Person;
use tessera_hub::queries::messages::SentMessages;

use super::person;
use crate::App;
use crate::auth::caller::Staff;
use crate::console::{back, chrome, device_url, id, presenter};
use crate::pages::Tone;
use crate::pages::console::{Badge, KeyRow, MessageRow, PersonMessages};
use crate::respond::page::{Answer, page};

/// The section of a person's page. `None` if the person neither may send messages nor has ever sent one.
pub(super) fn section(app: &App, person: &Person, sent: SentMessages) -> Option<PersonMessages> {
    let may_send = person.licence == Some(LicenceType::Message);
    if !may_send && sent.credentials.is_empty() {
        return None;
    }
    let url = format!("{}/message-keys", person::url(person.id));
    Some(PersonMessages {
        keys: sent.credentials.into_iter().map(|credential| key(app, &url, credential)).collect(),
        messages: sent.messages.into_iter().map(row).collect(),
        issue_action: may_send.then_some(url),
        new_key: None,
    })
}

fn key(app: &App, url: &str, credential: MessageCredential) -> KeyRow {
    KeyRow {
        issued: presenter::done(app, credential.created_at, &credential.created_by),
        used_at: credential.last_used_at,
        revoke_action: credential.revoked.is_none().then(|| format!("{url}/{}/revoke", credential.id)),
        revoked: credential.revoked.map(|(at, by)| presenter::done(app, at, &by)),
        name: credential.name,
    }
}

fn row(message: Message) -> MessageRow {
    let (state, url, reason) = match &message.outcome {
        None => (Badge::new("Received", Tone::Warn), None, None),
        Some((_, Outcome::CarriedOut(made))) => (Badge::new("Carried out", Tone::Good), Some(made_url(made)), None),
        Some((_, Outcome::Rejected { reason, .. })) => {
            (Badge::new("Rejected", Tone::Bad), None, Some(presenter::sentence(reason)))
        }
    };
    let what = MessageType::parse(&message.kind).map_or_else(|| message.kind.clone(), |kind| kind.title().to_owned());
    MessageRow { id: message.external_id, what, received_at: message.received_at, state, url, reason }
}

fn made_url(made: &Reference) -> String {
    match made.kind {
        Referred::ServiceRequest => format!("/console/requests/{}", made.id),
        Referred::Return => format!("/console/returns/{}", made.id),
        Referred::Device => device_url(&made.id),
    }
}

/// Form: the name of a new key.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewKey {
    name: String,
}

/// Issues a key, and shows it once: the page is the answer to the form, so nothing keeps the key.
pub(crate) async fn issue(
    State(app): State<App>,
    staff: Staff,
    Path(person_id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(NewKey { name }): Form<NewKey>,
) -> Answer {
    let person = person::find(&app, &person_id).await?;
    let url = person::url(person.id);
    let key = match app.hub.issue_message_key(person.id, &name, &staff.ctx()).await {
        Ok((_, key)) => key,
        Err(error) => return back(&app, &url, Err(error)),
    };
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let mut content = person::content(&app, person).await?;
    if let Some(messages) = &mut content.messages {
        messages.new_key = Some(key);
    }
    page(&app, &chrome, &content)
}

/// Revokes a key.
pub(crate) async fn revoke(
    State(app): State<App>,
    staff: Staff,
    Path((person_id, key)): Path<(String, String)>,
) -> Answer {
    let person = person::find(&app, &person_id).await?;
    let key: MessageCredentialId = id(&key)?;
    let outcome = app.hub.revoke_message_key(person.id, key, &staff.ctx()).await;
    let done = |credential: MessageCredential| format!("The key {} no longer works.", credential.name);
    back(&app, &person::url(person.id), outcome.map(done))
}
