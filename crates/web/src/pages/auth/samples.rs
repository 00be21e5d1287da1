//! Sample states of signing in.

use crate::locale::{rejected, text};
use crate::pages::Provider;
use crate::pages::auth::{
    AskCode, ChoosePassword, ClosedPortal, CodesPart, ConfirmAddress, CurrentFactor, Emptiness, Forgot, LinkDead,
    NotLetIn, OfferedFactor, OpenPortal, OwnFactor, OwnPassword, Portals, ProveAgain, RecoveryCodes, Register,
    SessionRow, Sessions, Square, Unsubscribe, Workspace,
};
use crate::pages::passkeys::{OwnPasskey, PasskeyForm};
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago, states};

const PERSON_ID: &str = "P-7K3F-9QX2";
const SIGN_IN: &str = "/portal/customer/sign-in";
const METHODS: &str = "/portal/customer/identities";

impl Sample for Forgot {
    fn samples() -> Vec<(String, Self)> {
        let ask = Self {
            action: "/portal/customer/forgot".to_owned(),
            sent: false,
            sign_in_url: SIGN_IN.to_owned(),
            too_many: false,
        };
        let sent = Self { sent: true, ..ask.clone() };
        let many = Self { too_many: true, ..ask.clone() };
        vec![("ask".to_owned(), ask), ("sent".to_owned(), sent), ("too-many".to_owned(), many)]
    }
}

inventory::submit! { PageSamples::of::<Forgot>(Shown::Anyone) }

impl Sample for ChoosePassword {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self { action: "/password/sample".to_owned(), person_id: PERSON_ID.to_owned(), error: None };
        let why = rejected("this one is too common; choose another");
        let error = Some(text!("auth-password-not-taken", error = why));
        let weak = Self { error, ..usual.clone() };
        vec![("usual".to_owned(), usual), ("weak".to_owned(), weak)]
    }
}

inventory::submit! { PageSamples::of::<ChoosePassword>(Shown::Anyone) }

impl Sample for LinkDead {
    fn samples() -> Vec<(String, Self)> {
        let used = Self {
            title: text!("auth-link-used"),
            explanation: text!("auth-link-used-why"),
            label: text!("activation-refused-send-me-a-new-link"),
            url: "/portal/customer/forgot".to_owned(),
        };
        vec![("used".to_owned(), used)]
    }
}

inventory::submit! { PageSamples::of::<LinkDead>(Shown::Anyone) }

impl Sample for AskCode {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self {
            action: "/portal/customer/sign-in/code".to_owned(),
            app: true,
            passkey: None,
            error: None,
            sign_in_url: SIGN_IN.to_owned(),
        };
        let passkey = Some(PasskeyForm::at("/portal/customer/sign-in/code/passkey".to_owned()));
        let either = Self { passkey: passkey.clone(), ..usual.clone() };
        let alone = Self { app: false, passkey, ..usual.clone() };
        let error = Some(text!("auth-code-wrong"));
        let wrong = Self { error, ..usual.clone() };
        vec![
            ("usual".to_owned(), usual),
            ("wrong".to_owned(), wrong),
            ("either".to_owned(), either),
            ("passkey".to_owned(), alone),
        ]
    }
}

inventory::submit! { PageSamples::of::<AskCode>(Shown::Anyone) }

impl Sample for OwnPasskey {
    fn samples() -> Vec<(String, Self)> {
        let first = Self {
            form: PasskeyForm::at("/portal/customer/passkeys".to_owned()),
            name: "Firefox on Android".to_owned(),
            after_password: true,
            error: None,
            back_url: METHODS.to_owned(),
        };
        let error = Some(text!(
            "auth-nothing-added",
            rejection = rejected("it took too long, or was sent before; start again")
        ));
        let late = Self { error, after_password: false, ..first.clone() };
        vec![("first".to_owned(), first), ("late".to_owned(), late)]
    }
}

inventory::submit! { PageSamples::of::<OwnPasskey>(Shown::Customer("/portal/customer")) }

impl Sample for NotLetIn {
    fn samples() -> Vec<(String, Self)> {
        let waiting = Self {
            portal: text!("portal-title-customer"),
            title: text!("auth-registration-waiting"),
            explanation: text!("auth-registration-waiting-why"),
            sign_in_url: SIGN_IN.to_owned(),
        };
        vec![("waiting".to_owned(), waiting)]
    }
}

