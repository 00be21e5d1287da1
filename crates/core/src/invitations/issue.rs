//! Issuing an invitation (`A11`).

use super::change::InvitationChange;
use super::jobs::MailInvitation;
use super::{Invitation, Revocation};
use crate::kernel::customer::Customer;
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};

/// Says on the timeline of a customer who has the record already that they were invited.
pub fn noted(invitation: &Invitation, customer: Customer, stamp: Stamp<'_>) -> Plan {
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.note(&invitation.event());
    draft.finish()
}

/// Issues an invitation. `by_mail`: the link goes to its address; otherwise whoever asked hands it over.
pub fn issue(invitation: Invitation, by_mail: bool, stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    let (system, external_id) = (invitation.system.clone(), invitation.external_id.clone());
    let revoke = InvitationChange::Revoke { system, external_id, at: stamp.now, why: Revocation::Superseded };
    plan.push(revoke, "a new invitation takes back the old ones");
    let mail = stamp.job(MailInvitation { invitation_id: invitation.id });
    plan.push(InvitationChange::Create(Box::new(invitation)), "the link is for whoever has the record");
    if by_mail {
        plan.push(JobChange::Enqueue(mail), "the link goes to the address that is known");
    }
    plan
}
