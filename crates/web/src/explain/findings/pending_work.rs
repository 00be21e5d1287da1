//! Findings about pending work and about the CRM contact.

use tessera_core::explain::{PendingWorkFinding, RefreshTrouble};

use crate::pages::dates::moment;

pub(super) fn sentence(finding: &PendingWorkFinding) -> String {
    match finding {
        PendingWorkFinding::NothingHeld => "No change is held back.".to_owned(),
        PendingWorkFinding::Held(1) => "1 change about this customer waits for release.".to_owned(),
        PendingWorkFinding::Held(held) => format!("{held} changes about this customer wait for release."),
        PendingWorkFinding::NothingAsked => "No other question is open.".to_owned(),
        PendingWorkFinding::Asked(question) => question.sentence(),
        PendingWorkFinding::NoJobFailed => "No job about this customer failed.".to_owned(),
        PendingWorkFinding::JobFailed(RefreshTrouble { kind, error, retry_at: None }) => {
            format!("The job {kind} was given up: {error}")
        }
        PendingWorkFinding::JobFailed(RefreshTrouble { kind, error, retry_at: Some(at) }) => {
            format!("The job {kind} failed and is tried again on {}: {error}", moment(*at))
        }
        PendingWorkFinding::ContactLinked(contact) => format!("CRM contact {} is linked.", contact.external_id),
        PendingWorkFinding::ContactGone(contact) => {
            format!("The CRM no longer has the linked contact {}.", contact.external_id)
        }
        PendingWorkFinding::NoContact => "No CRM contact with the requester’s primary e-mail is linked.".to_owned(),
    }
}
