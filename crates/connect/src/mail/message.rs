//! Formats a message for sending (RFC 5322).

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use tessera_hub::ports::{MailError, Message};

use crate::discipline::redact;

/// Maximum length of the subject, in characters.
const MAX_SUBJECT_LENGTH: usize = 250;

/// Header `Auto-Submitted`: prevents automatic replies (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Header `List-Unsubscribe` (RFC 2369): where the recipient ends such messages.
#[derive(Debug, Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        let value = format!("<{}>", self.0);
        HeaderValue::dangerous_new_pre_encoded(Self::name(), value.clone(), value)
    }
}

/// Header `List-Unsubscribe-Post` (RFC 8058): one request to that address is enough.
#[derive(Debug, Clone)]
struct ListUnsubscribePost;

impl Header for ListUnsubscribePost {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

pub(super) fn written(
    message: &Message,
    from: &Mailbox,
    reply_to: Option<&Mailbox>,
    now: Timestamp,
) -> Result<lettre::Message, MailError> {
    let subject = message.subject.trim();
    if subject.is_empty() || subject.chars().any(char::is_control) || subject.chars().count() > MAX_SUBJECT_LENGTH {
        return Err(MailError::Invalid("its subject is empty, too long or more than one line".to_owned()));
    }
    let to = message
        .to
        .trim()
        .parse()
        .map_err(|_| MailError::Invalid("the recipient is not an e-mail address".to_owned()))?;
    if message.message_id.as_deref().is_some_and(|id| !is_message_id(id)) {
        return Err(MailError::Invalid("its Message-ID is not of the form <left@right>".to_owned()));
    }
    let mut builder = lettre::Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(subject)
        .date(SystemTime::from(now))
        .message_id(message.message_id.clone())
        .header(AutoSubmitted);
    if let Some(url) = &message.unsubscribe_url {
        if !is_header_url(url) {
            return Err(MailError::Invalid("its unsubscribe address is no web address".to_owned()));
        }
        builder = builder.header(ListUnsubscribe(url.clone()));
        // Mail programs may send the request only over TLS.
        if url.starts_with("https://") {
            builder = builder.header(ListUnsubscribePost);
        }
    }
    if let Some(reply_to) = reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    let body = MultiPart::alternative_plain_html(message.text.clone(), message.html.clone());
    builder.multipart(body).map_err(|error| MailError::Invalid(redact(&error.to_string())))
}

pub(super) fn mailbox(address: &str, whose: &str) -> Result<Mailbox, MailError> {
    let valid = address.parse().ok().filter(|_| !address.chars().any(char::is_control));
    valid.ok_or_else(|| MailError::Invalid(format!("{whose} is not of the form Name <address>")))
}

/// Whether an address can stand in a header as it is.
fn is_header_url(url: &str) -> bool {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web && url.len() <= 900 && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\".contains(&byte))
}

fn is_message_id(id: &str) -> bool {
    let inner = id.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>@\"()".contains(&byte))
    };
    id.len() <= 250
        && inner.and_then(|inner| inner.split_once('@')).is_some_and(|(left, right)| plain(left) && plain(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_is_one_plain_pair() {
        assert!(is_message_id("<0198.invitation@hub.example.com>"));
        for id in ["", "a@b", "<a>", "<a@b>\r\nBcc: x@example.com", "<a b@c>", "<a@b@c>"] {
            assert!(!is_message_id(id), "{id}");
        }
    }
}
