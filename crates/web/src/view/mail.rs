//! The mails: each a subject, a plain text and an HTML part. No images, no trackers, nothing loaded from outside.

use jiff::Timestamp;
use serde::Serialize;

/// One mail: its templates (`{NAME}.txt`, `{NAME}.html`) and its subject.
pub trait Letter: Serialize {
    /// The templates' name without ending, as in `mail/invitation`.
    const NAME: &'static str;

    /// The subject line, without line breaks.
    fn subject(&self, brand: &str) -> String;
}

/// A rendered mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The subject line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// The activation link with its explanation (A11).
#[derive(Debug, Clone, Serialize)]
pub struct InvitationMail {
    /// The requester's name, if known.
    pub name: Option<String>,
    /// Who sends it, usually the brand.
    pub sender: String,
    /// What will be linked, as in "your devices at Sunfield".
    pub what: String,
    /// The full activation link.
    pub url: String,
    /// When the link stops working.
    pub expires_at: Timestamp,
}

impl Letter for InvitationMail {
    const NAME: &'static str = "mail/invitation";

    fn subject(&self, brand: &str) -> String {
        format!("Activate your account at {brand}")
    }
}

/// The notice that the account was linked (design §6: every link tells the known address).
#[derive(Debug, Clone, Serialize)]
pub struct ActivatedMail {
    /// The customer's name, if known.
    pub name: Option<String>,
    /// The sign-in that was linked, masked.
    pub sign_in: String,
    /// When.
    pub at: Timestamp,
    /// How many devices are visible now.
    pub devices: u32,
    /// The portal's device page.
    pub devices_url: String,
}

impl Letter for ActivatedMail {
    const NAME: &'static str = "mail/activated";

    fn subject(&self, brand: &str) -> String {
        format!("Your account at {brand} is activated")
    }
}

/// The notice that a sign-in method was added or removed (A23).
#[derive(Debug, Clone, Serialize)]
pub struct SignInChangedMail {
    /// The customer's name, if known.
    pub name: Option<String>,
    /// Added; otherwise removed.
    pub added: bool,
    /// The sign-in, masked.
    pub sign_in: String,
    /// When.
    pub at: Timestamp,
    /// The portal's page of sign-in methods.
    pub sign_ins_url: String,
}

impl Letter for SignInChangedMail {
    const NAME: &'static str = "mail/sign_in_changed";

    fn subject(&self, brand: &str) -> String {
        let what = if self.added { "added to" } else { "removed from" };
        format!("A sign-in method was {what} your account at {brand}")
    }
}
