//! The way of a person: from a sign-in through an invitation to a customer. What follows is in [`super::requester`].

use super::Reason;
use super::check::{Check, Target, moment};
use super::facts::{Attempt, EmailProof, Facts, Invitation, Requester, SignIn, Standing, Unlinked};
use super::requester::{
    asset_type, assets_assigned, data_fresh, device_not_trashed, requester_linked, requester_there,
};
use crate::explain::ended_links::end_of_link;
use crate::invitations::{InvitationState, Revocation};

/// Every check, in the order of the way. What does not apply is left out.
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

/// Whether the sign-in belongs to a customer; asked about a customer, whether anybody signs in for them.
fn is_linked(facts: &Facts) -> bool {
    match &facts.sign_in {
        Some(sign_in) => sign_in.linked,
        None => facts.customer.as_ref().is_some_and(|customer| customer.identities > 0),
    }
}

/// The activation that matters: the sign-in's own, else that of the requester's newest invitation. A refusal is over once there is a newer
/// invitation.
fn attempt(facts: &Facts) -> Option<&Attempt> {
    let invitation = facts.requester.as_ref().and_then(|requester| requester.invitation.as_ref());
    let attempt = match &facts.sign_in {
        Some(sign_in) => sign_in.activation.as_ref(),
        None => invitation.and_then(|invitation| invitation.activation.as_ref()),
    }?;
    let over = matches!(attempt.standing, Standing::Refused(_))
        && invitation.is_some_and(|invitation| invitation.created_at > attempt.at);
    Some(attempt).filter(|attempt| !over && attempt.standing != Standing::Done)
}

/// Whether something newer than an unlinking is on its way.
fn is_on_its_way(facts: &Facts) -> bool {
    let open = |requester: &Requester| {
        requester.invitation.as_ref().is_some_and(|invitation| invitation.state == InvitationState::Open)
    };
    attempt(facts).is_some() || facts.requester.as_ref().is_some_and(open)
}

fn sign_in_known(facts: &Facts) -> Check {
    const RULE: &str = "sign_in_known";
    match (&facts.sign_in, &facts.customer) {
        (Some(sign_in), _) => Check::pass(RULE, format!("Signs in as {}.", sign_in.shown_as)),
        (None, Some(customer)) if customer.identities > 0 => {
            let count = customer.identities;
            let noun = if count == 1 { "sign-in is" } else { "sign-ins are" };
            Check::pass(RULE, format!("{count} {noun} linked to {}.", customer.name))
        }
        (None, _) => Check::unknown(RULE, "Nobody is known to sign in for this."),
    }
}

fn email_verified(sign_in: &SignIn) -> Check {
    const RULE: &str = "email_verified";
    let proven_otherwise = sign_in.activation.is_some() || sign_in.unlinked.is_some() || sign_in.review.is_some();
    match sign_in.email {
        EmailProof::Verified => Check::pass(RULE, "The provider verified the address of this sign-in."),
        EmailProof::Unverified if proven_otherwise => {
            Check::follows(RULE, "The provider did not verify the address of this sign-in.")
        }
        EmailProof::Unverified => Check::decides(
            RULE,
            Reason::EmailUnverified,
            "The provider did not verify the address of this sign-in, so it is not compared with anybody’s.",
            None,
        ),
        EmailProof::None => Check::follows(RULE, "The provider tells no address for this sign-in."),
    }
}

fn customer_known(facts: &Facts) -> Check {
    const RULE: &str = "customer_known";
    if let Some(customer) = &facts.customer {
        return Check::pass(RULE, format!("The record of {} is in the hub.", customer.name));
    }
    if let Some(requester) = &facts.requester {
        return Check::pass(RULE, format!("Requester {}, {}, is known.", requester.key.external_id, requester.name));
    }
    let explained = facts.sign_in.as_ref().is_some_and(|sign_in| {
        sign_in.activation.as_ref().is_some_and(|attempt| attempt.standing != Standing::Done)
            || sign_in.unlinked.is_some()
            || sign_in.review.is_some()
    });
    let detail = "No requester the hub knows has a verified address of this person.";
    if explained { Check::follows(RULE, detail) } else { Check::decides(RULE, Reason::NotACustomer, detail, None) }
}

