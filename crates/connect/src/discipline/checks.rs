//! Findings for the operator from probes of a system with an HTTP API and a key: address, key, permissions.

use tessera_hub::ports::{ConnectError, Finding};

/// A probe.
#[derive(Debug)]
pub(crate) struct Tried {
    /// The check's name.
    pub(crate) check: &'static str,
    /// The probe, in words.
    pub(crate) what: &'static str,
    /// Outcome.
    pub(crate) outcome: Result<String, ConnectError>,
    /// The permission to grant if it is forbidden.
    pub(crate) permit: &'static str,
}

/// The settings that the operator can correct.
#[derive(Debug)]
pub(crate) struct Settings<'a> {
    /// The configured address.
    pub(crate) address: &'a str,
    /// Name of the setting with the address.
    pub(crate) address_setting: &'static str,
    /// Name of the setting with the key.
    pub(crate) key_setting: &'static str,
}

/// The findings from all probes of a system. The first failing probe decides the remedy.
pub(crate) fn judged(system: &str, settings: &Settings<'_>, tried: &[Tried]) -> Vec<Finding> {
    let Settings { address, address_setting, key_setting } = settings;
    // The first probe is never answered from a cache.
    let answered = tried.first().is_some_and(|first| {
        !matches!(first.outcome, Err(ConnectError::Unavailable { .. } | ConnectError::Unexpected { .. }))
    });
    let first_error = tried.iter().find_map(|it| it.outcome.as_ref().err());
    let refused = tried.iter().any(|it| matches!(it.outcome, Err(ConnectError::Unauthorized { .. })));
    let mut findings = Vec::new();
    findings.push(match first_error {
        Some(error) if !answered => Finding::fail(
            "address",
            system,
            format!("{address} does not answer as it should: {error}"),
            format!(
                "Check {address_setting}, name resolution, the firewall and the certificate. Is the system itself up?"
            ),
        ),
        _ => Finding::ok("address", system, format!("{address} answers.")),
    });
    findings.push(match (answered, refused) {
        (false, _) => Finding::unknown("credentials", system, "Not tried: the address does not answer."),
        (true, true) => Finding::fail(
            "credentials",
            system,
            "The API key is not accepted.",
            format!("Put a valid key into {key_setting}, or its environment variable, and restart the hub."),
        ),
        (true, false) => Finding::ok("credentials", system, "The API key is accepted."),
    });
    findings.extend(tried.iter().map(|it| permitted(system, it)));
    findings
}

fn permitted(system: &str, tried: &Tried) -> Finding {
    let Tried { check, what, outcome, permit } = tried;
    match outcome {
        Ok(detail) => Finding::ok(check, system, detail),
        Err(ConnectError::Forbidden { .. }) => Finding::fail(
            check,
            system,
            format!("The API key may not do this: {what}."),
            format!("Give the key’s owner {permit}."),
        ),
        Err(ConnectError::Throttled { until, .. }) => {
            Finding::unknown(check, system, format!("Not tried: the quota is used up until {until}."))
        }
        Err(ConnectError::Unauthorized { .. } | ConnectError::Unavailable { .. }) => {
            Finding::unknown(check, system, "Not tried: see above.")
        }
        Err(error) => {
            Finding::fail(check, system, error.to_string(), "Read the message; check the base URL and the account.")
        }
    }
}

/// The finding about a source of invoices.
pub(crate) fn invoices(source: &str, probed: Result<(), ConnectError>) -> Finding {
    match probed {
        Ok(()) => Finding::ok("address", source, "The source of invoices can be read."),
        Err(error) => Finding::fail(
            "address",
            source,
            error.to_string(),
            "Check [invoices] location and TESSERA_INVOICES_AUTHORIZATION. Invoices stay as they were read last.",
        ),
    }
}
