//! What follows for the operator from what was tried with a system that is asked over HTTP with a key: address, key, permissions.

use tessera_hub::ports::{ConnectError, Finding};

/// Something that was tried.
#[derive(Debug)]
pub(crate) struct Tried {
    /// The check's name.
    pub(crate) check: &'static str,
    /// What was tried, in words.
    pub(crate) what: &'static str,
    /// What came of it.
    pub(crate) outcome: Result<String, ConnectError>,
    /// What to permit, if it is forbidden.
    pub(crate) permit: &'static str,
}

/// Where the operator mends it.
#[derive(Debug)]
pub(crate) struct Settings<'a> {
    /// The address that was asked.
    pub(crate) address: &'a str,
    /// The setting that holds the address.
    pub(crate) address_setting: &'static str,
    /// The setting that holds the key.
    pub(crate) key_setting: &'static str,
}

/// What follows from everything that was tried with one system: where it stops is where the remedy is.
pub(crate) fn judged(system: &str, settings: &Settings<'_>, tried: &[Tried]) -> Vec<Finding> {
    let Settings { address, address_setting, key_setting } = settings;
    // What is tried first is asked for anew every time.
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

/// Whether a source of invoices can be read.
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
