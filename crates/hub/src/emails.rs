//! The mails' words come from the faces; the journeys only know what has to be said.

use jiff::Timestamp;
use tessera_core::credentials::Notice;
use tessera_core::kernel::job::RequestMail;
use tessera_core::kernel::money::Money;

/// A mail, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// What an invitation's mail says (`A11`).
#[derive(Debug, Clone)]
pub struct InvitationLetter {
    /// Whom it greets.
    pub name: String,
    /// The activation link.
    pub url: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// What the notice of an activation says.
#[derive(Debug, Clone)]
pub struct ActivatedLetter {
    /// Whom it greets.
    pub name: String,
    /// The sign-in, masked.
    pub sign_in: String,
    /// When.
    pub at: Timestamp,
    /// How many devices are visible.
    pub devices: usize,
    /// Where to see them.
    pub devices_url: String,
}

/// What the notice of a change of sign-in methods says (`A23`).
#[derive(Debug, Clone)]
pub struct SignInChangedLetter {
    /// Whom it greets.
    pub name: String,
    /// Added; otherwise removed.
    pub added: bool,
    /// The sign-in, masked.
    pub sign_in: String,
    /// When.
    pub at: Timestamp,
    /// Where the ways to sign in are.
    pub sign_ins_url: String,
}

/// What a mail about a return says (`P09`).
#[derive(Debug, Clone)]
pub struct ReturnLetter {
    /// Whom it greets.
    pub name: String,
    /// What the return is called.
    pub number: String,
    /// Its page.
    pub url: String,
    /// What happened.
    pub news: ReturnNews,
}

/// What happened to a return.
#[derive(Debug, Clone)]
pub enum ReturnNews {
    /// It was opened.
    Opened {
        /// What is returned.
        units: Vec<String>,
        /// Whether the customer is the next to do something: to send it.
        send_it: bool,
    },
    /// An amount is to be approved.
    Asked {
        /// For what unit.
        model: String,
        /// How much.
        amount: Money,
        /// For what.
        note: String,
    },
    /// Something was shipped to the customer.
    Shipped {
        /// What.
        model: String,
        /// How many.
        quantity: u32,
        /// How to follow the parcel.
        tracking: Option<String>,
    },
    /// Everything is done.
    Closed,
    /// It was given up.
    Cancelled {
        /// Why.
        why: String,
    },
}

/// What the mail with a link to set a password says (`P03`).
#[derive(Debug, Clone)]
pub struct OneTimeLinkLetter {
    /// Whom it greets.
    pub name: String,
    /// What they sign in with.
    pub person_id: String,
    /// The link.
    pub url: String,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// Somebody said that they cannot sign in; otherwise staff sent it.
    pub asked_for: bool,
}

/// What the notice of a change of the ways in says.
#[derive(Debug, Clone)]
pub struct SecurityNoticeLetter {
    /// Whom it greets.
    pub name: String,
    /// What they sign in with.
    pub person_id: String,
    /// What happened.
    pub notice: Notice,
    /// When.
    pub at: Timestamp,
    /// Where the ways to sign in are.
    pub sign_ins_url: String,
    /// Where a fresh link to set a password is asked for.
    pub forgot_url: String,
}

/// What the mail to somebody who registers says (`P12`).
#[derive(Debug, Clone)]
pub struct RegistrationLetter {
    /// Whom it greets.
    pub name: String,
    /// The person ids that the address has already; none: it is new here.
    pub known_as: Vec<String>,
    /// The link that proves the address.
    pub url: String,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// Where a link to set a password is asked for.
    pub forgot_url: String,
}

/// What the answer to a registration says (`P12`).
#[derive(Debug, Clone)]
pub struct RegistrationDecidedLetter {
    /// Whom it greets.
    pub name: String,
    /// How they get in; none: they were refused.
    pub admitted: Option<Admitted>,
    /// Why they were refused.
    pub reason: Option<String>,
    /// Where they register once more.
    pub register_url: String,
}

/// How somebody gets in whose registration was approved.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// What they sign in with.
    pub person_id: String,
    /// The link to set a password.
    pub url: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// What tells a follower of a reply (`P10`).
#[derive(Debug, Clone)]
pub struct ReplyLetter {
    /// Whom it greets.
    pub name: String,
    /// Who replied, as the follower may know them.
    pub author: String,
    /// In which topic.
    pub title: String,
    /// Where the reply is.
    pub url: String,
    /// Where such mails are switched off.
    pub profile_url: String,
}

/// What asks to confirm a new e-mail address (`P09`).
#[derive(Debug, Clone)]
pub struct EmailChangeLetter {
    /// Whom it greets.
    pub name: String,
    /// The link.
    pub url: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// What tells the address before that it was changed (`P09`).
#[derive(Debug, Clone)]
pub struct EmailChangedLetter {
    /// Whom it greets.
    pub name: String,
    /// The new address, masked.
    pub to: String,
    /// Where the profile is.
    pub profile_url: String,
}

/// What a mail about a service request says (`P09`).
#[derive(Debug, Clone)]
pub struct RequestLetter {
    /// Whom it greets.
    pub name: String,
    /// What it is for.
    pub mail: RequestMail,
    /// What the request is about.
    pub subject: String,
    /// Who opened it.
    pub opened_by: String,
    /// Who took the last step.
    pub decided_by: Option<String>,
    /// Why it was declined.
    pub reason: Option<String>,
    /// Where it is.
    pub url: String,
}

/// Puts mails into words.
pub trait Letters: std::fmt::Debug + Send + Sync {
    /// The mail with the activation link.
    fn invitation(&self, letter: &InvitationLetter, now: Timestamp) -> Result<Letter, String>;
    /// The notice that the account was activated.
    fn activated(&self, letter: &ActivatedLetter, now: Timestamp) -> Result<Letter, String>;
    /// The notice that a sign-in method was added or removed.
    fn sign_in_changed(&self, letter: &SignInChangedLetter, now: Timestamp) -> Result<Letter, String>;
    /// The mail about a return.
    fn about_return(&self, letter: &ReturnLetter, now: Timestamp) -> Result<Letter, String>;
    /// The notice of a reply.
    fn reply(&self, letter: &ReplyLetter, now: Timestamp) -> Result<Letter, String>;
    /// The mail with the link that confirms a new address.
    fn email_change(&self, letter: &EmailChangeLetter, now: Timestamp) -> Result<Letter, String>;
    /// The notice to the address before.
    fn email_changed(&self, letter: &EmailChangedLetter, now: Timestamp) -> Result<Letter, String>;
    /// The mail with a link to set a password.
    fn one_time_link(&self, letter: &OneTimeLinkLetter, now: Timestamp) -> Result<Letter, String>;
    /// The notice that something about the ways in changed.
    fn security_notice(&self, letter: &SecurityNoticeLetter, now: Timestamp) -> Result<Letter, String>;
    /// The mail to somebody who registers.
    fn registration(&self, letter: &RegistrationLetter, now: Timestamp) -> Result<Letter, String>;
    /// The answer to a registration.
    fn registration_decided(&self, letter: &RegistrationDecidedLetter, now: Timestamp) -> Result<Letter, String>;
    /// The mail about a service request.
    fn request(&self, letter: &RequestLetter, now: Timestamp) -> Result<Letter, String>;
}
