//! Sample states of the sign-in methods.

use crate::pages::Provider;
use crate::pages::samples::{DAY, PageSamples, Sample, Shown, ago};
use crate::pages::sign_in_methods::{LocalSignIn, RemoveSignIn, SignInMethod, SignInMethods};

impl Sample for SignInMethods {
    fn samples() -> Vec<(String, Self)> {
        let two = Self {
            methods: vec![method("j•••@example.com", true), method("j•••@pigeon.example", false), passkey()],
            recent: true,
            prove_action: "/portal/customer/identities/confirm".to_owned(),
            add_action: "/portal/customer/identities/add".to_owned(),
            providers: vec![Provider { id: "sunfield".to_owned(), label: "Sunfield ID".to_owned() }],
            local: Some(LocalSignIn {
                person_id: "P-7K3F-9QX2".to_owned(),
                has_person_id: true,
                password_since: Some(ago(40 * DAY)),
                password_url: "/portal/customer/password".to_owned(),
                passkeys: 1,
                passkey_url: Some("/portal/customer/passkeys".to_owned()),
                factor_since: None,
                factor_url: "/portal/customer/second-factor".to_owned(),
                sessions: 2,
                sessions_url: "/portal/customer/sessions".to_owned(),
            }),
        };
        let stale = Self { recent: false, ..two.clone() };
        let nobody = Self { methods: Vec::new(), local: None, ..two.clone() };
        vec![("two".to_owned(), two), ("stale".to_owned(), stale), ("nobody".to_owned(), nobody)]
    }
}

inventory::submit! { PageSamples::of::<SignInMethods>(Shown::Customer("/portal/customer")) }

fn method(shown_as: &str, current: bool) -> SignInMethod {
    SignInMethod {
        provider: "Sunfield ID".to_owned(),
        shown_as: shown_as.to_owned(),
        since: ago(40 * DAY),
        last_used_at: current.then(|| ago(3)),
        current,
        passkey: false,
        remove_url: Some("/portal/customer/identities/1/remove".to_owned()),
    }
}

fn passkey() -> SignInMethod {
    SignInMethod {
        provider: "Sunfield Energy".to_owned(),
        passkey: true,
        ..method("Firefox on Android (passkey)", false)
    }
}

impl Sample for RemoveSignIn {
    fn samples() -> Vec<(String, Self)> {
        let other = Self {
            method: method("j•••@pigeon.example", false),
            is_last: false,
            action: "/portal/customer/identities/1/remove".to_owned(),
            back_url: "/portal/customer/identities".to_owned(),
        };
        let device = Self { method: passkey(), ..other.clone() };
        let current = Self { method: method("j•••@example.com", true), ..other.clone() };
        let last = Self { is_last: true, ..current.clone() };
        vec![
            ("other".to_owned(), other),
            ("passkey".to_owned(), device),
            ("current".to_owned(), current),
            ("last".to_owned(), last),
        ]
    }
}

inventory::submit! { PageSamples::of::<RemoveSignIn>(Shown::Customer("/portal/customer")) }
