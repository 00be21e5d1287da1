//! Tests of the SMTP faults.

use http::Method;
use serde_json::json;
use tokio::net::TcpStream;

use super::Mail;

async fn fault(mail: &Mail, fault: serde_json::Value) {
    let answer = mail.call(Method::POST, "/_sim/faults", Some(fault)).await;
    assert_eq!(answer.status().as_u16(), 201);
}

#[tokio::test]
async fn rejects_a_recipient_temporarily_a_number_of_times() {
    let mail = Mail::start().await;
    fault(&mail, json!({ "kind": "temporary", "times": 2 })).await;
    let mut talk = mail.talk().await;
    talk.say("MAIL FROM:<hub@example.com>", "250").await;
    talk.say("RCPT TO:<mira@example.com>", "451").await;
    talk.say("RCPT TO:<mira@example.com>", "451").await;
    talk.say("RCPT TO:<mira@example.com>", "250").await;
}

#[tokio::test]
async fn rejects_one_recipient_permanently() {
    let mail = Mail::start().await;
    fault(&mail, json!({ "kind": "permanent", "to": "Gone@" })).await;
    let mut talk = mail.talk().await;
    talk.say("MAIL FROM:<hub@example.com>", "250").await;
    for _ in 0..3 {
        talk.say("RCPT TO:<gone@example.com>", "550").await;
    }
    talk.say("RCPT TO:<here@example.com>", "250").await;
    let listed: serde_json::Value = mail.call(Method::GET, "/_sim/faults", None).await.json().await.unwrap();
    assert_eq!(listed[0]["kind"], "permanent");
    mail.call(Method::DELETE, "/_sim/faults", None).await;
    talk.say("RCPT TO:<gone@example.com>", "250").await;
}

#[tokio::test]
async fn closes_the_connection_after_receiving_the_message() {
    let mail = Mail::start().await;
    fault(&mail, json!({ "kind": "drop_after_data", "times": 1 })).await;
    let mut talk = mail.talk().await;
    talk.envelope("mira@example.com").await;
    talk.say("DATA", "354").await;
    talk.write(b"Subject: Once\r\n\r\nHi\r\n.\r\n").await;
    assert_eq!(talk.reply().await, "");
    mail.send("mira@example.com", "Subject: Once\r\n\r\nHi").await;
    assert_eq!(mail.messages("mira").await.len(), 2, "the sender could not know");
}

#[tokio::test]
async fn delays_the_reply() {
    let mail = Mail::start().await;
    fault(&mail, json!({ "kind": "delay", "ms": 150 })).await;
    let started = std::time::Instant::now();
    mail.send("mira@example.com", "Subject: Late\r\n\r\nHi").await;
    assert!(started.elapsed() >= std::time::Duration::from_millis(150));
}

#[tokio::test]
async fn refuses_connections_until_cleared() {
    let mail = Mail::start().await;
    mail.send("mira@example.com", "Subject: Before\r\n\r\nHi").await;
    fault(&mail, json!({ "kind": "refuse" })).await;
    while TcpStream::connect(mail.smtp).await.is_ok() {
        tokio::task::yield_now().await;
    }
    mail.call(Method::DELETE, "/_sim/faults", None).await;
    while TcpStream::connect(mail.smtp).await.is_err() {
        tokio::task::yield_now().await;
    }
    mail.send("mira@example.com", "Subject: After\r\n\r\nHi").await;
    assert_eq!(mail.messages("").await[0]["subject"], "After");
}

#[tokio::test]
async fn is_silent_disconnects_or_rejects_at_a_step() {
    let mail = Mail::start().await;
    fault(&mail, json!({ "kind": "reject", "step": "rcpt", "code": 452, "to": "full@", "times": 1 })).await;
    fault(&mail, json!({ "kind": "reject", "step": "message", "code": 554, "times": 1 })).await;
    fault(&mail, json!({ "kind": "drop", "step": "message", "times": 1 })).await;
    let mut talk = mail.talk().await;
    talk.say("MAIL FROM:<hub@example.com>", "250").await;
    talk.say("RCPT TO:<mira@example.com>", "250").await;
    talk.say("RCPT TO:<full@example.com>", "452").await;
    talk.say("DATA", "354").await;
    talk.say("Subject: Refused\r\n\r\nHi\r\n.", "554").await;
    assert!(mail.messages("").await.is_empty(), "what is refused does not arrive");
    talk.envelope("mira@example.com").await;
    talk.say("DATA", "354").await;
    talk.write(b"Subject: Kept\r\n\r\nHi\r\n.\r\n").await;
    assert_eq!(talk.reply().await, "", "the connection breaks");
    assert_eq!(mail.messages("").await.len(), 1, "and the message arrived");

    fault(&mail, json!({ "kind": "silent", "step": "greeting", "times": 1 })).await;
    let stream = TcpStream::connect(mail.smtp).await.unwrap();
    let mut silent = super::Talk(tokio::io::BufReader::new(stream));
    silent.write(b"EHLO again.example.com\r\n").await;
    let wait = std::time::Duration::from_millis(20);
    assert!(tokio::time::timeout(wait, silent.reply()).await.is_err(), "it is silent");
    mail.send("mira@example.com", "Subject: After\r\n\r\nHi").await;
}

#[tokio::test]
async fn offers_starttls_only_while_a_fault_needs_it() {
    let mail = Mail::start().await;
    fault(&mail, json!({ "kind": "reject", "step": "starttls", "code": 454 })).await;
    let mut talk = mail.talk().await;
    assert!(talk.say("EHLO again.example.com", "250").await.contains("STARTTLS"));
    talk.say("STARTTLS", "454").await;
}
