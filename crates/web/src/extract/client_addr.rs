//! The client's IP address.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::App;

/// The client's IP address, as shown to people. Empty if unknown. Attempts are counted by its [`network`](Self::network).
#[derive(Debug, Clone)]
pub struct ClientAddr(pub String);

impl ClientAddr {
    /// What attempts are counted by: an IPv4 address, or the /64 of an IPv6 address, because a /64 is the least that anyone
    /// is given, with more addresses than can be counted.
    pub fn network(&self) -> String {
        self.0.parse().map_or_else(|_| self.0.clone(), |address| network_of(address).to_string())
    }
}

/// The address of the client's network: an IPv4 address itself, and the /64 of an IPv6 address.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

impl FromRequestParts<App> for ClientAddr {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let client = app.config.proxies.client(peer, &parts.headers);
        Ok(Self(client.map(|address| address.to_string()).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::ClientAddr;

    #[test]
    fn p03_attempts_are_counted_by_the_network_of_an_ipv6_address() {
        let counted = |address: &str| ClientAddr(address.to_owned()).network();
        assert_eq!(counted("2001:db8:1:2:aaaa::1"), "2001:db8:1:2::");
        assert_eq!(counted("2001:db8:1:2::ffff"), counted("2001:db8:1:2:aaaa::1"));
        assert_ne!(counted("2001:db8:1:3::1"), counted("2001:db8:1:2::1"));
        assert_eq!(counted("192.0.2.1"), "192.0.2.1");
        assert_eq!(counted("::ffff:192.0.2.1"), "192.0.2.1", "one client, however its address is written");
        assert_eq!(counted("unknown"), "unknown");
    }
}
