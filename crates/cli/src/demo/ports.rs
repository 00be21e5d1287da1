//! The ports of the demo's parts. They are kept with the data, because the identity provider's address is part of every
//! identity.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context;
use tokio::net::TcpListener;

const FILE: &str = "ports.json";

/// The ports by part.
#[derive(Debug, Default)]
pub struct Ports(BTreeMap<String, u16>);

impl Ports {
    /// The ports of the last run with this data.
    pub fn read(data: &Path) -> Self {
        let text = std::fs::read(data.join(FILE)).unwrap_or_default();
        Self(serde_json::from_slice(&text).unwrap_or_default())
    }

    /// Saves the ports for the next run.
    pub fn write(&self, data: &Path) -> anyhow::Result<()> {
        std::fs::write(data.join(FILE), serde_json::to_vec(&self.0)?).context("cannot keep the ports")
    }

    /// Binds a part's address. If any port will do, prefers that of the last run.
    pub async fn bind(&mut self, part: &str, wanted: SocketAddr) -> anyhow::Result<TcpListener> {
        let mut last = wanted;
        if let (0, Some(port)) = (wanted.port(), self.0.get(part)) {
            last.set_port(*port);
        }
        let listener = match TcpListener::bind(last).await {
            Err(_) if wanted.port() == 0 => TcpListener::bind(wanted).await,
            other => other,
        };
        let listener = listener
            .with_context(|| format!("cannot listen on {wanted} for the {part}; choose another port with --listen"))?;
        self.0.insert(part.to_owned(), listener.local_addr()?.port());
        Ok(listener)
    }
}
