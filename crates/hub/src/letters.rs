//! The mails' words come from the faces; the journeys only know what has to be said.

use jiff::Timestamp;
use tessera_core::credential::Notice;
use tessera_core::money::Money;

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
    /// The mail with a link to set a password.
    fn one_time_link(&self, letter: &OneTimeLinkLetter, now: Timestamp) -> Result<Letter, String>;
    /// The notice that something about the ways in changed.
    fn security_notice(&self, letter: &SecurityNoticeLetter, now: Timestamp) -> Result<Letter, String>;
    /// The mail to somebody who registers.
    fn registration(&self, letter: &RegistrationLetter, now: Timestamp) -> Result<Letter, String>;
    /// The answer to a registration.
    fn registration_decided(&self, letter: &RegistrationDecidedLetter, now: Timestamp) -> Result<Letter, String>;
}
