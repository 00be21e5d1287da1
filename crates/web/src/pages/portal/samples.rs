//! Sample states of the customer portal.

use tessera_core::explain;

use crate::pages::console::Badge;
use crate::pages::passkeys::PasskeyForm;
use crate::pages::portal::{
    Action, Check, Checklist, Device, DeviceDetail, DeviceEvent, Devices, KeptOut, NoDevices, Reason, SignIn, SignedOut,
};
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago};
use crate::pages::service_requests::RequestLine;
use crate::pages::{Provider, Stale, Tone};

fn device(id: u32, name: &str, serials: [&str; 2], state: (&str, Tone)) -> Device {
    Device {
        url: format!("/portal/customer/devices/{id}"),
        name: name.to_owned(),
        product: Some("PACE".to_owned()),
        vendor: Some("Sunfield Energy".to_owned()),
        serial: Some(serials[0].to_owned()),
        inverter_serial: Some(serials[1].to_owned()),
        inverter_vendor: Some("Example Inverters".to_owned()),
        serials_differ: serials[0] != serials[1],
        state: state.0.to_owned(),
        state_tone: state.1,
        since: Some(ago(40 * DAY)),
    }
}

fn garage() -> Device {
    device(41, "Hybrid inverter, garage", ["PC 5048 0017 22", "PC 5048 0017 22"], ("In Use", Tone::Good))
}

fn workshop() -> Device {
    device(42, "Hybrid inverter, workshop", ["PC 5048 0020 09", "GX-99120-4471"], ("In Repair", Tone::Warn))
}

fn stale() -> Stale {
    Stale { system: "the service desk".to_owned(), since: ago(3 * HOUR) }
}

impl Sample for SignIn {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self {
            action: "/portal/customer/sign-in".to_owned(),
            providers: vec![Provider { id: "sunfield".to_owned(), label: "Sunfield ID".to_owned() }],
            return_to: None,
            notice: None,
            heading: "Sign in to see your devices".to_owned(),
            lead: Some("Use the account you activated with. It is the same one as in the app.".to_owned()),
            password_action: "/portal/customer/sign-in/password".to_owned(),
            login: String::new(),
            error: None,
            passkey: Some(PasskeyForm::at("/portal/customer/sign-in/passkey".to_owned())),
            forgot_url: "/portal/customer/forgot".to_owned(),
            register_url: Some("/portal/customer/register".to_owned()),
            first_time: true,
        };
        let wrong = Self {
            login: "P-7K3F-9QX2".to_owned(),
            error: Some("Person id and password do not match. Check both and try again.".to_owned()),
            ..usual.clone()
        };
        let tech = Self {
            heading: "Sign in to Tech Portal".to_owned(),
            lead: None,
            register_url: None,
            first_time: false,
            ..usual.clone()
        };
        let back = Self {
            return_to: Some("/portal/customer/devices/41".to_owned()),
            notice: Some("You were signed out after 30 minutes without activity.".to_owned()),
            ..usual.clone()
        };
        vec![
            ("usual".to_owned(), usual),
            ("again".to_owned(), back),
            ("wrong".to_owned(), wrong),
            ("tech".to_owned(), tech),
        ]
    }
}

inventory::submit! { PageSamples::of::<SignIn>(Shown::Anyone) }

impl Sample for Devices {
    fn samples() -> Vec<(String, Self)> {
        let mut bare = garage();
        bare.product = None;
        bare.serial = None;
        bare.inverter_serial = None;
        bare.since = None;
        let two = Self { devices: vec![garage(), workshop()], as_of: ago(3), stale: None };
        let one = Self { devices: vec![bare], as_of: ago(3 * HOUR), stale: Some(stale()) };
        vec![("two".to_owned(), two), ("stale".to_owned(), one)]
    }
}

inventory::submit! { PageSamples::of::<Devices>(Shown::Customer("/portal/customer")) }

