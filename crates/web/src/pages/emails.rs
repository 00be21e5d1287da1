//! The mails: each a subject, a plain text and an HTML part. No images, no trackers, nothing loaded from outside.

use jiff::Timestamp;
use serde::Serialize;
use tessera_hub::{ReturnLetter, ReturnNews};

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
    const NAME: &'static str = "emails/invitation";

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
    const NAME: &'static str = "emails/activated";

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
    const NAME: &'static str = "emails/sign_in_changed";

    fn subject(&self, brand: &str) -> String {
        let what = if self.added { "added to" } else { "removed from" };
        format!("A sign-in method was {what} your account at {brand}")
    }
}

/// News of a return (P09).
#[derive(Debug, Clone, Serialize)]
pub struct ReturnMail {
    /// The customer's name, if known.
    pub name: Option<String>,
    /// What the return is called.
    pub number: String,
    /// The subject line, without the brand.
    pub headline: String,
    /// What happened and what follows, a paragraph each.
    pub paragraphs: Vec<String>,
    /// What the button says.
    pub action: &'static str,
    /// The return's page.
    pub url: String,
}

impl ReturnMail {
    /// A mail about news.
    pub fn of(letter: &ReturnLetter) -> Self {
        let number = &letter.number;
        let (headline, paragraphs, action) = match &letter.news {
            ReturnNews::Opened { units, send_it } => {
                let next = if *send_it {
                    "Pack it well, write the number of the return on the parcel, and send it to us. How, stands on the return's page."
                } else {
                    "We send you the replacement first. Keep yours until it has arrived."
                };
                let what = format!("we opened return {number} for {}.", units.join(", "));
                (format!("Return {number} is open"), vec![what, next.to_owned()], "See the return")
            }
            ReturnNews::Asked { model, amount, note } => {
                let what = format!("before we go on with {model}, we need your approval of {amount}.");
                let waits = "Nothing is done until you approve or decline on the return's page.".to_owned();
                let headline = format!("Please approve {amount} for return {number}");
                (headline, vec![what, format!("What it is for: {note}"), waits], "Approve or decline")
            }
            ReturnNews::Shipped { model, quantity, tracking } => {
                let count = if *quantity == 1 { String::new() } else { format!("{quantity} × ") };
                let mut paragraphs = vec![format!("we shipped {count}{model} to you (return {number}).")];
                paragraphs.extend(tracking.iter().map(|tracking| format!("Follow the parcel: {tracking}.")));
                (format!("Return {number}: shipped"), paragraphs, "See the return")
            }
            ReturnNews::Closed => {
                let what = format!("everything about return {number} is done.");
                (format!("Return {number} is complete"), vec![what], "See the return")
            }
            ReturnNews::Cancelled { why } => {
                let paragraphs = vec![format!("return {number} was cancelled."), format!("The reason: {why}")];
                (format!("Return {number} was cancelled"), paragraphs, "See the return")
            }
        };
        Self {
            name: Some(letter.name.clone()).filter(|name| !name.is_empty()),
            number: number.clone(),
            headline,
            paragraphs,
            action,
            url: letter.url.clone(),
        }
    }
}

impl Letter for ReturnMail {
    const NAME: &'static str = "emails/return";

    fn subject(&self, brand: &str) -> String {
        format!("{} · {brand}", self.headline)
    }
}

/// The link to set a password (P03).
#[derive(Debug, Clone, Serialize)]
pub struct OneTimeLinkMail {
    /// The person's name.
    pub name: String,
    /// What they sign in with.
    pub person_id: String,
    /// The full link.
    pub url: String,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// Somebody said that they cannot sign in; otherwise staff sent it.
    pub asked_for: bool,
}

impl Letter for OneTimeLinkMail {
    const NAME: &'static str = "emails/one_time_link";

    fn subject(&self, brand: &str) -> String {
        format!("Choose a password for {brand}")
    }
}

