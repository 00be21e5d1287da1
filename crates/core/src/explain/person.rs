//! Checks between a sign-in and a customer. The checks in [`super::invitation`] and [`super::requester`] follow.

use super::Reason;
use super::assets::{asset_type, assets_assigned, data_fresh, device_not_trashed};
use super::check::{Check, Target};
use super::facts::{EmailProof, Facts, Requester, SignIn, Standing, Unlinked};
use super::invitation::{activation, attempt, invitation};
use super::requester::{requester_linked, requester_there};
use crate::invitations::InvitationState;
use crate::kernel::record::RecordKey;

/// Findings about a sign-in and its customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonFinding {
    /// The sign-in, as labelled for staff.
    SignsIn(String),
    /// The customer has identities.
    SignInsLinked {
        /// Number of identities.
        count: usize,
        /// The customer's name.
        customer: String,
    },
    /// No sign-in is known.
    NobodySignsIn,
    /// The provider verified the address.
    EmailVerified,
    /// The provider did not verify the address, but there is other evidence.
    EmailUnverified,
    /// The provider did not verify the address, so it is not evidence.
    EmailProvesNothing,
    /// The provider supplied no address.
    NoEmail,
    /// The customer of this name exists.
    CustomerKnown(String),
    /// A requester exists.
    RequesterKnown {
        /// Key of the requester's record.
        requester: RecordKey,
        /// The requester's name.
        name: String,
    },
    /// No requester has a verified address of this sign-in.
    NobodyKnown,
    /// The sign-in is linked to the customer of this name, if known.
    BelongsTo(Option<String>),
    /// A review about the sign-in's customer is pending.
    AwaitsDecision,
    /// The sign-in was unlinked.
    Unlinked(Unlinked),
    /// The customer of this name is activated with another sign-in.
    OtherSignIn(String),
    /// Another sign-in is currently activating.
    OtherActivates,
    /// No sign-in is linked yet.
    NotLinked,
}

/// All applicable checks, in order.
pub(crate) fn checks(facts: &Facts) -> Vec<Check> {
    let mut checks = vec![sign_in_known(facts)];
    if !is_linked(facts) {
        checks.extend(facts.sign_in.as_ref().map(email_verified));
        checks.push(customer_known(facts));
    }
    checks.extend([identity_linked(facts), invitation(facts), activation(facts)]);
    if let Some(customer) = &facts.customer {
        checks.push(requester_linked(customer, facts.requester.as_ref()));
    }
    checks.extend(facts.requester.as_ref().map(|requester| requester_there(requester, facts.customer.as_ref())));
    if let (Some(customer), Some(requester), None) = (&facts.customer, &facts.requester, &facts.device) {
        checks.push(assets_assigned(customer, requester, facts));
        checks.push(asset_type(customer, requester, facts));
        checks.push(device_not_trashed(customer));
    }
    checks.extend(data_fresh(facts));
    checks
}

/// Whether the sign-in is linked; for a question about a customer, whether the customer has identities.
pub(super) fn is_linked(facts: &Facts) -> bool {
    match &facts.sign_in {
        Some(sign_in) => sign_in.linked,
        None => facts.customer.as_ref().is_some_and(|customer| customer.identities > 0),
    }
}

/// Whether the sign-in was linked by an activation; for a question about a customer, whether one of its sign-ins was.
pub(super) fn is_activated(facts: &Facts) -> bool {
    match &facts.sign_in {
        Some(sign_in) => sign_in.activated,
        None => facts.customer.as_ref().is_some_and(|customer| customer.activated),
    }
}

/// Whether an activation or open invitation is newer than the unlinking.
fn is_on_its_way(facts: &Facts) -> bool {
    let open = |requester: &Requester| {
        requester.invitation.as_ref().is_some_and(|invitation| invitation.state == InvitationState::Open)
    };
    attempt(facts).is_some() || facts.requester.as_ref().is_some_and(open)
}