impl Sample for DeviceDetail {
    fn samples() -> Vec<(String, Self)> {
        let event = |minutes, text: &str| DeviceEvent { at: ago(minutes), text: text.to_owned() };
        let differs = Self {
            device: workshop(),
            devices_url: "/portal/customer/devices".to_owned(),
            documents_url: "/portal/customer/devices/42/documents".to_owned(),
            return_url: "/portal/customer/returns/new?device=41".to_owned(),
            as_of: ago(3),
            stale: None,
            history: vec![event(2 * DAY, "State changed from In Use to In Repair"), event(40 * DAY, "Assigned to you")],
            requests: vec![RequestLine {
                url: "/portal/customer/requests/0197".to_owned(),
                subject: "It hums".to_owned(),
                status: Badge::new("With the service team", Tone::Plain),
                kind: "Fault".to_owned(),
                device: None,
                by: "Jo Meyer".to_owned(),
                updated_at: ago(3),
                ticket: Some("264".to_owned()),
                trouble: None,
            }],
            report_url: "/portal/customer/requests/new?device=42".to_owned(),
        };
        let plain = Self {
            device: garage(),
            history: Vec::new(),
            requests: Vec::new(),
            as_of: ago(3 * HOUR),
            stale: Some(stale()),
            ..differs.clone()
        };
        vec![("differs".to_owned(), differs), ("stale".to_owned(), plain)]
    }
}

inventory::submit! { PageSamples::of::<DeviceDetail>(Shown::Customer("/portal/customer")) }

impl Sample for NoDevices {
    fn samples() -> Vec<(String, Self)> {
        use Check::{No, NotYet, Yes};
        let page = |code: &str, words: [&str; 3], checks: [Check; 3]| Self {
            reason: Reason {
                code: code.to_owned(),
                title: words[0].to_owned(),
                explanation: words[1].to_owned(),
                next_step: words[2].to_owned(),
            },
            checklist: Some(Checklist {
                signed_in: Yes,
                invited: Some(checks[0]),
                activated: Some(checks[1]),
                device_assigned: checks[2],
            }),
            action: None,
            as_of: None,
        };
        let mut invited = page(
            "invited_not_activated",
            [
                "Your invitation is waiting for you",
                "We sent you an activation link, and it has not been used yet. Until then we can’t know which devices are yours.",
                "Open the link in the e-mail we sent to j•••@example.com, or have a new one sent.",
            ],
            [Yes, No, NotYet],
        );
        invited.action = Some(Action {
            label: "Send me a new link".to_owned(),
            url: "/portal/customer/activation-link".to_owned(),
            post: true,
        });
        let mut assigned = page(
            "nothing_assigned",
            [
                "No device is assigned to you yet",
                "Your account is activated, but the service desk has no device in your name.",
                "If your installation is finished, tell support the serial number printed on the device.",
            ],
            [Yes, Yes, No],
        );
        assigned.as_of = Some(ago(3));
        assigned.action = Some(Action {
            label: "Contact support".to_owned(),
            url: "mailto:help@example.com".to_owned(),
            post: false,
        });
        let stranger = page(
            "not_a_customer",
            [
                "This sign-in is not known to us as a customer",
                "You are signed in, but we have no customer record that belongs to this sign-in.",
                "If you are a customer, you may have used another account before. Sign out and try that one, or contact support.",
            ],
            [No, NotYet, NotYet],
        );
        let colleague =
            Self { reason: Reason::of(explain::Reason::OperatingCompany), checklist: None, ..stranger.clone() };
        let mut by_staff = Self { reason: Reason::of(explain::Reason::NeverLinked), ..assigned.clone() };
        by_staff.checklist = Some(Checklist { signed_in: Yes, invited: None, activated: None, device_assigned: No });
        vec![
            ("colleague".to_owned(), colleague),
            ("by-staff".to_owned(), by_staff),
            ("invited".to_owned(), invited),
            ("unassigned".to_owned(), assigned),
            ("stranger".to_owned(), stranger),
        ]
    }
}

inventory::submit! { PageSamples::of::<NoDevices>(Shown::Customer("/portal/customer")) }

impl Sample for SignedOut {
    fn samples() -> Vec<(String, Self)> {
        vec![("out".to_owned(), Self { sign_in_url: "/portal/customer/sign-in".to_owned() })]
    }
}

inventory::submit! { PageSamples::of::<SignedOut>(Shown::Anyone) }

impl Sample for KeptOut {
    fn samples() -> Vec<(String, Self)> {
        let seat = Self {
            portal: "Customer Portal".to_owned(),
            code: "seat_free".to_owned(),
            title: "Everybody's seat is taken".to_owned(),
            explanation: "You are signed in, but as many people as may be here at once are here already.".to_owned(),
            next_step: "Try again in a few minutes.".to_owned(),
        };
        vec![("seat".to_owned(), seat)]
    }
}

inventory::submit! { PageSamples::of::<KeptOut>(Shown::Customer("/portal/customer")) }
