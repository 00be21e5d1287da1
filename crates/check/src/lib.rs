//! Checks whether a vendor keeps the marketplace's account contract (`M19`, `M21`).
//!
//! [`check`] takes any vendor's base address. It creates disposable test accounts, makes every call of the contract,
//! and reports for each rule the request, the answer, the violation and its remedy. It knows only the wire format,
//! nothing of the vendor. It deletes what it created, and lists what it could not delete.
//!
//! [`replay()`] holds another build of a vendor against a recorded conversation, and reports in the same way (`M22`).

mod account;
mod answer;
mod cleanup;
mod ownership;
mod probes;
mod reading;
mod recording;
mod replay;
mod report;
mod rules;
mod run;
mod vendor;

pub use recording::{CallEnd, HIDDEN, RECORDING_VERSION, RecordedCall, Recording, UnreadableRecording};
pub use replay::{REPLAY_RULES, replay};
pub use report::{Against, Finding, LeftBehind, Outcome, Report, Verdict};
pub use rules::{RULES, Rule};
pub use vendor::{CannotCheck, Existing, Target};

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use url::Url;

/// Checks a vendor. Always ends with a report: time and size of each answer are limited, and so are the total time and
/// the time for cleaning up.
///
/// # Errors
/// [`CannotCheck`] if nothing answers.
pub async fn check(target: Target) -> Result<Report, CannotCheck> {
    let (within, cleanup) = (target.within, target.cleanup);
    let mut run = run::Run::begin(target)?;
    let until = Instant::now() + within;
    if probes::transport::reachable(&mut run).await? && timeout_at(until, everything(&mut run)).await.is_err() {
        run.stop(format!("the time limit of {} was reached", seconds(within)));
    }
    cleanup::all(&mut run, Instant::now() + cleanup).await;
    Ok(run.report())
}

/// Checks the connection with a vendor by calls that change nothing there: `SyncOptions`, and Exists for an account that does
/// not exist. `endpoints` are the whole addresses of operations that are not below the base address. The rules that need
/// customers are reported as not checked.
///
/// # Errors
/// [`CannotCheck`] if nothing answers.
pub async fn check_connection(target: Target, endpoints: BTreeMap<String, Url>) -> Result<Report, CannotCheck> {
    let within = target.within;
    let mut run = run::Run::begin(target)?;
    run.vendor = run.vendor.with_endpoints(endpoints);
    let until = Instant::now() + within;
    if probes::transport::reachable(&mut run).await? && timeout_at(until, reading(&mut run)).await.is_err() {
        run.stop(format!("the time limit of {} was reached", seconds(within)));
    }
    run.cannot_reach("it would create customers at the vendor");
    Ok(run.report())
}

async fn reading(run: &mut run::Run) {
    probes::options::all(run).await;
    probes::exists::before(run).await;
    probes::transport::reading(run).await;
}

async fn everything(run: &mut run::Run) {
    probes::options::all(run).await;
    probes::exists::before(run).await;
    probes::synchronize::all(run).await;
    // A refusal shows something only once the same call was accepted with the right key.
    probes::access::all(run).await;
    // Little can be checked of a vendor that creates no customer.
    if run.has_made_any() {
        probes::existing::all(run).await;
        probes::reseller::all(run).await;
        probes::delete::all(run).await;
    } else {
        run.cannot_reach("no answer of Synchronize named a new customer");
    }
    probes::transport::all(run).await;
}

fn seconds(limit: Duration) -> String {
    if limit == Duration::from_secs(1) { "1 second".to_owned() } else { format!("{} seconds", limit.as_secs_f32()) }
}
