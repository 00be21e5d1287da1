//! A lost answer: the vendor has the customer whom a call made that was not answered (`M10`, `M12`, `M20`).
//!
//! Exists says who the customer is, and by the contract no more. What the lost answer said besides, which is whether the
//! customer is notified and what comes back in later calls, is asked for once more by an update of this customer: it names
//! the `ExternalID`, so that no vendor creates another one. A vendor that does not answer that either keeps nobody waiting.
//! After a few attempts the account is linked by what Exists said, and no e-mail is sent, because only the vendor's answer
//! allows it.

use secrecy::SecretString;
use serde_json::{Value, json};
use tessera_core::marketplace::Operation;
use tessera_core::marketplace_platform::operation::MAX_UNREACHABLE;
use tessera_core::marketplace_platform::{ExistsAnswer, LinkProblem, VendorLink};

use super::attempt::Stop;
use super::notifications::Announcement;
use super::synchronize::{FoundCustomer, Linking, Visit, options_in};
use super::vendor::VendorFailure;
use crate::Hub;

/// The attempt of an operation with which asking again ends.
const LAST_ATTEMPT: i64 = 3;

impl Hub {
    /// What is stored of a customer whom a call made that was not answered.
    pub(super) async fn recover_answer(
        &self,
        visit: Visit<'_>,
        link: &VendorLink,
        mut body: Value,
        mut found: FoundCustomer,
    ) -> Result<Linking, Stop> {
        let options = options_in(&body);
        if found.send_notification {
            let announcement = Announcement { wanted: true, password: None, options, after_loss: true };
            return Ok(Linking::found(found, link.sent_at, announcement));
        }
        let mark = match self.mark_vendor_call_sent(visit, link).await {
            Ok(mark) => mark,
            // Cancelled meanwhile. What was sent before counts.
            Err(Stop::Over) => return Ok(Linking::found(found, link.sent_at, Announcement::default())),
            Err(stop) => return Err(stop),
        };
        let look = body.clone();
        name_customer(&mut body, &found);
        let asked = self.call_vendor(visit.vendor, Operation::Synchronize, &body, visit.call_of()).await;
        if !matches!(asked, Err(VendorFailure::Lost(_) | VendorFailure::Hub(_))) {
            self.sent_effects().answered(mark);
        }
        match asked {
            Ok(answer) if answer.code == 0 => {
                if let Some(answered) = answer.result.filter(|id| *id != found.external_id) {
                    let problem = LinkProblem::OtherId { known: found.external_id, answered };
                    return Err(Stop::failed(&problem.to_string()));
                }
                let announcement = Announcement {
                    wanted: answer.send_notification,
                    password: answer.generated_password.map(SecretString::from),
                    options,
                    after_loss: true,
                };
                found.extra.extend(answer.extra);
                Ok(Linking::found(found, Some(mark), announcement))
            }
            // It refuses the update, and has the customer all the same, unless it was deleted just now.
            Ok(_) => match self.call_vendor(visit.vendor, Operation::Exists, &look, visit.call_of()).await?.exists()? {
                ExistsAnswer::Exists { external_id, .. } if external_id == found.external_id => {
                    Ok(Linking::found(found, Some(mark), Announcement::default()))
                }
                _ => Err(Stop::moved()),
            },
            Err(VendorFailure::Hub(error)) => Err(Stop::Hub(error)),
            Err(failure) if visit.operation.attempts + 1 < LAST_ATTEMPT => Err(again(failure)),
            Err(failure) => {
                let is_unclear = matches!(failure, VendorFailure::Lost(_));
                let linking = Linking::found(found, Some(mark), Announcement::default());
                Ok(if is_unclear { linking.unclear() } else { linking })
            }
        }
    }
}

/// The vendor's id of the customer, and what Exists said of it, in the body of the update.
fn name_customer(body: &mut Value, found: &FoundCustomer) {
    body["ExternalID"] = json!(found.external_id);
    body["ExtraDetails"] = json!(found.extra);
    if body["ResellerID"] == body["ID"] {
        body["ResellerExternalID"] = json!(found.external_id);
    }
}

/// The vendor is asked again in another attempt. Who fails here has answered Exists before, so that this is no reason to give
/// the operation up early.
fn again(failure: VendorFailure) -> Stop {
    match failure {
        VendorFailure::Later { reason, at } => Stop::Later { reason, at },
        failure => Stop::Again { reason: failure.reason(), most: MAX_UNREACHABLE },
    }
}
