//! Findings about a sign-in and the person or customer it belongs to.

use tessera_core::explain::PersonFinding;

use super::ended;
use crate::pages::dates::moment;

pub(super) fn sentence(finding: &PersonFinding) -> String {
    let told = match finding {
        PersonFinding::SignsIn(shown_as) => return format!("Signs in as {shown_as}."),
        PersonFinding::SignInsLinked { count, customer } => {
            let noun = if *count == 1 { "sign-in is" } else { "sign-ins are" };
            return format!("{count} {noun} linked to {customer}.");
        }
        PersonFinding::CustomerKnown(customer) => return format!("The record of {customer} is in the hub."),
        PersonFinding::RequesterKnown { requester, name } => {
            return format!("Requester {}, {name}, is known.", requester.external_id);
        }
        PersonFinding::BelongsTo(customer) => {
            return format!("The sign-in belongs to {}.", customer.as_deref().unwrap_or("a customer"));
        }
        PersonFinding::Unlinked(unlinked) => {
            return format!("The sign-in was unlinked on {}: {}", moment(unlinked.at), ended(unlinked));
        }
        PersonFinding::OtherSignIn(customer) => return format!("{customer} is activated with another sign-in."),
        PersonFinding::NobodySignsIn => "No sign-in is known for this.",
        PersonFinding::EmailVerified => "The provider verified the address of this sign-in.",
        PersonFinding::EmailUnverified => "The provider did not verify the address of this sign-in.",
        PersonFinding::EmailProvesNothing => {
            "The provider did not verify the address of this sign-in, so it is not used for matching."
        }
        PersonFinding::NoEmail => "The provider tells no address for this sign-in.",
        PersonFinding::NobodyKnown => "No requester the hub knows has a verified address of this person.",
        PersonFinding::AwaitsDecision => "Whether this sign-in belongs to the customer waits for a decision.",
        PersonFinding::OtherActivates => "Another sign-in is activating through the invitation at this moment.",
        PersonFinding::NotLinked => "No sign-in is linked yet.",
    };
    told.to_owned()
}
