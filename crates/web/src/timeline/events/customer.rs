//! Wording of the timeline events of the customer record and its links.

use tessera_core::kernel::customer::Evidence;
use tessera_core::kernel::customer::event::CustomerEvent;
use tessera_core::kernel::timeline::Personal;

use super::{Wording, or_none};
use crate::explain::end_of_link;
use crate::locale::text;

impl Wording for CustomerEvent {
    fn staff(&self) -> String {
        match self {
            Self::CustomerCreated { name } => format!("Customer record created for {name}"),
            Self::Linked { record, evidence: Personal::Known(evidence), .. } => {
                format!("Linked {record}: {}", self::evidence(evidence))
            }
            Self::Linked { record, evidence: Personal::Erased, .. } => format!("Linked {record}: (erased)"),
            Self::Unlinked { record, why } => format!("Unlinked {record}: {}", end_of_link(record, why)),
            Self::ContactMissing { email } => format!("No CRM contact has the e-mail {email}; nothing linked there"),
            Self::EmailChanged { from, to } => {
                format!("Service desk e-mail changed from {} to {}", or_none(from.as_ref()), or_none(to.as_ref()))
            }
            Self::PhoneChanged { from, to } => {
                format!(
                    "Service desk telephone number changed from {} to {}",
                    or_none(from.as_ref()),
                    or_none(to.as_ref())
                )
            }
            Self::Renamed { from, to } => format!("Name changed from {from} to {to}"),
            Self::ContactDiffers { contact, theirs, email } => {
                format!("{contact} has the e-mail {} now, not {email}; it stays linked", or_none(theirs.as_ref()))
            }
        }
    }

    fn customer(&self) -> Option<String> {
        match self {
            Self::EmailChanged { .. } => Some(text!("timeline-email-changed")),
            Self::PhoneChanged { .. } => Some(text!("timeline-phone-changed")),
            Self::CustomerCreated { .. }
            | Self::Linked { .. }
            | Self::Unlinked { .. }
            | Self::ContactMissing { .. }
            | Self::Renamed { .. }
            | Self::ContactDiffers { .. } => None,
        }
    }
}

/// The evidence of a link, worded for staff.
pub(crate) fn evidence(evidence: &Evidence) -> String {
    match evidence {
        Evidence::InvitationToken { sent_to, .. } => format!("opened the invitation sent to {sent_to}"),
        Evidence::SignIn { issuer, email: Some(email), email_verified } => {
            let verified = if *email_verified { "verified" } else { "not verified" };
            format!("signed in at {issuer} as {email} ({verified})")
        }
        Evidence::SignIn { issuer, email: None, .. } => format!("signed in at {issuer}"),
        Evidence::PrimaryEmail { email } => format!("the only contact whose primary e-mail is {email}"),
        Evidence::Decision { .. } => "decided by staff in a review".to_owned(),
        Evidence::Marketplace { matched_by: None } => "made for this account of the marketplace".to_owned(),
        Evidence::Marketplace { matched_by: Some(by) } => format!("named by the marketplace: {by}"),
        Evidence::VerifiedEmail { issuer, email } => {
            format!("signed in at {issuer} as {email}, verified there and an address of the requester")
        }
        Evidence::WorkOrder { number } => format!("the office planned work order {number} for them"),
        Evidence::Merged { from, email } => format!("{from} was merged into it: it now carries {email}"),
    }
}
