//! Tests of decoding messages, and of the pages that show them.

use http::Method;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use super::Mail;

/// Sends text and HTML with a third-party client.
async fn send_with_lettre(mail: &Mail, to: &str, subject: &str) {
    let parts = MultiPart::alternative()
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(
            "Grüße aus Quillmere.\n.\nÖffnen: https://hub.example.com/a?x=1&y=2\n".to_owned(),
        ))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(
            "<html><head><title>T</title></head><body><p>Grüße</p><a href=\"https://hub.example.com/a\">Go</a></body></html>".to_owned(),
        ));
    let to: Mailbox = format!("Zoë Çelik <{to}>").parse().unwrap();
    let from: Mailbox = "Accounts <hub@example.com>".parse().unwrap();
    let message = Message::builder().from(from).to(to).subject(subject).multipart(parts).unwrap();
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(mail.smtp.ip().to_string())
        .port(mail.smtp.port())
        .build();
    transport.send(message).await.unwrap();
}

#[tokio::test]
async fn decodes_a_message_from_a_third_party_client() {
    let mail = Mail::start().await;
    send_with_lettre(&mail, "zoe@example.com", "Ihr Gerät – bereit für «Zoë»").await;
    let message = mail.messages("ZOE@example.com").await.remove(0);
    assert_eq!(message["id"], 1);
    assert_eq!(message["from"], "hub@example.com");
    assert_eq!(message["to"], serde_json::json!(["zoe@example.com"]));
    assert_eq!(message["subject"], "Ihr Gerät – bereit für «Zoë»");
    assert_eq!(message["text"].as_str().unwrap().trim_end().lines().nth(1), Some("."));
    assert!(message["text"].as_str().unwrap().starts_with("Grüße aus Quillmere."));
    assert!(message["html"].as_str().unwrap().contains("<p>Grüße</p>"));
    assert!(message["headers"]["Content-Type"].as_str().unwrap().starts_with("multipart/alternative"));
    assert!(message["date"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{}", message["date"]);
}

#[tokio::test]
async fn decodes_encodings_and_character_sets() {
    let mail = Mail::start().await;
    let source = "Subject: =?iso-8859-1?Q?Gr=FC=DFe?= =?UTF-8?B?IPCfmYI=?=\r\nX-Long: one\r\n two\r\nX-Twice: 1\r\nX-Twice: 2\r\n\
                  Date: Mon, 01 Jun 2026 12:00:00 +0200\r\nMIME-Version: 1.0\r\n\
                  Content-Type: multipart/mixed; boundary=b\r\n\r\n\
                  --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
                  Zo=C3=AB =3D soft=\r\n break\r\n\
                  --b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+SGk8L2I+\r\n\
                  --b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nattached\r\n\
                  --b--";
    mail.send("a@example.com", source).await;
    let message = mail.messages("").await.remove(0);
    assert_eq!(message["subject"], "Grüße 🙂");
    assert_eq!(message["text"].as_str().unwrap().trim_end(), "Zoë = soft break");
    assert_eq!(message["html"].as_str().unwrap().trim_end(), "<b>Hi</b>");
    assert_eq!(message["date"], "2026-06-01T12:00:00+02:00");
    assert_eq!(message["headers"]["X-Long"], "one two");
    assert_eq!(message["headers"]["X-Twice"], "1\n2");
}

#[tokio::test]
async fn accepts_malformed_messages() {
    let mail = Mail::start().await;
    for source in
        ["", "no header at all", "Subject: =?utf-8?B?!!!?=\r\nContent-Type: multipart/mixed; boundary=none\r\n\r\n--"]
    {
        mail.send("odd@example.com", source).await;
    }
    assert_eq!(mail.messages("odd").await.len(), 3);
    assert!(mail.page("/").await.contains("odd@example.com"));
}

#[tokio::test]
async fn lists_the_newest_first_and_by_recipient() {
    let mail = Mail::start().await;
    for (to, subject) in [("a@example.com", "One"), ("b@example.com", "Two"), ("a@example.com", "Three")] {
        mail.send(to, &format!("Subject: {subject}\r\n\r\nHi")).await;
    }
    let subjects = async |to: &str| -> Vec<String> {
        mail.messages(to).await.iter().map(|message| message["subject"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(subjects("").await, ["Three", "Two", "One"]);
    assert_eq!(subjects("A@Example").await, ["Three", "One"]);
    let page = mail.page("/?to=b%40example.com").await;
    assert!(page.contains("Two") && !page.contains("Three"));
    assert_eq!(mail.call(Method::DELETE, "/_sim/messages", None).await.status().as_u16(), 204);
    assert!(subjects("").await.is_empty());
    assert!(mail.page("/").await.contains("No mail yet"));
}

#[tokio::test]
async fn shows_a_message_without_running_its_scripts() {
    let mail = Mail::start().await;
    send_with_lettre(&mail, "zoe@example.com", "<script>alert(1)</script>").await;
    let page = mail.page("/messages/1").await;
    assert!(!page.contains("<script>"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    let frame = page.split("<iframe").nth(1).unwrap().split("</iframe>").next().unwrap();
    assert!(frame.contains("allow-top-navigation-by-user-activation"));
    assert!(!frame.contains("allow-scripts") && !frame.contains("allow-same-origin"), "{frame}");
    assert!(frame.contains("&lt;head&gt;&lt;base target=&quot;_top&quot;&gt;"), "{frame}");
    assert!(
        page.contains("<a href=\"https://hub.example.com/a?x=1&amp;y=2\">"),
        "links in the text part can be clicked"
    );
    let source = mail.page("/messages/1/source").await;
    assert!(source.contains("\r\nContent-Type: text/html"), "{source}");
    assert_eq!(mail.call(Method::GET, "/messages/99", None).await.status().as_u16(), 404);
}
