//! The proxies in front of the hub, and the client's address that they report.
//!
//! Each proxy adds the address of its caller on the right of a list. So the list is read from the right, and what stands
//! left of the first address that is no proxy of ours was written by the client.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName};
use serde::{Deserialize, Serialize};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED: HeaderName = HeaderName::from_static("forwarded");

/// The proxies whose report of the client's address is trusted. By default none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    /// Number of proxies between the client and the hub.
    pub hops: usize,
    /// Networks in which every address is a proxy.
    pub networks: Vec<Network>,
    /// The header in which the proxies report.
    pub header: ForwardedHeader,
}

/// The header in which proxies report their callers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    #[default]
    #[serde(rename = "X-Forwarded-For")]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// A network: an address with the number of bits that its addresses share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: u128,
    bits: u32,
}

impl TrustedProxies {
    /// This number of proxies, at any address.
    pub fn hops(hops: usize) -> Self {
        Self { hops, ..Self::default() }
    }

    /// Whether the hub is behind a proxy.
    pub fn is_any(&self) -> bool {
        self.hops > 0 || !self.networks.is_empty()
    }

    /// The client of a request that this peer sent. A node that cannot be read is no address: then the proxy that
    /// reported it is the nearest known one.
    pub(crate) fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = peer;
        if !self.is_any() {
            return client;
        }
        let reported = self.reported(headers);
        for (passed, node) in reported.iter().rev().enumerate() {
            if !self.is_proxy(passed, client) {
                break;
            }
            let Some(address) = node_address(node) else { break };
            client = Some(address);
        }
        client
    }

    /// Whether the node after `passed` proxies is one of ours. The address of the first one may not be known.
    fn is_proxy(&self, passed: usize, address: Option<IpAddr>) -> bool {
        passed < self.hops
            || address.is_some_and(|address| self.networks.iter().any(|network| network.contains(address)))
    }

    /// The nodes in the header, the client's first.
    fn reported<'a>(&self, headers: &'a HeaderMap) -> Vec<&'a str> {
        let name = match self.header {
            ForwardedHeader::XForwardedFor => X_FORWARDED_FOR,
            ForwardedHeader::Forwarded => FORWARDED,
        };
        // A header that is no text hides how many proxies passed it on, so nothing left of it counts.
        let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("unreadable"));
        let elements = values.flat_map(|value| value.split(','));
        match self.header {
            ForwardedHeader::XForwardedFor => elements.collect(),
            ForwardedHeader::Forwarded => elements.map(forwarded_for).collect(),
        }
    }
}

/// The node of an element of `Forwarded`; empty if it names none.
fn forwarded_for(element: &str) -> &str {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map(|(_, node)| node).unwrap_or_default()
}

/// The address of a node: with or without quotes, brackets and a port. `None` for `unknown` and for names.
fn node_address(node: &str) -> Option<IpAddr> {
    let node = node.trim().trim_matches('"');
    let address = match node.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
            is_port.then_some(address)?
        }
        None => match node.split_once(':') {
            // Several colons are an IPv6 address without a port.
            Some((address, port)) if !port.contains(':') => port.parse::<u16>().is_ok().then_some(address)?,
            _ => node,
        },
    };
    address.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

impl Network {
    /// Whether an address belongs to the network.
    pub fn contains(&self, address: IpAddr) -> bool {
        bits_of(address) & mask(self.bits) == self.base
    }
}

/// An address as 128 bits; an IPv4 address as the IPv6 address that stands for it.
fn bits_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn mask(bits: u32) -> u128 {
    u128::MAX.checked_shl(128 - bits).unwrap_or_default()
}

