//! The person's own pages: profile, e-mail address, contacts, timeline (`P09`).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::community::{Choice, Complaint};

/// The profile page.
#[derive(Debug, Clone, Serialize)]
pub struct Profile {
    /// The person id.
    pub person_id: String,
    /// The form's action.
    pub action: String,
    /// The entered name.
    pub name: String,
    /// The entered telephone number.
    pub phone: String,
    /// Whether replies are notified by e-mail.
    pub notify_of_replies: bool,
    /// The languages to choose from.
    pub languages: Vec<Choice>,
    /// The time zones to choose from.
    pub zones: Vec<Choice>,
    /// The label of the choice of no time zone.
    pub usual_zone: String,
    /// Error message of the rejected form.
    pub error: Option<Complaint>,
    /// The known e-mail address.
    pub email: Option<String>,
    /// The new address that waits for confirmation.
    pub waiting: Option<String>,
    /// URL for changing the e-mail address.
    pub email_url: String,
    /// The places whose data the person can see.
    pub places: Vec<String>,
    /// URL of the contacts; `None` if the person may not see them.
    pub contacts_url: Option<String>,
    /// URL of the sign-in methods.
    pub methods_url: String,
    /// URL of the timeline.
    pub timeline_url: String,
}

impl Page for Profile {
    const TEMPLATE: &'static str = "portal/profile/one.html";
}

/// The form for changing the e-mail address.
#[derive(Debug, Clone, Serialize)]
pub struct EmailForm {
    /// The known e-mail address.
    pub email: Option<String>,
    /// The entered address.
    pub typed: String,
    /// The form's action.
    pub action: String,
    /// Error message of the rejected form.
    pub error: Option<Complaint>,
    /// Whether the person has authenticated recently; otherwise they first have to re-authenticate.
    pub recent: bool,
    /// Form action for re-authentication.
    pub prove_action: String,
    /// URL of the profile.
    pub back_url: String,
}

impl Page for EmailForm {
    const TEMPLATE: &'static str = "portal/profile/email.html";
}

/// The page of the confirmation link in the e-mail.
#[derive(Debug, Clone, Serialize)]
pub struct ConfirmEmail {
    /// The new address; `None` if the link is no longer valid or belongs to another person.
    pub email: Option<String>,
    /// The form's action.
    pub action: String,
    /// URL of the profile.
    pub back_url: String,
}

impl Page for ConfirmEmail {
    const TEMPLATE: &'static str = "portal/profile/email_confirm.html";
}

/// The contacts of the organisation.
#[derive(Debug, Clone, Serialize)]
pub struct Contacts {
    /// The contacts.
    pub contacts: Vec<Contact>,
    /// URL for adding a contact.
    pub new_url: String,
    /// URL of the profile.
    pub back_url: String,
}

impl Page for Contacts {
    const TEMPLATE: &'static str = "portal/contacts/list.html";
}

/// A contact: a person on record who does not sign in (P01).
#[derive(Debug, Clone, Serialize)]
pub struct Contact {
    /// URL for editing it.
    pub url: String,
    /// The contact's name.
    pub name: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The place where the contact can be found.
    pub place: Option<String>,
}

/// The form of a contact.
#[derive(Debug, Clone, Serialize)]
pub struct ContactForm {
    /// The form's action.
    pub action: String,
    /// Whether it is a new contact.
    pub fresh: bool,
    /// The entered name.
    pub name: String,
    /// The entered e-mail address.
    pub email: String,
    /// The entered telephone number.
    pub phone: String,
    /// The places to choose from.
    pub places: Vec<Choice>,
    /// Error message of the rejected form.
    pub error: Option<Complaint>,
    /// URL of the contacts.
    pub back_url: String,
}

impl Page for ContactForm {
    const TEMPLATE: &'static str = "portal/contacts/form.html";
}

/// The timeline, in plain language (H05).
#[derive(Debug, Clone, Serialize)]
pub struct Timeline {
    /// The events, newest first.
    pub events: Vec<Happened>,
    /// URL of older events.
    pub older_url: Option<String>,
    /// Whether the timeline is empty because the person has no access to the organisation's home place.
    pub elsewhere: bool,
    /// URL of the profile.
    pub back_url: String,
}

impl Page for Timeline {
    const TEMPLATE: &'static str = "portal/timeline.html";
}

/// An event.
#[derive(Debug, Clone, Serialize)]
pub struct Happened {
    /// When it happened.
    pub at: Timestamp,
    /// The description.
    pub text: String,
}
