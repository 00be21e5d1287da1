//! The servers at which vendors of the marketplace may be called. Staff enter their addresses, so an address could also name a server in
//! the hub's own network.

use url::{Host, Url};

/// The servers that may be called. Without a list, all but those that only a machine's own network link reaches, such as the metadata
/// service of a cloud.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VendorHosts(Vec<String>);

impl VendorHosts {
    /// Only these hosts: a name, `*.example.com` for every name below one, or an IP address.
    ///
    /// # Errors
    /// If an entry is none of them.
    pub fn only(hosts: &[String]) -> Result<Self, String> {
        let read = |entry: &String| {
            let host = entry.trim().to_lowercase();
            let name = host.strip_prefix("*.").unwrap_or(&host);
            let is_host = Host::parse(name).is_ok() || name.parse::<std::net::Ipv6Addr>().is_ok();
            if is_host {
                Ok(host)
            } else {
                Err(format!("`{entry}` is no host: write vendor.example or *.vendor.example"))
            }
        };
        hosts.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether an address may be called.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, address: &Url) -> Result<(), String> {
        let Some(host) = address.host() else { return Err("the address names no host".to_owned()) };
        if is_link_local(&host) {
            return Err(format!("{host} is an address of this machine's own network link, where no vendor is"));
        }
        let name = match host {
            Host::Domain(name) => name.trim_end_matches('.').to_lowercase(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let fits = |allowed: &String| match allowed.strip_prefix('*') {
            Some(above) => name.ends_with(above),
            None => name == *allowed,
        };
        if self.0.is_empty() || self.0.iter().any(fits) {
            return Ok(());
        }
        Err(format!("{name} is not among the servers that may be called: an administrator can add it to vendors.hosts"))
    }
}

fn is_link_local(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(_) => false,
        Host::Ipv4(address) => address.is_link_local() || address.is_unspecified(),
        Host::Ipv6(address) => {
            let inner = address.to_ipv4_mapped();
            address.is_unicast_link_local()
                || address.is_unspecified()
                || inner.is_some_and(|inner| inner.is_link_local() || inner.is_unspecified())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_called(hosts: &[&str], address: &str) -> bool {
        let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
        VendorHosts::only(&hosts).unwrap().check(&address.parse().unwrap()).is_ok()
    }

    #[test]
    fn m04_h01_vendors_are_called_only_where_they_may_be() {
        assert!(is_called(&[], "https://vendor.example/api") && is_called(&[], "http://127.0.0.1:9/"));
        for own_link in [
            "http://169.254.169.254/latest/meta-data",
            "http://[fe80::1]/",
            "http://[::ffff:169.254.169.254]/",
            "http://2852039166/",
            "http://0.0.0.0/",
        ] {
            assert!(!is_called(&[], own_link), "{own_link}");
        }
        let hosts = ["vendor.example", "*.cloud.example", "192.0.2.7"];
        for ours in [
            "https://VENDOR.example./x",
            "https://eu.cloud.example",
            "https://a.b.cloud.example:8443/",
            "http://192.0.2.7",
        ] {
            assert!(is_called(&hosts, ours), "{ours}");
        }
        for other in [
            "https://evil.example",
            "https://vendor.example.evil.example",
            "https://evilcloud.example",
            "http://192.0.2.70",
        ] {
            assert!(!is_called(&hosts, other), "{other}");
        }
        assert!(VendorHosts::only(&["https://vendor.example".to_owned()]).is_err());
    }
}
