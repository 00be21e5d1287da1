//! Sample states of the activation pages.

use crate::locale::text;
use crate::pages::activation::{
    Activated, ActivatedDevice, Invitation, LinkedRecord, Pending, PortalLink, Progress, Refused, RenewSent, Step,
    StepState,
};
use crate::pages::portal::Reason;
use tessera_core::explain;
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::mask;

use crate::pages::Provider;
use crate::pages::samples::{DAY, PageSamples, Sample, Shown, ago};

impl Sample for Invitation {
    fn samples() -> Vec<(String, Self)> {
        let one = Self {
            action: "/activate/sample".to_owned(),
            sender: "Sunfield Energy".to_owned(),
            masked_email: mask::email("jo.meyer@example.com"),
            what: "your devices at Sunfield Energy".to_owned(),
            expires_at: ago(-6 * DAY),
            used_at: None,
            providers: vec![Provider { id: "sunfield".to_owned(), label: "Sunfield ID".to_owned() }],
        };
        let mut several = one.clone();
        several.providers.push(Provider { id: "partner".to_owned(), label: "Example Partner".to_owned() });
        let used = Self { used_at: Some(ago(DAY)), ..one.clone() };
        vec![("one".to_owned(), one), ("several".to_owned(), several), ("used".to_owned(), used)]
    }
}

inventory::submit! { PageSamples::of::<Invitation>(Shown::Anyone) }

impl Sample for Progress {
    fn samples() -> Vec<(String, Self)> {
        use StepState::{Done, NeedsTime, Running, Waiting};
        let at = |states| Self {
            steps: Step::all(states),
            poll_url: "/activate/sample/progress".to_owned(),
            signed_in_as: Some(mask::email("jo@example.org")),
            pending: None,
        };
        let mut pending = at([Done, NeedsTime, Waiting, Waiting]);
        pending.pending = Some(Pending {
            system: "The customer system".to_owned(),
            since: ago(4),
            masked_email: Some(mask::email("jo.meyer@example.com")),
        });
        let mut without_mail = pending.clone();
        without_mail.signed_in_as = None;
        if let Some(pending) = &mut without_mail.pending {
            pending.masked_email = None;
        }
        vec![
            ("started".to_owned(), at([Running, Waiting, Waiting, Waiting])),
            ("middle".to_owned(), at([Done, Done, Running, Waiting])),
            ("pending".to_owned(), pending),
            ("pending-without-mail".to_owned(), without_mail),
        ]
    }
}

inventory::submit! { PageSamples::of::<Progress>(Shown::Anyone) }

impl Sample for Activated {
    fn samples() -> Vec<(String, Self)> {
        let device = |name: &str, serial: Option<&str>| ActivatedDevice {
            name: name.to_owned(),
            serial: serial.map(str::to_owned),
        };
        let some = Self {
            devices: vec![
                device("Hybrid inverter, garage", Some("PC 5048 0017 22")),
                device("Hybrid inverter, workshop", None),
            ],
            reason: None,
            records: vec![
                LinkedRecord {
                    label: text!("activation-record-service"),
                    number: Some("1001".to_owned()),
                    linked: true,
                },
                LinkedRecord { label: text!("activation-record-details"), number: None, linked: false },
            ],
            portals: vec![PortalLink { title: text!("portal-title-customer"), url: "/portal/customer".to_owned() }],
            devices_url: "/portal/customer/devices".to_owned(),
            signed_in_as: Some(mask::email("jo@example.org")),
            again: false,
        };
        let again = Self { again: true, devices: some.devices[..1].to_vec(), ..some.clone() };
        let none = Self {
            devices: Vec::new(),
            reason: Some(Reason::of(explain::Reason::OtherAssetType)),
            portals: Vec::new(),
            signed_in_as: None,
            ..some.clone()
        };
        vec![("devices".to_owned(), some), ("again".to_owned(), again), ("none".to_owned(), none)]
    }
}

inventory::submit! { PageSamples::of::<Activated>(Shown::Anyone) }

impl Sample for Refused {
    fn samples() -> Vec<(String, Self)> {
        ActivationError::ALL.into_iter().map(|code| (code.code().replace('_', "-"), refused(code))).collect()
    }
}

inventory::submit! { PageSamples::of::<Refused>(Shown::Anyone) }

/// An error with its usual actions.
fn refused(code: ActivationError) -> Refused {
    let action = |path: &str| Some(format!("/activate/sample{path}"));
    let mut page = Refused::new(code);
    match code {
        ActivationError::Expired | ActivationError::Superseded => page.renew_action = action("/renew"),
        ActivationError::Used => page.devices_url = Some("/portal/customer/devices".to_owned()),
        ActivationError::OtherAccountLinked => {
            page.switch_action = action("/switch");
            page.devices_url = Some("/portal/customer/devices".to_owned());
        }
        ActivationError::AlreadyActivatedByOther => {
            page.switch_action = action("/switch");
            page.other_sign_in = Some(mask::email("kim@example.net"));
        }
        ActivationError::OtherBrowser
        | ActivationError::SignInOver
        | ActivationError::PasswordForgotten
        | ActivationError::SignInFailed
        | ActivationError::ProviderUnavailable => {
            page.retry_action = action("");
        }
        ActivationError::SignInCancelled => {
            page.retry_action = action("");
            page.switch_action = action("/switch");
        }
        ActivationError::UnknownLink
        | ActivationError::Revoked
        | ActivationError::RequesterGone
        | ActivationError::TooManyAttempts
        | ActivationError::PendingByOther => {}
    }
    page
}

impl Sample for RenewSent {
    fn samples() -> Vec<(String, Self)> {
        vec![("sent".to_owned(), Self { wait_minutes: 10 })]
    }
}

inventory::submit! { PageSamples::of::<RenewSent>(Shown::Anyone) }
