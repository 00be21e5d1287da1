//! The person's own pages: profile, e-mail address, contacts, timeline (`P09`).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::community::{Choice, Complaint};

/// The profile.
#[derive(Debug, Clone, Serialize)]
pub struct Profile {
    /// What they sign in with.
    pub person_id: String,
    /// Where the form is sent.
    pub action: String,
    /// The name as typed.
    pub name: String,
    /// The telephone number as typed.
    pub phone: String,
    /// Whether a mail tells of replies.
    pub notify_of_replies: bool,
    /// Why it was not kept.
    pub error: Option<Complaint>,
    /// The address that is known.
    pub email: Option<String>,
    /// The address that waits to be confirmed.
    pub waiting: Option<String>,
    /// Where the address is changed.
    pub email_url: String,
    /// The places whose data they see.
    pub places: Vec<String>,
    /// Their contacts; none: not theirs to see.
    pub contacts_url: Option<String>,
    /// Their sign-in methods.
    pub methods_url: String,
    /// Their timeline.
    pub timeline_url: String,
}

impl Page for Profile {
    const TEMPLATE: &'static str = "portal/profile/one.html";
}

/// The form for another e-mail address.
#[derive(Debug, Clone, Serialize)]
pub struct EmailForm {
    /// The address that is known.
    pub email: Option<String>,
    /// The address as typed.
    pub typed: String,
    /// Where the form is sent.
    pub action: String,
    /// Why it was not taken.
    pub error: Option<Complaint>,
    /// They signed in a short while ago; otherwise they have to do so first.
    pub recent: bool,
    /// Where they sign in once more.
    pub prove_action: String,
    /// The profile.
    pub back_url: String,
}

impl Page for EmailForm {
    const TEMPLATE: &'static str = "portal/profile/email.html";
}

/// The link in the mail was opened.
#[derive(Debug, Clone, Serialize)]
pub struct ConfirmEmail {
    /// The new address; none: the link does not work any more, or is somebody else's.
    pub email: Option<String>,
    /// Where the button leads.
    pub action: String,
    /// The profile.
    pub back_url: String,
}

impl Page for ConfirmEmail {
    const TEMPLATE: &'static str = "portal/profile/email_confirm.html";
}

/// The contacts of the organisation.
#[derive(Debug, Clone, Serialize)]
pub struct Contacts {
    /// Them.
    pub contacts: Vec<Contact>,
    /// Where one is added.
    pub new_url: String,
    /// The profile.
    pub back_url: String,
}

impl Page for Contacts {
    const TEMPLATE: &'static str = "portal/contacts/list.html";
}

/// A contact: information only, nobody who signs in (P01).
#[derive(Debug, Clone, Serialize)]
pub struct Contact {
    /// Where it is edited.
    pub url: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Where they are to be found.
    pub place: Option<String>,
}

/// The form of a contact.
#[derive(Debug, Clone, Serialize)]
pub struct ContactForm {
    /// Where it is sent.
    pub action: String,
    /// Whether it is a new one.
    pub fresh: bool,
    /// The name as typed.
    pub name: String,
    /// The address as typed.
    pub email: String,
    /// The telephone number as typed.
    pub phone: String,
    /// The places that can be chosen.
    pub places: Vec<Choice>,
    /// Why it was not kept.
    pub error: Option<Complaint>,
    /// The contacts.
    pub back_url: String,
}

impl Page for ContactForm {
    const TEMPLATE: &'static str = "portal/contacts/form.html";
}

/// What happened, in plain language (H05).
#[derive(Debug, Clone, Serialize)]
pub struct Timeline {
    /// What happened, newest first.
    pub events: Vec<Happened>,
    /// What happened before.
    pub older_url: Option<String>,
    /// Why there is nothing, when the organisation's home place is none of the person's.
    pub elsewhere: bool,
    /// The profile.
    pub back_url: String,
}

impl Page for Timeline {
    const TEMPLATE: &'static str = "portal/timeline.html";
}

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
pub struct Happened {
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}
