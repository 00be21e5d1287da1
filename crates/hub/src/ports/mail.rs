//! Mail to customers.

use std::fmt::Debug;

use async_trait::async_trait;

/// Hands messages to a mail server.
#[async_trait]
pub trait MailTransport: Debug + Send + Sync {
    /// Hands a message to the server. `Ok` means that the server took it, not that it arrived.
    async fn send(&self, message: &Message) -> Result<(), MailError>;

    /// Connects, greets, and proves who we are as far as the configuration says so; sends nothing.
    async fn probe(&self) -> Result<(), MailError>;
}

/// One message to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The recipient's address, without a name.
    pub to: String,
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The Message-ID, `<something@domain>`: the same for every attempt to send this message, so that a repetition is recognisable. `None`: a new one.
    pub message_id: Option<String>,
}

/// Why a message was not sent. No text holds the recipient's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Trying the same again later may work.
    #[error("the mail server did not take the message for now: {0}. It is tried again.")]
    Temporary(String),
    /// Trying the same again is pointless.
    #[error("the mail server refused the message: {0}. Correct the address, or ask the mail server's operator.")]
    Permanent(String),
    /// The message or the configuration is not valid; nothing was sent.
    #[error("the message cannot be sent: {0}.")]
    Invalid(String),
}

impl MailError {
    /// Whether trying again later makes sense.
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Temporary(_))
    }
}
