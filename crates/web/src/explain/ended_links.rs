//! Why a link ended, worded for staff.

use tessera_core::kernel::customer::EndReason;
use tessera_core::kernel::record::RecordKey;

/// Why the link of `record` ended, worded as the end of a sentence.
pub fn end_of_link(record: &RecordKey, why: &EndReason) -> String {
    match why {
        EndReason::Missing { since } => format!("{} no longer has it: missing since {since}", record.system),
        why => end_reason(why),
    }
}

/// Why a link ended, worded as the end of a sentence.
pub fn end_reason(why: &EndReason) -> String {
    match why {
        EndReason::Requested { note } => note.to_string(),
        EndReason::Replaced { by } => format!("{by} takes its place"),
        EndReason::Removed => "removed by the customer".to_owned(),
        EndReason::NewerAccount => "the same person activated a newer account".to_owned(),
        EndReason::Missing { since } => format!("its system no longer has it: missing since {since}"),
        EndReason::Merged { into } => format!("merged into {into}"),
        EndReason::AccountDeleted => "deleted at the marketplace".to_owned(),
    }
}
