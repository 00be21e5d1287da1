//! Sample states of the profile.

use crate::locale::{rejected, text};
use crate::pages::community::{Choice, Complaint};
use crate::pages::profile::{ConfirmEmail, Contact, ContactForm, Contacts, EmailForm, Happened, Profile, Timeline};
use crate::pages::samples::{DAY, PageSamples, Sample, Shown, ago, states};

const PROFILE: &str = "/portal/customer/profile";

fn places() -> Vec<Choice> {
    let choice = |label: &str, chosen| Choice { value: label.to_lowercase(), label: label.to_owned(), chosen };
    vec![choice("Garage", true), choice("Workshop", false)]
}

impl Sample for Profile {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self {
            person_id: "P-7K3F-9QX2".to_owned(),
            action: PROFILE.to_owned(),
            name: "Jo Meyer".to_owned(),
            phone: "+27 21 555 0101".to_owned(),
            notify_of_replies: true,
            languages: vec![choice("en", "English", false), choice("de", "Deutsch", true)],
            zones: vec![choice("Africa/Johannesburg", "Africa/Johannesburg", true)],
            usual_zone: text!("profile-usual-zone", zone = "UTC"),
            error: None,
            email: Some("jo@example.com".to_owned()),
            waiting: Some("jo.new@example.org".to_owned()),
            email_url: format!("{PROFILE}/email"),
            places: vec!["Garage".to_owned(), "Workshop".to_owned()],
            contacts_url: Some("/portal/customer/contacts".to_owned()),
            methods_url: "/portal/customer/identities".to_owned(),
            timeline_url: "/portal/customer/timeline".to_owned(),
        };
        let bare = Self {
            phone: "12".to_owned(),
            notify_of_replies: false,
            error: Some(Complaint::new(
                "phone",
                rejected("Your telephone number: write at least four digits, or leave it empty."),
            )),
            email: None,
            waiting: None,
            places: vec!["Home".to_owned()],
            contacts_url: None,
            ..usual.clone()
        };
        states([("usual", usual), ("bare", bare)])
    }
}

inventory::submit! { PageSamples::of::<Profile>(Shown::Customer("/portal/customer/profile")) }

impl Sample for EmailForm {
    fn samples() -> Vec<(String, Self)> {
        let form = Self {
            email: Some("jo@example.com".to_owned()),
            typed: "jo".to_owned(),
            action: format!("{PROFILE}/email"),
            error: Some(Complaint::new(
                "email",
                rejected("This is not a valid e-mail address. Enter one like name@example.com."),
            )),
            recent: true,
            prove_action: "/portal/customer/identities/confirm".to_owned(),
            back_url: PROFILE.to_owned(),
        };
        let stale = Self { recent: false, error: None, email: None, ..form.clone() };
        states([("form", form), ("stale", stale)])
    }
}

inventory::submit! { PageSamples::of::<EmailForm>(Shown::Customer("/portal/customer/profile")) }

impl Sample for ConfirmEmail {
    fn samples() -> Vec<(String, Self)> {
        let open = Self {
            email: Some("jo.new@example.org".to_owned()),
            action: format!("{PROFILE}/email/kq3v"),
            back_url: PROFILE.to_owned(),
        };
        let dead = Self { email: None, ..open.clone() };
        states([("open", open), ("dead", dead)])
    }
}

inventory::submit! { PageSamples::of::<ConfirmEmail>(Shown::Customer("/portal/customer/profile")) }

impl Sample for Contacts {
    fn samples() -> Vec<(String, Self)> {
        let contact = Contact {
            url: "/portal/customer/contacts/1".to_owned(),
            name: "Sam Porter".to_owned(),
            email: Some("sam@example.com".to_owned()),
            phone: None,
            place: Some("Workshop".to_owned()),
        };
        let none = Self {
            contacts: Vec::new(),
            new_url: "/portal/customer/contacts/new".to_owned(),
            back_url: PROFILE.to_owned(),
        };
        states([("some", Self { contacts: vec![contact], ..none.clone() }), ("none", none)])
    }
}

inventory::submit! { PageSamples::of::<Contacts>(Shown::Customer("/portal/customer/profile")) }

impl Sample for ContactForm {
    fn samples() -> Vec<(String, Self)> {
        let form = Self {
            action: "/portal/customer/contacts/new".to_owned(),
            fresh: true,
            name: String::new(),
            email: "sam".to_owned(),
            phone: String::new(),
            places: places(),
            error: Some(Complaint::new(
                "contact_email",
                rejected("This is not a valid e-mail address. Enter one like name@example.com."),
            )),
            back_url: "/portal/customer/contacts".to_owned(),
        };
        states([("form", form)])
    }
}

inventory::submit! { PageSamples::of::<ContactForm>(Shown::Customer("/portal/customer/profile")) }

impl Sample for Timeline {
    fn samples() -> Vec<(String, Self)> {
        let event = |minutes, text: &str| Happened { at: ago(minutes), text: text.to_owned() };
        let some = Self {
            events: vec![
                event(3, "Jo Meyer changed their telephone number"),
                event(2 * DAY, "Hybrid inverter, garage was added to your devices"),
            ],
            older_url: Some("/portal/customer/timeline?before=7".to_owned()),
            elsewhere: false,
            back_url: PROFILE.to_owned(),
        };
        let none = Self { events: Vec::new(), older_url: None, ..some.clone() };
        let elsewhere = Self { elsewhere: true, ..none.clone() };
        states([("some", some), ("none", none), ("elsewhere", elsewhere)])
    }
}

inventory::submit! { PageSamples::of::<Timeline>(Shown::Customer("/portal/customer/profile")) }

fn choice(value: &str, label: &str, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), chosen }
}
