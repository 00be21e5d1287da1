//! From the hub's devices and reasons to the portal's words.

use jiff::{SignedDuration, Timestamp};
use tessera_core::device::Device;
use tessera_core::reason::Reason;
use tessera_core::timeline::{Entry, Event};
use tessera_hub::DevicesAnswer;

use crate::App;
use crate::view::portal::{self as page, Action, Check, Checklist, DeviceDetail, DeviceEvent, NoDevices};
use crate::view::{Stale, Tone};

/// The list.
pub(super) fn devices(app: &App, answer: &DevicesAnswer) -> page::Devices {
    let as_of = answer.as_of.unwrap_or_else(|| app.hub.env.now());
    page::Devices { devices: answer.devices.iter().map(card).collect(), as_of, stale: stale(app, as_of) }
}

/// One device.
pub(super) fn device(app: &App, device: &Device, timeline: &[Entry]) -> DeviceDetail {
    let history = timeline.iter().filter_map(|entry| {
        let text = match entry.event()? {
            Event::DeviceAssigned { record, .. } if record.external_id == device.external_id => "Added to your account",
            Event::DeviceUnassigned { record, .. } if record.external_id == device.external_id => {
                "Removed from your account"
            }
            _ => return None,
        };
        Some(DeviceEvent { at: entry.at, text: text.to_owned() })
    });
    DeviceDetail {
        device: card(device),
        devices_url: "/portal/customer".to_owned(),
        as_of: device.read_at,
        stale: stale(app, device.read_at),
        history: history.collect(),
    }
}

/// The empty list, with the one true cause.
pub(super) fn no_devices(answer: &DevicesAnswer, reason: Reason) -> NoDevices {
    let words = reason.words();
    let standing = answer.standing;
    let linked = standing.linked;
    let checklist = Checklist {
        signed_in: Check::Yes,
        invited: if linked || standing.invited || standing.activation_pending { Check::Yes } else { Check::No },
        activated: match (linked, standing.activation_pending, standing.invited) {
            (true, ..) => Check::Yes,
            (false, true, _) => Check::UnderWay,
            (false, false, true) => Check::No,
            (false, false, false) => Check::NotYet,
        },
        device_assigned: if linked { Check::No } else { Check::NotYet },
    };
    let pending = Action { label: "See how far it is".to_owned(), url: "/activation".to_owned(), post: false };
    NoDevices {
        reason: page::Reason {
            code: reason.code().to_owned(),
            title: words.title.to_owned(),
            explanation: words.explanation.to_owned(),
            next_step: words.next_step.to_owned(),
        },
        checklist,
        action: (reason == Reason::ActivationPending).then_some(pending),
        as_of: answer.as_of,
    }
}

fn card(device: &Device) -> page::Device {
    let state = device.state.clone().unwrap_or_else(|| "Registered".to_owned());
    page::Device {
        url: format!("/portal/customer/devices/{}", device.external_id),
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

/// States are the service desk's own words; only the well-known ones get a colour.
fn tone(state: &str) -> Tone {
    match state.to_ascii_lowercase().as_str() {
        "in use" => Tone::Good,
        "missing" | "retired" => Tone::Warn,
        _ => Tone::Plain,
    }
}

/// Data is called stale when the service desk has not answered since, and a day has passed.
fn stale(app: &App, as_of: Timestamp) -> Option<Stale> {
    let old = app.hub.env.now().duration_since(as_of) > SignedDuration::from_hours(24);
    old.then(|| Stale { system: "the service desk".to_owned(), since: as_of })
}
