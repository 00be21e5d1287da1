//! Checks whether a vendor keeps the marketplace's account contract (`M19`, `M21`).
//!
//! [`check`] takes any vendor's base address. It creates disposable test accounts, makes every call of the contract,
//! and reports for each rule the request, the answer, the violation and its remedy. It knows only the wire format,
//! nothing of the vendor, and cleans up after itself.

mod account;
mod answer;
mod probes;
mod report;
mod rules;
mod run;
mod vendor;

pub use report::{Finding, Outcome, Report};
pub use rules::{RULES, Rule};
pub use vendor::{CannotCheck, Target};

use tokio::time::{Instant, timeout_at};

/// Checks a vendor. Always ends with a report: time and size of each answer are limited, and so is the total time.
///
/// # Errors
/// [`CannotCheck`] if nothing answers. There is no verdict then.
pub async fn check(target: Target) -> Result<Report, CannotCheck> {
    let within = target.within;
    let mut run = run::Run::begin(target)?;
    let until = Instant::now() + within;
    if probes::transport::reachable(&mut run).await? && timeout_at(until, everything(&mut run)).await.is_err() {
        run.stop(format!("the {} seconds of the check were over", within.as_secs()));
    }
    run.clean_up(Instant::now() + within).await;
    Ok(run.report())
}

async fn everything(run: &mut run::Run) {
    probes::options::all(run).await;
    probes::access::all(run).await;
    probes::exists::before(run).await;
    probes::synchronize::all(run).await;
    // A vendor that creates no customer cannot be checked further.
    if !run.made.is_empty() {
        probes::reseller::all(run).await;
        probes::delete::all(run).await;
    }
    probes::transport::all(run).await;
}
