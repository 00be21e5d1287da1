//! An in-memory model of the store: applies a plan completely or not at all, and checks every guard.

use std::collections::BTreeMap;

use tessera_core::activation::change::ActivationChange;
use tessera_core::activation::{Activation, ActivationState};
use tessera_core::credentials::change::IdentityChange;
use tessera_core::invitations::Invitation;
use tessera_core::invitations::change::InvitationChange;
use tessera_core::kernel::customer::change::{CustomerChange, LinkChange};
use tessera_core::kernel::customer::{Customer, Identity, IdentityKey, Link};
use tessera_core::kernel::ids::{ActivationId, CustomerId, InvitationId};
use tessera_core::kernel::plan::{Change, Plan};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::kernel::timeline::change::TimelineChange;

/// A failed guard.
#[derive(Debug)]
pub struct Conflict;

#[derive(Debug, Clone, Default)]
pub struct Model {
    pub customers: BTreeMap<CustomerId, Customer>,
    pub invitations: BTreeMap<InvitationId, Invitation>,
    pub activations: BTreeMap<ActivationId, Activation>,
    pub links: Vec<Link>,
    pub identities: Vec<Identity>,
    /// The claim at each consumption of an invitation.
    wins: Vec<(InvitationId, IdentityKey)>,
}

fn holds(guard: bool) -> Result<(), Conflict> {
    guard.then_some(()).ok_or(Conflict)
}

impl Model {
    pub fn apply(&mut self, plan: &Plan) -> Result<(), Conflict> {
        let mut after = self.clone();
        plan.changes().try_for_each(|change| after.change(change))?;
        *self = after;
        Ok(())
    }

    fn change(&mut self, change: &Change) -> Result<(), Conflict> {
        match change {
            Change::Customer(CustomerChange::Create(customer)) => {
                holds(self.customers.insert(customer.id, customer.clone()).is_none())?;
            }
            Change::Customer(CustomerChange::Update(customer)) => {
                let kept = self.customers.get_mut(&customer.id).ok_or(Conflict)?;
                holds(kept.version == customer.version)?;
                *kept = Customer { version: customer.version + 1, ..customer.clone() };
            }
            Change::Timeline(TimelineChange::Append(entry)) => holds(self.customers.contains_key(&entry.customer_id))?,
            Change::Link(LinkChange::Create(link)) => {
                holds(self.link_of(&link.record).is_none())?;
                self.links.push((**link).clone());
            }
            Change::Link(LinkChange::End { id, ended }) => {
                let link = self.links.iter_mut().find(|link| link.id == *id && link.ended.is_none());
                link.ok_or(Conflict)?.ended = Some(ended.clone());
            }
            Change::Identity(IdentityChange::Create(identity)) => {
                holds(self.identity(&identity.sign_in.identity).is_none())?;
                self.identities.push((**identity).clone());
            }
            Change::Identity(IdentityChange::Remove(id)) => {
                let before = self.identities.len();
                self.identities.retain(|identity| identity.id != *id);
                holds(self.identities.len() < before)?;
            }
            Change::Activation(ActivationChange::Create(activation)) => {
                self.activations.insert(activation.id, (**activation).clone());
            }
            Change::Activation(ActivationChange::Update(activation)) => {
                let kept = self.activations.get_mut(&activation.id).ok_or(Conflict)?;
                holds(kept.state == ActivationState::Pending)?;
                *kept = (**activation).clone();
            }
            other => self.change_invitation(other)?,
        }
        Ok(())
    }

    fn change_invitation(&mut self, change: &Change) -> Result<(), Conflict> {
        match change {
            Change::Invitation(InvitationChange::Create(invitation)) => {
                self.invitations.insert(invitation.id, (**invitation).clone());
            }
            Change::Invitation(InvitationChange::Revoke { system, external_id, at, why }) => {
                for it in self.invitations.values_mut() {
                    let theirs = it.system == *system && it.external_id == *external_id;
                    if theirs && it.claim.is_none() && it.revoked.is_none() && it.consumed_at.is_none() {
                        it.revoked = Some((*at, *why));
                    }
                }
            }
            Change::Invitation(InvitationChange::Claim { id, claim }) => {
                let it = self.invitations.get_mut(id).ok_or(Conflict)?;
                let open = it.claim.is_none() && it.revoked.is_none() && it.consumed_at.is_none();
                holds(open && it.expires_at > claim.at)?;
                it.claim = Some(claim.clone());
            }
            Change::Invitation(InvitationChange::Release { id }) => {
                let it = self.invitations.get_mut(id).ok_or(Conflict)?;
                holds(it.consumed_at.is_none())?;
                it.claim = None;
            }
            Change::Invitation(InvitationChange::Consume { id, at }) => {
                let it = self.invitations.get_mut(id).ok_or(Conflict)?;
                let claim = it.claim.as_ref().ok_or(Conflict)?;
                holds(it.consumed_at.is_none() && it.revoked.is_none())?;
                self.wins.push((*id, claim.identity.clone()));
                it.consumed_at = Some(*at);
            }
            // The guards of records, devices, persons, reviews and jobs are not modelled.
            _ => {}
        }
        Ok(())
    }

    pub fn link_of(&self, record: &RecordKey) -> Option<&Link> {
        self.links.iter().find(|link| link.record == *record && link.ended.is_none())
    }

    pub fn identity(&self, key: &IdentityKey) -> Option<&Identity> {
        self.identities.iter().find(|identity| identity.sign_in.identity == *key)
    }

    pub fn customer_of(&self, record: &RecordKey) -> Option<&Customer> {
        self.link_of(record).and_then(|link| self.customers.get(&link.customer_id))
    }

    pub fn identities_of(&self, customer: CustomerId) -> Vec<Identity> {
        self.identities.iter().filter(|identity| identity.customer_id == customer).cloned().collect()
    }

    pub fn active_links_of(&self, customer: CustomerId) -> Vec<&Link> {
        self.links.iter().filter(|link| link.customer_id == customer && link.ended.is_none()).collect()
    }

    /// Invariants after any sequence of plans.
    pub fn check(&self) {
        for (n, link) in self.links.iter().enumerate().filter(|(_, link)| link.ended.is_none()) {
            let twin = self.links[..n].iter().find(|other| other.record == link.record && other.ended.is_none());
            assert_eq!(twin, None, "a record has two customers");
        }
        for (n, (invitation, winner)) in self.wins.iter().enumerate() {
            assert!(self.wins[..n].iter().all(|(before, _)| before != invitation), "an invitation was won twice");
            let done = self.activations.values().filter(|it| it.invitation_id == *invitation);
            for activation in done.filter(|it| it.state == ActivationState::Done) {
                assert_eq!(activation.sign_in.identity, *winner, "somebody else's claim was used up");
            }
        }
        for id in self.customers.keys() {
            let contacts = self.active_links_of(*id).into_iter().filter(|link| link.record.kind == Kind::Contact);
            assert!(contacts.count() <= 1, "a customer has two contacts");
        }
        for identity in &self.identities {
            let record = RecordKey::new(&identity.sign_in.provider, Kind::User, &identity.sign_in.identity.subject);
            let linked = self.link_of(&record).map(|link| link.customer_id);
            assert_eq!(linked, Some(identity.customer_id), "identity and link disagree");
        }
    }
}
