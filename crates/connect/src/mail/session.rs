//! One SMTP conversation, command by command. Each step and the whole conversation have time limits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use lettre::Message;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use tessera_hub::ports::{MailError, StartedMail};
use tokio::time::{Instant, timeout, timeout_at};

use super::server::Server;
use crate::discipline::redact;

/// Time limit for QUIT, which runs in the background.
const GOODBYE: Duration = Duration::from_secs(2);

/// Time limits of a conversation.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimits {
    /// For connecting, including the greeting, and for each command.
    pub step: Duration,
    /// For the message and its reply. The server examines the content first.
    pub message: Duration,
    /// For the whole conversation.
    pub total: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self { step: Duration::from_secs(15), message: Duration::from_secs(30), total: Duration::from_secs(50) }
    }
}

/// A conversation after EHLO and sign-in.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    watch: Watch,
}

/// A conversation in which the server awaits the content of the message.
pub(super) struct Started {
    session: Session,
    content: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Watch {
    limits: TimeLimits,
    end: Instant,
}

impl Watch {
    /// Runs a step that has no effect in the outside system.
    async fn step<T>(&self, name: &str, step: impl Future<Output = Result<T, Error>>) -> Result<T, MailError> {
        match timeout_at(self.until(self.limits.step), step).await {
            Ok(outcome) => outcome.map_err(|error| classified(&error)),
            Err(_) => Err(MailError::Temporary(format!("it was silent after {name}"))),
        }
    }

    fn until(&self, limit: Duration) -> Instant {
        self.end.min(Instant::now() + limit)
    }
}

impl Session {
    /// Connects, sends EHLO, and signs in if the URL has a user.
    pub(super) async fn open(server: &Server, limits: TimeLimits) -> Result<Self, MailError> {
        let watch = Watch { limits, end: Instant::now() + limits.total };
        let address = (server.host.as_str(), server.port);
        let wrapper = match &server.tls {
            Tls::Wrapper(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let connecting = AsyncSmtpConnection::connect_tokio1(address, None, &server.hello, wrapper, None);
        let mut connection = watch.step("connecting", connecting).await?;
        if let Some(parameters) = starttls(&server.tls, &connection) {
            watch.step("STARTTLS", connection.starttls(parameters, &server.hello)).await?;
        }
        if let Some(credentials) = &server.credentials {
            watch.step("AUTH", connection.auth(DEFAULT_MECHANISMS, credentials)).await?;
        }
        Ok(Self { connection, watch })
    }

    /// Checks that the server still answers.
    pub(super) async fn probe(mut self) -> Result<(), MailError> {
        self.watch.step("NOOP", self.connection.command(Noop)).await?;
        self.leave();
        Ok(())
    }

    /// Announces the message, up to the point where the server awaits its content.
    pub(super) async fn start(mut self, message: &Message) -> Result<Started, MailError> {
        let content = message.formatted();
        match self.announce(message.envelope(), content.is_ascii()).await {
            Ok(()) => Ok(Started { session: self, content }),
            Err(error) => {
                self.leave();
                Err(error)
            }
        }
    }

    async fn announce(&mut self, envelope: &Envelope, ascii: bool) -> Result<(), MailError> {
        let parameters = self.parameters(envelope, ascii)?;
        let sender = Mail::new(envelope.from().cloned(), parameters);
        self.watch.step("MAIL", self.connection.command(sender)).await?;
        for recipient in envelope.to() {
            let recipient = Rcpt::new(recipient.clone(), Vec::new());
            self.watch.step("RCPT", self.connection.command(recipient)).await?;
        }
        self.watch.step("DATA", self.connection.command(Data)).await?;
        Ok(())
    }

    fn parameters(&self, envelope: &Envelope, ascii: bool) -> Result<Vec<MailParameter>, MailError> {
        let mut parameters = Vec::new();
        let mut addresses = envelope.to().iter().chain(envelope.from());
        let beyond_ascii = addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii());
        for (needed, extension, parameter) in [
            (beyond_ascii, Extension::SmtpUtfEight, MailParameter::SmtpUtfEight),
            (!ascii, Extension::EightBitMime, MailParameter::Body(MailBodyParameter::EightBitMime)),
        ] {
            if needed && !self.connection.server_info().supports_feature(extension) {
                return Err(MailError::Permanent(format!("it does not offer {extension}")));
            }
            if needed {
                parameters.push(parameter);
            }
        }
        Ok(parameters)
    }

    /// Closes the conversation in the background.
    fn leave(mut self) {
        tokio::spawn(async move {
            // The server may close the connection first.
            let _ = timeout(GOODBYE, self.connection.abort()).await;
        });
    }
}

#[async_trait]
impl StartedMail for Started {
    async fn finish(self: Box<Self>) -> Result<(), MailError> {
        let Self { mut session, content } = *self;
        // The iterator is polled again after the content was written, just before the dot that ends the message.
        let written = AtomicBool::new(false);
        let end = std::iter::from_fn(|| {
            written.store(true, Ordering::Relaxed);
            None
        });
        let sending = session.connection.message_iter(std::iter::once(content).chain(end));
        let limit = session.watch.until(session.watch.limits.message);
        let reason = match timeout_at(limit, sending).await {
            Ok(Ok(_)) => {
                session.leave();
                return Ok(());
            }
            Ok(Err(error)) if error.status().is_some() => return Err(classified(&error)),
            Ok(Err(error)) => text(&error),
            Err(_) => "it was silent after the message".to_owned(),
        };
        Err(if written.into_inner() { MailError::InDoubt(reason) } else { MailError::Temporary(reason) })
    }
}

fn starttls(tls: &Tls, connection: &AsyncSmtpConnection) -> Option<TlsParameters> {
    match tls {
        Tls::Required(parameters) => Some(parameters.clone()),
        Tls::Opportunistic(parameters) => connection.can_starttls().then(|| parameters.clone()),
        Tls::Wrapper(_) | Tls::None => None,
    }
}

fn classified(error: &Error) -> MailError {
    // 5xx is final (RFC 5321 §4.2.1), and so is a message that the client itself cannot send. All other errors are
    // network failures or a busy server.
    let last = error.is_permanent() || error.is_client();
    if last { MailError::Permanent(text(error)) } else { MailError::Temporary(text(error)) }
}

fn text(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    redact(&text)
}
