//! Tests of the mailer with real SMTP conversations on loopback.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tessera_connect::mail::{Config, Mailer, TimeLimits};
use tessera_core::kernel::clock::ManualClock;
use tessera_hub::ports::{MailError, MailTransport as _, Message};
use tessera_sim::mail::{Fault, FaultKind, MailSink, Step};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::stand_in::start;

/// A server that accepts one message and answers RCPT with `rcpt`.
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
        unsubscribe_url: None,
    }
}

#[tokio::test]
async fn p10_a_notification_says_where_one_request_ends_such_messages() {
    let url =
        "https://hub.example.com/unsubscribe/kq3vR0pZ8sT1mWc5yXb7NgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (unsubscribe_url, one_click) in [(Some(url), true), (Some("http://localhost:8080/unsubscribe/x"), false)] {
        let (server_url, conversation) = server("250 fine").await;
        let message = Message { unsubscribe_url: unsubscribe_url.map(ToOwned::to_owned), ..message() };
        mailer(&server_url).send(&message).await.unwrap();
        let said = conversation.await.unwrap().replace("\n ", " ");
        let header = format!("List-Unsubscribe: <{}>\n", unsubscribe_url.unwrap());
        assert!(said.contains(&header), "{said}");
        let post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n";
        assert_eq!(said.contains(post), one_click, "only over TLS: {said}");
    }
    let (server_url, conversation) = server("250 fine").await;
    mailer(&server_url).send(&message()).await.unwrap();
    assert!(!conversation.await.unwrap().contains("List-Unsubscribe"), "a message that cannot be ended");
    for wrong in ["javascript:x", "https://a/\r\nBcc: x@example.com", "https://a/>", "https://a/ö"] {
        let message = Message { unsubscribe_url: Some(wrong.to_owned()), ..message() };
        let (server_url, _) = server("250 fine").await;
        let refused = mailer(&server_url).send(&message).await;
        assert!(matches!(refused, Err(MailError::Invalid(_))), "{wrong}");
    }
}

#[tokio::test]
async fn a_message_is_sent_with_both_bodies_and_all_headers() {
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
async fn a_rejection_is_temporary_or_permanent_and_contains_no_email_address() {
    let (url, _) = server("451 4.7.1 <jane@example.org> greylisted").await;
    let error = mailer(&url).send(&message()).await.unwrap_err();
    assert!(error.is_temporary() && error.to_string().contains("greylisted"), "{error}");
    let (url, _) = server("550 5.1.1 <jane@example.org> unknown").await;
    let error = mailer(&url).send(&message()).await.unwrap_err();
    assert!(matches!(error, MailError::Permanent(_)), "{error}");
    assert!(!error.to_string().contains("jane"), "{error}");
}

#[tokio::test]
async fn a_refused_smtp_connection_is_a_temporary_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    drop(listener);
    assert!(mailer(&url).send(&message()).await.unwrap_err().is_temporary());
}

#[tokio::test]
async fn a_message_with_header_injection_is_rejected() {
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

const QUICK: TimeLimits =
    TimeLimits { step: Duration::from_millis(100), message: Duration::from_millis(150), total: Duration::from_secs(1) };

/// The steps before the server has the whole message, in order.
const BEFORE: [Step; 7] = [Step::Greeting, Step::Ehlo, Step::Starttls, Step::Auth, Step::Mail, Step::Rcpt, Step::Data];

/// A stand-in with a fault at a step, and a mailer that reaches this step.
async fn faulty(step: Step, kind: FaultKind) -> (MailSink, Mailer) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let tls = if step == Step::Starttls { "?tls=required" } else { "" };
    let url = format!("smtp://hub:secret@{}{tls}", listener.local_addr().unwrap());
    let sink = MailSink::start(listener);
    sink.add_fault(Fault { kind, to: None, times: None });
    (sink, mailer(&url).with_limits(QUICK))
}

