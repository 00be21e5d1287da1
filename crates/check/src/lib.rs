//! Does a vendor keep the marketplace's account contract (`M19`, `M21`)?
//!
//! [`check`] is pointed at any vendor's base address. It makes disposable test accounts, asks everything the contract says may be asked, and
//! reports rule by rule what was sent, what came back, what is wrong with it and how to mend it. It knows the wire format only, nothing of the
//! vendor, and cleans up after itself.

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

/// Checks a vendor. Whatever it does, there is a report in the end: no answer is waited for or read beyond measure, nor is the whole.
///
/// # Errors
/// [`CannotCheck`] when nothing is there: then there is no verdict.
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
    // Whoever makes no customer at all has heard enough about customers.
    if !run.made.is_empty() {
        probes::reseller::all(run).await;
        probes::delete::all(run).await;
    }
    probes::transport::all(run).await;
}
