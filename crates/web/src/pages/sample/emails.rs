//! Sample mails.

use super::{DAY, Sample, ago};
use crate::pages::emails::{
    ActivatedMail, AdmittedPart, EmailChangeMail, EmailChangedMail, InvitationMail, OneTimeLinkMail,
    RegistrationDecidedMail, RegistrationMail, ReplyMail, ReturnMail, SecurityNoticeMail, SignInChangedMail,
};
use tessera_core::kernel::mask;
use tessera_core::kernel::money::{Currency, Money};
use tessera_hub::{ReturnLetter, ReturnNews};

impl Sample for InvitationMail {
    fn samples() -> Vec<(String, Self)> {
        let named = Self {
            name: Some("Jo Meyer".to_owned()),
            sender: "Sunfield Energy".to_owned(),
            what: "your devices at Sunfield Energy".to_owned(),
            url: "https://hub.example.com/activate/kq3vR0pZ8sT1mWc5yXb7Ng".to_owned(),
            expires_at: ago(-7 * DAY),
        };
        let unnamed = Self { name: None, ..named.clone() };
        vec![("named".to_owned(), named), ("unnamed".to_owned(), unnamed)]
    }
}

impl Sample for ActivatedMail {
    fn samples() -> Vec<(String, Self)> {
        let one = Self {
            name: Some("Jo Meyer".to_owned()),
            sign_in: mask::email("jo@example.org"),
            at: ago(1),
            devices: 1,
            devices_url: "https://hub.example.com/portal/customer/devices".to_owned(),
        };
        let none = Self { name: None, devices: 0, ..one.clone() };
        vec![("one".to_owned(), one), ("none".to_owned(), none)]
    }
}

impl Sample for SignInChangedMail {
    fn samples() -> Vec<(String, Self)> {
        let added = Self {
            name: Some("Jo Meyer".to_owned()),
            added: true,
            sign_in: mask::email("jo.work@example.org"),
            at: ago(1),
            sign_ins_url: "https://hub.example.com/portal/customer/identities".to_owned(),
        };
        let removed = Self { name: None, added: false, ..added.clone() };
        vec![("added".to_owned(), added), ("removed".to_owned(), removed)]
    }
}

impl Sample for ReturnMail {
    fn samples() -> Vec<(String, Self)> {
        let mail = |name: &str, news| {
            Self::of(&ReturnLetter {
                name: name.to_owned(),
                number: "R-7K3M-9QXD".to_owned(),
                url: "https://hub.example.com/portal/customer/returns/0197".to_owned(),
                news,
            })
        };
        let euro = Currency::try_from("EUR".to_owned()).map(|euro| Money::new(18_450, euro));
        let mut samples = vec![
            (
                "opened".to_owned(),
                mail("Jo", ReturnNews::Opened { units: vec!["PACE 5 kW".to_owned()], send_it: true }),
            ),
            ("cancelled".to_owned(), mail("", ReturnNews::Cancelled { why: "Found in the garage".to_owned() })),
        ];
        let shipped = |quantity, tracking: Option<&str>| ReturnNews::Shipped {
            model: "PACE 5 kW".to_owned(),
            quantity,
            tracking: tracking.map(str::to_owned),
        };
        samples.extend([
            (
                "replaced-first".to_owned(),
                mail(
                    "Jo",
                    ReturnNews::Opened { units: vec!["PACE 5 kW".to_owned(), "2 × fan".to_owned()], send_it: false },
                ),
            ),
            ("shipped".to_owned(), mail("Jo", shipped(1, Some("DHL 00340434161094021501")))),
            ("shipped-several".to_owned(), mail("Jo", shipped(3, None))),
            ("closed".to_owned(), mail("Jo", ReturnNews::Closed)),
        ]);
        let asked = |amount| ReturnNews::Asked { model: "PACE".to_owned(), amount, note: "New board".to_owned() };
        samples.extend(euro.ok().map(|amount| ("asked".to_owned(), mail("Jo", asked(amount)))));
        samples
    }
}

const LINK: &str = "https://hub.example.com/password/kq3vR0pZ8sT1mWc5yXb7Ng";

impl Sample for OneTimeLinkMail {
    fn samples() -> Vec<(String, Self)> {
        let sent = Self {
            name: "Jo Meyer".to_owned(),
            person_id: "P-7K3F-9QX2".to_owned(),
            url: LINK.to_owned(),
            expires_at: ago(-3 * DAY),
            asked_for: false,
        };
        let asked = Self { asked_for: true, ..sent.clone() };
        vec![("sent".to_owned(), sent), ("asked".to_owned(), asked)]
    }
}

impl Sample for SecurityNoticeMail {
    fn samples() -> Vec<(String, Self)> {
        let set = Self {
            name: "Jo Meyer".to_owned(),
            person_id: "P-7K3F-9QX2".to_owned(),
            what: "A password was set".to_owned(),
            at: ago(1),
            sign_ins_url: "https://hub.example.com/portal/customer/identities".to_owned(),
            forgot_url: "https://hub.example.com/portal/customer/forgot".to_owned(),
        };
        vec![("password".to_owned(), set)]
    }
}

impl Sample for RegistrationMail {
    fn samples() -> Vec<(String, Self)> {
        let fresh = Self {
            name: "Jo Meyer".to_owned(),
            known_as: Vec::new(),
            url: "https://hub.example.com/register/kq3vR0pZ8sT1mWc5yXb7Ng".to_owned(),
            expires_at: ago(-2 * DAY),
            forgot_url: "https://hub.example.com/portal/customer/forgot".to_owned(),
        };
        let known = Self { known_as: vec!["P-7K3F-9QX2".to_owned()], ..fresh.clone() };
        vec![("new".to_owned(), fresh), ("known".to_owned(), known)]
    }
}

impl Sample for RegistrationDecidedMail {
    fn samples() -> Vec<(String, Self)> {
        let admitted =
            Some(AdmittedPart { person_id: "P-7K3F-9QX2".to_owned(), url: LINK.to_owned(), expires_at: ago(-3 * DAY) });
        let register_url = "https://hub.example.com/portal/customer/register".to_owned();
        let approved = Self { name: "Jo Meyer".to_owned(), admitted, reason: None, register_url };
        let reason = Some("We could not find a device of yours. Send us its serial number.".to_owned());
        let refused = Self { admitted: None, reason, ..approved.clone() };
        vec![("approved".to_owned(), approved), ("refused".to_owned(), refused)]
    }
}

impl Sample for ReplyMail {
    fn samples() -> Vec<(String, Self)> {
        let one = Self {
            name: Some("Jo Meyer".to_owned()),
            author: "Ada L.".to_owned(),
            title: "Which cable for a second battery?".to_owned(),
            url: "https://hub.example.com/portal/customer/forum/posts/0193".to_owned(),
            profile_url: "https://hub.example.com/portal/customer/profile".to_owned(),
        };
        vec![("one".to_owned(), one)]
    }
}

impl Sample for EmailChangeMail {
    fn samples() -> Vec<(String, Self)> {
        let one = Self {
            name: Some("Jo Meyer".to_owned()),
            url: "https://hub.example.com/portal/customer/profile/email/kq3vR0pZ8sT1mWc5yXb7Ng".to_owned(),
            expires_at: ago(-DAY),
        };
        vec![("one".to_owned(), one)]
    }
}

impl Sample for EmailChangedMail {
    fn samples() -> Vec<(String, Self)> {
        let one = Self {
            name: None,
            to: mask::email("jo.new@example.org"),
            profile_url: "https://hub.example.com/portal/customer/profile".to_owned(),
        };
        vec![("one".to_owned(), one)]
    }
}