#[tokio::test]
async fn h04_a_step_fails_in_time_when_the_mail_server_is_silent() {
    for step in BEFORE {
        let (sink, mailer) = faulty(step, FaultKind::Silent { step }).await;
        let started = Instant::now();
        let error = mailer.send(&message()).await.unwrap_err();
        assert!(matches!(error, MailError::Temporary(_)), "{step:?}: {error}");
        assert!(error.to_string().contains("silent"), "{step:?}: {error}");
        assert!(started.elapsed() < QUICK.total, "{step:?} took {:?}", started.elapsed());
        assert!(sink.messages().is_empty(), "{step:?}");
    }
}

#[tokio::test]
async fn h04_a_connection_lost_before_the_message_is_a_temporary_error() {
    for step in BEFORE {
        let (_sink, mailer) = faulty(step, FaultKind::Drop { step }).await;
        let error = mailer.send(&message()).await.unwrap_err();
        assert!(error.is_temporary(), "{step:?}: {error}");
    }
    for step in BEFORE.into_iter().chain([Step::Message]) {
        let (sink, mailer) = faulty(step, FaultKind::Reject { step, code: 451 }).await;
        let error = mailer.send(&message()).await.unwrap_err();
        assert!(error.is_temporary(), "{step:?}: {error}");
        let (_sink, mailer) = faulty(step, FaultKind::Reject { step, code: 554 }).await;
        let error = mailer.send(&message()).await.unwrap_err();
        assert!(matches!(error, MailError::Permanent(_)), "{step:?}: {error}");
        assert!(sink.messages().is_empty(), "{step:?}");
    }
}

#[tokio::test]
async fn h04_a_message_is_in_doubt_when_its_reply_is_lost() {
    let step = Step::Message;
    for kind in [FaultKind::Silent { step }, FaultKind::Drop { step }, FaultKind::DropAfterData] {
        let (sink, mailer) = faulty(step, kind).await;
        let started = Instant::now();
        let error = mailer.send(&message()).await.unwrap_err();
        assert!(matches!(error, MailError::InDoubt(_)), "{kind:?}: {error}");
        assert!(!error.is_temporary() && started.elapsed() < QUICK.total, "{kind:?}");
        assert_eq!(sink.messages().len(), 1, "the server has it");
    }
}

#[tokio::test]
async fn h04_an_incompletely_written_message_is_a_temporary_error() {
    let step = Step::Content;
    let (_sink, mailer) = faulty(step, FaultKind::Silent { step }).await;
    // More than the buffers between client and server can hold.
    let long = Message { text: "All work and no play. ".repeat(1 << 20), ..message() };
    let error = mailer.send(&long).await.unwrap_err();
    assert!(error.is_temporary(), "{error}");
}

#[tokio::test]
async fn h04_a_slow_mail_server_cannot_exceed_the_total_time_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let (reader, mut writer) = socket.into_split();
        let mut lines = BufReader::new(reader).lines();
        writer.write_all(b"220 mail.example.com\r\n").await.unwrap();
        // An answer that never ends, one line at a time.
        lines.next_line().await.unwrap();
        while writer.write_all(b"250-still here\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let limits = TimeLimits { step: Duration::from_secs(20), total: Duration::from_millis(200), ..QUICK };
    let started = Instant::now();
    let error = mailer(&url).with_limits(limits).send(&message()).await.unwrap_err();
    assert!(error.is_temporary() && started.elapsed() < Duration::from_secs(2), "{error}");
}

#[tokio::test]
async fn h04_a_started_message_that_is_dropped_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let sink = MailSink::start(listener);
    let mailer = mailer(&url).with_limits(QUICK);
    drop(mailer.start(&message()).await.unwrap());
    mailer.send(&Message { subject: "Another".to_owned(), ..message() }).await.unwrap();
    let subjects: Vec<_> = sink.messages().into_iter().map(|message| message.subject).collect();
    assert_eq!(subjects, ["Another"]);
}
