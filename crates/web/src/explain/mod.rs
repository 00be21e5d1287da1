//! Explanations why something is missing. The core finds the reason and the checks; their wording is here.

mod access;
mod ended_links;
mod findings;
mod reasons;
mod table;

use tessera_core::explain::Check;

pub(crate) use access::access_sentence;
pub use access::{AccessTable, access_fix};
pub(crate) use ended_links::{end_of_link, end_reason};
pub(crate) use findings::sentence;
#[cfg(test)]
pub(crate) use reasons::key as reason_key;
pub use reasons::{CustomerWords, Words, for_customer, for_staff};
pub use table::Table;

/// What staff can do about a check that is the reason for something missing.
pub(crate) fn next_step(check: &Check) -> Option<&'static str> {
    check.reason.map(|reason| for_staff(reason).next_step)
}
