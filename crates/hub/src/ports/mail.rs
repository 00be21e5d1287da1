//! Mail to customers.

use std::fmt::Debug;

use async_trait::async_trait;

/// Sends messages through a mail server. Nobody can ask a mail server whether it accepted a message, so a message is sent in two steps:
/// only the second one can leave that in doubt.
#[async_trait]
pub trait MailTransport: Debug + Send + Sync {
    /// Has the server accept sender and recipient. It does not have the message yet.
    ///
    /// # Errors
    /// Never [`MailError::InDoubt`].
    async fn start(&self, message: &Message) -> Result<Box<dyn StartedMail>, MailError>;

    /// Connects, greets, and signs in if the configuration says so; sends nothing.
    async fn probe(&self) -> Result<(), MailError>;
}

/// A message that the server awaits. Dropped, it is not sent.
#[async_trait]
pub trait StartedMail: Send {
    /// Sends the message. `Ok` means that the server accepted it, not that it arrived.
    ///
    /// # Errors
    /// [`MailError::InDoubt`] when the server may have accepted it; after any other error it surely has not.
    async fn finish(self: Box<Self>) -> Result<(), MailError>;
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
    /// The address at which the recipient ends such messages with one request (RFC 8058). `None`: they cannot be ended,
    /// because they are no notifications.
    pub unsubscribe_url: Option<String>,
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
    /// The whole message was sent, and no answer came.
    #[error(
        "the mail server may have accepted the message: {0}. It is not sent again by itself, because it might arrive twice."
    )]
    InDoubt(String),
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
