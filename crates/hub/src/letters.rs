//! The mails' words come from the faces; the journeys only know what has to be said.

use jiff::Timestamp;

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

/// Puts mails into words.
pub trait Letters: std::fmt::Debug + Send + Sync {
    /// The mail with the activation link.
    fn invitation(&self, letter: &InvitationLetter, now: Timestamp) -> Result<Letter, String>;
    /// The notice that the account was activated.
    fn activated(&self, letter: &ActivatedLetter, now: Timestamp) -> Result<Letter, String>;
    /// The notice that a sign-in method was added or removed.
    fn sign_in_changed(&self, letter: &SignInChangedLetter, now: Timestamp) -> Result<Letter, String>;
}