inventory::submit! { PageSamples::of::<NotLetIn>(Shown::Anyone) }

impl Sample for Workspace {
    fn samples() -> Vec<(String, Self)> {
        let named = Self {
            portal: text!("portal-title-dealer"),
            name: "Sam Okoro".to_owned(),
            person_id: "sam.okoro".to_owned(),
            why: Emptiness::NotBuilt,
            sign_out_action: "/portal/dealer/sign-out".to_owned(),
        };
        let guest = Self {
            portal: text!("portal-title-warehouse"),
            why: Emptiness::NotTheirs,
            sign_out_action: "/portal/warehouse/sign-out".to_owned(),
            ..named.clone()
        };
        states([("not built", named), ("guest", guest)])
    }
}

inventory::submit! { PageSamples::of::<Workspace>(Shown::Anyone) }

impl Sample for Portals {
    fn samples() -> Vec<(String, Self)> {
        let open = |title: &str, url: &str, about: &str| OpenPortal {
            title: title.to_owned(),
            url: url.to_owned(),
            about: about.to_owned(),
        };
        let closed = |title: &str| ClosedPortal {
            title: title.to_owned(),
            reason: text!("access-not-included"),
            next_step: text!("access-not-included-next"),
        };
        let several = Self {
            open: vec![
                open(&text!("portal-title-customer"), "/portal/customer", &text!("portals-about-customer")),
                open(&text!("portal-title-warehouse"), "/portal/warehouse", &text!("portals-about-warehouse")),
            ],
            closed: vec![closed("Studio")],
        };
        let none = Self { open: Vec::new(), closed: vec![closed(&text!("portal-title-customer")), closed("Studio")] };
        let all = Self { closed: Vec::new(), ..several.clone() };
        states([("several", several), ("none", none), ("all", all)])
    }
}

inventory::submit! { PageSamples::of::<Portals>(Shown::Customer("/portal")) }

impl Sample for Register {
    fn samples() -> Vec<(String, Self)> {
        let empty =
            Self { action: "/portal/customer/register".to_owned(), sign_in_url: SIGN_IN.to_owned(), ..Self::default() };
        let wrong = Self {
            name: "Jo Meyer".to_owned(),
            email: "jo.example.com".to_owned(),
            error: Some(text!("auth-register-not-sent", rejection = rejected("enter a valid e-mail address"))),
            ..empty.clone()
        };
        let sent = Self { email: "jo@example.com".to_owned(), sent: true, ..empty.clone() };
        vec![("empty".to_owned(), empty), ("wrong".to_owned(), wrong), ("sent".to_owned(), sent)]
    }
}

inventory::submit! { PageSamples::of::<Register>(Shown::Anyone) }

impl Sample for ConfirmAddress {
    fn samples() -> Vec<(String, Self)> {
        let ask = Self {
            action: Some("/register/sample".to_owned()),
            name: "Jo Meyer".to_owned(),
            email: "j•••@example.com".to_owned(),
        };
        let done = Self { action: None, ..ask.clone() };
        vec![("ask".to_owned(), ask), ("done".to_owned(), done)]
    }
}

inventory::submit! { PageSamples::of::<ConfirmAddress>(Shown::Anyone) }

impl Sample for Unsubscribe {
    fn samples() -> Vec<(String, Self)> {
        let ask =
            Self { action: Some("/unsubscribe/sample".to_owned()), profile_url: "/portal/customer/profile".to_owned() };
        let done = Self { action: None, ..ask.clone() };
        vec![("ask".to_owned(), ask), ("done".to_owned(), done)]
    }
}

inventory::submit! { PageSamples::of::<Unsubscribe>(Shown::Anyone) }

impl Sample for ProveAgain {
    fn samples() -> Vec<(String, Self)> {
        let all = Self {
            action: "/portal/customer/confirm".to_owned(),
            return_to: METHODS.to_owned(),
            password: true,
            code: true,
            passkey: Some(PasskeyForm::at("/portal/customer/confirm/passkey".to_owned())),
            person_id: PERSON_ID.to_owned(),
            provider_action: "/portal/customer/confirm/provider".to_owned(),
            providers: vec![Provider { id: "sunfield".to_owned(), label: "Sunfield ID".to_owned() }],
            error: None,
        };
        let error = Some(text!("auth-proof-wrong"));
        let wrong = Self { code: false, passkey: None, providers: Vec::new(), error, ..all.clone() };
        vec![("all".to_owned(), all), ("wrong".to_owned(), wrong)]
    }
}

