//! A small HTTP/1.1 client with kept connections. It is cheap, because it shares the machine with the server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stats::{Latencies, rate};

/// Result of a load.
#[derive(Debug)]
pub struct Load {
    /// Answers per second.
    pub rate: f64,
    /// Latencies of the requests.
    pub latencies: Latencies,
}

/// A kept connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(8192) })
    }

    /// Sends a request, reads the whole answer, and returns its status.
    pub async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<u16> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        let head = loop {
            self.more().await?;
            if let Some(end) = self.answer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
        };
        let text = std::str::from_utf8(&self.answer[..head])?;
        let status = text.get(9..12).and_then(|code| code.parse().ok()).context("an answer begins with its status")?;
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let end = head + 4 + length.context("an answer tells its length")?;
        while self.answer.len() < end {
            self.more().await?;
        }
        Ok(status)
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        match self.stream.read_buf(&mut self.answer).await? {
            0 => bail!("the hub closed a connection"),
            _ => Ok(()),
        }
    }

    /// The session cookie in the last answer.
    pub fn cookie(&self) -> Option<String> {
        self.cookie_named("tessera")
    }

    /// A cookie in the last answer, with its name.
    pub fn cookie_named(&self, name: &str) -> Option<String> {
        let (text, begins) = (self.body(), format!("{name}="));
        let set = text.lines().filter_map(|line| line.split_once(':'));
        let mut set = set.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")).map(|(_, value)| value.trim());
        let found = set.find(|value| value.starts_with(&begins))?;
        Some(found.split(';').next()?.to_owned())
    }

    fn body(&self) -> String {
        String::from_utf8_lossy(&self.answer).into_owned()
    }
}

/// A `GET` request as bytes, with a bearer token if there is one.
pub fn get(path: &str, token: Option<&str>) -> Vec<u8> {
    let authorization = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nhost: hub\r\n{authorization}\r\n").into_bytes()
}

/// Sends the requests repeatedly for this time, on this number of connections.
pub async fn during(
    time: Duration,
    connections: usize,
    address: SocketAddr,
    requests: &Arc<Vec<Vec<u8>>>,
) -> anyhow::Result<Load> {
    let began = Instant::now();
    send(connections, address, requests, move |_| began.elapsed() < time).await
}

/// Sends each request once, on this number of connections.
pub async fn once(connections: usize, address: SocketAddr, requests: &Arc<Vec<Vec<u8>>>) -> anyhow::Result<Load> {
    let each = requests.len() / connections;
    send(connections, address, requests, move |sent| sent < each).await
}

async fn send(
    connections: usize,
    address: SocketAddr,
    requests: &Arc<Vec<Vec<u8>>>,
    go_on: impl Fn(usize) -> bool + Clone + Send + 'static,
) -> anyhow::Result<Load> {
    let began = Instant::now();
    let mut tasks = Vec::new();
    for connection in 0..connections {
        let (requests, go_on) = (requests.clone(), go_on.clone());
        let first = requests.len() / connections * connection;
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut times = Vec::new();
            while go_on(times.len()) {
                let request = &requests[(first + times.len()) % requests.len()];
                let asked = Instant::now();
                let status = connection.exchange(request).await?;
                times.push(asked.elapsed());
                anyhow::ensure!(status == 200, "the hub answered: {}", connection.body());
            }
            Ok(times)
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    Ok(Load { rate: rate(times.len(), began.elapsed()), latencies: Latencies::new(times) })
}
