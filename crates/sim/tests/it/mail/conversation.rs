//! Tests of SMTP conformance.

use std::fmt::Write as _;

use super::Mail;

#[tokio::test]
async fn offers_its_extensions() {
    let mail = Mail::start().await;
    let mut talk = mail.talk().await;
    let reply = talk.say("EHLO again.example.com", "250-").await;
    for extension in ["SIZE 10485760", "8BITMIME", "PIPELINING", "AUTH PLAIN LOGIN"] {
        assert!(reply.contains(extension), "{extension} in {reply}");
    }
    assert!(!reply.contains("STARTTLS"));
    assert_eq!(talk.say("HELO plain.example.com", "250").await.lines().count(), 1);
}

#[tokio::test]
async fn removes_dot_stuffing() {
    let mail = Mail::start().await;
    mail.send("mira@example.com", "Subject: Dots\r\n\r\n..one\r\n...two\r\nmid.dle\r\n.. ").await;
    assert_eq!(mail.messages("").await[0]["text"], ".one\r\n..two\r\nmid.dle\r\n. \r\n");
}

#[tokio::test]
async fn ends_a_message_only_at_a_dot_between_crlf_line_ends() {
    let mail = Mail::start().await;
    let mut talk = mail.talk().await;
    talk.envelope("mira@example.com").await;
    talk.say("DATA", "354").await;
    talk.write(b"Subject: One\r\n\r\nbefore\n.\nMAIL FROM:<evil@example.com>\r\nafter\n.\r\nstill\r\n.\n\r\n.\r\n")
        .await;
    assert!(talk.reply().await.starts_with("250"));
    talk.say("NOOP", "250").await;
    let messages = mail.messages("").await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0]["text"].as_str().unwrap().contains("still"));
}

#[tokio::test]
async fn answers_a_pipeline_in_order() {
    let mail = Mail::start().await;
    let mut talk = mail.talk().await;
    let pipeline = "MAIL FROM:<hub@example.com> BODY=8BITMIME SIZE=100\r\nRCPT TO:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n";
    talk.write(pipeline.as_bytes()).await;
    for code in ["250", "250", "250", "354"] {
        assert!(talk.reply().await.starts_with(code));
    }
    talk.write(b"Subject: Both\r\n\r\nHi\r\n.\r\nQUIT\r\n").await;
    assert!(talk.reply().await.starts_with("250"));
    assert!(talk.reply().await.starts_with("221"));
    assert_eq!(talk.reply().await, "", "the connection is closed");
    assert_eq!(mail.messages("b@example.com").await[0]["to"], serde_json::json!(["a@example.com", "b@example.com"]));
}

#[tokio::test]
async fn rejects_commands_out_of_order() {
    let mail = Mail::start().await;
    let mut talk = mail.talk().await;
    talk.say("RCPT TO:<a@example.com>", "503").await;
    talk.say("DATA", "503").await;
    talk.say("MAIL FROM:nobody", "501").await;
    talk.say("MAIL FROM:<>", "250").await;
    talk.say("MAIL FROM:<hub@example.com>", "503").await;
    talk.say("DATA", "503").await;
    talk.say("RCPT TO:<>", "501").await;
    talk.say("RCPT TO:<a@example.com>", "250").await;
    talk.say("RSET", "250").await;
    talk.say("RCPT TO:<a@example.com>", "503").await;
    talk.say("VRFY a@example.com", "252").await;
    talk.say("STARTTLS", "502").await;
    talk.say("noop", "250").await;
}

#[tokio::test]
async fn rejects_mail_before_ehlo() {
    let mail = Mail::start().await;
    let mut talk = mail.talk().await;
    talk.say("EHLO", "501").await;
    let stream = tokio::net::TcpStream::connect(mail.smtp).await.unwrap();
    let mut other = super::Talk(tokio::io::BufReader::new(stream));
    other.reply().await;
    other.say("MAIL FROM:<hub@example.com>", "503").await;
}

#[tokio::test]
async fn accepts_any_name_and_password() {
    let mail = Mail::start().await;
    let mut talk = mail.talk().await;
    talk.say("AUTH PLAIN AG5hbWUAcGFzc3dvcmQ=", "235").await;
    talk.say("AUTH PLAIN", "334").await;
    talk.say("AG5hbWUAcGFzc3dvcmQ=", "235").await;
    talk.say("AUTH LOGIN", "334 VXNlcm5hbWU6").await;
    talk.say("bmFtZQ==", "334 UGFzc3dvcmQ6").await;
    talk.say("cGFzc3dvcmQ=", "235").await;
    talk.say("AUTH LOGIN", "334").await;
    talk.say("*", "501").await;
    talk.say("AUTH CRAM-MD5", "504").await;
}

#[tokio::test]
async fn limits_the_size_of_messages_and_lines_and_the_number_of_recipients() {
    let mail = Mail::start().await;
    let mut talk = mail.talk().await;
    talk.say("MAIL FROM:<hub@example.com> SIZE=99999999", "552").await;
    talk.say(&format!("NOOP {}", "x".repeat(40_000)), "500").await;
    talk.say("MAIL FROM:<hub@example.com>", "250").await;
    for number in 0..100 {
        talk.say(&format!("RCPT TO:<r{number}@example.com>"), "250").await;
    }
    talk.say("RCPT TO:<one.more@example.com>", "452").await;
    talk.say("DATA", "354").await;
    let mut big = "Subject: Big\r\n\r\n".to_owned();
    while big.len() <= 10 << 20 {
        write!(big, "{}\r\n", "x".repeat(998)).unwrap();
    }
    talk.say(&format!("{big}."), "552").await;
    assert!(mail.messages("").await.is_empty());
    talk.envelope("small@example.com").await;
    talk.say("DATA", "354").await;
    talk.say("Subject: Small\r\n\r\nHi\r\n.", "250").await;
}

#[tokio::test]
async fn ends_a_conversation_after_too_many_unknown_commands() {
    let mail = Mail::start().await;
    let mut talk = mail.talk().await;
    for _ in 0..20 {
        talk.say("GET / HTTP/1.1", "502").await;
    }
    assert!(talk.reply().await.starts_with("421"));
    assert_eq!(talk.reply().await, "");
}

#[tokio::test]
async fn survives_a_client_that_disconnects_within_a_message() {
    let mail = Mail::start().await;
    let mut talk = mail.talk().await;
    talk.envelope("mira@example.com").await;
    talk.say("DATA", "354").await;
    talk.write(b"Subject: Half").await;
    drop(talk);
    mail.send("mira@example.com", "Subject: Whole\r\n\r\nHi").await;
    let messages = mail.messages("").await;
    assert_eq!((messages.len(), &messages[0]["subject"]), (1, &"Whole".into()));
}
