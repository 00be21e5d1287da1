//! Findings about a requester.

use tessera_core::explain::RequesterFinding;

use super::ended;
use crate::pages::dates::moment;

pub(super) fn sentence(finding: &RequesterFinding) -> String {
    match finding {
        RequesterFinding::Linked { customer, requester } => {
            format!("{customer} has requester {}.", requester.external_id)
        }
        RequesterFinding::LinkedGone { since } => {
            format!("The service desk no longer has the requester, since {}.", moment(*since))
        }
        RequesterFinding::OnlyMarketplace(customer) => {
            format!("{customer} came from a marketplace and has no requester, so nothing can be assigned.")
        }
        RequesterFinding::AccountClosed(customer) => format!("The marketplace deleted the account of {customer}."),
        RequesterFinding::NeverLinked(customer) => format!("{customer} never had a requester."),
        RequesterFinding::OperatingCompany => {
            "The person belongs to the operating company, which has no requester.".to_owned()
        }
        RequesterFinding::Unlinked(unlinked) => {
            format!("The requester was unlinked on {}: {}", moment(unlinked.at), ended(unlinked))
        }
        RequesterFinding::MergeAsked(question) => question.sentence(),
        RequesterFinding::Merged { requester, into } => {
            format!("Requester {} was merged into requester {into}.", requester.external_id)
        }
        RequesterFinding::Gone { requester, since } => {
            format!("The service desk no longer has requester {}, since {}.", requester.external_id, moment(*since))
        }
        RequesterFinding::Missing { requester, since } => {
            format!("The service desk has not found requester {} since {}.", requester.external_id, moment(*since))
        }
        RequesterFinding::Deactivated(requester) => {
            format!("Requester {} is deactivated in the service desk.", requester.external_id)
        }
        RequesterFinding::Active(requester) => {
            format!("Requester {} is active in the service desk.", requester.external_id)
        }
    }
}
