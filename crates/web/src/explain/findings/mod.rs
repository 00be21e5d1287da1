//! The findings of the checks as sentences for staff.

mod assets;
mod device;
mod invitation;
mod pending_work;
mod person;
mod requester;

use tessera_core::explain::{Finding, Unlinked};

use super::end_of_link;

/// A finding as a sentence.
pub(crate) fn sentence(finding: &Finding) -> String {
    match finding {
        Finding::Person(finding) => person::sentence(finding),
        Finding::Invitation(finding) => invitation::sentence(finding),
        Finding::Activation(finding) => invitation::activation(finding),
        Finding::Requester(finding) => requester::sentence(finding),
        Finding::Assets(finding) => assets::sentence(finding),
        Finding::Device(finding) => device::sentence(finding),
        Finding::PendingWork(finding) => pending_work::sentence(finding),
    }
}

/// Why a link ended, as a sentence. The text may have been entered by hand, so it may be empty or already end with a
/// full stop.
fn ended(unlinked: &Unlinked) -> String {
    let why = end_of_link(&unlinked.record, &unlinked.why);
    let why = why.trim();
    if why.is_empty() { "no cause was given.".to_owned() } else { format!("{}.", why.trim_end_matches('.')) }
}
