//! Tests of the mail sink, with a common client and with bare sockets.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

mod conversation;
mod faults;
mod reading;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use http::Method;
use reqwest::{Client, Response};
use serde_json::Value;
use tessera_sim::mail::MailSink;
use tessera_sim::server::Running;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// A mail sink with its SMTP and HTTP servers.
struct Mail {
    smtp: SocketAddr,
    running: Running,
    client: Client,
}

impl Mail {
    async fn start() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = Running::bind(any).await.unwrap();
        let smtp = listener.local_addr().unwrap();
        let sink = MailSink::start(listener);
        let running = Running::serve(Running::bind(any).await.unwrap(), sink.router()).unwrap();
        let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Self { smtp, running, client }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let request = self.client.request(method, format!("{}{path}", self.running.url()));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn messages(&self, to: &str) -> Vec<Value> {
        let path = format!("/_sim/messages?to={to}");
        self.call(Method::GET, &path, None).await.json().await.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        self.call(Method::GET, path, None).await.text().await.unwrap()
    }

    /// Starts a conversation and sends EHLO.
    async fn talk(&self) -> Talk {
        let mut talk = Talk(BufReader::new(TcpStream::connect(self.smtp).await.unwrap()));
        assert!(talk.reply().await.starts_with("220 "));
        talk.say("EHLO client.example.com", "250").await;
        talk
    }

    /// Sends a message with this source.
    async fn send(&self, to: &str, source: &str) {
        let mut talk = self.talk().await;
        talk.envelope(to).await;
        talk.say("DATA", "354").await;
        talk.say(&format!("{source}\r\n."), "250").await;
        talk.say("QUIT", "221").await;
    }
}

/// One SMTP conversation, line by line.
struct Talk(BufReader<TcpStream>);

impl Talk {
    /// Reads a whole reply. Empty if the connection was closed.
    async fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let start = reply.len();
            let read = self.0.read_line(&mut reply).await.unwrap_or(0);
            if read == 0 || reply.as_bytes().get(start + 3) != Some(&b'-') {
                return reply;
            }
        }
    }

    async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Sends a line and expects a reply with this code.
    async fn say(&mut self, line: &str, code: &str) -> String {
        self.write(format!("{line}\r\n").as_bytes()).await;
        let reply = self.reply().await;
        assert!(reply.starts_with(code), "{line} → {reply}");
        reply
    }

    async fn envelope(&mut self, to: &str) {
        self.say("MAIL FROM:<hub@example.com>", "250").await;
        self.say(&format!("RCPT TO:<{to}>"), "250").await;
    }
}