inventory::submit! { PageSamples::of::<ProveAgain>(Shown::Customer("/portal/customer")) }

impl Sample for OwnPassword {
    fn samples() -> Vec<(String, Self)> {
        let first = Self {
            action: "/portal/customer/password".to_owned(),
            person_id: PERSON_ID.to_owned(),
            is_set: false,
            remove_action: None,
            error: None,
            back_url: METHODS.to_owned(),
        };
        let remove_action = Some("/portal/customer/password/remove".to_owned());
        let error = Some(text!("auth-passwords-differ"));
        let change = Self { is_set: true, remove_action, error, ..first.clone() };
        vec![("first".to_owned(), first), ("change".to_owned(), change)]
    }
}

inventory::submit! { PageSamples::of::<OwnPassword>(Shown::Customer("/portal/customer")) }

impl Sample for OwnFactor {
    fn samples() -> Vec<(String, Self)> {
        let url = "otpauth://totp/Sunfield%20Energy:P-7K3F-9QX2?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sunfield%20Energy";
        let add = Self {
            current: None,
            passkeys: 0,
            codes: None,
            offered: Some(OfferedFactor {
                key_id: "0190b6a2-0000-7000-8000-000000000001".to_owned(),
                secret: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".to_owned(),
                url: url.to_owned(),
                square: Square::of(url),
            }),
            add_action: "/portal/customer/second-factor".to_owned(),
            error: None,
            back_url: METHODS.to_owned(),
            password_url: "/portal/customer/password".to_owned(),
        };
        let current =
            CurrentFactor { since: ago(40 * DAY), remove_action: "/portal/customer/second-factor/remove".to_owned() };
        let error = Some("That code is not correct.".to_owned());
        let codes = Some(CodesPart { left: 2, renew_action: "/portal/customer/second-factor/codes".to_owned() });
        let passkey = Self { passkeys: 1, codes: codes.clone(), ..add.clone() };
        let on = Self { current: Some(current), codes, error, ..add.clone() };
        let none = Self { offered: None, ..add.clone() };
        vec![
            ("add".to_owned(), add),
            ("on".to_owned(), on),
            ("passkey".to_owned(), passkey),
            ("no-password".to_owned(), none),
        ]
    }
}

inventory::submit! { PageSamples::of::<OwnFactor>(Shown::Customer("/portal/customer")) }

impl Sample for RecoveryCodes {
    fn samples() -> Vec<(String, Self)> {
        let codes = ["7K3F-9QX2-0ABC-4DEF", "M2N4-P6Q8-R0S2-T4V6", "W8X0-Y2Z4-1A3C-5E7G"].map(str::to_owned).to_vec();
        vec![("three".to_owned(), Self { codes, back_url: METHODS.to_owned() })]
    }
}

inventory::submit! { PageSamples::of::<RecoveryCodes>(Shown::Customer("/portal/customer")) }

impl Sample for Sessions {
    fn samples() -> Vec<(String, Self)> {
        let row = |device: &str, current, minutes| SessionRow {
            device: device.to_owned(),
            how: text!("auth-by-password"),
            since: ago(minutes + HOUR),
            last_used_at: ago(minutes),
            place: "192.0.2.7".to_owned(),
            current,
            end_action: "/portal/customer/sessions/0123456789ab/end".to_owned(),
        };
        let two = Self {
            sessions: vec![row("Firefox on Android", true, 1), row("Chrome on Windows", false, 2 * DAY)],
            end_others_action: "/portal/customer/sessions/end-others".to_owned(),
            back_url: METHODS.to_owned(),
        };
        let one = Self { sessions: vec![row("Firefox on Android", true, 1)], ..two.clone() };
        vec![("two".to_owned(), two), ("one".to_owned(), one)]
    }
}

inventory::submit! { PageSamples::of::<Sessions>(Shown::Customer("/portal/customer")) }
