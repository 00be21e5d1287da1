//! A requester or a contact without a customer: its data, and inviting it (`A11`).

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::invitations::{Invitation, InvitationError, InvitationState, address_of};
use tessera_core::kernel::ids::InvitationId;
use tessera_core::kernel::record::{Attributes, Kind, RecordKey, Requester};
use tessera_hub::HubError;
use tessera_hub::queries::customers::{FreeRecord, RecordStatus, StoredRecord};

use super::dealings;
use crate::App;
use crate::auth::caller::Staff;
use crate::console::{back, chrome, customer_url, invitations, presenter, record_url};
use crate::pages::console as view;
use crate::pages::console::{FreshLink, InviteForm, RequesterAsset};
use crate::pages::{Chrome, Fact, Flash};
use crate::respond::page::{Answer, PageError, page, redirect_with};

/// The parts of a record's path.
type Named = Path<(String, String, String)>;

/// Query: what to show in addition to the record.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Beside {
    /// The invitation that was just issued.
    invited: Option<InvitationId>,
}

pub(crate) async fn record(
    State(app): State<App>,
    staff: Staff,
    Path(named): Named,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(beside): Query<Beside>,
) -> Answer {
    let key = key(&app, named)?;
    let free = match app.hub.queries().record_status(&key).await? {
        // A record created a minute ago may not have been read yet, so its system is asked.
        RecordStatus::Unknown => match app.hub.read_through(&key, &staff.ctx()).await {
            Ok(()) => app.hub.queries().record_status(&key).await?,
            Err(error @ HubError::NotFound(_)) => return Err(error.into()),
            Err(error) => return back(&app, "/console", Err(error)),
        },
        known => known,
    };
    let free = match free {
        RecordStatus::Free(free) => free,
        RecordStatus::Linked(customer) => return Ok(Redirect::to(&customer_url(customer)).into_response()),
        RecordStatus::Unknown => return Err(PageError::NOT_FOUND),
    };
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let fresh_link = fresh_link(&app, &chrome, &free, beside.invited);
    page(&app, &chrome, &view::Requester { fresh_link, ..shown(&app, &free) })
}

/// The record in the path: a requester of the service desk, or a contact of the CRM.
fn key(app: &App, (system, kind, id): (String, String, String)) -> Result<RecordKey, PageError> {
    let kind: Kind = kind.parse().map_err(|_| PageError::NOT_FOUND)?;
    let digits = id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit());
    let key = RecordKey::new(system, kind, id);
    let is_shown = matches!(kind, Kind::Requester | Kind::Contact) && app.hub.can_read(&key) && digits;
    if is_shown { Ok(key) } else { Err(PageError::NOT_FOUND) }
}

fn shown(app: &App, free: &FreeRecord) -> view::Requester {
    let FreeRecord { record, held, invitations: invited } = free;
    let key = &record.key;
    let email = record.attributes.primary_email();
    let mut facts: Vec<Fact> = email.map(|email| Fact::new("Primary e-mail", email)).into_iter().collect();
    facts.extend(presenter::facts(&record.attributes));
    view::Requester {
        system: presenter::system(app, &key.system),
        kind: key.kind.to_string(),
        external_id: key.external_id.clone(),
        name: record.attributes.title().to_owned(),
        state: presenter::record_state(record),
        url: app.hub.config.addresses.record(key),
        facts,
        contact: dealings::crm_contact(app, record),
        tickets_url: (key.kind == Kind::Requester).then(|| format!("{}/tickets", record_url(key))),
        assets: held.iter().filter_map(|asset| held_asset(app, asset)).collect(),
        invitations: invitations::rows(app, invited),
        invite: match &record.attributes {
            Attributes::Requester(requester) => Some(invite_form(app, record, requester, invited)),
            _ => None,
        },
        fresh_link: None,
        seen_at: record.read_at,
        stale: presenter::stale(app, &[&key.system]),
        reread_action: format!("{}/reread", record_url(key)),
    }
}

