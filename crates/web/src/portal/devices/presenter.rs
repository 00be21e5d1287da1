//! Converts the hub's devices and reasons into the text of the portal's pages.

use jiff::Timestamp;
use tessera_core::devices::Device;
use tessera_core::explain::{self, Reason};
use tessera_hub::DevicesAnswer;

use crate::App;
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
    let told = |at, text: &str| DeviceEvent { at, text: text.to_owned() };
    let turns = history.iter().flat_map(|(since, ended)| {
        let removed = ended.map(|at| told(at, "Removed from your account"));
        removed.into_iter().chain([told(*since, "Added to your account")])
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
    let words = crate::explain::for_customer(reason);
    NoDevices {
        reason: page::Reason {
            code: reason.code().to_owned(),
            title: words.title.to_owned(),
            explanation: words.explanation.to_owned(),
            next_step: words.next_step.to_owned(),
        },
        checklist: checklist(answer.customer.is_some(), reason),
        action: action(reason),
        as_of: answer.as_of,
    }
}

/// The progress of a customer without devices, in four steps.
const fn checklist(linked: bool, reason: Reason) -> Checklist {
    let under_way = matches!(reason, Reason::ActivationPending | Reason::ActivationDelayed | Reason::ReviewPending);
    let invited = matches!(
        reason,
        Reason::InvitationUnused
            | Reason::InvitationExpired
            | Reason::InvitationRevoked
            | Reason::ActivationRefused
            | Reason::OtherIdentity
            | Reason::IdentityUnlinked
            | Reason::RequesterUnlinked
            | Reason::MailFailed
            | Reason::AccountClosed
    );
    let unsure = matches!(reason, Reason::DataStale | Reason::RequesterMissing | Reason::ChangesHeld);
    Checklist {
        signed_in: Check::Yes,
        invited: if linked || under_way || invited { Check::Yes } else { Check::No },
        activated: match (linked, under_way, invited) {
            (true, ..) => Check::Yes,
            (false, true, _) => Check::UnderWay,
            (false, false, true) => Check::No,
            (false, false, false) => Check::NotYet,
        },
        device_assigned: match (linked, unsure) {
            (true, true) => Check::UnderWay,
            (true, false) => Check::No,
            (false, _) => Check::NotYet,
        },
    }
}

/// The action the customer can take, if any.
fn action(reason: Reason) -> Option<Action> {
    match reason.customer_action() {
        explain::Action::Wait if matches!(reason, Reason::ActivationPending | Reason::ActivationDelayed) => {
            Some(Action { label: "See how far it is".to_owned(), url: "/activation".to_owned(), post: false })
        }
        explain::Action::UseOtherSignIn => {
            let url = "/portal/customer/sign-out".to_owned();
            Some(Action { label: "Sign out".to_owned(), url, post: true })
        }
        _ => None,
    }
}

fn card(device: &Device) -> page::Device {
    let state = device.state.clone().unwrap_or_else(|| "Registered".to_owned());
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
    old.then(|| Stale { system: "the service desk".to_owned(), since: as_of })
}
