//! Whether the customer of an external id is a test account's own, so that it may be deleted.

use std::time::Duration;

use tokio::time::Instant;

use crate::account::Account;
use crate::probes::exists::present;
use crate::run::Run;

/// Time limit for a question of a probe. The limits of an answer and of the whole check are usually shorter.
const QUESTION_TIMEOUT: Duration = Duration::from_hours(1);

/// What Exists says of an account that is asked for by its own id.
#[derive(Debug)]
pub enum Named {
    /// It is the customer that Synchronize named.
    AsAnswered,
    /// It is a customer that Synchronize never named for this account, with this id. Then the one that it did name may
    /// be someone else's.
    Otherwise(String),
    /// Exists does not find it, or not reliably.
    NotFound,
}

/// Asks Exists for the account by its own id.
///
/// # Errors
/// The reason why Exists did not answer.
pub async fn named(run: &mut Run, account: &Account) -> Result<Named, String> {
    named_until(run, account, Instant::now() + QUESTION_TIMEOUT).await
}

/// Asks Exists for the account by its own id, before a deadline.
///
/// # Errors
/// The reason why Exists did not answer.
pub async fn named_until(run: &mut Run, account: &Account, until: Instant) -> Result<Named, String> {
    if !run.exists_is_plausible() || run.is_alike(account) {
        return Ok(Named::NotFound);
    }
    let account = account.with("ExternalID", "");
    let found = run.ask(until, "Exists", &account.body).await?;
    if !found.is_answer() {
        return Err(found.outcome());
    }
    let id = match (found.code(), found.result()) {
        (Some(1), Some(id)) if run.has_answered(&account, id) => return Ok(Named::AsAnswered),
        (Some(1), Some(id)) => id.to_owned(),
        _ => return Ok(Named::NotFound),
    };
    let again = run.ask(until, "Exists", &account.with("ExternalID", id.as_str()).body).await?;
    Ok(if present(&again, &id).is_ok() { Named::Otherwise(id) } else { Named::NotFound })
}