fn sign_in_known(facts: &Facts) -> Check {
    const RULE: &str = "sign_in_known";
    match (&facts.sign_in, &facts.customer) {
        (Some(sign_in), _) => Check::pass(RULE, PersonFinding::SignsIn(sign_in.shown_as.clone())),
        (None, Some(customer)) if customer.identities > 0 => {
            let (count, customer) = (customer.identities, customer.name.clone());
            Check::pass(RULE, PersonFinding::SignInsLinked { count, customer })
        }
        (None, _) => Check::unknown(RULE, PersonFinding::NobodySignsIn),
    }
}

fn email_verified(sign_in: &SignIn) -> Check {
    const RULE: &str = "email_verified";
    let proven_otherwise = sign_in.activation.is_some() || sign_in.unlinked.is_some() || sign_in.review.is_some();
    match sign_in.email {
        EmailProof::Verified => Check::pass(RULE, PersonFinding::EmailVerified),
        EmailProof::Unverified if proven_otherwise => Check::follows(RULE, PersonFinding::EmailUnverified),
        EmailProof::Unverified => {
            Check::decides(RULE, Reason::EmailUnverified, PersonFinding::EmailProvesNothing, None)
        }
        EmailProof::None => Check::follows(RULE, PersonFinding::NoEmail),
    }
}

fn customer_known(facts: &Facts) -> Check {
    const RULE: &str = "customer_known";
    if let Some(customer) = &facts.customer {
        return Check::pass(RULE, PersonFinding::CustomerKnown(customer.name.clone()));
    }
    if let Some(requester) = &facts.requester {
        let (key, name) = (requester.key.clone(), requester.name.clone());
        return Check::pass(RULE, PersonFinding::RequesterKnown { requester: key, name });
    }
    let explained = facts.sign_in.as_ref().is_some_and(|sign_in| {
        sign_in.activation.as_ref().is_some_and(|attempt| attempt.standing != Standing::Done)
            || sign_in.unlinked.is_some()
            || sign_in.review.is_some()
    });
    if explained {
        Check::follows(RULE, PersonFinding::NobodyKnown)
    } else {
        Check::decides(RULE, Reason::NotACustomer, PersonFinding::NobodyKnown, None)
    }
}

fn identity_linked(facts: &Facts) -> Check {
    const RULE: &str = "identity_linked";
    let customer = facts.customer.as_ref();
    if is_linked(facts) {
        return Check::pass(RULE, PersonFinding::BelongsTo(customer.map(|customer| customer.name.clone())));
    }
    let invite = facts.requester.as_ref().map(|requester| Target::Record(requester.key.clone()));
    let unlinked = match &facts.sign_in {
        Some(sign_in) => sign_in.unlinked.as_ref(),
        None => customer.and_then(|customer| customer.unlinked.as_ref()),
    };
    if let Some(review) = facts.sign_in.as_ref().and_then(|sign_in| sign_in.review) {
        let awaits = PersonFinding::AwaitsDecision;
        return Check::decides(RULE, Reason::ReviewPending, awaits, Some(Target::Review(review)));
    }
    if let Some(unlinked) = unlinked.filter(|_| !is_on_its_way(facts)) {
        return Check::decides(RULE, Reason::IdentityUnlinked, PersonFinding::Unlinked(unlinked.clone()), invite);
    }
    if facts.sign_in.is_some() && attempt(facts).is_none() {
        if let Some(customer) = customer.filter(|customer| customer.identities > 0) {
            let other = PersonFinding::OtherSignIn(customer.name.clone());
            return Check::decides(RULE, Reason::OtherIdentity, other, Some(Target::Customer(customer.id)));
        }
        let claimed = facts.requester.as_ref().and_then(|requester| requester.invitation.as_ref());
        if claimed.is_some_and(|invitation| invitation.state == InvitationState::Claimed) {
            return Check::decides(RULE, Reason::OtherIdentity, PersonFinding::OtherActivates, invite);
        }
    }
    Check::follows(RULE, PersonFinding::NotLinked)
}