/// The notice that something about the ways in changed.
#[derive(Debug, Clone, Serialize)]
pub struct SecurityNoticeMail {
    /// The person's name.
    pub name: String,
    /// What they sign in with.
    pub person_id: String,
    /// What happened, as in "A password was set".
    pub what: String,
    /// When.
    pub at: Timestamp,
    /// The portal's page of sign-in methods.
    pub sign_ins_url: String,
    /// Where a link to set a password is asked for.
    pub forgot_url: String,
}

impl Letter for SecurityNoticeMail {
    const NAME: &'static str = "emails/security_notice";

    fn subject(&self, brand: &str) -> String {
        format!("{} at {brand}", self.what)
    }
}

/// The mail to somebody who registers (P12).
#[derive(Debug, Clone, Serialize)]
pub struct RegistrationMail {
    /// The applicant's name.
    pub name: String,
    /// The person ids that the address has already.
    pub known_as: Vec<String>,
    /// The link that proves the address.
    pub url: String,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// Where a link to set a password is asked for.
    pub forgot_url: String,
}

impl Letter for RegistrationMail {
    const NAME: &'static str = "emails/registration";

    fn subject(&self, brand: &str) -> String {
        format!("Your registration at {brand}")
    }
}

/// The answer to a registration (P12).
#[derive(Debug, Clone, Serialize)]
pub struct RegistrationDecidedMail {
    /// The applicant's name.
    pub name: String,
    /// How they get in; none: they were refused.
    pub admitted: Option<AdmittedPart>,
    /// Why they were refused.
    pub reason: Option<String>,
    /// Where they register once more.
    pub register_url: String,
}

/// How somebody gets in.
#[derive(Debug, Clone, Serialize)]
pub struct AdmittedPart {
    /// What they sign in with.
    pub person_id: String,
    /// The link to set a password.
    pub url: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}

impl Letter for RegistrationDecidedMail {
    const NAME: &'static str = "emails/registration_decided";

    fn subject(&self, brand: &str) -> String {
        let outcome = if self.admitted.is_some() { "approved" } else { "not approved" };
        format!("Your registration at {brand} was {outcome}")
    }
}

/// The notice of a reply in the forum (P10).
#[derive(Debug, Clone, Serialize)]
pub struct ReplyMail {
    /// The follower's name, if known.
    pub name: Option<String>,
    /// Who replied, as the follower may know them.
    pub author: String,
    /// The topic's title.
    pub title: String,
    /// Where the reply is.
    pub url: String,
    /// Where such mails are switched off.
    pub profile_url: String,
}

impl Letter for ReplyMail {
    const NAME: &'static str = "emails/reply";

    fn subject(&self, brand: &str) -> String {
        format!("A reply in the forum of {brand}")
    }
}

/// The link that confirms a new address (P09).
#[derive(Debug, Clone, Serialize)]
pub struct EmailChangeMail {
    /// The person's name, if known.
    pub name: Option<String>,
    /// The full link.
    pub url: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}

impl Letter for EmailChangeMail {
    const NAME: &'static str = "emails/email_change";

    fn subject(&self, brand: &str) -> String {
        format!("Confirm your new e-mail address at {brand}")
    }
}

/// The notice to the address before (P09).
#[derive(Debug, Clone, Serialize)]
pub struct EmailChangedMail {
    /// The person's name, if known.
    pub name: Option<String>,
    /// The new address, masked.
    pub to: String,
    /// The portal's profile page.
    pub profile_url: String,
}

impl Letter for EmailChangedMail {
    const NAME: &'static str = "emails/email_changed";

    fn subject(&self, brand: &str) -> String {
        format!("Your e-mail address at {brand} was changed")
    }
}

/// A step of the customer's own workflow tells somebody of a request (P09).
#[derive(Debug, Clone, Serialize)]
pub struct RequestMail {
    /// The reader's name, if known.
    pub name: Option<String>,
    /// What it is for.
    pub heading: String,
    /// What happened, or what is asked.
    pub lead: String,
    /// What the request is about.
    pub about: String,
    /// Why it was declined.
    pub reason: Option<String>,
    /// Where it is.
    pub url: String,
}

impl Letter for RequestMail {
    const NAME: &'static str = "emails/request";

    fn subject(&self, brand: &str) -> String {
        let subject = format!("{}: {} ({brand})", self.heading, self.about);
        subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    }
}
