//! Sample states of the customer portal.

use tessera_core::explain;

use crate::locale::text;
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
    Stale { system: text!("portal-service-desk"), since: ago(3 * HOUR) }
}

impl Sample for SignIn {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self {
            action: "/portal/customer/sign-in".to_owned(),
            providers: vec![Provider { id: "sunfield".to_owned(), label: "Sunfield ID".to_owned() }],
            return_to: None,
            notice: None,
            heading: text!("auth-heading-customer"),
            lead: Some(text!("auth-lead")),
            password_action: "/portal/customer/sign-in/password".to_owned(),
            login: String::new(),
            error: None,
            passkey: Some(PasskeyForm::at("/portal/customer/sign-in/passkey".to_owned())),
            forgot_url: "/portal/customer/forgot".to_owned(),
            register_url: Some("/portal/customer/register".to_owned()),
            first_time: true,
        };
        let wrong = Self { login: "P-7K3F-9QX2".to_owned(), error: Some(text!("auth-wrong")), ..usual.clone() };
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
                status: Badge::new(text!("requests-status-open"), Tone::Plain),
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
        let page = |reason, checks: [Check; 3]| Self {
            reason: Reason::of(reason),
            checklist: Some(Checklist {
                signed_in: Yes,
                invited: Some(checks[0]),
                activated: Some(checks[1]),
                device_assigned: checks[2],
            }),
            action: None,
            as_of: None,
        };
        let mut invited = page(explain::Reason::InvitationUnused, [Yes, No, NotYet]);
        invited.action = Some(Action {
            label: text!("activation-refused-send-me-a-new-link"),
            url: "/portal/customer/activation-link".to_owned(),
            post: true,
        });
        let mut assigned = page(explain::Reason::NothingAssigned, [Yes, Yes, No]);
        assigned.as_of = Some(ago(3));
        assigned.action = Some(Action {
            label: text!("activation-refused-contact-support"),
            url: "mailto:help@example.com".to_owned(),
            post: false,
        });
        let stranger = page(explain::Reason::NotACustomer, [No, NotYet, NotYet]);
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
            portal: text!("portal-title-customer"),
            code: "seat_free".to_owned(),
            title: text!("access-no-seat"),
            explanation: text!("access-no-seat-why"),
            next_step: text!("activation-error-provider-unavailable-step-1"),
        };
        vec![("seat".to_owned(), seat)]
    }
}

inventory::submit! { PageSamples::of::<KeptOut>(Shown::Customer("/portal/customer")) }
