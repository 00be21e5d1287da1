//! Sample states of a device, of a new device, and of a device write.

use crate::pages::console::samples::done;
use crate::pages::console::{Badge, Device, DeviceWrite, Field, Holder, NewDevice, ReadingLine, WriteLine};
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago};
use crate::pages::{Fact, Stale, Tone};

impl Sample for Device {
    fn samples() -> Vec<(String, Self)> {
        let held = Self {
            id: "1042".to_owned(),
            name: "Hybrid inverter, garage".to_owned(),
            state: Badge::new("In Use", Tone::Good),
            facts: vec![
                Fact::new("Asset type", "Hybrid Inverter Bundle"),
                Fact::new("Serial", "PC 5048 0020 09"),
                Fact::new("Inverter serial", "GX-99120-4471"),
            ],
            serials_differ: true,
            url: Some("https://desk.example.com/assets/41".into()),
            holder: Some(Holder {
                requester_id: "2001".to_owned(),
                name: "Jo Meyer".to_owned(),
                url: "/console/customers/0199".to_owned(),
                linked: true,
            }),
            seen_at: ago(3),
            hand_action: Some("/console/devices/1042/hand".into()),
            to: String::new(),
            writes: vec![WriteLine {
                url: "/console/device-writes/0199".to_owned(),
                what: "Assign Hybrid inverter, garage (asset 1042) to requester 2001".to_owned(),
                state: Badge::new("Done", Tone::Good),
                asked: done(40 * DAY, "agnes"),
            }],
            readings: vec![ReadingLine { measure: "energy".to_owned(), value: "12.5 kWh".to_owned(), at: ago(HOUR) }],
            stale: None,
            reread_action: "/console/devices/1042/reread".to_owned(),
        };
        let stock = Self {
            state: Badge::new("In Stock", Tone::Plain),
            serials_differ: false,
            url: None,
            holder: None,
            writes: Vec::new(),
            readings: Vec::new(),
            stale: Some(Stale { system: "Freshservice".to_owned(), since: ago(3 * HOUR) }),
            ..held.clone()
        };
        let not_activated = Self {
            holder: Some(Holder {
                requester_id: "2002".to_owned(),
                name: "Robin Meyer".to_owned(),
                url: "/console/records/freshservice/requester/2002".to_owned(),
                linked: false,
            }),
            ..held.clone()
        };
        let gone = Self {
            state: Badge::new("In the trash or gone", Tone::Warn),
            hand_action: None,
            holder: None,
            ..held.clone()
        };
        [("held", held), ("stock", stock), ("not-activated", not_activated), ("gone", gone)]
            .map(|(name, page)| (name.to_owned(), page))
            .into()
    }
}

inventory::submit! { PageSamples::of::<Device>(Shown::Staff("/console")) }

impl Sample for NewDevice {
    fn samples() -> Vec<(String, Self)> {
        let field = |key: &str, label: &str, required, choices: &[&str]| Field {
            key: key.to_owned(),
            label: label.to_owned(),
            required,
            choices: choices.iter().map(|&choice| choice.to_owned()).collect(),
            value: String::new(),
        };
        let empty = Self {
            action: "/console/devices".to_owned(),
            asset_type: "Hybrid Inverter Bundle".to_owned(),
            name: String::new(),
            to: "2001".to_owned(),
            fields: vec![
                field("product", "Product", true, &["PACE", "PACE Mini"]),
                field("serial_number", "Serial Number", true, &[]),
                field("asset_state", "Asset State", true, &["In Stock", "In Use"]),
                field("inverter_vendor", "Inverter Vendor", false, &[]),
            ],
            problems: Vec::new(),
        };
        let mut refused = Self {
            name: "Hybrid inverter, roof".to_owned(),
            problems: vec![
                "Asset 1042 has the serial number PC 5048 0020 09 already; assign that one instead".to_owned(),
            ],
            ..empty.clone()
        };
        "PACE".clone_into(&mut refused.fields[0].value);
        "PC 5048 0020 09".clone_into(&mut refused.fields[1].value);
        vec![("empty".to_owned(), empty), ("refused".to_owned(), refused)]
    }
}

inventory::submit! { PageSamples::of::<NewDevice>(Shown::Staff("/console")) }

impl Sample for DeviceWrite {
    fn samples() -> Vec<(String, Self)> {
        let wanted = Self {
            what: "Move Hybrid inverter, garage (asset 1042) from requester 2001 to requester 2002".to_owned(),
            state: "waiting".to_owned(),
            standing: Badge::new("Waiting", Tone::Warn),
            detail: None,
            asked: done(2, "agnes"),
            finished_at: None,
            device_url: Some("/console/devices/1042".into()),
            cancel_action: Some("/console/device-writes/0199/cancel".into()),
            stale: Some(Stale { system: "Freshservice".to_owned(), since: ago(3) }),
        };
        let ended = |state: &str, standing, detail: Option<&str>| Self {
            state: state.to_owned(),
            standing,
            detail: detail.map(ToOwned::to_owned),
            finished_at: Some(ago(1)),
            cancel_action: None,
            stale: None,
            ..wanted.clone()
        };
        let done = ended("done", Badge::new("Done", Tone::Good), None);
        let failed = ended(
            "failed",
            Badge::new("Failed", Tone::Bad),
            Some(
                "Freshservice refused the request for asset 1042: user_id: There is no user with the given id. Correct the named values.",
            ),
        );
        let superseded = ended(
            "superseded",
            Badge::new("Overtaken", Tone::Warn),
            Some("The asset is with requester 2003 now; nothing was changed."),
        );
        let cancelled = ended("cancelled", Badge::new("Cancelled", Tone::Plain), Some("agnes"));
        [("wanted", wanted), ("done", done), ("failed", failed), ("superseded", superseded), ("cancelled", cancelled)]
            .map(|(name, page)| (name.to_owned(), page))
            .into()
    }
}

inventory::submit! { PageSamples::of::<DeviceWrite>(Shown::Staff("/console")) }
