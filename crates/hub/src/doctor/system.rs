//! The service desk and the CRM: address, key, permissions, clock, quota, and the asset type.

use tessera_connect::{ConnectError, Health, Priority};

use super::Finding;
use crate::Hub;

/// Clocks that differ by more than this many seconds spoil time limits and tokens.
const SKEW: i64 = 60;
/// An address that belongs to nobody.
const NOBODY: &str = "doctor@example.com";

/// Something that was tried.
struct Tried {
    check: &'static str,
    what: &'static str,
    outcome: Result<String, ConnectError>,
    /// What to permit, if it is forbidden.
    permit: &'static str,
}

impl Hub {
    pub(super) async fn check_desk(&self) -> Vec<Finding> {
        let (desk, name) = (&self.desk, self.desk.name());
        let read = |outcome: Result<(), ConnectError>| outcome.map(|()| "Allowed.".to_owned());
        let tried = [
            Tried {
                check: "read_requesters",
                what: "reading requesters",
                outcome: read(desk.probe_requesters().await),
                permit: "a role that may view requesters",
            },
            Tried {
                check: "read_asset_types",
                what: "reading asset types",
                outcome: desk.probe_asset_types().await.map(|types| format!("{types} asset types.")),
                permit: "a role that may view assets",
            },
            Tried {
                check: "read_assets",
                what: "reading assets with their type fields",
                outcome: read(desk.probe_assets().await),
                permit: "a role that may view assets of the workspace",
            },
        ];
        let mut findings = judged(name, desk.address().as_str(), "freshservice.url", "freshservice.api_key", &tried);
        if tried[1].outcome.is_ok() {
            findings.extend(self.check_device_type().await);
        }
        findings.extend(clock_and_quota(&desk.health()));
        findings
    }

    /// The configured asset type, and its fields.
    async fn check_device_type(&self) -> Vec<Finding> {
        let (name, wanted) = (self.desk.name(), &self.config.device_type.0);
        let ids = match self.desk.device_type_ids(Priority::Interactive).await {
            Ok(ids) => ids,
            Err(ConnectError::Unexpected { found, .. }) => {
                return vec![Finding::fail(
                    "device_type",
                    name,
                    format!("The asset type “{wanted}” is not there: {found}."),
                    "Put the name or the id of the asset type into freshservice.device_asset_type.",
                )];
            }
            Err(error) => return vec![Finding::unknown("device_type", name, error.to_string())],
        };
        let below = match ids.len() {
            0 | 1 => String::new(),
            more => format!(" It has {} types below it, which count too.", more - 1),
        };
        let mut findings = vec![Finding::ok("device_type", name, format!("“{wanted}” is there.{below}"))];
        findings.push(match self.desk.probe_fields().await {
            Ok(missing) if missing.is_empty() => {
                Finding::ok("device_fields", name, "Every configured field is there, in the type or above it.")
            }
            Ok(missing) => Finding::fail(
                "device_fields",
                name,
                format!("“{wanted}” has no field called {}.", missing.join(", ")),
                "Put the fields’ names or labels into [freshservice.fields], or add them to the asset type.",
            ),
            Err(error) => Finding::unknown("device_fields", name, error.to_string()),
        });
        findings
    }

    pub(super) async fn check_crm(&self) -> Vec<Finding> {
        let (crm, name) = (&self.crm, self.crm.name());
        let lookup = crm.contacts_by_email(NOBODY, Priority::Interactive).await;
        let views = crm.all_contacts_view(Priority::Interactive).await;
        let tried = [
            Tried {
                check: "find_contacts",
                what: "finding contacts by e-mail",
                outcome: lookup.map(|_| "Allowed.".to_owned()),
                permit: "a role that may view all contacts",
            },
            Tried {
                check: "list_contacts",
                what: "the view of all contacts",
                outcome: views.map(|view| format!("View {view} holds all contacts.")),
                permit: "a role that may view all contacts",
            },
        ];
        let mut findings = judged(name, crm.address().as_str(), "freshsales.url", "freshsales.api_key", &tried);
        findings.extend(clock_and_quota(&crm.health()));
        findings
    }
}

/// What follows from everything that was tried with one system: where it stops is where the remedy is.
fn judged(system: &str, url: &str, url_setting: &str, key_setting: &str, tried: &[Tried]) -> Vec<Finding> {
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
            format!("{url} does not answer as it should: {error}"),
            format!("Check {url_setting}, name resolution, the firewall and the certificate. Is the system itself up?"),
        ),
        _ => Finding::ok("address", system, format!("{url} answers.")),
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

/// What was learned on the way.
pub(super) fn clock_and_quota(health: &Health) -> Vec<Finding> {
    let system = &health.system;
    let mut findings = vec![match health.clock_skew.map(|skew| skew.as_secs()) {
        None => Finding::unknown("clock", system, "It does not say what time it is."),
        Some(skew) if skew.abs() <= SKEW => Finding::ok("clock", system, "Its clock and ours agree."),
        Some(skew) => Finding::fail(
            "clock",
            system,
            format!("Its clock is {} seconds {} ours.", skew.abs(), if skew > 0 { "ahead of" } else { "behind" }),
            "Set this machine’s clock with NTP. If it is right, tell the system’s operator.",
        ),
    }];
    if let Some(quota) = health.quotas.iter().min_by_key(|quota| quota.remaining * 100 / quota.limit.max(1)) {
        let left = format!("{} of {} calls per {} seconds are left.", quota.remaining, quota.limit, quota.per_seconds);
        findings.push(if quota.remaining * 10 < quota.limit {
            Finding::warn("quota", system, left, "See what else uses the account, or raise its plan.")
        } else {
            Finding::ok("quota", system, left)
        });
    }
    findings
}