fn held_asset(app: &App, record: &StoredRecord) -> Option<RequesterAsset> {
    let Attributes::Asset(asset) = &record.attributes else { return None };
    Some(RequesterAsset {
        name: asset.name.clone(),
        asset_type: asset.asset_type.clone().unwrap_or_else(|| asset.asset_type_id.clone()),
        serial: asset.serial.clone(),
        state: presenter::asset_state(asset.state.as_deref()),
        is_device: app.hub.config.device_type.admits(asset),
    })
}

fn invite_form(app: &App, record: &StoredRecord, requester: &Requester, invited: &[Invitation]) -> InviteForm {
    let now = app.hub.env.now();
    let address = address_of(requester, &record.key.external_id);
    let desk = presenter::system(app, &record.key.system).label;
    let blocked = match &address {
        _ if record.gone_at.is_some() => {
            Some(format!("{desk} no longer has this requester. Look there for the one it was merged into."))
        }
        Ok(_) => None,
        Err(InvitationError::RequesterInactive(_)) => {
            Some(format!("This requester is deactivated. Reactivate it in {desk}, then re-read the record."))
        }
        Err(InvitationError::NoEmail(_)) => {
            Some(format!("This requester has no e-mail address. Add one in {desk}, then re-read the record."))
        }
        Err(InvitationError::NotDeliverable(_)) => Some(format!(
            "No mail can be sent to this requester’s e-mail address. Correct it in {desk}, then re-read the record."
        )),
    };
    InviteForm {
        action: format!("{}/invite", record_url(&record.key)),
        email: address.ok().map(ToOwned::to_owned),
        blocked,
        replaces_open: invited.iter().any(|invitation| invitation.state(now) == InvitationState::Open),
        valid_days: u32::try_from(app.hub.config.invitation_lifetime.as_hours() / 24).unwrap_or(0),
    }
}

/// The link of an invitation that was just issued. It is neither in the URL nor in the cookie, and is shown only with
/// the flash message: after a reload, neither is shown again.
fn fresh_link(app: &App, chrome: &Chrome, free: &FreeRecord, invited: Option<InvitationId>) -> Option<FreshLink> {
    let (Some(id), Some(_)) = (invited, &chrome.flash) else { return None };
    let invitation = free.invitations.iter().find(|invitation| invitation.id == id).filter(|invitation| {
        let ours = invitation.record() == free.record.key;
        ours && invitation.state(chrome.now) == InvitationState::Open
    })?;
    Some(FreshLink {
        url: app.hub.invitation_url(invitation),
        sent_to: invitation.email.clone(),
        expires_at: invitation.expires_at,
    })
}

pub(crate) async fn invite(State(app): State<App>, staff: Staff, Path(named): Named) -> Answer {
    let key = requester(&app, named)?;
    let url = record_url(&key);
    match app.hub.invite(&key.external_id, &staff.ctx()).await {
        // The record may have been linked since. Then its page is the customer's, where the link can only be shown in
        // the message.
        Ok(invited) if app.hub.queries().customer_of(&key).await?.is_some() => {
            back(&app, &url, Ok(invitations::invited_message(&invited)))
        }
        Ok(invited) => {
            let flash = Flash::done(format!("{} is invited.", invited.email));
            Ok(redirect_with(&app, &format!("{url}?invited={}", invited.id), Some(&flash)))
        }
        Err(error) => back(&app, &url, Err(error)),
    }
}

/// Withdraws the open invitations.
pub(crate) async fn withdraw(State(app): State<App>, staff: Staff, Path(named): Named) -> Answer {
    let key = requester(&app, named)?;
    let outcome = app.hub.withdraw_invitations(&key.external_id, &staff.ctx()).await;
    back(&app, &record_url(&key), outcome.map(|()| "The invitation is withdrawn; its link no longer works.".to_owned()))
}

/// Reads the record in its system now.
pub(crate) async fn reread(State(app): State<App>, staff: Staff, Path(named): Named) -> Answer {
    let key = key(&app, named)?;
    let outcome = app.hub.read_through(&key, &staff.ctx()).await;
    back(&app, &record_url(&key), outcome.map(|()| "The record was read again.".to_owned()))
}

pub(super) fn requester(app: &App, named: (String, String, String)) -> Result<RecordKey, PageError> {
    key(app, named).and_then(|key| if key.kind == Kind::Requester { Ok(key) } else { Err(PageError::NOT_FOUND) })
}
