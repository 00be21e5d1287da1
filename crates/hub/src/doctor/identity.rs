//! Checks of an identity provider: metadata, keys, client credentials, redirect URI.

use url::{Host, Url};

use super::Finding;
use crate::ports::{ConnectError, IdentityProvider, SignInError};

pub(super) async fn check(provider: &dyn IdentityProvider) -> Vec<Finding> {
    let name = provider.name();
    let issuer = provider.issuer();
    let mut findings = match provider.probe_metadata().await {
        Ok(0) => vec![
            Finding::ok("metadata", name, format!("The metadata of {issuer} are as configured.")),
            Finding::fail(
                "keys",
                name,
                "The provider publishes no keys, so no sign-in can be verified.",
                "Tell the provider’s operator; check discovery_url.",
            ),
        ],
        Ok(keys) => vec![
            Finding::ok("metadata", name, format!("The metadata of {issuer} are as configured.")),
            Finding::ok(
                "keys",
                name,
                format!("{keys} signing key{} published.", if keys == 1 { " is" } else { "s are" }),
            ),
        ],
        Err(ConnectError::Unavailable { reason, .. }) => vec![
            Finding::fail(
                "metadata",
                name,
                format!("The provider does not answer: {reason}."),
                "Check issuer and discovery_url, name resolution, the firewall and the certificate.",
            ),
            Finding::unknown("keys", name, "Not tried: see above."),
        ],
        Err(error) => vec![
            Finding::fail(
                "metadata",
                name,
                error.to_string(),
                "Check issuer, discovery_url and metadata_issuer: the issuer must be the one of the tokens, to the letter.",
            ),
            Finding::unknown("keys", name, "Not tried: see above."),
        ],
    };
    findings.push(client(provider).await);
    findings.push(redirect(provider.redirect_uri(), name));
    let learned = Finding::clock_and_quota(&provider.health());
    findings.extend(learned.into_iter().filter(|finding| finding.check == "clock"));
    findings
}

async fn client(provider: &dyn IdentityProvider) -> Finding {
    const CHECK: &str = "credentials";
    let name = provider.name();
    match provider.probe_client().await {
        Ok(true) => Finding::ok(CHECK, name, "The client and its secret are accepted."),
        Ok(false) => Finding::fail(
            CHECK,
            name,
            "The provider does not accept the client id or its secret.",
            "Put the right client_id and client_secret into the configuration; secrets expire at many providers.",
        ),
        Err(SignInError::ProviderUnavailable { .. }) => {
            Finding::unknown(CHECK, name, "Not tried: the provider does not answer.")
        }
        Err(error) => Finding::warn(CHECK, name, error.to_string(), "Try to sign in; see the provider’s own log."),
    }
}

fn redirect(uri: &Url, name: &str) -> Finding {
    const CHECK: &str = "redirect_uri";
    if uri.scheme() == "https" || is_loopback(uri) {
        let detail = format!("People come back to {uri}. It must be registered there to the letter.");
        return Finding::ok(CHECK, name, detail);
    }
    Finding::fail(
        CHECK,
        name,
        format!("People come back to {uri}, which is not encrypted; providers refuse that."),
        "Put the https address into server.public_url.",
    )
}

/// Whether a URL points to this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
