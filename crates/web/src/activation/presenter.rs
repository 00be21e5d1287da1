//! Converts the state of an activation into the text of its page.

use tessera_core::access::Portal;
use tessera_core::activation::{Progress, StepState};
use tessera_core::invitations::Invitation;
use tessera_core::kernel::mask;
use tessera_core::kernel::record::Kind;
use tessera_hub::{ActivationView, CustomerClaims, Role};

use crate::App;
use crate::locale::{portal_title, text};
use crate::pages::activation as page;
use crate::pages::activation::{LinkedRecord, Pending, PortalLink, Step};

/// The four steps with their states.
pub(super) fn steps(progress: &Progress) -> Vec<Step> {
    let state = |step: &StepState| match step {
        StepState::Waiting => page::StepState::Waiting,
        StepState::Running => page::StepState::Running,
        StepState::Done => page::StepState::Done,
        StepState::Delayed { .. } => page::StepState::NeedsTime,
    };
    Step::all([&progress.requester, &progress.contact, &progress.devices, &progress.record].map(state))
}

/// The records that are linked. Customers know neither system by its name.
pub(super) fn records(linked: &CustomerClaims, invitation: &Invitation) -> Vec<LinkedRecord> {
    if invitation.kind == Kind::Account && linked.requester_id.is_none() {
        return vec![LinkedRecord { label: text!("activation-record-account"), number: None, linked: true }];
    }
    let record = |label, id: &Option<String>| LinkedRecord { label, number: id.clone(), linked: id.is_some() };
    vec![
        record(text!("activation-record-service"), &linked.requester_id),
        record(text!("activation-record-details"), &linked.contact_id),
    ]
}

/// A portal that the sign-in opens.
pub(super) fn portal(portal: Portal) -> PortalLink {
    PortalLink { title: portal_title(portal), url: format!("/portal/{}", portal.as_str()) }
}

/// The system that the activation is waiting for, if any.
pub(super) fn pending(app: &App, view: &ActivationView) -> Option<Pending> {
    let progress = &view.activation.progress;
    let steps = [&progress.requester, &progress.contact, &progress.devices, &progress.record];
    let system = steps.into_iter().find_map(|step| match step {
        StepState::Delayed { system, .. } => Some(system.as_str()),
        _ => None,
    })?;
    Some(Pending {
        system: system_in_words(app, system),
        since: view.activation.created_at,
        masked_email: Some(mask::email(&view.invitation.email)),
    })
}

/// A name for a system that customers understand, unlike its product name. It is used at the beginning of a sentence.
fn system_in_words(app: &App, system: &str) -> String {
    match app.hub.role_of(system) {
        Some(Role::ServiceDesk) => text!("activation-system-desk"),
        Some(Role::Crm) => text!("activation-system-register"),
        Some(Role::IdentityProvider) | None => text!("activation-system-other"),
    }
}
