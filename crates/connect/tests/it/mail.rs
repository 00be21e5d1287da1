//! Messages over a real SMTP conversation on loopback.

use std::sync::Arc;

use tessera_connect::mail::{Config, Mailer};
use tessera_core::kernel::clock::ManualClock;
use tessera_hub::ports::{MailError, Message};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::stand_in::start;

/// Takes one message; answers the recipient with `rcpt`.
async fn server(rcpt: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let conversation = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let (reader, mut writer) = socket.into_split();
        let mut lines = BufReader::new(reader).lines();
        let (mut said, mut in_data) = (String::new(), false);
        writer.write_all(b"220 mail.example.com\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            said.push_str(&line);
            said.push('\n');
            let answer = match line.as_str() {
                "." if in_data => {
                    in_data = false;
                    "250 taken"
                }
                _ if in_data => continue,
                "DATA" => {
                    in_data = true;
                    "354 go on"
                }
                "QUIT" => "221 bye",
                line if line.starts_with("RCPT") => rcpt,
                _ => "250 fine",
            };
            writer.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        }
        said
    });
    (url, conversation)
}

fn mailer(url: &str) -> Mailer {
    let config = Config {
        url: url.to_owned().into(),
        from: "Sun & Co <hello@example.com>".to_owned(),
        reply_to: Some("help@example.com".to_owned()),
    };
    Mailer::new(&config, Arc::new(ManualClock::new(start()))).unwrap()
}

fn message() -> Message {
    Message {
        to: "jane@example.org".to_owned(),
        subject: "Your devices, jetzt für dich".to_owned(),
        text: "Hello Jane".to_owned(),
        html: "<p>Hello Jane</p>".to_owned(),
        message_id: Some("<invitation.1@hub.example.com>".to_owned()),
    }
}

#[tokio::test]
async fn a_message_arrives_with_both_bodies_and_the_headers_that_matter() {
    let (url, conversation) = server("250 fine").await;
    mailer(&url).send(&message()).await.unwrap();
    let said = conversation.await.unwrap();
    for part in [
        "MAIL FROM:<hello@example.com>",
        "RCPT TO:<jane@example.org>",
        "Message-ID: <invitation.1@hub.example.com>",
        "Auto-Submitted: auto-generated",
        "Reply-To: help@example.com",
        "Date: Sun, 01 Mar 2026 12:00:00 +0000",
        "Subject: Your devices, jetzt =?utf-8?b?",
        "multipart/alternative",
        "Hello Jane",
        "<p>Hello Jane</p>",
    ] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
}

#[tokio::test]
async fn refusals_are_temporary_or_final_and_hold_no_address() {
    let (url, _) = server("451 4.7.1 <jane@example.org> greylisted").await;
    let error = mailer(&url).send(&message()).await.unwrap_err();
    assert!(error.is_temporary() && error.to_string().contains("greylisted"), "{error}");
    let (url, _) = server("550 5.1.1 <jane@example.org> unknown").await;
    let error = mailer(&url).send(&message()).await.unwrap_err();
    assert!(matches!(error, MailError::Permanent(_)), "{error}");
    assert!(!error.to_string().contains("jane"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_down_is_temporary() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    drop(listener);
    assert!(mailer(&url).send(&message()).await.unwrap_err().is_temporary());
}

#[tokio::test]
async fn nothing_can_be_smuggled_into_the_headers() {
    let mailer = mailer("smtp://127.0.0.1:9");
    let attacks = [
        Message { subject: "Hi\r\nBcc: all@example.com".to_owned(), ..message() },
        Message { to: "jane@example.org\r\nRCPT TO:<all@example.com>".to_owned(), ..message() },
        Message { to: "jane@example.org, all@example.com".to_owned(), ..message() },
        Message { message_id: Some("<a@b>\r\nBcc: all@example.com".to_owned()), ..message() },
        Message { subject: " ".to_owned(), ..message() },
    ];
    for attack in attacks {
        let error = mailer.send(&attack).await.unwrap_err();
        assert!(matches!(error, MailError::Invalid(_)), "{attack:?}: {error}");
    }
}

#[test]
fn an_invalid_configuration_is_rejected_without_revealing_the_password() {
    for (url, from) in [("http://user:secret@example.com", "a@example.com"), ("smtps://u:secret@example.com", "nobody")]
    {
        let config = Config { url: url.to_owned().into(), from: from.to_owned(), reply_to: None };
        let error = Mailer::new(&config, Arc::new(ManualClock::new(start()))).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    for url in ["smtps://user:p%40ss@example.com", "smtp+starttls://user:pass@example.com:587", "smtp://127.0.0.1:25"] {
        let config = Config { url: url.to_owned().into(), from: "a@example.com".to_owned(), reply_to: None };
        Mailer::new(&config, Arc::new(ManualClock::new(start()))).unwrap();
    }
}
