//! `[server]`: addresses, proxies, limits of connections, and how the hub stops.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use tessera_web::{ConnectionLimits, ForwardedHeader, TrustedProxies};
use url::Url;

use crate::serve::Stop;

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The address to listen on.
    pub listen: String,
    /// Public URL, for customers and staff.
    pub public_url: Url,
    /// Whether the hub is behind one proxy, which sets the header. The same as `trusted_hops = 1`.
    #[serde(default)]
    pub trust_forwarded_for: bool,
    /// Number of proxies between clients and the hub.
    pub trusted_hops: Option<u8>,
    /// Networks in which every address is a proxy.
    #[serde(default)]
    pub trusted_proxies: Vec<String>,
    /// The header in which the proxies report the client's address.
    #[serde(default)]
    pub forwarded_header: ForwardedHeader,
    /// Whether browsers shall use TLS for the subdomains of the public URL's host name too (HSTS).
    #[serde(default)]
    pub hsts_subdomains: bool,
    /// A directory with custom page and e-mail templates.
    pub templates: Option<PathBuf>,
    /// Time limit for a complete request body, in seconds.
    #[serde(default = "body_seconds")]
    pub body_seconds: NonZeroU32,
    /// Time limit for the complete head of a request, and for an idle connection, in seconds.
    #[serde(default = "head_seconds")]
    pub head_seconds: NonZeroU32,
    /// Maximum number of open connections. Default: 4096, or as many as the process may open files, less some for its own.
    pub max_connections: Option<NonZeroU32>,
    /// Maximum number of open connections of one client address; not applied behind a proxy.
    #[serde(default = "max_connections_per_client")]
    pub max_connections_per_client: NonZeroU32,
    /// How long `/readyz` says no before the port is closed at a stop, in seconds.
    #[serde(default = "stop_delay_seconds")]
    pub stop_delay_seconds: u32,
    /// How long a stop may take, in seconds. What is still under way then is left.
    #[serde(default = "stop_seconds")]
    pub stop_seconds: NonZeroU32,
}

impl Server {
    /// The proxies in front of the hub.
    pub fn proxies(&self) -> anyhow::Result<TrustedProxies> {
        let networks = self.trusted_proxies.iter().map(|network| network.parse().context("server.trusted_proxies"));
        Ok(TrustedProxies {
            hops: self.trusted_hops.map_or(usize::from(self.trust_forwarded_for), usize::from),
            networks: networks.collect::<anyhow::Result<_>>()?,
            header: self.forwarded_header,
        })
    }

    /// The limits of connections.
    pub fn connections(&self) -> ConnectionLimits {
        let number = |number: NonZeroU32| usize::try_from(number.get()).unwrap_or(usize::MAX);
        ConnectionLimits {
            head_within: Duration::from_secs(self.head_seconds.get().into()),
            in_all: self.max_connections.map_or_else(max_connections, number),
            per_client: number(self.max_connections_per_client),
        }
    }

    /// How the hub stops.
    pub fn stop(&self) -> Stop {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        Stop { delay: seconds(self.stop_delay_seconds), limit: seconds(self.stop_seconds.get()) }
    }
}

/// Enough for photos from a phone with a poor connection.
pub fn body_seconds() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(119)
}

/// Enough for a poor connection.
pub fn head_seconds() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(29)
}

/// Enough for an office behind one address.
pub fn max_connections_per_client() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(255)
}

/// Leaves file descriptors for the database and the outside systems.
fn max_connections() -> usize {
    const MOST: u64 = 4_096;
    const FOR_OTHERS: u64 = 64;
    const FEWEST: u64 = 16;
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let free = files.map_or(MOST, |files| files.saturating_sub(FOR_OTHERS));
    usize::try_from(free.clamp(FEWEST, MOST)).unwrap_or(usize::MAX)
}

/// A proxy that asks every second notices in time.
pub const fn stop_delay_seconds() -> u32 {
    1
}

pub fn stop_seconds() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(19)
}
