//! `[domains]`: the domains of customers.

use anyhow::Context;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::domain::{Domain, PublicMailDomains};

/// The domains of customers.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Domains {
    /// Further mail providers that anyone can have an address at. Their domains are never a customer's.
    pub public_mail: Vec<String>,
}

impl Domains {
    /// The hub's own list of public mail providers, with these in addition.
    pub fn public_mail(&self) -> anyhow::Result<PublicMailDomains> {
        let parsed = |entered: &String| {
            Domain::parse(entered).with_context(|| format!("domains.public_mail: `{entered}` is no domain"))
        };
        Ok(PublicMailDomains::with(self.public_mail.iter().map(parsed).collect::<anyhow::Result<Vec<_>>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m16_further_mail_providers_are_configured() {
        let domains = |text: &str| toml::from_str::<Domains>(text).unwrap().public_mail();
        let public = domains("public_mail = [\"Mail.Example\"]").unwrap();
        assert!(public.contains(&Domain::parse("mail.example").unwrap()));
        assert!(public.contains(&Domain::parse("gmail.com").unwrap()), "the hub's own list still counts");
        assert!(domains("public_mail = [\"no domain\"]").unwrap_err().to_string().contains("no domain"));
    }
}
