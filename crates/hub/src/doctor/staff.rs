//! Check of the staff accounts: whether local ones are used although staff sign in at the company's identity provider.

use jiff::SignedDuration;

use super::Finding;
use crate::Hub;

/// How long the sign-in of a local account is a warning.
const WARN_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);

impl Hub {
    pub(super) async fn check_local_staff(&self) -> Option<Finding> {
        const CHECK: &str = "local_staff";
        const SYSTEM: &str = "hub";
        self.config.company_sign_in.as_ref()?;
        let accounts = match self.reads().staff_accounts().await {
            Ok(accounts) => accounts,
            Err(error) => return Some(Finding::unknown(CHECK, SYSTEM, error.to_string())),
        };
        let local: Vec<_> = accounts.iter().filter(|account| account.is_local() && !account.roles.is_empty()).collect();
        let now = self.env.now();
        let used: Vec<&str> = local
            .iter()
            .filter(|account| account.last_sign_in_at.is_some_and(|at| now.duration_since(at) < WARN_FOR))
            .map(|account| account.login.as_str())
            .collect();
        Some(if used.is_empty() {
            Finding::ok(CHECK, SYSTEM, format!("No local account signed in within 7 days; there are {}.", local.len()))
        } else {
            Finding::warn(
                CHECK,
                SYSTEM,
                format!("Local accounts signed in within 7 days: {}.", used.join(", ")),
                "Ask them why. If the reason is over, set another password with `tessera staff --reset`.",
            )
        })
    }
}
