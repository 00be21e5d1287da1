//! Checks of an identity provider: metadata, keys, client credentials, redirect URI.

use url::{Host, Url};

use super::Finding;
use crate::ports::{ConnectError, IdentityProvider, ProviderProbe, SignInError};

pub(super) async fn check(provider: &dyn IdentityProvider) -> Vec<Finding> {
    let name = provider.name();
    let mut findings = match provider.probe_metadata().await {
        Ok(probe) => published(provider, &probe),
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
                "Check issuer, discovery_url and metadata_issuer: the issuer must be the one of the tokens, except for a slash at the end.",
            ),
            Finding::unknown("keys", name, "Not tried: see above."),
        ],
    };
    if let Some(why) = provider.last_refusal() {
        let detail = format!("The last sign-in was not accepted: {why}.");
        let remedy = "Correct this provider’s section in the configuration, or the client’s settings at the provider.";
        findings.push(Finding::warn("tokens", name, detail, remedy));
    }
    findings.push(client(provider).await);
    findings.push(redirect(provider.redirect_uri(), name));
    let learned = Finding::clock_and_quota(&provider.health());
    findings.extend(learned.into_iter().filter(|finding| finding.check == "clock"));
    findings
}

/// What metadata and keys say.
fn published(provider: &dyn IdentityProvider, probe: &ProviderProbe) -> Vec<Finding> {
    let (name, configured) = (provider.name(), provider.issuer());
    let mut findings = vec![Finding::ok("metadata", name, format!("The metadata of {configured} are as configured."))];
    findings.push(match probe.keys {
        0 => Finding::fail(
            "keys",
            name,
            "The provider publishes no keys, so no sign-in can be verified.",
            "Tell the provider’s operator; check discovery_url.",
        ),
        1 => Finding::ok("keys", name, "1 signing key is published."),
        keys => Finding::ok("keys", name, format!("{keys} signing keys are published.")),
    });
    findings.extend(signing(name, probe));
    if let Some(claim) = &probe.missing_subject {
        let other = match probe.other_subjects.as_slice() {
            [] => String::new(),
            others => format!(" It lists {}.", others.join(" and ")),
        };
        let detail = format!(
            "The provider does not list subject_claim `{claim}` among its claims, so the first sign-in shows whether it is there.{other}"
        );
        findings.push(Finding::unknown("subject", name, detail));
    }
    if !probe.tells_auth_time {
        let detail =
            "The provider does not list `auth_time` among its claims. People cannot confirm there that it is them.";
        let remedy = "Let the provider send auth_time. Until then people need a password or a passkey to change how they sign in.";
        findings.push(Finding::warn("auth_time", name, detail, remedy));
    }
    findings
}

/// Whether tokens are signed by an algorithm that is accepted. Nothing if the provider does not say.
fn signing(name: &str, probe: &ProviderProbe) -> Option<Finding> {
    const CHECK: &str = "signing";
    let accepted = &probe.accepted_algorithms;
    let common: Vec<&str> =
        probe.signs_with.iter().filter(|algorithm| accepted.contains(algorithm)).map(String::as_str).collect();
    if probe.signs_with.is_empty() {
        return None;
    }
    Some(if common.is_empty() {
        Finding::fail(
            CHECK,
            name,
            format!(
                "The provider signs with {}, which is not accepted, so nobody can sign in.",
                probe.signs_with.join(", ")
            ),
            format!(
                "Let the provider sign this client’s ID tokens with one of {}; check signing_algorithms.",
                accepted.join(", ")
            ),
        )
    } else {
        Finding::ok(CHECK, name, format!("ID tokens are signed with {}.", common.join(" or ")))
    })
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
