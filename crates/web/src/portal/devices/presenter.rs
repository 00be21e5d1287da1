//! Converts the hub's devices and reasons into the text of the portal's pages.

use jiff::Timestamp;
use tessera_core::devices::Device;
use tessera_core::explain::{self, ActivationFinding, Finding, InvitationFinding, Outcome, Reason};
use tessera_hub::DevicesAnswer;

use crate::App;
use crate::locale::text;
use crate::pages::portal as page;
use crate::pages::portal::{Action, Check, Checklist, DeviceDetail, DeviceEvent, NoDevices};
use crate::pages::{Stale, Tone};

/// The list of devices.
pub(super) fn devices(app: &App, answer: &DevicesAnswer) -> page::Devices {
    let as_of = answer.as_of.unwrap_or_else(|| app.hub.env.now());
    page::Devices { devices: answer.devices.iter().map(card).collect(), as_of, stale: stale(app, as_of) }
}

/// The page of a device, with the times when it was added and removed, newest first.
pub(super) fn device(app: &App, device: &Device, history: &[(Timestamp, Option<Timestamp>)]) -> DeviceDetail {
    let told = |at, text: String| DeviceEvent { at, text };
    let turns = history.iter().flat_map(|(since, ended)| {
        let removed = ended.map(|at| told(at, text!("portal-device-removed")));
        removed.into_iter().chain([told(*since, text!("portal-device-added"))])
    });
    DeviceDetail {
        device: card(device),
        devices_url: "/portal/customer".to_owned(),
        documents_url: format!("{}/documents", super::device_url(device)),
        return_url: format!("/portal/customer/returns/new?device={}", device.external_id),
        as_of: device.read_at,
        stale: stale(app, device.read_at),
        history: turns.collect(),
        requests: Vec::new(),
        report_url: format!("/portal/customer/requests/new?device={}", device.external_id),
    }
}

/// The empty list, with the reason.
pub(super) fn no_devices(answer: &DevicesAnswer, reason: Reason) -> NoDevices {
    NoDevices {
        reason: page::Reason::of(reason),
        checklist: checklist(answer, reason),
        action: action(reason),
        as_of: answer.as_of,
    }
}

/// The progress of a customer without devices, in up to four steps. It repeats the checks of the explanation, so that no
/// step is shown as done that never took place. A colleague has nothing to progress to.
fn checklist(answer: &DevicesAnswer, reason: Reason) -> Option<Checklist> {
    if reason == Reason::OperatingCompany {
        return None;
    }
    let check = |rule| answer.checks.iter().find(|check| check.rule == rule);
    let invited = check("invitation").map_or(Some(Check::No), |check| invited(check, reason));
    let activated = check("activation").map_or(Some(Check::NotYet), |check| activated(check, invited, reason));
    let unsure = matches!(reason, Reason::DataStale | Reason::RequesterMissing | Reason::ChangesHeld);
    let device_assigned = match (answer.customer.is_some(), unsure) {
        (true, true) => Check::UnderWay,
        (true, false) => Check::No,
        (false, _) => Check::NotYet,
    };
    Some(Checklist { signed_in: Check::Yes, invited, activated, device_assigned })
}

/// Whether the customer was invited. `None`: no invitation is needed.
fn invited(check: &explain::Check, reason: Reason) -> Option<Check> {
    match (&check.finding, check.outcome) {
        (_, Outcome::Pass) => Some(Check::Yes),
        (_, Outcome::Note) => None,
        // Staff decide about a sign-in that came with a requester id, so there need not be an invitation.
        (_, Outcome::Fail | Outcome::Unknown) if reason == Reason::ReviewPending => None,
        (Finding::Invitation(finding), Outcome::Fail) => Some(match finding {
            InvitationFinding::NoneMade | InvitationFinding::NoEmail | InvitationFinding::MailFailed { .. } => {
                Check::No
            }
            _ => Check::Yes,
        }),
        (_, Outcome::Fail | Outcome::Unknown) => Some(Check::No),
    }
}

/// Whether the account is activated. `None`: no activation is needed.
fn activated(check: &explain::Check, invited: Option<Check>, reason: Reason) -> Option<Check> {
    match (&check.finding, check.outcome) {
        (_, Outcome::Pass) => Some(Check::Yes),
        (_, Outcome::Note) => None,
        (Finding::Activation(ActivationFinding::Running { .. } | ActivationFinding::Delayed { .. }), _) => {
            Some(Check::UnderWay)
        }
        _ if reason == Reason::ReviewPending => Some(Check::UnderWay),
        _ if invited == Some(Check::Yes) => Some(Check::No),
        _ => Some(Check::NotYet),
    }
}

/// The action the customer can take, if any.
fn action(reason: Reason) -> Option<Action> {
    let send = |label: String| {
        let url = super::LINK_URL.to_owned();
        Some(Action { label, url, post: true })
    };
    match reason.customer_action() {
        // The link goes to the mailbox, so an address that was not verified is good enough.
        explain::Action::RequestLink | explain::Action::VerifyEmail => send(text!("portal-send-link")),
        explain::Action::OpenLink => send(text!("portal-send-link-again")),
        explain::Action::Wait if matches!(reason, Reason::ActivationPending | Reason::ActivationDelayed) => {
            Some(Action { label: text!("portal-see-progress"), url: "/activation".to_owned(), post: false })
        }
        explain::Action::UseOtherSignIn => {
            let url = "/portal/customer/sign-out".to_owned();
            Some(Action { label: text!("portal-sign-out"), url, post: true })
        }
        _ => None,
    }
}

fn card(device: &Device) -> page::Device {
    let state = device.state.clone().unwrap_or_else(|| text!("portal-device-registered"));
    page::Device {
        url: super::device_url(device),
        name: device.name.clone(),
        product: device.product.clone(),
        vendor: device.vendor.clone(),
        serial: device.serial.clone(),
        inverter_serial: device.inverter_serial.clone(),
        inverter_vendor: device.inverter_vendor.clone(),
        serials_differ: device.serials_differ(),
        state_tone: tone(&state),
        state,
        since: device.assigned_on,
    }
}

/// The colour of a state. States have the service desk's own names; only well-known ones get a colour.
fn tone(state: &str) -> Tone {
    match state.to_ascii_lowercase().as_str() {
        "in use" => Tone::Good,
        "missing" | "retired" => Tone::Warn,
        _ => Tone::Plain,
    }
}

/// Data is stale if the service desk has not been read for a day.
fn stale(app: &App, as_of: Timestamp) -> Option<Stale> {
    let old = explain::is_stale(Some(as_of), app.hub.env.now());
    old.then(|| Stale { system: text!("portal-service-desk"), since: as_of })
}
