//! Witnesses: external services that receive checkpoints, so that they can be confirmed later. They are only sent data,
//! never queried.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tessera_hub::ports::{CheckpointWitness, WitnessError};
use tokio::net::{UdpSocket, lookup_host};
use url::Url;

use crate::http_client;

const TIMEOUT: Duration = Duration::from_secs(10);
/// Priority value: security facility, severity "notice" (RFC 5424, 6.2.1).
const PRIORITY: u8 = 10 * 8 + 5;

/// A configured witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Witness {
    /// An HTTP endpoint that receives a JSON document by POST.
    Webhook(Url),
    /// A syslog server over UDP: `host:port`.
    Syslog(String),
}

impl Witness {
    /// Parses `udp://host:port`. The default port is 514.
    pub fn syslog(url: &Url) -> Option<Self> {
        let host = url.host_str().filter(|_| url.scheme() == "udp")?;
        Some(Self::Syslog(format!("{host}:{}", url.port().unwrap_or(514))))
    }

    /// Sends a JSON document. `sender` is the host name in a syslog message.
    ///
    /// # Errors
    /// If the witness is unreachable or answers with an error. Delivery over UDP cannot be confirmed.
    pub async fn tell(&self, document: &str, sender: &str, at: Timestamp) -> Result<(), WitnessError> {
        let told = async {
            match self {
                Self::Webhook(url) => post(url.clone(), document.to_owned()).await,
                Self::Syslog(address) => send(address, &line(document, sender, at)).await,
            }
        };
        let told = tokio::time::timeout(TIMEOUT, told).await.unwrap_or_else(|_| Err("no answer in time".to_owned()));
        told.map_err(|why| WitnessError { witness: self.to_string(), why })
    }
}

#[async_trait]
impl CheckpointWitness for Witness {
    async fn tell(&self, document: &str, sender: &str, at: Timestamp) -> Result<(), WitnessError> {
        self.tell(document, sender, at).await
    }
}

impl std::fmt::Display for Witness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            // Path and query can contain a secret.
            Self::Webhook(url) => write!(f, "the webhook at {}", url.host_str().unwrap_or_default()),
            Self::Syslog(address) => write!(f, "the syslog server {address}"),
        }
    }
}

async fn post(url: Url, document: String) -> Result<(), String> {
    let client = http_client::client(|client| client).map_err(|error| error.to_string())?;
    let request = client.post(url).body(document);
    let request = request.header(reqwest::header::CONTENT_TYPE, "application/json");
    let answer = request.send().await.map_err(|error| error.without_url().to_string())?;
    if answer.status().is_success() { Ok(()) } else { Err(format!("it answered {}", answer.status())) }
}

async fn send(address: &str, line: &str) -> Result<(), String> {
    let told = async {
        let to = lookup_host(address).await?.next().ok_or_else(|| std::io::Error::other("the host has no address"))?;
        let own = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        UdpSocket::bind(own).await?.send_to(line.as_bytes(), to).await.map(drop)
    };
    told.await.map_err(|error| error.to_string())
}

/// Formats a syslog message (RFC 5424).
fn line(document: &str, sender: &str, at: Timestamp) -> String {
    format!("<{PRIORITY}>1 {at:.6} {sender} tessera {} checkpoint - {document}", std::process::id())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn h05_a_syslog_server_gets_one_line() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let url = format!("udp://{}", server.local_addr().unwrap()).parse().unwrap();
        let witness = Witness::syslog(&url).unwrap();
        witness.tell(r#"{"number":1}"#, "hub.example.com", Timestamp::UNIX_EPOCH).await.unwrap();
        let mut line = [0; 500];
        let length = server.recv(&mut line).await.unwrap();
        let line = std::str::from_utf8(&line[..length]).unwrap();
        assert!(line.starts_with("<85>1 1970-01-01T00:00:00.000000Z hub.example.com tessera "), "{line}");
        assert!(line.ends_with(r#" checkpoint - {"number":1}"#), "{line}");
    }

    #[test]
    fn h05_syslog_has_a_usual_port_and_no_other_scheme() {
        let read = |url: &str| Witness::syslog(&url.parse().unwrap());
        assert_eq!(read("udp://logs.example.com"), Some(Witness::Syslog("logs.example.com:514".to_owned())));
        assert_eq!(read("https://logs.example.com"), None);
    }

    /// Answers one request with a status, and returns the request.
    async fn answers(listener: TcpListener, status: &str) -> String {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"}") {
            assert_ne!(connection.read_buf(&mut asked).await.unwrap(), 0, "the document came whole");
        }
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        connection.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(asked).unwrap()
    }

    #[tokio::test]
    async fn h05_a_webhook_is_sent_the_document_and_its_answer_counts() {
        for (status, refused) in [("204 No Content", None), ("500 Internal Server Error", Some("it answered 500"))] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url: Url = format!("http://{}/secret", listener.local_addr().unwrap()).parse().unwrap();
            let webhook = Witness::Webhook(url);
            let told = webhook.tell(r#"{"number":1}"#, "hub.example.com", Timestamp::UNIX_EPOCH);
            let (asked, outcome) = tokio::join!(answers(listener, status), told);
            let asked = asked.to_lowercase();
            assert!(asked.starts_with("post /secret http/1.1\r\n") && asked.ends_with(r#"{"number":1}"#), "{asked}");
            assert!(asked.contains("content-type: application/json"), "{asked}");
            let error = outcome.err().map(|error| error.to_string());
            assert_eq!(error.is_some(), refused.is_some());
            assert!(error.is_none_or(|error| error.contains(refused.unwrap()) && !error.contains("secret")));
        }
    }

    #[tokio::test]
    async fn h05_a_webhook_that_is_not_there_is_named_without_its_path() {
        let url: Url = "http://127.0.0.1:9/secret".parse().unwrap();
        let error = Witness::Webhook(url).tell("{}", "hub", Timestamp::UNIX_EPOCH).await.unwrap_err().to_string();
        assert!(error.starts_with("the webhook at 127.0.0.1 was not told") && !error.contains("secret"), "{error}");
    }
}