fn identity_linked(facts: &Facts) -> Check {
    const RULE: &str = "identity_linked";
    let customer = facts.customer.as_ref();
    if is_linked(facts) {
        let name = customer.map_or("a customer", |customer| customer.name.as_str());
        return Check::pass(RULE, format!("The sign-in belongs to {name}."));
    }
    let invite = facts.requester.as_ref().map(|requester| Target::Record(requester.key.clone()));
    let unlinked = match &facts.sign_in {
        Some(sign_in) => sign_in.unlinked.as_ref(),
        None => customer.and_then(|customer| customer.unlinked.as_ref()),
    };
    if let Some(review) = facts.sign_in.as_ref().and_then(|sign_in| sign_in.review) {
        let detail = "Whether this sign-in belongs to the customer waits for a decision.";
        return Check::decides(RULE, Reason::ReviewPending, detail, Some(Target::Review(review)));
    }
    if let Some(unlinked) = unlinked.filter(|_| !is_on_its_way(facts)) {
        let detail = format!("The sign-in was unlinked on {}: {}", moment(unlinked.at), ended(unlinked));
        return Check::decides(RULE, Reason::IdentityUnlinked, detail, invite);
    }
    if facts.sign_in.is_some() && attempt(facts).is_none() {
        if let Some(customer) = customer.filter(|customer| customer.identities > 0) {
            let detail = format!("{} is activated with another sign-in.", customer.name);
            return Check::decides(RULE, Reason::OtherIdentity, detail, Some(Target::Customer(customer.id)));
        }
        let claimed = facts.requester.as_ref().and_then(|requester| requester.invitation.as_ref());
        if claimed.is_some_and(|invitation| invitation.state == InvitationState::Claimed) {
            let detail = "Another sign-in is activating through the invitation at this moment.";
            return Check::decides(RULE, Reason::OtherIdentity, detail, invite);
        }
    }
    Check::follows(RULE, "No sign-in is linked yet.")
}

fn invitation(facts: &Facts) -> Check {
    const RULE: &str = "invitation";
    if is_linked(facts) {
        return Check::pass(RULE, "It was used.");
    }
    if attempt(facts).is_some() {
        return Check::pass(RULE, "Somebody signed in through an invitation.");
    }
    let Some(requester) = &facts.requester else {
        return Check::unknown(RULE, "Nobody is known who could be invited.");
    };
    let target = Some(Target::Record(requester.key.clone()));
    let Some(invitation) = &requester.invitation else {
        return match requester {
            _ if !requester.stands() => Check::follows(RULE, "No invitation was made."),
            Requester { has_email: false, .. } => Check::decides(
                RULE,
                Reason::RequesterWithoutEmail,
                "No invitation was made, and there is no e-mail address to send one to.",
                target,
            ),
            _ => Check::decides(RULE, Reason::NeverActivated, "No invitation was made.", target),
        };
    };
    standing_of(invitation, requester, facts, target)
}

fn standing_of(invitation: &Invitation, requester: &Requester, facts: &Facts, target: Option<Target>) -> Check {
    const RULE: &str = "invitation";
    let made = moment(invitation.created_at);
    let gave_up = invitation.mail.as_ref().filter(|mail| mail.retry_at.is_none());
    let (reason, detail) = match (invitation.state, invitation.revoked) {
        (InvitationState::Open, _) if let Some(mail) = gave_up => {
            (Reason::MailFailed, format!("The mail of {made} was not sent: {}", mail.error))
        }
        (InvitationState::Open, _) => (
            Reason::InvitationUnused,
            format!("Sent on {made}, open until {}, not used.", moment(invitation.expires_at)),
        ),
        (InvitationState::Claimed, _) => return Check::pass(RULE, "Somebody signed in through it."),
        (InvitationState::Used, _) if facts.customer.is_none() => {
            (Reason::RequesterUnlinked, format!("The invitation of {made} was used, and the link was ended since."))
        }
        (InvitationState::Used, _) => {
            (Reason::IdentityUnlinked, format!("The invitation of {made} was used, and nobody signs in any more."))
        }
        (InvitationState::Expired, _) => {
            (Reason::InvitationExpired, format!("Sent on {made}, ran out on {}.", moment(invitation.expires_at)))
        }
        (InvitationState::Revoked, why) => {
            let because = match why {
                Some(Revocation::EmailChanged) => "because the requester’s e-mail address changed",
                Some(Revocation::RequesterGone) => "because the requester was merged, deactivated or deleted",
                _ => "by staff",
            };
            (Reason::InvitationRevoked, format!("The invitation of {made} was taken back {because}."))
        }
    };
    if requester.stands() { Check::decides(RULE, reason, detail, target) } else { Check::follows(RULE, detail) }
}

fn activation(facts: &Facts) -> Check {
    const RULE: &str = "activation";
    if is_linked(facts) {
        return Check::pass(RULE, "The account is activated.");
    }
    let target = facts.requester.as_ref().map(|requester| Target::Record(requester.key.clone()));
    let Some(attempt) = attempt(facts) else { return Check::follows(RULE, "No activation is under way.") };
    let at = moment(attempt.at);
    match &attempt.standing {
        Standing::Running | Standing::Done => {
            Check::decides(RULE, Reason::ActivationPending, format!("Under way since {at}."), target)
        }
        Standing::Delayed(system) => {
            let detail = format!("Under way since {at}; it waits for {system}, which does not answer.");
            Check::decides(RULE, Reason::ActivationDelayed, detail, Some(Target::System(system.clone())))
        }
        Standing::Refused(refusal) => {
            let detail = format!("Refused on {at}: {refusal} (code {})", refusal.code());
            Check::decides(RULE, Reason::ActivationRefused, detail, target)
        }
    }
}

/// What somebody wrote, as the end of a sentence.
pub(crate) fn ended(unlinked: &Unlinked) -> String {
    let why = end_of_link(&unlinked.record, &unlinked.why);
    let why = why.trim();
    if why.is_empty() { "no cause was given.".to_owned() } else { format!("{}.", why.trim_end_matches('.')) }
}
