//! Issuing an invitation (`A11`).

use jiff::SignedDuration;

use super::change::InvitationChange;
use super::jobs::{MailInvitation, MailInvitationReminder};
use super::{Invitation, Revocation};
use crate::kernel::customer::Customer;
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};

/// Time before expiry at which an unused link is followed by a reminder.
const REMIND_BEFORE: SignedDuration = SignedDuration::from_hours(48);
/// Minimum time between the first mail and the reminder. A link with a shorter lifetime gets no reminder.
const REMIND_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Adds the invitation to the timeline of a customer who already has the record.
pub fn noted(invitation: &Invitation, customer: Customer, stamp: Stamp<'_>) -> Plan {
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.note(invitation.event());
    draft.finish()
}

/// Issues an invitation. With `by_mail`, the link is sent to its address; otherwise the caller delivers it.
pub fn issue(invitation: Invitation, by_mail: bool, stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    let (system, external_id) = (invitation.system.clone(), invitation.external_id.clone());
    let revoke = InvitationChange::Revoke { system, external_id, at: stamp.now, why: Revocation::Superseded };
    plan.push(revoke, "a new invitation takes back the old ones");
    let mail = stamp.job(MailInvitation { invitation_id: invitation.id });
    let mut reminder = stamp.job(MailInvitationReminder { invitation_id: invitation.id });
    reminder.run_at = invitation.expires_at - REMIND_BEFORE;
    plan.push(InvitationChange::Create(Box::new(invitation)), "the link is for whoever has the record");
    if by_mail {
        plan.push(JobChange::Enqueue(mail), "the link goes to the address that is known");
    }
    if by_mail && reminder.run_at - REMIND_AFTER >= stamp.now {
        plan.push(JobChange::Enqueue(reminder), "an unused link is soon of no use");
    }
    plan
}