/// Why a text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no network: write an address such as 192.0.2.7, or a network such as 192.0.2.0/24 or 2001:db8::/32")]
pub struct NetworkError(String);

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let error = || NetworkError(text.to_owned());
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().map_err(|_| error())?)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| error())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits =
            128 - most + bits.filter(|bits| *bits <= most).or(bits.is_none().then_some(most)).ok_or_else(error)?;
        let base = bits_of(address);
        // Bits beyond the network are a typing error: 10.0.0.1/8 or 10.0.0.0/8?
        (base & mask(bits) == base).then_some(Self { base, bits }).ok_or_else(error)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn client_of(proxies: &TrustedProxies, peer: &str, values: &[&str]) -> String {
        let name = if proxies.header == ForwardedHeader::Forwarded { FORWARDED } else { X_FORWARDED_FOR };
        let headers = values.iter().map(|value| (name.clone(), HeaderValue::from_str(value).unwrap())).collect();
        proxies.client(peer.parse().ok(), &headers).map(|address| address.to_string()).unwrap_or_default()
    }

    #[test]
    fn h01_the_client_is_the_right_most_address_that_is_no_proxy_of_ours() {
        let nobody = TrustedProxies::default();
        assert_eq!(client_of(&nobody, "198.51.100.9", &["192.0.2.1"]), "198.51.100.9", "no proxy is trusted");
        let one = TrustedProxies::hops(1);
        assert_eq!(client_of(&one, "10.0.0.1", &["203.0.113.5, 192.0.2.1"]), "192.0.2.1", "the left one is made up");
        assert_eq!(client_of(&one, "10.0.0.1", &[]), "10.0.0.1", "the proxy itself asks");
        let two = TrustedProxies::hops(2);
        assert_eq!(client_of(&two, "10.0.0.1", &["203.0.113.5, 192.0.2.1", "10.9.9.9"]), "192.0.2.1", "over two lines");
        assert_eq!(client_of(&two, "10.0.0.1", &["192.0.2.1"]), "192.0.2.1", "past the outer proxy");
        let networks = ["10.0.0.0/8", "2001:db8:1::/48"].map(|text| text.parse().unwrap()).to_vec();
        let known = TrustedProxies { networks, ..TrustedProxies::default() };
        for peer in ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8:1::7"] {
            assert_eq!(client_of(&known, peer, &["203.0.113.5, 192.0.2.1, 10.5.5.5"]), "192.0.2.1", "{peer}");
        }
        assert_eq!(client_of(&known, "198.51.100.9", &["192.0.2.1"]), "198.51.100.9", "past the proxies");
        assert_eq!(client_of(&known, "10.1.2.3", &["10.2.2.2, 10.5.5.5"]), "10.2.2.2", "a client of our own network");
        // A CDN at changing addresses, in front of a proxy in a known network.
        let both = TrustedProxies { hops: 2, ..known };
        assert_eq!(client_of(&both, "10.0.0.1", &["192.0.2.1, 198.51.100.77"]), "192.0.2.1");
        assert_eq!(client_of(&both, "10.0.0.1", &["192.0.2.1, 10.3.3.3, 10.2.2.2"]), "192.0.2.1");
    }

    #[test]
    fn h01_addresses_of_proxies_are_read_in_every_spelling_and_nonsense_is_ignored() {
        let one = TrustedProxies::hops(1);
        for (value, client) in [
            ("192.0.2.1:4711", "192.0.2.1"),
            ("[2001:db8::17]:443", "2001:db8::17"),
            ("2001:db8::17", "2001:db8::17"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("unknown", "10.0.0.1"),
            ("", "10.0.0.1"),
            ("192.0.2.1, <script>", "10.0.0.1"),
            ("192.0.2.1:99999", "10.0.0.1"),
            ("[2001:db8::17", "10.0.0.1"),
        ] {
            assert_eq!(client_of(&one, "10.0.0.1", &[value]), client, "{value}");
        }
        let rfc = TrustedProxies { header: ForwardedHeader::Forwarded, ..one };
        for (value, client) in [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=203.0.113.5, proto=https; for = 192.0.2.43", "192.0.2.43"),
            ("for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(client_of(&rfc, "10.0.0.1", &[value]), client, "{value}");
        }
        // Proxies pass on a header that they do not know, so only the configured one counts.
        let headers = HeaderMap::from_iter([(FORWARDED, HeaderValue::from_static("for=203.0.113.5"))]);
        assert_eq!(TrustedProxies::hops(1).client("10.0.0.1".parse().ok(), &headers), "10.0.0.1".parse().ok());
    }

    #[test]
    fn h01_a_network_that_is_none_is_refused() {
        for wrong in ["", "10.0.0.1/8", "10.0.0.0/33", "2001:db8::/129", "proxy.example.com", "10.0.0.0/-1", "/8"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("192.0.2.1".parse().unwrap()) && !all.contains("2001:db8::1".parse().unwrap()));
        assert!("::/0".parse::<Network>().unwrap().contains("2001:db8::1".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn h01_what_a_client_writes_never_changes_its_address(made_up in prop::collection::vec("[0-9a-f.:, \"\\[\\]]{0,20}", 0..4)) {
            let mut values: Vec<&str> = made_up.iter().map(String::as_str).collect();
            values.push("192.0.2.1");
            prop_assert_eq!(client_of(&TrustedProxies::hops(1), "10.0.0.1", &values), "192.0.2.1");
        }
    }
}
