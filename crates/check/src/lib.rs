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

/// Checks a vendor.
///
/// # Errors
/// [`CannotCheck`] when nothing answers there, or nothing can be asked of it: then there is no verdict.
pub async fn check(target: Target) -> Result<Report, CannotCheck> {
    let mut run = run::Run::begin(target)?;
    probes::transport::reachable(&mut run).await?;
    probes::options::all(&mut run).await;
    probes::access::all(&mut run).await;
    probes::exists::before(&mut run).await;
    probes::synchronize::all(&mut run).await;
    // Whoever makes no customer at all has heard enough about customers.
    if !run.made.is_empty() {
        probes::reseller::all(&mut run).await;
        probes::delete::all(&mut run).await;
    }
    probes::transport::all(&mut run).await;
    run.clean_up().await;
    Ok(run.report())
}
